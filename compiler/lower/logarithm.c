/* The logarithm, and powers and roots that are made of it. */
#include "lower/elementary.h"
#include "lower/lanes.h"

#include <math.h>

/* log|x| = e*ln2 + log(1 + f)  with  |x| = 2^e*(1 + f),  sqrt(1/2) <= 1 + f < sqrt(2):
 *
 *     log(1 + f) = f - f^2/2 + f^3*p(f)
 *
 * ln2 is split so that e times its high part is exact. The coefficients are those of Cephes'
 * logf. */
static LoopVal log_of_size(LoopBuilder *b, LoopVal x) {
    static const float p[] = {0.333333311740f,  -0.249999939930f, 0.200007147650f,
                              -0.166680576650f, 0.142493227870f,  -0.124201408460f,
                              0.116769987400f,  -0.115146103100f, 0.0703768362920f};
    Lanes v = lanes_of(b, x);
    LoopVal size = loop_unary(b, LOOP_ABS, x);
    FloatParts parts = lanes_split(v, size);
    LoopVal f = parts.f, e = parts.e;
    LoopVal f2 = loop_binary(b, LOOP_MUL, f, f);
    LoopVal y = loop_binary(b, LOOP_MUL, f, lanes_polynomial(v, f, p, ARRAY_LENGTH(p)));
    y = loop_binary(b, LOOP_MUL, f2, y);
    y = loop_fma(b, e, lanes_constant(v, -2.12194440e-4f), y);
    y = loop_fma(b, f2, lanes_constant(v, -0.5f), y);
    y = loop_binary(b, LOOP_ADD, f, y);
    y = loop_fma(b, e, lanes_constant(v, 0.693359375f), y);
    LoopVal is_zero = loop_compare(b, LOOP_EQ, size, lanes_constant(v, 0.0f));
    y = loop_select(b, is_zero, lanes_constant(v, -INFINITY), y);
    return loop_select(b, loop_compare(b, LOOP_LT, size, lanes_constant(v, INFINITY)), y, size);
}

LoopVal lower_log(LoopBuilder *b, LoopVal x) {
    Lanes v = lanes_of(b, x);
    LoopVal is_negative = loop_compare(b, LOOP_LT, x, lanes_constant(v, 0.0f));
    return loop_select(b, is_negative, lanes_constant(v, NAN), log_of_size(b, x));
}

LoopVal lower_power(LoopBuilder *b, LoopVal x, float n) {
    if (n == 1.0f) return loop_unary(b, LOOP_ABS, x);
    if (n == 2.0f) return loop_binary(b, LOOP_MUL, x, x);
    LoopVal exponent = loop_f32(b, loop_lanes(b, x), n);
    return lower_exp(b, loop_binary(b, LOOP_MUL, log_of_size(b, x), exponent));
}

LoopVal lower_root(LoopBuilder *b, LoopVal x, float n) {
    if (n == 1.0f) return x;
    if (n == 2.0f) return loop_unary(b, LOOP_SQRT, x);
    LoopVal exponent = loop_f32(b, loop_lanes(b, x), 1.0f / n);
    return lower_exp(b, loop_binary(b, LOOP_MUL, log_of_size(b, x), exponent));
}
