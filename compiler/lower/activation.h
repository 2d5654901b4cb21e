/* The pointwise functions that are comparisons and products; see elementary.h for the others.
 *
 * NaN and -0 pass every comparison (contract.md 4). */
#ifndef NETC_LOWER_ACTIVATION_H
#define NETC_LOWER_ACTIVATION_H

#include "loop/build.h"

/** The larger, the smaller of x and y, NaN if either is; of zeros of both signs, either. */
LoopVal lower_extremum(LoopBuilder *b, LoopOp op, LoopVal x, LoopVal y);

/** x/y, rounded once, and 0 where y is 0. */
LoopVal lower_divide_no_nan(LoopBuilder *b, LoopVal x, LoopVal y);

/** 1/x, rounded once. */
LoopVal lower_reciprocal(LoopBuilder *b, LoopVal x);

/** x/(1 + |x|) within 2 ulp: NaN for either infinity. */
LoopVal lower_softsign(LoopBuilder *b, LoopVal x);

/** x < 0 ? 0 : x */
LoopVal lower_relu(LoopBuilder *b, LoopVal x);

/** x < 0 ? slope*x : x */
LoopVal lower_leaky_relu(LoopBuilder *b, LoopVal x, float slope);

/** x < 0 ? slope*x : x with a slope for each lane */
LoopVal lower_prelu(LoopBuilder *b, LoopVal x, LoopVal slope);

/** x < lo ? lo : hi < x ? hi : x */
LoopVal lower_clip(LoopBuilder *b, LoopVal x, float lo, float hi);

/** clip(slope*x + 1/2, 0, 1) */
LoopVal lower_hard_sigmoid(LoopBuilder *b, LoopVal x, float slope);

/** x*clip(x/6 + 1/2, 0, 1) within 2 ulp: NaN for -inf. */
LoopVal lower_hard_swish(LoopBuilder *b, LoopVal x);

#endif
