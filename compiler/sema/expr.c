/* Tensor expressions. `x |> f |> g -> [..] + y` nests to the left as deep as the file is long, so
 * the left spine is collected first and then applied from the inside out:
 *
 *     ((x |> f) -> [..]) + y      spine: BINARY, ASSERT, CALL; leaf: x
 *
 * Right operands and brackets recurse; the parser bounds how deep brackets nest. */
#include "sema/infer.h"

#include "sema/eval.h"
#include "sema/scope.h"

static const AstExpr *left_of(const AstExpr *expr) {
    switch (expr->kind) {
    case AST_CALL: return expr->call.piped;
    case AST_REPEAT: return expr->repeat.piped;
    case AST_ASSERT: return expr->assertion.value;
    case AST_BINARY: return expr->binary.left;
    case AST_NEGATE: return expr->operand;
    default: return NULL;
    }
}

static Tensor failed_at(Sema *sema, Span span) {
    return tensor_failed(sema, sema->bind_name, span, NULL);
}

static Tensor infer_name(Sema *sema, const AstExpr *expr) {
    const AstPath *path = &expr->name;
    if (path->second.text) {
        Diag *diag =
            diag_add(sema->diags, N0105, expr->span, "a tensor is wanted, this is a layer");
        diag_here(diag, "names of other files are layers");
        return failed_at(sema, expr->span);
    }
    Binding *binding = scope_use(sema, &path->first);
    if (!binding || binding->kind == BIND_FAILED) return failed_at(sema, expr->span);
    if (binding->kind == BIND_VALUE) return binding->tensor;
    Diag *diag = diag_add(sema->diags, N0105, expr->span, "a tensor is wanted, `%s` is an integer",
                          binding->name);
    diag_here(diag, "not a tensor");
    diag_label(diag, binding->span, "an integer");
    return failed_at(sema, expr->span);
}

static Tensor infer_leaf(Sema *sema, const AstExpr *expr) {
    switch (expr->kind) {
    case AST_NAME: return infer_name(sema, expr);
    case AST_CALL: return infer_call(sema, expr, NULL);
    case AST_ERROR: return failed_at(sema, expr->span);
    default: break;
    }
    Diag *diag = diag_add(sema->diags, N0105, expr->span, "a tensor is wanted, this is %s",
                          describe_expr(sema, expr));
    diag_here(diag, "not a tensor");
    return failed_at(sema, expr->span);
}

/* 0.5 * x, x / 2, -x: language.md names `scale` for all of them. */
static Tensor refuse_arithmetic(Sema *sema, const AstExpr *expr, const char *what) {
    Diag *diag =
        diag_add(sema->diags, N0105, expr->span, "`+` wants two tensors, and there is no %s", what);
    diag_here(diag, "not between tensors");
    diag_help(diag, FIX_HOLE, "`scale` is the layer that multiplies by numbers and adds them");
    return failed_at(sema, expr->span);
}

static Tensor infer_binary(Sema *sema, const AstExpr *expr, const Tensor *left) {
    const AstExpr *right_expr = expr->binary.right;
    if (is_number(sema, right_expr)) {
        int64_t ignored;
        bool plain = right_expr->kind == AST_REAL || right_expr->kind == AST_SIZE;
        if (plain || eval_integer(sema, right_expr, "the operand", &ignored))
            return refuse_arithmetic(sema, expr, "arithmetic of a tensor and a number");
        return failed_at(sema, expr->span);
    }
    Tensor right = infer_expr(sema, right_expr);
    switch (expr->binary.op) {
    case AST_ADD: return infer_add(sema, expr, left, &right);
    case AST_SUB:
    case AST_MUL:
        not_there_yet(sema, expr->binary.op_span, "`%s` of two tensors",
                      ast_operator_text(expr->binary.op));
        return tensor_failed(sema, sema->bind_name, expr->span,
                             tensor_is_failed(left) ? &left->known : &left->value->type);
    case AST_DIV:
    case AST_MOD: break;
    }
    return refuse_arithmetic(sema, expr, "quotient of tensors");
}

/* A number at the left end of a sum that has a tensor further right. */
static bool starts_with_number(Sema *sema, const AstExpr *leaf, const AstExpr *above) {
    return above && above->kind == AST_BINARY && is_number(sema, leaf);
}

static Tensor apply(Sema *sema, const AstExpr *expr, const Tensor *left) {
    switch (expr->kind) {
    case AST_CALL: return infer_call(sema, expr, left);
    case AST_ASSERT: return infer_assertion(sema, expr, left);
    case AST_BINARY: return infer_binary(sema, expr, left);
    case AST_REPEAT: {
        Span span = expr->repeat.call->call.stage;
        not_there_yet(sema, span, "`repeat`");
        return failed_at(sema, span);
    }
    default: return refuse_arithmetic(sema, expr, "negative of a tensor");
    }
}

Tensor infer_expr(Sema *sema, const AstExpr *expr) {
    VEC(const AstExpr *) spine = {0};
    for (const AstExpr *left; (left = left_of(expr)) != NULL; expr = left)
        VEC_PUSH(sema->arena, &spine, expr);
    Tensor tensor;
    const AstExpr *above = spine.len ? spine.at[spine.len - 1] : NULL;
    if (starts_with_number(sema, expr, above)) {
        tensor = refuse_arithmetic(sema, above, "arithmetic of a number and a tensor");
        if (!is_number(sema, above->binary.right)) infer_expr(sema, above->binary.right);
        spine.len--;
    } else {
        tensor = infer_leaf(sema, expr);
    }
    while (spine.len > 0) tensor = apply(sema, spine.at[--spine.len], &tensor);
    return tensor;
}
