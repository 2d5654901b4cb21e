/* split, crop, pad: parts of a tensor, and a tensor with more around it. */
#include "sema/infer.h"

#include "sema/explain_size.h"
#include "sema/trace.h"

/* ---- split ---- */

enum { MAX_PARTS_OFFERED = 3 };

/* N0317. */
static bool check_sum(Sema *sema, const LayerCall *call, int axis, const int64_t *sizes, size_t n) {
    const Axis *whole = &call->input.value->type.axes[axis];
    int64_t sum = 0; /* the sizes are below 2^31, and their number below 2^24 */
    for (size_t i = 0; i < n; i++) sum += sizes[i];
    if (sum == whole->extent) return true;
    Span span = call->attrs[ATTR_SIZES].value->span;
    const char *list = quote_span(sema, (Span){span.file, span.begin + 1, span.end - 1});
    Diag *diag =
        diag_add(sema->diags, N0317, span, "sizes `%s` do not sum to %lld" FACTS("parts sum"), list,
                 (long long)whole->extent);
    diag_here(diag, "sum to %lld", (long long)sum);
    diag_label(diag, call->input.value->span, "%s = %lld", whole->name, (long long)whole->extent);
    trace_size(sema, diag, call->input.value, whole->name);
    const AstExpr *given = call->attrs[ATTR_SIZES].value;
    for (size_t i = n; i-- > 0 && diag->helps.len < MAX_PARTS_OFFERED;) {
        int64_t rest = whole->extent - (sum - sizes[i]);
        if (rest < 1 || given->list.at[i].value->kind != AST_INT) continue;
        diag_edit(diag_help(diag, FIX_MAYBE, "part %zu takes what the others leave", i + 1),
                  given->list.at[i].value->span, "%lld", (long long)rest);
    }
    return false;
}

/* One node for each result. */
Tensor infer_split(Sema *sema, LayerCall *call) {
    const TensorType *type = &call->input.value->type;
    int axis = NO_AXIS;
    int64_t *sizes = NULL, at = 0;
    size_t n = 0;
    bool ok = attr_axis(sema, call, ATTR_AXIS, &axis);
    ok &= attr_list(sema, call, ATTR_SIZES, &sizes, &n);
    if (ok) ok = check_sum(sema, call, axis, sizes, n);
    TensorType result = *type;
    if (axis != NO_AXIS) result.axes[axis].extent = n > 0 ? sizes[0] : 0;
    Tensor first = {0};
    if (ok && n > 1) {
        first.others = ARENA_ARRAY(sema->arena, Tensor, n - 1);
        first.n_others = n - 1;
    }
    for (size_t i = 0; i < n && ok; i++) {
        result.axes[axis].extent = sizes[i];
        Node *node = add_layer(sema, OP_SPLIT, call->path, call->expr, &result);
        if (!node) return call_failed(sema, call, &result);
        node->inputs[node->n_inputs++] = call->input.value;
        node->axis = axis;
        node->first[axis] = at;
        at += sizes[i];
        *(i == 0 ? &first.value : &first.others[i - 1].value) = node->output;
    }
    return ok ? first : call_failed(sema, call, &result);
}

/* ---- crop ---- */

/* A node whose result has `first[a]` elements fewer in front of spatial axis `a` than its input. */
static Tensor finish_crop(Sema *sema, const LayerCall *call, const TensorType *result,
                          const int64_t *first) {
    Node *node = add_layer(sema, OP_CROP, call->path, call->expr, result);
    if (!node) return call_failed(sema, call, result);
    node->inputs[node->n_inputs++] = call->input.value;
    for (int a = 0; a < call->n_spatial; a++) node->first[call->spatial[a]] = first[a];
    return tensor_of(node->output);
}

/* N0318 for the axes of `taken` elements at the beginning and the end. */
static bool leaves_something(Sema *sema, const LayerCall *call, const PadSpec *taken) {
    const TensorType *type = &call->input.value->type;
    for (int a = 0; a < call->n_spatial; a++) {
        const Axis *axis = &type->axes[call->spatial[a]];
        const PadSpec *p = &taken[a];
        if (p->lo + p->hi < axis->extent) continue;
        const char *shown = p->lo == p->hi ? arena_printf(sema->arena, "%lld", (long long)p->lo)
                                           : arena_printf(sema->arena, "(%lld, %lld)",
                                                          (long long)p->lo, (long long)p->hi);
        Diag *diag = diag_add(sema->diags, N0318, call->attrs[ATTR_P].arg->span,
                              "crop of %s leaves nothing of %lld along %s" FACTS("crop size axis"),
                              shown, (long long)axis->extent, axis->name);
        diag_here(diag, "takes away %lld", (long long)(p->lo + p->hi));
        diag_label(diag, call->input.value->span, "%s", sizes_of(sema, type));
        trace_size(sema, diag, call->input.value, axis->name);
        return false;
    }
    return true;
}

static Tensor crop_by(Sema *sema, LayerCall *call) {
    const TensorType *type = &call->input.value->type;
    PadSpec taken[MAX_SPATIAL];
    TensorType known = type_like_input(call, type_extent(type, type_channel(type)), NULL);
    if (!attr_pad(sema, call, taken) || !leaves_something(sema, call, taken))
        return call_failed(sema, call, &known);
    TensorType result = *type;
    int64_t first[MAX_SPATIAL];
    for (int a = 0; a < call->n_spatial; a++) {
        first[a] = taken[a].lo;
        result.axes[call->spatial[a]].extent -= taken[a].lo + taken[a].hi;
    }
    return finish_crop(sema, call, &result, first);
}

