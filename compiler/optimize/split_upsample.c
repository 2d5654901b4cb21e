/* y = upsample(x, by=2x3, linear)  ->  t = upsample(x, by=1x3, linear); y = upsample(t, by=2x1,
 * linear)
 *
 * The weights of a linear output are products over the axes, so that each axis can be done by
 * itself; the innermost first, while the others are small. */
#include "optimize/optimize.h"
#include "optimize/rewrite.h"

/* Adds the node of axis `a` alone and makes `node` begin with its result. */
static void split_axis(Graph *graph, Node *node, int a) {
    int spatial[MAX_RANK];
    Value *input = node->inputs[0];
    TensorType type = input->type;
    type_spatial(&type, spatial);
    type.axes[spatial[a]].extent *= node->by[a];
    Node *first = graph_add_node(graph, OP_UPSAMPLE, node->path, node->span, node->path, &type);
    first->inputs[first->n_inputs++] = input;
    for (int b = 0; b < MAX_SPATIAL; b++) first->by[b] = 1;
    first->by[a] = node->by[a];
    first->resample = node->resample;
    node->by[a] = 1;
    node->inputs[0] = first->output;
}

static void split(Graph *graph, Node *node) {
    if (node->op != OP_UPSAMPLE || node->resample == RESAMPLE_NEAREST) return;
    int spatial[MAX_RANK], n = type_spatial(&node->output->type, spatial), growing = 0;
    for (int a = 0; a < n; a++) growing += node->by[a] > 1;
    for (int a = n; a-- > 0 && growing > 1;)
        if (node->by[a] > 1) {
            split_axis(graph, node, a);
            growing--;
        }
}

void optimize_split_upsample(Graph *graph) { rewrite_insert(graph, split); }
