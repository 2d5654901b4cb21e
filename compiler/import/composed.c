/* Most are what `netc export` writes of layers that ONNX lacks (export/OPERATORS.md), so that a
 * network comes back as it was; PyTorch writes groupnorm so, too.
 *
 *     conv(x, g=C) of ones                             -> sumpool(x)
 *     power(sumpool(power(abs(x), n)), 1/n)            -> lppool(x, n)
 *     -maxpool(-x)                                     -> minpool(x)
 *     maxpool(pad(x, value=-inf))                      -> maxpool(x, p=...)
 *     avgpool(pad(x)), padded behind its end           -> avgpool(x, p=..., round=ceil, count=all)
 *     sumpool(pad(x)), lppool(pad(x))                  -> sumpool(x, p=...), lppool(x, p=...)
 *     scale(x, by=a) + b                               -> scale(x, by=a, shift=b)
 *     affine(x, bias=none), then a shift of channels   -> affine(x)
 *     instancenorm of groups as channels               -> groupnorm(x)
 *     layernorm between permutes there and back        -> layernorm(x)
 *     scale(x, reshape(s)), scale(x, s) + b            -> scale(x, s), scale(x, s, shift=b) */
#include "import/composed.h"

#include "import/constant.h"
#include "import/emit.h"
#include "import/pattern.h"

#include <stdlib.h>
#include <string.h>

/* The geometry of `from`, and its attributes, go to `layer`. */
static void take_window(Layer *layer, const Layer *from) {
    layer->window = from->window;
    layer->all = from->all;
    memcpy(layer->axis, from->axis, sizeof layer->axis);
    memcpy(layer->attrs, from->attrs, sizeof layer->attrs);
    layer->n_attrs = from->n_attrs;
}

static bool join_ones(Layer *layer) {
    const Param *weight = strcmp(layer->op, "conv") == 0 ? layer_param(layer, "weight") : NULL;
    if (!weight || weight->text || !layer_param_is_none(layer, "bias") ||
        attr_said(layer, "border"))
        return false;
    const Value *x = layer->in[0];
    const Constant *ones = &weight->numbers;
    if (ones->extent[0] != x->extent[value_axis(x, "C")] || ones->extent[1] != 1 ||
        !constant_is(ones, 1.0))
        return false;
    for (int i = 0; i < layer->window; i++)
        if (layer->axis[i].d != 1) return false;
    int window = layer->window;
    become(layer, "sumpool", layer->in[0]);
    layer->window = window;
    return true;
}

/* The layer that gives a value other names for its axes, if nobody else uses it; NULL. */
static Layer *renamed(const Value *value) {
    Layer *layer = made_for(value, "reshape");
    bool is = layer && layer->in[0]->rank == value->rank &&
              memcmp(layer->in[0]->extent, value->extent,
                     sizeof value->extent[0] * (size_t)value->rank) == 0;
    return is ? layer : NULL;
}

static bool join_lppool(Layer *layer) {
    Layer *sum = strcmp(layer->op, "power") == 0 ? made_for(layer->in[0], "sumpool") : NULL;
    Layer *rename = sum ? renamed(sum->in[0]) : NULL;
    Layer *power = sum ? made_for(rename ? rename->in[0] : sum->in[0], "power") : NULL;
    Layer *size = power ? made_for(power->in[0], "abs") : NULL;
    const char *n = size ? attr_said(power, "n") : NULL;
    if (!n || !(strtod(n, NULL) >= 1) || !attr_is(layer, "n", 1 / strtod(n, NULL))) return false;
    if (rename) rename->in[0] = size->in[0];
    become(layer, "lppool", rename ? sum->in[0] : size->in[0]);
    take_window(layer, sum);
    layer->attrs[layer->n_attrs++] = (Attr){"n", n};
    return true;
}

/* The x of -x, if a value is that and nobody else uses it; NULL. */
static Layer *negated(const Value *value) {
    Layer *layer = made_for(value, "scale");
    bool is = layer && layer->n_in == 1 && attr_is(layer, "by", -1) && !attr_said(layer, "shift");
    return is ? layer : NULL;
}

static bool join_minpool(Layer *layer) {
    if (strcmp(layer->op, "scale") != 0 || layer->n_in != 1 || !attr_is(layer, "by", -1) ||
        attr_said(layer, "shift"))
        return false;
    Layer *most = made_for(layer->in[0], "maxpool"), *rename = most ? renamed(most->in[0]) : NULL;
    Layer *before = most ? negated(rename ? rename->in[0] : most->in[0]) : NULL;
    if (!before) return false;
    if (rename) rename->in[0] = before->in[0];
    become(layer, "minpool", rename ? most->in[0] : before->in[0]);
    take_window(layer, most);
    return true;
}

