/* Pointwise operators with numbers of the element's channel, their own or of an operation fused
 * into them: prelu, scale, and any that stands before them.
 *
 *     for outer axes, for vector i:  y[i] = fused(f(x[i], numbers of its channels))
 *
 * The tensor is seen as a few axes in the order of memory; neighbours that nothing distinguishes
 * are merged. Lanes run along the last one: one channel in all lanes, or a channel in each. A few
 * channels that lie innermost are a ring: vectors go on over its end, and their numbers repeat. */
#include "base/checked.h"
#include "lower/step.h"

#include <assert.h>

enum { MAX_WALK_AXES = 3 + MAX_SPATIAL }; /* batch, blocks, their lanes, space */

/** An axis of the tensor, and what a step along it means. */
typedef struct WalkAxis {
    int64_t extent, stride; /* elements */
    int64_t channel;        /* channels from one to the next */
    int64_t by;             /* SCALE_BY: elements of the second input from one to the next */
} WalkAxis;

typedef struct Walk {
    const LowerStep *s;
    int lanes;
    WalkAxis axes[MAX_WALK_AXES]; /* outermost first; the last one has stride 1 */
    int n_axes;
} Walk;

/* Where the walk is. */
typedef struct WalkAt {
    LoopAffine offset, channel, by;
} WalkAt;

/* ---- axes ---- */

/* Inserts an axis behind those of larger stride. */
static void add_axis(Walk *w, WalkAxis axis) {
    if (axis.extent == 1) return;
    int at = w->n_axes++;
    for (; at > 0 && w->axes[at - 1].stride < axis.stride; at--) w->axes[at] = w->axes[at - 1];
    w->axes[at] = axis;
}

/* The outer axis steps where the inner one ends, in every respect. */
static bool is_continued(const WalkAxis *outer, const WalkAxis *inner) {
    return outer->stride == inner->extent * inner->stride &&
           outer->channel == inner->extent * inner->channel &&
           outer->by == inner->extent * inner->by;
}

static void merge_axes(Walk *w) {
    int n = 0;
    for (int a = 0; a < w->n_axes; a++) {
        WalkAxis inner = w->axes[a];
        if (n > 0 && is_continued(&w->axes[n - 1], &inner)) {
            inner.extent *= w->axes[n - 1].extent;
            n--;
        }
        w->axes[n++] = inner;
    }
    w->n_axes = n;
}

static Walk walk_of(const LowerStep *s) {
    const TensorType *type = &s->step->node->output->type;
    const Strides *x = &s->out;
    Strides by = {0};
    if (s->step->node->op == OP_SCALE_BY) by = step_input(s, 1)->strides;
    Walk w = {.s = s, .lanes = s->step->tile.lanes};
    int spatial[MAX_RANK], n_spatial = type_spatial(type, spatial);
    add_axis(&w, (WalkAxis){type_extent(type, type_batch(type)), x->batch, 0, by.batch});
    for (int a = 0; a < n_spatial; a++)
        add_axis(&w, (WalkAxis){type->axes[spatial[a]].extent, x->spatial[a], 0, 0});
    if (type_channel(type) != NO_AXIS)
        add_axis(&w, (WalkAxis){x->channel_blocks, x->channel, x->block, by.channel});
    if (x->block > 1) add_axis(&w, (WalkAxis){x->block, 1, 1, by.block > 1});
    merge_axes(&w);
    if (w.n_axes == 0) w.axes[w.n_axes++] = (WalkAxis){1, 1, 0, 0};
    assert(w.axes[w.n_axes - 1].stride == 1);
    return w;
}

/* ---- loops ---- */

/* The second input's numbers for the lanes. */
static LoopVal load_by(const Walk *w, int active, LoopAffine by) {
    LoopBuilder *b = w->s->b;
    if (w->axes[w->n_axes - 1].by == 1) return loop_load(b, w->lanes, active, w->s->inputs[1], by);
    return loop_broadcast(b, loop_load(b, 1, 1, w->s->inputs[1], by), w->lanes);
}

static void emit_vector(const Walk *w, const WalkAt *at, int active) {
    const LowerStep *s = w->s;
    const Node *node = s->step->node;
    StepPlace place = {.offset = at->offset,
                       .active = active,
                       .channel = at->channel,
                       .one_channel = w->axes[w->n_axes - 1].channel == 0};
    LoopVal x = loop_load(s->b, w->lanes, active, s->inputs[0], at->offset), y = 0;
    if (node->op == OP_SCALE_BY)
        x = step_scale(s, x, load_by(w, active, at->by), &place);
    else if (op_is_channelwise(node->op))
        x = step_channelwise(s, x, &place);
    else {
        if (op_most_inputs(node->op) == 2)
            y = loop_load(s->b, w->lanes, active, s->inputs[1], at->offset);
        x = step_apply(s->b, node->op, &node->numbers, x, y);
    }
    step_store(s, step_fused(s, x, &place), &place);
}

