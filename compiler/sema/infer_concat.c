/* concat: the tensors one after the other along an axis; every other axis is equal. */
#include "sema/explain_join.h"

#include "base/checked.h"

#include <string.h>

/* Holds tensor number n against the first one. */
static bool check_tensor(Sema *sema, const LayerCall *call, int axis, int n) {
    const Value *first = call->input.value, *other = call->tensors[n].value;
    const TensorType *a = &first->type, *b = &other->type;
    if (!same_axes(a, b)) {
        if (report_order(sema, call->span, first, other, tensor_expr(call, n))) return false;
        Diag *diag = diag_add(
            sema->diags, N0312, call->span,
            "cannot concatenate along %s: `%s` has the axes %s and `%s` has %s" FACTS(
                "axis first first_axes[] other other_axes[]"),
            a->axes[axis].name, first->name, axis_names(sema, a), other->name, axis_names(sema, b));
        diag_here(diag, "the axes must be the same");
        return false;
    }
    bool differs[MAX_RANK], any = false;
    for (int i = 0; i < a->rank; i++)
        any |= differs[i] = i != axis && a->axes[i].extent != b->axes[i].extent;
    if (!any) return true;
    const Operand sides[] = {{tensor_expr(call, 0), first}, {tensor_expr(call, n), other}};
    explain_join(sema, call, axis, &sides[0], &sides[1], differs);
    return false;
}

Tensor infer_concat(Sema *sema, LayerCall *call) {
    TensorType result = call->input.value->type;
    int axis = 0;
    bool ok = attr_axis(sema, call, ATTR_AXIS, &axis);
    int64_t sum = 0;
    for (int n = 0; n < call->n_tensors && ok; n++) {
        ok = check_tensor(sema, call, axis, n);
        if (ok) ok = checked_add(sum, call->tensors[n].value->type.axes[axis].extent, &sum);
    }
    if (axis != NO_AXIS) result.axes[axis].extent = ok ? sum : 0;
    Node *node = ok ? add_layer(sema, OP_CONCAT, call->path, call->expr, &result) : NULL;
    if (!node) return call_failed(sema, call, &result);
    graph_reserve_inputs(sema->graph, node, (size_t)call->n_tensors);
    for (int n = 0; n < call->n_tensors; n++)
        node->inputs[node->n_inputs++] = call->tensors[n].value;
    node->axis = axis;
    return tensor_of(node->output);
}
