/* Gemm and MatMul: products with a constant matrix, which are dense layers or 1x1 convolutions. */
#include "import/emit.h"
#include "import/handlers.h"
#include "import/words.h"

/* A constant in which every number is `factor` times that of `constant`. */
static Constant times(Import *im, Node *node, const Constant *constant, float factor) {
    if (factor == 1 || !node_computes(im, node, constant->elems)) return *constant;
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

/* A tensor of two axes with these changed. */
static Value *turned(Import *im, Node *node, Value *x) {
    Value *named = emit_rename(im, node, x, axes_usual(2, false));
    Layer *layer = emit_layer(im, node, "permute", named);
    emit_attr(im, layer, "order", "[C, N]");
    const char *const axes[] = {"C", "N"};
    return emit_result(im, layer, 2, (int64_t[]){x->extent[1], x->extent[0]}, axes);
}

/* A constant operand of two axes, changed if `across`; false after a report. */
static bool matrix_of(Import *im, Node *node, size_t i, bool across, Constant *out) {
    const Constant *matrix = node_constant(im, node, i, "the matrix", false);
    if (!matrix) return false;
    if (matrix->rank != 2 || matrix->whole || matrix->elems == 0) {
        refuse(im, node, "the file is damaged", "its constant of %s is no matrix",
               sizes_text(im->arena, matrix->rank, matrix->extent));
        return false;
    }
    *out = across ? constant_permute(im->arena, matrix, (int[]){1, 0}) : *matrix;
    return true;
}

static bool rows_agree(Import *im, Node *node, int64_t wanted, int64_t has) {
    if (wanted == has) return true;
    refuse(im, node, "the file is damaged", "its matrix is for %lld columns, its input has %lld",
           (long long)wanted, (long long)has);
    return false;
}

/* beta times C, added to the product: a constant, or a tensor. */
static void add_third(Import *im, Node *node, Value *product, float beta) {
    Value *c = node_given(node, 2) && beta != 0 ? node->in[2] : NULL;
    if (c && c->constant && beta != 1) {
        Constant *scaled = ARENA_NEW(im->arena, Constant);
        *scaled = times(im, node, c->constant, beta);
        c = constant_value(im, scaled);
    } else if (c && !c->constant) {
        c = emit_scale(im, node, c, (double)beta, 0);
    }
    Value *sum = c ? import_sum_of(im, node, product, c) : product;
    if (sum) node_give(im, node, 0, sum);
}

/* A constant matrix times a tensor. */
static void gemm_of_constant(Import *im, Node *node, float alpha, float beta) {
    Value *x = node_tensor(im, node, 1, 2, 2);
    Constant matrix;
    if (!x || !matrix_of(im, node, 0, node_int(im, node, "transA", 0) != 0, &matrix)) return;
    if (node_int(im, node, "transB", 0) != 0) x = turned(im, node, x);
    if (!rows_agree(im, node, matrix.extent[1], x->extent[0])) return;
    matrix = times(im, node, &matrix, alpha);
    add_third(im, node, emit_matrix(im, node, x, 0, &matrix), beta);
}

void import_gemm(Import *im, Node *node) {
    float alpha = node_float(im, node, "alpha", 1), beta = node_float(im, node, "beta", 1);
    if (node->in[0] && node->in[0]->constant) {
        gemm_of_constant(im, node, alpha, beta);
        return;
    }
    Value *x = node_tensor(im, node, 0, 2, 2);
    Constant weight;
    if (!x || !matrix_of(im, node, 1, node_int(im, node, "transB", 0) == 0, &weight)) return;
    if (node_int(im, node, "transA", 0) != 0) x = turned(im, node, x);
    int64_t channels = weight.extent[0];
    if (!rows_agree(im, node, weight.extent[1], x->extent[1])) return;
    weight = times(im, node, &weight, alpha);
    Layer *layer = emit_layer(im, node, "dense", emit_channels_first(im, node, x));
    emit_attr(im, layer, "c", "%lld", (long long)channels);
    emit_param(layer, "weight", &weight, initializer(node, 1, alpha));
    const Constant *c = node_given(node, 2) ? node->in[2]->constant : NULL;
    Constant bias;
    bool merged = c && c->elems > 0 && beta != 0 && bias_of(im, c, channels, &bias);
    if (merged) {
        bias = times(im, node, &bias, beta);
        emit_param(layer, "bias", &bias, initializer(node, 2, beta));
    } else {
        emit_source(layer, "bias", "none");
    }
    int64_t extent[2] = {x->extent[0], channels};
    Value *product = emit_result(im, layer, 2, extent, axes_usual(2, false));
    if (merged)
        node_give(im, node, 0, product);
    else
        add_third(im, node, product, beta);
}

/* x times a matrix [in, out] along the last axis: dense on two axes, else a 1x1 convolution with
 * the channels last. */
static Value *product(Import *im, Node *node, Value *x, const Constant *matrix) {
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
    return emit_result(im, layer, rank, extent, x->axes);
}

/* A constant of MatMul as a matrix; of one axis it is a row on the left, a column on the right.
 * False after a report. */
static bool operand(Import *im, Node *node, const Constant *c, bool left, Constant *out) {
    int64_t extent[2] = {1, 1};
    bool is_one = c->rank >= 1 && !c->whole && c->elems > 0;
    for (int i = 0; i + 2 < c->rank; i++) is_one = is_one && c->extent[i] == 1;
    if (!is_one) {
        refuse(im, node, NULL, "its constant of %s is not one matrix",
               sizes_text(im->arena, c->rank, c->extent));
        return false;
    }
    for (int i = 0; i < c->rank && i < 2; i++)
        extent[c->rank == 1 ? left : 1 - i] = c->extent[c->rank - 1 - i];
    *out = constant_reshape(im->arena, c, 2, extent);
    return true;
}

/* The result of a product with a constant of one axis lacks the axis that it was summed over. */
static void give_product(Import *im, Node *node, Value *product, const Constant *c, int axis) {
    int64_t extent[MAX_RANK];
    int rank = 0;
    for (int i = 0; i < product->rank; i++)
        if (i != axis || c->rank > 1) extent[rank++] = product->extent[i];
    if (rank == 0) extent[rank++] = 1; /* a single number is [C: 1] */
    if (rank != product->rank)
        product = emit_reshape(im, node, product, rank, extent, axes_usual(rank, false));
    node_give(im, node, 0, product);
}

static void constant_times(Import *im, Node *node, const Constant *c) {
    Value *x = node_tensor(im, node, 1, c->rank > 2 ? c->rank : 1, MAX_RANK);
    Constant matrix;
    if (!x || !operand(im, node, c, true, &matrix)) return;
    int axis = x->rank == 1 ? 0 : x->rank - 2;
    if (rows_agree(im, node, matrix.extent[1], x->extent[axis]))
        give_product(im, node, emit_matrix(im, node, x, axis, &matrix), c, axis);
}

static void times_constant(Import *im, Node *node) {
    const Constant *c = node_constant(im, node, 1, "the matrix", false);
    Value *x = c ? node_tensor(im, node, 0, c->rank > 2 ? c->rank : 1, MAX_RANK) : NULL;
    Constant matrix;
    if (!x || !operand(im, node, c, false, &matrix)) return;
    if (rows_agree(im, node, matrix.extent[0], x->extent[x->rank - 1]))
        give_product(im, node, product(im, node, x, &matrix), c, x->rank - 1);
}

void import_matmul(Import *im, Node *node) {
    Value *a = node->in[0], *b = node->in[1];
    const Constant *c = a && a->constant ? a->constant : b ? b->constant : NULL;
    int64_t matrices = 1;
    for (int i = 0; c && i + 2 < c->rank; i++) matrices *= c->extent[i];
    if (a && b && !(a->constant && b->constant) && (!c || matrices > 1)) {
        import_product(im, node);
        return;
    }
    if (a && a->constant)
        constant_times(im, node, a->constant);
    else
        times_constant(im, node);
}
