/* Operators of one tensor, element by element; softmax; and those that do nothing. */
#include "import/emit.h"
#include "import/handlers.h"
#include "import/stated.h"
#include "import/words.h"

#include <math.h>

/* A layer that the language may lack yet; NULL after a report. */
static Value *simple(Import *im, Node *node, const char *op, Value *x) {
    if (has_layer(im, op)) return emit_simple(im, node, op, x);
    refuse(im, node, NULL, "netc has no layer `%s`", op);
    return NULL;
}

static Value *tensor(Import *im, Node *node) { return node_tensor(im, node, 0, 1, MAX_RANK); }

/* Sets the one output, if there is a value. */
static void give(Import *im, Node *node, Value *value) {
    if (value) node_give(im, node, 0, value);
}

void import_simple(Import *im, Node *node) {
    static const struct {
        const char *onnx, *net;
    } names[] = {{"Abs", "abs"},         {"Exp", "exp"},           {"HardSwish", "hard_swish"},
                 {"Log", "log"},         {"Mish", "mish"},         {"Relu", "relu"},
                 {"Sigmoid", "sigmoid"}, {"Softplus", "softplus"}, {"Softsign", "softsign"},
                 {"Sqrt", "sqrt"},       {"Tanh", "tanh"}};
    Value *x = tensor(im, node);
    for (size_t i = 0; x && i < sizeof names / sizeof *names; i++)
        if (strcmp(names[i].onnx, node->onnx->op) == 0)
            give(im, node, simple(im, node, names[i].net, x));
}

void import_neg(Import *im, Node *node) {
    Value *x = tensor(im, node);
    if (x) give(im, node, emit_scale(im, node, x, -1, 0));
}

void import_reciprocal(Import *im, Node *node) {
    Value *x = tensor(im, node);
    if (x) give(im, node, simple(im, node, "reciprocal", x));
}

void import_identity(Import *im, Node *node) {
    if (node->in[0]) node_give(im, node, 0, node->in[0]);
}

void import_dropout(Import *im, Node *node) {
    if (node_wants(im, node, 1))
        refuse(im, node, "export the model in its inference form",
               "its mask %s belongs to training", quoted(im->arena, node->onnx->outputs[1]));
    const Constant *training =
        node_given(node, 2) ? node_constant(im, node, 2, "`training_mode`", true) : NULL;
    if (training && !constant_is(training, 0))
        refuse(im, node, "export the model in its inference form", "it is in training mode");
    if (!node->failed) import_identity(im, node);
}

/* True if a value is what an ArgMax gives, in other axes or not. */
static bool is_place(const Value *value) {
    const Layer *layer = value->layer;
    while (layer && (strcmp(layer->op, "reshape") == 0 || strcmp(layer->op, "flatten") == 0))
        layer = layer->in[0]->layer;
    return layer && strcmp(layer->op, "argmax") == 0;
}

static bool is_real_type(int64_t type) {
    return type == ONNX_FLOAT || type == ONNX_FLOAT16 || type == ONNX_DOUBLE ||
           type == ONNX_BFLOAT16;
}

void import_cast(Import *im, Node *node) {
    int64_t to = node_int(im, node, "to", 0);
    Value *x = tensor(im, node);
    if (!x) return;
    if (is_real_type(to) || (is_place(x) && (to == ONNX_INT32 || to == ONNX_INT64)))
        node_give(im, node, 0, x);
    else
        refuse_attribute(im, node, "to", "cut the model before it, and do it in your program",
                         "netc computes in f32 alone");
}

void import_castlike(Import *im, Node *node) {
    Value *x = node->in[0], *like = node->in[1];
    if (!x || !like) {
        refuse(im, node, "the file is damaged", "it has no two inputs");
    } else if (like->constant && like->constant->whole) {
        refuse(im, node, "cut the model before it, and do it in your program",
               "netc computes in f32 alone");
    } else if (x->constant && x->constant->whole) {
        if (!node_computes(im, node, x->constant->elems)) return;
        Constant real = constant_of_floats(constant_all(im->arena, x->constant), x->constant->rank,
                                           x->constant->extent);
        node_give_constant(im, node, 0, &real);
    } else {
        node_give(im, node, 0, x);
    }
}

/* A bound of Clip: an attribute in old opsets, an input in new ones. False after a report. */
static bool bound(Import *im, Node *node, const char *name, size_t i, float *out) {
    if (im->opset < 11) {
        *out = node_float(im, node, name, *out);
        return !node->failed;
    }
    if (!node_given(node, i)) return true;
    const Constant *constant = node_constant(im, node, i, name, false);
    if (constant && constant->elems == 1) *out = (float)constant_number(constant, 0);
    return constant != NULL;
}

