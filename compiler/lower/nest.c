/* Loops around register tiles; see nest.h for the order. */
#include "lower/nest.h"

#include "base/checked.h"

#include <string.h>

/* ---- axes ---- */

static bool is_pointwise(const NestAxis *axis) {
    return axis->tap.k == 1 && axis->tap.s == 1 && axis->tap.pad_lo == 0 &&
           axis->tap.i == axis->tap.o;
}

/* Two neighbouring axes without a window are one longer axis, if both tensors step alike. */
static bool can_merge(const NestAxis *outer, const NestAxis *inner) {
    return is_pointwise(outer) && is_pointwise(inner) &&
           outer->in_stride == inner->in_stride * inner->tap.i &&
           outer->out_stride == inner->out_stride * inner->tap.o;
}

static void push_axis(Nest *nest, NestAxis axis, int spatial) {
    if (is_pointwise(&axis) && axis.tap.o == 1) return;
    if (nest->n_axes > 0 && can_merge(&nest->axes[nest->n_axes - 1], &axis)) {
        NestAxis *outer = &nest->axes[nest->n_axes - 1];
        axis.tap.i *= outer->tap.i;
        axis.tap.o *= outer->tap.o;
        *outer = axis;
        nest->spatial[nest->n_axes - 1] = -1;
        return;
    }
    nest->spatial[nest->n_axes] = spatial;
    nest->axes[nest->n_axes++] = axis;
}

/* Moves the last axis with more than one output to the end: pixels of a tile run along it. */
static void choose_last(Nest *nest) {
    int last = nest->n_axes - 1;
    while (last > 0 && nest->axes[last].tap.o == 1) last--;
    NestAxis axis = nest->axes[last];
    int spatial = nest->spatial[last];
    for (int a = last; a + 1 < nest->n_axes; a++) {
        nest->axes[a] = nest->axes[a + 1];
        nest->spatial[a] = nest->spatial[a + 1];
    }
    nest->axes[nest->n_axes - 1] = axis;
    nest->spatial[nest->n_axes - 1] = spatial;
}

Nest nest_of(const Node *node, const Strides *in, const Strides *out) {
    Nest nest = {.n_axes = 0};
    int64_t batch = type_extent(&node->output->type, type_batch(&node->output->type));
    NestAxis images = {.tap = {.i = batch, .o = batch, .k = 1, .s = 1, .d = 1},
                       .in_stride = in->batch,
                       .out_stride = out->batch};
    push_axis(&nest, images, -1);
    for (int a = 0; a < node->n_axes; a++) {
        NestAxis axis = {.tap = node_tap_axis(node, a),
                         .in_stride = in->spatial[a],
                         .out_stride = a < out->n_spatial ? out->spatial[a] : 0,
                         .counts_padding = node->op == OP_AVGPOOL && node->count == COUNT_ALL,
                         .pad_hi = node->window[a].arith.pad_hi};
        push_axis(&nest, axis, a);
    }
    if (nest.n_axes == 0) { /* one output: a row of one pixel */
        nest.spatial[0] = -1;
        nest.axes[nest.n_axes++] = images;
    }
    choose_last(&nest);
    return nest;
}

/* ---- phases ---- */

int64_t nest_phase_count(const Nest *nest) {
    int64_t count = 1;
    for (int a = 0; a < nest->n_axes; a++) count *= tap_phase_count(&nest->axes[a].tap);
    return count;
}

NestPhase nest_phase(const Nest *nest, int64_t number) {
    NestPhase phase;
    memset(&phase, 0, sizeof phase);
    for (int a = nest->n_axes; a-- > 0;) {
        int64_t count = tap_phase_count(&nest->axes[a].tap);
        phase.axis[a] = tap_phase(&nest->axes[a].tap, number % count);
        number /= count;
    }
    return phase;
}

/* ---- outer axes ---- */

int64_t nest_divisor(const NestAxis *axis, const TapPhase *phase, int64_t q) {
    TapRange range = tap_phase_range(&axis->tap, phase, q);
    if (!axis->counts_padding) return range.count;
    int64_t start = q * axis->tap.s, end = start + axis->tap.k; /* in the padded input */
    int64_t padded = axis->tap.pad_lo + axis->tap.i + axis->pad_hi;
    return (end < padded ? end : padded) - start;
}

/* Splits an outer axis: one clipped run where loop bounds can cut the taps (neighbouring taps read
 * neighbouring inputs), else runs of equal taps and equal divisor. */
