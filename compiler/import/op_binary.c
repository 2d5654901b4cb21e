/* Operators of two tensors, element by element, with the broadcasting of ONNX.
 *
 *     x + 0.5                    scale(by=1, shift=0.5)
 *     x * [C, 1, 1] constant     affine: numbers of each channel
 *     x * [N, C, 1, 1]           scale(x, s)
 *     x + s, other extents       s repeated (upsample), then x + s */
#include "import/emit.h"
#include "import/handlers.h"
#include "import/stated.h"
#include "import/table.h"
#include "import/words.h"

#include <math.h>

typedef enum BinaryKind { BINARY_ADD, BINARY_SUB, BINARY_MUL, BINARY_DIV } BinaryKind;

/* Extents of the result of broadcasting; false if the two do not fit. */
static bool broadcast(int rank_a, const int64_t *a, int rank_b, const int64_t *b, int *rank,
                      int64_t *out) {
    *rank = rank_a > rank_b ? rank_a : rank_b;
    if (*rank > MAX_RANK) return false;
    for (int i = 0; i < *rank; i++) {
        int in_a = i - (*rank - rank_a), in_b = i - (*rank - rank_b);
        int64_t of_a = in_a < 0 ? 1 : a[in_a], of_b = in_b < 0 ? 1 : b[in_b];
        if (of_a != of_b && of_a != 1 && of_b != 1) return false;
        out[i] = of_a == 1 ? of_b : of_a;
    }
    return true;
}

/* The same for two values; a node whose inputs do not fit is refused. */
static bool fit(Import *im, Node *node, const Value *a, const Value *b, int *rank, int64_t *out) {
    if (broadcast(a->rank, a->extent, b->rank, b->extent, rank, out)) return true;
    refuse(im, node, NULL, "its inputs of %s and %s do not fit",
           sizes_text(im->arena, a->rank, a->extent), sizes_text(im->arena, b->rank, b->extent));
    return false;
}

/* x with the extents of a result that it is broadcast to. */
static Value *expand_to(Import *im, Node *node, Value *x, int rank, const int64_t *extent) {
    Value like = {.rank = rank};
    const char *const *names = x->rank == rank ? x->axes : axes_usual(rank, false);
    for (int i = 0; i < rank; i++) {
        like.extent[i] = extent[i];
        like.axes[i] = names[i];
    }
    return emit_expand(im, node, x, &like);
}

/* What an operation with a constant does to x: x·by + shift, for each number of the constant. */
static void as_affine(BinaryKind kind, bool swapped, double c, double *by, double *shift) {
    *by = kind == BINARY_MUL ? c : kind == BINARY_DIV ? 1 / c : 1;
    *shift = kind == BINARY_ADD ? c : kind == BINARY_SUB ? -c : 0;
    if (kind == BINARY_SUB && swapped) {
        *by = -1;
        *shift = c;
    }
}

/* A constant as the factors (or the shifts) of an affine layer. The initializer itself serves,
 * where the numbers stay. */
static Constant affine_numbers(Import *im, BinaryKind kind, bool swapped, bool factors,
                               const Constant *c) {
    if ((kind == BINARY_MUL && factors) || (kind == BINARY_ADD && !factors) ||
        (kind == BINARY_SUB && swapped && !factors))
        return *c;
    float *floats = ARENA_ARRAY(im->arena, float, (size_t)c->elems);
    constant_copy(c, 0, c->elems, floats);
    for (int64_t i = 0; i < c->elems; i++) {
        double by, shift;
        as_affine(kind, swapped, (double)floats[i], &by, &shift);
        floats[i] = (float)(factors ? by : shift);
    }
    return constant_of_floats(floats, c->rank, c->extent);
}

/* The axes first .. last of a result of `rank` axes along which a constant varies; false: none. */
static bool varying(const Constant *c, int rank, int *first, int *last) {
    *first = rank;
    *last = -1;
    for (int i = 0; i < c->rank; i++) {
        if (c->extent[i] == 1) continue;
        int at = i + rank - c->rank;
        if (at < *first) *first = at;
        *last = at;
    }
    return *last >= 0;
}

/* x op constant, where the constant varies along axes first .. last: these become the channels of
 * an affine layer. A constant with holes among its axes is repeated to fill them. */
