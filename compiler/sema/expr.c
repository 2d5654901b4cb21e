/* Tensor expressions. `x |> f |> g -> [..] + y` nests to the left as deep as the file is long, so
 * the left spine is collected first and then applied from the inside out:
 *
 *     ((x |> f) -> [..]) + y      spine: BINARY, ASSERT, CALL; leaf: x
 *
 * Right operands and brackets recurse; the parser bounds how deep brackets nest. */
#include "sema/infer.h"

#include "sema/eval.h"
#include "sema/expand.h"
#include "sema/made.h"

#include <stdlib.h>
#include <string.h>

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
    Binding *binding = scope_use_path(sema, &expr->name);
    if (!binding || binding->kind == BIND_FAILED) return failed_at(sema, expr->span);
    if (binding->kind == BIND_VALUE) return binding->tensor;
    const char *found = describe_binding(binding);
    Diag *diag = diag_add(sema->diags, N0105, expr->span,
                          "a tensor is wanted, `%s` is %s" FACTS("expression given"),
                          quote_span(sema, expr->span), found);
    diag_here(diag, "not a tensor");
    diag_label(diag, binding->span, "%s", found);
    return failed_at(sema, expr->span);
}

static Tensor infer_leaf(Sema *sema, const AstExpr *expr, const AstExpr *assertion) {
    switch (expr->kind) {
    case AST_NAME: return infer_name(sema, expr);
    case AST_CALL: return infer_call(sema, expr, NULL, assertion);
    case AST_ERROR: return failed_at(sema, expr->span);
    default: break;
    }
    Diag *diag =
        diag_add(sema->diags, N0105, expr->span, "a tensor is wanted, this is %s" FACTS("given"),
                 describe_expr(sema, expr));
    diag_here(diag, "not a tensor");
    return failed_at(sema, expr->span);
}

/* The text of a name, a number or a call, which brackets can hold as it stands; NULL of others. */
static const char *operand_text(Sema *sema, const AstExpr *expr) {
    bool whole = expr->kind == AST_NAME || expr->kind == AST_INT || expr->kind == AST_REAL ||
                 expr->kind == AST_EXTENT || (expr->kind == AST_CALL && !expr->call.piped);
    return whole ? made_as_written(sema, expr).text : NULL;
}

/* 0.5 for 2, where a few digits say it; else 1.0 / 3. */
static const char *inverse_text(Sema *sema, const AstExpr *expr, const char *number) {
    double value = expr->kind == AST_INT    ? (double)expr->integer
                   : expr->kind == AST_REAL ? expr->real
                                            : 0;
    const char *text = arena_printf(sema->arena, "%g", value != 0 ? 1 / value : 0);
    bool plain = value != 0 && strspn(text, "0123456789.") == strlen(text) &&
                 strtod(text, NULL) * value == 1;
    return plain ? text : arena_printf(sema->arena, "1.0 / %s", number);
}

/* x * 2, 2 - x, -x as a layer, where both sides are simple. */
static bool offer_scale(Sema *sema, Diag *diag, const AstExpr *expr) {
    bool negated = expr->kind == AST_NEGATE;
    const AstExpr *left = negated ? expr->operand : expr->binary.left;
    const AstExpr *right = negated ? NULL : expr->binary.right;
    if (!negated && is_number(sema, left) == is_number(sema, right)) return false;
    bool number_first = !negated && is_number(sema, left);
    const char *tensor = operand_text(sema, number_first ? right : left);
    const char *number = negated ? "" : operand_text(sema, number_first ? left : right);
    if (!tensor || !number) return false;
    const char *attrs = NULL;
    if (negated) {
        attrs = "by=-1";
    } else if (expr->binary.op == AST_MUL) {
        attrs = arena_printf(sema->arena, "by=%s", number);
    } else if (expr->binary.op == AST_ADD) {
        attrs = arena_printf(sema->arena, "by=1, shift=%s", number);
    } else if (expr->binary.op == AST_SUB) {
        attrs = number_first ? arena_printf(sema->arena, "by=-1, shift=%s", number)
                             : arena_printf(sema->arena, "by=1, shift=-%s", number);
    } else if (expr->binary.op == AST_DIV && !number_first) {
        attrs = arena_printf(sema->arena, "by=%s", inverse_text(sema, right, number));
    } else if (expr->binary.op == AST_DIV) {
        diag_edit(diag_help(diag, FIX_AUTO, "the number times `reciprocal`"), expr->span,
                  "scale(reciprocal(%s), by=%s)", tensor, number);
        return true;
    }
    if (!attrs) return false;
    diag_edit(diag_help(diag, FIX_AUTO, "a tensor and numbers are a layer of their own"),
              expr->span, "scale(%s, %s)", tensor, attrs);
    return true;
}

/* 0.5 * x, x / 2, -x: language.md names `scale` for all of them. */
static Tensor refuse_arithmetic(Sema *sema, const AstExpr *expr, Span where, const char *wanted,
                                const char *found) {
    const char *sign = expr->kind == AST_NEGATE ? "-" : ast_operator_text(expr->binary.op);
    Diag *diag =
        diag_add(sema->diags, N0105, where,
                 "`%s` wants %s, this is %s" FACTS("operator wanted given"), sign, wanted, found);
    diag_here(diag, strstr(wanted, "tensor") ? "not a tensor" : "not a number");
    if (offer_scale(sema, diag, expr)) return failed_at(sema, expr->span);
    if (where.begin == expr->span.begin && strcmp(sign, "/") == 0)
        diag_help(diag, FIX_HOLE,
                  "a number over a tensor is `reciprocal`, times the number: `scale`");
    else
        diag_help(diag, FIX_HOLE, "the layer `scale` multiplies a tensor by numbers and adds them");
    return failed_at(sema, expr->span);
}

