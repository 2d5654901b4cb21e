/* Shared machinery of the passes. */
#include "optimize/rewrite.h"

int *rewrite_count_uses(const Graph *graph) {
    int *uses = ARENA_ARRAY(graph->arena, int, graph->values.len + 1);
    for (size_t i = 0; i < graph->nodes.len; i++) {
        const Node *node = graph->nodes.at[i];
        for (int k = 0; k < node->n_inputs; k++) uses[node->inputs[k]->id]++;
    }
    for (size_t i = 0; i < graph->outputs.len; i++) uses[graph->outputs.at[i].value->id]++;
    return uses;
}

void rewrite_take_over(Node *node, Node *gone) {
    node->output = gone->output;
    node->output->producer = node;
}

static void keep_param(Graph *graph, Param *param, size_t *n) {
    if (!param) return;
    for (size_t i = 0; i < *n; i++)
        if (graph->params.at[i] == param) return; /* shared by two nodes */
    graph->params.at[(*n)++] = param;
}

void rewrite_keep_nodes(Graph *graph, const bool *keep) {
    size_t n_nodes = 0, n_values = 0, n_params = 0;
    for (size_t i = 0; i < graph->nodes.len; i++) {
        Node *node = graph->nodes.at[i];
        if (!keep[i]) continue;
        node->id = (uint32_t)n_nodes;
        graph->nodes.at[n_nodes++] = node;
    }
    graph->nodes.len = n_nodes;
    for (size_t i = 0; i < n_nodes; i++) {
        Node *node = graph->nodes.at[i];
        node->output->id = (uint32_t)n_values;
        graph->values.at[n_values++] = node->output;
        keep_param(graph, node->weight, &n_params);
        keep_param(graph, node->bias, &n_params);
        keep_param(graph, node->mean, &n_params);
        keep_param(graph, node->variance, &n_params);
    }
    graph->values.len = n_values;
    graph->params.len = n_params;
}

void rewrite_insert(Graph *graph, void (*expand)(Graph *graph, Node *node)) {
    Node **nodes = graph->nodes.at;
    size_t n = graph->nodes.len;
    graph->nodes.at = NULL;
    graph->nodes.len = graph->nodes.cap = 0;
    for (size_t i = 0; i < n; i++) {
        expand(graph, nodes[i]);
        VEC_PUSH(graph->arena, &graph->nodes, nodes[i]);
    }
    graph->values.len = 0;
    for (size_t i = 0; i < graph->nodes.len; i++) {
        Node *node = graph->nodes.at[i];
        node->id = node->output->id = (uint32_t)i;
        VEC_PUSH(graph->arena, &graph->values, node->output);
    }
}
