/* Graph + Plan -> LoopProgram: here convolution becomes loops. Weights are packed in the order in
 * which the loops visit them. */
#ifndef NETC_LOWER_LOWER_H
#define NETC_LOWER_LOWER_H

#include "graph/graph.h"
#include "loop/loop.h"
#include "plan/plan.h"

/** Lowers every step of the plan to one LoopFn each. Weights of the graph are loaded. */
LoopProgram *lower_plan(Arena *arena, const Graph *graph, const Plan *plan);

#endif
