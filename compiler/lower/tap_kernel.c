/* conv, tconv and dense: the tap program with a register tile.
 *
 * A tile holds nv vectors of output channels for m pixels in registers, from the bias to the store:
 *
 *     acc[p][j] = bias[j]
 *     for ic block, for taps of the outer axes, for taps of the row, for ic in block:
 *       w[j] = load nv vectors                  packed in this very order
 *       for p: acc[p][j] += broadcast(x[p]) * w[j]
 *     y[p][j] = fused(acc[p][j])
 *
 * Where several CPUs share the weights, these are packed in units of the widest one's vector, all
 * input channels of a tap together, and each CPU walks them in its own order:
 *
 *     [group][unit of output channels][taps of each axis ...][ic][unit]
 *
 * Taps that fall outside the image are not emitted (arithmetic.md 5, exact work); a transposed
 * layer is one such nest per phase, a dense layer one whose window is its whole input. */
#include "base/checked.h"
#include "lower/nest.h"
#include "lower/reduce.h"
#include "lower/step.h"

/* Input channels of a block where the layout has no blocks of its own. */
enum { PLAIN_IC_BLOCK = 8, MAX_UNROLL = 4 };

typedef struct TapKernel {
    LowerStep *s;
    Nest nest;
    NestPhase phase;
    int lanes;
    int64_t groups;
    int64_t ic, oc;              /* channels of a group */
    int64_t group_in, group_out; /* elements from one group to the next */
    int64_t w_group;             /* floats of weights of a group */
    int ic_block;                /* input channels of a full block */
    int64_t block_stride;        /* elements from one block of input channels to the next */
    int64_t lane_stride;         /* from one input channel of a block to the next */
    uint32_t bias, w;            /* buffers; bias only if there is one */
    bool has_bias;
    int nv;               /* vectors of a channel tile */
    int64_t first_vector; /* of the first channel tile */
    int64_t w_tile;       /* floats of weights of one channel tile */
    int unit;             /* output channels whose weights for one tap and input channel adjoin */
    int64_t w_unit;       /* floats of weights of a unit */
    int64_t w_first;      /* floats before those of the first channel tile */
    int active;           /* lanes of a tile's last vector that exist in memory */
    bool chunked;
    uint32_t totals;
    const TileAt *at; /* the tile being emitted */
    int64_t block;    /* input channels of the block being emitted */
} TapKernel;

static const TapPhase *row_phase(const TapKernel *k) { return &k->phase.axis[k->nest.n_axes - 1]; }

static const NestAxis *row_axis(const TapKernel *k) { return &k->nest.axes[k->nest.n_axes - 1]; }

static bool is_shared(const TapKernel *k) { return k->s->plan->cpu->pack_lanes > 0; }

/* Output channels of a tile. */
static int64_t row_elems(const TapKernel *k) { return (int64_t)k->nv * k->lanes; }

/* Floats of weights from vector 0 of a tile to vector j, and from one tap of a row to the next. */
static int64_t vector_step(const TapKernel *k, int j) {
    int64_t channel = (int64_t)j * k->lanes;
    return channel / k->unit * k->w_unit + channel % k->unit;
}

static int64_t tap_step(const TapKernel *k) { return (is_shared(k) ? k->ic : k->block) * k->unit; }

static int64_t group_vectors(const TapKernel *k) { return ceil_div(k->oc, k->lanes); }

/* ---- the innermost work ---- */

/* One input channel of one tap: acc[p][j] += x[p] * w[j] for pixels lo .. hi-1. */
static void emit_products(const TapKernel *k, LoopAffine x, LoopAffine w, int lo, int hi,
                          LoopVal *acc) {
    LoopBuilder *b = k->s->b;
    int64_t pixel = row_phase(k)->in_step * row_axis(k)->in_stride;
    LoopVal weights[MAX_ACCUMULATORS];
    if (hi - lo > 1)
        for (int j = 0; j < k->nv; j++)
            weights[j] = loop_load(b, k->lanes, k->lanes, k->w, loop_offset(w, vector_step(k, j)));
    for (int p = lo; p < hi; p++) {
        LoopVal scalar = loop_load(b, 1, 1, k->s->inputs[0], loop_offset(x, p * pixel));
        LoopVal value = loop_broadcast(b, scalar, k->lanes);
        for (int j = 0; j < k->nv; j++) {
            LoopVal weight = hi - lo > 1 ? weights[j]
                                         : loop_load(b, k->lanes, k->lanes, k->w,
                                                     loop_offset(w, vector_step(k, j)));
            acc[p * k->nv + j] = loop_fma(b, value, weight, acc[p * k->nv + j]);
        }
    }
}

