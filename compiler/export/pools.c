/* Pools.
 *
 *     maxpool  MaxPool                         minpool  Neg, MaxPool, Neg
 *     avgpool  AveragePool                     sumpool  Conv of ones, a channel a group
 *     lppool   LpPool where n is whole, else Abs, Pow n, the sum, Pow 1/n
 *
 * and over a whole image GlobalMaxPool, GlobalAveragePool, ReduceSum.
 *
 * ONNX's ceil_mode is not used: its readers disagree about windows that begin behind the data.
 * Rounding up is the padding at the end that rounding down needs for the same windows. What of that
 * hangs over the layer's own padding counts nowhere: it never wins, and is not in an average. */
#include "export/layers.h"

#include <math.h>

/* True if the one window is the whole image and nothing else. */
static bool is_global(const Node *node) {
    for (int i = 0; i < node->n_axes; i++) {
        const WindowAxis *axis = &node->window[i];
        if (axis->arith.k != axis->arith.i || axis->o != 1 || axis->arith.d != 1 ||
            axis->arith.pad_lo + axis->arith.pad_hi > 0)
            return false;
    }
    return true;
}

/* The padding at the end with which rounding down gives the layer's windows: up to the end of the
 * last one, if the layer rounds up, or has more of it than readers take. */
static Extents pad_to_last_window(const Node *node) {
    Extents hi = window_pad_hi(node);
    for (int i = 0; i < node->n_axes; i++) {
        const ConvAxis *a = &node->window[i].arith;
        if (!a->ceil && hi.at[i] < a->k) continue;
        int64_t end = (node->window[i].o - 1) * a->s + a->d * (a->k - 1) + 1;
        hi.at[i] = end > a->pad_lo + a->i ? end - a->pad_lo - a->i : 0;
    }
    return hi;
}

static bool any(const Extents *numbers) {
    for (int i = 0; i < numbers->n; i++)
        if (numbers->at[i] > 0) return true;
    return false;
}

/* Readers refuse a pool whose padding is not smaller than its kernel. */
static bool pads_fit(const Node *node, const Extents *lo, const Extents *hi) {
    for (int i = 0; i < node->n_axes; i++)
        if (lo->at[i] >= node->window[i].arith.k || hi->at[i] >= node->window[i].arith.k)
            return false;
    return true;
}

/* The input with the padding as elements of their own. */
static const char *put_padding(Builder *builder, const char *x, const Extents *lo,
                               const Extents *hi, double value) {
    const Node *node = builder->node;
    Extents extents = extents_in(&node->inputs[0]->type, CHANNELS_FIRST), before = {.n = extents.n},
            behind = {.n = extents.n};
    for (int i = 0; i < node->n_axes; i++) {
        before.at[2 + i] = lo->at[i];
        behind.at[2 + i] = hi->at[i];
    }
    return put_pad(builder, NULL, x, &extents, &before, &behind, BORDER_ZERO, value);
}

/* y = MaxPool(x) (NULL: a new name); of padding that does not fit, elements that never win. */
static const char *put_maxpool(Builder *builder, const char *y, const char *x) {
    const Node *node = builder->node;
    Extents lo = window_pad_lo(node), hi = pad_to_last_window(node);
    bool fit = pads_fit(node, &lo, &hi);
    if (!fit) x = put_padding(builder, x, &lo, &hi, -INFINITY);
    if (is_global(node)) return PUT(builder, "GlobalMaxPool", y, x);
    y = PUT(builder, "MaxPool", y, x);
    put_window(builder, fit ? &lo : NULL, fit ? &hi : NULL);
    return y;
}

static void export_maxpool(Builder *builder) {
    const char *x = input_in(builder, 0, CHANNELS_FIRST);
    put_maxpool(builder, output_in(builder, CHANNELS_FIRST), x);
}

static void export_minpool(Builder *builder) {
    const char *x = PUT(builder, "Neg", NULL, input_in(builder, 0, CHANNELS_FIRST));
    const char *most = put_maxpool(builder, NULL, x);
    PUT(builder, "Neg", output_in(builder, CHANNELS_FIRST), most);
}

/* With count=all and an overhang, the padding becomes data, and the overhang the padding that is
 * not counted. */
