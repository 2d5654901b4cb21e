/* Graph + Plan -> LoopProgram: here convolution becomes loops. Weights are packed in the order in
 * which the loops visit them. */
#ifndef NETC_LOWER_LOWER_H
#define NETC_LOWER_LOWER_H

#include "loop/loop.h"
#include "plan/plan.h"

/** Lowers every step of the plan to one LoopFn each. The graph's weights are loaded. */
LoopProgram *lower_plan(Arena *arena, const Plan *plan);

#endif
