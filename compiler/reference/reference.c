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

/* What has been computed of an element, and how far compiled code may be from it. */
typedef struct Result {
    double value, error;
} Result;

static Result add_residual(Result a, double b) {
    double rounding = UNIT_ROUNDOFF * (3.0 * (fabs(a.value) + fabs(b)) + a.error) + SMALLEST;
    return (Result){a.value + b, a.error + rounding};
}

/* A comparison rounds nothing. */
static Result apply_relu(Result x) { return (Result){x.value < 0.0 ? 0.0 : x.value, x.error}; }

/* Lipschitz constant 1, and 2 ulp of what it is applied to in compiled code: x give or take its
 * error. */
static Result apply_tanh(Result x) {
    double y = tanh(x.value);
    return (Result){y, x.error + 2.0 * ulp_at(fmin(fabs(y) + x.error, 1.0))};
}

static Result finish(const Node *node, const float *const *inputs, int64_t index, Element element,
                     bool is_sum) {
    int step = 0;
    for (; is_sum && step < node->n_fused && node->fused[step].op == OP_ADD; step++) {
        double residual = inputs[node->fused[step].input][index];
        element.value += residual;
        element.magnitude += fabs(residual);
    }
    Result result = {element.value, is_sum ? sum_bound(&element) : element.error};
    if (!isfinite(result.value)) result.error = 0.0;
    for (; step < node->n_fused; step++) switch (node->fused[step].op) {
        case OP_ADD: result = add_residual(result, inputs[node->fused[step].input][index]); break;
        case OP_RELU: result = apply_relu(result); break;
        case OP_TANH: result = apply_tanh(result); break;
        default: break;
        }
    if (!isfinite(result.value)) result.error = 0.0;
    return result;
}

/* The layers that look at one element of each input. */
static Element pointwise(OpKind op, const float *const *inputs, int64_t index) {
    double x = inputs[0][index];
    Result result = {x, 0.0};
    if (op == OP_RELU) result = apply_relu(result);
    if (op == OP_TANH) result = apply_tanh(result);
    if (op == OP_ADD) {
        double y = inputs[1][index];
        return (Element){.value = x + y, .magnitude = fabs(x) + fabs(y)};
    }
    return (Element){.value = result.value, .error = result.error};
}

/* Fills `elements`; true if they are sums, whose bound is that of contract.md 4. */
static bool eval_layer(const Node *node, const float *const *inputs, int64_t elems,
                       Element *elements) {
    switch (node->op) {
    case OP_CONV: reference_conv(node, inputs[0], elements); return true;
    case OP_TCONV: reference_tconv(node, inputs[0], elements); return true;
    case OP_DENSE: reference_dense(node, inputs[0], elements); return true;
    case OP_AVGPOOL: reference_avgpool(node, inputs[0], elements); return true;
    case OP_MAXPOOL: reference_maxpool(node, inputs[0], elements); return false;
    case OP_SOFTMAX: reference_softmax(node, inputs[0], elements); return false;
    case OP_FLATTEN:
    case OP_RELU:
    case OP_TANH:
    case OP_ADD:
        for (int64_t i = 0; i < elems; i++) elements[i] = pointwise(node->op, inputs, i);
        return node->op == OP_ADD;
    case OP_INPUT:
    case OP_KINDS: break;
    }
    assert(!"an input is given, not computed");
    return false;
}

void reference_node(const Node *node, const float *const *inputs, double *output, double *bound,
                    int64_t *macs) {
    int64_t elems = 0;
    bool fits = type_elems(&node->output->type, &elems);
    assert(fits);
    (void)fits;
    Arena *arena = arena_create();
    Element *elements = ARENA_ARRAY(arena, Element, (size_t)elems);
    bool is_sum = eval_layer(node, inputs, elems, elements);
    bool multiplies = node->op == OP_CONV || node->op == OP_TCONV || node->op == OP_DENSE;
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
