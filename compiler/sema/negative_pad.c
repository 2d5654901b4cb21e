/* A padding below 0 takes elements away before the windows are laid, which is a crop of the input:
 *
 *     x |> conv(c=8, k=3, p=(1, -2))   ->   x |> crop(p=(0, 2)) |> conv(c=8, k=3, p=(1, 0))
 */
#include "sema/negative_pad.h"

/* The whole number that is written, with its sign. */
static bool written(const AstExpr *expr, int64_t *out) {
    bool negative = expr->kind == AST_NEGATE;
    const AstExpr *number = negative ? expr->operand : expr;
    if (number->kind != AST_INT) return false;
    *out = negative ? -number->integer : number->integer;
    return true;
}

/* "2", or "(0, 2)" if the sides differ. */
static const char *pad_text(Sema *sema, int64_t lo, int64_t hi) {
    if (lo == hi) return arena_printf(sema->arena, "%lld", (long long)lo);
    return arena_printf(sema->arena, "(%lld, %lld)", (long long)lo, (long long)hi);
}

static int64_t larger(int64_t a, int64_t b) { return a > b ? a : b; }

/* Another layer in place of this one, with the opposite numbers. */
static void offer_opposite(Sema *sema, Diag *diag, const LayerCall *call, const char *layer,
                           int64_t lo, int64_t hi) {
    if (lo > 0 || hi > 0) return;
    DiagHelp *help = diag_help(diag, FIX_MAYBE, "`%s` does that", layer);
    diag_edit(help, call->expr->call.callee.span, "%s", layer);
    diag_edit(help, call->attrs[ATTR_P].value->span, "%s", pad_text(sema, -lo, -hi));
}

/* The first argument that is a tensor; NULL of a call that a repeat hands one to. */
static const AstArg *tensor_of_call(const AstExpr *expr) {
    for (size_t i = 0; i < expr->call.n_args; i++)
        if (expr->call.args[i].kind == AST_ARG_POSITIONAL) return &expr->call.args[i];
    return NULL;
}

/* x |> conv(..) and conv(x, ..) */
static void edit_input(Sema *sema, DiagHelp *help, const AstExpr *expr, Span stage,
                       const char *crop) {
    if (expr->call.piped) {
        diag_edit(help, span_start(stage), "crop(p=%s) |> ", crop);
        return;
    }
    const AstArg *tensor = tensor_of_call(expr);
    diag_edit(help, tensor->span, "crop(%s, p=%s)", quote_span(sema, tensor->span), crop);
}

void offer_crop(Sema *sema, Diag *diag, const LayerCall *call) {
    const AstExpr *value = call->attrs[ATTR_P].value;
    bool pair = value->kind == AST_PAIR;
    int64_t lo, hi;
    if (!written(pair ? value->pair.first : value, &lo) ||
        !written(pair ? value->pair.second : value, &hi))
        return;
    OpKind op = call->layer->op;
    if (op == OP_CROP || op == OP_PAD) {
        offer_opposite(sema, diag, call, op == OP_PAD ? "crop" : "pad", lo, hi);
        return;
    }
    if (op == OP_TCONV || call->n_tensors != 1) return;
    if (!call->expr->call.piped && !tensor_of_call(call->expr)) return;
    DiagHelp *help = diag_help(diag, FIX_MAYBE, "take them away before");
    edit_input(sema, help, call->expr, call->span, pad_text(sema, larger(-lo, 0), larger(-hi, 0)));
    if (lo > 0 || hi > 0)
        diag_edit(help, value->span, "%s", pad_text(sema, larger(lo, 0), larger(hi, 0)));
    else
        edit_remove(help, call->expr, call->attrs[ATTR_P].arg);
}
