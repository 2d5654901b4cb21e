/* `value -> [H: 28, W: 28]` and `-> [1, 6, 28, 28]`: the asserted sizes against the computed ones.
 *
 * A value that failed, or differs, goes on with the asserted sizes: what follows is checked against
 * what the author believes, and one fault gives one message. */
#include "sema/infer.h"

#include "sema/eval.h"
#include "sema/explain_size.h"
#include "sema/scope.h"

#include <string.h>

typedef struct Asserted {
    int64_t extent[MAX_RANK]; /* by axis of the type; 0: not asserted */
    Span span[MAX_RANK];
} Asserted;

/* What an assertion is about: the definition's value, unless it is one with a name of its own. */
static const char *title_of(Sema *sema, const Value *value) {
    return value->named ? value->name : sema->bind_name;
}

static bool report_axis(Sema *sema, const Value *value, const TensorType *type,
                        const AstName *axis) {
    Diag *diag = diag_add(sema->diags, N0108, axis->span,
                          "`%s` has no axis `%s`; its axes are %s" FACTS("value axis axes[]"),
                          title_of(sema, value), axis->text, axis_names(sema, type));
    diag_here(diag, "not one of them");
    suggest_axis(type, diag, axis->text, axis->span);
    diag_label(diag, value->span, "%s", sizes_of(sema, type));
    return false;
}

static bool report_count(Sema *sema, const AstExpr *sizes, const Value *value,
                         const TensorType *type) {
    Diag *diag =
        diag_add(sema->diags, N0310, sizes->span,
                 "`%s` has %d axes, but the program asserts %zu" FACTS("value rank asserted"),
                 title_of(sema, value), type->rank, sizes->list.len);
    diag_here(diag, "asserted here");
    diag_label(diag, value->span, "%s", sizes_of(sema, type));
    diag_note(diag, "a list without axis names gives all axes in order: %s",
              axis_names(sema, type));
    return false;
}

/* The index of the axis that an entry is about; -1 if it is wrong: reported. */
static int axis_of_entry(Sema *sema, const AstExpr *sizes, size_t index, const Value *value,
                         const TensorType *type, const Asserted *asserted) {
    const AstEntry *entry = &sizes->list.at[index];
    if (!entry->axis.text) return (int)index;
    int axis = type_axis(type, entry->axis.text);
    if (axis == NO_AXIS) {
        report_axis(sema, value, type, &entry->axis);
        return -1;
    }
    if (asserted->span[axis].end == 0) return axis;
    Diag *diag = diag_add(sema->diags, N0110, entry->axis.span,
                          "axis `%s` is given twice" FACTS("axis"), entry->axis.text);
    diag_here(diag, "the second time");
    diag_label(diag, asserted->span[axis], "the first time");
    return -1;
}

static bool read_size(Sema *sema, const AstExpr *expr, const char *axis, int64_t *out) {
    if (!eval_integer(sema, expr, arena_printf(sema->arena, "the size of `%s`", axis), out))
        return false;
    if (*out >= 1) return true;
    Diag *diag = diag_add(sema->diags, N0110, expr->span,
                          "the size %lld of axis `%s` is less than 1" FACTS("size axis"),
                          (long long)*out, axis);
    diag_here(diag, "a tensor has at least one element");
    return false;
}

/* Reads every entry, the good ones also beside bad ones. */
static bool read_sizes(Sema *sema, const AstExpr *sizes, const Value *value, const TensorType *type,
                       Asserted *out) {
    bool named = false, positional = false, ok = true;
    for (size_t i = 0; i < sizes->list.len; i++) {
        named |= sizes->list.at[i].axis.text != NULL;
        positional |= sizes->list.at[i].axis.text == NULL;
    }
    if (named && positional) {
        Diag *diag = diag_add(sema->diags, N0108, sizes->span,
                              "an assertion names its axes or lists all in order, not both");
        diag_here(diag, "some sizes have an axis, some have not");
        return false;
    }
    if (positional && (int)sizes->list.len != type->rank)
        return report_count(sema, sizes, value, type);
    for (size_t i = 0; i < sizes->list.len; i++) {
        const AstEntry *entry = &sizes->list.at[i];
        int axis = axis_of_entry(sema, sizes, i, value, type, out);
        if (axis < 0) {
            ok = false;
            continue;
        }
        out->span[axis] = entry->span;
        if (entry->value->kind == AST_UNKNOWN) continue;
        ok &= read_size(sema, entry->value, type->axes[axis].name, &out->extent[axis]);
    }
    return ok;
}

/* The type with the asserted extents put in; rank 0 if one is still unknown. */
static TensorType completed(const TensorType *type, const Asserted *asserted) {
    TensorType result = *type;
    for (int i = 0; i < type->rank; i++) {
        if (asserted->extent[i] > 0) result.axes[i].extent = asserted->extent[i];
        if (result.axes[i].extent < 1 || result.axes[i].extent > MAX_EXTENT) return (TensorType){0};
    }
    int64_t elems;
    return type_elems(&result, &elems) ? result : (TensorType){0};
}

