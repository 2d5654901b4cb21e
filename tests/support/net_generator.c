/* Grows a network statement by statement: each takes the last value, picks a layer and a geometry
 * at random, and is kept if it is legal and small. Here: numbers, text, functions and joins, inputs
 * and outputs. */
#include "support/net_generator.h"

#include "support/net_grow.h"

#include <string.h>

enum {
    MAX_VALUE_ELEMS = 6000, /* of one value */
    MAX_NET_MACS = 300000,  /* of all layers together */
    ATTEMPTS = 30           /* at one statement, before it is left out */
};

/* ---- numbers ---- */

static uint64_t next_random(Generator *g) {
    uint64_t z = g->state += 0x9E3779B97F4A7C15u;
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
    z = (z ^ z >> 27) * 0x94D049BB133111EBu;
    return z ^ z >> 31;
}

int64_t pick(Generator *g, int64_t least, int64_t most) {
    return least + (int64_t)(next_random(g) % (uint64_t)(most - least + 1));
}

bool chance(Generator *g, int percent) { return pick(g, 1, 100) <= percent; }

int64_t pick_size(Generator *g) {
    static const int64_t sizes[] = {1, 2, 3, 7, 8, 9, 15, 16, 17, 31, 33};
    return sizes[pick(g, 0, (int64_t)(sizeof sizes / sizeof sizes[0]) - 1)];
}

void count(Generator *g, NetFeature feature, bool present) { g->census.count[feature] += present; }

/* ---- values ---- */

Made *last(Generator *g) { return &g->made[g->n_made - 1]; }

Made *any_made(Generator *g) { return &g->made[pick(g, 0, g->n_made - 1)]; }

/* By rank, from 1. Every order of axes keeps theirs. */
static const char *const spatial_letters[] = {"T", "HW", "DHW"};

char axis_letter(const Generator *g, int axis) {
    return axis < 0 ? 'C' : spatial_letters[g->rank - 1][axis];
}

int64_t *extent_of(Made *value, int axis) { return axis < 0 ? &value->c : &value->extent[axis]; }

bool same_extents(const Generator *g, const Made *a, const Made *b) {
    bool same = a->flat == b->flat && strcmp(a->order, b->order) == 0;
    for (int n = 0; n < g->rank; n++) same &= a->extent[n] == b->extent[n];
    return same;
}

bool is_small(const Generator *g, const Made *value, int64_t macs) {
    int64_t elems = g->batch * value->c;
    for (int n = 0; n < RANKS; n++) elems *= value->extent[n];
    return elems <= MAX_VALUE_ELEMS && g->macs + macs <= MAX_NET_MACS;
}

/* ---- text ---- */

Made *begin(Generator *g, const Made *shape) {
    Made *value = &g->made[g->n_made++];
    *value = *shape;
    value->is_conv = value->is_pool = false;
    value->name = arena_printf(g->arena, "v%d", g->n_made - 1);
    text_printf(&g->text, "%s = ", value->name);
    return value;
}

/* The size of the value along an axis given by its letter. */
static int64_t size_along(const Generator *g, const Made *value, char letter) {
    if (letter == 'N') return g->batch;
    for (int n = 0; n < g->rank; n++)
        if (letter == axis_letter(g, n)) return value->extent[n];
    return value->c;
}

void write_axes(Generator *g, const Made *value) {
    for (const char *letter = value->order; *letter; letter++)
        text_printf(&g->text, "%s%c: %lld", letter == value->order ? "" : ", ", *letter,
                    (long long)size_along(g, value, *letter));
}

