/* Grows a network statement by statement: each takes the last value, picks a layer and a geometry
 * at random, and is kept if it is legal and small. */
#include "support/net_generator.h"

#include "base/text.h"
#include "tensor/conv_arith.h"
#include "tensor/tap.h"

#include <stdbool.h>
#include <stdio.h>

enum {
    SPATIAL = 2,
    MAX_VALUES = 24,
    MAX_VALUE_ELEMS = 6000, /* of one value */
    MAX_NET_MACS = 300000,  /* of all layers together */
    MAX_DEGREE = 6,         /* of a value in the input: products grow fast */
    ATTEMPTS = 30           /* at one statement, before it is left out */
};

static const int64_t sizes[] = {1, 2, 3, 7, 8, 9, 15, 16, 17, 31, 33};
static const char axis_names[SPATIAL] = {'H', 'W'};

/* A value of the network. */
typedef struct Made {
    const char *name;
    bool flat; /* [N, C] instead of [N, C, H, W] */
    int64_t c, extent[SPATIAL];
    int degree; /* as a polynomial in the input */
    /* The conv or pool that it holds, for `of`. */
    bool is_conv, is_pool;
    int64_t c_in;
    ConvAxis axis[SPATIAL];
} Made;

typedef struct Generator {
    Arena *arena;
    Text text;
    uint64_t state;
    int64_t batch, macs;
    Made made[MAX_VALUES]; /* the last one is what the next statement takes */
    int n_made;
    NetCensus census;
} Generator;

static uint64_t next_random(Generator *g) {
    uint64_t z = g->state += 0x9E3779B97F4A7C15u;
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
    z = (z ^ z >> 27) * 0x94D049BB133111EBu;
    return z ^ z >> 31;
}

/* A whole number in least .. most. */
static int64_t pick(Generator *g, int64_t least, int64_t most) {
    return least + (int64_t)(next_random(g) % (uint64_t)(most - least + 1));
}

static bool chance(Generator *g, int percent) { return pick(g, 1, 100) <= percent; }

static int64_t pick_size(Generator *g) {
    return sizes[pick(g, 0, (int64_t)(sizeof sizes / sizeof sizes[0]) - 1)];
}

static void count(Generator *g, NetFeature feature, bool present) {
    g->census.count[feature] += present;
}

static Made *last(Generator *g) { return &g->made[g->n_made - 1]; }

static bool same_shape(const Made *a, const Made *b) {
    return a->flat == b->flat && a->c == b->c && a->extent[0] == b->extent[0] &&
           a->extent[1] == b->extent[1];
}

static bool is_small(const Generator *g, const Made *value, int64_t macs) {
    return g->batch * value->c * value->extent[0] * value->extent[1] <= MAX_VALUE_ELEMS &&
           g->macs + macs <= MAX_NET_MACS;
}

/* Begins `vN = `, gives the value that is being made. */
static Made *begin(Generator *g, const Made *shape) {
    Made *value = &g->made[g->n_made++];
    *value = *shape;
    value->is_conv = value->is_pool = false;
    value->name = arena_printf(g->arena, "v%d", g->n_made - 1);
    text_printf(&g->text, "%s = ", value->name);
    return value;
}

static void write_activation(Generator *g) {
    static const struct {
        NetFeature feature;
        const char *text;
    } table[] = {
        {NET_RELU, "relu"},
        {NET_TANH, "tanh"},
        {NET_SIGMOID, "sigmoid"},
        {NET_SILU, "silu"},
        {NET_GELU, "gelu"},
        {NET_SOFTPLUS, "softplus"},
        {NET_ELU, "elu"},
        {NET_ELU, "elu(alpha=1.6733)"},
        {NET_LEAKY_RELU, "leaky_relu(slope=0.1)"},
        {NET_LEAKY_RELU, "leaky_relu(slope=-1.5)"},
        {NET_HARD_SIGMOID, "hard_sigmoid(slope=1/6)"},
        {NET_HARD_SIGMOID, "hard_sigmoid(slope=0.7)"},
        {NET_HARD_SWISH, "hard_swish"},
        {NET_CLIP, "clip(lo=0, hi=6)"},
        {NET_CLIP, "clip(lo=-0.5, hi=0.3)"},
        {NET_PRELU, "prelu"},
        {NET_SCALE, "scale(by=-0.75)"},
        {NET_SCALE, "scale(by=0.5, shift=-0.25)"},
    };
    int64_t which = chance(g, 30) ? 0 : pick(g, 0, (int64_t)(sizeof table / sizeof table[0]) - 1);
    text_printf(&g->text, " |> %s", table[which].text);
    count(g, table[which].feature, true);
}

