/* See lanes.h. */
#include "lower/lanes.h"

Lanes lanes_of(LoopBuilder *b, LoopVal x) { return (Lanes){b, loop_lanes(b, x)}; }

LoopVal lanes_constant(Lanes v, float value) { return loop_f32(v.b, v.n, value); }

LoopVal lanes_polynomial(Lanes v, LoopVal x, const float *c, int n) {
    LoopVal sum = lanes_constant(v, c[n - 1]);
    for (int i = n - 2; i >= 0; i--) sum = loop_fma(v.b, sum, x, lanes_constant(v, c[i]));
    return sum;
}

/* MIN and MAX give their second operand if either is NaN. */
LoopVal lanes_at_most(Lanes v, float bound, LoopVal x) {
    return loop_binary(v.b, LOOP_MIN, lanes_constant(v, bound), x);
}

LoopVal lanes_at_least(Lanes v, float bound, LoopVal x) {
    return loop_binary(v.b, LOOP_MAX, lanes_constant(v, bound), x);
}

/* The coefficients are minimax for r^2*p in units of exp(r). */
static LoopVal exp_polynomial(Lanes v, LoopVal r) {
    static const float p[] = {0x1.fffffcp-2f, 0x1.555492p-3f, 0x1.5558f2p-5f, 0x1.123a20p-7f,
                              0x1.6a23ccp-10f};
    return lanes_polynomial(v, r, p, ARRAY_LENGTH(p));
}

static LoopVal exp_less_1(Lanes v, LoopVal r, LoopVal p) {
    return loop_fma(v.b, loop_binary(v.b, LOOP_MUL, r, r), p, r);
}

LoopVal lanes_exp_less_1(Lanes v, LoopVal r) { return exp_less_1(v, r, exp_polynomial(v, r)); }

/* ln2 is split so that n times its high part, of 16 bits, is exact. */
static ExpParts exp_parts(Lanes v, LoopVal x, bool mirrored) {
    LoopBuilder *b = v.b;
    LoopVal magic = lanes_constant(v, LANES_MAGIC);
    LoopVal shifted = loop_fma(b, x, lanes_constant(v, 0x1.715476p+0f), magic);
    LoopVal n = loop_binary(b, LOOP_SUB, shifted, magic);
    ExpParts e = {.bits = loop_binary(b, LOOP_SUB, loop_unary(b, LOOP_AS_I32, shifted),
                                      loop_unary(b, LOOP_AS_I32, magic))};
    e.r = loop_fma(b, n, lanes_constant(v, -0x1.62e4p-1f), x);
    e.r = loop_fma(b, n, lanes_constant(v, -0x1.7f7d1cp-20f), e.r);
    if (mirrored) e.r = loop_unary(b, LOOP_NEG, e.r);
    e.p = exp_polynomial(v, e.r);
    e.q = exp_less_1(v, e.r, e.p);
    return e;
}

ExpParts lanes_exp(Lanes v, LoopVal x) { return exp_parts(v, x, false); }

ExpParts lanes_exp_mirrored(Lanes v, LoopVal x) { return exp_parts(v, x, true); }

/* The bits of a float whose exponent field is `field`. */
static LoopVal with_exponent(Lanes v, LoopVal field) {
    LoopVal bits = loop_binary(v.b, LOOP_SHL, field, loop_i32(v.b, v.n, 23));
    return loop_unary(v.b, LOOP_AS_F32, bits);
}

LoopVal lanes_power(Lanes v, LoopVal bits) {
    return with_exponent(v, loop_binary(v.b, LOOP_ADD, bits, loop_i32(v.b, v.n, 127)));
}

/* The fields are floor((n + 254)/2) and the rest. */
void lanes_powers(Lanes v, LoopVal bits, LoopVal *first, LoopVal *second) {
    LoopVal sum = loop_binary(v.b, LOOP_ADD, bits, loop_i32(v.b, v.n, 254));
    LoopVal half = loop_binary(v.b, LOOP_SHR, sum, loop_i32(v.b, v.n, 1));
    *first = with_exponent(v, half);
    *second = with_exponent(v, loop_binary(v.b, LOOP_SUB, sum, half));
}

/* e comes from the bits: less those of sqrt(1/2), the field of the exponent holds it rounded down.
 * Denormals are scaled up first. */
FloatParts lanes_split(Lanes v, LoopVal size) {
    enum { SQRT_HALF = 0x3f3504f3, EXPONENT = 23 };
    LoopBuilder *b = v.b;
    LoopVal is_small = loop_compare(b, LOOP_LT, size, lanes_constant(v, 0x1p-126f));
    LoopVal scaled = loop_binary(b, LOOP_MUL, size, lanes_constant(v, 0x1p24f));
    scaled = loop_select(b, is_small, scaled, size);
    LoopVal bits = loop_unary(b, LOOP_AS_I32, scaled), by = loop_i32(b, v.n, EXPONENT);
    LoopVal power =
        loop_binary(b, LOOP_SAR, loop_binary(b, LOOP_SUB, bits, loop_i32(b, v.n, SQRT_HALF)), by);
    LoopVal mantissa = loop_binary(b, LOOP_SUB, bits, loop_binary(b, LOOP_SHL, power, by));
    LoopVal e = loop_unary(b, LOOP_TO_F32, power);
    LoopVal lower = loop_binary(b, LOOP_SUB, e, lanes_constant(v, 24.0f));
    return (FloatParts){.e = loop_select(b, is_small, lower, e),
                        .f = loop_binary(b, LOOP_SUB, loop_unary(b, LOOP_AS_F32, mantissa),
                                         lanes_constant(v, 1.0f))};
}
