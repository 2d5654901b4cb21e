/* x to a constant power: small whole powers and roots from products, quotients and square roots,
 * each within 2 ulp; all others as 2^(n*log2|x|), where the logarithm has 34 bits, so that its
 * error times 150, the largest exponent that counts, is small in the result. The values at 0, at
 * infinity, of NaN and of negative x are those of IEEE 754's pow.
 *
 * Numbers of more than 24 bits are sums of two floats. A product of floats of at most 12 bits,
 * their leading ones, is exact, with or without a fused FMA. */
#include "lower/elementary.h"
#include "lower/lanes.h"

#include <math.h>
#include <string.h>

/* hi + lo, where lo is at most 2^-11 of hi. */
typedef struct Pair {
    LoopVal hi, lo;
} Pair;

/* The bits of a float that are its sign, exponent and first 12 binary digits. */
#define LEADING_BITS INT32_C(-4096)

static LoopVal leading(Lanes v, LoopVal x) {
    LoopVal bits = loop_unary(v.b, LOOP_AS_I32, x);
    bits = loop_binary(v.b, LOOP_AND, bits, loop_i32(v.b, v.n, LEADING_BITS));
    return loop_unary(v.b, LOOP_AS_F32, bits);
}

/* The same of a number. */
static float leading_of(float x) {
    int32_t bits;
    memcpy(&bits, &x, sizeof bits);
    bits &= LEADING_BITS;
    memcpy(&x, &bits, sizeof x);
    return x;
}

/* s = f/(2 + f). The remainder of the division of f by the leading digits of s is exact but for its
 * last term. */
static Pair atanh_argument(Lanes v, LoopVal f) {
    LoopBuilder *b = v.b;
    LoopVal two = lanes_constant(v, 2.0f), divisor = loop_binary(b, LOOP_ADD, two, f);
    LoopVal lost = loop_binary(b, LOOP_SUB, f, loop_binary(b, LOOP_SUB, divisor, two));
    LoopVal inverse = loop_binary(b, LOOP_DIV, lanes_constant(v, 1.0f), divisor);
    LoopVal hi = leading(v, loop_binary(b, LOOP_MUL, f, inverse));
    LoopVal front = leading(v, divisor);
    LoopVal back = loop_binary(b, LOOP_ADD, loop_binary(b, LOOP_SUB, divisor, front), lost);
    LoopVal minus = loop_unary(b, LOOP_NEG, hi);
    LoopVal rest = loop_fma(b, minus, back, loop_fma(b, minus, front, f));
    return (Pair){hi, loop_binary(b, LOOP_MUL, rest, inverse)};
}

/* log(1 + f)/2 = atanh(s) = s*(1 + w)  with  w = z/3 + z^2*(1/5 + z/7 + ...),  z = s^2 <= 0.0295.
 *
 * Only z/3 needs more than 24 bits. */
static Pair half_log(Lanes v, LoopVal f) {
    static const float tail[] = {0.2f, 1.0f / 7, 1.0f / 9, 1.0f / 11};
    static const float third = 0x1.554p-2f, rest_of_third = (float)(1.0 / 3 - 0x1.554p-2);
    LoopBuilder *b = v.b;
    Pair s = atanh_argument(v, f);
    LoopVal sum = loop_binary(b, LOOP_ADD, s.hi, s.lo);
    LoopVal z_hi = loop_binary(b, LOOP_MUL, s.hi, s.hi);
    LoopVal z_lo = loop_binary(b, LOOP_MUL, s.lo, loop_binary(b, LOOP_ADD, s.hi, sum));
    LoopVal z = loop_binary(b, LOOP_ADD, z_hi, z_lo), front = leading(v, z_hi);
    LoopVal back = loop_binary(b, LOOP_ADD, loop_binary(b, LOOP_SUB, z_hi, front), z_lo);
    LoopVal w_hi = loop_binary(b, LOOP_MUL, front, lanes_constant(v, third));
    LoopVal w_lo = loop_binary(b, LOOP_MUL, back, lanes_constant(v, (float)(1.0 / 3)));
    w_lo = loop_fma(b, front, lanes_constant(v, rest_of_third), w_lo);
    LoopVal square = loop_binary(b, LOOP_MUL, z, z);
    w_lo = loop_fma(b, square, lanes_polynomial(v, z, tail, ARRAY_LENGTH(tail)), w_lo);
    LoopVal w_front = leading(v, w_hi);
    LoopVal w_back = loop_binary(b, LOOP_ADD, loop_binary(b, LOOP_SUB, w_hi, w_front), w_lo);
    LoopVal product = loop_binary(b, LOOP_MUL, s.hi, w_front);
    LoopVal lo = loop_fma(b, s.lo, loop_binary(b, LOOP_ADD, w_hi, w_lo), s.lo);
    lo = loop_fma(b, s.hi, w_back, lo);
    LoopVal hi = loop_binary(b, LOOP_ADD, s.hi, product);
    LoopVal lost = loop_binary(b, LOOP_SUB, product, loop_binary(b, LOOP_SUB, hi, s.hi));
    return (Pair){hi, loop_binary(b, LOOP_ADD, lost, lo)};
}

/* a + b for |a| >= |b| or a = 0, and what the sum rounds off. */
static Pair exact_sum(LoopBuilder *b, LoopVal x, LoopVal y) {
    LoopVal sum = loop_binary(b, LOOP_ADD, x, y);
    return (Pair){sum, loop_binary(b, LOOP_SUB, y, loop_binary(b, LOOP_SUB, sum, x))};
}