static void export_avgpool(Builder *builder) {
    const Node *node = builder->node;
    Extents lo = window_pad_lo(node), hi = window_pad_hi(node), last = pad_to_last_window(node);
    bool overhangs = false;
    for (int i = 0; i < hi.n; i++) overhangs |= last.at[i] > hi.at[i];
    bool counts = node->count == COUNT_ALL && (any(&lo) || any(&hi));
    const char *x = input_in(builder, 0, CHANNELS_FIRST);
    if (is_global(node)) {
        PUT(builder, "GlobalAveragePool", output_in(builder, CHANNELS_FIRST), x);
        return;
    }
    if (counts && (overhangs || !pads_fit(node, &lo, &last))) {
        for (int i = 0; i < hi.n; i++) {
            hi.at[i] = last.at[i] < hi.at[i] ? last.at[i] : hi.at[i];
            last.at[i] -= hi.at[i];
        }
        x = put_padding(builder, x, &lo, &hi, 0.0);
        lo = (Extents){.n = node->n_axes};
        counts = false;
    }
    PUT(builder, "AveragePool", output_in(builder, CHANNELS_FIRST), x);
    put_window(builder, &lo, &last);
    if (counts) put_int(builder, "count_include_pad", 1);
}

/* y = the sum of each window of x */
static const char *put_sum(Builder *builder, const char *y, const char *x) {
    const Node *node = builder->node;
    const TensorType *type = &node->inputs[0]->type;
    Extents lo = window_pad_lo(node), hi = pad_to_last_window(node);
    if (is_global(node)) {
        Extents axes = {.n = node->n_axes};
        for (int i = 0; i < axes.n; i++) axes.at[i] = 2 + i;
        return PUT(builder, "ReduceSum", y, x, constant_ints(builder, "axes", &axes));
    }
    int64_t channels = type_extent(type, type_channel(type));
    Extents shape = {.n = 2 + node->n_axes, .at = {channels, 1}};
    int64_t elems = channels;
    for (int i = 0; i < node->n_axes; i++) {
        shape.at[2 + i] = node->window[i].arith.k;
        elems *= node->window[i].arith.k;
    }
    float *ones = ARENA_ARRAY(builder->arena, float, (size_t)elems);
    for (int64_t i = 0; i < elems; i++) ones[i] = 1.0f;
    const char *name = PUT(builder, "Conv", y, x, constant_floats(builder, NULL, ones, &shape));
    put_window(builder, &lo, &hi);
    put_int(builder, "group", channels);
    return name;
}

static void export_sumpool(Builder *builder) {
    const char *x = input_in(builder, 0, CHANNELS_FIRST);
    put_sum(builder, output_in(builder, CHANNELS_FIRST), x);
}

static void export_lppool(Builder *builder) {
    const Node *node = builder->node;
    Extents lo = window_pad_lo(node), hi = pad_to_last_window(node);
    double n = node->numbers.at[0];
    const char *x = input_in(builder, 0, CHANNELS_FIRST), *y = output_in(builder, CHANNELS_FIRST);
    if (n == floor(n) && n <= 64) {
        bool fit = pads_fit(node, &lo, &hi);
        if (!fit) x = put_padding(builder, x, &lo, &hi, 0.0);
        PUT(builder, is_global(node) ? "GlobalLpPool" : "LpPool", y, x);
        if (!is_global(node)) put_window(builder, fit ? &lo : NULL, fit ? &hi : NULL);
        put_int(builder, "p", (int64_t)n);
        return;
    }
    x = PUT(builder, "Abs", NULL, x);
    x = PUT(builder, "Pow", NULL, x, constant_float(builder, "n", n));
    x = put_sum(builder, NULL, x);
    PUT(builder, "Pow", y, x, constant_float(builder, "root", 1.0 / n));
}

void export_pool(Builder *builder) {
    switch (builder->node->op) {
    case OP_MAXPOOL: export_maxpool(builder); break;
    case OP_MINPOOL: export_minpool(builder); break;
    case OP_AVGPOOL: export_avgpool(builder); break;
    case OP_SUMPOOL: export_sumpool(builder); break;
    default: export_lppool(builder); break;
    }
}