/* The largest divisor of n that is at most `most`. */
static int64_t largest_divisor(int64_t n, int64_t most) {
    int64_t u = n < most ? n : most;
    while (n % u) u--;
    return u;
}

/* The input channels of a block for one tap: a loop around a few unrolled ones. */
static void emit_channels(const TapKernel *k, LoopAffine x, LoopAffine w, int lo, int hi,
                          LoopVal *acc) {
    LoopBuilder *b = k->s->b;
    int n_acc = k->at->m * k->nv;
    int64_t unroll = largest_divisor(k->block, MAX_UNROLL), row = k->unit;
    if (k->block / unroll > 1) {
        LoopVar v = loop_begin(b, LOOP_SERIAL, "i", loop_const(0), loop_const(k->block / unroll),
                               acc, n_acc);
        x = loop_plus(b, x, loop_var(b, v, unroll * k->lane_stride));
        w = loop_plus(b, w, loop_var(b, v, unroll * row));
    }
    if (unroll > 1) {
        LoopVar v =
            loop_begin(b, LOOP_UNROLLED, "u", loop_const(0), loop_const(unroll), acc, n_acc);
        x = loop_plus(b, x, loop_var(b, v, k->lane_stride));
        w = loop_plus(b, w, loop_var(b, v, row));
    }
    emit_products(k, x, w, lo, hi, acc);
    if (unroll > 1) loop_end(b, acc, n_acc);
    if (k->block / unroll > 1) loop_end(b, acc, n_acc);
}

/* Taps `first` .. `first`+n-1 of the row, all for the same pixels. */
static void emit_row_taps(const TapKernel *k, LoopAffine x, LoopAffine w, int64_t first, int64_t n,
                          int lo, int hi, LoopVal *acc) {
    LoopBuilder *b = k->s->b;
    int n_acc = k->at->m * k->nv;
    int64_t x_step = row_phase(k)->tap_step * row_axis(k)->in_stride, w_step = tap_step(k);
    x = loop_offset(x, first * x_step);
    w = loop_offset(w, first * w_step);
    if (n == 1) {
        emit_channels(k, x, w, lo, hi, acc);
        return;
    }
    LoopVar v = loop_begin(b, LOOP_SERIAL, "t", loop_const(0), loop_const(n), acc, n_acc);
    x = loop_plus(b, x, loop_var(b, v, x_step));
    w = loop_plus(b, w, loop_var(b, v, w_step));
    emit_channels(k, x, w, lo, hi, acc);
    loop_end(b, acc, n_acc);
}

/* All taps of the row: runs of taps that fall on data for the same pixels. A run longer than a
 * chain is cut, and its sums go to the totals in between. */
static void emit_row(void *context, LoopAffine x, LoopAffine w, LoopVal *acc) {
    const TapKernel *k = context;
    int64_t n_taps = row_phase(k)->n_taps, most = MAX_CHAIN / k->block, in_chain = 0;
    for (int64_t t = 0; t < n_taps;) {
        int lo, hi, next_lo, next_hi;
        nest_valid_pixels(&k->nest, &k->phase, k->at, t, &lo, &hi);
        int64_t n = 1;
        for (; t + n < n_taps && n < most; n++) {
            nest_valid_pixels(&k->nest, &k->phase, k->at, t + n, &next_lo, &next_hi);
            if (next_lo != lo || next_hi != hi) break;
        }
        if (lo < hi) {
            if (in_chain + n > most) {
                Reduction r = {.builder = k->s->b,
                               .n_acc = k->at->m * k->nv,
                               .lanes = k->lanes,
                               .totals = k->totals};
                reduce_flush(&r, acc);
                for (int i = 0; i < r.n_acc; i++) acc[i] = loop_f32(k->s->b, k->lanes, 0.0f);
                in_chain = 0;
            }
            emit_row_taps(k, x, w, t, n, lo, hi, acc);
            in_chain += n;
        }
        t += n;
    }
}

/* ---- the reduction around it ---- */

/* Emits one segment of input channels: n blocks of k->block channels, from channel offset x and
 * weight offset w on. */
static void emit_segment(TapKernel *k, int64_t n_blocks, LoopAffine x, LoopAffine w, LoopVal *acc) {
    LoopBuilder *b = k->s->b;
    int outer = k->nest.n_axes - 1;
    int64_t step = row_phase(k)->n_taps * k->block;
    Reduction r = {.builder = b,
                   .n_dims = 1 + outer,
                   .step_terms = step < MAX_CHAIN ? step : MAX_CHAIN,
                   .n_acc = k->at->m * k->nv,
                   .lanes = k->lanes,
                   .chunked = k->chunked,
                   .totals = k->totals,
                   .step = emit_row,
                   .context = k};
    int64_t w_step = row_phase(k)->n_taps * tap_step(k);
    w_step = nest_tap_dims(b, &k->nest, &k->phase, k->at, w_step, r.dims + 1, &x, &w);
    if (w_step == 0) return;
    if (is_shared(k)) w_step = k->block * k->unit;
    r.dims[0] = reduce_dim("ic", n_blocks, k->block_stride, w_step);
    reduce_emit(&r, x, w, acc);
}

