/* f = flatten(x); y = dense(f)  ->  y = dense(x), a window of k = i on every spatial axis.
 *
 * The weight stays [F, all of one image in the order of x's axes]: only who reads it changes. */
#include "optimize/optimize.h"
#include "optimize/rewrite.h"

static void widen_dense(Node *dense, Value *x) {
    int spatial[MAX_RANK];
    dense->n_axes = type_spatial(&x->type, spatial);
    for (int a = 0; a < dense->n_axes; a++) {
        int64_t extent = x->type.axes[spatial[a]].extent;
        dense->window[a] =
            (WindowAxis){.arith = {.i = extent, .k = extent, .s = 1, .d = 1}, .o = 1};
    }
    dense->inputs[0] = x;
}

void optimize_fold_flatten(Graph *graph) {
    for (size_t i = 0; i < graph->nodes.len; i++) {
        Node *dense = graph->nodes.at[i];
        if (dense->op != OP_DENSE || dense->n_axes > 0) continue;
        const Node *flatten = dense->inputs[0]->producer;
        if (flatten->op == OP_FLATTEN) widen_dense(dense, flatten->inputs[0]);
    }
    optimize_remove_dead(graph);
}