static Tensor infer_binary(Sema *sema, const AstExpr *expr, const Tensor *left) {
    const AstExpr *right_expr = expr->binary.right;
    AstOperator op = expr->binary.op;
    if (is_number(sema, right_expr) && op != AST_MOD)
        return refuse_arithmetic(sema, expr, right_expr->span, "two tensors", "a number");
    if (is_number(sema, right_expr))
        return refuse_arithmetic(sema, expr, expr->binary.left->span, "two numbers", "a tensor");
    Tensor right = infer_expr(sema, right_expr);
    switch (op) {
    case AST_ADD: return infer_join(sema, expr, OP_ADD, left, &right);
    case AST_SUB: return infer_join(sema, expr, OP_SUB, left, &right);
    case AST_MUL: return infer_join(sema, expr, OP_MUL, left, &right);
    case AST_DIV: return infer_join(sema, expr, OP_DIV, left, &right);
    case AST_MOD: break;
    }
    return refuse_arithmetic(sema, expr, expr->span, "two numbers", "a tensor");
}

/* A number at the left end of a sum or product that has a tensor to its right. */
static bool starts_with_number(Sema *sema, const AstExpr *leaf, const AstExpr *above) {
    return above && above->kind == AST_BINARY && is_number(sema, leaf);
}

static Tensor apply(Sema *sema, const AstExpr *expr, const Tensor *left, const AstExpr *assertion) {
    switch (expr->kind) {
    case AST_CALL: return infer_call(sema, expr, left, assertion);
    case AST_ASSERT: return infer_assertion(sema, expr, left);
    case AST_BINARY: return infer_binary(sema, expr, left);
    case AST_REPEAT: return infer_repeat(sema, expr, left);
    default: return refuse_arithmetic(sema, expr, expr->span, "a number", "a tensor");
    }
}

/* N0109: several results, which only a call has, where one is wanted. */
static Tensor require_one(Sema *sema, const AstExpr *expr, const Tensor *tensor) {
    if (tensor->n_others == 0) return *tensor;
    Span span = expr->call.stage;
    Diag *diag = diag_add(sema->diags, N0109, span,
                          "`%s` returns %zu values, one is wanted here" FACTS("layer results"),
                          callee_text(sema, expr), tensor->n_others + 1);
    diag_here(diag, "give each a name: `a, b = ...`");
    return failed_at(sema, span);
}

/* The assertions above each of n stages, when the stages are asked for from the inside out. */
typedef struct Assertions {
    const AstExpr *const *stages; /* the outermost first */
    size_t next;                  /* those below this index were not looked at */
} Assertions;

/* The innermost ASSERT among the first n stages, or NULL. */
static const AstExpr *assertion_above(Assertions *assertions, size_t n) {
    if (assertions->next > n) assertions->next = n;
    while (assertions->next > 0 && assertions->stages[assertions->next - 1]->kind != AST_ASSERT)
        assertions->next--;
    return assertions->next > 0 ? assertions->stages[assertions->next - 1] : NULL;
}

static Tensor infer_spine(Sema *sema, const AstExpr *expr) {
    VEC(const AstExpr *) spine = {0};
    for (const AstExpr *left; (left = left_of(expr)) != NULL; expr = left)
        VEC_PUSH(sema->arena, &spine, expr);
    Tensor tensor;
    Assertions assertions = {spine.at, spine.len};
    const AstExpr *above = spine.len ? spine.at[spine.len - 1] : NULL;
    if (starts_with_number(sema, expr, above)) {
        tensor = refuse_arithmetic(sema, above, expr->span, "two tensors", "a number");
        if (!is_number(sema, above->binary.right)) infer_expr(sema, above->binary.right);
        spine.len--;
    } else {
        tensor = infer_leaf(sema, expr, assertion_above(&assertions, spine.len));
    }
    while (spine.len > 0) {
        tensor = require_one(sema, expr, &tensor);
        expr = spine.at[--spine.len];
        tensor = apply(sema, expr, &tensor, assertion_above(&assertions, spine.len));
    }
    return tensor;
}

/* N0005: what uses of defs and brackets nest into each other takes stack. */
static Tensor refuse_depth(Sema *sema, const AstExpr *expr) {
    Diag *diag =
        diag_add(sema->diags, N0005, expr->span,
                 "expressions inside each other exceed the limit %d (`netc limits`)" FACTS("limit"),
                 MAX_EXPR_NESTING);
    diag_here(diag, "not looked into");
    return failed_at(sema, expr->span);
}

Tensor infer_results(Sema *sema, const AstExpr *expr) {
    if (sema->depth == MAX_EXPR_NESTING) return refuse_depth(sema, expr);
    sema->depth++;
    Tensor tensor = infer_spine(sema, expr);
    sema->depth--;
    return tensor;
}

Tensor infer_expr(Sema *sema, const AstExpr *expr) {
    Tensor tensor = infer_results(sema, expr);
    return require_one(sema, expr, &tensor);
}
