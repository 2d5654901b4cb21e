/* Convolutions and their transposes with few output channels: lanes along the row.
 *
 *     acc[r][c][v] = bias[c]               r: phase of the row, c: output channel, v: vector of
 * pixels for ic, for taps of the outer axes: for each input offset that a tap of the row reads:
 *         x[v] = load lanes consecutive pixels at that offset
 *         for the taps of all phases that read it, for c:  acc[r][c][v] += x[v] * w
 *     y = fused(the phases of acc interleaved)
 *
 * All phases of the row are computed together, so that a transposed layer loads each input once for
 * all of them and stores whole vectors. At the ends of a row the lanes of taps outside the image
 * are zero; the planner chooses this kernel only for finite weights, whose products with them are.
 */
#include "base/checked.h"
#include "lower/nest.h"
#include "lower/reduce.h"
#include "lower/step.h"
#include "plan/choose.h"

#include <assert.h>

typedef struct RowKernel {
    LowerStep *s;
    Nest nest;
    NestPhase phase; /* of the outer axes; the row is one output to the nest */
    RowTaps row;
    int lanes;
    int64_t groups;
    int64_t ic, oc;              /* channels of a group */
    int64_t group_in, group_out; /* elements from one group to the next */
    int64_t w_group, w_tile;     /* floats of weights of a group, of a channel tile */
    uint32_t bias, w;            /* buffers; bias only if there is one */
    bool has_bias, chunked;
    uint32_t totals;
    int nc;                /* output channels of a tile */
    int64_t first_channel; /* of the first channel tile */
    const TileAt *at;      /* the row being emitted */
    int64_t q;             /* first output of the tile being emitted, where `full` is false */
    int nv;                /* its vectors of pixels */
    bool full;             /* every lane exists in the input and in the output */
} RowKernel;

static int accumulators(const RowKernel *k) { return k->row.n_phases * k->nc * k->nv; }

static LoopVal *accumulator(const RowKernel *k, LoopVal *acc, int phase, int channel, int v) {
    return &acc[(phase * k->nc + channel) * k->nv + v];
}

/* ---- pixels ---- */

/* Lanes first .. end-1 of vector v read inputs that exist, through a tap at `offset`. */
static void valid_lanes(const RowKernel *k, int v, int64_t offset, int *first, int *end) {
    *first = 0;
    *end = k->lanes;
    if (k->full) return;
    int64_t from = k->row.in_step * (k->q + (int64_t)v * k->lanes) + offset;
    int64_t least = from < 0 ? ceil_div(-from, k->row.in_step) : 0;
    int64_t most = from < k->row.extent ? (k->row.extent - 1 - from) / k->row.in_step + 1 : 0;
    *first = least < k->lanes ? (int)least : k->lanes;
    *end = most < k->lanes ? (int)most : k->lanes;
}

/* Every in_step-th input from x on, in lanes first .. end-1; the other lanes are zero. */
static LoopVal emit_pixels(const RowKernel *k, LoopAffine x, int first, int end) {
    LoopBuilder *b = k->s->b;
    int64_t step = k->row.in_step, span = step * (end - first - 1) + 1;
    if (step == 1 && end - first == k->lanes)
        return loop_load(b, k->lanes, k->lanes, k->s->inputs[0], x);
    LoopVal value = loop_f32(b, k->lanes, 0.0f);
    for (int64_t at = 0; at < span; at += k->lanes) {
        int64_t active = span - at < k->lanes ? span - at : k->lanes;
        LoopVal part =
            loop_load(b, k->lanes, (int)active, k->s->inputs[0], loop_offset(x, step * first + at));
        uint8_t pick[256];
        for (int l = 0; l < k->lanes; l++) {
            int64_t from = step * (l - first) - at;
            bool here = l >= first && l < end && from >= 0 && from < active;
            pick[l] = (uint8_t)(here ? k->lanes + from : l);
        }
        value = loop_shuffle(b, value, part, pick, k->lanes);
    }
    return value;
}

/* ---- the innermost work ---- */

static LoopVal emit_weight(const RowKernel *k, LoopAffine w, int number) {
    LoopVal scalar = loop_load(k->s->b, 1, 1, k->w, loop_offset(w, number));
    return loop_broadcast(k->s->b, scalar, k->lanes);
}

