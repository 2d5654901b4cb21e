/* The longest saving first. Two blocks are the same if their layers are, in order, and take each
 * other's values in the same way; numbers such as channels and strides may differ. A hash of each
 * layer without these numbers, rolled over the length of a block, finds the candidates. */
#include "import/blocks.h"

#include "base/hash.h"
#include "import/emit.h"
#include "import/pattern.h"
#include "import/units.h"

#include <limits.h>
#include <stdlib.h>

enum {
    MAX_BLOCK = 120,   /* layers of a block */
    MAX_LAYERS = 8192, /* of a network in which blocks are sought */
    MAX_DEFS = 24,
    LEAST_SAVING = 2, /* lines */
    UNIT_WORTH = 2    /* lines: a whole unit is a thing to name */
};

static uint64_t mix(uint64_t hash, const char *text) {
    return fnv1a64(text, strlen(text) + 1, hash);
}

static bool may_differ(const Layer *layer, const char *attr) {
    return (layer->def && !layer->repeats) || strcmp(attr, "c") == 0 || strcmp(attr, "g") == 0;
}

/* True if a window is the same along all axes, so that one number says it. */
static bool is_even(const Layer *layer) {
    for (int i = 0; i < layer->window; i++) {
        const ConvAxis *a = &layer->axis[i], *b = &layer->axis[0];
        if (a->k != b->k || a->s != b->s || a->d != b->d || a->pad_lo != b->pad_lo ||
            a->pad_hi != a->pad_lo)
            return false;
    }
    return true;
}

/* A kernel for each channel: the one whose size is a matter of taste. */
static bool is_depthwise(const Layer *layer) {
    const char *groups = attr_said(layer, "g");
    int channel = layer->n_in == 1 ? value_axis(layer->in[0], "C") : NO_AXIS;
    return groups && channel != NO_AXIS &&
           strtoll(groups, NULL, 10) == layer->in[0]->extent[channel];
}

/* What a layer is, without the numbers that may differ. */
static uint64_t layer_hash(const Layer *layer) {
    uint64_t hash = mix(mix(FNV1A64_START, layer->op), layer->over ? layer->over : "");
    for (size_t i = 0; i < layer->n_attrs; i++) {
        hash = mix(hash, layer->attrs[i].name);
        if (!may_differ(layer, layer->attrs[i].name)) hash = mix(hash, layer->attrs[i].text);
    }
    for (size_t i = 0; i < layer->n_params; i++) {
        hash = mix(hash, layer->params[i].name);
        hash = mix(hash, layer->params[i].text ? layer->params[i].text : "");
    }
    int64_t shape[] = {layer->window, layer->all, (int64_t)layer->n_in, (int64_t)layer->n_out,
                       (int64_t)layer->repeats};
    hash = fnv1a64(shape, sizeof shape, hash);
    hash = fnv1a64(&layer->def, sizeof layer->def, hash);
    bool even = is_even(layer), depthwise = is_depthwise(layer);
    for (int i = 0; i < layer->window; i++) {
        const ConvAxis *axis = &layer->axis[i];
        int64_t same[] = {axis->a,
                          axis->ceil,
                          depthwise ? 0 : axis->k,
                          even ? 0 : axis->k,
                          axis->s,
                          axis->d,
                          axis->pad_lo,
                          axis->pad_hi};
        hash = fnv1a64(same, (even ? 3 : 8) * sizeof *same, hash);
    }
    if (strcmp(layer->op, "reshape") == 0 || strcmp(layer->op, "constant") == 0) {
        hash = fnv1a64(layer->out[0]->extent, sizeof layer->out[0]->extent, hash);
        for (int i = 0; i < layer->out[0]->rank; i++) hash = mix(hash, layer->out[0]->axes[i]);
    }
    return hash;
}

/* Marks every value with the layer that makes it (uses: layer + 1, 0 outside) and the last that
 * uses it (user). */
