/* Layers of constants of the model: a constant beside tensors, a product with a matrix, elements
 * taken from a list of places. */
#include "import/emit.h"
#include "import/words.h"

#include <math.h>

/* A constant seen in the extents that it is broadcast to. */
static Constant broadcast(Import *im, const Constant *c, int rank, const int64_t *extent) {
    Constant seen = *c;
    if (c->whole) seen = constant_of_floats(constant_all(im->arena, c), c->rank, c->extent);
    Constant out = seen;
    out.rank = rank;
    out.elems = 1;
    for (int i = rank - 1; i >= 0; i--) {
        int from = i - (rank - seen.rank);
        out.extent[i] = extent[i];
        out.stride[i] = from < 0 || seen.extent[from] == 1 ? 0 : seen.stride[from];
        out.elems *= extent[i];
    }
    return out;
}

Value *emit_constant(Import *im, const Node *node, const Constant *c, const char *onnx, int rank,
                     const int64_t *extent, const char *const *axes) {
    Node own = {.onnx = node->onnx, .number = node->number};
    Layer *layer = emit_joined(im, node, "constant", NULL, 0);
    Value *result = emit_result(im, layer, rank, extent, axes);
    if (!node_computes(im, &own, c->whole ? c->elems : 0)) return result;
    Constant numbers = broadcast(im, c, rank, extent);
    Text shape = text_in(im->arena);
    for (int i = 0; i < rank; i++)
        text_printf(&shape, "%s%s: %lld", i ? ", " : "[", axes[i], (long long)extent[i]);
    emit_attr(im, layer, "shape", "%s]", text_str(&shape));
    double same;
    if (constant_same(c, &same) && isfinite((float)same))
        emit_source(layer, "value",
                    arena_printf(im->arena, "fill(%s)", number_text(im->arena, (float)same)));
    else
        emit_param(layer, "value", &numbers, c->whole ? "" : onnx);
    return result;
}

Value *emit_matrix(Import *im, const Node *node, Value *x, int axis, const Constant *matrix) {
    Value *block = emit_block(im, node, x, axis, axis);
    Layer *layer = emit_layer(im, node, block->rank == 2 ? "dense" : "conv", block);
    Constant weight = *matrix;
    int64_t extent[MAX_RANK] = {block->extent[0], matrix->extent[0], block->extent[2]};
    emit_attr(im, layer, "c", "%lld", (long long)matrix->extent[0]);
    if (block->rank == 3) {
        layer->window = 1;
        layer->axis[0] = (ConvAxis){.i = block->extent[2], .k = 1, .s = 1, .d = 1};
        weight.rank = 3;
        weight.extent[2] = 1;
        weight.stride[2] = 0;
    }
    emit_param(layer, "weight", &weight, "");
    emit_source(layer, "bias", "none");
    Value *result = emit_result(im, layer, block->rank, extent, block->axes);
    for (int i = 0; i < x->rank; i++) extent[i] = i == axis ? matrix->extent[0] : x->extent[i];
    return emit_reshape(im, node, result, x->rank, extent, x->axes);
}

Value *emit_concat(Import *im, const Node *node, Value *const *in, size_t n, int axis) {
    if (n == 1) return in[0];
    int64_t extent[MAX_RANK];
    for (int i = 0; i < in[0]->rank; i++) extent[i] = i == axis ? 0 : in[0]->extent[i];
    Layer *layer = emit_joined(im, node, "concat", in, n);
    for (size_t j = 0; j < n; j++) {
        extent[axis] += in[j]->extent[axis];
        layer->in[j] = emit_rename(im, node, in[j], in[0]->axes);
    }
    emit_attr(im, layer, "axis", "%s", in[0]->axes[axis]);
    return emit_result(im, layer, in[0]->rank, extent, in[0]->axes);
}

/* How many runs of places side by side a list has. */
static size_t count_runs(const int64_t *places, int64_t n) {
    size_t runs = 1;
    for (int64_t i = 1; i < n; i++) runs += places[i] != places[i - 1] + 1;
    return runs;
}

Value *emit_take(Import *im, const Node *node, Value *x, int axis, const int64_t *places,
                 int64_t n) {
    enum { MOST_RUNS = 16 }; /* parts that are put together; more are a product */
    int64_t size = x->extent[axis], shape[2] = {n, size};
    if (count_runs(places, n) > MOST_RUNS) {
        Node own = {.onnx = node->onnx, .number = node->number};
        if (!node_computes(im, &own, n * size)) return x;
        float *matrix = ARENA_ARRAY(im->arena, float, (size_t)(n * size));
        for (int64_t i = 0; i < n; i++) matrix[i * size + places[i]] = 1;
        Constant ones = constant_of_floats(matrix, 2, shape);
        return emit_matrix(im, node, x, axis, &ones);
    }
    Value *parts[MOST_RUNS];
    size_t n_parts = 0;
    for (int64_t first = 0, i = 1; i <= n; i++) {
        if (i < n && places[i] == places[i - 1] + 1) continue;
        parts[n_parts++] = emit_part(im, node, x, axis, places[first], i - first);
        first = i;
    }
    return emit_concat(im, node, parts, n_parts, axis);
}
