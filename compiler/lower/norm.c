/* instancenorm, groupnorm, layernorm: sets of elements, each brought to mean 0 and variance 1.
 *
 *     for each set:  m = sum x / K;  v = sum (x - m)^2 / K;  r = 1 / sqrt(v + eps)
 *                    y = fused((x - m) * r * weight + bias)
 *
 * The mean is there before the deviations are squared, so that a large one costs no digits. Sums
 * are chains of at most 1,024 terms in each lane, several side by side.
 *
 * The tensor is seen as axes in the order of memory: along some lies a set, along the others the
 * sets lie beside each other. Lanes run along the innermost axis. If it is one of a set, its lanes
 * are summed in the end (`across`); else every lane has a set of its own. */
#include "base/checked.h"
#include "lower/reduce.h"
#include "lower/step.h"

#include <assert.h>

enum {
    MAX_NORM_AXES = 4 + MAX_SPATIAL, /* batch, groups, blocks of channels, their lanes, space */
    SIDE_BY_SIDE = 4                 /* sums at a time: an addition takes as many cycles */
};

typedef struct NormAxis {
    int64_t extent, stride; /* elements */
    int64_t channel;        /* from one to the next, as step_channel_buffers counts */
} NormAxis;

/** Axes in the order of memory, outermost first. */
typedef struct NormAxes {
    NormAxis at[MAX_NORM_AXES];
    int n;
} NormAxes;

/** Vectors of a set that are read alike: one at the end of every walk along the dimensions. */
typedef struct NormRun {
    NormAxes dims;           /* stride: from one vector to the next */
    int64_t offset, channel; /* of the first vector */
    int active;              /* lanes; of a set for each lane: those of the set */
} NormRun;

typedef struct Norm {
    LowerStep *s;
    int lanes;
    bool across;
    bool lanes_are_channels; /* neighbouring ones; else all lanes are of one channel */
    NormAxes sets, inside;
    NormRun runs[2];
    int n_runs;
    int64_t elems; /* K */
    bool chunked;
    uint32_t totals;
} Norm;

/** The sets that are being normalised: one, or one for each lane of nv vectors. */
typedef struct NormSets {
    LoopAffine offset, channel;
    int nv, active;
} NormSets;

/* ---- axes ---- */

static void add_axis(NormAxes *axes, int64_t extent, int64_t stride, int64_t channel) {
    if (extent == 1) return;
    int at = axes->n++;
    for (; at > 0 && axes->at[at - 1].stride < stride; at--) axes->at[at] = axes->at[at - 1];
    axes->at[at] = (NormAxis){extent, stride, channel};
}

/* Neighbours that nothing distinguishes become one. */
static void merge_axes(NormAxes *axes) {
    int n = 0;
    for (int a = 0; a < axes->n; a++) {
        NormAxis inner = axes->at[a];
        const NormAxis *outer = n > 0 ? &axes->at[n - 1] : NULL;
        if (outer && outer->stride == inner.extent * inner.stride &&
            outer->channel == inner.extent * inner.channel) {
            inner.extent *= outer->extent;
            n--;
        }
        axes->at[n++] = inner;
    }
    axes->n = n;
}

/* The channels of groups of `size`; `pitch` is the channel number from one group to the next. */
static void add_groups(Norm *k, int64_t groups, int64_t size, int64_t pitch) {
    const Strides *x = &k->s->in;
    int64_t block = x->block;
    if (block == 1) {
        add_axis(&k->sets, groups, size * x->channel, pitch);
        add_axis(&k->inside, size, x->channel, 1);
    } else if (size % block == 0) {
        add_axis(&k->sets, groups, size / block * x->channel, pitch);
        add_axis(&k->inside, size / block, x->channel, block);
        add_axis(&k->inside, block, 1, 1);
    } else {
        assert(block % size == 0);
        add_axis(&k->sets, x->channel_blocks, x->channel, block / size * pitch);
        add_axis(&k->sets, block / size, size, pitch);
        add_axis(&k->inside, size, 1, 1);
    }
}

/* The vectors of a set whose lanes run along its innermost axis, and those of its end. */
static void add_runs(Norm *k, const NormAxes *outer, int64_t extent, int64_t step,
                     int64_t channel) {
    int64_t full = extent / k->lanes, rest = extent % k->lanes;
    NormRun run = {.dims = *outer, .active = k->lanes};
    add_axis(&run.dims, full, step, channel * k->lanes);
    if (full > 0) k->runs[k->n_runs++] = run;
    if (rest == 0) return;
    k->runs[k->n_runs++] = (NormRun){.dims = *outer,
                                     .offset = full * step,
                                     .channel = full * k->lanes * channel,
                                     .active = (int)rest};
}