static void note_lives(Import *im) {
    for (size_t i = 0; i < im->inputs.len; i++) im->inputs.at[i]->uses = 0;
    for (size_t i = 0; i < im->layers.len; i++) {
        Layer *layer = im->layers.at[i];
        for (size_t j = 0; j < layer->n_in; j++) layer->in[j]->user = i;
        for (size_t j = 0; j < layer->n_out; j++) {
            layer->out[j]->uses = i + 1;
            layer->out[j]->user = i;
        }
    }
    for (size_t i = 0; i < im->outputs.len; i++) im->outputs.at[i]->user = SIZE_MAX;
}

static bool is_inside(const Value *value, size_t first, size_t len) {
    return value->uses > first && value->uses <= first + len;
}

/* The block at `first`; false if more goes in or out than a def can have. */
static bool block_at(const Import *im, size_t first, size_t len, Block *block) {
    *block = (Block){.first = first};
    for (size_t i = first; i < first + len; i++) {
        const Layer *layer = im->layers.at[i];
        if (layer->undoes) return false; /* it names a layer outside */
        for (size_t j = 0; j < layer->n_in; j++) {
            Value *value = layer->in[j];
            bool known = is_inside(value, first, len);
            for (size_t k = 0; k < block->n_in; k++) known = known || block->in[k] == value;
            if (known) continue;
            if (block->n_in == LAYER_INPUTS) return false;
            block->in[block->n_in++] = value;
        }
        for (size_t j = 0; j < layer->n_out; j++) {
            if (layer->out[j]->user != SIZE_MAX && layer->out[j]->user < first + len) continue;
            if (block->result || i + 1 < first + len || layer->n_out > 1) return false;
            block->result = layer->out[j];
        }
    }
    return block->n_in > 0 && block->result;
}

/* The place of a value as a block sees it: an input, or result `j` of layer `i` of the block. */
static size_t place_of(const Import *im, const Block *block, const Value *value) {
    for (size_t k = 0; k < block->n_in; k++)
        if (block->in[k] == value) return k;
    size_t layer = value->uses - 1, result = 0;
    while (im->layers.at[layer]->out[result] != value) result++;
    return LAYER_INPUTS + (layer - block->first) * 64 + (result < 64 ? result : 63);
}

static bool same_ranks(const Value *a, const Value *b) {
    if (a->rank != b->rank) return false;
    for (int i = 0; i < a->rank; i++)
        if (strcmp(a->axes[i], b->axes[i]) != 0) return false;
    return true;
}

static bool same_blocks(const Import *im, const Block *a, const Block *b, size_t len) {
    if (a->n_in != b->n_in) return false;
    for (size_t k = 0; k < a->n_in; k++)
        if (!same_ranks(a->in[k], b->in[k])) return false;
    for (size_t i = 0; i < len; i++) {
        const Layer *x = im->layers.at[a->first + i], *y = im->layers.at[b->first + i];
        for (size_t j = 0; j < x->n_in; j++)
            if (place_of(im, a, x->in[j]) != place_of(im, b, y->in[j])) return false;
    }
    return true;
}

/* A place in the list, and the hash of the block that begins there. */
typedef struct Start {
    uint64_t hash;
    size_t first;
} Start;

static int by_hash(const void *a, const void *b) {
    const Start *x = a, *y = b;
    if (x->hash != y->hash) return x->hash < y->hash ? -1 : 1;
    return (x->first > y->first) - (x->first < y->first);
}

/* The best family of equal blocks so far. */
typedef struct Best {
    Block *blocks;
    size_t n, len;
    long rank;
} Best;

/* The layers that stand in the line of the one before, since nobody else takes what that gives: no
 * block begins there. */
static const bool *find_continued(const Import *im) {
    size_t n = im->layers.len;
    size_t *users =
        ARENA_ARRAY(im->arena, size_t, n + 1); /* by the layer that makes a value, + 1 */
    bool *continued = ARENA_ARRAY(im->arena, bool, n);
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < im->layers.at[i]->n_in; j++) users[im->layers.at[i]->in[j]->uses]++;
    for (size_t i = 0; i < n; i++) {
        const Layer *layer = im->layers.at[i];
        size_t made = layer->n_in ? layer->in[0]->uses : 0;
        continued[i] =
            !begins_line(layer) && made > 0 && users[made] == 1 && layer->in[0]->user != SIZE_MAX;
    }
    return continued;
}