void import_clip(Import *im, Node *node) {
    const float most = 3.4028234663852886e38f;
    float lo = -most, hi = most;
    Value *x = tensor(im, node);
    if (!x || !bound(im, node, "min", 1, &lo) || !bound(im, node, "max", 2, &hi)) return;
    lo = fmaxf(lo, -most);
    hi = fminf(hi, most);
    if (lo == -most && hi == most) {
        give(im, node, x);
        return;
    }
    if (lo == 0 && hi == most) {
        give(im, node, emit_simple(im, node, "relu", x));
        return;
    }
    Layer *layer = emit_layer(im, node, "clip", x);
    emit_number(im, layer, "lo", fminf(lo, hi));
    emit_number(im, layer, "hi", hi);
    give(im, node, emit_result_like(im, layer, x));
}

/* x through a layer with one number. */
static Value *with_number(Import *im, Node *node, const char *op, Value *x, const char *attribute,
                          float number) {
    Layer *layer = emit_layer(im, node, op, x);
    emit_number(im, layer, attribute, number);
    return emit_result_like(im, layer, x);
}

void import_elu(Import *im, Node *node) {
    Value *x = tensor(im, node);
    if (x)
        give(im, node, with_number(im, node, "elu", x, "alpha", node_float(im, node, "alpha", 1)));
}

/* alpha * elu(x / alpha) */
void import_celu(Import *im, Node *node) {
    Value *x = tensor(im, node);
    float alpha = node_float(im, node, "alpha", 1);
    if (!x) return;
    if (!(alpha > 0)) {
        refuse_attribute(im, node, "alpha", NULL, "%g is not positive", (double)alpha);
        return;
    }
    x = emit_scale(im, node, x, 1 / (double)alpha, 0);
    x = with_number(im, node, "elu", x, "alpha", 1);
    give(im, node, emit_scale(im, node, x, alpha, 0));
}

/* x * sigmoid(alpha * x) */
void import_swish(Import *im, Node *node) {
    Value *x = tensor(im, node);
    float alpha = node_float(im, node, "alpha", 1);
    if (!x) return;
    if (alpha == 1) {
        give(im, node, emit_simple(im, node, "silu", x));
        return;
    }
    Value *gate = emit_simple(im, node, "sigmoid", emit_scale(im, node, x, alpha, 0));
    give(im, node, emit_infix(im, node, "*", x, gate));
}

/* Soft shrinking: x without what lies within lambd around 0. */
void import_shrink(Import *im, Node *node) {
    Value *x = tensor(im, node);
    float lambd = node_float(im, node, "lambd", 0.5f), bias = node_float(im, node, "bias", 0);
    if (!x) return;
    if (bias != lambd || !(lambd >= 0)) {
        refuse_attribute(im, node, "bias", NULL,
                         "%g is not lambd, %g: its result would jump, and netc has no such layer",
                         (double)bias, (double)lambd);
        return;
    }
    Layer *within = emit_layer(im, node, "clip", x);
    emit_number(im, within, "lo", -lambd);
    emit_number(im, within, "hi", lambd);
    give(im, node, emit_infix(im, node, "-", x, emit_result_like(im, within, x)));
}

void import_selu(Import *im, Node *node) {
    const float alpha = 1.67326319217681884765625f, gamma = 1.05070102214813232421875f;
    float a = node_float(im, node, "alpha", alpha), g = node_float(im, node, "gamma", gamma);
    Value *x = tensor(im, node);
    if (!x) return;
    if (a == alpha && g == gamma && has_layer(im, "selu"))
        give(im, node, emit_simple(im, node, "selu", x));
    else
        give(im, node, emit_scale(im, node, with_number(im, node, "elu", x, "alpha", a), g, 0));
}

void import_leaky_relu(Import *im, Node *node) {
    Value *x = tensor(im, node);
    float slope = node_float(im, node, "alpha", 0.01f);
    if (x) give(im, node, with_number(im, node, "leaky_relu", x, "slope", slope));
}

void import_hard_sigmoid(Import *im, Node *node) {
    Value *x = tensor(im, node);
    float alpha = node_float(im, node, "alpha", 0.2f), beta = node_float(im, node, "beta", 0.5f);
    if (!x) return;
    if (beta == 0.5f) {
        bool sixth = alpha == (float)(1.0 / 6);
        Layer *layer = emit_layer(im, node, "hard_sigmoid", x);
        if (sixth)
            emit_attr(im, layer, "slope", "1/6");
        else
            emit_number(im, layer, "slope", alpha);
        give(im, node, emit_result_like(im, layer, x));
        return;
    }
    Layer *layer = emit_layer(im, node, "clip", emit_scale(im, node, x, alpha, beta));
    emit_attr(im, layer, "lo", "0");
    emit_attr(im, layer, "hi", "1");
    give(im, node, emit_result_like(im, layer, x));
}

/* Slopes that are not one for each channel: those of the axes along which they vary become
 * channels. */
