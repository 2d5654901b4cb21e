/* Reductions, which are pools of whole axes. */
#include "import/emit.h"
#include "import/handlers.h"
#include "import/words.h"

/* A reduction: what is done to each element, the pool, what is done to its result. */
typedef struct Reduction {
    const char *onnx, *before, *pool, *after;
    int power; /* of an lppool */
} Reduction;

static const Reduction *reduction_of(const char *op) {
    static const Reduction rows[] = {{"ReduceL1", NULL, "lppool", NULL, 1},
                                     {"ReduceL2", NULL, "lppool", NULL, 2},
                                     {"ReduceLogSum", NULL, "sumpool", "log", 0},
                                     {"ReduceMax", NULL, "maxpool", NULL, 0},
                                     {"ReduceMean", NULL, "avgpool", NULL, 0},
                                     {"ReduceMin", NULL, "minpool", NULL, 0},
                                     {"ReduceSum", NULL, "sumpool", NULL, 0},
                                     {"ReduceSumSquare", "*", "sumpool", NULL, 0},
                                     {"ReduceLogSumExp", "exp", "sumpool", "log", 0}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (strcmp(rows[i].onnx, op) == 0) return &rows[i];
    return NULL;
}

/* Which axes are reduced. False after a report. */
static bool reduced_axes(Import *im, Node *node, int rank, bool *reduced) {
    size_t n;
    bool is_sum = strcmp(node->onnx->op, "ReduceSum") == 0;
    const int64_t *axes = im->opset < (is_sum ? 13 : 18) || node_has(node, "axes")
                              ? node_ints(im, node, "axes", &n)
                              : node_constant_ints(im, node, 1, "input `axes`", &n);
    bool nothing = node_int(im, node, "noop_with_empty_axes", 0) != 0;
    if (node->failed) return false;
    bool all = !axes || n == 0;
    for (int i = 0; i < rank; i++) reduced[i] = all && !nothing;
    for (size_t i = 0; !all && i < n; i++) {
        int axis = node_axis(im, node, "axes", axes[i], rank);
        if (axis < 0) return false;
        reduced[axis] = true;
    }
    return true;
}

/* True if these are all axes but N and C, as a pool takes them. */
static bool is_spatial(const Value *x, int first, int last) {
    int outside = 0;
    for (int i = 0; i < x->rank; i++) {
        bool is_outside = strcmp(x->axes[i], "N") == 0 || strcmp(x->axes[i], "C") == 0;
        if (is_outside != (i < first || i > last)) return false;
        outside += is_outside;
    }
    return outside == 2;
}

/* One run of axes, first .. last, to extent 1. */
static Value *reduce_run(Import *im, Node *node, Value *x, const char *op, int power, int first,
                         int last) {
    int64_t extent[MAX_RANK];
    for (int i = 0; i < x->rank; i++) extent[i] = i < first || i > last ? x->extent[i] : 1;
    bool spatial = is_spatial(x, first, last);
    Value *view = x;
    if (!spatial) {
        int64_t block[4] = {1, 1, 1, 1};
        for (int i = 0; i < x->rank; i++) block[i < first ? 1 : i <= last ? 2 : 3] *= x->extent[i];
        view = emit_reshape(im, node, x, 4, block, axes_usual(4, false));
    }
    Layer *layer = emit_layer(im, node, op, view);
    if (!spatial) {
        emit_attr(im, layer, "k", "{H: all, W: 1}");
        emit_attr(im, layer, "s", "1");
    }
    layer->all = spatial;
    if (power) emit_attr(im, layer, "n", "%d", power);
    int64_t result[MAX_RANK];
    for (int i = 0; i < view->rank; i++)
        result[i] = spatial ? extent[i] : i == 2 ? 1 : view->extent[i];
    Value *value = emit_result(im, layer, view->rank, result, view->axes);
    return emit_reshape(im, node, value, x->rank, extent, x->axes);
}

/* The reduced axes of x, to extent 1. */
static Value *reduce(Import *im, Node *node, Value *x, const char *op, int power,
                     const bool *reduced) {
    for (int first = 0; first < x->rank; first++) {
        if (!reduced[first]) continue;
        int last = first;
        while (last + 1 < x->rank && reduced[last + 1]) last++;
        x = reduce_run(im, node, x, op, power, first, last);
        first = last;
    }
    return x;
}

Value *emit_reduced(Import *im, Node *node, Value *x, const char *pool, const bool *reduced) {
    return reduce(im, node, x, pool, 0, reduced);
}

/* log(sum(exp(x))) = m + log(sum(exp(x - m))) with the largest m, which nothing overflows. */
static Value *log_sum_exp(Import *im, Node *node, Value *x, const bool *reduced) {
    Value *largest = reduce(im, node, x, "maxpool", 0, reduced);
    Value *less = emit_infix(im, node, "-", x, emit_expand(im, node, largest, x));
    Value *sum = reduce(im, node, emit_simple(im, node, "exp", less), "sumpool", 0, reduced);
    return emit_infix(im, node, "+", emit_simple(im, node, "log", sum), largest);
}

/* `result` without the axes of extent 1 that were reduced, if the node wants it so. */
static void give(Import *im, Node *node, const Value *x, Value *result, const bool *reduced) {
    if (node_int(im, node, "keepdims", 1) == 0) {
        int64_t extent[MAX_RANK];
        int rank = 0;
        for (int i = 0; i < x->rank; i++)
            if (!reduced[i]) extent[rank++] = x->extent[i];
        if (rank == 0) extent[rank++] = 1; /* a single number is [C: 1] */
        if (rank == 2 && x->rank > 2 && !reduced[0] && strcmp(result->axes[0], "N") == 0)
            result = emit_result(im, emit_layer(im, node, "flatten", result), 2, extent,
                                 axes_usual(2, false));
        else
            result = emit_reshape(im, node, result, rank, extent, axes_usual(rank, false));
    }
    node_give(im, node, 0, result);
}

void import_reduce(Import *im, Node *node) {
    const Reduction *kind = reduction_of(node->onnx->op);
    Value *x = node_tensor(im, node, 0, 1, MAX_RANK), *result = x;
    bool reduced[MAX_RANK];
    if (!x || !reduced_axes(im, node, x->rank, reduced)) return;
    if (kind->before && strcmp(kind->before, "exp") == 0) {
        give(im, node, x, log_sum_exp(im, node, x, reduced), reduced);
        return;
    }
    if (kind->before) result = emit_infix(im, node, "*", x, x);
    result = reduce(im, node, result, kind->pool, kind->power, reduced);
    if (kind->after) result = emit_simple(im, node, kind->after, result);
    give(im, node, x, result, reduced);
}

/* ArgMin is the place of the largest of -x. */
void import_argmax(Import *im, Node *node) {
    bool is_min = strcmp(node->onnx->op, "ArgMin") == 0;
    Value *x = node_tensor(im, node, 0, 1, MAX_RANK);
    int axis = x ? node_axis(im, node, "axis", node_int(im, node, "axis", 0), x->rank) : -1;
    if (axis < 0) return;
    if (node_int(im, node, "select_last_index", 0) != 0) {
        refuse_attribute(im, node, "select_last_index", NULL,
                         "of equal elements netc gives the first");
        return;
    }
    int64_t extent[MAX_RANK];
    bool reduced[MAX_RANK];
    for (int i = 0; i < x->rank; i++) {
        reduced[i] = i == axis;
        extent[i] = reduced[i] ? 1 : x->extent[i];
    }
    Layer *layer = emit_layer(im, node, "argmax", is_min ? emit_scale(im, node, x, -1, 0) : x);
    emit_attr(im, layer, "axis", "%s", x->axes[axis]);
    give(im, node, x, emit_result(im, layer, x->rank, extent, x->axes), reduced);
}