/* n*log2(size) = n*e + 2n/ln2 * log(1 + f)/2. */
static Pair exponent_of(Lanes v, LoopVal size, float n) {
    LoopBuilder *b = v.b;
    FloatParts parts = lanes_split(v, size);
    Pair log = half_log(v, parts.f);
    double scale = 2.8853900817779268 * (double)n;
    float scale_hi = leading_of((float)scale), n_hi = leading_of(n);
    LoopVal front = leading(v, log.hi), back = loop_binary(b, LOOP_SUB, log.hi, front);
    LoopVal rest = loop_binary(b, LOOP_MUL, log.lo, lanes_constant(v, (float)scale));
    rest = loop_fma(b, log.hi, lanes_constant(v, (float)(scale - (double)scale_hi)), rest);
    rest = loop_fma(b, back, lanes_constant(v, scale_hi), rest);
    rest = loop_fma(b, parts.e, lanes_constant(v, n - n_hi), rest);
    Pair sum = exact_sum(b, loop_binary(b, LOOP_MUL, parts.e, lanes_constant(v, n_hi)),
                         loop_binary(b, LOOP_MUL, front, lanes_constant(v, scale_hi)));
    return exact_sum(b, sum.hi, loop_binary(b, LOOP_ADD, sum.lo, rest));
}

/* 2^t; beyond +-200 the result is 0 or inf whatever the rest. */
static LoopVal exp2_of(Lanes v, Pair t) {
    LoopBuilder *b = v.b;
    LoopVal hi = lanes_at_most(v, 200.0f, lanes_at_least(v, -200.0f, t.hi));
    LoopVal lo = lanes_at_most(v, 1.0f, lanes_at_least(v, -1.0f, t.lo));
    LoopVal magic = lanes_constant(v, LANES_MAGIC), first, second;
    LoopVal shifted = loop_binary(b, LOOP_ADD, hi, magic);
    LoopVal bits = loop_binary(b, LOOP_SUB, loop_unary(b, LOOP_AS_I32, shifted),
                               loop_unary(b, LOOP_AS_I32, magic));
    LoopVal r = loop_binary(b, LOOP_SUB, hi, loop_binary(b, LOOP_SUB, shifted, magic));
    r = loop_binary(b, LOOP_MUL, loop_binary(b, LOOP_ADD, r, lo),
                    lanes_constant(v, 0x1.62e430p-1f));
    LoopVal y = loop_binary(b, LOOP_ADD, lanes_constant(v, 1.0f), lanes_exp_less_1(v, r));
    lanes_powers(v, bits, &first, &second);
    return loop_binary(b, LOOP_MUL, loop_binary(b, LOOP_MUL, y, first), second);
}

/* Beyond 2^32 every |x| but 1 gives 0 or inf. */
static LoopVal any_power(LoopBuilder *b, LoopVal x, float n) {
    enum { SIGN = INT32_MIN };
    Lanes v = lanes_of(b, x);
    LoopVal size = loop_unary(b, LOOP_ABS, x), zero = lanes_constant(v, 0.0f),
            infinity = lanes_constant(v, INFINITY);
    LoopVal y = exp2_of(v, exponent_of(v, size, fminf(fmaxf(n, -0x1p32f), 0x1p32f)));
    if (n != truncf(n))
        y = loop_select(b, loop_compare(b, LOOP_LT, x, zero), lanes_constant(v, NAN), y);
    y = loop_select(b, loop_compare(b, LOOP_EQ, size, zero), n > 0 ? zero : infinity, y);
    LoopVal beyond = n > 0 ? size : loop_binary(b, LOOP_MIN, zero, size); /* inf or NaN */
    y = loop_select(b, loop_compare(b, LOOP_LT, size, infinity), y, beyond);
    if (fabsf(fmodf(n, 2.0f)) != 1.0f) return y;
    LoopVal sign = loop_binary(b, LOOP_AND, loop_unary(b, LOOP_AS_I32, x), loop_i32(b, v.n, SIGN));
    sign = loop_binary(b, LOOP_OR, sign, loop_unary(b, LOOP_AS_I32, y));
    return loop_unary(b, LOOP_AS_F32, sign);
}

/* sqrt(x), but 0 for -0 and inf for -inf, which pow makes of them. */
static LoopVal half_power(Lanes v, LoopVal x) {
    LoopVal root = loop_unary(v.b, LOOP_SQRT, x), below = lanes_constant(v, -INFINITY);
    root = loop_binary(v.b, LOOP_ADD, root, lanes_constant(v, 0.0f));
    return loop_select(v.b, loop_compare(v.b, LOOP_EQ, x, below), lanes_constant(v, INFINITY),
                       root);
}

LoopVal lower_pow(LoopBuilder *b, LoopVal x, float n) {
    Lanes v = lanes_of(b, x);
    LoopVal one = lanes_constant(v, 1.0f);
    if (n == 0.0f) return one;
    if (n == 1.0f) return x;
    if (n == 0.5f) return half_power(v, x);
    if (n == -0.5f) return loop_binary(b, LOOP_DIV, one, half_power(v, x));
    if (n == -1.0f) return loop_binary(b, LOOP_DIV, one, x);
    if (n == -2.0f) return loop_binary(b, LOOP_DIV, loop_binary(b, LOOP_DIV, one, x), x);
    LoopVal square = loop_binary(b, LOOP_MUL, x, x);
    if (n == 2.0f) return square;
    if (n == 3.0f) return loop_binary(b, LOOP_MUL, square, x);
    if (n == 4.0f) return loop_binary(b, LOOP_MUL, square, square);
    return any_power(b, x, n);
}
