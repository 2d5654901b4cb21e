/* Reductions, which are pools of whole axes. */
#include "import/emit.h"
#include "import/handlers.h"
#include "import/words.h"

static const char *pool_of(const char *op) {
    static const char *const pools[][2] = {{"ReduceMean", "avgpool"},
                                           {"ReduceMax", "maxpool"},
                                           {"ReduceMin", "minpool"},
                                           {"ReduceSum", "sumpool"},
                                           {"ReduceL2", "lppool"}};
    for (size_t i = 0; i < sizeof pools / sizeof *pools; i++)
        if (strcmp(pools[i][0], op) == 0) return pools[i][1];
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
static Value *reduce_run(Import *im, Node *node, Value *x, const char *op, int first, int last) {
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
    if (strcmp(op, "lppool") == 0) emit_attr(im, layer, "n", "2");
    int64_t result[MAX_RANK];
    for (int i = 0; i < view->rank; i++)
        result[i] = spatial ? extent[i] : i == 2 ? 1 : view->extent[i];
    Value *value = emit_result(im, layer, view->rank, result, view->axes);
    return emit_reshape(im, node, value, x->rank, extent, x->axes);
}

void import_reduce(Import *im, Node *node) {
    Value *x = node_tensor(im, node, 0, 1, MAX_RANK), *result = x;
    bool reduced[MAX_RANK];
    if (!x || !reduced_axes(im, node, x->rank, reduced)) return;
    for (int first = 0; first < x->rank; first++) {
        if (!reduced[first]) continue;
        int last = first;
        while (last + 1 < x->rank && reduced[last + 1]) last++;
        result = reduce_run(im, node, result, pool_of(node->onnx->op), first, last);
        first = last;
    }
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

void import_argmax(Import *im, Node *node) {
    refuse(im, node, "take the largest in your program: the network gives the numbers",
           "netc computes in f32 alone, and has no place of the largest");
}