static int64_t outer_runs(Arena *arena, const NestAxis *axis, const TapPhase *phase, bool may_clip,
                          NestRun **out) {
    TapRun *taps;
    int64_t n = tap_runs(arena, &axis->tap, phase, &taps);
    if (n > 1 && may_clip && (phase->tap_step == 1 || phase->tap_step == -1)) {
        *out = ARENA_NEW(arena, NestRun);
        **out = (NestRun){.q = 0, .n = phase->n_out, .clipped = true};
        return 1;
    }
    VEC(NestRun) runs = {0};
    for (int64_t r = 0; r < n; r++) {
        int64_t end = taps[r].q + taps[r].n;
        for (int64_t q = taps[r].q; q < end;) {
            int64_t first = q, divisor = nest_divisor(axis, phase, q);
            while (q < end && (!axis->counts_padding || nest_divisor(axis, phase, q) == divisor))
                q = axis->counts_padding ? q + 1 : end;
            VEC_PUSH(arena, &runs, (NestRun){.q = first, .n = q - first, .taps = taps[r].taps});
        }
    }
    *out = runs.at;
    return (int64_t)runs.len;
}

/* ---- tiles of a row ---- */

/* The outputs q of the last axis for which every tap falls on data: lo .. hi-1. */
static void full_pixels(const TapAxis *axis, const TapPhase *phase, int64_t *lo, int64_t *hi) {
    int64_t span = phase->tap_step * (phase->n_taps - 1);
    int64_t least = phase->in_offset + (span < 0 ? span : 0);
    int64_t most = phase->in_offset + (span > 0 ? span : 0);
    *lo = least < 0 ? ceil_div(-least, phase->in_step) : 0;
    *hi = most < axis->i ? floor_div(axis->i - 1 - most, phase->in_step) + 1 : 0;
    if (phase->n_taps == 0) {
        *lo = 0;
        *hi = phase->n_out;
    }
}

void nest_valid_pixels(const Nest *nest, const NestPhase *phase, const TileAt *at, int64_t tap,
                       int *lo, int *hi) {
    *lo = 0;
    *hi = at->m;
    if (at->full) return;
    const TapPhase *p = &phase->axis[nest->n_axes - 1];
    int64_t i = nest->axes[nest->n_axes - 1].tap.i;
    int64_t first = p->in_step * at->pixel + p->in_offset + p->tap_step * tap; /* of pixel 0 */
    while (*lo < at->m && first + p->in_step * *lo < 0) ++*lo;
    while (*hi > *lo && first + p->in_step * (*hi - 1) >= i) --*hi;
}

/* Whether the tile n tiles behind `at`, of the same size, reads data with the same pixels in every
 * tap, and is divided alike: one piece of code does for both. */
static bool is_alike(const NestLoops *loops, const TileAt *at, int64_t n) {
    const NestAxis *axis = &loops->nest->axes[loops->nest->n_axes - 1];
    const TapPhase *phase = &loops->phase.axis[loops->nest->n_axes - 1];
    TileAt next = *at;
    next.pixel += n * at->m;
    for (int64_t t = 0; t < phase->n_taps; t++) {
        int lo, hi, next_lo, next_hi;
        nest_valid_pixels(loops->nest, &loops->phase, at, t, &lo, &hi);
        nest_valid_pixels(loops->nest, &loops->phase, &next, t, &next_lo, &next_hi);
        bool both_empty = lo >= hi && next_lo >= next_hi;
        if (!both_empty && (lo != next_lo || hi != next_hi)) return false;
    }
    for (int64_t p = 0; axis->counts_padding && p < at->m; p++)
        if (nest_divisor(axis, phase, at->pixel + p) != nest_divisor(axis, phase, next.pixel + p))
            return false;
    return true;
}

/* Pixels before tile t, where the first `larger` of the tiles have one more than `m`. */
static int64_t pixels_before(int64_t t, int64_t m, int64_t larger) {
    return t * m + (t < larger ? t : larger);
}

static int64_t row_tiles(const NestLoops *loops) {
    if (loops->whole_rows) return 1;
    return ceil_div(loops->phase.axis[loops->nest->n_axes - 1].n_out, loops->m);
}

/* The tiles of the block that is being emitted, as those of the row's first block are, and a
 * multiple of its pixels further. */
