/* Element types: the layer that makes f32 of a u8, and that no other takes one. */
#include "sema/infer_f32.h"

#include "sema/infer.h"

#include <string.h>

/* The `input` line that declares the value; NULL if it is not that of an input. */
static const AstItem *declaration_of(const Sema *sema, const Value *value) {
    for (size_t i = 0; i < sema->ast->items.len && value->producer->op == OP_INPUT; i++) {
        const AstItem *item = sema->ast->items.at[i];
        if (item->kind == AST_INPUT && strcmp(item->input.name.text, value->name) == 0) return item;
    }
    return NULL;
}

/* The expression of tensor `index` of a call, which may have been piped into it; NULL: of what is
 * repeated. */
static const AstExpr *operand_of(Sema *sema, const AstExpr *expr, int index, bool *piped) {
    *piped = expr->call.piped && index == 0;
    if (*piped) return expr->call.piped;
    if (expr->call.piped) index--;
    for (size_t i = 0; i < expr->call.n_args; i++) {
        const AstArg *arg = &expr->call.args[i];
        if (arg->kind != AST_ARG_POSITIONAL || is_nameless(sema, arg)) continue;
        if (index-- == 0) return arg->value;
    }
    return NULL;
}

/* The number of the parameter among the tensors of its def, or -1. */
static int tensor_parameter(const AstItem *def, const char *name) {
    int number = 0;
    for (size_t i = 0; i < def->def.n_params; i++) {
        const AstParam *param = &def->def.params[i];
        if (param->kind.text) continue;
        if (strcmp(param->name.text, name) == 0) return number;
        number++;
    }
    return -1;
}

/* What was given for a parameter of a def, in the use of the def: there the bytes come from. */
static const AstExpr *given_operand(Sema *sema, const AstExpr *operand, bool *piped) {
    for (const Use *use = sema->scope->use; use && operand && operand->kind == AST_NAME;
         use = use->outer) {
        int number = operand->name.second.text
                         ? -1
                         : tensor_parameter(use->def->item, operand->name.first.text);
        if (number < 0) break;
        operand = operand_of(sema, use->call, number, piped);
    }
    return operand;
}

/* `x |> conv` becomes `x |> f32 |> conv`, conv(x) conv(f32(x)). */
static void edit_convert(DiagHelp *help, Span operand, bool piped) {
    if (!piped) diag_edit(help, span_start(operand), "f32(");
    diag_edit(help, span_end(operand), piped ? " |> f32" : ")");
}

static void offer_ways_out(Sema *sema, Diag *diag, const Value *value, const AstExpr *operand,
                           bool piped) {
    operand = given_operand(sema, operand, &piped);
    if (operand)
        edit_convert(diag_help(diag, FIX_MAYBE, "make numbers of the bytes, 0.0 to 255.0"),
                     operand->span, piped);
    const AstItem *declared = declaration_of(sema, value);
    if (!declared) return;
    DiagHelp *help = diag_help(diag, FIX_MAYBE, "let the caller give floats");
    diag_edit(help, declared->input.dtype.span, "f32");
}

static bool is_f32(const Tensor *tensor) {
    return tensor_is_failed(tensor) || tensor->value->type.dtype == DTYPE_F32;
}

static void finish_report(Sema *sema, Diag *diag, const Value *value, const AstExpr *operand,
                          bool piped) {
    diag_here(diag, "wants f32");
    diag_label(diag, value->span, "%s is %s", value->name, dtype_name(value->type.dtype));
    offer_ways_out(sema, diag, value, operand, piped);
}

static bool require_f32(Sema *sema, Span where, const char *layer, const Tensor *tensor,
                        const AstExpr *operand, bool piped) {
    if (is_f32(tensor)) return true;
    const Value *value = tensor->value;
    Diag *diag = diag_add(sema->diags, N0603, where,
                          "`%s` computes in f32, but `%s` is %s" FACTS("layer value dtype"), layer,
                          value->name, dtype_name(value->type.dtype));
    finish_report(sema, diag, value, operand, piped);
    return false;
}

bool output_takes_type(Sema *sema, const AstItem *item, const Tensor *tensor) {
    if (is_f32(tensor)) return true;
    const Value *value = tensor->value;
    Diag *diag = diag_add(sema->diags, N0603, item->output.name.span,
                          "an output is f32, but `%s` is %s" FACTS("value dtype"), value->name,
                          dtype_name(value->type.dtype));
    finish_report(sema, diag, value, item->output.value, true);
    return false;
}

bool call_takes_types(Sema *sema, const LayerCall *call) {
    bool ok = true;
    for (int i = 0; i < call->n_tensors && call->layer->op != OP_F32; i++) {
        bool piped;
        if (is_f32(&call->tensors[i])) continue; /* the operand takes a search */
        const AstExpr *operand = operand_of(sema, call->expr, i, &piped);
        ok &= require_f32(sema, call->span, call->layer->name, &call->tensors[i], operand, piped);
    }
    return ok;
}

bool join_takes_types(Sema *sema, const AstExpr *expr, const char *sign, const Tensor *left,
                      const Tensor *right) {
    const AstExpr *a = expr->binary.left, *b = expr->binary.right;
    bool ok = require_f32(sema, a->span, sign, left, a, false);
    return require_f32(sema, b->span, sign, right, b, false) && ok;
}

/* N0604: the fix deletes the stage. */
static void report_already(Sema *sema, const LayerCall *call) {
    bool piped;
    const AstExpr *operand = operand_of(sema, call->expr, 0, &piped), *expr = call->expr;
    Diag *diag = diag_add(sema->diags, N0604, call->span, "`%s` is f32 already" FACTS("value"),
                          call->input.value->name);
    diag_here(diag, "changes nothing");
    if (!operand) return;
    DiagHelp *help = diag_help(diag, FIX_AUTO, "delete it");
    Span before = {expr->span.file, expr->span.begin, operand->span.begin};
    if (before.begin < before.end) diag_edit(help, before, "%s", "");
    diag_edit(help, (Span){expr->span.file, operand->span.end, expr->span.end}, "%s", "");
}

Tensor infer_f32(Sema *sema, LayerCall *call) {
    TensorType type = call->input.value->type;
    if (type.dtype == DTYPE_F32) {
        report_already(sema, call);
        return call_failed(sema, call, &type);
    }
    type.dtype = DTYPE_F32;
    Node *node = add_layer(sema, OP_F32, call->path, call->expr, &type);
    if (!node) return call_failed(sema, call, &type);
    node->inputs[node->n_inputs++] = call->input.value;
    return tensor_of(node->output);
}
