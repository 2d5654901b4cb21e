/* What the passes share: who reads a value, and removing nodes. */
#ifndef NETC_OPTIMIZE_REWRITE_H
#define NETC_OPTIMIZE_REWRITE_H

#include "graph/graph.h"

/** Readers of each value, by Value.id: inputs of nodes, and 1 for each output of the model. Lives
 *  in the graph's arena. */
int *rewrite_count_uses(const Graph *graph);

/** Calls `expand` for each node; the nodes that it adds to the graph come to stand before that
 * node. Numbers all of them anew. */
void rewrite_insert(Graph *graph, void (*expand)(Graph *graph, Node *node));

/** `node` makes from now on what `gone` made, which is then to be dropped. */
void rewrite_take_over(Node *node, Node *gone);

/** Drops the nodes whose `keep` is false, and the values and parameters that then belong to no
 *  node; numbers the rest anew. */
void rewrite_keep_nodes(Graph *graph, const bool *keep);

#endif
