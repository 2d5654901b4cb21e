/* Candidates for a fix come from the solvers of conv_arith. */
#include "sema/explain_size.h"

#include "sema/trace.h"

/* The layer that gave the value its size: elementwise layers keep it. */
static const Node *sizing_node(const Value *value) {
    const Node *node = value->producer;
    while (node && node->n_inputs > 0 && node->n_axes == 0 &&
           type_equal(&node->inputs[0]->type, &value->type))
        node = node->inputs[0]->producer;
    return node;
}

static WindowKind kind_of(const Node *node) {
    return node->op == OP_TCONV ? WINDOW_TCONV : node->op == OP_CONV ? WINDOW_CONV : WINDOW_POOL;
}

void explain_size(Sema *sema, Diag *diag, const Value *value, const int64_t *wanted,
                  const bool *differs) {
    const Node *node = sizing_node(value);
    (void)wanted;
    if (!node || node->n_axes == 0) return;
    ConvAxis axes[MAX_SPATIAL];
    const char *names[MAX_SPATIAL];
    bool shown[MAX_SPATIAL];
    int spatial[MAX_RANK], n = type_spatial(&value->type, spatial), first = -1;
    for (int i = 0; i < n; i++) {
        axes[i] = node->window[i].arith;
        names[i] = value->type.axes[spatial[i]].name;
        shown[i] = differs[spatial[i]];
        if (shown[i] && first < 0) first = i;
    }
    relation_notes(diag, kind_of(node), n, axes, names, shown);
    if (first >= 0) trace_note(sema, diag, node->inputs[0], names[first]);
}