/* Poles and the ends of domains are kept away: two NaNs need not have the same bits. */
void write_activation(Generator *g) {
    static const struct {
        NetFeature feature;
        const char *text;
    } table[] = {
        {NET_RELU, "relu"},
        {NET_ABS, "abs"},
        {NET_SQRT, "abs |> sqrt"},
        {NET_RECIPROCAL, "clip(lo=0.125, hi=9) |> reciprocal"},
        {NET_EXP, "clip(lo=-9, hi=4) |> exp"},
        {NET_POWER, "clip(lo=-1.5, hi=1.5) |> power(n=3)"},
        {NET_POWER, "clip(lo=0.25, hi=9) |> power(n=-1.3)"},
        {NET_LOG, "clip(lo=0.01, hi=90) |> log"},
        {NET_TANH, "tanh"},
        {NET_SIGMOID, "sigmoid"},
        {NET_SILU, "silu"},
        {NET_GELU, "gelu"},
        {NET_GELU_TANH, "gelu(approximate=yes)"},
        {NET_MISH, "mish"},
        {NET_SOFTSIGN, "softsign"},
        {NET_SELU, "selu"},
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
        {NET_AFFINE, "affine"},
        {NET_AFFINE, "affine(weight=none)"},
        {NET_SCALE, "scale(by=-0.75)"},
        {NET_SCALE, "scale(by=0.5, shift=-0.25)"},
    };
    int64_t which = chance(g, 20) ? 0 : pick(g, 0, (int64_t)(sizeof table / sizeof table[0]) - 1);
    text_printf(&g->text, " |> %s", table[which].text);
    count(g, table[which].feature, true);
}

void end(Generator *g, const Made *value, int activation_percent) {
    bool norm = activation_percent > 0 && chance(g, 15);
    if (norm) text_puts(&g->text, " |> batchnorm(eps=1e-3)");
    count(g, NET_BATCHNORM, norm);
    if (chance(g, activation_percent)) write_activation(g);
    text_puts(&g->text, "    -> [");
    if (chance(g, 30)) {
        write_axes(g, value);
    } else {
        for (const char *letter = value->order; *letter; letter++)
            text_printf(&g->text, "%s%lld", letter == value->order ? "" : ", ",
                        (long long)size_along(g, value, *letter));
    }
    text_puts(&g->text, "]\n");
}

void write_sizes(Generator *g, const char *name, const int64_t *numbers) {
    bool alike = true;
    for (int n = 1; n < g->rank; n++) alike &= numbers[n] == numbers[0];
    text_printf(&g->text, "%s%lld", name, (long long)numbers[0]);
    for (int n = 1; n < g->rank && !alike; n++)
        text_printf(&g->text, "x%lld", (long long)numbers[n]);
}

const char *const border_words[] = {"zero", "reflect", "replicate", "circular"};

bool border_has_data(int border, int64_t i, int64_t p) {
    return border == REFLECT ? p <= i - 1 : border != CIRCULAR || p <= i;
}

/* ---- functions and joins ---- */

static bool add_pointwise(Generator *g) {
    const Made *from = last(g);
    Made *value = begin(g, from);
    text_puts(&g->text, from->name);
    if (chance(g, 40)) {
        int64_t axis = from->flat || chance(g, 50) ? -1 : pick(g, 0, g->rank - 1);
        bool is_log = chance(g, 40);
        text_printf(&g->text, " |> %s(axis=%c)", is_log ? "log_softmax" : "softmax",
                    axis_letter(g, (int)axis));
        count(g, is_log ? NET_LOG_SOFTMAX : NET_SOFTMAX, true);
    } else {
        write_activation(g);
    }
    end(g, value, 0);
    return true;
}

