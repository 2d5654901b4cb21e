/* See layer_generator.h. A layer is drawn, thrown away if it is illegal or too large, and drawn
 * again; only then is it written down and counted. */
#include "support/layer_generator.h"

#include "base/text.h"
#include "tensor/conv_arith.h"
#include "tensor/tap.h"

#include <assert.h>
#include <string.h>

enum { AXES = 3, MAX_ELEMS = 12000, MAX_MACS = 150000 };

typedef enum Kind { CONV, TCONV, MAXPOOL, MINPOOL, AVGPOOL, SUMPOOL, LPPOOL } Kind;

typedef struct Layer {
    Kind kind;
    int n_axes;
    int64_t batch; /* 0: no axis N */
    int64_t c_in, c_out, groups;
    ConvAxis axis[AXES];
    int64_t o[AXES];
    int n_at, c_at; /* where N and C stand among the axes */
    int border;     /* CONV: index into border_words */
    bool flip;      /* CONV */
    bool count_all; /* AVGPOOL */
    int norm;       /* LPPOOL */
    int epilogue;   /* none, relu, a residual and relu */
} Layer;

typedef struct Random {
    uint64_t state;
} Random;

static const char *const kind_words[] = {"conv",    "tconv",   "maxpool", "minpool",
                                         "avgpool", "sumpool", "lppool"};
static const char *const border_words[] = {"zero", "reflect", "replicate", "circular"};
static const char *const names[] = {
#define X(feature, name) name,
    LAYER_FEATURES(X)
#undef X
};

const char *layer_feature_name(LayerFeature feature) { return names[feature]; }

/* A whole number in least .. most. */
static int64_t pick(Random *r, int64_t least, int64_t most) {
    uint64_t z = r->state += 0x9E3779B97F4A7C15u;
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
    z = (z ^ z >> 27) * 0x94D049BB133111EBu;
    return least + (int64_t)((z ^ z >> 31) % (uint64_t)(most - least + 1));
}

static bool chance(Random *r, int percent) { return pick(r, 1, 100) <= percent; }

/* Sizes around the vector widths; smaller ones where there are more axes. */
static int64_t pick_size(Random *r, int n_axes) {
    static const int64_t sizes[] = {1, 2, 3, 7, 8, 9, 15, 16, 17, 31, 33};
    static const int64_t last[] = {10, 9, 6};
    return sizes[pick(r, 0, last[n_axes - 1])];
}

/* A window over i elements, in one of the ways it can lie; may turn out illegal. */
static ConvAxis pick_axis(Random *r, int64_t i) {
    ConvAxis axis = {.i = i, .k = pick(r, 1, 5), .s = chance(r, 50) ? 1 : pick(r, 2, 3), .d = 1};
    if (chance(r, 50)) {
        axis.pad_lo = pick(r, 0, 3);
        axis.pad_hi = chance(r, 50) ? axis.pad_lo : pick(r, 0, 3);
    }
    int64_t whole = i + axis.pad_lo + axis.pad_hi;
    switch (pick(r, 0, 9)) {
    case 0: axis.k = whole; break;
    case 1: axis.k = whole > 1 ? whole - 1 : 1; break;
    case 2: axis.k = i + pick(r, 1, 2); break;
    case 3: axis.s = axis.k + pick(r, 1, 2); break;
    case 4: axis.pad_lo = axis.k + pick(r, 0, 2); break;
    case 5:
    case 6: axis.d = pick(r, 2, 3); break;
    default: break;
    }
    return axis;
}

static void pick_channels(Random *r, Layer *layer) {
    layer->groups = 1;
    layer->c_in = pick_size(r, 1);
    layer->c_out = pick_size(r, 1);
    if (layer->kind > TCONV) {
        layer->c_out = layer->c_in;
    } else if (chance(r, 20)) {
        layer->groups = layer->c_in;
        layer->c_out = layer->c_in * pick(r, 1, 2);
    } else if (chance(r, 30)) {
        layer->groups = pick(r, 2, 5);
        layer->c_in = layer->groups * pick(r, 1, 9);
        layer->c_out = layer->groups * pick(r, 1, 9);
    }
}

/* Whether the data reach as far as they are to stand around themselves. */
static bool border_reaches(const Layer *layer) {
    for (int a = 0; a < layer->n_axes; a++) {
        const ConvAxis *axis = &layer->axis[a];
        int64_t p = axis->pad_lo > axis->pad_hi ? axis->pad_lo : axis->pad_hi;
        if (strcmp(border_words[layer->border], "reflect") == 0 && p > axis->i - 1) return false;
        if (strcmp(border_words[layer->border], "circular") == 0 && p > axis->i) return false;
    }
    return true;
}

