/* What stands around the data, put together again:
 *
 *     conv(pad(x))                                    -> conv(x, p=...), with the border of the pad
 *     concat(the end of x, x, the beginning of x)     -> pad(x, border=circular)
 *     pad(pad(x)), circular along an axis each        -> pad(x, border=circular)
 *     crop(crop(x)) along an axis each                -> crop(x)
 *     tconv(x), elements behind it, a bias            -> tconv(x, a=...)
 *     crop(tconv(x)) at the beginning                 -> tconv(x, p=...) */
#include "import/borders.h"

#include "import/emit.h"
#include "import/pattern.h"
#include "import/stated.h"
#include "import/words.h"

#include <stdlib.h>
#include <string.h>

static bool is_spatial(const char *axis) {
    return strcmp(axis, "N") != 0 && strcmp(axis, "C") != 0;
}

/* Which of the spatial axes axis `axis` is. */
static int spatial_index(const Value *x, int axis) {
    int index = 0;
    for (int i = 0; i < axis; i++) index += is_spatial(x->axes[i]);
    return index;
}

static const char *border_of(const Layer *layer) {
    const char *border = attr_said(layer, "border");
    return border ? border : "zero";
}

static void set_attr(Layer *layer, const char *name, const char *text) {
    for (size_t i = 0; i < layer->n_attrs; i++)
        if (strcmp(layer->attrs[i].name, name) == 0) {
            layer->attrs[i].text = text;
            return;
        }
    layer->attrs[layer->n_attrs++] = (Attr){name, text};
}

/* True if the two change no axis both. */
static bool on_other_axes(const Layer *a, const Layer *b) {
    for (int i = 0; i < MAX_SPATIAL; i++)
        if ((a->axis[i].pad_lo || a->axis[i].pad_hi) && (b->axis[i].pad_lo || b->axis[i].pad_hi))
            return false;
    return true;
}

static bool has_padding(const Layer *layer) {
    for (int i = 0; i < layer->window; i++)
        if (layer->axis[i].pad_lo || layer->axis[i].pad_hi) return true;
    return false;
}

/* A border before a convolution that has none, or the same one, is more of it. Borders of data do
 * not see each other along other axes; along one they would be of other data. */
static bool join_pad(Layer *layer) {
    Layer *pad = strcmp(layer->op, "conv") == 0 ? made_for(layer->in[0], "pad") : NULL;
    if (!pad || attr_said(pad, "value")) return false;
    const char *border = border_of(pad);
    bool is_zero = strcmp(border, "zero") == 0, same = strcmp(border, border_of(layer)) == 0;
    if (has_padding(layer) && !(same && (is_zero || on_other_axes(pad, layer)))) return false;
    if (!has_padding(layer) && !same) set_attr(layer, "border", border);
    for (int i = 0; i < layer->window; i++) {
        layer->axis[i].pad_lo += pad->axis[i].pad_lo;
        layer->axis[i].pad_hi += pad->axis[i].pad_hi;
        layer->axis[i].i -= pad->axis[i].pad_lo + pad->axis[i].pad_hi;
    }
    layer->in[0] = pad->in[0];
    return true;
}

/* The amounts of a pad or crop as its attribute. */
static void say_amounts(Import *im, Layer *layer) {
    int64_t lo[MAX_SPATIAL], hi[MAX_SPATIAL];
    const char *names[MAX_SPATIAL];
    const Value *x = layer->in[0];
    int n = 0;
    for (int i = 0; i < x->rank && n < MAX_SPATIAL; i++)
        if (is_spatial(x->axes[i])) names[n++] = x->axes[i];
    for (int i = 0; i < n; i++) {
        lo[i] = layer->axis[i].pad_lo;
        hi[i] = layer->axis[i].pad_hi;
    }
    const char *text = pads_text(im->arena, n, names, lo, hi);
    set_attr(layer, "p", text[0] ? text : "0");
}

/* The elements that `value` is of x along one spatial axis, at its beginning or its end; 0: it is
 * no such part. */
static int64_t part_of(const Value *value, const Value *x, int axis, bool at_end) {
    if (value == x) return x->extent[axis];
    const Layer *crop = made_for(value, "crop");
    if (!crop || crop->in[0] != x) return 0;
    for (int i = 0; i < x->rank; i++) {
        if (!is_spatial(x->axes[i])) continue;
        const ConvAxis *cut = &crop->axis[spatial_index(x, i)];
        int64_t lo = 0, hi = 0;
        *(at_end ? &lo : &hi) = i == axis ? x->extent[i] - value->extent[i] : 0;
        if (cut->pad_lo != lo || cut->pad_hi != hi) return 0;
    }
    return value->extent[axis];
}