static void emit_tiles(const NestLoops *loops, TileAt *at) {
    int last = loops->nest->n_axes - 1;
    if (loops->whole_rows) {
        at->q[last] = loop_const(0);
        loops->emit(loops->context, at);
        return;
    }
    const TapPhase *phase = &loops->phase.axis[last];
    int64_t lo, hi, n = phase->n_out;
    full_pixels(&loops->nest->axes[last].tap, phase, &lo, &hi);
    int64_t tiles = row_tiles(loops), larger = n % tiles, end = at->end_tile;
    int64_t block =
        pixels_before(end, n / tiles, larger) - pixels_before(at->first_tile, n / tiles, larger);
    LoopAffine before = loop_scale(loops->builder, at->block, block);
    for (int64_t t = at->first_tile, repeat; t < end; t += repeat) {
        int64_t m = n / tiles + (t < larger), q = pixels_before(t, n / tiles, larger);
        int64_t same = (t < larger && larger < end ? larger : end) - t;
        at->m = (int)m;
        at->pixel = q;
        at->full = q >= lo && q + m <= hi;
        repeat = 1;
        if (at->full)
            while (repeat < same && q + (repeat + 1) * m <= hi) repeat++;
        else
            while (repeat < same && is_alike(loops, at, repeat)) repeat++;
        at->q[last] = loop_offset(before, q);
        if (repeat > 1 || at->outermost) {
            LoopBuilder *b = loops->builder;
            LoopVar x = loop_begin(b, at->outermost ? LOOP_PARALLEL : LOOP_SERIAL, "x",
                                   loop_const(0), loop_const(repeat), NULL, 0);
            if (repeat > 1) at->q[last] = loop_plus(b, at->q[last], loop_var(b, x, m));
            loops->emit(loops->context, at);
            loop_end(b, NULL, 0);
        } else {
            loops->emit(loops->context, at);
        }
    }
}

/* ---- the nest ---- */

/* One loop outside the tiles: the channel tiles, or an outer axis. */
typedef struct Level {
    const char *name;
    int64_t first, end;
    LoopAffine *index; /* where the tile finds it */
} Level;

static void emit_levels(const NestLoops *loops, TileAt *at, const Level *levels, int n,
                        bool parallel) {
    if (n == 0) {
        emit_tiles(loops, at);
        return;
    }
    bool single = levels->end - levels->first == 1;
    if (single && !parallel) {
        *levels->index = loop_const(levels->first);
        emit_levels(loops, at, levels + 1, n - 1, false);
        return;
    }
    LoopBuilder *b = loops->builder;
    LoopVar v = loop_begin(b, parallel ? LOOP_PARALLEL : LOOP_SERIAL, levels->name,
                           loop_const(levels->first), loop_const(levels->end), NULL, 0);
    *levels->index = loop_var(b, v, 1);
    emit_levels(loops, at, levels + 1, n - 1, false);
    loop_end(b, NULL, 0);
}

/* Puts a level with more than one iteration first: it is the one that is split in parts. Without
 * one, the tiles of the row are. */
static void emit_ordered(const NestLoops *loops, TileAt *at, Level *levels, int n) {
    int first = 0;
    while (first < n && levels[first].end - levels[first].first == 1) first++;
    at->outermost = first == n;
    if (at->outermost) {
        emit_levels(loops, at, levels, n, false);
        return;
    }
    Level outermost = levels[first];
    memmove(levels + 1, levels, (size_t)first * sizeof *levels);
    levels[0] = outermost;
    emit_levels(loops, at, levels, n, true);
}

/* The loops around n blocks of every row, the first of which is that of `at`. */
static void emit_block(const NestLoops *loops, TileAt *at, int64_t n_blocks) {
    static const char *const names[] = {"n", "z", "y"};
    int outer = loops->nest->n_axes - 1;
    Level levels[MAX_NEST_AXES + 2];
    Level groups = {"g", 0, loops->groups, &at->group};
    Level channels = {"c", loops->channel_first, loops->channel_end, &at->channel_tile};
    int n = 0;
    levels[n++] = (Level){"b", 0, n_blocks, &at->block};
    if (!loops->rows_outer) {
        levels[n++] = groups;
        levels[n++] = channels;
    }
    for (int a = 0; a < outer; a++)
        levels[n++] =
            (Level){names[3 - outer + a], at->run[a]->q, at->run[a]->q + at->run[a]->n, &at->q[a]};
    if (loops->rows_outer) {
        levels[n++] = groups;
        levels[n++] = channels;
    }
    emit_ordered(loops, at, levels, n);
}

/* Tiles first .. end-1, of equal size, in blocks: one loop, or a few blocks that are split in parts
 * one after the other. */
static void emit_blocks(const NestLoops *loops, TileAt *at, int64_t first, int64_t end) {
    enum { FEW = 4 };
    while (first < end) {
        int64_t full = (end - first) / loops->block_tiles, n = full > FEW ? full : 1;
        at->first_tile = first;
        at->end_tile = full > 0 ? first + loops->block_tiles : end;
        first += n * (at->end_tile - at->first_tile);
        emit_block(loops, at, n);
    }
}

