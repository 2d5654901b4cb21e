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

/* ln2 is split so that n times its high part, of 16 bits, is exact; the coefficients are minimax
 * for r^2*p in units of exp(r). */
static ExpParts exp_parts(Lanes v, LoopVal x, bool mirrored) {
    static const float p[] = {0x1.fffffcp-2f, 0x1.555492p-3f, 0x1.5558f2p-5f, 0x1.123a20p-7f,
                              0x1.6a23ccp-10f};
    LoopBuilder *b = v.b;
    LoopVal magic = lanes_constant(v, LANES_MAGIC);
    LoopVal shifted = loop_fma(b, x, lanes_constant(v, 0x1.715476p+0f), magic);
    LoopVal n = loop_binary(b, LOOP_SUB, shifted, magic);
    ExpParts e = {.bits = loop_binary(b, LOOP_SUB, loop_unary(b, LOOP_AS_I32, shifted),
                                      loop_unary(b, LOOP_AS_I32, magic))};
    e.r = loop_fma(b, n, lanes_constant(v, -0x1.62e4p-1f), x);
    e.r = loop_fma(b, n, lanes_constant(v, -0x1.7f7d1cp-20f), e.r);
    if (mirrored) e.r = loop_unary(b, LOOP_NEG, e.r);
    e.p = lanes_polynomial(v, e.r, p, ARRAY_LENGTH(p));
    e.q = loop_fma(b, loop_binary(b, LOOP_MUL, e.r, e.r), e.p, e.r);
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
