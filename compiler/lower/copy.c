/* The same value in another layout or place.
 *
 *     equal strides                 vector by vector, front to back
 *     channels adjacent on both     vectors of channels, pixel by pixel
 *     channels adjacent on one      v channels x v pixels: load v rows, transpose in registers,
 *                                   store v rows
 *     neither                       element by element
 *
 * Channels beyond the last one become 0 in a blocked tensor. */
#include "base/checked.h"
#include "lower/step.h"

#include <string.h>

/* One spatial axis, or several that lie alike on both sides and are walked as one. */
typedef struct CopyAxis {
    int64_t extent, in, out; /* strides in elements */
} CopyAxis;

typedef struct Copy {
    const LowerStep *s;
    int lanes;
    int64_t channels, batch; /* extents */
    CopyAxis axes[MAX_SPATIAL];
    int n_axes;
    int pixels; /* axis along which the side without adjacent channels has adjacent pixels; -1 */
    bool in_adjacent, out_adjacent; /* channels lie side by side */
} Copy;

static bool is_padded(const Strides *strides) { return strides->block > 1; }

/* ---- the loops outside ---- */

/* Emits `work` for every image and every spatial position except those along `skip`. */
typedef void CopyWork(const Copy *k, LoopAffine in, LoopAffine out, int n_channels);

static void emit_axes(const Copy *k, int axis, int skip, LoopAffine in, LoopAffine out,
                      int n_channels, CopyWork *work) {
    if (axis == k->n_axes) {
        work(k, in, out, n_channels);
        return;
    }
    LoopBuilder *b = k->s->b;
    const CopyAxis *a = &k->axes[axis];
    if (axis == skip) {
        emit_axes(k, axis + 1, skip, in, out, n_channels, work);
        return;
    }
    LoopVar x = loop_begin(b, LOOP_SERIAL, "x", loop_const(0), loop_const(a->extent), NULL, 0);
    in = loop_plus(b, in, loop_var(b, x, a->in));
    out = loop_plus(b, out, loop_var(b, x, a->out));
    emit_axes(k, axis + 1, skip, in, out, n_channels, work);
    loop_end(b, NULL, 0);
}

/* Channel vectors first .. end-1, each with `n_channels` channels. */
static void emit_vectors(const Copy *k, int64_t first, int64_t end, int n_channels, int skip,
                         CopyWork *work) {
    if (first >= end) return;
    LoopBuilder *b = k->s->b;
    const Strides *from = &k->s->in, *to = &k->s->out;
    LoopVar c = loop_begin(b, LOOP_PARALLEL, "c", loop_const(first), loop_const(end), NULL, 0);
    LoopVar n = loop_begin(b, LOOP_SERIAL, "n", loop_const(0), loop_const(k->batch), NULL, 0);
    LoopAffine in =
        loop_plus(b, loop_var(b, c, strides_vector(from, k->lanes)), loop_var(b, n, from->batch));
    LoopAffine out =
        loop_plus(b, loop_var(b, c, strides_vector(to, k->lanes)), loop_var(b, n, to->batch));
    emit_axes(k, 0, skip, in, out, n_channels, work);
    loop_end(b, NULL, 0);
    loop_end(b, NULL, 0);
}

static void emit_channels(const Copy *k, int skip, CopyWork *work) {
    int64_t full = k->channels / k->lanes;
    int rest = (int)(k->channels % k->lanes);
    emit_vectors(k, 0, full, k->lanes, skip, work);
    if (rest) emit_vectors(k, full, full + 1, rest, skip, work);
}

/* ---- channels adjacent on both sides ---- */

static void copy_vector(const Copy *k, LoopAffine in, LoopAffine out, int n_channels) {
    const LowerStep *s = k->s;
    LoopVal value = loop_load(s->b, k->lanes, n_channels, s->inputs[0], in);
    loop_store(s->b, value, is_padded(&s->out) ? k->lanes : n_channels, s->output, out);
}

/* ---- channels adjacent on one side ---- */

/* Exchanges rows and columns of a v x v matrix held in v vectors: in stage `d` lane pairs d apart
 * trade places between rows d apart.
 *     a = a0 a1 a2 a3, b = b0 b1 b2 b3   --d=1-->   a0 b0 a2 b2, a1 b1 a3 b3 */
static void transpose(LoopBuilder *b, LoopVal *rows, int v) {
    for (int d = 1; d < v; d *= 2) {
        uint8_t low[256], high[256];
        for (int i = 0; i < v; i++) {
            bool second = i & d;
            low[i] = (uint8_t)(second ? v + i - d : i);
            high[i] = (uint8_t)(second ? v + i : i + d);
        }
        for (int r = 0; r < v; r++) {
            if (r & d) continue;
            LoopVal x = rows[r], y = rows[r + d];
            rows[r] = loop_shuffle(b, x, y, low, v);
            rows[r + d] = loop_shuffle(b, x, y, high, v);
        }
    }
}