/* A norm of sets of the last value's elements. */
static bool add_norm(Generator *g) {
    static const struct {
        NetFeature feature;
        const char *layer;
    } norms[] = {{NET_INSTANCENORM, "instancenorm"},
                 {NET_GROUPNORM, "groupnorm"},
                 {NET_LAYERNORM, "layernorm"}};
    static const char *const parameters[] = {"", ", weight=none", ", bias=none"};
    const Made *from = last(g);
    int64_t which = pick(g, from->flat ? 1 : 0, 2), groups = pick(g, 1, from->c);
    while (from->c % groups != 0) groups--;
    Made *value = begin(g, from);
    text_printf(&g->text, "%s |> %s(", from->name, norms[which].layer);
    if (which == 1) text_printf(&g->text, "g=%lld, ", (long long)groups);
    text_printf(&g->text, "eps=1e-3%s)", parameters[pick(g, 0, 2)]);
    count(g, norms[which].feature, true);
    end(g, value, 40);
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

const char *pick_join(Generator *g, int left, int right, int *degree) {
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
    const Made *from = last(g), *other = any_made(g);
    if (other == from || other->c != from->c || !same_extents(g, from, other)) return false;
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

/* The last value and a constant, on either side. */
static bool add_constant(Generator *g) {
    const Made *from = last(g);
    Made to = *from;
    const char *sign = pick_join(g, from->degree, 0, &to.degree);
    Made *value = begin(g, &to);
    bool swapped = chance(g, 50);
    if (!swapped) text_printf(&g->text, "%s%s", from->name, sign);
    text_puts(&g->text, "constant(shape=[");
    write_axes(g, from);
    text_puts(&g->text, "])");
    if (swapped) text_printf(&g->text, "%s%s", sign, from->name);
    count(g, NET_CONSTANT, true);
    end(g, value, 60);
    return true;
}

/* The larger or smaller of the last value and another, or itself, of the same shape. */
static bool add_extremum(Generator *g) {
    const Made *from = last(g), *other = any_made(g);
    if (other->c != from->c || !same_extents(g, from, other)) return false;
    Made *value = begin(g, from);
    const char *name = chance(g, 50) ? "max" : "min";
    if (chance(g, 50))
        text_printf(&g->text, "%s(%s, %s)", name, other->name, from->name);
    else
        text_printf(&g->text, "%s |> %s(%s)", from->name, name, other->name);
    count(g, NET_EXTREMUM, true);
    if (other->degree > from->degree) value->degree = other->degree;
    end(g, value, 60);
    return true;
}

/* A value over one of the same shape, or the same, that is kept away from 0, or is nothing else. */
static bool add_quotient(Generator *g) {
    const Made *from = last(g), *other = any_made(g);
    if (other->c != from->c || !same_extents(g, from, other)) return false;
    Made *value = begin(g, from);
    bool swapped = chance(g, 50);
    const char *x = (swapped ? other : from)->name, *y = (swapped ? from : other)->name;
    int way = (int)pick(g, 0, 9);
    if (way < 6)
        text_printf(&g->text, "%s / (%s |> clip(lo=0.25, hi=9))", x, y);
    else if (way < 9)
        text_printf(&g->text, "divide_no_nan(%s, %s |> clip(lo=0.25, hi=9))", x, y);
    else
        text_printf(&g->text, "divide_no_nan(%s, %s - %s)", x, y, y);
    count(g, NET_DIV, way < 6);
    count(g, NET_DIVIDE_NO_NAN, way >= 6);
    count(g, NET_CLIP, way < 9);
    if (other->degree > from->degree) value->degree = other->degree;
    end(g, value, 60);
    return true;
}

/* The letters with one more at a random place. */
static char *insert_letter(Generator *g, const char *letters, char letter) {
    int at = (int)pick(g, 0, (int64_t)strlen(letters));
    return arena_printf(g->arena, "%.*s%c%s", at, letters, letter, letters + at);
}

char *any_order(Generator *g) {
    char *order = insert_letter(g, spatial_letters[g->rank - 1], 'C');
    return g->batched ? insert_letter(g, order, 'N') : order;
}

/* ---- the network ---- */

/* One statement out of `steps`, each as likely as it is often in the list. */
static void add_statement(Generator *g, const Step *steps, int64_t n_steps) {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++)
        if (steps[pick(g, 0, n_steps - 1)](g)) return;
}

/* Mostly [N, C, spatial...], also with the channels last, in any order, or without N. */
static const char *pick_order(Generator *g) {
    static const char *const usual[] = {"NCT", "NCHW", "NCDHW"}, *const last_channel[] = {
                                                                     "NTC", "NHWC", "NDHWC"};
    char *order =
        arena_strdup(g->arena, chance(g, 30) ? last_channel[g->rank - 1] : usual[g->rank - 1]);
    g->batched = !chance(g, 20);
    if (!g->batched) memmove(order, order + 1, strlen(order));
    if (chance(g, 15)) order = any_order(g);
    count(g, NET_WITHOUT_BATCH, !g->batched);
    count(g, NET_CHANNELS_LAST, order[strlen(order) - 1] == 'C');
    return order;
}

typedef enum InputBytes { NO_BYTES, PLAIN_BYTES, SCALED_BYTES } InputBytes;

/* Of bytes, the value of that name is what a network makes of them: numbers like any others. */
static void write_input(Generator *g, const char *name, const Made *type, InputBytes bytes) {
    text_printf(&g->text, bytes ? "input %s_bytes : u8[" : "input %s : f32[", name);
    write_axes(g, type);
    text_puts(&g->text, "]\n");
    if (!bytes) return;
    text_printf(&g->text, "%s = %s_bytes |> f32%s", name, name,
                bytes == SCALED_BYTES ? " |> scale(by=1/128, shift=-1)" : "");
    text_puts(&g->text, "\n");
}

/* One input, or two alike. */
static void add_inputs(Generator *g, InputBytes bytes) {
    static const int64_t cube[] = {1, 2, 3, 4, 5, 8};
    Made input = {.name = "x", .degree = 1, .extent = {1, 1, 1}};
    g->rank = chance(g, 60) ? 2 : chance(g, 50) ? 1 : 3;
    input.order = pick_order(g);
    do {
        g->batch = !g->batched || chance(g, 50) ? 1 : pick(g, 2, 3);
        input.c = pick_size(g);
        for (int n = 0; n < g->rank; n++)
            input.extent[n] = g->rank == 3 ? cube[pick(g, 0, 5)] : pick_size(g);
        if (g->rank == 1 && chance(g, 30)) input.extent[0] = pick(g, 60, 200);
    } while (!is_small(g, &input, 0));
    bool two = chance(g, 20);
    if (two) {
        Made second = input;
        second.name = "w";
        g->made[g->n_made++] = second;
        write_input(g, "w", &second, NO_BYTES);
    }
    g->made[g->n_made++] = input;
    write_input(g, "x", &input, bytes);
    text_puts(&g->text, "\n");
    count(g, NET_BATCH, g->batch > 1);
    count(g, NET_RANK_1, g->rank == 1);
    count(g, NET_RANK_3, g->rank == 3);
    count(g, NET_INPUTS, two);
    count(g, NET_BYTES, bytes != NO_BYTES);
}

static void add_outputs(Generator *g, int n_inputs) {
    const Made *first = last(g);
    bool several = g->n_made > n_inputs + 1 && chance(g, 25);
    text_printf(&g->text, "\noutput %s\n", first->name);
    if (several)
        text_printf(&g->text, "output %s\n", g->made[pick(g, n_inputs, g->n_made - 2)].name);
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
    static const Step on_images[] = {add_conv,
                                     add_conv,
                                     add_conv,
                                     add_conv,
                                     add_tconv,
                                     add_tconv,
                                     add_pool,
                                     add_pool,
                                     add_pool,
                                     add_block,
                                     add_block,
                                     add_join,
                                     add_join,
                                     add_tconv_of,
                                     add_tconv_of,
                                     add_tconv_of,
                                     add_pointwise,
                                     add_concat,
                                     add_concat,
                                     add_split,
                                     add_split,
                                     add_crop,
                                     add_crop_to,
                                     add_crop_to,
                                     add_pad,
                                     add_pad,
                                     add_permute,
                                     add_reshape,
                                     add_upsample,
                                     add_pixel_shuffle,
                                     add_pool,
                                     add_tconv_of,
                                     add_tconv_of,
                                     add_tconv_of,
                                     add_join,
                                     add_scale_by,
                                     add_constant,
                                     add_norm,
                                     add_norm,
                                     add_quotient,
                                     add_extremum,
                                     add_argmax,
                                     add_matmul,
                                     add_matmul,
                                     add_pixel_unshuffle,
                                     add_pixel_unshuffle};
    static const Step on_vectors[] = {add_dense, add_dense,     add_join,     add_constant,
                                      add_norm,  add_pointwise, add_quotient, add_extremum};
    Generator generator = {.arena = arena, .text = text_in(arena), .state = seed};
    Generator *g = &generator;
    text_printf(&g->text, "net 1\nmodel net_%llu\nweights random(seed=%llu)\n",
                (unsigned long long)seed, (unsigned long long)(seed % 1000));
    add_inputs(g, seed % 8 == 3 ? SCALED_BYTES : seed % 16 == 5 ? PLAIN_BYTES : NO_BYTES);
    int n_inputs = g->n_made;
    for (int64_t n = pick(g, 2, 8); n > 0; n--)
        add_statement(g, on_images, sizeof on_images / sizeof on_images[0]);
    if (chance(g, 40)) {
        add_flatten(g);
        for (int64_t n = pick(g, 1, 4); n > 0; n--)
            add_statement(g, on_vectors, sizeof on_vectors / sizeof on_vectors[0]);
    }
    if (g->n_made == n_inputs) add_pointwise(g);
    add_outputs(g, n_inputs);
    for (int feature = 0; census && feature < NET_FEATURE_COUNT; feature++)
        census->count[feature] += g->census.count[feature];
    return text_str(&g->text);
}