/* True if the last line is the end of a unit. */
static bool is_whole_unit(Layer *const *layers, size_t len) {
    for (size_t i = len; i-- > 0;) {
        if (ends_unit(layers[i])) return true;
        if (begins_line(layers[i])) return false;
    }
    return false;
}

/* Of starts with one hash: those that are the same block as the first, and disjoint. Among families
 * that save lines the one of one input and of many short blocks is better than that of a few long
 * ones, which are blocks of blocks; then the one that takes in more layers, and begins with a line.
 */
static void try_family(Import *im, const Start *starts, size_t n, size_t len,
                       const bool *continues_line, Best *best) {
    long lines = 0;
    for (size_t i = 0; i < len; i++) lines += begins_line(im->layers.at[starts[0].first + i]);
    if (lines < 2 || (long)n * (lines - 1) - lines - 2 + UNIT_WORTH < LEAST_SAVING) return;
    Block *blocks = ARENA_ARRAY(im->arena, Block, n);
    size_t kept = 0;
    for (size_t i = 0; i < n; i++) {
        if (kept && starts[i].first < blocks[kept - 1].first + len) continue;
        if (!block_at(im, starts[i].first, len, &blocks[kept])) continue;
        if (continues_line[starts[i].first] ||
            !is_one_unit(&im->layers.at[starts[i].first], starts[i].first, len))
            continue;
        if (kept && !same_blocks(im, &blocks[0], &blocks[kept], len)) continue;
        kept++;
    }
    long saving = (long)kept * (lines - 1) - lines - 2;
    long inputs = (long)kept * (long)(blocks[0].n_in - 1); /* each use names them */
    bool is_whole = blocks[0].n_in == 1 && is_whole_unit(&im->layers.at[blocks[0].first], len);
    saving += is_whole ? UNIT_WORTH : 0;
    long rank = (saving - lines - inputs) * 4 * MAX_LAYERS + 2 * (long)(kept * len) +
                begins_line(im->layers.at[starts[0].first]);
    if (kept < 2 || saving < LEAST_SAVING || rank <= best->rank) return;
    *best = (Best){blocks, kept, len, rank};
}

/* Families of all lengths; the hash of a block is the sum of those of its layers, each times a
 * power of an odd number. */
static void find_best(Import *im, Best *best) {
    size_t n = im->layers.len;
    uint64_t *hashes = ARENA_ARRAY(im->arena, uint64_t, n),
             *rolled = ARENA_ARRAY(im->arena, uint64_t, n);
    Start *starts = ARENA_ARRAY(im->arena, Start, n);
    for (size_t i = 0; i < n; i++) hashes[i] = layer_hash(im->layers.at[i]);
    const bool *continues_line = find_continued(im);
    for (size_t len = 1; len <= MAX_BLOCK && 2 * len <= n; len++) {
        for (size_t i = 0; i + len <= n; i++) {
            rolled[i] = rolled[i] * UINT64_C(0x9E3779B97F4A7C15) + hashes[i + len - 1];
            starts[i] = (Start){rolled[i], i};
        }
        if (len < 2) continue;
        qsort(starts, n - len + 1, sizeof *starts, by_hash);
        for (size_t i = 0, end; i < n - len + 1; i = end) {
            for (end = i + 1; end < n - len + 1 && starts[end].hash == starts[i].hash;) end++;
            if (end - i >= 2) try_family(im, &starts[i], end - i, len, continues_line, best);
        }
    }
}

void find_blocks(Import *im) {
    if (im->layers.len > MAX_LAYERS) return;
    for (int i = 0; i < MAX_DEFS; i++) {
        Best best = {.rank = LONG_MIN};
        note_lives(im);
        find_best(im, &best);
        if (!best.blocks || !make_def(im, best.blocks, best.n, best.len)) return;
        note_lives(im);
        repeat_uses(im);
    }
}
