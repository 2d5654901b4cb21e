/* y = conv(x); a = constant; z = y + a  ->  a = constant; y = conv(x); z = y + a
 *
 * A constant needs nothing, so it may stand before everything else; then every layer can have it
 * added in its store. */
#include "optimize/optimize.h"
#include "optimize/rewrite.h"

#include <string.h>

void optimize_hoist_constants(Graph *graph) {
    size_t n = graph->nodes.len, at = 0;
    Node **nodes = ARENA_ARRAY(graph->arena, Node *, n + 1);
    bool *keep = ARENA_ARRAY(graph->arena, bool, n + 1);
    for (size_t i = 0; i < n; i++)
        if (graph->nodes.at[i]->op == OP_CONSTANT) nodes[at++] = graph->nodes.at[i];
    for (size_t i = 0; i < n; i++)
        if (graph->nodes.at[i]->op != OP_CONSTANT) nodes[at++] = graph->nodes.at[i];
    memcpy(graph->nodes.at, nodes, n * sizeof *nodes);
    memset(keep, true, n * sizeof *keep);
    rewrite_keep_nodes(graph, keep);
}
