/*     affine                               -> scale, with lists of numbers in the text
 *     scale(x, s), then such a list        -> scale(x, s, shift=[...])
 *     instancenorm                         -> groupnorm of as many groups as channels
 *     reshape                              -> flatten, or a shuffle that moves nothing
 *     matmul between moves                 -> matmul of what is moved */
#include "import/said_layers.h"

#include "import/constant.h"
#include "import/emit.h"
#include "import/pattern.h"
#include "import/rewrite.h"
#include "import/stated.h"
#include "import/words.h"

#include <string.h>

enum { LONGEST_LIST = 65536 }; /* numbers that stand in the text */

/* The numbers of a parameter as a list; NULL: it has none, or too many. */
static const char *list_of(Import *im, const Param *param) {
    if (!param || param->text || param->numbers.elems > LONGEST_LIST) return NULL;
    Text text = text_in(im->arena);
    for (int64_t i = 0; i < param->numbers.elems; i++)
        text_printf(&text, "%s%s", i ? ", " : "[",
                    number_text(im->arena, (float)constant_number(&param->numbers, i)));
    text_puts(&text, "]");
    return text_str(&text);
}

static void as_scale(Import *im, Layer *layer) {
    const char *by = list_of(im, layer_param(layer, "weight")),
               *shift = list_of(im, layer_param(layer, "bias"));
    if (!by && !layer_param_is_none(layer, "weight")) return;
    if (!shift && !layer_param_is_none(layer, "bias")) return;
    become(layer, "scale", layer->in[0]);
    emit_attr(im, layer, "by", "%s", by ? by : "1");
    if (shift) emit_attr(im, layer, "shift", "%s", shift);
}

/* The factors of a product, or of a scale, which this layer shifts. */
static void as_shifted(Import *im, Layer *layer) {
    bool is_affine = strcmp(layer->op, "affine") == 0;
    const char *shift =
        is_affine ? list_of(im, layer_param(layer, "bias")) : attr_said(layer, "shift");
    bool only_shifts = is_affine ? layer_param_is_none(layer, "weight") : attr_is(layer, "by", 1);
    Layer *before = made_for(layer->in[0], "scale");
    if (!before) before = made_for(layer->in[0], "*");
    if (!shift || !only_shifts || !before || before->n_in != 2 || before->n_attrs > 0) return;
    before->op = "scale";
    emit_attr(im, before, "shift", "%s", shift);
    before->out[0] = layer->out[0];
    layer->out[0]->layer = before;
    layer->dead = true;
}

static void as_groups(Import *im, Layer *layer) {
    const Value *x = layer->in[0];
    layer->op = "groupnorm";
    emit_attr(im, layer, "g", "%lld", (long long)x->extent[value_axis(x, "C")]);
}

/* The instancenorm before an affine, with the numbers of this, is a norm of groups. */
static void as_affine_groups(Import *im, Layer *layer) {
    Layer *norm = made_for(layer->in[0], "instancenorm");
    const Param *weight = norm ? layer_param(norm, "weight") : NULL,
                *bias = norm ? layer_param(norm, "bias") : NULL;
    if (!weight || weight->text || !constant_is(&weight->numbers, 1.0) || !bias || bias->text ||
        !constant_is(&bias->numbers, 0.0))
        return;
    memcpy(norm->params, layer->params, sizeof norm->params);
    norm->n_params = layer->n_params;
    norm->node = layer->node;
    norm->out[0] = layer->out[0];
    layer->out[0]->layer = norm;
    layer->dead = true;
    as_groups(im, norm);
}

/* A norm without parameters that its operator had to have. */
static void without_params(Layer *layer) {
    const Stated *stated = layer->n_out == 1 ? layer->out[0]->stated : NULL;
    for (size_t i = 0; stated && i < layer->n_params; i++) {
        Param *param = &layer->params[i];
        bool none = strcmp(param->name, "bias") == 0 ? stated->no_bias : stated->no_weight;
        if (none) *param = (Param){.name = param->name, .onnx = "", .text = "none"};
    }
}

static bool is_spatial(const char *axis) {
    return strcmp(axis, "N") != 0 && strcmp(axis, "C") != 0;
}

/* A shuffle that moves no element, for which the order of channels is one: no axis of several
 * elements stands before one that is taken apart. */
static void as_shuffle(Import *im, Layer *layer, bool back) {
    const Value *x = layer->in[0], *out = layer->out[0];
    int64_t r[MAX_SPATIAL];
    int n = 0;
    bool moves = false, several = false;
    for (int i = 0; i < x->rank && x->rank == out->rank; i++) {
        int64_t small = back ? out->extent[i] : x->extent[i],
                large = back ? x->extent[i] : out->extent[i];
        if (!is_spatial(x->axes[i]) || n == MAX_SPATIAL || large % small != 0) continue;
        moves = moves || (several && large > small);
        several = several || small > 1;
        r[n++] = large / small;
    }
    if (moves || n == 0 || n != x->rank - 2) return;
    layer->op = back ? "pixel_unshuffle" : "pixel_shuffle";
    emit_attr(im, layer, "r", "%s", axes_text(im->arena, n, r, 0));
}

