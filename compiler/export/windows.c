/* conv -> Conv, tconv -> ConvTranspose, dense -> Gemm. The weights have the order of ONNX. */
#include "export/layers.h"

#include <assert.h>

Extents window_pad_lo(const Node *node) {
    Extents pads = {.n = node->n_axes};
    for (int i = 0; i < node->n_axes; i++) pads.at[i] = node->window[i].arith.pad_lo;
    return pads;
}

Extents window_pad_hi(const Node *node) {
    Extents pads = {.n = node->n_axes};
    for (int i = 0; i < node->n_axes; i++) pads.at[i] = node->window[i].arith.pad_hi;
    return pads;
}

void put_window(Builder *builder, const Extents *lo, const Extents *hi) {
    const Node *node = builder->node;
    Extents kernel = {.n = node->n_axes}, strides = kernel, dilations = kernel,
            pads = {.n = 2 * node->n_axes};
    bool dilated = false;
    for (int i = 0; i < node->n_axes; i++) {
        const ConvAxis *axis = &node->window[i].arith;
        kernel.at[i] = axis->k;
        strides.at[i] = axis->s;
        dilations.at[i] = axis->d;
        dilated |= axis->d != 1;
        pads.at[i] = lo ? lo->at[i] : 0;
        pads.at[node->n_axes + i] = hi ? hi->at[i] : 0;
    }
    put_ints(builder, "kernel_shape", &kernel);
    put_ints(builder, "strides", &strides);
    put_ints(builder, "pads", &pads);
    if (dilated) put_ints(builder, "dilations", &dilations);
}

/* The weights; for a rotated kernel with the taps of each pair of channels from the last to the
 * first. */
static const char *kernel_tensor(Builder *builder, const Node *node) {
    const Param *weight = node->weight;
    if (!node->flip) return param_tensor(builder, weight);
    int64_t taps = 1;
    for (int i = 0; i < node->n_axes; i++) taps *= node->window[i].arith.k;
    float *flipped = ARENA_ARRAY(builder->arena, float, (size_t)weight->elems);
    for (int64_t pair = 0; pair < weight->elems; pair += taps)
        for (int64_t tap = 0; tap < taps; tap++)
            flipped[pair + tap] = weight->data[pair + taps - 1 - tap];
    Extents extents = {.n = weight->rank};
    for (int i = 0; i < weight->rank; i++) extents.at[i] = weight->extent[i];
    return constant_floats(builder, weight->key, flipped, &extents);
}

static const char *bias_tensor(Builder *builder, const Node *node) {
    return node->bias ? param_tensor(builder, node->bias) : NULL;
}

/* A border of data is put around the input first:  conv(x)  ->  Conv(Pad(x)) */
static const char *padded_input(Builder *builder, const char *x) {
    const Node *node = builder->node;
    Extents extents = extents_in(&node->inputs[0]->type, CHANNELS_FIRST), lo = {.n = extents.n},
            hi = {.n = extents.n};
    for (int i = 0; i < node->n_axes; i++) {
        lo.at[2 + i] = node->window[i].arith.pad_lo;
        hi.at[2 + i] = node->window[i].arith.pad_hi;
    }
    return put_pad(builder, NULL, x, &extents, &lo, &hi, node->border, 0.0);
}

void export_conv(Builder *builder) {
    const Node *node = builder->node;
    bool borrowed = node->border != BORDER_ZERO;
    Extents lo = window_pad_lo(node), hi = window_pad_hi(node);
    const char *x = input_in(builder, 0, CHANNELS_FIRST), *w = kernel_tensor(builder, node),
               *b = bias_tensor(builder, node);
    if (borrowed) x = padded_input(builder, x);
    PUT(builder, "Conv", output_in(builder, CHANNELS_FIRST), x, w, b);
    put_window(builder, borrowed ? NULL : &lo, borrowed ? NULL : &hi);
    if (node->groups > 1) put_int(builder, "group", node->groups);
}