/* Sizes of the results; false if the layer is illegal or large. */
static bool find_sizes(Layer *layer) {
    int64_t batch = layer->batch > 1 ? layer->batch : 1, in = batch * layer->c_in,
            out = batch * layer->c_out,
            macs = batch * layer->c_out * (layer->kind > TCONV ? 1 : layer->c_in) / layer->groups;
    for (int a = 0; a < layer->n_axes; a++) {
        const ConvAxis *axis = &layer->axis[a];
        bool transposed = layer->kind == TCONV;
        ConvStatus status = transposed ? tconv_output_extent(axis, &layer->o[a])
                                       : conv_output_extent(axis, &layer->o[a]);
        if (status != CONV_OK) return false;
        TapAxis tap = {axis->i, layer->o[a], axis->k, axis->s, axis->d, axis->pad_lo, transposed};
        bool needs_data = layer->kind == MAXPOOL || layer->kind == MINPOOL ||
                          (layer->kind == AVGPOOL && !layer->count_all);
        if (needs_data && conv_dead_windows(axis, layer->o[a]) > 0) return false;
        in *= axis->i;
        out *= layer->o[a];
        macs *= layer->border ? layer->o[a] * axis->k : tap_nnz(&tap);
    }
    return in <= MAX_ELEMS && out <= MAX_ELEMS && macs <= MAX_MACS && border_reaches(layer);
}

static bool draw(Random *r, Layer *layer) {
    *layer = (Layer){.kind = (Kind)(chance(r, 50) ? CONV : pick(r, TCONV, LPPOOL)),
                     .n_axes = (int)pick(r, 1, AXES),
                     .batch = chance(r, 50) ? 1 : pick(r, 0, 3)};
    pick_channels(r, layer);
    for (int a = 0; a < layer->n_axes; a++) {
        ConvAxis *axis = &layer->axis[a];
        *axis = pick_axis(r, pick_size(r, layer->n_axes));
        if (layer->kind >= AVGPOOL) axis->d = 1;
        if (layer->kind == TCONV && chance(r, 40))
            axis->a = pick(r, 0, (axis->s > axis->d ? axis->s : axis->d) - 1);
    }
    bool pool = layer->kind >= MAXPOOL, up = pool && chance(r, 30);
    for (int a = 0; a < layer->n_axes; a++) layer->axis[a].ceil = up;
    layer->count_all = chance(r, 50);
    layer->norm = (int)pick(r, 1, 3);
    if (layer->kind == CONV && chance(r, 15)) layer->border = (int)pick(r, 1, 3);
    layer->flip = layer->kind == CONV && chance(r, 15);
    int rank = layer->n_axes + 1;
    layer->c_at = chance(r, 40) ? 0 : chance(r, 60) ? rank - 1 : (int)pick(r, 0, rank - 1);
    layer->n_at = chance(r, 75) ? 0 : (int)pick(r, 0, rank);
    layer->epilogue = chance(r, 50) ? 0 : (int)pick(r, 1, 2);
    return find_sizes(layer);
}

/* "N: 2, H: 5, C: 3": the input's extents, or the output's. */
static void write_axes(Text *text, const Layer *layer, bool output) {
    static const char *const spatial[] = {"D", "H", "W"};
    int rank = layer->n_axes + 1, next = 0;
    const char *comma = "";
    for (int at = 0; at <= rank; at++) {
        if (at == layer->n_at && layer->batch > 0) {
            text_printf(text, "%sN: %lld", comma, (long long)layer->batch);
            comma = ", ";
        }
        if (at == rank) break;
        int a = next;
        if (at == layer->c_at)
            text_printf(text, "%sC: %lld", comma, (long long)(output ? layer->c_out : layer->c_in));
        else
            text_printf(text, "%s%s: %lld", comma, spatial[AXES - layer->n_axes + next++],
                        (long long)(output ? layer->o[a] : layer->axis[a].i));
        comma = ", ";
    }
}

/* ", k=3x1x2" of one member of the axes. */
#define WRITE_AXES(text, layer, name, member)                                                      \
    do {                                                                                           \
        text_puts(text, name);                                                                     \
        for (int a_ = 0; a_ < (layer)->n_axes; a_++)                                               \
            text_printf(text, "%s%lld", a_ ? "x" : "", (long long)(layer)->axis[a_].member);       \
    } while (0)

/* "p={D: 1, H: (0, 2)}" */
static void write_pads(Text *text, const Layer *layer) {
    static const char *const spatial[] = {"D", "H", "W"};
    text_puts(text, ", p={");
    for (int a = 0; a < layer->n_axes; a++)
        text_printf(text, "%s%s: (%lld, %lld)", a ? ", " : "", spatial[AXES - layer->n_axes + a],
                    (long long)layer->axis[a].pad_lo, (long long)layer->axis[a].pad_hi);
    text_puts(text, "}");
}