/* True if a layer only brings N to the front. */
static bool brings_batch(const Layer *permute) {
    const Value *x = permute->in[0], *out = permute->out[0];
    int at = 1;
    if (x->rank != out->rank || value_axis(x, "N") == NO_AXIS || strcmp(out->axes[0], "N") != 0)
        return false;
    for (int i = 0; i < x->rank; i++)
        if (strcmp(x->axes[i], "N") != 0 && strcmp(x->axes[i], out->axes[at++]) != 0) return false;
    return true;
}

static void as_flatten(Layer *layer) {
    const Layer *permute = made_by(layer->in[0], "permute");
    if (!permute) permute = made_by(layer->in[0], "reshape");
    const Value *x = layer->in[0], *out = layer->out[0];
    int batch = value_axis(x, "N"), channel = value_axis(out, "C");
    bool keeps_batch = batch == NO_AXIS || x->extent[batch] == 1 || strcmp(x->axes[0], "N") == 0;
    if (channel == NO_AXIS || out->rank > 2 || (out->rank == 2 && channel != 1) || !keeps_batch ||
        (batch != NO_AXIS && out->rank == 2 && out->extent[0] != x->extent[batch]))
        return;
    layer->op = "flatten";
    if (permute && brings_batch(permute)) layer->in[0] = permute->in[0];
}

/* True if a layer only moves or repeats elements, as those around a product do. */
static bool only_moves(const Layer *layer) {
    static const char *const ops[] = {"permute", "reshape", "flatten", "upsample"};
    for (size_t i = 0; i < sizeof ops / sizeof *ops; i++)
        if (strcmp(ops[i], layer->op) == 0) return true;
    return false;
}

/* The value of the program that this one is, its axes moved. */
static Value *before_moves(Value *value) {
    while (!value->stated && value->layer && !value->layer->dead && only_moves(value->layer))
        value = value->layer->in[0];
    return value;
}

/* The layer of the product that a layer only moves; NULL. */
static Layer *product_before(Layer *layer) {
    while (strcmp(layer->op, "matmul") != 0) {
        Value *x = only_moves(layer) ? layer->in[0] : NULL;
        if (!x || x->stated || !x->layer || x->layer->dead) return NULL;
        layer = x->layer;
    }
    return layer;
}

/* The axis of x in whose place the result has one of y; NO_AXIS if the result is another. */
static int summed_axis(const Value *x, const Value *y, const Value *out) {
    int summed = NO_AXIS;
    for (int i = 0; i < x->rank && x->rank == out->rank; i++) {
        if (strcmp(x->axes[i], out->axes[i]) == 0 && x->extent[i] == out->extent[i]) continue;
        int columns = value_axis(y, out->axes[i]);
        if (summed != NO_AXIS || value_axis(y, x->axes[i]) == NO_AXIS || columns == NO_AXIS ||
            y->extent[columns] != out->extent[i])
            return NO_AXIS;
        summed = i;
    }
    return summed;
}

/* A product of tensors whose axes ONNX's operator wanted in another order. */
static void as_matmul(Import *im, Layer *layer) {
    Layer *product = product_before(layer);
    if (!product || product->n_in != 2) return;
    Value *x = before_moves(product->in[0]), *y = before_moves(product->in[1]);
    int summed = summed_axis(x, y, layer->out[0]);
    if (summed == NO_AXIS) return;
    Value **in = ARENA_ARRAY(im->arena, Value *, 2);
    in[0] = x;
    in[1] = y;
    layer->in = in;
    become(layer, "matmul", x);
    layer->n_in = 2;
    emit_attr(im, layer, "axis", "%s", x->axes[summed]);
}

void say_layers(Import *im) {
    size_t kept = 0;
    for (size_t i = 0; i < im->layers.len && im->stated; i++) {
        Layer *layer = im->layers.at[i];
        bool is_affine = strcmp(layer->op, "affine") == 0;
        if (is_affine && is_said(layer, "scale")) as_scale(im, layer);
        bool is_scale = strcmp(layer->op, "scale") == 0 && layer->n_in == 1;
        if ((is_affine || is_scale) && is_said(layer, "scale_by")) as_shifted(im, layer);
        if (is_said(layer, "matmul")) as_matmul(im, layer);
        if (is_affine && is_said(layer, "groupnorm")) as_affine_groups(im, layer);
        bool reshapes = strcmp(layer->op, "reshape") == 0;
        if (reshapes && is_said(layer, "pixel_shuffle")) as_shuffle(im, layer, false);
        if (reshapes && is_said(layer, "pixel_unshuffle")) as_shuffle(im, layer, true);
        if ((reshapes || strcmp(layer->op, "flatten") == 0) && is_said(layer, "flatten"))
            as_flatten(layer);
        if (strcmp(layer->op, "instancenorm") == 0 && is_said(layer, "groupnorm"))
            as_groups(im, layer);
        if (strstr(layer->op, "norm") && is_said(layer, layer->op)) without_params(layer);
        if (!layer->dead) im->layers.at[kept++] = layer;
    }
    if (!im->stated) return;
    im->layers.len = kept;
    remove_dead_layers(im);
}
