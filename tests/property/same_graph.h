/* Whether two programs are the same computation. */
#ifndef NETC_TESTS_SAME_GRAPH_H
#define NETC_TESTS_SAME_GRAPH_H

#include "graph/graph.h"

/** Compares what the outputs of two graphs are made of: the operators in the order of the data,
 * their geometry, axes, numbers and weights, bit by bit. Names may differ, as may nodes that
 * nothing uses. The compiler, which sees no names, makes the same instructions of both.
 *  @return NULL, or the first difference in words */
const char *graph_difference(Arena *arena, const Graph *a, const Graph *b);

#endif