static void prelu_of_axes(Import *im, Node *node, Value *x, const Constant *slope) {
    int first = x->rank, lead = x->rank - slope->rank;
    for (int i = slope->rank - 1; i >= 0; i--)
        if (slope->extent[i] != 1) first = i + lead;
    bool fits = lead >= 0;
    for (int i = 0; i < slope->rank && fits; i++)
        fits = slope->extent[i] == 1 || slope->extent[i] == x->extent[i + lead];
    if (!fits) {
        refuse(im, node, NULL, "its slopes of %s do not fit its input of %s",
               sizes_text(im->arena, slope->rank, slope->extent),
               sizes_text(im->arena, x->rank, x->extent));
        return;
    }
    int last = x->rank - 1;
    while (last > first && slope->extent[last - lead] == 1) last--;
    Value *block = emit_block(im, node, x, first, last);
    Constant seen = *slope;
    int64_t count = block->extent[1];
    seen.rank = last - first + 1;
    seen.elems = count;
    for (int i = first; i <= last; i++) {
        bool repeats = slope->extent[i - lead] == 1;
        seen.extent[i - first] = x->extent[i];
        seen.stride[i - first] = repeats ? 0 : slope->stride[i - lead];
    }
    if (seen.elems != slope->elems && !node_computes(im, node, count)) return;
    Constant row = constant_reshape(im->arena, &seen, 1, &count);
    Layer *layer = emit_layer(im, node, "prelu", block);
    emit_param(layer, "weight", &row, seen.elems == slope->elems ? node->in[1]->onnx : "");
    Value *result = emit_result_like(im, layer, block);
    give(im, node, emit_reshape(im, node, result, x->rank, x->extent, x->axes));
}

void import_prelu(Import *im, Node *node) {
    Value *x = tensor(im, node);
    const Constant *slope = x ? node_constant(im, node, 1, "the slope", false) : NULL;
    if (!slope) return;
    if (slope->whole || slope->elems == 0) {
        refuse(im, node, "the file is damaged", "its slopes are not real numbers");
        return;
    }
    if (slope->elems == 1 && !stated_is(im, node, "prelu")) {
        float number = (float)constant_number(slope, 0);
        give(im, node, with_number(im, node, "leaky_relu", x, "slope", number));
        return;
    }
    int channel = x->rank > 1, from = channel - (x->rank - slope->rank);
    int64_t channels = x->extent[channel];
    if (from < 0 || from >= slope->rank || slope->extent[from] != channels ||
        slope->elems != channels) {
        prelu_of_axes(im, node, x, slope);
        return;
    }
    x = emit_channels_first(im, node, x);
    Layer *layer = emit_layer(im, node, "prelu", x);
    Constant row = constant_reshape(im->arena, slope, 1, &channels);
    emit_param(layer, "weight", &row, node->in[1]->onnx);
    give(im, node, emit_result_like(im, layer, x));
}

void import_gelu(Import *im, Node *node) {
    const char *form = node_string(im, node, "approximate", "none");
    Value *x = tensor(im, node);
    if (!x) return;
    bool exact = strcmp(form, "none") == 0;
    if (!exact && strcmp(form, "tanh") != 0) {
        refuse_attribute(im, node, "approximate", NULL, "it is one of none, tanh, not %s",
                         quoted(im->arena, form));
        return;
    }
    Layer *layer = emit_layer(im, node, "gelu", x);
    if (!exact) emit_attr(im, layer, "approximate", "yes");
    give(im, node, emit_result_like(im, layer, x));
}

/* Erf alone is no layer; where it is part of the formula of gelu, the rewriting takes it away. */
void import_erf(Import *im, Node *node) {
    Value *x = tensor(im, node);
    if (x) give(im, node, emit_simple(im, node, "erf", x));
}

/* Softmax over the axes from `axis` on, as opsets before 13 have it: as one axis C. */
static Value *flat_softmax(Import *im, Node *node, Value *x, int axis, const char *op) {
    int64_t extent[2] = {1, 1};
    for (int i = 0; i < x->rank; i++) extent[i >= axis] *= x->extent[i];
    Value *flat = emit_reshape(im, node, x, 2, extent, axes_usual(2, false));
    Layer *layer = emit_layer(im, node, op, flat);
    emit_attr(im, layer, "axis", "C");
    Value *result = emit_result_like(im, layer, flat);
    return emit_reshape(im, node, result, x->rank, x->extent, x->axes);
}

void import_softmax(Import *im, Node *node) {
    const char *op = strcmp(node->onnx->op, "LogSoftmax") == 0 ? "log_softmax" : "softmax";
    Value *x = tensor(im, node);
    if (!x) return;
    if (!has_layer(im, op)) {
        refuse(im, node, NULL, "netc has no layer `%s`", op);
        return;
    }
    bool old = im->opset < 13;
    int64_t number = node_int(im, node, "axis", old ? 1 : -1);
    int axis = node_axis(im, node, "axis", number, x->rank);
    if (axis < 0 || node->failed) return;
    bool rest = false; /* other axes beside it */
    for (int i = axis + 1; i < x->rank; i++) rest = rest || x->extent[i] != 1;
    if (old && rest) {
        give(im, node, flat_softmax(im, node, x, axis, op));
        return;
    }
    Layer *layer = emit_layer(im, node, op, x);
    emit_attr(im, layer, "axis", "%s", x->axes[axis]);
    give(im, node, emit_result_like(im, layer, x));
}