static void emit_product(const RowKernel *k, int tap, int channel, int v, LoopVal pixels,
                         LoopVal weight, LoopVal *acc) {
    LoopVal *to = accumulator(k, acc, k->row.taps[tap].phase, channel, v);
    *to = loop_fma(k->s->b, pixels, weight, *to);
}

/* Taps first .. end-1, which read the same inputs: the pixels in registers, one weight after the
 * other; with a single weight, that in a register and one vector of pixels after the other. */
static void emit_offset(const RowKernel *k, int first, int end, LoopAffine x, LoopAffine w,
                        LoopVal *acc) {
    int64_t offset = k->row.taps[first].offset;
    bool single = (end - first) * k->nc == 1;
    LoopVal pixels[MAX_ACCUMULATORS] = {0}, weight = 0;
    for (int v = 0; v < k->nv; v++) {
        int lo, hi;
        valid_lanes(k, v, offset, &lo, &hi);
        if (lo >= hi) continue;
        if (single && !weight) weight = emit_weight(k, w, first);
        LoopAffine from = loop_offset(x, offset + k->row.in_step * v * k->lanes);
        pixels[v] = emit_pixels(k, from, lo, hi);
        if (single) emit_product(k, first, 0, v, pixels[v], weight, acc);
    }
    for (int t = first; t < end && !single; t++)
        for (int c = 0; c < k->nc; c++) {
            weight = emit_weight(k, w, t * k->nc + c);
            for (int v = 0; v < k->nv; v++)
                if (pixels[v]) emit_product(k, t, c, v, pixels[v], weight, acc);
        }
}

static void emit_taps(void *context, LoopAffine x, LoopAffine w, LoopVal *acc) {
    const RowKernel *k = context;
    for (int t = 0; t < k->row.n_taps;) {
        int end = t + 1;
        while (end < k->row.n_taps && k->row.taps[end].offset == k->row.taps[t].offset) end++;
        emit_offset(k, t, end, x, w, acc);
        t = end;
    }
}

/* ---- the reduction around it ---- */

static void emit_reduction(RowKernel *k, LoopAffine q, LoopVal *acc) {
    LoopBuilder *b = k->s->b;
    int outer = k->nest.n_axes - 1;
    Reduction r = {.builder = b,
                   .n_dims = 1 + outer,
                   .step_terms = k->row.n_taps,
                   .n_acc = accumulators(k),
                   .lanes = k->lanes,
                   .chunked = k->chunked,
                   .totals = k->totals,
                   .step = emit_taps,
                   .context = k};
    LoopAffine x = nest_input(b, &k->nest, &k->phase, k->at);
    x = loop_plus(b, x, loop_scale(b, k->at->group, k->group_in));
    x = loop_plus(b, x, loop_scale(b, q, k->row.in_step));
    LoopAffine w = loop_plus(b, loop_scale(b, k->at->group, k->w_group),
                             loop_scale(b, k->at->channel_tile, k->w_tile));
    int64_t w_step = (int64_t)k->row.n_taps * k->nc;
    w_step = nest_tap_dims(b, &k->nest, &k->phase, k->at, w_step, r.dims + 1, &x, &w);
    if (w_step == 0) return;
    r.dims[0] = reduce_dim("ic", k->ic, k->s->in.channel, w_step);
    reduce_emit(&r, x, w, acc);
}

/* ---- one tile ---- */

/* Vector j of those that hold the outputs of vector v, which take turns between the phases. */
static LoopVal emit_interleaved(const RowKernel *k, LoopVal *acc, int channel, int v, int j) {
    LoopVal value = *accumulator(k, acc, 0, channel, v);
    if (k->row.n_phases == 1) return value;
    uint8_t pick[256];
    for (int r = 1; r < k->row.n_phases; r++) {
        for (int l = 0; l < k->lanes; l++) {
            int at = j * k->lanes + l, from = at / k->row.n_phases, phase = at % k->row.n_phases;
            pick[l] = (uint8_t)(phase == r ? k->lanes + from : r == 1 && phase == 0 ? from : l);
        }
        value = loop_shuffle(k->s->b, value, *accumulator(k, acc, r, channel, v), pick, k->lanes);
    }
    return value;
}

