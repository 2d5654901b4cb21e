/* exp and tanh without tables or branches. Both stay within 2 ulp with and without a fused FMA, so
 * the same code serves every target (tests/exhaustive/test_elementary.c tries all floats).
 *
 * Polynomials: minimax in the metric that counts, the error of the final result in ulp, by Remez'
 * exchange in double precision; the coefficients were then rounded to f32 and improved by
 * exchanging single units in their last place (tests/support/minimax.py derives them).
 */
#include "lower/elementary.h"
#include "lower/lanes.h"

/* n = x*scale rounded to an integer, as a float; *power = 2^(n + bias - 127). */
static LoopVal split(Lanes v, LoopVal x, float scale, float bias, LoopVal *power) {
    LoopVal magic = lanes_constant(v, LANES_MAGIC + bias);
    LoopVal shifted = loop_fma(v.b, x, lanes_constant(v, scale), magic);
    LoopVal bits = loop_unary(v.b, LOOP_AS_I32, shifted);
    LoopVal exponent = loop_binary(v.b, LOOP_SHL, bits, loop_i32(v.b, v.n, 23));
    *power = loop_unary(v.b, LOOP_AS_F32, exponent);
    return loop_binary(v.b, LOOP_SUB, shifted, magic);
}

/* exp(x) = p(r) * 2^n * 2^n  with  x = n*2*ln2 + r,  |r| <= ln2.
 *
 * Two equal powers cover denormal results and overflow without a case: the first product is always
 * normal and exact, the second rounds once. 2*ln2 is split so that n times its high part is exact
 * (n has 7 bits, the high part 15). p has degree 7, its first coefficients are 1 and 1; its error
 * is 0.2 ulp on |r| <= 0.69316. Beyond the bounds of x the result is 0 or inf anyway. */
LoopVal lower_exp(LoopBuilder *b, LoopVal x) {
    static const float p[] = {1.0f,           1.0f,           0x1.00000cp-1f,  0x1.55552ep-3f,
                              0x1.554992p-5f, 0x1.111b90p-7f, 0x1.71dc00p-10f, 0x1.9ffc56p-13f};
    Lanes v = lanes_of(b, x);
    x = lanes_at_most(v, 89.0f, lanes_at_least(v, -104.5f, x));
    LoopVal power;
    LoopVal n = split(v, x, 0x1.715476p-1f, 127, &power);
    LoopVal r = loop_fma(b, n, lanes_constant(v, -0x1.62e4p+0f), x);
    r = loop_fma(b, n, lanes_constant(v, -0x1.7f7d1cp-19f), r);
    LoopVal y = lanes_polynomial(v, r, p, ARRAY_LENGTH(p));
    return loop_binary(b, LOOP_MUL, loop_binary(b, LOOP_MUL, y, power), power);
}

/* 2^64 exp(x) = p(r) * 2^(n + 64)  with  x = n*ln2 + r,  |r| <= ln2/2.
 *
 * With -151 <= n <= 0 the power is normal, and the product exact but for one rounding. ln2 is split
 * as in lower_exp. p has degree 6, its first coefficients are 1 and 1; the others are those of
 * lanes_exp. */
LoopVal lower_exp_scaled(LoopBuilder *b, LoopVal x) {
    static const float p[] = {1.0f,           1.0f,           0x1.fffffcp-2f, 0x1.555492p-3f,
                              0x1.5558f2p-5f, 0x1.123a20p-7f, 0x1.6a23ccp-10f};
    Lanes v = lanes_of(b, x);
    x = lanes_at_least(v, -104.5f, x);
    LoopVal power;
    LoopVal n = split(v, x, 0x1.715476p+0f, 127 + 64, &power);
    LoopVal r = loop_fma(b, n, lanes_constant(v, -0x1.62e4p-1f), x);
    r = loop_fma(b, n, lanes_constant(v, -0x1.7f7d1cp-20f), r);
    return loop_binary(b, LOOP_MUL, lanes_polynomial(v, r, p, ARRAY_LENGTH(p)), power);
}

/* tanh(x) = c * (1 - c^2 / max(D, E))  with  c = x clamped to -1 .. 1.
 *
 *     |x| <= 1:  D(x^2) = |x|^3 / (|x| - tanh|x|),  nearly linear: 3 + 6/5 x^2 - 1/175 x^4 + ...
 *     |x| >= 1:  E(|x|) = 1 / (1 - tanh|x|) = (exp(2|x|) + 1) / 2
 *
 * D at c is the larger below |x| = 1 and E above, so the maximum picks the right one without a
 * comparison. The quotient is at most 1/4, so what it inherits of the errors of D and E is small,
 * and near 0 the result is x itself. exp(2a) = p(r) * 2^n with a = n*ln2/2 + r, |r| <= ln2/4; ln2/2
 * is rounded to 20 bits so that its product with n < 16 is exact, and later E no longer counts. */
LoopVal lower_tanh(LoopBuilder *b, LoopVal x) {
    static const float d[] = {0x1.800004p+1f, 0x1.3332d6p+0f, -0x1.753868p-8f, 0x1.de3bf8p-13f};
    static const float p[] = {0x1.000000p+0f, 0x1.000004p+1f, 0x1.fffd74p+0f,
                              0x1.555176p+0f, 0x1.575b4ap-1f, 0x1.13553ap-2f};
    Lanes v = lanes_of(b, x);
    LoopVal a = lanes_at_most(v, 10.0f, loop_unary(b, LOOP_ABS, x));
    LoopVal half_power; /* 2^n / 2 */
    LoopVal n = split(v, a, 0x1.715476p+1f, 126, &half_power);
    LoopVal r = loop_fma(b, n, lanes_constant(v, -0x1.62e43p-2f), a);
    LoopVal e = loop_fma(b, half_power, lanes_polynomial(v, r, p, ARRAY_LENGTH(p)),
                         lanes_constant(v, 0.5f));
    LoopVal c = lanes_at_most(v, 1.0f, lanes_at_least(v, -1.0f, x));
    LoopVal c2 = loop_binary(b, LOOP_MUL, c, c);
    LoopVal larger = loop_binary(b, LOOP_MAX, lanes_polynomial(v, c2, d, ARRAY_LENGTH(d)), e);
    LoopVal quotient = loop_binary(b, LOOP_DIV, c2, larger);
    return loop_binary(b, LOOP_MUL, c, loop_binary(b, LOOP_SUB, lanes_constant(v, 1.0f), quotient));
}
