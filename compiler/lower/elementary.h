/* exp and tanh as inline code of LoopFn operations, for vectors of any width. */
#ifndef NETC_LOWER_ELEMENTARY_H
#define NETC_LOWER_ELEMENTARY_H

#include "loop/build.h"

/** Appends exp(x) of each lane: 16 operations, error at most 2 ulp for every float.
 *
 *  exp(-inf) = 0, exp(inf) = inf, NaN gives NaN; results below 2^-126 are denormal, correct to
 *  2 * 2^-149 unless the control word flushes them. */
LoopVal lower_exp(LoopBuilder *b, LoopVal x);

/** Appends tanh(x) of each lane: 22 operations, error at most 2 ulp for every float.
 *
 *  tanh(+-0) = +-0, tanh(+-inf) = +-1, NaN gives NaN; |tanh(x)| <= 1 and odd. */
LoopVal lower_tanh(LoopBuilder *b, LoopVal x);

#endif