static void find_runs(Norm *k) {
    const NormAxes *inside = &k->inside;
    NormAxes outer = *inside;
    if (!k->across) {
        k->runs[k->n_runs++] = (NormRun){.dims = outer};
    } else if (outer.n == 0) {
        add_runs(k, &outer, 1, k->lanes, 0);
    } else {
        const NormAxis *last = &inside->at[--outer.n];
        add_runs(k, &outer, last->extent, k->lanes, last->channel);
    }
}

static Norm norm_of(LowerStep *s) {
    const Node *node = s->step->node;
    const TensorType *type = &node->output->type;
    const Strides *x = &s->in;
    int spatial[MAX_RANK], n_spatial = type_spatial(type, spatial);
    int64_t channels = type_extent(type, type_channel(type)), size = channels / node->groups;
    bool is_layer = node->op == OP_LAYERNORM, innermost = x->block > 1 || x->channel == 1;
    Norm k = {.s = s, .lanes = s->step->tile.lanes};
    bool padded = !is_layer && innermost && size > 1; /* each group has vectors of its own */
    int64_t pitch = padded ? ceil_div(size, k.lanes) * k.lanes : size;
    step_channel_buffers(s, padded ? node->groups : 1, padded ? size : channels, k.lanes);

    add_axis(&k.sets, type_extent(type, type_batch(type)), x->batch, 0);
    for (int a = 0; a < n_spatial; a++)
        add_axis(is_layer ? &k.sets : &k.inside, type->axes[spatial[a]].extent, x->spatial[a], 0);
    k.elems = size;
    for (int a = 0; a < n_spatial && !is_layer; a++) k.elems *= type->axes[spatial[a]].extent;
    if (is_layer && x->block > 1) { /* all blocks, the last of which may not be full */
        merge_axes(&k.sets);
        k.across = k.lanes_are_channels = true;
        add_runs(&k, &(NormAxes){.n = 0}, channels, x->channel, 1);
        return k;
    }
    add_groups(&k, is_layer ? 1 : node->groups, size, pitch);
    merge_axes(&k.sets);
    merge_axes(&k.inside);
    const NormAxis *set = k.sets.n ? &k.sets.at[k.sets.n - 1] : NULL;
    const NormAxis *in = k.inside.n ? &k.inside.at[k.inside.n - 1] : NULL;
    k.across = !set || set->stride > 1;
    assert(k.across ? !in || in->stride == 1 : set->stride == 1);
    k.lanes_are_channels = k.across ? in && in->channel == 1 : set->channel == 1;
    find_runs(&k);
    return k;
}

/* ---- sums ---- */

/** Some vectors of a run, summed step by step. */
typedef struct NormSum {
    const Norm *k;
    int nv, active;
    int items;         /* vectors of a step along the run's last dimension */
    int side;          /* sums side by side for each of the nv vectors */
    int64_t item_step; /* elements */
    const LoopVal *mean;
} NormSum;

static LoopVal keep_lanes(const Norm *k, LoopVal value, int active) {
    if (active == k->lanes || !k->across) return value;
    uint8_t pick[256];
    for (int i = 0; i < k->lanes; i++) pick[i] = (uint8_t)(i < active ? i : k->lanes + i);
    return loop_shuffle(k->s->b, value, loop_f32(k->s->b, k->lanes, 0.0f), pick, k->lanes);
}

/* x, or (x - mean)^2, is added to the sums. */
static void sum_step(void *context, LoopAffine x, LoopAffine w, LoopVal *acc) {
    const NormSum *sum = context;
    const Norm *k = sum->k;
    LoopBuilder *b = k->s->b;
    (void)w;
    for (int u = 0; u < sum->items; u++)
        for (int v = 0; v < sum->nv; v++) {
            LoopVal *to = &acc[v * sum->side + u];
            LoopAffine at = loop_offset(x, u * sum->item_step + v * (int64_t)k->lanes);
            LoopVal value = loop_load(b, k->lanes, sum->active, k->s->inputs[0], at);
            if (!sum->mean) {
                *to = loop_binary(b, LOOP_ADD, *to, value);
                continue;
            }
            value = keep_lanes(k, loop_binary(b, LOOP_SUB, value, sum->mean[v]), sum->active);
            *to = loop_fma(b, value, value, *to);
        }
}

