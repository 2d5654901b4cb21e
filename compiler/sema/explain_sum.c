/* With k = 1 and no padding o = ⌊(i − 1)/s⌋ + 1 (R5), so a stride takes the one image to the other
 * or nothing does. Inside a def the numbers differ from use to use: where a parameter has the
 * wanted value in this use, the edit writes its name. */
#include "sema/explain_sum.h"

#include "sema/made.h"
#include "sema/relation.h"

#include <string.h>

/* "c" if that is a number here with this value, else the number. */
static const char *number_text(Sema *sema, AttrName name, int64_t number) {
    const char *letter = intern(sema->interner, attr_text(name), strlen(attr_text(name)));
    const Binding *binding = scope_find(sema, letter);
    bool is_it =
        binding && binding->kind == BIND_NUMBER && binding->defined && binding->number == number;
    return is_it ? letter : arena_printf(sema->arena, "%lld", (long long)number);
}

/* The stride of each spatial axis that takes `from` to `to`; false if there is none. */
static bool strides_between(const TensorType *from, const TensorType *to, int64_t *strides,
                            ConvAxis *axes) {
    int spatial[MAX_RANK], n = type_spatial(from, spatial);
    for (int i = 0; i < n; i++) {
        SolveAxis problem = {.axis = {.i = from->axes[spatial[i]].extent, .k = 1, .s = 1, .d = 1},
                             .o = to->axes[spatial[i]].extent};
        ConvRange range = solve_one(&problem, UNKNOWN_S);
        if (range.lo > range.hi) return false;
        strides[i] = range.lo;
        axes[i] = solve_with(&problem, UNKNOWN_S, range.lo);
    }
    return n >= 1;
}

static const char *strides_text(Sema *sema, const TensorType *type, const int64_t *strides) {
    int spatial[MAX_RANK], n = type_spatial(type, spatial);
    bool alike = true;
    Text map = text_in(sema->arena);
    for (int i = 0; i < n; i++) {
        alike &= strides[i] == strides[0];
        text_printf(&map, "%s%s: %lld", i ? ", " : "{", type->axes[spatial[i]].name,
                    (long long)strides[i]);
    }
    text_puts(&map, "}");
    return alike ? number_text(sema, ATTR_S, strides[0]) : text_str(&map);
}

/* What binds less than a sum, and therefore stands in brackets in one. */
static bool is_stage(const AstExpr *side) {
    return (side->kind == AST_CALL && side->call.piped) || side->kind == AST_ASSERT ||
           side->kind == AST_REPEAT;
}

/* True if a 1×1 convolution makes the one type of the other. */
static bool can_project(const TensorType *from, const TensorType *to) {
    int64_t strides[MAX_SPATIAL];
    ConvAxis axes[MAX_SPATIAL];
    int batch = type_batch(from);
    if (type_channel(from) == NO_AXIS || !strides_between(from, to, strides, axes)) return false;
    return batch == NO_AXIS || from->axes[batch].extent == to->axes[batch].extent;
}

/* @param what  the side in words */
static void offer(Sema *sema, Diag *diag, const AstExpr *side, const char *what,
                  const TensorType *from, const TensorType *to) {
    int64_t strides[MAX_SPATIAL];
    ConvAxis axes[MAX_SPATIAL];
    int spatial[MAX_RANK], n = type_spatial(from, spatial), shown = 0;
    strides_between(from, to, strides, axes);
    int64_t c = to->axes[type_channel(from)].extent;
    while (shown < n - 1 && strides[shown] == 1) shown++;
    bool moves = strides[shown] > 1;
    DiagHelp *help =
        diag_help(diag, FIX_MAYBE, "project %s with a 1×1 convolution: %s%sc = %lld", what,
                  moves ? relation_numbers(sema->arena, WINDOW_CONV, &axes[shown]) : "",
                  moves ? ", " : "", (long long)c);
    bool in_brackets = is_stage(side);
    if (!in_brackets) diag_edit(help, span_start(side->span), "(");
    diag_edit(help, span_end(side->span), " |> conv(c=%s, k=1%s%s)%s", number_text(sema, ATTR_C, c),
              moves ? ", s=" : "", moves ? strides_text(sema, from, strides) : "",
              in_brackets ? "" : ")");
}

void offer_projection(Sema *sema, Diag *diag, const AstExpr *expr, const TensorType *left,
                      const TensorType *right) {
    if (expr->binary.op != AST_ADD && expr->binary.op != AST_SUB) return;
    const AstExpr *a = expr->binary.left, *b = expr->binary.right;
    bool left_may = a->kind == AST_NAME || b->kind != AST_NAME;
    left_may &= can_project(left, right);
    bool right_may = b->kind == AST_NAME || a->kind != AST_NAME;
    right_may &= can_project(right, left);
    const char *shortcut = "the shortcut"; /* if only one side can be it */
    const char *left_is = arena_printf(sema->arena, "`%s`", quote_span(sema, a->span));
    const char *right_is = arena_printf(sema->arena, "`%s`", quote_span(sema, b->span));
    if (left_may) offer(sema, diag, a, right_may ? left_is : shortcut, left, right);
    if (right_may) offer(sema, diag, b, left_may ? right_is : shortcut, right, left);
}

/* True if `by` has one number for each image and channel of `x`. */
static bool can_scale(const TensorType *x, const TensorType *by) {
    int channel = type_channel(x), batch = type_batch(x);
    if (channel == NO_AXIS || type_channel(by) == NO_AXIS || type_equal(x, by)) return false;
    if ((batch == NO_AXIS) != (type_batch(by) == NO_AXIS)) return false;
    for (int i = 0; i < by->rank; i++) {
        int64_t wanted = i == type_channel(by) ? x->axes[channel].extent
                         : i == type_batch(by) ? x->axes[batch].extent
                                               : 1;
        if (by->axes[i].extent != wanted) return false;
    }
    return true;
}

void offer_scale_by(Sema *sema, Diag *diag, const AstExpr *expr, const TensorType *left,
                    const TensorType *right) {
    if (expr->binary.op != AST_MUL) return;
    bool right_scales = can_scale(left, right);
    if (!right_scales && !can_scale(right, left)) return;
    const AstExpr *x = right_scales ? expr->binary.left : expr->binary.right;
    const AstExpr *by = right_scales ? expr->binary.right : expr->binary.left;
    diag_edit(diag_help(diag, FIX_AUTO, "one number for each image and channel is a `scale`"),
              expr->span, "scale(%s, %s)", made_as_written(sema, x).text,
              made_as_written(sema, by).text);
}
