/* Each rule looks at one layer and at those that made its inputs:
 *
 *     reshape(reshape(x))                       -> reshape(x)
 *     affine(conv(x, bias=none), weight=none)   -> conv(x)
 *     x * sigmoid(x)                            -> silu(x)
 *     x * tanh(softplus(x))                     -> mish(x)
 *     clip(x + 3, 0, 6) / 6                     -> hard_sigmoid(x, slope=1/6)
 *     x * hard_sigmoid(x, slope=1/6)            -> hard_swish(x)
 *     x * clip(x + 3, 0, 6) / 6                 -> hard_swish(x)
 *     x / 2 * (1 + erf(x / sqrt(2)))            -> gelu(x), in any order
 *     x * (1 + tanh(x * (c + d * x * x))) / 2   -> gelu(x, approximate=yes) */
#include "import/rewrite.h"

#include "import/borders.h"
#include "import/composed.h"
#include "import/concats.h"
#include "import/emit.h"
#include "import/pattern.h"
#include "import/renames.h"
#include "import/shuffles.h"
#include "import/softmax_apart.h"
#include "import/words.h"

#include <math.h>
#include <stdlib.h>

static Value *resolve(Value *value) {
    while (value->same) value = value->same;
    return value;
}

static void count_uses(Import *im) {
    for (size_t i = 0; i < im->layers.len; i++)
        for (size_t j = 0; j < im->layers.at[i]->n_out; j++) im->layers.at[i]->out[j]->uses = 0;
    for (size_t i = 0; i < im->layers.len; i++) {
        Layer *layer = im->layers.at[i];
        for (size_t j = 0; j < layer->n_in; j++) {
            layer->in[j] = resolve(layer->in[j]);
            if (!layer->dead) layer->in[j]->uses++;
        }
    }
    for (size_t i = 0; i < im->outputs.len; i++) {
        im->outputs.at[i] = resolve(im->outputs.at[i]);
        im->outputs.at[i]->uses++;
    }
}

/* The x of x·by + shift, if a layer is that; NULL. */
static Value *scaled_by(const Layer *layer, double by, double shift) {
    if (strcmp(layer->op, "scale") != 0 || layer->n_in != 1 || !attr_is(layer, "by", by))
        return NULL;
    if (shift == 0 ? attr_said(layer, "shift") != NULL : !attr_is(layer, "shift", shift))
        return NULL;
    return layer->in[0];
}

/* The same of a value. */
static Value *scaled(const Value *value, double by, double shift) {
    const Layer *layer = made_by(value, "scale");
    return layer ? scaled_by(layer, by, shift) : NULL;
}

/* The source of a parameter as text, "" if it is in the file; NULL: there is none. */
static const char *param_source(const Layer *layer, const char *name, size_t *at) {
    for (size_t i = 0; i < layer->n_params; i++)
        if (strcmp(layer->params[i].name, name) == 0) {
            *at = i;
            return layer->params[i].text ? layer->params[i].text : "";
        }
    return NULL;
}

static bool join_reshapes(Layer *layer) {
    if (strcmp(layer->op, "reshape") != 0) return false;
    Value *x = layer->in[0], *out = layer->out[0];
    if (same_shape(x, out) && !out->stated) {
        out->same = x;
        layer->dead = true;
        if (!x->onnx[0]) x->onnx = out->onnx;
        return true;
    }
    Layer *before = made_by(x, "reshape");
    if (!before) before = made_for(x, "flatten");
    if (!before) return false;
    layer->in[0] = before->in[0];
    return true;
}

/* A shift of each channel behind a layer without bias is its bias. */
static bool join_bias(Layer *layer) {
    size_t bias, none, weight;
    if (strcmp(layer->op, "affine") != 0) return false;
    const char *factor = param_source(layer, "weight", &weight);
    const char *shift = param_source(layer, "bias", &bias);
    if (!factor || strcmp(factor, "none") != 0 || !shift || shift[0]) return false;
    Value *x = layer->in[0];
    Layer *before = made_for(x, "conv");
    if (!before) before = made_for(x, "dense");
    if (!before) before = made_for(x, "tconv");
    const char *there = before ? param_source(before, "bias", &none) : NULL;
    if (!there || strcmp(there, "none") != 0) return false;
    before->params[none] = layer->params[bias];
    replace_by(layer, x);
    return true;
}

/* `1 + erf(x / sqrt(2))`: the x; NULL. */
static Value *normal_of(const Value *value) {
    Value *inner = scaled(value, 1, 1);
    const Layer *erf = inner ? made_by(inner, "erf") : NULL;
    return erf ? scaled(erf->in[0], sqrt(0.5), 0) : NULL;
}

/* x if `value` is clip(x + 3, 0, 6). */
static Value *hard_of(const Value *value) {
    const Layer *clip = made_by(value, "clip");
    if (!clip || !attr_is(clip, "lo", 0) || !attr_is(clip, "hi", 6)) return NULL;
    return scaled(clip->in[0], 1, 3);
}

/* The factor of x·by + shift with any two numbers near these, of a square of `x`. */
static bool is_slope(const Value *value, const Value *x, double by, double shift) {
    const Layer *slope = made_by(value, "scale");
    const Layer *square = slope && slope->n_in == 1 ? made_by(slope->in[0], "*") : NULL;
    return square && attr_is(slope, "by", by) && attr_is(slope, "shift", shift) &&
           square->in[0] == x && square->in[1] == x;
}

