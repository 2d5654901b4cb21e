/* Axes: read from a list, and those of two tensors that are to agree. */
#include "sema/infer.h"

#include "sema/eval.h"
#include "sema/trace.h"

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
    Diag *diag =
        diag_add(sema->diags, N0314, where,
                 "`%s` is %s and `%s` is %s" FACTS("first first_axes[] other other_axes[]"),
                 first->name, order, other->name, axis_names(sema, b));
    diag_here(diag, "the axes must have one order");
    DiagHelp *help =
        diag_help(diag, FIX_MAYBE, "bring `%s` into the order of `%s`", other->name, first->name);
    diag_edit(help, span_start(expr->span), "(");
    diag_edit(help, span_end(expr->span), " |> permute(order=[%s]))", order);
    return diag;
}

static bool report_size(Sema *sema, const AstEntry *entry, int64_t extent) {
    Diag *diag;
    if (extent > MAX_EXTENT) {
        diag =
            diag_add(sema->diags, N0350, entry->value->span,
                     "axis `%s` has %s elements, over the limit of %s" FACTS("axis size# limit#"),
                     entry->axis.text, count_text(sema, extent), count_text(sema, MAX_EXTENT));
        diag_here(diag, "too large");
        return false;
    }
    diag = diag_add(sema->diags, N0110, entry->value->span,
                    "the size %lld of axis `%s` is less than 1" FACTS("size axis"),
                    (long long)extent, entry->axis.text);
    diag_here(diag, "a tensor has at least one element");
    return false;
}

/* An entry `3` for `C: 3`. The names that a list of this length usually has are the fix. */
static bool report_nameless(Sema *sema, const AstExpr *axes) {
    static const char *const usual[] = {"N", "C", "H", "W"};
    size_t n = axes->list.len, first = 0;
    while (first < n && axes->list.at[first].axis.text) first++;
    Diag *diag = diag_add(sema->diags, N0207, axes->list.at[first].span,
                          "the size `%s` has no axis" FACTS("size"),
                          quote_span(sema, axes->list.at[first].span));
    diag_here(diag, "write the axis before it: `C: 3`");
    bool none_named = true;
    for (size_t i = 0; i < n; i++) none_named &= axes->list.at[i].axis.text == NULL;
    if (!none_named || (n != 2 && n != 4)) return false;
    DiagHelp *help = diag_help(diag, FIX_MAYBE, "if these are %s", n == 4 ? "N, C, H, W" : "N, C");
    for (size_t i = 0; i < n; i++) {
        diag_edit(help, span_start(axes->list.at[i].span), "%s: ", usual[i]);
    }
    return false;
}

/* N0350: too many axes, N0110: none. */
static bool report_rank(Sema *sema, Span span, size_t n, const char *what, int most) {
    if (n == 0) {
        Diag *none = diag_add(sema->diags, N0110, span, "a tensor without axes");
        diag_here(none, "at least one axis, with its size");
        return false;
    }
    Diag *diag = diag_add(sema->diags, N0350, span,
                          "%zu %s, over the limit of %d" FACTS("count what limit"), n, what, most);
    diag_here(diag, "too many");
    return false;
}

bool read_axes(Sema *sema, const AstExpr *axes, TensorType *out) {
    bool ok = true, all_named = true;
    for (size_t i = 0; i < axes->list.len; i++) all_named &= axes->list.at[i].axis.text != NULL;
    if (!all_named) ok = report_nameless(sema, axes);
    if (axes->list.len == 0 || axes->list.len > MAX_RANK)
        return ok && report_rank(sema, axes->span, axes->list.len, "axes", MAX_RANK);
    for (size_t i = 0; i < axes->list.len; i++) {
        const AstEntry *entry = &axes->list.at[i];
        if (!entry->axis.text) continue;
        if (type_axis(out, entry->axis.text) != NO_AXIS) {
            Diag *diag = diag_add(sema->diags, N0110, entry->axis.span,
                                  "axis `%s` is given twice" FACTS("axis"), entry->axis.text);
            diag_here(diag, "the second time");
            ok = false;
            continue;
        }
        int64_t extent = 0;
        const char *wanted = arena_printf(sema->arena, "the size of `%s`", entry->axis.text);
        if (!eval_integer(sema, entry->value, wanted, &extent))
            ok = false;
        else if (extent < 1 || extent > MAX_EXTENT)
            ok = report_size(sema, entry, extent);
        out->axes[out->rank++] = (Axis){entry->axis.text, extent};
    }
    int spatial[MAX_RANK], n = type_spatial(out, spatial);
    if (n > MAX_SPATIAL)
        return ok && report_rank(sema, axes->span, (size_t)n, "spatial axes", MAX_SPATIAL);
    return ok;
}

bool require_spatial(Sema *sema, const LayerCall *call) {
    if (call->n_spatial > 0) return true;
    const Value *input = call->input.value;
    Diag *diag = diag_add(sema->diags, N0313, call->span,
                          "`%s` needs a spatial axis; `%s` has %s" FACTS("layer value axes[]"),
                          call->layer->name, input->name, axis_names(sema, &input->type));
    diag_here(diag, "works along every axis but N and C");
    diag_label(diag, input->span, "%s", sizes_of(sema, &input->type));
    return false;
}

bool border_reaches(Sema *sema, const LayerCall *call, Border border, const int64_t *lo,
                    const int64_t *hi) {
    if (border != BORDER_REFLECT && border != BORDER_CIRCULAR) return true;
    const TensorType *type = &call->input.value->type;
    for (int a = 0; a < call->n_spatial; a++) {
        const Axis *axis = &type->axes[call->spatial[a]];
        int64_t most = border == BORDER_REFLECT ? axis->extent - 1 : axis->extent;
        int64_t p = lo[a] > hi[a] ? lo[a] : hi[a];
        if (p <= most) continue;
        const char *word = border == BORDER_REFLECT ? "reflect" : "circular";
        Diag *diag = diag_add(sema->diags, N0308, call->attrs[ATTR_P].arg->span,
                              "border=%s cannot pad %lld around %lld elements along %s" FACTS(
                                  "border padding size axis"),
                              word, (long long)p, (long long)axis->extent, axis->name);
        diag_here(diag, "at most %lld", (long long)most);
        diag_label(diag, call->input.value->span, "%s", sizes_of(sema, type));
        diag_note(diag, border == BORDER_REFLECT
                            ? "why: the data are mirrored at their first and last element"
                            : "why: the padding is data from the other end");
        trace_size(sema, diag, call->input.value, axis->name);
        edit_attr(diag_help(diag, FIX_MAYBE, "repeat the elements at the border, however often"),
                  call->expr, ATTR_BORDER, "replicate");
        edit_attr(diag_help(diag, FIX_MAYBE, "zeros around the data"), call->expr, ATTR_BORDER,
                  "zero");
        return false;
    }
    return true;
}
