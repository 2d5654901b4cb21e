/* exp, tanh and what is made of the exponential as inline code of LoopFn operations, for vectors of
 * any width. */
#ifndef NETC_LOWER_ELEMENTARY_H
#define NETC_LOWER_ELEMENTARY_H

#include "loop/build.h"

/** Appends exp(x) of each lane: 16 operations; the error is at most 1.57 ulp over all floats with
 *  a fused FMA, 1.91 without.
 *
 *  exp(-inf) = 0, exp(inf) = inf, NaN gives NaN; results below 2^-126 are denormal, correct to
 *  2 * 2^-149 unless the control word flushes them. */
LoopVal lower_exp(LoopBuilder *b, LoopVal x);

/** Appends 2^64 exp(x) of each lane, for x <= 0 and NaN: 13 operations; the error is at most 0.89
 *  ulp with a fused FMA, 1.17 without. Below x = -104.5 it stays what it is there.
 *
 *  Never denormal, so that a quotient of two of these rounds once, and 3 constants fewer than exp,
 *  so that a loop around it has registers to spare. */
LoopVal lower_exp_scaled(LoopBuilder *b, LoopVal x);

/** Appends tanh(x) of each lane: 22 operations; the error is at most 1.42 ulp over all floats with
 *  a fused FMA, 1.47 without.
 *
 *  tanh(+-0) = +-0, tanh(+-inf) = +-1, NaN gives NaN; |tanh(x)| <= 1 and odd. */
LoopVal lower_tanh(LoopBuilder *b, LoopVal x);

/** Appends 1/(1 + exp(-x)): 29 operations, at most 2 ulp for every float; denormal results as exp.
 */
LoopVal lower_sigmoid(LoopBuilder *b, LoopVal x);

/** Appends x/(1 + exp(-x)): 29 operations, at most 2 ulp; NaN for -inf. */
LoopVal lower_silu(LoopBuilder *b, LoopVal x);

/** Appends log(1 + exp(x)): 41 operations, at most 2 ulp; denormal results as exp. */
LoopVal lower_softplus(LoopBuilder *b, LoopVal x);

/** Appends x < 0 ? alpha*(exp(x) - 1) : x: 26 operations, at most 2 ulp for any alpha. NaN and -0
 *  pass. */
LoopVal lower_elu(LoopBuilder *b, LoopVal x, float alpha);

/** Appends gamma times elu(x) with the alpha and gamma of self-normalizing networks (Klambauer et
 * al., 2017): 29 operations, at most 2 ulp. NaN and -0 pass. */
LoopVal lower_selu(LoopBuilder *b, LoopVal x);

/** Appends x*tanh(log(1 + exp(x))): 35 operations, at most 2 ulp; NaN for -inf. */
LoopVal lower_mish(LoopBuilder *b, LoopVal x);

/** Appends x/2*(1 + tanh(sqrt(2/pi)*(x + 0.044715 x^3))): 32 operations, error at most 4 * 2^-24
 * |x|; NaN for -inf. */
LoopVal lower_gelu_tanh(LoopBuilder *b, LoopVal x);

/** Appends x times the normal distribution below x, x/2*(1 + erf(x/sqrt(2))): 28 operations, error
 *  at most 4 * 2^-24 |x|; NaN for -inf. */
LoopVal lower_gelu(LoopBuilder *b, LoopVal x);

/** Appends log(x): 29 operations, at most 2 ulp; -inf for 0 of either sign, NaN below. */
LoopVal lower_log(LoopBuilder *b, LoopVal x);

/** Appends x^n as IEEE 754's pow has it, at most 2 ulp: NaN below 0 unless n is whole, 1 for n = 0
 *  whatever x. One or two operations for n = 1, 2, 3, 4, -1, -2, five for 0.5 and -0.5, else 92. */
LoopVal lower_pow(LoopBuilder *b, LoopVal x, float n);

/** Appends |x|^n for n >= 1: the product for n = 2, else exp(n log|x|). */
LoopVal lower_power(LoopBuilder *b, LoopVal x, float n);

/** Appends the n-th root of x >= 0: the square root for n = 2, else exp(log(x)/n). */
LoopVal lower_root(LoopBuilder *b, LoopVal x, float n);

#endif