/* How ConvTranspose makes a tconv: s(i - 1) + k^ + a elements, of which `lo` and `hi` are taken
 * away; `more` are added behind the last. Readers refuse an `a` of a stride or more. It takes fewer
 * elements away, or stands for those behind the last that the kernel never reaches. Where these are
 * all there are, the operator must leave one, which is `cut` off at last. */
typedef struct Transposed {
    Extents lo, hi, a, more, cut;
    bool adds, grows, cuts; /* there are more, a, cut */
} Transposed;

static Transposed transposed_of(const Node *node) {
    Extents none = {.n = node->n_axes};
    Transposed to = {none, none, none, none, none, false, false, false};
    for (int i = 0; i < node->n_axes; i++) {
        const ConvAxis *axis = &node->window[i].arith;
        bool moves = axis->a >= axis->s;
        int64_t both = moves ? (axis->a < axis->pad_hi ? axis->a : axis->pad_hi) : 0;
        to.more.at[i] = moves ? axis->a - both : 0;
        int64_t left = node->window[i].o - to.more.at[i];
        to.cut.at[i] = left < 1 ? 1 - left : 0;
        to.lo.at[i] = axis->pad_lo - to.cut.at[i];
        to.hi.at[i] = axis->pad_hi - both;
        to.a.at[i] = moves ? 0 : axis->a;
        to.adds |= to.more.at[i] > 0;
        to.grows |= to.a.at[i] > 0;
        to.cuts |= to.cut.at[i] > 0;
    }
    return to;
}

/* The elements behind the last, then without those to cut off. */
static const char *put_more(Builder *builder, const char *y, const char *x, const Transposed *to) {
    Extents extents = extents_in(&builder->node->output->type, CHANNELS_FIRST), len = extents,
            none = {.n = extents.n}, behind = none, first = none, whole = extents;
    for (int i = 0; i < to->more.n; i++) {
        behind.at[2 + i] = to->more.at[i];
        first.at[2 + i] = to->cut.at[i];
        whole.at[2 + i] += to->cut.at[i];
        extents.at[2 + i] += to->cut.at[i] - to->more.at[i];
    }
    x = put_pad(builder, to->cuts ? NULL : y, x, &extents, &none, &behind, BORDER_ZERO, 0.0);
    return to->cuts ? put_slice(builder, y, x, &whole, &first, &len) : x;
}

/* Its pads mean what p means. Where elements are added, the bias comes behind them. */
void export_tconv(Builder *builder) {
    const Node *node = builder->node;
    Transposed to = transposed_of(node);
    bool late_bias = to.adds && node->bias;
    const char *x = input_in(builder, 0, CHANNELS_FIRST), *w = kernel_tensor(builder, node),
               *b = late_bias ? NULL : bias_tensor(builder, node),
               *y = output_in(builder, CHANNELS_FIRST);
    x = PUT(builder, "ConvTranspose", to.adds ? NULL : y, x, w, b);
    put_window(builder, &to.lo, &to.hi);
    if (to.grows) put_ints(builder, "output_padding", &to.a);
    if (node->groups > 1) put_int(builder, "group", node->groups);
    if (to.adds) x = put_more(builder, late_bias ? NULL : y, x, &to);
    if (!late_bias) return;
    Extents extents = channel_extents(&node->output->type, node->bias->elems);
    PUT(builder, "Add", y, x, param_with_extents(builder, node->bias, &extents));
}

/* [N, C] -> [N, F] with weights [F, C] */
void export_dense(Builder *builder) {
    const Node *node = builder->node;
    assert(node->n_axes == 0);
    const char *x = input_in(builder, 0, CHANNELS_FIRST), *w = param_tensor(builder, node->weight),
               *b = bias_tensor(builder, node);
    PUT(builder, "Gemm", output_in(builder, CHANNELS_FIRST), x, w, b);
    put_int(builder, "transB", 1);
}
