/* Tensors whose axes are to agree. */
#include "sema/infer.h"

#include <string.h>

bool same_axes(const TensorType *a, const TensorType *b) {
    if (a->rank != b->rank) return false;
    for (int i = 0; i < a->rank; i++)
        if (strcmp(a->axes[i].name, b->axes[i].name) != 0) return false;
    return true;
}

Diag *report_order(Sema *sema, Span where, const Value *first, const Value *other,
                   const AstExpr *expr) {
    const TensorType *a = &first->type, *b = &other->type;
    if (a->rank != b->rank || same_axes(a, b)) return NULL;
    for (int i = 0; i < a->rank; i++)
        if (type_axis(b, a->axes[i].name) == NO_AXIS) return NULL;
    const char *order = axis_names(sema, a);
    Diag *diag = diag_add(sema->diags, N0314, where, "`%s` is %s and `%s` is %s", first->name,
                          order, other->name, axis_names(sema, b));
    diag_here(diag, "the axes must have one order");
    DiagHelp *help =
        diag_help(diag, FIX_MAYBE, "bring `%s` into the order of `%s`", other->name, first->name);
    diag_edit(help, span_start(expr->span), "(");
    diag_edit(help, span_end(expr->span), " |> permute(order=[%s]))", order);
    return diag;
}