static const char *write_layer(Arena *arena, const Layer *layer) {
    Text text = text_in(arena);
    text_puts(&text, "net 1\nmodel m\nweights random(seed=1)\ninput x : f32[");
    write_axes(&text, layer, false);
    text_puts(&text, "]\n");
    if (layer->epilogue == 2) {
        text_puts(&text, "input r : f32[");
        write_axes(&text, layer, true);
        text_puts(&text, "]\n");
    }
    text_printf(&text, "h = x |> %s(", kind_words[layer->kind]);
    if (layer->kind <= TCONV) text_printf(&text, "c=%lld, ", (long long)layer->c_out);
    WRITE_AXES(&text, layer, "k=", k);
    WRITE_AXES(&text, layer, ", s=", s);
    write_pads(&text, layer);
    if (layer->kind < AVGPOOL) WRITE_AXES(&text, layer, ", d=", d);
    if (layer->kind <= TCONV) text_printf(&text, ", g=%lld", (long long)layer->groups);
    if (layer->kind == TCONV) WRITE_AXES(&text, layer, ", a=", a);
    if (layer->border) text_printf(&text, ", border=%s", border_words[layer->border]);
    if (layer->flip) text_puts(&text, ", flip=yes");
    if (layer->axis[0].ceil) text_puts(&text, ", round=ceil");
    if (layer->kind == AVGPOOL)
        text_printf(&text, ", count=%s", layer->count_all ? "all" : "inside");
    if (layer->kind == LPPOOL) text_printf(&text, ", n=%d", layer->norm);
    text_puts(&text, ") -> [");
    write_axes(&text, layer, true);
    text_puts(&text, "]\noutput y = ");
    static const char *const epilogues[] = {"h\n", "h |> relu\n", "r - h |> relu\n"};
    text_puts(&text, epilogues[layer->epilogue]);
    return text_str(&text);
}

static void count_axis(bool *has, const Layer *layer, int a) {
    const ConvAxis *axis = &layer->axis[a];
    bool transposed = layer->kind == TCONV;
    int64_t kernel = axis->d * (axis->k - 1) + 1, padded = axis->i + axis->pad_lo + axis->pad_hi;
    has[LAYER_STRIDED] |= axis->s > 1;
    has[LAYER_SKIPPING] |= axis->s > kernel;
    has[LAYER_DILATED] |= axis->d > 1 && axis->k > 1;
    has[LAYER_LOPSIDED] |= axis->pad_lo != axis->pad_hi;
    has[LAYER_OUTPUT_PADDING] |= axis->a > 0;
    has[LAYER_CROPPING] |= transposed && axis->pad_lo > kernel - 1;
    if (transposed) return;
    has[LAYER_WHOLE] |= kernel == padded;
    has[LAYER_ONE_LESS] |= kernel == padded - 1;
    has[LAYER_BEYOND] |= kernel > axis->i;
    has[LAYER_DEAD] |= !layer->border && conv_dead_windows(axis, layer->o[a]) > 0;
    has[LAYER_ROUNDED_UP] |= axis->ceil && (layer->o[a] - 1) * axis->s + kernel > padded;
}

static void count_layer(LayerCensus *census, const Layer *layer) {
    bool has[LAYER_FEATURE_COUNT] = {false};
    int rank = layer->n_axes + 1;
    has[LAYER_CONV + (int)layer->kind] = true;
    has[LAYER_ONE_AXIS + layer->n_axes - 1] = true;
    has[layer->c_at == 0          ? LAYER_CHANNELS_FIRST
        : layer->c_at == rank - 1 ? LAYER_CHANNELS_LAST
                                  : LAYER_CHANNELS_BETWEEN] = true;
    has[LAYER_NO_BATCH] = layer->batch == 0;
    has[LAYER_BATCH] = layer->batch > 1;
    has[LAYER_BATCH_INSIDE] = layer->batch > 1 && layer->n_at > 0;
    has[LAYER_DEPTHWISE] = layer->groups > 1 && layer->groups == layer->c_in;
    has[LAYER_GROUPED] = layer->groups > 1 && layer->groups < layer->c_in;
    has[LAYER_BORDER] = layer->border != 0;
    has[LAYER_FLIP] = layer->flip;
    has[LAYER_RESIDUAL] = layer->epilogue == 2;
    for (int a = 0; a < layer->n_axes; a++) count_axis(has, layer, a);
    for (int f = 0; f < LAYER_FEATURE_COUNT; f++) census->count[f] += has[f];
}

const char *layer_generate(Arena *arena, uint64_t seed, LayerCensus *census, bool *exact) {
    Random random = {seed * 0xD1342543DE82EF95u + 1};
    Layer layer;
    while (!draw(&random, &layer)) continue;
    count_layer(census, &layer);
    *exact = layer.kind != AVGPOOL && layer.kind != LPPOOL;
    return write_layer(arena, &layer);
}
