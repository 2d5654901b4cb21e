/* flatten, reshape, permute: the same elements under other axes. And a constant, which has no
 * others to take them from. */
#include "sema/infer.h"

#include "base/checked.h"
#include "sema/params.h"
#include "sema/trace.h"

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

/* One axis takes what the others leave, where that is a whole number. */
static void offer_rest(Sema *sema, Diag *diag, const LayerCall *call, const TensorType *to,
                       int64_t wanted, int64_t given) {
    const AstExpr *list = call->attrs[ATTR_TO].value;
    for (int i = 0; i < to->rank; i++) {
        int64_t others = wanted / to->axes[i].extent;
        const AstEntry *entry = &list->list.at[i];
        if (i == type_batch(to) || entry->value->kind != AST_INT || given % others) continue;
        diag_edit(diag_help(diag, FIX_MAYBE, "%s takes what the other axes leave: %s / %s",
                            to->axes[i].name, count_text(sema, given), count_text(sema, others)),
                  entry->value->span, "%lld", (long long)(given / others));
    }
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
    trace_sizes(sema, diag, input);
    offer_rest(sema, diag, call, to, wanted, given);
}

/* The axes that an attribute asks for, and their elements: no more than 2⁴⁰ (N0350). */
static bool read_shape(Sema *sema, const LayerCall *call, AttrName name, TensorType *type,
                       int64_t *elems) {
    if (!attr_shape(sema, call, name, type)) return false;
    if (type_elems(type, elems)) return true;
    Diag *diag = diag_add(sema->diags, N0350, call->attrs[name].value->span,
                          "%s is over the limit of 2⁴⁰ elements" FACTS("sizes_over_limit[]"),
                          sizes_of(sema, type));
    diag_here(diag, "too large");
    return false;
}

/* The elements keep their row-major order. */
Tensor infer_reshape(Sema *sema, LayerCall *call) {
    TensorType result = {.dtype = call->input.value->type.dtype};
    int64_t wanted = 0, given = 0;
    bool ok = read_shape(sema, call, ATTR_TO, &result, &wanted);
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

Tensor infer_constant(Sema *sema, LayerCall *call) {
    TensorType result = {.dtype = DTYPE_F32};
    int64_t elems = 0;
    if (!read_shape(sema, call, ATTR_SHAPE, &result, &elems)) return call_failed(sema, call, NULL);
    Node *node = add_layer(sema, OP_CONSTANT, call->path, call->expr, &result);
    if (!node) return call_failed(sema, call, &result);
    params_add_value(sema, call, node);
    return tensor_of(node->output);
}