/* "55×55" for the axes that differ. */
static const char *sizes_at(Sema *sema, const TensorType *type, const int64_t *extent,
                            const bool *differs) {
    Text text = text_in(sema->arena);
    int n = 0;
    for (int i = 0; i < type->rank; i++)
        if (differs[i])
            text_printf(&text, "%s%lld", n++ ? "×" : "",
                        (long long)(extent ? extent[i] : type->axes[i].extent));
    return text_str(&text);
}

/* "H = W = 55" or "C = 6, H = 28". */
static const char *equations(Sema *sema, const TensorType *type, const bool *differs) {
    Text text = text_in(sema->arena);
    int64_t last = 0;
    const char *pending = NULL;
    for (int i = 0; i < type->rank; i++) {
        if (!differs[i]) continue;
        if (pending && type->axes[i].extent != last)
            text_printf(&text, " = %lld, %s", (long long)last, type->axes[i].name);
        else
            text_printf(&text, "%s%s", pending ? " = " : "", type->axes[i].name);
        pending = type->axes[i].name;
        last = type->axes[i].extent;
    }
    text_printf(&text, " = %lld", (long long)last);
    return text_str(&text);
}

static Tensor believe(Sema *sema, const Tensor *value, const TensorType *type) {
    Value *believed = ARENA_NEW(sema->arena, Value);
    *believed = *value->value;
    believed->named = false;
    believed->producer = NULL;
    believed->type = *type;
    return tensor_of(believed);
}

static void report_mismatch(Sema *sema, const Value *value, const Asserted *asserted,
                            const bool *differs) {
    const TensorType *type = &value->type;
    const char *name = title_of(sema, value);
    Span where = {0};
    for (int i = 0; i < type->rank; i++)
        if (differs[i]) where = where.end ? span_join(where, asserted->span[i]) : asserted->span[i];
    Diag *diag = diag_add(
        sema->diags, N0310, where,
        "`%s` is %s, but the program asserts %s" FACTS("value actual[] asserted[]"), name,
        sizes_at(sema, type, NULL, differs), sizes_at(sema, type, asserted->extent, differs));
    diag_here(diag, "asserted here");
    const Node *node = sizing_node(value);
    diag_label(diag, node ? node->span : value->span, "%s", equations(sema, type, differs));
    explain_size(sema, diag, value, asserted->extent, differs);
}

/* What undoes a layer of which another size is believed would be at fault for nothing. */
static void distrust_window(Sema *sema, const Value *value) {
    const Node *node = sizing_node(value);
    if (!node) return;
    const AstExpr *call = sema->calls.at[node->id];
    if (!call) return; /* an input, which nothing undoes */
    const char *label = call->kind == AST_CALL ? call->call.label.text : NULL;
    if (label) label = intern(sema->interner, label, strlen(label));
    WindowLayer *of_value = name_map_get(&sema->scope->windows_of_value, sema->bind_name);
    WindowLayer *of_label = label ? name_map_get(&sema->scope->windows_of_label, label) : NULL;
    for (WindowLayer *at = of_value; at; at = at->next)
        if (at->node == node) at->node = NULL;
    for (WindowLayer *at = of_label; at; at = at->next)
        if (at->node == node) at->node = NULL;
}

/* True if the sizes can be those of the type's axes. */
static bool may_be_about(const AstExpr *sizes, const TensorType *type) {
    bool fits = (int)sizes->list.len <= type->rank;
    for (size_t i = 0; i < sizes->list.len; i++) {
        const char *axis = sizes->list.at[i].axis.text;
        fits &= axis ? type_axis(type, axis) != NO_AXIS : (int)sizes->list.len == type->rank;
    }
    return fits;
}

Tensor infer_assertion(Sema *sema, const AstExpr *expr, const Tensor *value) {
    bool failed = tensor_is_failed(value);
    const TensorType *type = failed ? &value->known : &value->value->type;
    const AstExpr *sizes = expr->assertion.sizes;
    if (type->rank == 0 || sizes->kind != AST_LIST || sema->options->resize) return *value;
    if (failed && value->is_guess && !may_be_about(sizes, type)) return *value;
    Asserted asserted = {0};
    bool read = read_sizes(sema, sizes, value->value, type, &asserted);
    bool differs[MAX_RANK] = {false}, any = false;
    for (int i = 0; i < type->rank; i++) {
        differs[i] = asserted.extent[i] > 0 && asserted.extent[i] != type->axes[i].extent;
        any |= differs[i];
    }
    if (read && !failed && any) {
        report_mismatch(sema, value->value, &asserted, differs);
        distrust_window(sema, value->value);
    }
    if (!failed && !any) return *value;
    TensorType result = completed(type, &asserted);
    return result.rank ? believe(sema, value, &result) : *value;
}
