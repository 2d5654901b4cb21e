/* Normalizations. */
#include "import/emit.h"
#include "import/handlers.h"
#include "import/words.h"

/* The `wanted` numbers of input `i`; false after a report. */
static bool numbers_of(Import *im, Node *node, size_t i, const char *what, int64_t wanted,
                       Constant *out) {
    const Constant *constant = node_constant(im, node, i, what, false);
    if (!constant) return false;
    if (constant->whole || constant->elems != wanted) {
        refuse(im, node, "the file is damaged", "%s has the shape %s, not %lld numbers", what,
               sizes_text(im->arena, constant->rank, constant->extent), (long long)wanted);
        return false;
    }
    *out = constant_reshape(im->arena, constant, 1, &wanted);
    return true;
}

void import_batchnorm(Import *im, Node *node) {
    static const struct {
        const char *name, *what;
    } params[] = {{"weight", "its scale"},
                  {"bias", "its bias"},
                  {"running_mean", "its mean"},
                  {"running_var", "its variance"}};
    Value *x = node_tensor(im, node, 0, 2, MAX_RANK);
    if (!x) return;
    if (node_int(im, node, "training_mode", 0) != 0)
        refuse_attribute(im, node, "training_mode", "export the model in its inference form",
                         "netc knows the inference form only");
    if (im->opset < 9 && node_int(im, node, "spatial", 1) == 0)
        refuse_attribute(im, node, "spatial", NULL,
                         "0 has its own numbers for each place, netc's has them for each channel");
    for (size_t i = 1; i < node->onnx->n_outputs; i++)
        if (node_wants(im, node, i) && !node->failed)
            refuse(im, node, "export the model in its inference form",
                   "its output %s belongs to training", quoted(im->arena, node->onnx->outputs[i]));
    if (node->failed) return;
    x = emit_channels_first(im, node, x);
    Layer *layer = emit_layer(im, node, "batchnorm", x);
    emit_number(im, layer, "eps", node_float(im, node, "epsilon", 1e-5f));
    for (size_t i = 0; i < 4; i++) {
        Constant numbers;
        if (!numbers_of(im, node, 1 + i, params[i].what, x->extent[1], &numbers)) return;
        emit_param(layer, params[i].name, &numbers, node->in[1 + i]->onnx);
    }
    node_give(im, node, 0, emit_result_like(im, layer, x));
}

void import_instancenorm(Import *im, Node *node) {
    Value *x = node_tensor(im, node, 0, 3, MAX_RANK);
    Constant scale, bias;
    if (!x || !numbers_of(im, node, 1, "its scale", x->extent[1], &scale) ||
        !numbers_of(im, node, 2, "its bias", x->extent[1], &bias))
        return;
    x = emit_channels_first(im, node, x);
    Layer *layer = emit_layer(im, node, "instancenorm", x);
    emit_number(im, layer, "eps", node_float(im, node, "epsilon", 1e-5f));
    emit_param(layer, "weight", &scale, node->in[1]->onnx);
    emit_param(layer, "bias", &bias, node->in[2]->onnx);
    node_give(im, node, 0, emit_result_like(im, layer, x));
}

/* The numbers of channels from those of groups, as opset 18 has them. */
static Constant spread(Import *im, const Constant *groups, int64_t channels) {
    float *floats = ARENA_ARRAY(im->arena, float, (size_t)channels);
    int64_t each = channels / groups->elems;
    for (int64_t i = 0; i < channels; i++) floats[i] = (float)constant_number(groups, i / each);
    return constant_of_floats(floats, 1, &channels);
}

void import_groupnorm(Import *im, Node *node) {
    Value *x = node_tensor(im, node, 0, 3, MAX_RANK);
    Constant scale, bias;
    if (!x) return;
    int64_t groups = node_int(im, node, "num_groups", 0), channels = x->extent[1];
    if (groups < 1 || channels % groups != 0) {
        refuse_attribute(im, node, "num_groups", "the file is damaged",
                         "%lld channels are no %lld groups", (long long)channels,
                         (long long)groups);
        return;
    }
    int64_t wanted = im->opset < 21 ? groups : channels;
    if (!numbers_of(im, node, 1, "its scale", wanted, &scale) ||
        !numbers_of(im, node, 2, "its bias", wanted, &bias))
        return;
    bool whole = wanted == channels;
    if (!node_computes(im, node, channels)) return;
    if (!whole) scale = spread(im, &scale, channels);
    if (!whole) bias = spread(im, &bias, channels);
    x = emit_channels_first(im, node, x);
    Layer *layer = emit_layer(im, node, "groupnorm", x);
    emit_attr(im, layer, "g", "%lld", (long long)groups);
    emit_number(im, layer, "eps", node_float(im, node, "epsilon", 1e-5f));
    emit_param(layer, "weight", &scale, whole ? node->in[1]->onnx : "");
    emit_param(layer, "bias", &bias, whole ? node->in[2]->onnx : "");
    node_give(im, node, 0, emit_result_like(im, layer, x));
}

/* The other outputs of a LayerNormalization: the mean, and 1 over the deviation. */
static void give_measures(Import *im, Node *node, Value *x, int axis) {
    bool reduced[MAX_RANK];
    for (int i = 0; i < x->rank; i++) reduced[i] = i >= axis;
    Value *mean = emit_reduced(im, node, x, "avgpool", reduced);
    Value *apart = emit_infix(im, node, "-", x, emit_expand(im, node, mean, x));
    Value *variance =
        emit_reduced(im, node, emit_infix(im, node, "*", apart, apart), "avgpool", reduced);
    Value *sum = emit_scale(im, node, variance, 1, (double)node_float(im, node, "epsilon", 1e-5f));
    node_give(im, node, 1, mean);
    node_give(im, node, 2, emit_simple(im, node, "reciprocal", emit_simple(im, node, "sqrt", sum)));
}

void import_layernorm(Import *im, Node *node) {
    Value *x = node_tensor(im, node, 0, 1, MAX_RANK);
    int axis = x ? node_axis(im, node, "axis", node_int(im, node, "axis", -1), x->rank) : -1;
    if (axis < 0) return;
    if (node_wants(im, node, 1) || node_wants(im, node, 2)) give_measures(im, node, x, axis);
    bool last = axis == x->rank - 1, channels_last = strcmp(x->axes[x->rank - 1], "C") == 0;
    Value *view = last && channels_last ? x
                  : last && x->rank > 1 ? emit_channels_last(im, node, x)
                                        : emit_block(im, node, x, axis, x->rank - 1);
    int64_t channels = view->extent[view->rank - 1];
    Constant scale, bias;
    if (!numbers_of(im, node, 1, "its scale", channels, &scale)) return;
    Layer *layer = emit_layer(im, node, "layernorm", view);
    emit_number(im, layer, "eps", node_float(im, node, "epsilon", 1e-5f));
    emit_param(layer, "weight", &scale, node->in[1]->onnx);
    if (node_given(node, 2)) {
        if (!numbers_of(im, node, 2, "its bias", channels, &bias)) return;
        emit_param(layer, "bias", &bias, node->in[2]->onnx);
    } else {
        emit_source(layer, "bias", "none");
    }
    Value *result = emit_result_like(im, layer, view);
    node_give(im, node, 0, emit_reshape(im, node, result, x->rank, x->extent, x->axes));
}