static bool join_circle(Import *im, Layer *layer) {
    if (strcmp(layer->op, "concat") != 0 || layer->n_in < 2 || layer->n_in > 3) return false;
    int axis = value_axis(layer->out[0], attr_said(layer, "axis"));
    if (!is_spatial(layer->out[0]->axes[axis])) return false;
    Value *const *in = layer->in;
    for (size_t at = 0; at < 2 && at < layer->n_in; at++) { /* the whole in place `at` */
        Value *x = in[at];
        int64_t lo = at ? part_of(in[0], x, axis, true) : 0;
        int64_t hi = at + 1 < layer->n_in ? part_of(in[at + 1], x, axis, false) : 0;
        size_t before = lo > 0, behind = hi > 0;
        if (layer->n_in != 1 + before + behind || before != at) continue;
        bool whole = (lo && in[0] == x) || (hi && in[at + 1] == x);
        bool is_step = im->stated && !layer->out[0]->stated;
        if (whole && !is_step && !is_said(layer, "pad")) return false; /* a picture twice */
        become(layer, "pad", x);
        memset(layer->axis, 0, sizeof layer->axis);
        layer->axis[spatial_index(x, axis)] = (ConvAxis){.pad_lo = lo, .pad_hi = hi};
        say_amounts(im, layer);
        set_attr(layer, "border", "circular");
        return true;
    }
    return false;
}

/* Two of a kind: crops, or circular borders, which do not see each other. */
static bool join_axes(Import *im, Layer *layer) {
    bool pads = strcmp(layer->op, "pad") == 0 && strcmp(border_of(layer), "circular") == 0;
    if (!pads && strcmp(layer->op, "crop") != 0) return false;
    Layer *before = made_for(layer->in[0], layer->op);
    if (!before || strcmp(border_of(before), border_of(layer)) != 0 ||
        !on_other_axes(before, layer))
        return false;
    for (int i = 0; i < MAX_SPATIAL; i++) {
        layer->axis[i].pad_lo += before->axis[i].pad_lo;
        layer->axis[i].pad_hi += before->axis[i].pad_hi;
    }
    layer->in[0] = before->in[0];
    say_amounts(im, layer);
    return true;
}

/* Elements behind the result that the kernel never reaches are `a` of it, as far as a stays below
 * the stride or the dilation. */
static bool join_more(Layer *layer) {
    Layer *tconv =
        strcmp(layer->op, "pad") == 0 && !attr_said(layer, "border") && !attr_said(layer, "value")
            ? made_for(layer->in[0], "tconv")
            : NULL;
    if (!tconv || !layer_param_is_none(tconv, "bias")) return false;
    for (int i = 0; i < tconv->window; i++) {
        const ConvAxis *axis = &tconv->axis[i];
        int64_t more = layer->axis[i].pad_hi, most = axis->s > axis->d ? axis->s : axis->d;
        if (layer->axis[i].pad_lo || (more > 0 && axis->pad_hi > 0) || axis->a + more >= most)
            return false;
    }
    for (int i = 0; i < tconv->window; i++) tconv->axis[i].a += layer->axis[i].pad_hi;
    memcpy(layer->in[0]->extent, layer->out[0]->extent, sizeof layer->out[0]->extent);
    replace_by(layer, layer->in[0]);
    return true;
}

/* Elements before the result that are cut off are more padding of a transposed layer. */
static bool join_cut(Layer *layer) {
    Layer *tconv = strcmp(layer->op, "crop") == 0 ? made_for(layer->in[0], "tconv") : NULL;
    if (!tconv || tconv->window == 0) return false;
    for (int i = 0; i < tconv->window; i++)
        if (layer->axis[i].pad_hi) return false;
    for (int i = 0; i < tconv->window; i++) tconv->axis[i].pad_lo += layer->axis[i].pad_lo;
    memcpy(layer->in[0]->extent, layer->out[0]->extent, sizeof layer->out[0]->extent);
    replace_by(layer, layer->in[0]);
    return true;
}

bool join_borders(Import *im, Layer *layer) {
    return join_pad(layer) || join_circle(im, layer) || join_axes(im, layer) || join_more(layer) ||
           join_cut(layer);
}
