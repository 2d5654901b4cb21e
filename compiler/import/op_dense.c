/* Gemm and MatMul: products with a constant matrix, which are dense layers or 1x1 convolutions. */
#include "import/emit.h"
#include "import/handlers.h"
#include "import/words.h"

/* A constant in which every number is `factor` times that of `constant`. */
static Constant times(Import *im, const Constant *constant, float factor) {
    if (factor == 1) return *constant;
    float *floats = ARENA_ARRAY(im->arena, float, (size_t)constant->elems);
    constant_copy(constant, 0, constant->elems, floats);
    for (int64_t i = 0; i < constant->elems; i++) floats[i] *= factor;
    return constant_of_floats(floats, constant->rank, constant->extent);
}

/* A bias for `channels` of a constant that is broadcast to [rows, channels]; false if its rows
 * differ. */
static bool bias_of(Import *im, const Constant *c, int64_t channels, Constant *out) {
    for (int i = 0; i + 1 < c->rank; i++)
        if (c->extent[i] != 1) return false;
    if (c->elems == channels) {
        *out = constant_reshape(im->arena, c, 1, &channels);
        return true;
    }
    if (c->elems != 1) return false;
    *out = constant_fill(im->arena, (float)constant_number(c, 0), 1, &channels);
    return true;
}

/* The name of an initializer that goes into the file as it is; "" if it is changed. */
static const char *initializer(const Node *node, size_t i, float factor) {
    return factor == 1 ? node->in[i]->onnx : "";
}

void import_gemm(Import *im, Node *node) {
    Value *x = node_tensor(im, node, 0, 2, 2);
    const Constant *matrix = x ? node_constant(im, node, 1, "the matrix", false) : NULL;
    if (!matrix) return;
    float alpha = node_float(im, node, "alpha", 1), beta = node_float(im, node, "beta", 1);
    bool across = node_int(im, node, "transB", 0) != 0;
    if (matrix->rank != 2 || matrix->whole || matrix->elems == 0) {
        refuse(im, node, "the file is damaged", "its second input is no matrix");
        return;
    }
    if (node_int(im, node, "transA", 0) != 0) {
        Layer *turned =
            emit_layer(im, node, "permute", emit_rename(im, node, x, axes_usual(2, false)));
        emit_attr(im, turned, "order", "[C, N]");
        int64_t extent[2] = {x->extent[1], x->extent[0]};
        x = emit_result(im, turned, 2, extent, axes_usual(2, false));
        x->axes[0] = "C";
        x->axes[1] = "N";
    }
    Constant weight = across ? *matrix : constant_permute(im->arena, matrix, (int[]){1, 0});
    int64_t channels = weight.extent[0];
    if (weight.extent[1] != x->extent[1]) {
        refuse(im, node, "the file is damaged",
               "its matrix is for %lld columns, its input has %lld", (long long)weight.extent[1],
               (long long)x->extent[1]);
        return;
    }
    weight = times(im, &weight, alpha);
    Layer *layer = emit_layer(im, node, "dense", emit_channels_first(im, node, x));
    emit_attr(im, layer, "c", "%lld", (long long)channels);
    emit_param(layer, "weight", &weight, initializer(node, 1, alpha));
    Constant bias;
    const Constant *c = node_constant(im, node, 2, "the bias", true);
    if (node->failed) return;
    bool merged = c && bias_of(im, c, channels, &bias);
    if (c && !merged) {
        refuse(im, node, NULL, "its third input, %s, differs from row to row",
               sizes_text(im->arena, c->rank, c->extent));
        return;
    }
    if (merged && beta != 0) {
        bias = times(im, &bias, beta);
        emit_param(layer, "bias", &bias, initializer(node, 2, beta));
    } else {
        emit_source(layer, "bias", "none");
    }
    int64_t extent[2] = {x->extent[0], channels};
    node_give(im, node, 0, emit_result(im, layer, 2, extent, axes_usual(2, false)));
}

/* x times a matrix [in, out] along the last axis: dense on two axes, else a 1x1 convolution with
 * the channels last. */
static void product(Import *im, Node *node, Value *x, const Constant *matrix) {
    Constant weight = constant_permute(im->arena, matrix, (int[]){1, 0});
    int rank = x->rank;
    int64_t extent[MAX_RANK], shape[MAX_RANK] = {weight.extent[0], weight.extent[1], 1, 1, 1};
    for (int i = 0; i < rank; i++) extent[i] = x->extent[i];
    extent[rank - 1] = weight.extent[0];
    x = rank == 1 ? emit_rename(im, node, x, axes_usual(1, false))
                  : emit_channels_last(im, node, x);
    Layer *layer = emit_layer(im, node, rank <= 2 ? "dense" : "conv", x);
    emit_attr(im, layer, "c", "%lld", (long long)weight.extent[0]);
    if (rank > 2) {
        layer->window = rank - 2;
        for (int i = 0; i < layer->window; i++)
            layer->axis[i] = (ConvAxis){.i = x->extent[1 + i], .k = 1, .s = 1, .d = 1};
        for (int i = 2; i < rank; i++) weight.stride[i] = 0, weight.extent[i] = shape[i];
        weight.rank = rank;
    }
    emit_param(layer, "weight", &weight, node->in[1]->onnx);
    emit_source(layer, "bias", "none");
    node_give(im, node, 0, emit_result(im, layer, rank, extent, x->axes));
}

void import_matmul(Import *im, Node *node) {
    Value *a = node->in[0], *b = node->in[1];
    if (a && b && !a->constant && !b->constant) {
        refuse(im, node, "netc has no attention; a product with a constant matrix is a `conv(k=1)`",
               "it multiplies two matrices that the network computes");
        return;
    }
    Value *x = node_tensor(im, node, 0, 1, MAX_RANK);
    const Constant *matrix = x ? node_constant(im, node, 1, "the matrix", false) : NULL;
    if (!matrix) return;
    if (matrix->rank != 2 || matrix->whole || matrix->elems == 0) {
        refuse(im, node, NULL, "its constant of %s is no matrix",
               sizes_text(im->arena, matrix->rank, matrix->extent));
        return;
    }
    if (x->extent[x->rank - 1] != matrix->extent[0]) {
        refuse(im, node, "the file is damaged",
               "its matrix is for %lld columns, its input has %lld", (long long)matrix->extent[0],
               (long long)x->extent[x->rank - 1]);
        return;
    }
    product(im, node, x, matrix);
}