/* Perhaps a norm and an activation behind the layer; then the assertion of the sizes. */
static void end(Generator *g, const Made *value, int activation_percent) {
    bool norm = activation_percent > 0 && chance(g, 15);
    if (norm) text_puts(&g->text, " |> batchnorm(eps=1e-3)");
    count(g, NET_BATCHNORM, norm);
    if (chance(g, activation_percent)) write_activation(g);
    text_printf(&g->text, "    -> [%lld, %lld", (long long)g->batch, (long long)value->c);
    for (int n = 0; n < SPATIAL && !value->flat; n++)
        text_printf(&g->text, ", %lld", (long long)value->extent[n]);
    text_puts(&g->text, "]\n");
}

/* "k=3" or "k=3x5", behind `name`. */
static void write_pair(Generator *g, const char *name, int64_t h, int64_t w) {
    text_printf(&g->text, "%s%lld", name, (long long)h);
    if (h != w) text_printf(&g->text, "x%lld", (long long)w);
}

static void write_pad(Generator *g, const ConvAxis *axis) {
    if (axis->pad_lo == axis->pad_hi)
        text_printf(&g->text, "%lld", (long long)axis->pad_lo);
    else
        text_printf(&g->text, "(%lld, %lld)", (long long)axis->pad_lo, (long long)axis->pad_hi);
}

/* ", p=1", ", p=(0, 1)", ", p={H: 1, W: (0, 2)}", ", p=same"; nothing for none. */
static void write_pads(Generator *g, const ConvAxis *axis, const char *word) {
    if (word) {
        text_printf(&g->text, ", p=%s", word);
        return;
    }
    if (axis[0].pad_lo == axis[1].pad_lo && axis[0].pad_hi == axis[1].pad_hi) {
        if (axis[0].pad_lo + axis[0].pad_hi == 0) return;
        text_puts(&g->text, ", p=");
        write_pad(g, &axis[0]);
        return;
    }
    for (int n = 0; n < SPATIAL; n++) {
        text_printf(&g->text, "%s%c: ", n ? ", " : ", p={", axis_names[n]);
        write_pad(g, &axis[n]);
    }
    text_puts(&g->text, "}");
}

static void write_window(Generator *g, const ConvAxis *axis, const char *word, bool stride_needed) {
    write_pair(g, "k=", axis[0].k, axis[1].k);
    if (stride_needed || axis[0].s > 1 || axis[1].s > 1)
        write_pair(g, ", s=", axis[0].s, axis[1].s);
    write_pads(g, axis, word);
    if (axis[0].d > 1 || axis[1].d > 1) write_pair(g, ", d=", axis[0].d, axis[1].d);
}

static void write_bias(Generator *g) {
    bool none = chance(g, 20);
    if (none) text_puts(&g->text, ", bias=none");
    count(g, NET_NO_BIAS, none);
}

/* A window over i elements, in one of the ways it can lie; may turn out illegal. */
static ConvAxis pick_axis(Generator *g, int64_t i) {
    ConvAxis axis = {.i = i, .k = 1, .s = pick(g, 1, 3), .d = 1};
    bool padded = chance(g, 50);
    axis.pad_lo = padded ? pick(g, 0, 2) : 0;
    axis.pad_hi = padded ? pick(g, 0, 2) : 0;
    int64_t whole = i + axis.pad_lo + axis.pad_hi;
    switch (pick(g, 0, 9)) {
    case 0: axis.k = whole; break;
    case 1: axis.k = whole > 1 ? whole - 1 : 1; break;
    case 2: axis.k = i + pick(g, 1, 2); break;
    case 3:
        axis.k = pick(g, 1, 3);
        axis.s = axis.k + pick(g, 1, 2);
        break;
    case 4:
        axis.k = pick(g, 1, 2);
        axis.pad_lo = pick(g, 2, 4);
        break;
    case 5:
        axis.k = pick(g, 2, 4);
        axis.d = pick(g, 2, 3);
        break;
    default:
        axis.k = pick(g, 1, 5);
        axis.s = 1 + (axis.s == 3);
        break;
    }
    return axis;
}

static const char *const pad_words[] = {[PAD_VALID] = "valid",
                                        [PAD_HALF] = "half",
                                        [PAD_SAME] = "same",
                                        [PAD_FULL] = "full",
                                        [PAD_CAUSAL] = "causal"};

/* Perhaps a word in place of the paddings. */
static const char *pick_word(Generator *g, ConvAxis *axis, bool transposed) {
    if (!chance(g, 30)) return NULL;
    PadWord word = (PadWord)pick(g, PAD_VALID, PAD_CAUSAL);
    for (int n = 0; n < SPATIAL; n++)
        (void)(transposed ? tconv_pad_word(word, &axis[n]) : conv_pad_word(word, &axis[n]));
    return pad_words[word];
}

