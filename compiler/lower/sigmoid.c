/* Quotients by 1 + exp(-x): sigmoid and silu, y = a / (1 + exp(-x)) with a = 1 and a = x.
 *
 *     x = n*ln2 - r,  q = exp(r) - 1:   y = a*2^n / ((2^n + 1) + q)
 *
 * The sum in the divisor rounds once: 2^n + 1 is exact while n >= -23, and what it loses below that
 * is added to q. With the division that makes two roundings beside those of q, whose errors are
 * small in the sum. 2^n is applied in two halves, so that denormal results round once. x is bounded
 * where the result no longer changes: above, 1/(1 + exp(-25)) is 1; at -176 both halves are 0,
 * which gives 0 for sigmoid and makes silu(-inf) NaN as x*sigmoid(x) is.
 *
 * gelu's approximation is one of them, since (1 + tanh(u))/2 = 1/(1 + exp(-2u)). */
#include "lower/elementary.h"
#include "lower/lanes.h"

/* With E = exp(-x), tanh(log(1 + 1/E)) = 1/(1 + E - E/(1 + 2E)): mish has the divisor of silu, less
 * a term of which the same errors are smaller still. 2^n times the term is
 *
 *     (1 + q)*2^n / (2^n + 2(1 + q)) */
static LoopVal mish_term(Lanes v, LoopVal q, LoopVal power) {
    LoopBuilder *b = v.b;
    LoopVal e = loop_binary(b, LOOP_ADD, lanes_constant(v, 1.0f), q);
    LoopVal divisor = loop_binary(b, LOOP_ADD, power, loop_binary(b, LOOP_ADD, e, e));
    return loop_binary(b, LOOP_DIV, loop_binary(b, LOOP_MUL, e, power), divisor);
}

static LoopVal over_one_plus_exp(LoopBuilder *b, LoopVal a, LoopVal x, bool is_mish) {
    Lanes v = lanes_of(b, x);
    LoopVal one = lanes_constant(v, 1.0f), first, second;
    ExpParts e = lanes_exp_mirrored(v, lanes_at_most(v, 25.0f, lanes_at_least(v, -176.0f, x)));
    lanes_powers(v, e.bits, &first, &second);
    LoopVal power = loop_binary(b, LOOP_MUL, first, second);
    LoopVal sum = loop_binary(b, LOOP_ADD, power, one);
    LoopVal lost = loop_binary(b, LOOP_SUB, power, loop_binary(b, LOOP_SUB, sum, one));
    LoopVal rest = loop_binary(b, LOOP_ADD, e.q, lost);
    if (is_mish) rest = loop_binary(b, LOOP_SUB, rest, mish_term(v, e.q, power));
    sum = loop_binary(b, LOOP_ADD, sum, rest);
    /* twice the divisor, which may be below 1: the quotient of no float overflows */
    LoopVal y = loop_binary(b, LOOP_DIV, a, loop_binary(b, LOOP_ADD, sum, sum));
    y = loop_binary(b, LOOP_MUL, y, first);
    return loop_binary(b, LOOP_MUL, y, loop_binary(b, LOOP_ADD, second, second));
}

LoopVal lower_sigmoid(LoopBuilder *b, LoopVal x) {
    return over_one_plus_exp(b, loop_f32(b, loop_lanes(b, x), 1.0f), x, false);
}

LoopVal lower_silu(LoopBuilder *b, LoopVal x) { return over_one_plus_exp(b, x, x, false); }

LoopVal lower_mish(LoopBuilder *b, LoopVal x) { return over_one_plus_exp(b, x, x, true); }

/* 2u = x*(c + d*x^2) with c = 2*sqrt(2/pi). */
LoopVal lower_gelu_tanh(LoopBuilder *b, LoopVal x) {
    static const float c = 1.5957691216057308f, d = 0.071354816272600253f;
    Lanes v = lanes_of(b, x);
    LoopVal square = loop_binary(b, LOOP_MUL, x, x);
    LoopVal slope = loop_fma(b, square, lanes_constant(v, d), lanes_constant(v, c));
    return over_one_plus_exp(b, x, loop_binary(b, LOOP_MUL, x, slope), false);
}