/* The tile's first channel. */
static LoopAffine first_channel(const RowKernel *k) {
    LoopBuilder *b = k->s->b;
    LoopAffine channel = loop_scale(b, k->at->channel_tile, k->nc);
    channel = loop_plus(b, channel, loop_scale(b, k->at->group, k->oc));
    return loop_offset(channel, k->first_channel);
}

static void emit_store(const RowKernel *k, LoopAffine q, LoopVal *acc) {
    LowerStep *s = k->s;
    int step = k->row.n_phases;
    LoopAffine channel = first_channel(k);
    LoopAffine y = nest_output(s->b, &k->nest, &k->phase, k->at);
    y = loop_plus(s->b, y, loop_scale(s->b, k->at->group, k->group_out));
    y = loop_plus(s->b, y, loop_scale(s->b, k->at->channel_tile, k->nc * s->out.channel));
    y = loop_plus(s->b, y, loop_scale(s->b, q, step));
    y = loop_offset(y, k->first_channel * s->out.channel);
    for (int c = 0; c < k->nc; c++)
        for (int i = 0; i < k->nv * step; i++) {
            int64_t at = (int64_t)i * k->lanes, left = k->row.outputs - k->q * step - at;
            int active = k->full || left > k->lanes ? k->lanes : (int)left;
            if (active <= 0) break;
            StepPlace place = {.offset = loop_offset(y, c * s->out.channel + at),
                               .active = active,
                               .channel = loop_offset(channel, c),
                               .one_channel = true};
            LoopVal value = emit_interleaved(k, acc, c, i / step, i % step);
            step_store(s, step_fused(s, value, &place), &place);
        }
}

static void emit_tile(RowKernel *k, LoopAffine q) {
    LoopBuilder *b = k->s->b;
    LoopVal acc[MAX_ACCUMULATORS];
    assert(accumulators(k) <= MAX_ACCUMULATORS);
    LoopAffine bias = first_channel(k);
    for (int c = 0; c < k->nc; c++) {
        LoopVal start = loop_f32(b, k->lanes, 0.0f);
        if (k->has_bias)
            start = loop_broadcast(b, loop_load(b, 1, 1, k->bias, loop_offset(bias, c)), k->lanes);
        for (int r = 0; r < k->row.n_phases; r++)
            for (int v = 0; v < k->nv; v++) *accumulator(k, acc, r, c, v) = start;
    }
    Reduction totals = {
        .builder = b, .n_acc = accumulators(k), .lanes = k->lanes, .totals = k->totals};
    if (k->chunked) reduce_store_totals(&totals, acc);
    emit_reduction(k, q, acc);
    if (k->chunked) reduce_load_totals(&totals, acc);
    emit_store(k, q, acc);
}

/* ---- the tiles of a row ---- */

/* True if no lane of nv vectors from output q on is outside the input or the output. */
static bool is_full(const RowKernel *k, int64_t q, int nv) {
    int64_t end = q + (int64_t)nv * k->lanes;
    if (end * k->row.n_phases > k->row.outputs) return false;
    for (int t = 0; t < k->row.n_taps; t++) {
        int64_t first = k->row.in_step * q + k->row.taps[t].offset;
        int64_t last = k->row.in_step * (end - 1) + k->row.taps[t].offset;
        if (first < 0 || last >= k->row.extent) return false;
    }
    return true;
}

/* Emits `n` tiles of k->nv vectors from k->q on, in a loop where there are several or where no loop
 * is open that could be split in parts. */
static void emit_repeated(RowKernel *k, int64_t n) {
    LoopBuilder *b = k->s->b;
    if (n == 1 && !k->at->outermost) {
        emit_tile(k, loop_const(k->q));
        return;
    }
    LoopVar x = loop_begin(b, k->at->outermost ? LOOP_PARALLEL : LOOP_SERIAL, "x", loop_const(0),
                           loop_const(n), NULL, 0);
    LoopAffine q = loop_const(k->q);
    if (n > 1) q = loop_offset(loop_var(b, x, (int64_t)k->nv * k->lanes), k->q);
    emit_tile(k, q);
    loop_end(b, NULL, 0);
}