static void emit_reduction(TapKernel *k, LoopVal *acc) {
    LoopBuilder *b = k->s->b;
    LoopAffine x = nest_input(b, &k->nest, &k->phase, k->at);
    x = loop_plus(b, x, loop_scale(b, k->at->group, k->group_in));
    LoopAffine w = loop_plus(b, loop_scale(b, k->at->group, k->w_group),
                             loop_scale(b, k->at->channel_tile, k->w_tile));
    w = loop_offset(w, k->w_first);
    int64_t full = k->ic / k->ic_block, rest = k->ic % k->ic_block;
    k->block = k->ic_block;
    if (full) emit_segment(k, full, x, w, acc);
    if (!rest) return;
    k->block = rest;
    x = loop_offset(x, full * k->block_stride);
    int64_t per_channel = is_shared(k) ? k->unit : k->w_unit / k->ic;
    w = loop_offset(w, per_channel * (full * k->ic_block));
    emit_segment(k, 1, x, w, acc);
}

/* ---- one tile ---- */

/* The tile's first channel, as biases and other numbers for each channel are packed. */
static LoopAffine first_channel(const TapKernel *k) {
    LoopBuilder *b = k->s->b;
    LoopAffine channel = loop_scale(b, k->at->channel_tile, row_elems(k));
    channel = loop_plus(b, channel, loop_scale(b, k->at->group, group_vectors(k) * k->lanes));
    return loop_offset(channel, k->first_vector * k->lanes);
}

static void emit_store(const TapKernel *k, const LoopVal *acc) {
    LowerStep *s = k->s;
    LoopAffine channel = first_channel(k);
    int64_t vector = strides_vector(&s->out, k->lanes);
    int64_t pixel = row_phase(k)->out_step * row_axis(k)->out_stride;
    LoopAffine y = nest_output(s->b, &k->nest, &k->phase, k->at);
    y = loop_plus(s->b, y, loop_scale(s->b, k->at->channel_tile, k->nv * vector));
    y = loop_plus(s->b, y, loop_scale(s->b, k->at->group, k->group_out));
    y = loop_offset(y, k->first_vector * vector);
    for (int p = 0; p < k->at->m; p++)
        for (int j = 0; j < k->nv; j++) {
            StepPlace place = {.offset = loop_offset(y, p * pixel + j * vector),
                               .active = j == k->nv - 1 ? k->active : k->lanes,
                               .channel = loop_offset(channel, (int64_t)j * k->lanes)};
            step_store(s, step_fused(s, acc[p * k->nv + j], &place), &place);
        }
}

static void emit_tile(void *context, const TileAt *at) {
    TapKernel *k = context;
    LoopBuilder *b = k->s->b;
    LoopVal acc[MAX_ACCUMULATORS];
    k->at = at;
    LoopAffine bias = first_channel(k);
    for (int j = 0; j < k->nv; j++) {
        LoopVal start = k->has_bias ? loop_load(b, k->lanes, k->lanes, k->bias,
                                                loop_offset(bias, (int64_t)j * k->lanes))
                                    : loop_f32(b, k->lanes, 0.0f);
        for (int p = 0; p < at->m; p++) acc[p * k->nv + j] = start;
    }
    Reduction totals = {
        .builder = b, .n_acc = at->m * k->nv, .lanes = k->lanes, .totals = k->totals};
    if (k->chunked) reduce_store_totals(&totals, acc);
    emit_reduction(k, acc);
    if (k->chunked) reduce_load_totals(&totals, acc);
    emit_store(k, acc);
}

/* ---- one phase, one range of channel tiles ---- */

/* Packs the weights of n_vectors vectors from the first one on, in tiles of nv; or, shared, of all
 * output channels in units. */