/* A pad's amounts become those of the pool behind it. */
static void take_pads(Layer *layer, const Layer *pad) {
    for (int i = 0; i < layer->window; i++) {
        layer->axis[i].pad_lo += pad->axis[i].pad_lo;
        layer->axis[i].pad_hi += pad->axis[i].pad_hi;
        layer->axis[i].i -= pad->axis[i].pad_lo + pad->axis[i].pad_hi;
    }
    layer->in[0] = pad->in[0];
}

static bool join_padded_pool(Layer *layer) {
    bool is_max = strcmp(layer->op, "maxpool") == 0,
         is_sum = strcmp(layer->op, "sumpool") == 0 || strcmp(layer->op, "lppool") == 0;
    Layer *pad = layer->window && (is_max || is_sum) ? made_for(layer->in[0], "pad") : NULL;
    if (!pad || attr_said(pad, "border")) return false;
    const char *value = attr_said(pad, "value");
    if (is_max ? !value || strcmp(value, "-inf") != 0 : value != NULL) return false;
    take_pads(layer, pad);
    return true;
}

/* The pool's own padding is not counted: it may only be the overhang of rounding up. */
static bool join_padded_average(Layer *layer) {
    Layer *pad =
        layer->window && strcmp(layer->op, "avgpool") == 0 ? made_for(layer->in[0], "pad") : NULL;
    const char *count = attr_said(layer, "count");
    if (!pad || attr_said(pad, "border") || attr_said(pad, "value") ||
        (count && strcmp(count, "inside") != 0))
        return false;
    ConvAxis down[MAX_SPATIAL], up[MAX_SPATIAL];
    bool fits_down = true, fits_up = true;
    for (int i = 0; i < layer->window; i++) {
        const ConvAxis *axis = &layer->axis[i];
        int64_t o = 0, o_down = 0, o_up = 0;
        if (axis->pad_lo != 0) return false;
        down[i] = *axis;
        down[i].pad_lo = pad->axis[i].pad_lo;
        down[i].pad_hi = pad->axis[i].pad_hi;
        down[i].i -= down[i].pad_lo + down[i].pad_hi;
        down[i].ceil = false;
        up[i] = down[i];
        up[i].ceil = true;
        fits_down &= conv_output_extent(axis, &o) == CONV_OK &&
                     conv_output_extent(&down[i], &o_down) == CONV_OK && o == o_down;
        bool same = conv_output_extent(&up[i], &o_up) == CONV_OK && o == o_up;
        /* a last window on padding alone, which rounding up leaves out, unless there is more */
        if (!same) up[i].pad_hi += up[i].s;
        fits_up &= same || (conv_output_extent(&up[i], &o_up) == CONV_OK && o == o_up);
    }
    if (!fits_down && !fits_up) return false;
    memcpy(layer->axis, fits_down ? down : up, sizeof down[0] * (size_t)layer->window);
    layer->in[0] = pad->in[0];
    layer->n_attrs = 0;
    layer->attrs[layer->n_attrs++] = (Attr){"count", "all"};
    return true;
}

/* Only a factor, then only a shift: rounded apart, and yet within what either order may round. */
static bool join_shift(Layer *layer) {
    const char *shift = attr_said(layer, "shift");
    Layer *before =
        strcmp(layer->op, "scale") == 0 && layer->n_in == 1 && shift && attr_is(layer, "by", 1)
            ? made_for(layer->in[0], "scale")
            : NULL;
    if (!before || before->n_in != 1 || attr_said(before, "shift")) return false;
    before->attrs[before->n_attrs++] = (Attr){"shift", shift};
    replace_by(layer, layer->in[0]);
    return true;
}

/* What an affine has goes to a layer before it that has it not. */
static bool join_affine(Layer *layer) {
    static const char *const takers[] = {"affine", "groupnorm", "instancenorm", "layernorm"};
    Layer *before = NULL;
    if (strcmp(layer->op, "affine") != 0) return false;
    for (size_t i = 0; i < sizeof takers / sizeof *takers && !before; i++)
        before = made_for(layer->in[0], takers[i]);
    if (!before || !layer_param_is_none(before, "bias")) return false;
    bool scales = !layer_param_is_none(layer, "weight");
    if (scales && !layer_param_is_none(before, "weight")) return false;
    if (scales) *layer_param(before, "weight") = *layer_param(layer, "weight");
    *layer_param(before, "bias") = *layer_param(layer, "bias");
    replace_by(layer, layer->in[0]);
    return true;
}

