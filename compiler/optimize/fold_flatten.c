/* f = flatten(x); y = dense(f)  ->  y = dense(x), a window of k = i on every spatial axis.
 *
 * The weight [F, C*H*W] is the same array as [F, C, H, W], since flatten keeps the type's order of
 * axes: only its description changes. Needs C before the spatial axes. */
#include "optimize/optimize.h"
#include "optimize/rewrite.h"

static bool channels_first(const TensorType *type) {
    int spatial[MAX_RANK];
    int n = type_spatial(type, spatial);
    int channel = type_channel(type);
    return channel != NO_AXIS && n > 0 && channel < spatial[0];
}

static void widen_dense(Node *dense, Value *x) {
    int spatial[MAX_RANK];
    dense->n_axes = type_spatial(&x->type, spatial);
    Param *weight = dense->weight;
    weight->rank = 2 + dense->n_axes;
    weight->extent[1] = type_extent(&x->type, type_channel(&x->type));
    for (int a = 0; a < dense->n_axes; a++) {
        int64_t extent = x->type.axes[spatial[a]].extent;
        dense->window[a] =
            (WindowAxis){.arith = {.i = extent, .k = extent, .s = 1, .d = 1}, .o = 1};
        weight->extent[2 + a] = extent;
    }
    dense->inputs[0] = x;
}

void optimize_fold_flatten(Graph *graph) {
    for (size_t i = 0; i < graph->nodes.len; i++) {
        Node *dense = graph->nodes.at[i];
        if (dense->op != OP_DENSE || dense->n_axes > 0) continue;
        const Node *flatten = dense->inputs[0]->producer;
        if (flatten->op == OP_FLATTEN && channels_first(&flatten->inputs[0]->type))
            widen_dense(dense, flatten->inputs[0]);
    }
    optimize_remove_dead(graph);
}
