/* Expressions of numbers. `a + b + c ...` nests to the left without limit, so the left spine is
 * walked with an explicit stack; right operands and brackets are as deep as the parser's bracket
 * limit. */
#include "sema/eval.h"

#include "base/checked.h"
#include "sema/scope.h"

#include <math.h>

static const AstExpr *left_of(const AstExpr *expr) {
    if (expr->kind == AST_BINARY) return expr->binary.left;
    if (expr->kind == AST_NEGATE) return expr->operand;
    return NULL;
}

bool is_number(Sema *sema, const AstExpr *expr) {
    for (const AstExpr *left; (left = left_of(expr)) != NULL;) expr = left;
    switch (expr->kind) {
    case AST_INT:
    case AST_REAL:
    case AST_SIZE:
    case AST_EXTENT: return true;
    case AST_NAME: {
        Binding *binding = scope_find_path(sema, &expr->name);
        return binding && (binding->kind == BIND_NUMBER || binding->kind == BIND_REAL);
    }
    default: return false;
    }
}

bool is_real(Sema *sema, const AstExpr *expr) {
    for (const AstExpr *left; (left = left_of(expr)) != NULL; expr = left)
        if (expr->kind == AST_BINARY && is_real(sema, expr->binary.right)) return true;
    if (expr->kind != AST_NAME) return expr->kind == AST_REAL;
    const Binding *binding = scope_find_path(sema, &expr->name);
    return binding && binding->kind == BIND_REAL;
}

#define MAX_WHOLE 1e15 /* of a real number that is offered as an integer */

/* @param kind  "an integer", "a number": what was wanted */
static bool refuse_kind(Sema *sema, const AstExpr *expr, const char *wanted, const char *kind) {
    if (expr->kind == AST_ERROR) return false;
    Diag *diag = diag_add(sema->diags, N0105, expr->span,
                          "%s wants %s, this is %s" FACTS("what wanted given"), wanted, kind,
                          describe_expr(sema, expr));
    diag_here(diag, "not %s", kind);
    if (expr->kind == AST_REAL && strcmp(kind, "an integer") == 0 && expr->real >= 0 &&
        expr->real < MAX_WHOLE && floor(expr->real) == expr->real)
        diag_edit(diag_help(diag, FIX_AUTO, "the same number"), expr->span, "%lld",
                  (long long)expr->real);
    if (expr->kind == AST_UNKNOWN)
        diag_note(diag, "`?` is solved where it is the whole value of k, s, p, d or a of a "
                        "convolution or pool, from the `-> [...]` after it");
    return false;
}

/* The number that a name stands for: `real` receives it, and `whole` too if it is one; `whole` is
 * NULL where a real number will do. */
static bool eval_name(Sema *sema, const AstExpr *expr, const char *wanted, int64_t *whole,
                      double *real) {
    const char *kind = whole ? "an integer" : "a number";
    Binding *binding = scope_use_path(sema, &expr->name);
    if (!binding || binding->kind == BIND_FAILED) return false;
    bool is_whole = binding->kind == BIND_NUMBER;
    if (!is_whole && (whole || binding->kind != BIND_REAL))
        return refuse_kind(sema, expr, wanted, kind);
    if (whole) *whole = binding->number;
    *real = is_whole ? (double)binding->number : binding->real;
    return true;
}

/* x.H: the extent of a value, also of a failed one as far as it is known. */
static bool eval_extent(Sema *sema, const AstExpr *expr, const char *wanted, int64_t *out) {
    Binding *binding = scope_use(sema, &expr->extent.value);
    if (!binding || binding->kind == BIND_FAILED) return false;
    if (binding->kind != BIND_VALUE) {
        const char *found = describe_binding(binding);
        Diag *diag =
            diag_add(sema->diags, N0105, expr->span,
                     "%s wants an axis of a tensor, but `%s` is %s" FACTS("what name given"),
                     wanted, binding->name, found);
        diag_label(diag, binding->span, "%s", found);
        return false;
    }
    const Tensor *tensor = &binding->tensor;
    bool failed = tensor_is_failed(tensor);
    const TensorType *type = failed ? &tensor->known : &tensor->value->type;
    if (type->rank == 0 || tensor->is_guess) return false;
    int axis = type_axis(type, expr->extent.axis.text);
    if (axis == NO_AXIS) {
        Diag *diag = diag_add(sema->diags, N0108, expr->extent.axis.span,
                              "`%s` has no axis `%s`; its axes are %s" FACTS("value axis axes[]"),
                              binding->name, expr->extent.axis.text, axis_names(sema, type));
        diag_here(diag, "not one of them");
        diag_label(diag, binding->span, "`%s` is defined here", binding->name);
        suggest_axis(type, diag, expr->extent.axis.text, expr->extent.axis.span);
        return false;
    }
    *out = type->axes[axis].extent;
    return *out > 0;
}

static bool report_overflow(Sema *sema, const AstExpr *expr) {
    Diag *diag =
        diag_add(sema->diags, N0107, expr->span, "integer overflow in `%s`" FACTS("expression"),
                 quote_span(sema, expr->span));
    diag_here(diag, "does not fit in 64 bits");
    return false;
}