/* Adds the vectors of a run: along its last dimension several in a step, then what is left. */
static void sum_run(const NormRun *run, Reduction *r, NormSum *sum, LoopAffine x, LoopVal *acc) {
    int n = run->dims.n;
    const NormAxis *last = n > 0 ? &run->dims.at[n - 1] : NULL;
    int64_t count = last ? last->extent : 1, whole = count / sum->side;
    x = loop_offset(x, run->offset);
    r->context = sum;
    r->n_dims = 0;
    for (int d = 0; d < n - 1; d++)
        r->dims[r->n_dims++] = reduce_dim("r", run->dims.at[d].extent, run->dims.at[d].stride, 0);
    sum->item_step = last ? last->stride : 0;
    if (whole > 0) {
        sum->items = sum->side;
        r->dims[r->n_dims++] = reduce_dim("r", whole, sum->side * sum->item_step, 0);
        reduce_emit(r, x, loop_const(0), acc);
        r->n_dims--;
    }
    sum->items = (int)(count % sum->side);
    x = loop_offset(x, whole * sum->side * sum->item_step);
    if (sum->items > 0) reduce_emit(r, x, loop_const(0), acc);
}

/* The sum of x, or of (x - mean)^2, over K: for each of the nv vectors, in every lane where the
 * lanes are of one set. */
static void mean_of(const Norm *k, const NormSets *sets, const LoopVal *mean, LoopVal *out) {
    LoopBuilder *b = k->s->b;
    NormSum sum = {.k = k, .nv = sets->nv, .side = sets->nv > 1 ? 1 : SIDE_BY_SIDE, .mean = mean};
    LoopVal acc[SIDE_BY_SIDE];
    Reduction r = {.builder = b,
                   .step_terms = 1,
                   .n_acc = sum.nv * sum.side,
                   .lanes = k->lanes,
                   .chunked = k->chunked,
                   .totals = k->totals,
                   .step = sum_step};
    for (int i = 0; i < r.n_acc; i++) acc[i] = loop_f32(b, k->lanes, 0.0f);
    if (k->chunked) reduce_store_totals(&r, acc);
    for (int i = 0; i < k->n_runs; i++) {
        sum.active = k->across ? k->runs[i].active : sets->active;
        sum_run(&k->runs[i], &r, &sum, sets->offset, acc);
    }
    if (k->chunked) reduce_load_totals(&r, acc);
    LoopVal share = loop_f32(b, k->lanes, (float)(1.0 / (double)k->elems));
    for (int v = 0; v < sum.nv; v++) {
        LoopVal total = acc[v * sum.side];
        for (int u = 1; u < sum.side; u++)
            total = loop_binary(b, LOOP_ADD, total, acc[v * sum.side + u]);
        if (k->across) total = loop_broadcast(b, loop_reduce(b, LOOP_REDUCE_ADD, total), k->lanes);
        out[v] = loop_binary(b, LOOP_MUL, total, share);
    }
}

/* ---- results ---- */

static void emit_results(const Norm *k, const NormSets *sets, const NormRun *run, int dim,
                         StepPlace place, const LoopVal *mean, const LoopVal *scale) {
    LoopBuilder *b = k->s->b;
    if (dim < run->dims.n) {
        const NormAxis *axis = &run->dims.at[dim];
        LoopVar v =
            loop_begin(b, LOOP_SERIAL, "i", loop_const(0), loop_const(axis->extent), NULL, 0);
        place.offset = loop_plus(b, place.offset, loop_var(b, v, axis->stride));
        if (axis->channel > 0)
            place.channel = loop_plus(b, place.channel, loop_var(b, v, axis->channel));
        emit_results(k, sets, run, dim + 1, place, mean, scale);
        loop_end(b, NULL, 0);
        return;
    }
    StepPlace first = place;
    for (int v = 0; v < sets->nv; v++) {
        place.offset = loop_offset(first.offset, v * (int64_t)k->lanes);
        place.channel = loop_offset(first.channel, place.one_channel ? 0 : v * (int64_t)k->lanes);
        LoopVal x = loop_load(b, k->lanes, place.active, k->s->inputs[0], place.offset);
        x = loop_binary(b, LOOP_MUL, loop_binary(b, LOOP_SUB, x, mean[v]), scale[v]);
        x = step_affine(k->s, x, &place);
        step_store(k->s, step_fused(k->s, x, &place), &place);
    }
}

