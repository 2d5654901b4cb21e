/* dense: one row of numbers for each image. */
#include "sema/infer.h"

#include "sema/params.h"

/* x |> dense(..) and dense(x, ..) */
static void offer_flatten(Diag *diag, const LayerCall *call) {
    const AstExpr *expr = call->expr;
    DiagHelp *help = diag_help(diag, FIX_MAYBE, "flatten first");
    if (expr->call.piped) {
        diag_edit(help, span_start(call->span), "flatten |> ");
        return;
    }
    const AstArg *tensor = expr->call.args;
    while (tensor->kind != AST_ARG_POSITIONAL) tensor++;
    diag_edit(help, span_start(tensor->span), "flatten(");
    diag_edit(help, span_end(tensor->span), ")");
}

/* [N, C] -> [N, c] */
Tensor infer_dense(Sema *sema, LayerCall *call) {
    const TensorType *type = &call->input.value->type;
    int64_t c = 0;
    bool ok = attr_count(sema, call, ATTR_C, &c);
    int batch = type_batch(type), channel = type_channel(type);
    TensorType result = {.dtype = type->dtype};
    if (batch != NO_AXIS) result.axes[result.rank++] = type->axes[batch];
    if (channel != NO_AXIS) result.axes[result.rank++] = (Axis){type->axes[channel].name, c};
    if (call->n_spatial > 0 || channel == NO_AXIS) {
        Diag *diag = diag_add(sema->diags, N0315, call->span,
                              "`dense` takes [N, C]; `%s` is %s" FACTS("value actual[]"),
                              call->input.value->name, sizes_of(sema, type));
        diag_here(diag, "wants one row of numbers for each image");
        diag_label(diag, call->input.value->span, "%s", sizes_of(sema, type));
        offer_flatten(diag, call);
        ok = false;
    }
    Node *node = ok ? add_layer(sema, OP_DENSE, call->path, call->expr, &result) : NULL;
    if (!node) return call_failed(sema, call, &result);
    node->inputs[node->n_inputs++] = call->input.value;
    params_add(sema, call, node, c);
    return tensor_of(node->output);
}