/* The middle of the input, as large as another tensor: offset ⌊(i − o)/2⌋. */
static Tensor crop_to(Sema *sema, LayerCall *call) {
    const AstExpr *expr = call->attrs[ATTR_TO].value;
    const TensorType *type = &call->input.value->type;
    TensorType result = type_like_input(call, type_extent(type, type_channel(type)), NULL);
    Tensor like = infer_expr(sema, expr);
    if (tensor_is_failed(&like)) return call_failed(sema, call, &result);
    int64_t first[MAX_SPATIAL] = {0};
    bool ok = true;
    for (int a = 0; a < call->n_spatial && ok; a++) {
        const Axis *axis = &type->axes[call->spatial[a]];
        int at = type_axis(&like.value->type, axis->name);
        if (at == NO_AXIS) {
            Diag *diag =
                diag_add(sema->diags, N0108, expr->span,
                         "`%s` has no axis `%s`; its axes are %s" FACTS("value axis axes[]"),
                         like.value->name, axis->name, axis_names(sema, &like.value->type));
            diag_here(diag, "every spatial axis of `%s` is cropped", call->input.value->name);
            ok = false;
            continue;
        }
        int64_t extent = like.value->type.axes[at].extent;
        result.axes[call->spatial[a]].extent = extent;
        first[a] = (axis->extent - extent) / 2;
        if (extent <= axis->extent) continue;
        Diag *diag =
            diag_add(sema->diags, N0318, expr->span,
                     "crop cannot make %lld of %lld elements along %s" FACTS("wanted size axis"),
                     (long long)extent, (long long)axis->extent, axis->name);
        diag_here(diag, "%s", sizes_of(sema, &like.value->type));
        diag_label(diag, call->input.value->span, "%s", sizes_of(sema, type));
        const Side sides[] = {{call->input.value, call->input.value->name},
                              {like.value, like.value->name}};
        explain_extents(sema, diag, &sides[0], &sides[1], axis->name);
        ok = false;
    }
    return ok ? finish_crop(sema, call, &result, first) : call_failed(sema, call, &result);
}

Tensor infer_crop(Sema *sema, LayerCall *call) {
    const GivenAttr *p = &call->attrs[ATTR_P], *to = &call->attrs[ATTR_TO];
    if (!require_spatial(sema, call)) return call_failed(sema, call, &call->input.value->type);
    if (p->arg && !to->arg) return crop_by(sema, call);
    if (to->arg && !p->arg) return crop_to(sema, call);
    if (p->arg) {
        Diag *diag = diag_add(sema->diags, N0203, to->arg->span, "`crop` has no `to` beside `p`");
        diag_here(diag, "both say what is left");
        edit_remove(diag_help(diag, FIX_MAYBE, "leave it out"), call->expr, to->arg);
        infer_expr(sema, to->value);
    } else {
        Diag *diag = diag_add(sema->diags, N0204, call->span, "`crop` needs `p` or `to`");
        diag_here(diag, "no `p`, no `to`");
        diag_note(diag, "`p` takes elements away on both sides, `to=y` leaves the middle, as large "
                        "as y");
    }
    return call_failed(sema, call, &call->input.value->type);
}

/* ---- pad ---- */

/* A value beside a border that comes from the data. */
static bool needs_value(Sema *sema, const LayerCall *call, int border) {
    const AstArg *value = call->attrs[ATTR_VALUE].arg;
    if (border == BORDER_ZERO || !value) return true;
    Diag *diag = diag_add(sema->diags, N0203, value->span,
                          "`pad` has no `value` beside `%s`" FACTS("border"),
                          quote_span(sema, call->attrs[ATTR_BORDER].arg->span));
    diag_here(diag, "what stands around the data comes from the data");
    edit_remove(diag_help(diag, FIX_MAYBE, "leave it out"), call->expr, value);
    return false;
}

Tensor infer_pad(Sema *sema, LayerCall *call) {
    const TensorType *type = &call->input.value->type;
    PadSpec pad[MAX_SPATIAL];
    int border = BORDER_ZERO;
    double value = 0;
    TensorType known = type_like_input(call, type_extent(type, type_channel(type)), NULL);
    bool ok = require_spatial(sema, call);
    ok = ok && attr_pad(sema, call, pad);
    ok &= attr_word(sema, call, ATTR_BORDER, &border);
    ok &= attr_f32(sema, call, ATTR_VALUE, &value);
    if (!ok) return call_failed(sema, call, &known);
    int64_t lo[MAX_SPATIAL], hi[MAX_SPATIAL];
    for (int a = 0; a < call->n_spatial; a++) {
        lo[a] = pad[a].lo;
        hi[a] = pad[a].hi;
    }
    if (!border_reaches(sema, call, (Border)border, lo, hi) || !needs_value(sema, call, border))
        return call_failed(sema, call, &known);
    TensorType result = *type;
    for (int a = 0; a < call->n_spatial; a++) result.axes[call->spatial[a]].extent += lo[a] + hi[a];
    Node *node = add_layer(sema, OP_PAD, call->path, call->expr, &result);
    if (!node) return call_failed(sema, call, &result);
    node->inputs[node->n_inputs++] = call->input.value;
    node->border = (Border)border;
    node->numbers.at[0] = value;
    for (int a = 0; a < call->n_spatial; a++) node->first[call->spatial[a]] = lo[a];
    return tensor_of(node->output);
}
