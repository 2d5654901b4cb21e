/* Pools: the tap program with lanes along channels.
 *
 *     acc[p][j] = start;  for taps: acc[p][j] = f(acc[p][j], load x[p][j]);  y[p][j] = finish(acc)
 *
 * maxpool, minpool: the largest, the smallest; NaN wins. sumpool: the sum. avgpool: the sum times
 * 1/divisor, where the divisor counts the elements on data (count=inside) or on data and padding
 * (count=all) of that very window. lppool: the n-th root of the sum of |x|^n. */
#include "base/checked.h"
#include "lower/activation.h"
#include "lower/elementary.h"
#include "lower/nest.h"
#include "lower/reduce.h"
#include "lower/step.h"

#include <math.h>

typedef struct Pool {
    LowerStep *s;
    Nest nest;
    NestPhase phase;
    int lanes;
    int64_t channels;
    OpKind op;
    int nv;               /* vectors of a channel tile */
    int64_t first_vector; /* of the first channel tile */
    int active;           /* lanes of a tile's last vector that exist in memory */
    bool chunked;
    uint32_t totals;
    const TileAt *at; /* the tile being emitted */
} Pool;

static const TapPhase *row_phase(const Pool *k) { return &k->phase.axis[k->nest.n_axes - 1]; }

static const NestAxis *row_axis(const Pool *k) { return &k->nest.axes[k->nest.n_axes - 1]; }

/* The accumulator before the first tap. */
static float start_of(OpKind op) {
    return op == OP_MAXPOOL ? -INFINITY : op == OP_MINPOOL ? INFINITY : 0.0f;
}

static bool is_sum(OpKind op) { return op != OP_MAXPOOL && op != OP_MINPOOL; }

/* The accumulator after an element of the window. */
static LoopVal accumulate(const Pool *k, LoopVal acc, LoopVal x) {
    LoopBuilder *b = k->s->b;
    float n = (float)k->s->step->node->numbers.at[0];
    switch (k->op) {
    case OP_MAXPOOL: return lower_extremum(b, LOOP_MAX, x, acc);
    case OP_MINPOOL: return lower_extremum(b, LOOP_MIN, x, acc);
    case OP_LPPOOL:
        if (n == 2.0f) return loop_fma(b, x, x, acc);
        return loop_binary(b, LOOP_ADD, acc, lower_power(b, x, n));
    default: return loop_binary(b, LOOP_ADD, acc, x);
    }
}

static void emit_tap(const Pool *k, LoopAffine x, int lo, int hi, LoopVal *acc) {
    LoopBuilder *b = k->s->b;
    int64_t pixel = row_phase(k)->in_step * row_axis(k)->in_stride,
            vector = strides_vector(&k->s->in, k->lanes);
    for (int p = lo; p < hi; p++)
        for (int j = 0; j < k->nv; j++) {
            int active = j == k->nv - 1 ? k->active : k->lanes;
            LoopVal in = loop_load(b, k->lanes, active, k->s->inputs[0],
                                   loop_offset(x, p * pixel + j * vector));
            LoopVal *to = &acc[p * k->nv + j];
            *to = accumulate(k, *to, in);
        }
}

/* The taps of a row: unrolled where the plan says so, else one loop per run of equal pixels. */
static void emit_row(void *context, LoopAffine x, LoopAffine w, LoopVal *acc) {
    const Pool *k = context;
    (void)w;
    LoopBuilder *b = k->s->b;
    int64_t n_taps = row_phase(k)->n_taps, step = row_phase(k)->tap_step * row_axis(k)->in_stride;
    int n_acc = k->at->m * k->nv;
    for (int64_t t = 0; t < n_taps;) {
        int lo, hi, next_lo, next_hi;
        nest_valid_pixels(&k->nest, &k->phase, k->at, t, &lo, &hi);
        int64_t n = 1;
        for (; t + n < n_taps && !k->s->step->unroll_taps; n++) {
            nest_valid_pixels(&k->nest, &k->phase, k->at, t + n, &next_lo, &next_hi);
            if (next_lo != lo || next_hi != hi) break;
        }
        LoopAffine from = loop_offset(x, t * step);
        if (lo < hi && n == 1) emit_tap(k, from, lo, hi, acc);
        if (lo < hi && n > 1) {
            LoopVar v = loop_begin(b, LOOP_SERIAL, "t", loop_const(0), loop_const(n), acc, n_acc);
            emit_tap(k, loop_plus(b, from, loop_var(b, v, step)), lo, hi, acc);
            loop_end(b, acc, n_acc);
        }
        t += n;
    }
}

/* The divisor of pixel p of the tile. Where every tap falls on data it is the window's size. */
static double divisor(const Pool *k, int p) {
    double d = k->at->full ? (double)row_axis(k)->tap.k
                           : (double)nest_divisor(row_axis(k), row_phase(k), k->at->pixel + p);
    for (int a = 0; a < k->nest.n_axes - 1; a++)
        d *= (double)nest_divisor(&k->nest.axes[a], &k->phase.axis[a], k->at->run[a]->q);
    return d;
}

