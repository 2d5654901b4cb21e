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

/* A node's parameters; NULL for those it has not. */
enum { PARAMS_OF_NODE = 4 };

static void params_of(const Node *node, Param *out[PARAMS_OF_NODE]) {
    out[0] = node->weight;
    out[1] = node->bias;
    out[2] = node->mean;
    out[3] = node->variance;
}

/* The parameters of the nodes in their order, one shared by two nodes once. */
static void keep_params(Graph *graph) {
    Param *params[PARAMS_OF_NODE];
    size_t n = 0;
    for (size_t i = 0; i < graph->nodes.len; i++) {
        params_of(graph->nodes.at[i], params);
        for (int k = 0; k < PARAMS_OF_NODE; k++)
            if (params[k]) params[k]->marked = false;
    }
    for (size_t i = 0; i < graph->nodes.len; i++) {
        params_of(graph->nodes.at[i], params);
        for (int k = 0; k < PARAMS_OF_NODE; k++) {
            if (!params[k] || params[k]->marked) continue;
            params[k]->marked = true;
            graph->params.at[n++] = params[k];
        }
    }
    graph->params.len = n;
}

void rewrite_keep_nodes(Graph *graph, const bool *keep) {
    size_t n_nodes = 0, n_values = 0;
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
    }
    graph->values.len = n_values;
    keep_params(graph);
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
