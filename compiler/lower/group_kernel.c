/* Convolutions whose groups are narrower than a vector, depthwise among them: lanes along output
 * channels, several groups in one vector.
 *
 *     acc[p] = bias
 *     for taps of the outer axes, for input pixels x of the row:
 *       v = load the channels of these groups at x
 *       for i of a group's input channels:
 *         u = channel i of its group, in every lane          a shuffle; nothing when depthwise
 *         for each pixel p that reads x, through tap t:  acc[p] += u * w[t][i]
 *     y[p] = fused(acc[p])
 *
 * Each input is loaded once for all pixels of the tile that read it. */
#include "base/checked.h"
#include "lower/nest.h"
#include "lower/reduce.h"
#include "lower/step.h"

/* Taps of a row that are emitted together. */
enum { MOST_TAPS = 16 };

typedef struct GroupKernel {
    LowerStep *s;
    Nest nest;
    NestPhase phase;
    int lanes;
    int64_t ic, oc;    /* channels of one group */
    int64_t channels;  /* output channels in all */
    int64_t vector_in; /* elements from one vector's input channels to the next one's */
    bool has_bias;
    uint32_t bias, w;          /* buffers */
    int64_t w_vector;          /* floats of weights of one vector */
    int active_in, active_out; /* lanes of the vectors being emitted that exist in memory */
    const TileAt *at;          /* the tile being emitted */
} GroupKernel;

static int last_axis(const GroupKernel *k) { return k->nest.n_axes - 1; }

static const TapPhase *row_phase(const GroupKernel *k) { return &k->phase.axis[last_axis(k)]; }

/* Channel i of its group, in every lane of the group. */
static LoopVal spread(const GroupKernel *k, LoopVal x, int64_t i) {
    if (k->ic == 1 && k->oc == 1) return x;
    uint8_t pick[256];
    for (int l = 0; l < k->lanes; l++) pick[l] = (uint8_t)(l / k->oc * k->ic + i);
    return loop_shuffle(k->s->b, x, x, pick, k->lanes);
}

/* The pixels of the tile for which each of taps first .. first+n-1 falls on data. */
typedef struct TapPixels {
    int64_t first, n;
    int lo[MOST_TAPS], hi[MOST_TAPS];
} TapPixels;

/* The input at position `x` of the row, relative to the tile's first: its products. */
static void emit_input(const GroupKernel *k, const TapPixels *taps, int64_t x, LoopAffine in,
                       LoopAffine w, LoopVal *acc) {
    LoopBuilder *b = k->s->b;
    const TapPhase *phase = row_phase(k);
    int64_t pixel = k->nest.axes[last_axis(k)].in_stride;
    LoopVal value = 0;
    for (int64_t i = 0; i < k->ic; i++) {
        LoopVal channel = 0;
        for (int64_t t = 0; t < taps->n; t++) {
            int64_t offset = x - phase->tap_step * (taps->first + t), p = offset / phase->in_step;
            if (offset % phase->in_step != 0 || p < taps->lo[t] || p >= taps->hi[t]) continue;
            if (!value)
                value = loop_load(b, k->lanes, k->active_in, k->s->inputs[0],
                                  loop_offset(in, x * pixel));
            if (!channel) channel = spread(k, value, i);
            int64_t at = ((taps->first + t) * k->ic + i) * k->lanes;
            LoopVal weight = loop_load(b, k->lanes, k->lanes, k->w, loop_offset(w, at));
            acc[p] = loop_fma(b, channel, weight, acc[p]);
        }
    }
}

/* All taps of the row, a few at a time, input by input. */
static void emit_row(void *context, LoopAffine in, LoopAffine w, LoopVal *acc) {
    const GroupKernel *k = context;
    const TapPhase *phase = row_phase(k);
    for (int64_t first = 0; first < phase->n_taps; first += MOST_TAPS) {
        TapPixels taps = {.first = first, .n = phase->n_taps - first};
        if (taps.n > MOST_TAPS) taps.n = MOST_TAPS;
        for (int64_t t = 0; t < taps.n; t++)
            nest_valid_pixels(&k->nest, &k->phase, k->at, first + t, &taps.lo[t], &taps.hi[t]);
        int64_t a = phase->tap_step * first, b = phase->tap_step * (first + taps.n - 1);
        int64_t begin = a < b ? a : b, end = (a < b ? b : a) + phase->in_step * (k->at->m - 1);
        for (int64_t x = begin; x <= end; x++) emit_input(k, &taps, x, in, w, acc);
    }
}

