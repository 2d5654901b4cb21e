/* softplus, elu, selu and gelu, each the exponential and one polynomial more. */
#include "lower/elementary.h"
#include "lower/lanes.h"

/* softplus(x) = max(x, 0) + log(1 + e)  with  e = exp(-|x|), 0 <= e <= 1:
 *
 *     log(1 + e) = ln2*e + e*(1 - e)*k(e)
 *
 * near e = 1, where most of the error is made, the second term is small, and so are its roundings.
 * e is kept in two parts, 1 + q and what that sum rounds off. k is minimax for e*(1 - e)*k in units
 * of the result, of degree 9; its error is 0.04 units of 2^-24. */
LoopVal lower_softplus(LoopBuilder *b, LoopVal x) {
    static const float k[] = {0x1.3a37a0p-2f, -0x1.8b90ecp-3f, 0x1.1f1d8ap-3f, -0x1.c1f828p-4f,
                              0x1.712664p-4f, -0x1.321c46p-4f, 0x1.d8e840p-5f, -0x1.267a72p-5f,
                              0x1.e4bf26p-7f, -0x1.76ec88p-9f};
    Lanes v = lanes_of(b, x);
    LoopVal one = lanes_constant(v, 1.0f), first, second;
    LoopVal below = loop_unary(b, LOOP_NEG, loop_unary(b, LOOP_ABS, x));
    ExpParts parts = lanes_exp(v, lanes_at_least(v, -176.0f, below));
    lanes_powers(v, parts.bits, &first, &second);
    LoopVal e = loop_binary(b, LOOP_ADD, one, parts.q);
    LoopVal rest = loop_binary(b, LOOP_SUB, parts.q, loop_binary(b, LOOP_SUB, e, one));
    e = loop_binary(b, LOOP_MUL, loop_binary(b, LOOP_MUL, e, first), second);
    rest = loop_binary(b, LOOP_MUL, loop_binary(b, LOOP_MUL, rest, first), second);
    LoopVal small = loop_binary(b, LOOP_ADD, lanes_at_least(v, 0.0f, x), rest);
    LoopVal factor = loop_binary(b, LOOP_MUL, e, loop_binary(b, LOOP_SUB, one, e));
    small = loop_fma(b, factor, lanes_polynomial(v, e, k, ARRAY_LENGTH(k)), small);
    return loop_fma(b, e, lanes_constant(v, 0x1.62e430p-1f), small);
}

static LoopVal is_negative(LoopBuilder *b, LoopVal x) {
    return loop_compare(b, LOOP_LT, x, lanes_constant(lanes_of(b, x), 0.0f));
}

/* alpha*(exp(x) - 1) for x < 0  with  x = n*ln2 + r:
 *
 *     exp(x) - 1 = (2^n - 1) + 2^n*r + 2^n*r^2*p
 *
 * Of these terms the first two are exact, and the later is the smaller, so alpha times each adds up
 * with little more than the last rounding. Below -25 the result is -alpha. What an alpha loses as a
 * float is multiplied by the sum of the first two, and joins the third. */
static LoopVal times_exp_less_1(LoopBuilder *b, LoopVal x, double alpha) {
    Lanes v = lanes_of(b, x);
    float lost = (float)(alpha - (double)(float)alpha);
    LoopVal one = lanes_constant(v, 1.0f), factor = lanes_constant(v, (float)alpha);
    ExpParts e = lanes_exp(v, lanes_at_least(v, -25.0f, lanes_at_most(v, 0.0f, x)));
    LoopVal power = lanes_power(v, e.bits);
    LoopVal third = loop_binary(b, LOOP_MUL, loop_binary(b, LOOP_MUL, e.r, e.r), e.p);
    LoopVal y = loop_binary(b, LOOP_MUL, factor, loop_binary(b, LOOP_MUL, power, third));
    LoopVal first = loop_binary(b, LOOP_SUB, power, one);
    LoopVal second = loop_binary(b, LOOP_MUL, power, e.r);
    if (lost != 0.0f)
        y = loop_fma(b, loop_binary(b, LOOP_ADD, first, second), lanes_constant(v, lost), y);
    return loop_fma(b, factor, first, loop_fma(b, factor, second, y));
}

LoopVal lower_elu(LoopBuilder *b, LoopVal x, float alpha) {
    return loop_select(b, is_negative(b, x), times_exp_less_1(b, x, alpha), x);
}

LoopVal lower_selu(LoopBuilder *b, LoopVal x) {
    static const double gamma = 1.0507009873554805, alpha_gamma = 1.7580993408473766;
    LoopVal above = loop_binary(b, LOOP_MUL, x, lanes_constant(lanes_of(b, x), (float)gamma));
    return loop_select(b, is_negative(b, x), times_exp_less_1(b, x, alpha_gamma), above);
}

/* gelu(x) = x * (x < 0 ? f : 1 - f)  with  f = exp(g(|x|)), the normal distribution below -|x|.
 *
 * g is its logarithm, a polynomial minimax in f itself: 0.3 units of 2^-24 on |x| <= 7. Beyond, f
 * is below 2^-39 and falls on; where g is below -88 f becomes 0, which makes gelu(-inf) NaN as the
 * product is. */
LoopVal lower_gelu(LoopBuilder *b, LoopVal x) {
    static const float g[] = {-0x1.62e42ep-1f,  -0x1.9884a8p-1f, -0x1.45ebc0p-2f,
                              -0x1.2a929ap-5f,  0x1.476850p-8f,  -0x1.7fdff0p-13f,
                              -0x1.6ef03ap-14f, 0x1.248d7ap-16f, -0x1.18fa6cp-20f};
    Lanes v = lanes_of(b, x);
    LoopVal log = lanes_polynomial(v, loop_unary(b, LOOP_ABS, x), g, ARRAY_LENGTH(g));
    ExpParts e = lanes_exp(v, lanes_at_least(v, -88.0f, log));
    LoopVal power = lanes_power(v, e.bits);
    LoopVal below = loop_fma(b, e.q, power, power);
    LoopVal above = loop_binary(b, LOOP_SUB, lanes_constant(v, 1.0f), below);
    return loop_binary(b, LOOP_MUL, x, loop_select(b, is_negative(b, x), below, above));
}