static TapAxis tap_axis(const ConvAxis *axis, int64_t o, bool transposed) {
    return (TapAxis){axis->i, o, axis->k, axis->s, axis->d, axis->pad_lo, transposed};
}

static void count_window(Generator *g, const ConvAxis *axis, const int64_t *o, bool transposed) {
    bool strided = false, skipping = false, dilated = false, lopsided = false, whole = false;
    bool one_less = false, beyond = false, dead = false, cropping = false, output_padding = false;
    bool overhang = false;
    for (int n = 0; n < SPATIAL; n++) {
        const ConvAxis *a = &axis[n];
        int64_t kernel = 0, padded = a->i + a->pad_lo + a->pad_hi;
        conv_effective_kernel(a->k, a->d, &kernel);
        strided |= a->s > 1;
        skipping |= a->s > kernel;
        dilated |= a->d > 1 && a->k > 1;
        lopsided |= a->pad_lo != a->pad_hi;
        output_padding |= a->a > 0;
        cropping |= transposed && (a->pad_lo > kernel - 1 || a->pad_hi > kernel - 1);
        if (transposed) continue;
        whole |= kernel == padded;
        one_less |= kernel == padded - 1;
        beyond |= kernel > a->i;
        dead |= conv_dead_windows(a, o[n]) > 0;
        overhang |= a->ceil && (o[n] - 1) * a->s + kernel > padded;
    }
    count(g, NET_STRIDED, strided);
    count(g, NET_SKIPPING, skipping);
    count(g, NET_DILATED, dilated);
    count(g, NET_LOPSIDED, lopsided);
    count(g, NET_WHOLE, whole);
    count(g, NET_ONE_LESS, one_less);
    count(g, NET_BEYOND, beyond);
    count(g, NET_ONLY_PADDING, dead);
    count(g, NET_ROUNDED_UP, overhang);
    count(g, NET_OUTPUT_PADDING, output_padding);
    count(g, NET_CROPPING, cropping);
}

/* The sizes and multiply-adds of a conv with this window; false if it is illegal or large. */
static bool plan_conv(const Generator *g, const Made *from, const ConvAxis *axis, Made *to,
                      int64_t *macs) {
    *macs = g->batch * from->c * to->c;
    for (int n = 0; n < SPATIAL; n++) {
        if (conv_output_extent(&axis[n], &to->extent[n]) != CONV_OK) return false;
        TapAxis tap = tap_axis(&axis[n], to->extent[n], false);
        *macs *= tap_nnz(&tap);
    }
    return is_small(g, to, *macs);
}

enum { ZERO, REFLECT, REPLICATE, CIRCULAR };

static const char *const border_words[] = {"zero", "reflect", "replicate", "circular"};

/* Whether an axis of i elements has what is to stand around it. */
static bool border_reaches(int border, int64_t i, int64_t p) {
    return border == REFLECT ? p <= i - 1 : border != CIRCULAR || p <= i;
}

/* Perhaps a border, over which a layer has no transpose, and a rotated kernel. */
static void write_border(Generator *g, Made *value, const ConvAxis *axis) {
    int border = chance(g, 20) ? (int)pick(g, REFLECT, CIRCULAR) : ZERO;
    for (int n = 0; n < SPATIAL; n++)
        if (!border_reaches(border, axis[n].i, axis[n].pad_lo) ||
            !border_reaches(border, axis[n].i, axis[n].pad_hi))
            border = ZERO;
    bool flip = chance(g, 15);
    if (border != ZERO) text_printf(&g->text, ", border=%s", border_words[border]);
    if (flip) text_puts(&g->text, ", flip=yes");
    value->is_conv = border == ZERO;
    count(g, NET_BORDER, border != ZERO);
    count(g, NET_FLIP, flip);
}

static void write_conv(Generator *g, Made *value, const ConvAxis *axis, const char *word,
                       int64_t macs) {
    text_printf(&g->text, "conv(c=%lld, ", (long long)value->c);
    write_window(g, axis, word, false);
    write_border(g, value, axis);
    write_bias(g);
    text_puts(&g->text, ")");
    for (int n = 0; n < SPATIAL; n++) value->axis[n] = axis[n];
    g->macs += macs;
    count(g, NET_CONV, true);
    count(g, NET_PAD_WORD, word != NULL);
    count_window(g, axis, value->extent, false);
}

