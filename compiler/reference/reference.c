/* One node: its layer, then its fused operations, each with the error bound of contract.md 4.
 *
 * A fused group is one unit. As long as nothing but sums was done, a residual joins the sum and
 * counts in its B; from the first activation on, the bound is carried along: each step multiplies
 * it by its Lipschitz constant and adds its own rounding. */
#include "reference/reference.h"

#include "base/arena.h"
#include "reference/element.h"

#include <assert.h>
#include <float.h>
#include <math.h>

enum { CHAIN = 1024 }; /* products that strict code adds in one chain */

/* (min(K, 1024) + n + 3) u B + (K + 1) t; no promise where f32 may overflow on the way. */
static double sum_bound(const Element *sum) {
    if (sum->magnitude > FLT_MAX) return INFINITY;
    double terms = (double)sum->products, chains = ceil(terms / CHAIN);
    return (fmin(terms, CHAIN) + chains + 3.0) * UNIT_ROUNDOFF * sum->magnitude +
           (terms + 1.0) * SMALLEST;
}

static bool is_sum_of_two(OpKind op) { return op == OP_ADD || op == OP_SUB; }

/* The residuals that follow a sum at once join it: B grows with each. */
static int join_residuals(const Node *node, const float *const *inputs, int64_t index,
                          Element *element) {
    int step = 0;
    for (; step < node->n_fused && is_sum_of_two(node->fused[step].op); step++) {
        const Fused *fused = &node->fused[step];
        double residual = inputs[fused->input][index];
        element->value = fused->swapped        ? residual - element->value
                         : fused->op == OP_SUB ? element->value - residual
                                               : element->value + residual;
        element->magnitude += fabs(residual);
    }
    return step;
}

static Result finish(const Node *node, const float *const *inputs, int64_t index, Element element,
                     bool is_sum) {
    int step = is_sum ? join_residuals(node, inputs, index, &element) : 0;
    Result result = {element.value, is_sum ? sum_bound(&element) : element.error};
    if (!isfinite(result.value)) result.error = 0.0;
    const TensorType *type = &node->output->type;
    int64_t channel = index_along(type, type_channel(type), index);
    for (; step < node->n_fused; step++) {
        const Fused *fused = &node->fused[step];
        double other = op_most_inputs(fused->op) == 2 ? inputs[fused->input][index] : 0.0;
        result = reference_apply(fused, channel, result, other);
    }
    return result;
}

/* True if the bound of the layer is that of sums and products. */
static bool is_rounded_sum(OpKind op) {
    return op == OP_CONV || op == OP_TCONV || op == OP_DENSE || op == OP_MATMUL ||
           op == OP_AVGPOOL || op == OP_SUMPOOL || is_sum_of_two(op) || op == OP_MUL ||
           op == OP_SCALE || op == OP_SCALE_BY || op == OP_BATCHNORM || op == OP_AFFINE;
}

static void eval_layer(const Node *node, const float *const *inputs, int64_t elems,
                       Element *elements) {
    switch (node->op) {
    case OP_CONSTANT:
        for (int64_t i = 0; i < elems; i++) elements[i].value = node->weight->data[i];
        break;
    case OP_CONV: reference_conv(node, inputs[0], elements); break;
    case OP_TCONV: reference_tconv(node, inputs[0], elements); break;
    case OP_DENSE: reference_dense(node, inputs[0], elements); break;
    case OP_MAXPOOL:
    case OP_MINPOOL:
    case OP_AVGPOOL:
    case OP_SUMPOOL:
    case OP_LPPOOL: reference_pool(node, inputs[0], elements); break;
    case OP_INSTANCENORM:
    case OP_GROUPNORM:
    case OP_LAYERNORM: reference_norm(node, inputs[0], elements); break;
    case OP_ARGMAX: reference_argmax(node, inputs[0], elements); break;
    case OP_SOFTMAX:
    case OP_LOG_SOFTMAX: reference_softmax(node, inputs[0], elements); break;
    case OP_UPSAMPLE: reference_upsample(node, inputs[0], elements); break;
    case OP_PIXEL_SHUFFLE: reference_pixel_shuffle(node, inputs[0], elements); break;
    case OP_PIXEL_UNSHUFFLE: reference_pixel_unshuffle(node, inputs[0], elements); break;
    case OP_MATMUL: reference_matmul(node, inputs, elements); break;
    case OP_CONCAT: reference_concat(node, inputs, elements); break;
    case OP_SPLIT:
    case OP_CROP: reference_part(node, inputs[0], elements); break;
    case OP_PAD: reference_pad(node, inputs[0], elements); break;
    case OP_FLATTEN: reference_flatten(node, inputs[0], elements); break;
    case OP_PERMUTE: reference_permute(node, inputs[0], elements); break;
    case OP_F32:
    case OP_RESHAPE:
        for (int64_t i = 0; i < elems; i++) elements[i].value = inputs[0][i];
        break;
    default:
        assert(op_is_pointwise(node->op) || node->op == OP_SCALE_BY);
        for (int64_t i = 0; i < elems; i++) elements[i] = reference_pointwise(node, inputs, i);
    }
}

void reference_node(const Node *node, const float *const *inputs, double *output, double *bound,
                    int64_t *macs) {
    int64_t elems = 0;
    bool fits = type_elems(&node->output->type, &elems);
    assert(fits);
    (void)fits;
    Arena *arena = arena_create();
    Element *elements = ARENA_ARRAY(arena, Element, (size_t)elems);
    eval_layer(node, inputs, elems, elements);
    bool is_sum = is_rounded_sum(node->op);
    bool multiplies = node->op == OP_CONV || node->op == OP_TCONV || node->op == OP_DENSE ||
                      node->op == OP_MATMUL;
    int64_t products = 0;
    for (int64_t i = 0; i < elems; i++) {
        Result result = finish(node, inputs, i, elements[i], is_sum);
        output[i] = result.value;
        if (bound) bound[i] = result.error;
        if (multiplies) products += elements[i].products;
    }
    if (macs) *macs = products;
    arena_destroy(arena);
}