/* What pixel p of the tile becomes of its accumulator. */
static LoopVal result_of(const Pool *k, LoopVal acc, int p) {
    LoopBuilder *b = k->s->b;
    if (k->op == OP_AVGPOOL)
        return loop_binary(b, LOOP_MUL, acc, loop_f32(b, k->lanes, (float)(1.0 / divisor(k, p))));
    if (k->op == OP_LPPOOL) return lower_root(b, acc, (float)k->s->step->node->numbers.at[0]);
    return acc;
}

static void emit_store(const Pool *k, const LoopVal *acc) {
    LowerStep *s = k->s;
    int64_t vector = strides_vector(&s->out, k->lanes),
            pixel = row_phase(k)->out_step * row_axis(k)->out_stride;
    LoopAffine y = nest_output(s->b, &k->nest, &k->phase, k->at);
    y = loop_plus(s->b, y, loop_scale(s->b, k->at->channel_tile, k->nv * vector));
    y = loop_offset(y, k->first_vector * vector);
    LoopAffine channel = loop_scale(s->b, k->at->channel_tile, (int64_t)k->nv * k->lanes);
    channel = loop_offset(channel, k->first_vector * k->lanes);
    for (int p = 0; p < k->at->m; p++)
        for (int j = 0; j < k->nv; j++) {
            StepPlace place = {.offset = loop_offset(y, p * pixel + j * vector),
                               .active = j == k->nv - 1 ? k->active : k->lanes,
                               .channel = loop_offset(channel, (int64_t)j * k->lanes)};
            LoopVal value = result_of(k, acc[p * k->nv + j], p);
            step_store(s, step_fused(s, value, &place), &place);
        }
}

static void emit_tile(void *context, const TileAt *at) {
    Pool *k = context;
    LoopBuilder *b = k->s->b;
    LoopVal acc[MAX_ACCUMULATORS];
    int outer = k->nest.n_axes - 1;
    k->at = at;
    LoopVal start = loop_f32(b, k->lanes, start_of(k->op));
    Reduction r = {.builder = b,
                   .n_dims = outer,
                   .step_terms =
                       row_phase(k)->n_taps < MAX_CHAIN ? row_phase(k)->n_taps : MAX_CHAIN,
                   .n_acc = at->m * k->nv,
                   .lanes = k->lanes,
                   .chunked = k->chunked,
                   .totals = k->totals,
                   .step = emit_row,
                   .context = k};
    for (int i = 0; i < r.n_acc; i++) acc[i] = start;
    LoopAffine x = nest_input(b, &k->nest, &k->phase, at);
    int64_t vector = strides_vector(&k->s->in, k->lanes);
    x = loop_plus(b, x, loop_scale(b, at->channel_tile, k->nv * vector));
    x = loop_offset(x, k->first_vector * vector);
    for (int a = 0; a < outer; a++) {
        int64_t step = k->phase.axis[a].tap_step * k->nest.axes[a].in_stride;
        r.dims[a] = reduce_dim("k", at->run[a]->taps.count, step, 0);
        x = loop_offset(x, at->run[a]->taps.first * step);
    }
    if (k->chunked) reduce_store_totals(&r, acc);
    reduce_emit(&r, x, loop_const(0), acc);
    if (k->chunked) reduce_load_totals(&r, acc);
    emit_store(k, acc);
}

static void emit_part(Pool *k, int64_t n_vectors, int nv, int active) {
    k->nv = nv;
    k->active = active;
    NestLoops loops = {.builder = k->s->b,
                       .nest = &k->nest,
                       .phase = k->phase,
                       .groups = 1,
                       .channel_end = n_vectors / nv,
                       .rows_outer = false,
                       .may_clip = false, /* the divisor of a row is a constant */
                       .m = k->s->step->tile.m,
                       .emit = emit_tile,
                       .context = k};
    nest_emit(k->s->arena, &loops);
    k->first_vector += n_vectors;
}

void lower_pool(LowerStep *s) {
    const Node *node = s->step->node;
    const TensorType *type = &node->output->type;
    Pool k = {.s = s,
              .nest = nest_of(node, &s->in, &s->out),
              .lanes = s->step->tile.lanes,
              .channels = type_extent(type, type_channel(type)),
              .op = node->op};
    k.phase = nest_phase(&k.nest, 0);
    step_channel_buffers(s, 1, k.channels, k.lanes);
    int64_t taps = 1;
    for (int a = 0; a < k.nest.n_axes; a++) taps *= k.phase.axis[a].n_taps;
    k.chunked = is_sum(k.op) && taps > MAX_CHAIN;
    int nv = s->step->tile.nv;
    if (k.chunked)
        k.totals = step_local_buffer(s, "totals", (int64_t)nv * s->step->tile.m * k.lanes);
    int64_t vectors = ceil_div(k.channels, k.lanes);
    bool padded = s->in.block > 1 && s->out.block > 1;
    int active = padded ? k.lanes : (int)(k.channels - (vectors - 1) * k.lanes);
    int64_t whole = active < k.lanes ? vectors - 1 : vectors, full = whole / nv;
    if (full) emit_part(&k, full * nv, nv, k.lanes);
    if (whole % nv) emit_part(&k, whole % nv, (int)(whole % nv), k.lanes);
    if (active < k.lanes) emit_part(&k, 1, 1, active);
}