static bool add_conv(Generator *g) {
    const Made *from = last(g);
    Made to = *from;
    int64_t macs;
    ConvAxis axis[SPATIAL] = {pick_axis(g, from->extent[0]), pick_axis(g, from->extent[1])};
    const char *word = pick_word(g, axis, false);
    to.c = pick_size(g);
    to.c_in = from->c;
    if (!plan_conv(g, from, axis, &to, &macs)) return false;
    Made *value = begin(g, &to);
    text_printf(&g->text, "%s |> ", from->name);
    write_conv(g, value, axis, word, macs);
    end(g, value, 50);
    return true;
}

static bool add_tconv(Generator *g) {
    const Made *from = last(g);
    Made to = *from;
    ConvAxis axis[SPATIAL];
    for (int n = 0; n < SPATIAL; n++) {
        axis[n] = (ConvAxis){.i = from->extent[n], .k = pick(g, 1, 5), .s = pick(g, 1, 3), .d = 1};
        if (chance(g, 25)) axis[n].d = pick(g, 2, 3);
        axis[n].pad_lo = chance(g, 50) ? pick(g, 0, 3) : 0;
        axis[n].pad_hi = chance(g, 50) ? pick(g, 0, 3) : 0;
    }
    const char *word = pick_word(g, axis, true);
    bool sized = word && (word == pad_words[PAD_SAME] || word == pad_words[PAD_CAUSAL]);
    bool with_a = !sized && chance(g, 40);
    for (int n = 0; n < SPATIAL && with_a; n++)
        axis[n].a = pick(g, 0, (axis[n].s > axis[n].d ? axis[n].s : axis[n].d) - 1);
    to.c = pick_size(g);
    int64_t macs = g->batch * from->c * to.c;
    for (int n = 0; n < SPATIAL; n++) {
        if (tconv_output_extent(&axis[n], &to.extent[n]) != CONV_OK) return false;
        TapAxis tap = tap_axis(&axis[n], to.extent[n], true);
        macs *= tap_nnz(&tap);
    }
    if (!is_small(g, &to, macs)) return false;
    Made *value = begin(g, &to);
    text_printf(&g->text, "%s |> tconv(c=%lld, ", from->name, (long long)to.c);
    write_window(g, axis, word, false);
    if (with_a) write_pair(g, ", a=", axis[0].a, axis[1].a);
    write_bias(g);
    text_puts(&g->text, ")");
    g->macs += macs;
    count(g, NET_TCONV, true);
    count(g, NET_PAD_WORD, word != NULL);
    count_window(g, axis, to.extent, true);
    end(g, value, 50);
    return true;
}

/* The transpose of a conv or pool that gave the last value's size, the latest or an earlier one. */
static bool add_tconv_of(Generator *g) {
    const Made *from = last(g), *undone = &g->made[pick(g, 0, g->n_made - 1)];
    if (!(undone->is_conv || undone->is_pool) || undone->extent[0] != from->extent[0] ||
        undone->extent[1] != from->extent[1])
        return false;
    Made to = *from;
    bool other_channels = chance(g, 50);
    to.c = other_channels ? pick_size(g) : undone->c_in;
    ConvAxis axis[SPATIAL];
    int64_t macs = g->batch * from->c * to.c;
    for (int n = 0; n < SPATIAL; n++) {
        if (conv_transpose_of(&undone->axis[n], &axis[n]) != CONV_OK) return false;
        to.extent[n] = undone->axis[n].i;
        TapAxis tap = tap_axis(&axis[n], to.extent[n], true);
        macs *= tap_nnz(&tap);
    }
    if (!is_small(g, &to, macs)) return false;
    Made *value = begin(g, &to);
    text_printf(&g->text, "%s |> tconv(of %s", from->name, undone->name);
    if (other_channels) text_printf(&g->text, ", c=%lld", (long long)to.c);
    text_puts(&g->text, ")");
    g->macs += macs;
    count(g, undone->is_conv ? NET_TCONV_OF_CONV : NET_TCONV_OF_POOL, true);
    count_window(g, axis, to.extent, true);
    end(g, value, 50);
    return true;
}

/* The pools, and what each takes. */
static const struct PoolKind {
    NetFeature feature;
    const char *name, *rest;
    bool dilates, needs_data;
} pools[] = {
    {NET_MAXPOOL, "maxpool", "", true, true},        {NET_MAXPOOL, "maxpool", "", true, true},
    {NET_MINPOOL, "minpool", "", true, true},        {NET_AVGPOOL, "avgpool", "", false, true},
    {NET_AVGPOOL, "avgpool", "", false, true},       {NET_SUMPOOL, "sumpool", "", false, false},
    {NET_LPPOOL, "lppool", ", n=2", false, false},   {NET_LPPOOL, "lppool", ", n=1", false, false},
    {NET_LPPOOL, "lppool", ", n=3.5", false, false},
};