static void pack_part(TapKernel *k, int64_t n_vectors, int nv) {
    LowerStep *s = k->s;
    PackShape shape = {.lanes = k->lanes,
                       .groups = k->groups,
                       .ic = k->ic,
                       .oc = k->oc,
                       .ic_block = k->ic_block,
                       .first_vector = k->first_vector,
                       .n_vectors = n_vectors,
                       .nv = nv};
    k->unit = nv * k->lanes;
    if (is_shared(k)) {
        k->unit = s->plan->cpu->pack_lanes;
        shape.lanes = k->unit;
        shape.ic_block = (int)k->ic;
        shape.first_vector = 0;
        shape.n_vectors = ceil_div(k->oc, k->unit);
        shape.nv = 1;
    }
    int64_t elems = pack_taps_elems(&k->nest, &k->phase, &shape);
    PackedBlock block = pack_reserve(s->packer, elems > 0 ? elems : 1);
    pack_taps(s->step->node, &k->nest, &k->phase, &shape, block.data);
    pack_share(s->packer, &block);
    k->w = step_weights_buffer(s, "w", &block);
    k->w_group = elems / k->groups;
    k->w_unit = k->w_group / (shape.n_vectors / shape.nv);
    k->w_tile = is_shared(k) ? (int64_t)nv * k->lanes / k->unit * k->w_unit : k->w_unit;
    k->w_first = is_shared(k) ? k->first_vector * k->lanes / k->unit * k->w_unit : 0;
}

/* Emits `n_vectors` vectors of output channels in tiles of nv, which divides their number. */
static void emit_part(TapKernel *k, int64_t n_vectors, int nv, int active) {
    LowerStep *s = k->s;
    pack_part(k, n_vectors, nv);
    k->nv = nv;
    k->active = active;
    NestLoops loops = {.builder = s->b,
                       .nest = &k->nest,
                       .phase = k->phase,
                       .groups = k->groups,
                       .channel_end = n_vectors / nv,
                       .rows_outer = s->step->rows_outer,
                       .block_tiles = s->step->block_tiles,
                       .may_clip = true,
                       .m = s->step->tile.m,
                       .emit = emit_tile,
                       .context = k};
    nest_emit(s->arena, &loops);
    k->first_vector += n_vectors;
}

/* All output channels: full tiles, then a narrower one; a last vector with lanes that do not exist
 * in memory is stored masked and therefore by itself. */
static void emit_phase(TapKernel *k) {
    int64_t vectors = group_vectors(k);
    int nv = k->s->step->tile.nv, rest = (int)(vectors % nv);
    int64_t full = vectors / nv;
    int active = k->s->out.block > 1 ? k->lanes : (int)(k->oc - (vectors - 1) * k->lanes);
    bool masked = active < k->lanes;
    k->first_vector = 0;
    if (masked && rest == 0) full--;
    if (full) emit_part(k, full * nv, nv, k->lanes);
    if (rest)
        emit_part(k, rest, rest, active);
    else if (masked)
        emit_part(k, nv, nv, active);
}

/* Products in one output at most. */
static int64_t most_products(const TapKernel *k) {
    int64_t products = k->ic;
    for (int a = 0; a < k->nest.n_axes; a++) {
        int64_t most = 0;
        for (int64_t p = 0; p < tap_phase_count(&k->nest.axes[a].tap); p++) {
            TapPhase phase = tap_phase(&k->nest.axes[a].tap, p);
            if (phase.n_taps > most) most = phase.n_taps;
        }
        products *= most;
    }
    return products;
}

void lower_tap_kernel(LowerStep *s) {
    const Node *node = s->step->node;
    const TensorType *in = &node->inputs[0]->type, *out = &node->output->type;
    TapKernel k = {.s = s,
                   .nest = nest_of(node, &s->in, &s->out),
                   .lanes = s->step->tile.lanes,
                   .groups = node->groups,
                   .ic = type_extent(in, type_channel(in)) / node->groups,
                   .oc = type_extent(out, type_channel(out)) / node->groups};
    bool blocked = s->in.block > 1;
    k.ic_block = blocked ? s->in.block : PLAIN_IC_BLOCK;
    if (k.ic < k.ic_block) k.ic_block = (int)k.ic;
    k.lane_stride = blocked ? 1 : s->in.channel;
    k.block_stride = blocked ? s->in.channel : k.ic_block * s->in.channel;
    k.group_in = blocked ? k.ic / s->in.block * s->in.channel : k.ic * s->in.channel;
    k.group_out = s->out.block > 1 ? k.oc / s->out.block * s->out.channel : k.oc * s->out.channel;
    k.chunked = most_products(&k) > MAX_CHAIN;
    if (k.chunked)
        k.totals =
            step_local_buffer(s, "totals", (int64_t)s->step->tile.nv * s->step->tile.m * k.lanes);
    k.has_bias = node->bias != NULL;
    if (k.has_bias) k.bias = step_bias_buffer(s, k.groups, k.oc, k.lanes);
    step_channel_buffers(s, k.groups, k.oc, k.lanes);
    for (int64_t p = 0; p < nest_phase_count(&k.nest); p++) {
        k.phase = nest_phase(&k.nest, p);
        emit_phase(&k);
    }
}
