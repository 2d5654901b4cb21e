/* Norms that the language writes as several layers: x divided by what is measured around it. */
#include "import/emit.h"
#include "import/handlers.h"
#include "import/words.h"

/* The axes that a norm or a mean covers, by their numbers; false after a report. */
static bool marked(Import *im, Node *node, int rank, const int64_t *axes, size_t n, bool *out) {
    for (int i = 0; i < rank; i++) out[i] = false;
    for (size_t i = 0; i < n; i++) {
        int axis = node_axis(im, node, "axes", axes[i], rank);
        if (axis < 0) return false;
        out[axis] = true;
    }
    return true;
}

/* The mean of the squares of x, to extent 1. */
static Value *mean_square(Import *im, Node *node, Value *x, const bool *reduced) {
    return emit_reduced(im, node, emit_infix(im, node, "*", x, x), "avgpool", reduced);
}

/* x / sqrt(mean(x^2) + eps) * scale, over the axes from `axis` on. */
void import_rmsnorm(Import *im, Node *node) {
    Value *x = node_tensor(im, node, 0, 1, MAX_RANK);
    int axis = x ? node_axis(im, node, "axis", node_int(im, node, "axis", -1), x->rank) : -1;
    if (axis < 0) return;
    bool reduced[MAX_RANK];
    for (int i = 0; i < x->rank; i++) reduced[i] = i >= axis;
    Value *block = emit_block(im, node, x, axis, x->rank - 1);
    const Constant *given = node_constant(im, node, 1, "its scale", false);
    int64_t channels = block->extent[1];
    if (!given) return;
    if (given->whole || given->elems != channels) {
        refuse(im, node, NULL, "its scale of %s is not one number for each of %lld elements",
               sizes_text(im->arena, given->rank, given->extent), (long long)channels);
        return;
    }
    Constant scale = constant_reshape(im->arena, given, 1, &channels);
    Value *power = emit_scale(im, node, mean_square(im, node, x, reduced), 1,
                              (double)node_float(im, node, "epsilon", 1e-5f));
    Value *root = emit_simple(im, node, "reciprocal", emit_simple(im, node, "sqrt", power));
    Value *normed = emit_infix(im, node, "*", x, emit_expand(im, node, root, x));
    Layer *layer = emit_layer(im, node, "affine", emit_block(im, node, normed, axis, x->rank - 1));
    emit_param(layer, "weight", &scale, node->in[1]->onnx);
    emit_source(layer, "bias", "none");
    Value *result = emit_result_like(im, layer, layer->in[0]);
    node_give(im, node, 0, emit_reshape(im, node, result, x->rank, x->extent, x->axes));
}

/* (x - mean) / (deviation + 1e-9) over some axes, the channels staying apart. */
void import_mvn(Import *im, Node *node) {
    static const int64_t usual[] = {0, 2, 3};
    Value *x = node_tensor(im, node, 0, 1, MAX_RANK);
    size_t n;
    const int64_t *axes = node_ints(im, node, "axes", &n);
    bool reduced[MAX_RANK];
    if (!x || !marked(im, node, x->rank, axes ? axes : usual, axes ? n : 3, reduced)) return;
    Value *mean = emit_reduced(im, node, x, "avgpool", reduced);
    Value *apart = emit_infix(im, node, "-", x, emit_expand(im, node, mean, x));
    Value *deviation = emit_simple(im, node, "sqrt", mean_square(im, node, apart, reduced));
    Value *by = emit_scale(im, node, deviation, 1, 1e-9);
    node_give(im, node, 0, emit_infix(im, node, "/", apart, emit_expand(im, node, by, x)));
}

/* x / (bias + alpha/size * sum(x^2))^beta, the sum over `size` channels around each. */
void import_lrn(Import *im, Node *node) {
    Value *x = node_tensor(im, node, 0, 2, MAX_RANK);
    int64_t size = node_int(im, node, "size", 0);
    double alpha = (double)node_float(im, node, "alpha", 0.0001f),
           beta = (double)node_float(im, node, "beta", 0.75f),
           bias = (double)node_float(im, node, "bias", 1);
    if (!x || node->failed) return;
    if (size < 1 || size > MAX_EXTENT) {
        refuse_attribute(im, node, "size", "the file is damaged", "%lld is no size",
                         (long long)size);
        return;
    }
    int64_t extent[4] = {x->extent[0], 1, x->extent[1], elems_of(x) / x->extent[0] / x->extent[1]};
    Value *squares = emit_infix(im, node, "*", x, x);
    Value *plane = emit_reshape(im, node, squares, 4, extent, axes_usual(4, false));
    Layer *layer = emit_layer(im, node, "sumpool", plane);
    layer->window = 2;
    layer->axis[0] = (ConvAxis){.i = extent[2],
                                .k = size,
                                .s = 1,
                                .d = 1,
                                .pad_lo = (size - 1) / 2,
                                .pad_hi = size - 1 - (size - 1) / 2};
    layer->axis[1] = (ConvAxis){.i = extent[3], .k = 1, .s = 1, .d = 1};
    Value *sums = emit_result_like(im, layer, plane);
    sums = emit_reshape(im, node, sums, x->rank, x->extent, x->axes);
    layer = emit_layer(im, node, "power", emit_scale(im, node, sums, alpha / (double)size, bias));
    emit_number(im, layer, "n", (float)-beta);
    node_give(im, node, 0, emit_infix(im, node, "*", x, emit_result_like(im, layer, x)));
}

/* x divided by its length along an axis, 0 where that is 0. */
void import_lpnorm(Import *im, Node *node) {
    Value *x = node_tensor(im, node, 0, 1, MAX_RANK);
    int axis = x ? node_axis(im, node, "axis", node_int(im, node, "axis", -1), x->rank) : -1;
    int64_t p = node_int(im, node, "p", 2);
    if (axis < 0) return;
    if (p != 1 && p != 2) {
        refuse_attribute(im, node, "p", "the file is damaged", "it is 1 or 2, not %lld",
                         (long long)p);
        return;
    }
    bool reduced[MAX_RANK];
    for (int i = 0; i < x->rank; i++) reduced[i] = i == axis;
    Value *sizes = p == 1 ? emit_simple(im, node, "abs", x) : emit_infix(im, node, "*", x, x);
    Value *length = emit_reduced(im, node, sizes, "sumpool", reduced);
    if (p == 2) length = emit_simple(im, node, "sqrt", length);
    /* the least positive number with all its digits: only 0 is below it */
    Layer *floor = emit_layer(im, node, "clip", length);
    emit_attr(im, floor, "lo", "1.17549435e-38");
    emit_attr(im, floor, "hi", "3.40282347e38");
    length = emit_result_like(im, floor, length);
    node_give(im, node, 0, emit_infix(im, node, "/", x, emit_expand(im, node, length, x)));
}