/* `a / b` without remainder, `a % b` with the sign of b. */
static bool divide(Sema *sema, const AstExpr *expr, int64_t a, int64_t b, int64_t *out) {
    bool is_div = expr->binary.op == AST_DIV;
    if (b == 0) {
        Diag *diag = diag_add(sema->diags, N0106, expr->span,
                              "%lld %s 0 is not exact" FACTS("left operator"), (long long)a,
                              is_div ? "/" : "%");
        diag_here(diag, "division by zero");
        return false;
    }
    if (b == -1) { /* INT64_MIN / -1 traps */
        if (!is_div) *out = 0;
        return !is_div || checked_sub(0, a, out) || report_overflow(sema, expr);
    }
    int64_t rest = a % b;
    if (!is_div) {
        *out = rest != 0 && (rest < 0) != (b < 0) ? rest + b : rest;
        return true;
    }
    if (rest != 0) {
        Diag *diag =
            diag_add(sema->diags, N0106, expr->span, "%lld / %lld is not exact" FACTS("left right"),
                     (long long)a, (long long)b);
        diag_here(diag, "leaves a remainder of %lld", (long long)rest);
        diag_note(diag, "why: no size is rounded outside a layer, so that no element is lost in "
                        "silence");
        return false;
    }
    *out = a / b;
    return true;
}

static bool apply(Sema *sema, const AstExpr *expr, const char *wanted, int64_t *value) {
    if (expr->kind == AST_NEGATE)
        return checked_sub(0, *value, value) || report_overflow(sema, expr);
    int64_t left = *value, right;
    if (!eval_integer(sema, expr->binary.right, wanted, &right)) return false;
    switch (expr->binary.op) {
    case AST_ADD: return checked_add(left, right, value) || report_overflow(sema, expr);
    case AST_SUB: return checked_sub(left, right, value) || report_overflow(sema, expr);
    case AST_MUL: return checked_mul(left, right, value) || report_overflow(sema, expr);
    case AST_DIV:
    case AST_MOD: return divide(sema, expr, left, right, value);
    }
    return false;
}

bool eval_integer(Sema *sema, const AstExpr *expr, const char *wanted, int64_t *out) {
    VEC(const AstExpr *) spine = {0};
    for (const AstExpr *left; (left = left_of(expr)) != NULL; expr = left)
        VEC_PUSH(sema->arena, &spine, expr);
    int64_t value = 0;
    double real;
    bool ok = true;
    switch (expr->kind) {
    case AST_INT: value = expr->integer; break;
    case AST_NAME: ok = eval_name(sema, expr, wanted, &value, &real); break;
    case AST_EXTENT: ok = eval_extent(sema, expr, wanted, &value); break;
    default: ok = refuse_kind(sema, expr, wanted, "an integer"); break;
    }
    while (ok && spine.len > 0) ok = apply(sema, spine.at[--spine.len], wanted, &value);
    if (ok) *out = value;
    return ok;
}

/* The number at the left end of an expression. */
static bool real_leaf(Sema *sema, const AstExpr *expr, const char *wanted, double *out) {
    int64_t whole = 0;
    switch (expr->kind) {
    case AST_REAL: *out = expr->real; return true;
    case AST_INT: whole = expr->integer; break;
    case AST_NAME: return eval_name(sema, expr, wanted, NULL, out);
    case AST_EXTENT:
        if (!eval_extent(sema, expr, wanted, &whole)) return false;
        break;
    default: return refuse_kind(sema, expr, wanted, "a number");
    }
    *out = (double)whole;
    return true;
}

static bool apply_real(Sema *sema, const AstExpr *expr, const char *wanted, double *value) {
    double left = *value, right;
    if (expr->kind == AST_NEGATE) {
        *value = -left;
        return true;
    }
    if (!eval_real(sema, expr->binary.right, wanted, &right)) return false;
    if (right == 0 && (expr->binary.op == AST_DIV || expr->binary.op == AST_MOD)) {
        Diag *diag =
            diag_add(sema->diags, N0106, expr->span, "%g %s 0 is not exact" FACTS("left operator"),
                     left, ast_operator_text(expr->binary.op));
        diag_here(diag, "division by zero");
        return false;
    }
    switch (expr->binary.op) {
    case AST_ADD: *value = left + right; break;
    case AST_SUB: *value = left - right; break;
    case AST_MUL: *value = left * right; break;
    case AST_DIV: *value = left / right; break;
    case AST_MOD:
        *value = fmod(left, right);
        if (*value != 0 && (*value < 0) != (right < 0)) *value += right;
        break;
    }
    if (isfinite(*value)) return true;
    Diag *diag = diag_add(sema->diags, N0107, expr->span, "overflow in `%s`" FACTS("expression"),
                          quote_span(sema, expr->span));
    diag_here(diag, "larger than any real number");
    return false;
}

bool eval_real(Sema *sema, const AstExpr *expr, const char *wanted, double *out) {
    VEC(const AstExpr *) spine = {0};
    for (const AstExpr *left; (left = left_of(expr)) != NULL; expr = left)
        VEC_PUSH(sema->arena, &spine, expr);
    double value = 0;
    bool ok = real_leaf(sema, expr, wanted, &value);
    while (ok && spine.len > 0) ok = apply_real(sema, spine.at[--spine.len], wanted, &value);
    if (ok) *out = value;
    return ok;
}

bool eval_f32(Sema *sema, const AstExpr *expr, const char *wanted, double *out) {
    double value;
    if (!eval_real(sema, expr, wanted, &value)) return false;
    if (fabs(value) < 0x1.ffffffp127) { /* halfway from FLT_MAX to the next */
        *out = (float)value;
        return true;
    }
    Diag *diag = diag_add(sema->diags, N0004, expr->span,
                          "number `%s` is too large" FACTS("number"), quote_span(sema, expr->span));
    diag_here(diag, "the largest f32 is 3.4028235e38");
    return false;
}