static void emit_sets(const Norm *k, const NormSets *sets) {
    LoopBuilder *b = k->s->b;
    LoopVal mean[SIDE_BY_SIDE], scale[SIDE_BY_SIDE];
    mean_of(k, sets, NULL, mean);
    mean_of(k, sets, mean, scale);
    LoopVal eps = loop_f32(b, k->lanes, (float)k->s->step->node->numbers.at[0]);
    LoopVal one = loop_f32(b, k->lanes, 1.0f);
    for (int v = 0; v < sets->nv; v++) {
        LoopVal root = loop_unary(b, LOOP_SQRT, loop_binary(b, LOOP_ADD, scale[v], eps));
        scale[v] = loop_binary(b, LOOP_DIV, one, root);
    }
    for (int i = 0; i < k->n_runs; i++) {
        const NormRun *run = &k->runs[i];
        StepPlace place = {.offset = loop_offset(sets->offset, run->offset),
                           .channel = loop_offset(sets->channel, run->channel),
                           .active = k->across ? run->active : sets->active,
                           .one_channel = !k->lanes_are_channels};
        emit_results(k, sets, run, 0, place, mean, scale);
    }
}

/* ---- loops over sets ---- */

/* `n` tiles of nv vectors of sets, from element `from` of the innermost axis on. */
static void emit_tiles(const Norm *k, const NormSets *at, LoopForKind kind, int64_t from, int64_t n,
                       int nv, int active) {
    LoopBuilder *b = k->s->b;
    int64_t width = (int64_t)nv * k->lanes, channel = k->sets.at[k->sets.n - 1].channel;
    if (n == 0) return;
    LoopVar v = loop_begin(b, kind, "tile", loop_const(0), loop_const(n), NULL, 0);
    NormSets sets = {.offset = loop_offset(loop_plus(b, at->offset, loop_var(b, v, width)), from),
                     .channel = loop_offset(at->channel, from * channel),
                     .nv = nv,
                     .active = active};
    if (channel > 0) sets.channel = loop_plus(b, sets.channel, loop_var(b, v, width * channel));
    emit_sets(k, &sets);
    loop_end(b, NULL, 0);
}

/* Axis `a` of those along which sets lie, and those inside it; the outermost is split in parts. */
static void emit_axes(const Norm *k, int a, const NormSets *at) {
    LoopForKind kind = a == 0 ? LOOP_PARALLEL : LOOP_SERIAL;
    LoopBuilder *b = k->s->b;
    if (!k->across && a == k->sets.n - 1) {
        int64_t extent = k->sets.at[a].extent, vectors = extent / k->lanes,
                tiles = vectors / SIDE_BY_SIDE, first = tiles * SIDE_BY_SIDE;
        emit_tiles(k, at, kind, 0, tiles, SIDE_BY_SIDE, k->lanes);
        emit_tiles(k, at, kind, first * k->lanes, vectors - first, 1, k->lanes);
        emit_tiles(k, at, kind, vectors * k->lanes, extent % k->lanes > 0, 1,
                   (int)(extent % k->lanes));
        return;
    }
    if (a > 0 && a == k->sets.n) {
        emit_sets(k, at);
        return;
    }
    NormAxis only = {.extent = 1}; /* without an axis there is one set */
    const NormAxis *axis = k->sets.n > 0 ? &k->sets.at[a] : &only;
    LoopVar v = loop_begin(b, kind, "set", loop_const(0), loop_const(axis->extent), NULL, 0);
    NormSets sets = *at;
    if (axis->stride > 0) sets.offset = loop_plus(b, at->offset, loop_var(b, v, axis->stride));
    if (axis->channel > 0) sets.channel = loop_plus(b, at->channel, loop_var(b, v, axis->channel));
    if (k->sets.n > 0)
        emit_axes(k, a + 1, &sets);
    else
        emit_sets(k, &sets);
    loop_end(b, NULL, 0);
}

/* Most terms in a lane of a sum. */
static int64_t chain_of(const Norm *k) {
    int64_t terms = 0;
    for (int i = 0; i < k->n_runs; i++) {
        int64_t vectors = 1;
        for (int d = 0; d < k->runs[i].dims.n; d++) vectors *= k->runs[i].dims.at[d].extent;
        terms += vectors;
    }
    return terms;
}

void lower_norm(LowerStep *s) {
    Norm k = norm_of(s);
    k.chunked = chain_of(&k) > MAX_CHAIN;
    if (k.chunked) k.totals = step_local_buffer(s, "totals", (int64_t)SIDE_BY_SIDE * k.lanes);
    NormSets first = {.offset = loop_const(0), .channel = loop_const(0), .nv = 1};
    emit_axes(&k, 0, &first);
}