static Value *with_vector(Import *im, Node *node, BinaryKind kind, bool swapped, Value *x,
                          const Constant *c, const char *onnx, int first, int last) {
    int64_t extent[CONSTANT_RANK], count = 1;
    Constant whole = *c;
    whole.rank = last - first + 1;
    for (int i = first; i <= last; i++) {
        int in_c = i - (x->rank - c->rank), to = i - first;
        extent[to] = x->extent[i];
        count *= extent[to];
        whole.extent[to] = extent[to];
        whole.stride[to] = in_c < 0 || c->extent[in_c] == 1 ? 0 : c->stride[in_c];
    }
    whole.elems = count;
    if (!node_computes(im, node, count)) return NULL;
    Constant row = constant_reshape(im->arena, count == c->elems ? c : &whole, 1, &count);
    bool is_channel = first == last && strcmp(x->axes[first], "C") == 0;
    Value *block = is_channel ? x : emit_block(im, node, x, first, last);
    Layer *layer = emit_layer(im, node, "affine", block);
    bool factors = kind != BINARY_ADD && (kind != BINARY_SUB || swapped);
    bool shifts = kind == BINARY_ADD || kind == BINARY_SUB;
    Constant by = affine_numbers(im, kind, swapped, true, &row);
    Constant shift = affine_numbers(im, kind, swapped, false, &row);
    if (factors)
        emit_param(layer, "weight", &by, kind == BINARY_MUL ? onnx : "");
    else
        emit_source(layer, "weight", "none");
    if (shifts)
        emit_param(layer, "bias", &shift, kind == BINARY_ADD ? onnx : "");
    else
        emit_source(layer, "bias", "none");
    Value *result = emit_result_like(im, layer, block);
    return emit_reshape(im, node, result, x->rank, x->extent, x->axes);
}

/* A list of equal numbers is a number, unless the model says what its layers are: netc's own have
 * lists where the program has some. */
static bool is_vector(const Import *im, const Constant *c) { return im->stated && c->rank > 0; }

static int channel_axis(const Value *x) {
    int axis = value_axis(x, "C");
    return axis == NO_AXIS ? x->rank - 1 : axis;
}

/* x op c, or c op x. */
static Value *with_constant(Import *im, Node *node, BinaryKind kind, bool swapped, Value *x,
                            const Constant *c, const char *onnx) {
    int rank, first, last;
    int64_t extent[MAX_RANK];
    if (c->elems == 0 || !broadcast(x->rank, x->extent, c->rank, c->extent, &rank, extent)) {
        refuse(im, node, NULL, "its inputs of %s and %s do not fit",
               sizes_text(im->arena, x->rank, x->extent),
               sizes_text(im->arena, c->rank, c->extent));
        return NULL;
    }
    if (kind == BINARY_DIV && swapped) {
        if (!has_layer(im, "reciprocal")) {
            refuse(im, node, NULL, "netc has no layer `reciprocal`");
            return NULL;
        }
        x = emit_simple(im, node, "reciprocal", x);
        kind = BINARY_MUL;
    }
    x = expand_to(im, node, x, rank, extent);
    double same = 0;
    if (!is_vector(im, c) && constant_same(c, &same)) {
        double by, shift;
        as_affine(kind, swapped, same, &by, &shift);
        if (isfinite((float)by) && isfinite((float)shift))
            return emit_scale(im, node, x, by, shift);
        refuse(im, node, NULL, "its constant gives numbers that are not finite");
        return NULL;
    }
    if (node->failed) return x;
    if (!varying(c, rank, &first, &last)) first = last = channel_axis(x);
    Constant real = *c;
    if (c->whole) real = constant_of_floats(constant_all(im->arena, c), c->rank, c->extent);
    return with_vector(im, node, kind, swapped, x, &real, onnx, first, last);
}

/* True if `s` has the numbers of each image and channel of x, [N, C, 1 ...]. */
static bool is_channel_factor(const Value *x, const Value *s) {
    if (s->rank != x->rank || x->rank < 3) return false;
    for (int i = 0; i < x->rank; i++) {
        bool kept = strcmp(x->axes[i], "N") == 0 || strcmp(x->axes[i], "C") == 0;
        if (s->extent[i] != (kept ? x->extent[i] : 1)) return false;
    }
    return value_axis(x, "C") != NO_AXIS;
}