static bool add_pool(Generator *g) {
    const Made *from = last(g);
    Made to = *from;
    const struct PoolKind *kind = &pools[pick(g, 0, (int64_t)(sizeof pools / sizeof pools[0]) - 1)];
    bool up = chance(g, 40), all = chance(g, 50), dead = false;
    bool average = kind->feature == NET_AVGPOOL;
    ConvAxis axis[SPATIAL] = {pick_axis(g, from->extent[0]), pick_axis(g, from->extent[1])};
    if (!kind->dilates) axis[0].d = axis[1].d = 1;
    const char *word = pick_word(g, axis, false);
    bool padded = word != NULL || up;
    for (int n = 0; n < SPATIAL; n++) {
        axis[n].ceil = up;
        if (conv_output_extent(&axis[n], &to.extent[n]) != CONV_OK) return false;
        dead = dead || conv_dead_windows(&axis[n], to.extent[n]) > 0;
        padded = padded || axis[n].pad_lo + axis[n].pad_hi > 0;
    }
    if (dead && kind->needs_data && !(average && padded && all)) return false;
    to.c_in = from->c;
    if (!is_small(g, &to, 0)) return false;
    Made *value = begin(g, &to);
    text_printf(&g->text, "%s |> %s(", from->name, kind->name);
    write_window(g, axis, word, true);
    if (up) text_puts(&g->text, ", round=ceil");
    if (average && padded) text_printf(&g->text, ", count=%s", all ? "all" : "inside");
    text_printf(&g->text, "%s)", kind->rest);
    value->is_pool = true;
    for (int n = 0; n < SPATIAL; n++) value->axis[n] = axis[n];
    count(g, kind->feature, true);
    count(g, NET_COUNT_ALL, average && padded && all);
    count(g, NET_PAD_WORD, word != NULL);
    count_window(g, axis, to.extent, false);
    end(g, value, 25);
    return true;
}

static bool add_pointwise(Generator *g) {
    const Made *from = last(g);
    Made *value = begin(g, from);
    text_puts(&g->text, from->name);
    if (chance(g, 25)) {
        char axis = from->flat || chance(g, 50) ? 'C' : axis_names[pick(g, 0, SPATIAL - 1)];
        text_printf(&g->text, " |> softmax(axis=%c)", axis);
        count(g, NET_SOFTMAX, true);
    } else {
        write_activation(g);
    }
    end(g, value, 0);
    return true;
}

/* Each channel of the last value by a number made of it: squeeze and excite. */
static bool add_scale_by(Generator *g) {
    const Made *from = last(g);
    Made *value = begin(g, from);
    text_printf(&g->text, "scale(%s, %s |> avgpool(k=all) |> sigmoid", from->name, from->name);
    if (chance(g, 30)) text_puts(&g->text, ", shift=0.125");
    text_puts(&g->text, ")");
    count(g, NET_SCALE_BY, true);
    end(g, value, 30);
    return true;
}

/* " + ", " - " or " * " between values of these degrees; NULL if the product grows too fast. */
static const char *pick_join(Generator *g, int left, int right, int *degree) {
    static const struct {
        NetFeature feature;
        const char *text;
    } table[] = {{NET_ADD, " + "}, {NET_ADD, " + "}, {NET_SUB, " - "}, {NET_MUL, " * "}};
    int64_t which = pick(g, 0, 3);
    *degree = left > right ? left : right;
    if (table[which].feature == NET_MUL) *degree = left + right;
    if (*degree > MAX_DEGREE) return NULL;
    count(g, table[which].feature, true);
    return table[which].text;
}

/* The last value and an earlier one of the same shape. */
static bool add_join(Generator *g) {
    const Made *from = last(g), *other = &g->made[pick(g, 0, g->n_made - 1)];
    if (other == from || !same_shape(from, other)) return false;
    Made to = *from;
    const char *sign = pick_join(g, from->degree, other->degree, &to.degree);
    if (!sign) return false;
    Made *value = begin(g, &to);
    bool swapped = chance(g, 50);
    text_printf(&g->text, "%s%s%s", (swapped ? other : from)->name, sign,
                (swapped ? from : other)->name);
    end(g, value, 60);
    return true;
}

