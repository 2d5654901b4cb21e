/* Vocabulary of the elementary functions: constants, polynomials and bounds on vectors of any
 * width, and the exponential in parts.
 *
 * 2^n is made from bits: adding MAGIC to a float of size below 2^22 rounds it to an integer, which
 * then lies in the low bits of the sum; shifted up by 23 it becomes an exponent. */
#ifndef NETC_LOWER_LANES_H
#define NETC_LOWER_LANES_H

#include "loop/build.h"

#define LANES_MAGIC 0x1.8p23f
#define ARRAY_LENGTH(array) (int)(sizeof(array) / sizeof(array)[0])

/** A builder with the width of the vectors at hand. */
typedef struct Lanes {
    LoopBuilder *b;
    int n;
} Lanes;

/** The width of `x`. */
Lanes lanes_of(LoopBuilder *b, LoopVal x);

LoopVal lanes_constant(Lanes v, float value);

/** c[0] + c[1]*x + ... by Horner's rule. */
LoopVal lanes_polynomial(Lanes v, LoopVal x, const float *c, int n);

/** The smaller, the larger of both; a NaN stays NaN. */
LoopVal lanes_at_most(Lanes v, float bound, LoopVal x);
LoopVal lanes_at_least(Lanes v, float bound, LoopVal x);

/** x = n*ln2 + r with |r| <= ln2/2: exp(x) = 2^n * (1 + r + r^2*p), where r + r^2*p is exp(r) - 1
 *  within 0.06 units of 2^-24. */
typedef struct ExpParts {
    LoopVal bits; /* n as an i32 */
    LoopVal r;    /* x itself where n is 0 */
    LoopVal p;
    LoopVal q; /* r + r^2*p */
} ExpParts;

/** For -254 <= n <= 254. */
ExpParts lanes_exp(Lanes v, LoopVal x);

/** The same of exp(-r): x = n*ln2 - r. */
ExpParts lanes_exp_mirrored(Lanes v, LoopVal x);

/** exp(r) - 1 for |r| <= ln2/2, within 0.06 units of 2^-24. */
LoopVal lanes_exp_less_1(Lanes v, LoopVal r);

/** size = 2^e*(1 + f) with sqrt(1/2) <= 1 + f < sqrt(2), denormals included. 0 has f = 0, infinity
 * and NaN some finite parts. */
typedef struct FloatParts {
    LoopVal e; /* a whole number, as a float */
    LoopVal f; /* exact */
} FloatParts;

FloatParts lanes_split(Lanes v, LoopVal size);

/** 2^n for -126 <= n <= 127; 0 for n = -127. */
LoopVal lanes_power(Lanes v, LoopVal bits);

/** 2^n as the product of two normal powers, for |n| <= 252; both are 0 for n = -254. */
void lanes_powers(Lanes v, LoopVal bits, LoopVal *first, LoopVal *second);

#endif