/* x if a product is x·(1 + tanh(x·(c + d·x·x))). */
static Value *tanh_normal_of(const Layer *product) {
    const double c = 0.79788456080286536, d = 0.044715 * c;
    for (int i = 0; i < 2; i++) {
        Value *x = product->in[i], *sum = scaled(product->in[1 - i], 1, 1);
        const Layer *tanh_layer = sum ? made_by(sum, "tanh") : NULL;
        const Layer *inner = tanh_layer ? made_by(tanh_layer->in[0], "*") : NULL;
        for (int j = 0; inner && j < 2; j++)
            if (inner->in[j] == x && is_slope(inner->in[1 - j], x, d, c)) return x;
    }
    return NULL;
}

/* What is x times a function of x. */
static bool join_product(Import *im, Layer *layer) {
    if (strcmp(layer->op, "*") != 0) return false;
    for (int i = 0; i < 2; i++) {
        Value *x = layer->in[i], *gate = layer->in[1 - i];
        const Layer *sigmoid = made_by(gate, "sigmoid"), *tanh_layer = made_by(gate, "tanh");
        const Layer *hard = made_by(gate, "hard_sigmoid");
        const Layer *softplus = tanh_layer ? made_by(tanh_layer->in[0], "softplus") : NULL;
        if (sigmoid && sigmoid->in[0] == x) return become(layer, "silu", x);
        if (softplus && softplus->in[0] == x && has_layer(im, "mish"))
            return become(layer, "mish", x);
        if (hard && hard->in[0] == x && strcmp(attr_said(hard, "slope"), "1/6") == 0)
            return become(layer, "hard_swish", x);
        Value *half = scaled(x, 0.5, 0), *normal = normal_of(gate);
        if (half && normal == half) return become(layer, "gelu", half);
    }
    return false;
}

/* What is divided by 6, or halved, at last. */
static bool join_scale(Import *im, Layer *layer) {
    if (strcmp(layer->op, "scale") != 0 || layer->n_in != 1) return false;
    Value *x = layer->in[0];
    if (scaled_by(layer, 1.0 / 6, 0)) {
        Value *inner = hard_of(x);
        if (inner) {
            become(layer, "hard_sigmoid", inner);
            emit_attr(im, layer, "slope", "1/6");
            return true;
        }
    }
    const Layer *product = made_by(x, "*");
    Value *smooth = product && scaled_by(layer, 0.5, 0) ? tanh_normal_of(product) : NULL;
    if (smooth) {
        become(layer, "gelu", smooth);
        emit_attr(im, layer, "approximate", "yes");
        return true;
    }
    for (int i = 0; product && i < 2; i++) {
        Value *y = product->in[i], *other = product->in[1 - i];
        if (scaled_by(layer, 0.5, 0) && normal_of(other) == y) return become(layer, "gelu", y);
        if (scaled_by(layer, 1.0 / 6, 0) && hard_of(other) == y)
            return become(layer, "hard_swish", y);
    }
    return false;
}

static bool rewrite_one(Import *im, Layer *layer) {
    return join_shuffle(im, layer) || join_reshapes(layer) || join_bias(layer) ||
           join_borders(im, layer) || join_product(im, layer) || join_scale(im, layer) ||
           join_softmax(im, layer) || join_composed(im, layer) || join_parts(im, layer) ||
           join_names(layer) || join_permutes(layer);
}

/* What outputs need is marked from behind. */
void remove_dead_layers(Import *im) {
    count_uses(im);
    for (size_t i = im->layers.len; i-- > 0;) {
        Layer *layer = im->layers.at[i];
        bool used = false;
        for (size_t j = 0; j < layer->n_out; j++) used = used || layer->out[j]->uses > 0;
        if (layer->dead || used) continue;
        layer->dead = true;
        for (size_t j = 0; j < layer->n_in; j++) layer->in[j]->uses--;
    }
    size_t kept = 0;
    for (size_t i = 0; i < im->layers.len; i++)
        if (!im->layers.at[i]->dead) im->layers.at[kept++] = im->layers.at[i];
    im->layers.len = kept;
}

void rewrite_layers(Import *im) {
    enum { ROUNDS = 8 }; /* more than the longest pattern has layers */
    bool changed = true;
    for (int round = 0; round < ROUNDS && changed; round++) {
        changed = false;
        remove_dead_layers(im);
        for (size_t i = 0; i < im->layers.len; i++) {
            Layer *layer = im->layers.at[i];
            for (size_t j = 0; j < layer->n_in; j++) layer->in[j] = resolve(layer->in[j]);
            if (!layer->dead && rewrite_one(im, layer)) changed = true;
        }
    }
    stack_concats(im);
    remove_dead_layers(im);
    for (size_t i = 0; i < im->layers.len; i++) {
        const Layer *layer = im->layers.at[i];
        Node node = {.onnx = layer->node, .number = layer->number};
        const char *value = attr_said(layer, "value");
        if (strcmp(layer->op, "erf") == 0)
            refuse(im, &node, NULL, "netc knows it as part of gelu's formula only");
        else if (strcmp(layer->op, "is_zero") == 0)
            refuse(im, &node, NULL, "netc knows it as part of where(y == 0, 0, x / y) only");
        else if (value && strcmp(value, "-inf") == 0)
            refuse(im, &node, NULL,
                   "it pads with -infinity, which netc does before a maxpool only");
    }
}
