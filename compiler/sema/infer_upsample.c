/* upsample and pixel_shuffle: o = i*by on each spatial axis; pixel_unshuffle: o = i/by. */
#include "sema/infer.h"

#include "base/checked.h"
#include "sema/trace.h"

/* N0204 for `linear` without `align`, which the frameworks do not agree on; N0203 for `nearest`
 * with it. */
static bool check_align(Sema *sema, const LayerCall *call, bool linear) {
    const AstArg *align = call->attrs[ATTR_ALIGN].arg;
    if (linear == (align != NULL)) return true;
    if (!linear) {
        Diag *diag = diag_add(sema->diags, N0203, align->span,
                              "`upsample` has no `align` beside `mode=nearest`");
        diag_here(diag, "every output is a copy of an input");
        edit_remove(diag_help(diag, FIX_MAYBE, "leave it out"), call->expr, align);
        return false;
    }
    Diag *diag = diag_add(sema->diags, N0204, call->span, "`upsample` needs `align`");
    diag_here(diag, "no `align`");
    diag_note(diag, "why no default: pixels are areas in PyTorch (align_corners=False) and Keras, "
                    "points in older networks");
    DiagHelp *help = diag_help(diag, FIX_MAYBE, "areas: the image grows at its borders too");
    edit_attr(help, call->expr, ATTR_ALIGN, "half");
    help = diag_help(diag, FIX_MAYBE, "points: the corners stay where they are");
    edit_attr(help, call->expr, ATTR_ALIGN, "corners");
    help = diag_help(diag, FIX_MAYBE, "TensorFlow 1: each input is the first of its outputs");
    edit_attr(help, call->expr, ATTR_ALIGN, "asymmetric");
    return false;
}

Tensor infer_upsample(Sema *sema, LayerCall *call) {
    const TensorType *type = &call->input.value->type;
    int64_t by[MAX_SPATIAL];
    int mode = 0, align = 0;
    TensorType result = type_like_input(call, type_extent(type, type_channel(type)), NULL);
    bool ok = require_spatial(sema, call);
    ok = ok && attr_axes(sema, call, ATTR_BY, by, NULL);
    bool has_mode = attr_word(sema, call, ATTR_MODE, &mode);
    ok &= has_mode && check_align(sema, call, mode == 1);
    ok &= attr_word(sema, call, ATTR_ALIGN, &align);
    if (!ok) return call_failed(sema, call, &result);
    for (int a = 0; a < call->n_spatial; a++)
        result.axes[call->spatial[a]].extent = type->axes[call->spatial[a]].extent * by[a];
    Node *node = add_layer(sema, OP_UPSAMPLE, call->path, call->expr, &result);
    if (!node) return call_failed(sema, call, &result);
    node->inputs[node->n_inputs++] = call->input.value;
    for (int a = 0; a < call->n_spatial; a++) node->by[a] = by[a];
    static const Resample resamples[] = {RESAMPLE_HALF, RESAMPLE_CORNERS, RESAMPLE_ASYMMETRIC};
    if (mode == 1) node->resample = resamples[align];
    return tensor_of(node->output);
}

/* N0319 unless r to the power of the spatial axes divides the channels; gives that number. */
static bool channels_of_one(Sema *sema, const LayerCall *call, int64_t c, int64_t r,
                            int64_t *factor) {
    static const char *const powers[] = {"", "r", "r²", "r³"};
    const char *power = powers[call->n_spatial];
    bool counts = true;
    *factor = 1;
    for (int a = 0; a < call->n_spatial; a++) counts &= checked_mul(*factor, r, factor);
    if (counts && c % *factor == 0) return true;
    const char *number =
        counts ? arena_printf(sema->arena, " = %s", count_text(sema, *factor)) : "";
    Diag *diag = diag_add(sema->diags, N0319, call->attrs[ATTR_R].arg->span,
                          "C = %lld is not a multiple of %s%s" FACTS("channels - -"), (long long)c,
                          power, number);
    diag_facts(diag, "r=%lld", (long long)r);
    if (counts) diag_facts(diag, "multiple=%lld", (long long)*factor);
    diag_here(diag, "each output channel is made of %s channels", power);
    diag_label(diag, call->input.value->span, "C = %lld", (long long)c);
    trace_size(sema, diag, call->input.value, "C");
    return false;
}

/* The node of a shuffle either way, with as many pixels to the square on every axis. */
static Tensor add_shuffle(Sema *sema, LayerCall *call, const TensorType *result, int64_t r) {
    int order = 0;
    bool ok = attr_word(sema, call, ATTR_ORDER, &order);
    Node *node = ok ? add_layer(sema, call->layer->op, call->path, call->expr, result) : NULL;
    if (!node) return call_failed(sema, call, result);
    node->inputs[node->n_inputs++] = call->input.value;
    for (int a = 0; a < call->n_spatial; a++) node->by[a] = r;
    node->order = order == 0 ? SHUFFLE_CRD : SHUFFLE_DCR;
    return tensor_of(node->output);
}

/* [C*r*r, H, W] -> [C, H*r, W*r]: y[c, r*h + i, r*w + j] = x[(c*r + i)*r + j, h, w] */
Tensor infer_pixel_shuffle(Sema *sema, LayerCall *call) {
    const TensorType *type = &call->input.value->type;
    int64_t r = 1, factor = 1, c = type_extent(type, type_channel(type));
    TensorType result = type_like_input(call, 0, NULL);
    bool ok = require_image(sema, call) && attr_count(sema, call, ATTR_R, &r);
    if (!ok || !channels_of_one(sema, call, c, r, &factor)) return call_failed(sema, call, &result);
    result.axes[type_channel(type)].extent = c / factor;
    for (int a = 0; a < call->n_spatial; a++)
        result.axes[call->spatial[a]].extent = type->axes[call->spatial[a]].extent * r;
    return add_shuffle(sema, call, &result, r);
}

/* N0319 unless r divides every spatial axis. */
static bool squares_fit(Sema *sema, const LayerCall *call, int64_t r) {
    const TensorType *type = &call->input.value->type;
    for (int a = 0; a < call->n_spatial; a++) {
        const Axis *axis = &type->axes[call->spatial[a]];
        if (axis->extent % r == 0) continue;
        Diag *diag = diag_add(sema->diags, N0319, call->attrs[ATTR_R].arg->span,
                              "%s = %lld is not a multiple of r = %lld" FACTS("axis size r"),
                              axis->name, (long long)axis->extent, (long long)r);
        diag_here(diag, "each output is made of a square of r pixels a side");
        diag_label(diag, call->input.value->span, "%s", sizes_of(sema, type));
        return false;
    }
    return true;
}

/* [C, H*r, W*r] -> [C*r*r, H, W] */
Tensor infer_pixel_unshuffle(Sema *sema, LayerCall *call) {
    const TensorType *type = &call->input.value->type;
    int64_t r = 1, c = type_extent(type, type_channel(type));
    TensorType result = type_like_input(call, 0, NULL);
    bool ok = require_image(sema, call) && attr_count(sema, call, ATTR_R, &r);
    if (!ok || !squares_fit(sema, call, r)) return call_failed(sema, call, &result);
    for (int a = 0; a < call->n_spatial; a++) {
        result.axes[call->spatial[a]].extent = type->axes[call->spatial[a]].extent / r;
        if (!checked_mul(c, r, &c)) c = INT64_MAX;
    }
    result.axes[type_channel(type)].extent = c;
    return add_shuffle(sema, call, &result, r);
}