static Value *two_tensors(Import *im, Node *node, BinaryKind kind, Value *a, Value *b) {
    static const char *const ops[] = {"+", "-", "*", "/"};
    int rank;
    int64_t extent[MAX_RANK];
    if (!fit(im, node, a, b, &rank, extent)) return NULL;
    bool b_small = elems_of(b) < elems_of(a);
    Value *large = b_small ? a : b, *small = b_small ? b : a;
    if (kind == BINARY_MUL && stated_is(im, node, "scale_by")) large = a, small = b;
    if (kind == BINARY_MUL &&
        (elems_of(large) > elems_of(small) || stated_is(im, node, "scale_by")) &&
        is_channel_factor(large, small)) {
        Value *in[2] = {large, emit_rename(im, node, small, large->axes)};
        return emit_result_like(im, emit_joined(im, node, "scale", in, 2), large);
    }
    /* the larger one keeps the names of its axes */
    large = expand_to(im, node, large, rank, extent);
    small = emit_expand(im, node, small, large);
    return emit_infix(im, node, ops[kind], b_small ? large : small, b_small ? small : large);
}

static Value *binary(Import *im, Node *node, BinaryKind kind, Value *a, Value *b) {
    if (a->constant && b->constant) {
        node_tensor(im, node, 0, 1, MAX_RANK);
        return NULL;
    }
    if (a->constant) return with_constant(im, node, kind, true, b, a->constant, a->onnx);
    if (b->constant) return with_constant(im, node, kind, false, a, b->constant, b->onnx);
    return two_tensors(im, node, kind, a, b);
}

Value *import_sum_of(Import *im, Node *node, Value *a, Value *b) {
    return binary(im, node, BINARY_ADD, a, b);
}

Value *import_product_of(Import *im, Node *node, Value *a, Value *b) {
    return binary(im, node, BINARY_MUL, a, b);
}

static void import_binary(Import *im, Node *node, BinaryKind kind) {
    if (!node->in[0] || !node->in[1]) {
        refuse(im, node, "the file is damaged", "it has no two inputs");
        return;
    }
    Value *value = binary(im, node, kind, node->in[0], node->in[1]);
    if (value) node_give(im, node, 0, value);
}

void import_add(Import *im, Node *node) { import_binary(im, node, BINARY_ADD); }
void import_sub(Import *im, Node *node) { import_binary(im, node, BINARY_SUB); }
void import_mul(Import *im, Node *node) { import_binary(im, node, BINARY_MUL); }

void import_div(Import *im, Node *node) {
    if (!import_layernorm_apart(im, node)) import_binary(im, node, BINARY_DIV);
}

void import_sum(Import *im, Node *node) {
    Value *sum = node->in[0];
    if (node->onnx->n_inputs > NODE_INPUTS) {
        refuse(im, node, NULL, "it has %zu inputs, netc takes up to %d", node->onnx->n_inputs,
               NODE_INPUTS);
        return;
    }
    for (size_t i = 1; i < node->onnx->n_inputs && sum; i++)
        sum = node->in[i] ? binary(im, node, BINARY_ADD, sum, node->in[i]) : sum;
    if (sum && !node->failed) node_give(im, node, 0, sum);
}

void import_mean(Import *im, Node *node) {
    import_sum(im, node);
    Value *sum = node->failed ? NULL : table_get(im->names, node->onnx->outputs[0]);
    size_t n = node->onnx->n_inputs;
    if (sum && n > 1) node_give(im, node, 0, emit_scale(im, node, sum, 1.0 / (double)n, 0));
}

/* max(a, b), min(a, b) */
static Value *extremum(Import *im, Node *node, const char *op, Value *a, Value *b) {
    int rank;
    int64_t extent[MAX_RANK];
    if (!fit(im, node, a, b, &rank, extent)) return NULL;
    bool b_small = elems_of(b) < elems_of(a);
    Value *large = expand_to(im, node, b_small ? a : b, rank, extent);
    Value *small = emit_expand(im, node, b_small ? b : a, large);
    Value *in[2] = {b_small ? large : small, b_small ? small : large};
    return emit_result_like(im, emit_joined(im, node, op, in, 2), large);
}

