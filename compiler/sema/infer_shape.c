/* flatten, reshape, permute: the same elements under other axes. */
#include "sema/infer.h"

#include "base/checked.h"

#include <string.h>

/* [N, C, spatial...] -> [N, C * product] */
Tensor infer_flatten(Sema *sema, LayerCall *call) {
    const TensorType *type = &call->input.value->type;
    TensorType result = {.dtype = type->dtype};
    int64_t flat = 1;
    bool fits = true;
    for (int i = 0; i < type->rank; i++) {
        if (i == type_batch(type))
            result.axes[result.rank++] = type->axes[i];
        else
            fits &= checked_mul(flat, type->axes[i].extent, &flat);
    }
    const char *channel = intern(sema->interner, "C", 1);
    result.axes[result.rank++] = (Axis){channel, fits ? flat : INT64_MAX};
    Node *node = add_layer(sema, OP_FLATTEN, call->path, call->expr, &result);
    if (!node) return call_failed(sema, call, &result);
    node->inputs[node->n_inputs++] = call->input.value;
    return tensor_of(node->output);
}

/* N0316. */
static void report_count(Sema *sema, const LayerCall *call, const TensorType *to, int64_t wanted,
                         int64_t given) {
    const Value *input = call->input.value;
    Diag *diag =
        diag_add(sema->diags, N0316, call->attrs[ATTR_TO].value->span,
                 "reshape changes the number of elements: %s ≠ %s" FACTS("elements# wanted#"),
                 count_text(sema, given), count_text(sema, wanted));
    diag_here(diag, "%s has %s", sizes_of(sema, to), count_text(sema, wanted));
    diag_label(diag, input->span, "%s has %s", sizes_of(sema, &input->type),
               count_text(sema, given));
}

/* The elements keep their row-major order. */
Tensor infer_reshape(Sema *sema, LayerCall *call) {
    const AstExpr *to = call->attrs[ATTR_TO].value;
    TensorType result = {.dtype = call->input.value->type.dtype};
    int64_t wanted = 0, given = 0;
    bool ok = attr_shape(sema, call, ATTR_TO, &result);
    if (ok && !type_elems(&result, &wanted)) {
        Diag *diag = diag_add(sema->diags, N0350, to->span,
                              "%s is over the limit of 2⁴⁰ elements" FACTS("sizes_over_limit[]"),
                              sizes_of(sema, &result));
        diag_here(diag, "too large");
        ok = false;
    }
    if (!ok) return call_failed(sema, call, NULL);
    type_elems(&call->input.value->type, &given);
    if (wanted != given) report_count(sema, call, &result, wanted, given);
    Node *node =
        wanted == given ? add_layer(sema, OP_RESHAPE, call->path, call->expr, &result) : NULL;
    if (!node) return call_failed(sema, call, &result);
    node->inputs[node->n_inputs++] = call->input.value;
    return tensor_of(node->output);
}

/* The same axes in another order. */
Tensor infer_permute(Sema *sema, LayerCall *call) {
    const TensorType *type = &call->input.value->type;
    int order[MAX_RANK];
    if (!attr_order(sema, call, ATTR_ORDER, order)) return call_failed(sema, call, NULL);
    TensorType result = *type;
    for (int i = 0; i < type->rank; i++) result.axes[i] = type->axes[order[i]];
    Node *node = add_layer(sema, OP_PERMUTE, call->path, call->expr, &result);
    if (!node) return call_failed(sema, call, &result);
    node->inputs[node->n_inputs++] = call->input.value;
    return tensor_of(node->output);
}
