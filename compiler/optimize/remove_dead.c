/* x = conv(a), never read  ->  nothing. Inputs of the model stay: they are arguments. */
#include "optimize/optimize.h"
#include "optimize/rewrite.h"

void optimize_remove_dead(Graph *graph) {
    int *uses = rewrite_count_uses(graph);
    bool *keep = ARENA_ARRAY(graph->arena, bool, graph->nodes.len + 1);
    for (size_t i = graph->nodes.len; i-- > 0;) {
        const Node *node = graph->nodes.at[i];
        keep[i] = node->op == OP_INPUT || uses[node->output->id] > 0;
        if (keep[i]) continue;
        for (int k = 0; k < node->n_inputs; k++) uses[node->inputs[k]->id]--;
    }
    rewrite_keep_nodes(graph, keep);
}