/* A residual block: a conv that keeps the shape, joined with its own input. */
static bool add_block(Generator *g) {
    const Made *from = last(g);
    Made to = *from;
    int64_t macs;
    ConvAxis axis[SPATIAL];
    for (int n = 0; n < SPATIAL; n++) {
        axis[n] = (ConvAxis){.i = from->extent[n], .k = pick(g, 1, 4), .s = 1, .d = 1};
        conv_pad_word(PAD_SAME, &axis[n]);
    }
    if (!plan_conv(g, from, axis, &to, &macs)) return false;
    const char *sign = pick_join(g, from->degree, from->degree, &to.degree);
    if (!sign) return false;
    bool swapped = chance(g, 30);
    to.c_in = from->c;
    Made *value = begin(g, &to);
    if (swapped) text_printf(&g->text, "%s%s", from->name, sign);
    text_printf(&g->text, "(%s |> ", from->name);
    write_conv(g, value, axis, "same", macs);
    if (chance(g, 30)) {
        text_puts(&g->text, " |> relu");
        count(g, NET_RELU, true);
    }
    text_puts(&g->text, ")");
    if (!swapped) text_printf(&g->text, "%s%s", sign, from->name);
    end(g, value, 60);
    return true;
}

static bool same_extents(const Made *a, const Made *b) {
    return !a->flat && !b->flat && a->extent[0] == b->extent[0] && a->extent[1] == b->extent[1];
}

/* The channels of a value (axis -1), or its extent along a spatial axis. */
static int64_t *extent_of(Made *value, int axis) {
    return axis < 0 ? &value->c : &value->extent[axis];
}

static char name_of(int axis) { return axis < 0 ? 'C' : axis_names[axis]; }

/* The last value and earlier ones beside each other, along the channels or a spatial axis. */
static bool add_concat(Generator *g) {
    enum { MOST = 4 };
    Made *parts[MOST] = {last(g)};
    Made to = *parts[0];
    int axis = (int)pick(g, -1, SPATIAL - 1), n = 1, most = (int)pick(g, 2, MOST);
    for (int attempt = 0; attempt < 2 * MOST && n < most; attempt++) {
        Made *other = &g->made[pick(g, 0, g->n_made - 1)];
        bool fits = same_extents(other, parts[0]);
        if (axis >= 0)
            fits =
                !other->flat && other->c == to.c && other->extent[1 - axis] == to.extent[1 - axis];
        if (!fits) continue;
        *extent_of(&to, axis) += *extent_of(other, axis);
        parts[n++] = other;
    }
    if (n == 1 || !is_small(g, &to, 0)) return false;
    Made *value = begin(g, &to);
    text_puts(&g->text, "concat(");
    for (int i = n; i-- > 0;) text_printf(&g->text, "%s, ", parts[i]->name);
    text_printf(&g->text, "axis=%c)", name_of(axis));
    count(g, NET_CONCAT, true);
    count(g, NET_CONCAT_CHANNELS, axis < 0);
    end(g, value, 30);
    return true;
}

/* Two parts of the last value; the second one is the next statement's input. */
static bool add_split(Generator *g) {
    Made from = *last(g), head = from, tail = from;
    int axis = (int)pick(g, -1, SPATIAL - 1);
    int64_t whole = *extent_of(&from, axis);
    if (whole < 2 || g->n_made + 2 > MAX_VALUES) return false;
    int64_t at = whole > 16 && chance(g, 40) ? 8 : pick(g, 1, whole - 1);
    *extent_of(&head, axis) = at;
    *extent_of(&tail, axis) = whole - at;
    Made *first = &g->made[g->n_made++];
    *first = head;
    first->is_conv = first->is_pool = false;
    first->name = arena_printf(g->arena, "v%d", g->n_made - 1);
    text_printf(&g->text, "%s, ", first->name);
    begin(g, &tail);
    text_printf(&g->text, "%s |> split(axis=%c, sizes=[%lld, %lld])\n", from.name, name_of(axis),
                (long long)at, (long long)(whole - at));
    count(g, NET_SPLIT, true);
    return true;
}

/* The middle of the last value, as large as another one. */
static bool add_crop_to(Generator *g) {
    const Made *from = last(g), *like = &g->made[pick(g, 0, g->n_made - 1)];
    Made to = *from;
    if (like == from || like->flat) return false;
    for (int n = 0; n < SPATIAL; n++) {
        if (like->extent[n] > from->extent[n]) return false;
        to.extent[n] = like->extent[n];
    }
    Made *value = begin(g, &to);
    text_printf(&g->text, "%s |> crop(to=%s)", from->name, like->name);
    count(g, NET_CROP_TO, true);
    end(g, value, 30);
    return true;
}

/* {H: (1, 2), W: (0, 3)} behind "p=". */
static void write_four(Generator *g, const int64_t *p) {
    text_printf(&g->text, "p={H: (%lld, %lld), W: (%lld, %lld)}", (long long)p[0], (long long)p[1],
                (long long)p[2], (long long)p[3]);
}

