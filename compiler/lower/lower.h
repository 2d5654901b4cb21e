/* Graph + Plan -> LoopProgram: here convolution becomes loops. Weights are packed in the order in
 * which the loops visit them. */
#ifndef NETC_LOWER_LOWER_H
#define NETC_LOWER_LOWER_H

#include "loop/loop.h"
#include "plan/plan.h"

/** Lowers every step of each plan to one LoopFn. The plans are of one graph, whose weights are
 *  loaded, and their programs share one array of packed weights.
 *  @return n programs, as the plans */
LoopProgram **lower_plans(Arena *arena, const Plan *const *plans, int n);

#endif