/* [N, C, spatial] -> [N, g, rest], normed as g channels, and back. */
static bool join_groups(Import *im, Layer *layer) {
    bool shapes = strcmp(layer->op, "reshape") == 0 || strcmp(layer->op, "flatten") == 0;
    Layer *norm = shapes ? made_for(layer->in[0], "instancenorm") : NULL;
    Layer *apart = norm ? made_for(norm->in[0], "reshape") : NULL;
    if (!apart || !same_shape(apart->in[0], layer->out[0])) return false;
    Value *x = apart->in[0];
    const Value *grouped = norm->in[0];
    const Param *weight = layer_param(norm, "weight"), *bias = layer_param(norm, "bias");
    const char *eps = attr_said(norm, "eps");
    int64_t g = grouped->extent[1];
    if (x->rank < 2 || strcmp(x->axes[0], "N") != 0 || strcmp(x->axes[1], "C") != 0 ||
        grouped->rank != 3 || grouped->extent[0] != x->extent[0] || x->extent[1] % g != 0 ||
        !weight || weight->text || !constant_is(&weight->numbers, 1.0) || !bias || bias->text ||
        !constant_is(&bias->numbers, 0.0))
        return false;
    become(layer, "groupnorm", x);
    emit_attr(im, layer, "g", "%lld", (long long)g);
    emit_attr(im, layer, "eps", "%s", eps);
    emit_source(layer, "weight", "none");
    emit_source(layer, "bias", "none");
    return true;
}

static bool same_names(const Value *a, const Value *b) {
    bool same = a->rank == b->rank;
    for (int i = 0; i < a->rank && same; i++) {
        int at = value_axis(b, a->axes[i]);
        same = at != NO_AXIS && b->extent[at] == a->extent[i];
    }
    return same;
}

/* The layer that brings the axes of a value into another order; NULL. */
static Layer *turned(const Value *value) {
    Layer *layer = made_for(value, "permute");
    if (!layer) layer = made_for(value, "reshape");
    return layer && same_names(layer->in[0], value) ? layer : NULL;
}

static bool join_turned_norm(Layer *layer) {
    bool turns = strcmp(layer->op, "permute") == 0 || strcmp(layer->op, "reshape") == 0;
    Layer *norm = turns ? made_for(layer->in[0], "layernorm") : NULL;
    Layer *before = norm ? turned(norm->in[0]) : NULL;
    if (!before || !same_shape(before->in[0], layer->out[0])) return false;
    become(layer, "layernorm", before->in[0]);
    memcpy(layer->attrs, norm->attrs, sizeof layer->attrs);
    memcpy(layer->params, norm->params, sizeof layer->params);
    layer->n_attrs = norm->n_attrs;
    layer->n_params = norm->n_params;
    layer->node = norm->node;
    return true;
}

static bool join_factors(Layer *layer) {
    if (strcmp(layer->op, "scale") != 0 || layer->n_in != 2) return false;
    const Layer *spread = made_by(layer->in[1], "reshape");
    const Value *s = spread ? spread->in[0] : NULL;
    if (!s || s->rank != 2 || strcmp(s->axes[0], "N") != 0 || strcmp(s->axes[1], "C") != 0)
        return false;
    const Value *x = layer->in[0];
    for (int i = 0; i < 2; i++) {
        int at = value_axis(x, s->axes[i]);
        if (at == NO_AXIS || x->extent[at] != s->extent[i]) return false;
    }
    layer->in[1] = spread->in[0];
    return true;
}

static bool join_factor_shift(Layer *layer) {
    const char *shift = attr_said(layer, "shift");
    if (strcmp(layer->op, "scale") != 0 || layer->n_in != 1 || !shift || !attr_is(layer, "by", 1))
        return false;
    Layer *before = made_for(layer->in[0], "scale");
    if (!before || before->n_in != 2 || attr_said(before, "shift")) return false;
    before->attrs[before->n_attrs++] = (Attr){"shift", shift};
    replace_by(layer, layer->in[0]);
    return true;
}

bool join_composed(Import *im, Layer *layer) {
    return join_ones(layer) || join_lppool(layer) || join_minpool(layer) ||
           join_padded_pool(layer) || join_padded_average(layer) || join_shift(layer) ||
           join_affine(layer) || join_groups(im, layer) || join_turned_norm(layer) ||
           join_factors(layer) || join_factor_shift(layer);
}