static bool add_crop(Generator *g) {
    const Made *from = last(g);
    Made to = *from;
    int64_t p[2 * SPATIAL];
    for (int n = 0; n < 2 * SPATIAL; n++) {
        p[n] = pick(g, 0, 2);
        to.extent[n / 2] -= p[n];
    }
    if (to.extent[0] < 1 || to.extent[1] < 1) return false;
    Made *value = begin(g, &to);
    text_printf(&g->text, "%s |> crop(", from->name);
    write_four(g, p);
    text_puts(&g->text, ")");
    count(g, NET_CROP, true);
    end(g, value, 30);
    return true;
}

/* The last value through another order of its axes and back. */
static bool add_permute(Generator *g) {
    static const char *const orders[] = {"N, H, W, C", "C, N, W, H", "H, N, C, W"};
    const Made *from = last(g);
    Made *value = begin(g, from);
    text_printf(&g->text, "%s |> permute(order=[%s])", from->name, orders[pick(g, 0, 2)]);
    if (chance(g, 50)) text_puts(&g->text, " |> relu");
    text_puts(&g->text, " |> permute(order=[N, C, H, W])");
    count(g, NET_PERMUTE, true);
    end(g, value, 30);
    return true;
}

/* Rows become channels, or channels rows. */
static bool add_reshape(Generator *g) {
    const Made *from = last(g);
    Made to = *from;
    int64_t n = chance(g, 50) ? from->extent[0] : 1;
    to.c = from->c * n;
    to.extent[0] = from->extent[0] / n;
    if (n == 1) {
        if (from->c % 2 != 0) return false;
        to.c = from->c / 2;
        to.extent[0] = from->extent[0] * 2;
    }
    Made *value = begin(g, &to);
    text_printf(&g->text, "%s |> reshape(to=[N: %lld, C: %lld, H: %lld, W: %lld])", from->name,
                (long long)g->batch, (long long)to.c, (long long)to.extent[0],
                (long long)to.extent[1]);
    count(g, NET_RESHAPE, true);
    end(g, value, 30);
    return true;
}

static bool add_upsample(Generator *g) {
    static const char *const modes[] = {"nearest", "linear, align=half", "linear, align=corners"};
    const Made *from = last(g);
    Made to = *from;
    int mode = (int)pick(g, 0, 2);
    int64_t by[SPATIAL];
    for (int n = 0; n < SPATIAL; n++) to.extent[n] *= by[n] = pick(g, 1, 4);
    if (!is_small(g, &to, 0)) return false;
    Made *value = begin(g, &to);
    text_printf(&g->text, "%s |> upsample(", from->name);
    write_pair(g, "by=", by[0], by[1]);
    text_printf(&g->text, ", mode=%s)", modes[mode]);
    count(g, NET_UPSAMPLE, true);
    count(g, NET_LINEAR, mode > 0);
    end(g, value, 30);
    return true;
}

/* A conv that makes the channels, and the shuffle. */
static bool add_pixel_shuffle(Generator *g) {
    const Made *from = last(g);
    Made to = *from, wide = *from;
    int64_t r = pick(g, 1, 3), macs = 0;
    ConvAxis axis[SPATIAL] = {{.i = from->extent[0], .k = 1, .s = 1, .d = 1},
                              {.i = from->extent[1], .k = 1, .s = 1, .d = 1}};
    to.c = pick_size(g);
    wide.c = to.c * r * r;
    to.extent[0] *= r;
    to.extent[1] *= r;
    if (!plan_conv(g, from, axis, &wide, &macs) || !is_small(g, &to, macs)) return false;
    Made *value = begin(g, &to);
    text_printf(&g->text, "%s |> conv(c=%lld, k=1) |> pixel_shuffle(r=%lld)", from->name,
                (long long)wide.c, (long long)r);
    g->macs += macs;
    count(g, NET_PIXEL_SHUFFLE, true);
    end(g, value, 30);
    return true;
}

static bool add_pad(Generator *g) {
    const Made *from = last(g);
    Made to = *from;
    int border = (int)pick(g, ZERO, CIRCULAR);
    int64_t p[2 * SPATIAL];
    for (int n = 0; n < 2 * SPATIAL; n++) {
        int64_t i = from->extent[n / 2];
        p[n] = pick(g, 0, 3);
        if (!border_reaches(border, i, p[n])) return false;
        to.extent[n / 2] += p[n];
    }
    if (!is_small(g, &to, 0)) return false;
    Made *value = begin(g, &to);
    text_printf(&g->text, "%s |> pad(", from->name);
    write_four(g, p);
    text_printf(&g->text, ", border=%s", border_words[border]);
    if (border == ZERO && chance(g, 50)) text_puts(&g->text, ", value=-0.75");
    text_puts(&g->text, ")");
    count(g, NET_PAD, true);
    count(g, NET_PAD_BORDER, border != ZERO);
    end(g, value, 30);
    return true;
}