/* One matrix: `n_channels` channels of `n_pixels` pixels. */
static void emit_matrix(const Copy *k, LoopAffine in, LoopAffine out, int n_channels,
                        int n_pixels) {
    const LowerStep *s = k->s;
    const CopyAxis *p = &k->axes[k->pixels];
    LoopVal rows[256];
    /* A row is all pixels of a channel on one side, all channels of a pixel on the other. */
    int rows_in = k->in_adjacent ? n_pixels : n_channels;
    int active_in = k->in_adjacent ? n_channels : n_pixels;
    int rows_out = k->out_adjacent ? n_pixels : n_channels;
    int active_out = k->out_adjacent ? n_channels : n_pixels;
    int64_t step_in = k->in_adjacent ? p->in : s->in.channel;
    int64_t step_out = k->out_adjacent ? p->out : s->out.channel;
    if (k->out_adjacent && is_padded(&s->out)) active_out = k->lanes;
    for (int r = 0; r < k->lanes; r++)
        rows[r] = r < rows_in ? loop_load(s->b, k->lanes, active_in, s->inputs[0],
                                          loop_offset(in, r * step_in))
                              : loop_f32(s->b, k->lanes, 0.0f);
    transpose(s->b, rows, k->lanes);
    for (int r = 0; r < rows_out; r++)
        loop_store(s->b, rows[r], active_out, s->output, loop_offset(out, r * step_out));
}

static void copy_pixels(const Copy *k, LoopAffine in, LoopAffine out, int n_channels) {
    LoopBuilder *b = k->s->b;
    const CopyAxis *p = &k->axes[k->pixels];
    int64_t full = p->extent / k->lanes;
    int rest = (int)(p->extent % k->lanes);
    if (full) {
        LoopVar x = loop_begin(b, LOOP_SERIAL, "p", loop_const(0), loop_const(full), NULL, 0);
        emit_matrix(k, loop_plus(b, in, loop_var(b, x, k->lanes * p->in)),
                    loop_plus(b, out, loop_var(b, x, k->lanes * p->out)), n_channels, k->lanes);
        loop_end(b, NULL, 0);
    }
    if (rest)
        emit_matrix(k, loop_offset(in, full * k->lanes * p->in),
                    loop_offset(out, full * k->lanes * p->out), n_channels, rest);
}

/* ---- neither ---- */

static int64_t lane_step(const Strides *strides) {
    return is_padded(strides) ? 1 : strides->channel;
}

static void copy_elements(const Copy *k, LoopAffine in, LoopAffine out, int n_channels) {
    const LowerStep *s = k->s;
    int n = is_padded(&s->out) ? k->lanes : n_channels;
    for (int c = 0; c < n; c++) {
        LoopVal value = c < n_channels ? loop_load(s->b, 1, 1, s->inputs[0],
                                                   loop_offset(in, c * lane_step(&s->in)))
                                       : loop_f32(s->b, 1, 0.0f);
        loop_store(s->b, value, 1, s->output, loop_offset(out, c * lane_step(&s->out)));
    }
}

/* ---- equal strides ---- */

static void copy_flat(const LowerStep *s, int lanes) {
    LoopBuilder *b = s->b;
    int64_t full = s->out.elems / lanes;
    int rest = (int)(s->out.elems % lanes);
    LoopVar v = loop_begin(b, LOOP_PARALLEL, "i", loop_const(0), loop_const(full), NULL, 0);
    LoopAffine at = loop_var(b, v, lanes);
    loop_store(b, loop_load(b, lanes, lanes, s->inputs[0], at), lanes, s->output, at);
    loop_end(b, NULL, 0);
    if (!rest) return;
    loop_begin(b, LOOP_PARALLEL, "tail", loop_const(0), loop_const(1), NULL, 0);
    at = loop_const(full * lanes);
    loop_store(b, loop_load(b, lanes, rest, s->inputs[0], at), rest, s->output, at);
    loop_end(b, NULL, 0);
}

/* ---- choice ---- */

static void push_axis(Copy *k, CopyAxis axis) {
    CopyAxis *outer = k->n_axes ? &k->axes[k->n_axes - 1] : NULL;
    if (outer && outer->in == axis.in * axis.extent && outer->out == axis.out * axis.extent) {
        axis.extent *= outer->extent;
        *outer = axis;
        return;
    }
    k->axes[k->n_axes++] = axis;
}

static bool same_strides(const Strides *a, const Strides *b) {
    return a->block == b->block && a->batch == b->batch && a->channel == b->channel &&
           memcmp(a->spatial, b->spatial, sizeof a->spatial) == 0;
}

void lower_copy(LowerStep *s) {
    const TensorType *type = &step_output(s)->value->type;
    int lanes = s->plan->cpu->lanes;
    if (same_strides(&s->in, &s->out)) {
        copy_flat(s, lanes);
        return;
    }
    Copy k = {.s = s,
              .lanes = lanes,
              .channels = type_extent(type, type_channel(type)),
              .batch = type_extent(type, type_batch(type)),
              .pixels = -1,
              .in_adjacent = strides_channels_adjacent(&s->in, type, lanes),
              .out_adjacent = strides_channels_adjacent(&s->out, type, lanes)};
    int spatial[MAX_RANK], n = type_spatial(type, spatial);
    for (int a = 0; a < n; a++)
        push_axis(&k,
                  (CopyAxis){type->axes[spatial[a]].extent, s->in.spatial[a], s->out.spatial[a]});
    for (int a = 0; a < k.n_axes; a++) {
        int64_t step = k.in_adjacent ? k.axes[a].out : k.axes[a].in;
        if (step == 1) k.pixels = a;
    }
    if (k.in_adjacent && k.out_adjacent)
        emit_channels(&k, -1, copy_vector);
    else if ((k.in_adjacent || k.out_adjacent) && k.pixels >= 0)
        emit_channels(&k, k.pixels, copy_pixels);
    else
        emit_channels(&k, -1, copy_elements);
}