static void emit_runs(Arena *arena, const NestLoops *loops, TileAt *at, int axis) {
    int outer = loops->nest->n_axes - 1;
    if (axis < outer) {
        NestRun *runs;
        int64_t n = outer_runs(arena, &loops->nest->axes[axis], &loops->phase.axis[axis],
                               loops->may_clip, &runs);
        for (int64_t r = 0; r < n; r++) {
            at->run[axis] = &runs[r];
            emit_runs(arena, loops, at, axis + 1);
        }
        return;
    }
    int64_t tiles = row_tiles(loops);
    if (loops->block_tiles > 0) {
        int64_t larger = loops->phase.axis[outer].n_out % tiles;
        emit_blocks(loops, at, 0, larger);
        emit_blocks(loops, at, larger, tiles);
        return;
    }
    at->first_tile = 0;
    at->end_tile = tiles;
    emit_block(loops, at, 1);
}

void nest_emit(Arena *arena, const NestLoops *loops) {
    TileAt at;
    memset(&at, 0, sizeof at);
    for (int a = 0; a < loops->nest->n_axes; a++)
        if (loops->phase.axis[a].n_out == 0) return;
    if (loops->channel_first < loops->channel_end) emit_runs(arena, loops, &at, 0);
}

LoopAffine nest_input(LoopBuilder *b, const Nest *nest, const NestPhase *phase, const TileAt *at) {
    LoopAffine offset = loop_const(0);
    for (int a = 0; a < nest->n_axes; a++) {
        const TapPhase *p = &phase->axis[a];
        LoopAffine i = loop_offset(loop_scale(b, at->q[a], p->in_step), p->in_offset);
        offset = loop_plus(b, offset, loop_scale(b, i, nest->axes[a].in_stride));
    }
    return offset;
}

LoopAffine nest_output(LoopBuilder *b, const Nest *nest, const NestPhase *phase, const TileAt *at) {
    LoopAffine offset = loop_const(0);
    for (int a = 0; a < nest->n_axes; a++) {
        const TapPhase *p = &phase->axis[a];
        LoopAffine o = loop_offset(loop_scale(b, at->q[a], p->out_step), p->out_first);
        offset = loop_plus(b, offset, loop_scale(b, o, nest->axes[a].out_stride));
    }
    return offset;
}

int64_t nest_taps(const Nest *nest, const NestPhase *phase) {
    int64_t taps = 1;
    for (int a = 0; a < nest->n_axes; a++) taps *= phase->axis[a].n_taps;
    return taps;
}

/* Loop bounds of the taps of an outer axis whose output is q: those that fall on data.
 *     0 <= in_step*q + in_offset + tap_step*t < i        with tap_step = 1 or -1 */
static void clip_taps(LoopBuilder *b, const NestAxis *axis, const TapPhase *p, LoopAffine q,
                      ReduceDim *dim) {
    LoopAffine first = loop_offset(loop_scale(b, q, p->in_step), p->in_offset);
    if (p->tap_step == 1) {
        dim->lo[1] = loop_scale(b, first, -1);
        dim->hi[1] = loop_offset(loop_scale(b, first, -1), axis->tap.i);
    } else {
        dim->lo[1] = loop_offset(first, 1 - axis->tap.i);
        dim->hi[1] = loop_offset(first, 1);
    }
    dim->n_lo = dim->n_hi = 2;
}

static void tap_dim(LoopBuilder *b, const NestAxis *axis, const TapPhase *phase, const NestRun *run,
                    LoopAffine q, int64_t w_step, ReduceDim *dim, LoopAffine *x, LoopAffine *w) {
    int64_t x_step = phase->tap_step * axis->in_stride;
    *dim = reduce_dim("k", run->clipped ? phase->n_taps : run->taps.count, x_step, w_step);
    if (run->clipped) {
        clip_taps(b, axis, phase, q, dim);
        return;
    }
    *x = loop_offset(*x, run->taps.first * x_step);
    *w = loop_offset(*w, run->taps.first * w_step);
}

int64_t nest_tap_dims(LoopBuilder *b, const Nest *nest, const NestPhase *phase, const TileAt *at,
                      int64_t w_step, ReduceDim *dims, LoopAffine *x, LoopAffine *w) {
    bool any = true;
    for (int a = nest->n_axes - 1; a-- > 0;) {
        tap_dim(b, &nest->axes[a], &phase->axis[a], at->run[a], at->q[a], w_step, &dims[a], x, w);
        any &= dims[a].count > 0;
        w_step *= phase->axis[a].n_taps;
    }
    return any ? w_step : 0;
}