/* Near-equal tiles of at most as many vectors as the plan says. */
static void emit_row(void *context, const TileAt *at) {
    RowKernel *k = context;
    int64_t pixels = ceil_div(k->row.outputs, k->row.n_phases);
    int64_t vectors = ceil_div(pixels, k->lanes), tiles = ceil_div(vectors, k->s->step->tile.nv);
    int64_t larger = vectors % tiles;
    k->at = at;
    k->q = 0;
    for (int64_t t = 0, n; t < tiles; t += n) {
        k->nv = (int)(vectors / tiles + (t < larger));
        int64_t same = (t < larger ? larger : tiles) - t, width = (int64_t)k->nv * k->lanes;
        k->full = is_full(k, k->q, k->nv);
        for (n = 1; k->full && n < same && is_full(k, k->q + n * width, k->nv);) n++;
        emit_repeated(k, n);
        k->q += n * width;
    }
}

/* ---- one phase of the outer axes, one range of channel tiles ---- */

/* Emits n channels in tiles of nc, which divides their number. */
static void emit_part(RowKernel *k, int64_t n, int nc) {
    LowerStep *s = k->s;
    PackRows shape = {.groups = k->groups,
                      .ic = k->ic,
                      .first_channel = k->first_channel,
                      .n_channels = n,
                      .nc = nc,
                      .row = &k->row};
    int64_t taps = nest_taps(&k->nest, &k->phase) * k->row.n_taps;
    k->w_group = k->ic * taps * n;
    k->w_tile = k->ic * taps * nc;
    int64_t elems = k->groups * k->w_group;
    PackedBlock block = pack_reserve(s->packer, elems > 0 ? elems : 1);
    pack_row_taps(s->step->node, &k->nest, &k->phase, &shape, block.data);
    pack_share(s->packer, &block);
    k->w = step_weights_buffer(s, "w", &block);
    k->nc = nc;
    NestLoops loops = {.builder = s->b,
                       .nest = &k->nest,
                       .phase = k->phase,
                       .groups = k->groups,
                       .channel_end = n / nc,
                       .rows_outer = s->step->rows_outer,
                       .may_clip = true,
                       .whole_rows = true,
                       .emit = emit_row,
                       .context = k};
    nest_emit(s->arena, &loops);
    k->first_channel += n;
}

static void emit_phase(RowKernel *k) {
    int nc = k->s->step->tile.m;
    int64_t rest = k->oc % nc;
    k->first_channel = 0;
    if (k->oc > rest) emit_part(k, k->oc - rest, nc);
    if (rest) emit_part(k, rest, (int)rest);
}

/* Products in one output at most. */
static int64_t most_products(const RowKernel *k) {
    int64_t products = k->ic * k->row.n_taps;
    for (int a = 0; a + 1 < k->nest.n_axes; a++) products *= k->nest.axes[a].tap.k;
    return products;
}

void lower_row_kernel(LowerStep *s) {
    const Node *node = s->step->node;
    const TensorType *in = &node->inputs[0]->type, *out = &node->output->type;
    RowKernel k = {.s = s,
                   .nest = nest_of(node, &s->in, &s->out),
                   .lanes = s->step->tile.lanes,
                   .groups = node->groups,
                   .ic = type_extent(in, type_channel(in)) / node->groups,
                   .oc = type_extent(out, type_channel(out)) / node->groups,
                   .has_bias = node->bias != NULL};
    int last = k.nest.n_axes - 1;
    bool fits = row_taps_of(&k.nest.axes[last].tap, &k.row);
    assert(fits && k.nest.axes[last].in_stride == 1 && k.nest.axes[last].out_stride == 1);
    (void)fits;
    k.group_in = k.ic * s->in.channel;
    k.group_out = k.oc * s->out.channel;
    k.chunked = most_products(&k) > MAX_CHAIN;
    if (k.chunked)
        k.totals = step_local_buffer(
            s, "totals", (int64_t)k.row.n_phases * s->step->tile.nv * s->step->tile.m * k.lanes);
    if (k.has_bias) k.bias = step_bias_buffer(s, k.groups, k.oc, 1);
    step_channel_buffers(s, k.groups, k.oc, 1);
    int64_t row_phases = tap_phase_count(&k.nest.axes[last].tap);
    for (int64_t p = 0; p < nest_phase_count(&k.nest); p += row_phases) {
        k.phase = nest_phase(&k.nest, p);
        k.phase.axis[last] = (TapPhase){.n_out = 1, .in_step = 1, .out_step = 1, .n_taps = 1};
        emit_phase(&k);
    }
}
