/* The same value in another layout or place.
 *
 *     plain -> plain       vector by vector
 *     plain -> blocked     v channels x v pixels: load v rows, transpose in registers, store v rows
 *     blocked -> plain     the same from the other side
 *
 * Channels beyond the last one become 0 in a blocked tensor. */
#include "base/checked.h"
#include "lower/step.h"

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

typedef struct Copy {
    const LowerStep *s;
    int lanes;
    int64_t pixels, channels, batch; /* extents; the pixels of all spatial axes in one */
    bool to_blocked;
    int64_t plain_batch, plain_channel;
    int64_t blocked_batch, blocked_channel;
} Copy;

/* One matrix: `n_channels` rows of `n_pixels` pixels. */
static void emit_matrix(const Copy *k, LoopAffine plain, LoopAffine blocked, int n_channels,
                        int n_pixels) {
    LoopBuilder *b = k->s->b;
    LoopVal rows[256];
    for (int r = 0; r < k->lanes; r++) {
        bool exists = k->to_blocked ? r < n_channels : r < n_pixels;
        if (!exists)
            rows[r] = loop_f32(b, k->lanes, 0.0f);
        else if (k->to_blocked)
            rows[r] = loop_load(b, k->lanes, n_pixels, k->s->inputs[0],
                                loop_offset(plain, r * k->plain_channel));
        else
            rows[r] = loop_load(b, k->lanes, k->lanes, k->s->inputs[0],
                                loop_offset(blocked, (int64_t)r * k->lanes));
    }
    transpose(b, rows, k->lanes);
    if (k->to_blocked)
        for (int r = 0; r < n_pixels; r++)
            loop_store(b, rows[r], k->lanes, k->s->output,
                       loop_offset(blocked, (int64_t)r * k->lanes));
    else
        for (int r = 0; r < n_channels; r++)
            loop_store(b, rows[r], n_pixels, k->s->output,
                       loop_offset(plain, r * k->plain_channel));
}

static void emit_pixels(const Copy *k, LoopAffine plain, LoopAffine blocked, int n_channels) {
    LoopBuilder *b = k->s->b;
    int64_t full = k->pixels / k->lanes;
    if (full) {
        LoopVar x = loop_begin(b, LOOP_SERIAL, "x", loop_const(0), loop_const(full), NULL, 0);
        emit_matrix(k, loop_plus(b, plain, loop_var(b, x, k->lanes)),
                    loop_plus(b, blocked, loop_var(b, x, (int64_t)k->lanes * k->lanes)), n_channels,
                    k->lanes);
        loop_end(b, NULL, 0);
    }
    int rest = (int)(k->pixels % k->lanes);
    if (rest)
        emit_matrix(k, loop_offset(plain, full * k->lanes),
                    loop_offset(blocked, full * k->lanes * k->lanes), n_channels, rest);
}

/* Channel blocks first .. end-1, each with `n_channels` channels. */
static void emit_blocks(const Copy *k, int64_t first, int64_t end, int n_channels) {
    LoopBuilder *b = k->s->b;
    if (first >= end) return;
    LoopVar c = loop_begin(b, LOOP_PARALLEL, "c", loop_const(first), loop_const(end), NULL, 0);
    LoopVar n = loop_begin(b, LOOP_SERIAL, "n", loop_const(0), loop_const(k->batch), NULL, 0);
    LoopAffine plain =
        loop_plus(b, loop_var(b, c, k->lanes * k->plain_channel), loop_var(b, n, k->plain_batch));
    LoopAffine blocked =
        loop_plus(b, loop_var(b, c, k->blocked_channel), loop_var(b, n, k->blocked_batch));
    emit_pixels(k, plain, blocked, n_channels);
    loop_end(b, NULL, 0);
    loop_end(b, NULL, 0);
}

static void emit_flat(const LowerStep *s, int lanes) {
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

void lower_copy(LowerStep *s) {
    const TensorType *type = &step_output(s)->value->type;
    if (s->in.block == s->out.block) {
        emit_flat(s, s->plan->cpu->lanes);
        return;
    }
    bool to_blocked = s->out.block > 1;
    const Strides *plain = to_blocked ? &s->in : &s->out, *blocked = to_blocked ? &s->out : &s->in;
    Copy k = {.s = s,
              .lanes = blocked->block,
              .pixels = 1,
              .channels = type_extent(type, type_channel(type)),
              .batch = type_extent(type, type_batch(type)),
              .to_blocked = to_blocked,
              .plain_batch = plain->batch,
              .plain_channel = plain->channel,
              .blocked_batch = blocked->batch,
              .blocked_channel = blocked->channel};
    int spatial[MAX_RANK];
    for (int a = type_spatial(type, spatial); a-- > 0;) k.pixels *= type->axes[spatial[a]].extent;
    int64_t full = k.channels / k.lanes;
    emit_blocks(&k, 0, full, k.lanes);
    emit_blocks(&k, full, blocked->channel_blocks, (int)(k.channels % k.lanes));
}