static bool add_flatten(Generator *g) {
    const Made *from = last(g);
    Made to = {.flat = true, .extent = {1, 1}, .degree = from->degree};
    to.c = from->c * from->extent[0] * from->extent[1];
    Made *value = begin(g, &to);
    text_printf(&g->text, "%s |> flatten", from->name);
    count(g, NET_FLATTEN, true);
    end(g, value, 0);
    return true;
}

static bool add_dense(Generator *g) {
    const Made *from = last(g);
    Made to = *from;
    to.c = pick_size(g);
    int64_t macs = g->batch * from->c * to.c;
    if (!is_small(g, &to, macs)) return false;
    Made *value = begin(g, &to);
    text_printf(&g->text, "%s |> dense(c=%lld", from->name, (long long)to.c);
    write_bias(g);
    text_puts(&g->text, ")");
    g->macs += macs;
    count(g, NET_DENSE, true);
    end(g, value, 50);
    return true;
}

typedef bool (*Step)(Generator *);

/* One statement out of `steps`, each as likely as it is often in the list. */
static void add_statement(Generator *g, const Step *steps, int64_t n_steps) {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++)
        if (steps[pick(g, 0, n_steps - 1)](g)) return;
}

static void add_input(Generator *g) {
    Made input = {.name = "x", .degree = 1};
    do {
        g->batch = chance(g, 50) ? 1 : pick(g, 2, 3);
        input.c = pick_size(g);
        for (int n = 0; n < SPATIAL; n++) input.extent[n] = pick_size(g);
    } while (!is_small(g, &input, 0));
    g->made[g->n_made++] = input;
    count(g, NET_BATCH, g->batch > 1);
    text_printf(&g->text, "input x : f32[N: %lld, C: %lld, H: %lld, W: %lld]\n\n",
                (long long)g->batch, (long long)input.c, (long long)input.extent[0],
                (long long)input.extent[1]);
}

static void add_outputs(Generator *g) {
    const Made *first = last(g);
    bool several = g->n_made > 2 && chance(g, 25);
    text_printf(&g->text, "\noutput %s\n", first->name);
    if (several) text_printf(&g->text, "output %s\n", g->made[pick(g, 1, g->n_made - 2)].name);
    count(g, NET_OUTPUTS, several);
}

const char *net_feature_name(NetFeature feature) {
    static const char *const names[] = {
#define X(name, text) text,
        NET_FEATURES(X)
#undef X
    };
    return names[feature];
}

const char *net_generate(Arena *arena, uint64_t seed, NetCensus *census) {
    static const Step on_images[] = {
        add_conv,   add_conv,     add_conv,     add_conv,     add_tconv,     add_tconv,
        add_pool,   add_pool,     add_pool,     add_block,    add_block,     add_join,
        add_join,   add_tconv_of, add_tconv_of, add_tconv_of, add_pointwise, add_concat,
        add_concat, add_split,    add_split,    add_crop,     add_crop_to,   add_crop_to,
        add_pad,    add_pad,      add_permute,  add_reshape,  add_upsample,  add_pixel_shuffle,
        add_pool,   add_tconv_of, add_tconv_of, add_tconv_of, add_join,      add_scale_by};
    static const Step on_vectors[] = {add_dense, add_dense, add_join, add_pointwise};
    Generator generator = {.arena = arena, .text = text_in(arena), .state = seed};
    Generator *g = &generator;
    text_printf(&g->text, "net 1\nmodel net_%llu\nweights random(seed=%llu)\n",
                (unsigned long long)seed, (unsigned long long)(seed % 1000));
    add_input(g);
    for (int64_t n = pick(g, 2, 8); n > 0; n--)
        add_statement(g, on_images, sizeof on_images / sizeof on_images[0]);
    if (chance(g, 40)) {
        add_flatten(g);
        for (int64_t n = pick(g, 1, 4); n > 0; n--)
            add_statement(g, on_vectors, sizeof on_vectors / sizeof on_vectors[0]);
    }
    if (g->n_made == 1) add_pointwise(g);
    add_outputs(g);
    for (int feature = 0; census && feature < NET_FEATURE_COUNT; feature++)
        census->count[feature] += g->census.count[feature];
    return text_str(&g->text);
}
