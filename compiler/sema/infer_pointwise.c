/* relu, tanh, softmax, and `+`: the result has the type of the input. */
#include "sema/infer.h"

#include "sema/explain_size.h"

#include <string.h>

static Node *same_type_node(Sema *sema, const LayerCall *call) {
    Node *node = add_layer(sema, call->layer->op, call->path, call->expr, &call->input.value->type);
    if (node) node->inputs[node->n_inputs++] = call->input.value;
    return node;
}

Tensor infer_pointwise(Sema *sema, LayerCall *call) {
    Node *node = same_type_node(sema, call);
    return node ? tensor_of(node->output) : call_failed(sema, call, &call->input.value->type);
}

Tensor infer_softmax(Sema *sema, LayerCall *call) {
    int axis = 0;
    bool ok = attr_axis(sema, call, ATTR_AXIS, &axis);
    Node *node = ok ? same_type_node(sema, call) : NULL;
    if (!node) return call_failed(sema, call, &call->input.value->type);
    node->axis = axis;
    return tensor_of(node->output);
}

static bool same_axes(const TensorType *a, const TensorType *b) {
    if (a->rank != b->rank) return false;
    for (int i = 0; i < a->rank; i++)
        if (strcmp(a->axes[i].name, b->axes[i].name) != 0) return false;
    return true;
}

/* N0311: what differs, and how either size came about. */
static void report_different(Sema *sema, const AstExpr *expr, const Value *left,
                             const Value *right) {
    Diag *diag =
        diag_add(sema->diags, N0311, expr->span, "the two sides of `+` have different shapes");
    const TensorType *a = &left->type, *b = &right->type;
    if (!same_axes(a, b)) {
        diag_here(diag, "`%s` has the axes %s, `%s` has %s", left->name, axis_names(sema, a),
                  right->name, axis_names(sema, b));
        diag_note(diag, "`+` never broadcasts");
        return;
    }
    const char *differ[MAX_RANK];
    int n = 0;
    for (int i = 0; i < a->rank; i++)
        if (a->axes[i].extent != b->axes[i].extent) differ[n++] = a->axes[i].name;
    diag_here(diag, "`%s` is %s, `%s` is %s: %s differ%s", left->name, sizes_of(sema, a),
              right->name, sizes_of(sema, b), join_words(sema->arena, differ, n),
              n == 1 ? "s" : "");
    diag_note(diag, "`+` never broadcasts");
    for (int i = 0; i < n; i++) {
        if (strcmp(differ[i], "C") == 0 || strcmp(differ[i], "N") == 0) continue;
        explain_extent(sema, diag, left, differ[i]);
        explain_extent(sema, diag, right, differ[i]);
        break;
    }
}

Tensor infer_add(Sema *sema, const AstExpr *expr, const Tensor *left, const Tensor *right) {
    bool left_failed = tensor_is_failed(left), right_failed = tensor_is_failed(right);
    const char *path = layer_path(sema, NULL, op_name(OP_ADD));
    if (left_failed || right_failed) {
        const TensorType *known = left_failed ? &left->known : &left->value->type;
        if (left_failed && !right_failed) known = &right->value->type;
        Tensor failed = tensor_failed(sema, path, expr->span, known);
        failed.is_guess = left->is_guess && right->is_guess;
        return failed;
    }
    if (!type_equal(&left->value->type, &right->value->type)) {
        report_different(sema, expr, left->value, right->value);
        return tensor_failed(sema, path, expr->span, NULL);
    }
    Node *node = add_layer(sema, OP_ADD, path, expr, &left->value->type);
    if (!node) return tensor_failed(sema, path, expr->span, &left->value->type);
    node->inputs[node->n_inputs++] = left->value;
    node->inputs[node->n_inputs++] = right->value;
    return tensor_of(node->output);
}