static void emit_reduction(GroupKernel *k, LoopVal *acc) {
    LoopBuilder *b = k->s->b;
    Reduction r = {.builder = b,
                   .n_dims = last_axis(k),
                   .step_terms = row_phase(k)->n_taps * k->ic,
                   .n_acc = k->at->m,
                   .lanes = k->lanes,
                   .step = emit_row,
                   .context = k};
    LoopAffine in = nest_input(b, &k->nest, &k->phase, k->at);
    in = loop_plus(b, in, loop_scale(b, k->at->channel_tile, k->vector_in));
    LoopAffine w = loop_scale(b, k->at->channel_tile, k->w_vector);
    int64_t w_step = r.step_terms * k->lanes;
    if (nest_tap_dims(b, &k->nest, &k->phase, k->at, w_step, r.dims, &in, &w) > 0)
        reduce_emit(&r, in, w, acc);
}

static void emit_tile(void *context, const TileAt *at) {
    GroupKernel *k = context;
    LowerStep *s = k->s;
    LoopVal acc[MAX_ACCUMULATORS];
    k->at = at;
    LoopAffine channel = loop_scale(s->b, at->channel_tile, k->lanes);
    LoopVal start = k->has_bias ? loop_load(s->b, k->lanes, k->lanes, k->bias, channel)
                                : loop_f32(s->b, k->lanes, 0.0f);
    for (int p = 0; p < at->m; p++) acc[p] = start;
    emit_reduction(k, acc);
    LoopAffine y = nest_output(s->b, &k->nest, &k->phase, at);
    y = loop_plus(s->b, y, loop_scale(s->b, at->channel_tile, strides_vector(&s->out, k->lanes)));
    int64_t pixel = row_phase(k)->out_step * k->nest.axes[last_axis(k)].out_stride;
    for (int p = 0; p < at->m; p++) {
        StepPlace place = {
            .offset = loop_offset(y, p * pixel), .active = k->active_out, .channel = channel};
        step_store(s, step_fused(s, acc[p], &place), &place);
    }
}

/* Vectors first .. end-1 of output channels, `channels` lanes of which exist. */
static void emit_vectors(GroupKernel *k, int64_t first, int64_t end, int64_t channels) {
    k->active_out = k->s->out.block > 1 ? k->lanes : (int)channels;
    k->active_in = k->s->in.block > 1 ? k->lanes : (int)(channels / k->oc * k->ic);
    NestLoops loops = {.builder = k->s->b,
                       .nest = &k->nest,
                       .phase = k->phase,
                       .groups = 1,
                       .channel_first = first,
                       .channel_end = end,
                       .may_clip = true,
                       .m = k->s->step->tile.m,
                       .emit = emit_tile,
                       .context = k};
    nest_emit(k->s->arena, &loops);
}

static void emit_phase(GroupKernel *k) {
    int64_t vectors = ceil_div(k->channels, k->lanes), full = k->channels / k->lanes;
    PackedBlock block = pack_reserve(k->s->packer, vectors * k->lanes * k->ic *
                                                       (nest_taps(&k->nest, &k->phase) + 1));
    pack_group_taps(k->s->step->node, &k->nest, &k->phase, k->lanes, block.data);
    pack_share(k->s->packer, &block);
    k->w = step_weights_buffer(k->s, "w", &block);
    k->w_vector = nest_taps(&k->nest, &k->phase) * k->ic * k->lanes;
    emit_vectors(k, 0, full, k->lanes);
    if (full < vectors) emit_vectors(k, full, vectors, k->channels % k->lanes);
}

void lower_group_kernel(LowerStep *s) {
    const Node *node = s->step->node;
    const TensorType *in = &node->inputs[0]->type, *out = &node->output->type;
    GroupKernel k = {.s = s,
                     .nest = nest_of(node, &s->in, &s->out),
                     .lanes = s->step->tile.lanes,
                     .ic = type_extent(in, type_channel(in)) / node->groups,
                     .oc = type_extent(out, type_channel(out)) / node->groups,
                     .channels = type_extent(out, type_channel(out)),
                     .has_bias = node->bias != NULL};
    int64_t channels_in = k.lanes / k.oc * k.ic; /* of one vector's groups */
    k.vector_in = s->in.block > 1 ? s->in.channel : channels_in * s->in.channel;
    if (k.has_bias) k.bias = step_bias_buffer(s, 1, k.channels, k.lanes);
    step_channel_buffers(s, 1, k.channels, k.lanes);
    for (int64_t p = 0; p < nest_phase_count(&k.nest); p++) {
        k.phase = nest_phase(&k.nest, p);
        emit_phase(&k);
    }
}