/* max or min of x and a constant: a clip where it is one number. */
static Value *bounded(Import *im, Node *node, bool below, Value *x, const Value *constant) {
    const float most = 3.4028234663852886e38f;
    const Constant *c = constant->constant;
    int rank;
    int64_t extent[MAX_RANK];
    double number = 0;
    if (c->elems == 0 || !broadcast(x->rank, x->extent, c->rank, c->extent, &rank, extent)) {
        refuse(im, node, NULL, "its inputs of %s and %s do not fit",
               sizes_text(im->arena, x->rank, x->extent),
               sizes_text(im->arena, c->rank, c->extent));
        return NULL;
    }
    x = expand_to(im, node, x, rank, extent);
    if (!constant_same(c, &number)) {
        Value *in[2] = {x, emit_constant(im, node, c, constant->onnx, x->rank, x->extent, x->axes)};
        Layer *layer = emit_joined(im, node, below ? "max" : "min", in, 2);
        return emit_result_like(im, layer, x);
    }
    if (below && number == 0) return emit_simple(im, node, "relu", x);
    Layer *layer = emit_layer(im, node, "clip", x);
    emit_number(im, layer, "lo", below ? (float)number : -most);
    emit_number(im, layer, "hi", below ? most : (float)number);
    return emit_result_like(im, layer, x);
}

static void import_extremum(Import *im, Node *node, bool below) {
    Value *result = NULL;
    size_t n = node->onnx->n_inputs;
    if (n > NODE_INPUTS) {
        refuse(im, node, NULL, "it has %zu inputs, netc takes up to %d", n, NODE_INPUTS);
        return;
    }
    size_t first = 0; /* begin with what the network computes */
    while (first < n && (!node->in[first] || node->in[first]->constant)) first++;
    if (first < n) result = node->in[first];
    for (size_t i = 0; i < n && result; i++) {
        Value *other = node->in[i];
        if (!other || i == first) continue;
        result = other->constant ? bounded(im, node, below, result, other)
                                 : extremum(im, node, below ? "max" : "min", result, other);
    }
    if (result) node_give(im, node, 0, result);
}

void import_max(Import *im, Node *node) { import_extremum(im, node, true); }
void import_min(Import *im, Node *node) { import_extremum(im, node, false); }

/* A positive number to the power of x: exp(x * log(number)). */
static void power_of_number(Import *im, Node *node, const Constant *base) {
    Value *x = node_tensor(im, node, 1, 1, MAX_RANK);
    double number = 0;
    if (!x) return;
    if (base->elems == 0 || base->rank > x->rank || !constant_same(base, &number) ||
        !(number > 0) || !isfinite(number)) {
        refuse(im, node, NULL, "its base is not one positive number");
        return;
    }
    Value *scaled = emit_scale(im, node, x, log(number), 0);
    node_give(im, node, 0, emit_simple(im, node, "exp", scaled));
}

void import_pow(Import *im, Node *node) {
    if (node->in[0] && node->in[0]->constant) {
        power_of_number(im, node, node->in[0]->constant);
        return;
    }
    Value *x = node_tensor(im, node, 0, 1, MAX_RANK);
    const Constant *exponent = x ? node_constant(im, node, 1, "the exponent", false) : NULL;
    double n = 0;
    if (!exponent) return;
    if (exponent->elems == 0 || !constant_same(exponent, &n) || exponent->rank > x->rank) {
        refuse(im, node, NULL, "its exponents differ; netc has one for all");
        return;
    }
    Value *result = NULL;
    if (n == 1 && !stated_is(im, node, "power"))
        result = x;
    else if (n == 2 && !stated_is(im, node, "power"))
        result = emit_infix(im, node, "*", x, x);
    else if (n == 0.5 && !stated_is(im, node, "power"))
        result = emit_simple(im, node, "sqrt", x);
    else if (n == -1 && !stated_is(im, node, "power"))
        result = emit_simple(im, node, "reciprocal", x);
    else {
        Layer *layer = emit_layer(im, node, "power", x);
        emit_number(im, layer, "n", (float)n);
        result = emit_result_like(im, layer, x);
    }
    node_give(im, node, 0, result);
}