/* `v` steps along an axis. */
static WalkAt step_along(const Walk *w, const WalkAt *at, const WalkAxis *axis, LoopVar v,
                         int64_t times) {
    LoopBuilder *b = w->s->b;
    return (WalkAt){loop_plus(b, at->offset, loop_var(b, v, times * axis->stride)),
                    loop_plus(b, at->channel, loop_var(b, v, times * axis->channel)),
                    loop_plus(b, at->by, loop_var(b, v, times * axis->by))};
}

static void emit_last(const Walk *w, const WalkAt *at, LoopForKind kind) {
    const WalkAxis *axis = &w->axes[w->n_axes - 1];
    LoopBuilder *b = w->s->b;
    int64_t full = axis->extent / w->lanes, done = full * w->lanes, rest = axis->extent % w->lanes;
    if (full) {
        LoopVar v = loop_begin(b, kind, "i", loop_const(0), loop_const(full), NULL, 0);
        WalkAt here = step_along(w, at, axis, v, w->lanes);
        emit_vector(w, &here, w->lanes);
        loop_end(b, NULL, 0);
    }
    if (rest) {
        WalkAt tail = {loop_offset(at->offset, done),
                       loop_offset(at->channel, done * axis->channel),
                       loop_offset(at->by, done * axis->by)};
        loop_begin(b, kind, "tail", loop_const(0), loop_const(1), NULL, 0);
        emit_vector(w, &tail, (int)rest);
        loop_end(b, NULL, 0);
    }
}

/* Few channels innermost, all of a pixel before those of the next: three of a picture would leave
 * most lanes empty. */
static bool has_ring(const Walk *w) {
    if (w->n_axes < 2 || w->s->step->node->op == OP_SCALE_BY) return false;
    const WalkAxis *pixels = &w->axes[w->n_axes - 2], *channels = &w->axes[w->n_axes - 1];
    return channels->channel == 1 && channels->extent < w->lanes && pixels->channel == 0 &&
           pixels->stride == channels->extent;
}

/* Vectors until one begins with the first channel again. */
static int64_t ring_vectors(const Walk *w) {
    int64_t channels = w->axes[w->n_axes - 1].extent, n = 1;
    while (n * w->lanes % channels != 0) n++;
    return n;
}

/* Vectors from `first` elements behind `at` on, which is a first channel: `elems` elements. */
static void emit_round(const Walk *w, const WalkAt *at, int64_t first, int64_t elems) {
    int64_t channels = w->axes[w->n_axes - 1].extent;
    for (int64_t done = 0; done < elems; done += w->lanes) {
        WalkAt here = {loop_offset(at->offset, first + done),
                       loop_offset(at->channel, done % channels), at->by};
        emit_vector(w, &here, elems - done < w->lanes ? (int)(elems - done) : w->lanes);
    }
}

static void emit_ring(const Walk *w, const WalkAt *at, LoopForKind kind) {
    LoopBuilder *b = w->s->b;
    int64_t elems = w->axes[w->n_axes - 2].extent * w->axes[w->n_axes - 1].extent;
    int64_t round = ring_vectors(w) * w->lanes, full = elems / round, rest = elems % round;
    if (full) {
        LoopVar v = loop_begin(b, kind, "r", loop_const(0), loop_const(full), NULL, 0);
        WalkAt here = *at;
        here.offset = loop_plus(b, at->offset, loop_var(b, v, round));
        emit_round(w, &here, 0, round);
        loop_end(b, NULL, 0);
    }
    if (rest) {
        loop_begin(b, kind, "tail", loop_const(0), loop_const(1), NULL, 0);
        emit_round(w, at, full * round, rest);
        loop_end(b, NULL, 0);
    }
}

/* Axis `a` and those inside it; the outermost is split in parts. */
static void emit_axes(const Walk *w, int a, const WalkAt *at) {
    LoopForKind kind = a == 0 ? LOOP_PARALLEL : LOOP_SERIAL;
    if (a == w->n_axes - 2 && has_ring(w)) {
        emit_ring(w, at, kind);
        return;
    }
    if (a == w->n_axes - 1) {
        emit_last(w, at, kind);
        return;
    }
    LoopBuilder *b = w->s->b;
    const WalkAxis *axis = &w->axes[a];
    LoopVar v = loop_begin(b, kind, axis->channel ? "c" : "o", loop_const(0),
                           loop_const(axis->extent), NULL, 0);
    WalkAt here = step_along(w, at, axis, v, 1);
    emit_axes(w, a + 1, &here);
    loop_end(b, NULL, 0);
}

void lower_channelwise(LowerStep *s) {
    const TensorType *type = &s->step->node->output->type;
    Walk walk = walk_of(s);
    WalkAt start = {loop_const(0), loop_const(0), loop_const(0)};
    int64_t channels = type_extent(type, type_channel(type));
    if (has_ring(&walk))
        step_channel_rings(s, channels, channels + walk.lanes - 1);
    else
        step_channel_buffers(s, 1, channels, walk.lanes);
    walk.s = s;
    emit_axes(&walk, 0, &start);
}
