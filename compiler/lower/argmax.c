/* argmax along one axis of a plain tensor: the number of the largest element, of equal ones the
 * first; a NaN is larger than all numbers, the first one wins.
 *
 *     m = x[0], at = 0;  for i in 1, length:  if not x[i] <= m, and m is no NaN:  m = x[i], at = i
 *
 * The tensor is [outer][length][inner]. Lanes run along `inner` where there is one, so that each
 * has an axis of its own. Else they run along the axis: each finds the first of its own elements,
 * and the smallest number among the lanes that hold the largest element is the result. Numbers are
 * counted in f32, which has all up to 2^24. */
#include "lower/step.h"

#include <math.h>

enum {
    SIDE_BY_SIDE = 4,   /* vectors of columns: a line of the cache holds that many */
    NO_NUMBER = 1 << 25 /* larger than every one */
};

typedef struct Argmax {
    LowerStep *s;
    int lanes;
    int64_t outer, length, inner;
    uint32_t iota; /* buffer: 0, 1, 2 ... of as many as there are lanes */
} Argmax;

/* The largest element so far and its number, in each lane. */
typedef struct Best {
    LoopVal m, at;
} Best;

static Best better_of(const Argmax *k, Best best, LoopVal x, LoopVal number) {
    LoopBuilder *b = k->s->b;
    LoopVal is_nan = loop_compare(b, LOOP_NE, best.m, best.m);
    LoopVal stays = loop_compare(b, LOOP_LE, x, best.m);
    LoopVal m = loop_select(b, stays, best.m, x), at = loop_select(b, stays, best.at, number);
    return (Best){loop_select(b, is_nan, best.m, m), loop_select(b, is_nan, best.at, at)};
}

/* ---- lanes beside each other ---- */

/* `nv` vectors of neighbouring columns. */
static void emit_columns(const Argmax *k, LoopAffine in, LoopAffine out, int nv, int active) {
    LoopBuilder *b = k->s->b;
    uint32_t x = k->s->inputs[0];
    LoopVal carried[2 * SIDE_BY_SIDE + 1];
    carried[2 * nv] = loop_f32(b, k->lanes, 0.0f);
    for (int v = 0; v < nv; v++) {
        carried[2 * v] = loop_load(b, k->lanes, active, x, loop_offset(in, v * (int64_t)k->lanes));
        carried[2 * v + 1] = carried[2 * nv];
    }
    if (k->length > 1) {
        LoopVar i = loop_begin(b, LOOP_SERIAL, "i", loop_const(1), loop_const(k->length), carried,
                               2 * nv + 1);
        LoopVal one = loop_f32(b, k->lanes, 1.0f);
        carried[2 * nv] = loop_binary(b, LOOP_ADD, carried[2 * nv], one);
        for (int v = 0; v < nv; v++) {
            LoopAffine at =
                loop_plus(b, loop_offset(in, v * (int64_t)k->lanes), loop_var(b, i, k->inner));
            Best best = {carried[2 * v], carried[2 * v + 1]};
            best = better_of(k, best, loop_load(b, k->lanes, active, x, at), carried[2 * nv]);
            carried[2 * v] = best.m;
            carried[2 * v + 1] = best.at;
        }
        loop_end(b, carried, 2 * nv + 1);
    }
    for (int v = 0; v < nv; v++)
        loop_store(b, carried[2 * v + 1], active, k->s->output,
                   loop_offset(out, v * (int64_t)k->lanes));
}

/* `n` tiles of nv vectors, from column `from` on. */
static void emit_tiles(const Argmax *k, LoopForKind kind, LoopAffine in, LoopAffine out,
                       int64_t from, int64_t n, int nv, int active) {
    LoopBuilder *b = k->s->b;
    if (n == 0) return;
    LoopVar t = loop_begin(b, kind, "tile", loop_const(0), loop_const(n), NULL, 0);
    LoopAffine column = loop_offset(loop_var(b, t, (int64_t)nv * k->lanes), from);
    emit_columns(k, loop_plus(b, in, column), loop_plus(b, out, column), nv, active);
    loop_end(b, NULL, 0);
}

static void emit_plane(const Argmax *k, LoopForKind kind, LoopAffine in, LoopAffine out) {
    int64_t vectors = k->inner / k->lanes, tiles = vectors / SIDE_BY_SIDE,
            first = tiles * SIDE_BY_SIDE, rest = k->inner % k->lanes;
    emit_tiles(k, kind, in, out, 0, tiles, SIDE_BY_SIDE, k->lanes);
    emit_tiles(k, kind, in, out, first * k->lanes, vectors - first, 1, k->lanes);
    emit_tiles(k, kind, in, out, vectors * k->lanes, rest > 0, 1, (int)rest);
}

/* ---- lanes along the axis ---- */

/* A vector of the row; lanes beyond its end lose against every number, and their own are larger. */
static LoopVal row_vector(const Argmax *k, LoopAffine at, int active) {
    LoopBuilder *b = k->s->b;
    LoopVal x = loop_load(b, k->lanes, active, k->s->inputs[0], at);
    if (active == k->lanes) return x;
    uint8_t pick[256];
    for (int i = 0; i < k->lanes; i++) pick[i] = (uint8_t)(i < active ? i : k->lanes + i);
    return loop_shuffle(b, x, loop_f32(b, k->lanes, -INFINITY), pick, k->lanes);
}

/* The smallest of the numbers in the lanes where the condition holds; NO_NUMBER if it never does.
 */
static LoopVal smallest_number(const Argmax *k, LoopVal condition, LoopVal number) {
    LoopBuilder *b = k->s->b;
    LoopVal none = loop_f32(b, k->lanes, (float)NO_NUMBER);
    LoopVal chosen = loop_select(b, condition, number, none);
    LoopVal largest = loop_reduce(b, LOOP_REDUCE_MAX, loop_unary(b, LOOP_NEG, chosen));
    return loop_unary(b, LOOP_NEG, largest);
}

static LoopVal best_lane(const Argmax *k, Best best) {
    LoopBuilder *b = k->s->b;
    LoopVal is_nan = loop_compare(b, LOOP_NE, best.m, best.m);
    LoopVal low = loop_f32(b, k->lanes, -INFINITY);
    LoopVal most = loop_reduce(b, LOOP_REDUCE_MAX, loop_select(b, is_nan, low, best.m));
    LoopVal is_most = loop_compare(b, LOOP_EQ, best.m, loop_broadcast(b, most, k->lanes));
    LoopVal of_nan = smallest_number(k, is_nan, best.at);
    LoopVal of_most = smallest_number(k, is_most, best.at);
    LoopVal none = loop_f32(b, 1, (float)NO_NUMBER);
    return loop_select(b, loop_compare(b, LOOP_LT, of_nan, none), of_nan, of_most);
}

static void emit_row(const Argmax *k, LoopAffine in, LoopAffine out) {
    LoopBuilder *b = k->s->b;
    int64_t full = k->length / k->lanes;
    int rest = (int)(k->length % k->lanes);
    LoopVal number = loop_load(b, k->lanes, k->lanes, k->iota, loop_const(0));
    LoopVal step = loop_f32(b, k->lanes, (float)k->lanes);
    LoopVal carried[] = {row_vector(k, in, full > 0 ? k->lanes : rest), number, number};
    if (full > 1) {
        LoopVar i = loop_begin(b, LOOP_SERIAL, "i", loop_const(1), loop_const(full), carried, 3);
        carried[2] = loop_binary(b, LOOP_ADD, carried[2], step);
        LoopVal x = row_vector(k, loop_plus(b, in, loop_var(b, i, k->lanes)), k->lanes);
        Best best = better_of(k, (Best){carried[0], carried[1]}, x, carried[2]);
        carried[0] = best.m;
        carried[1] = best.at;
        loop_end(b, carried, 3);
    }
    Best best = {carried[0], carried[1]};
    if (full > 0 && rest > 0) {
        LoopVal x = row_vector(k, loop_offset(in, full * k->lanes), rest);
        best = better_of(k, best, x, loop_binary(b, LOOP_ADD, carried[2], step));
    }
    loop_store(b, best_lane(k, best), 1, k->s->output, out);
}

static uint32_t iota_buffer(const Argmax *k) {
    PackedBlock block = pack_reserve(k->s->packer, k->lanes);
    for (int i = 0; i < k->lanes; i++) block.data[i] = (float)i;
    pack_share(k->s->packer, &block);
    return step_weights_buffer(k->s, "iota", &block);
}

void lower_argmax(LowerStep *s) {
    const Node *node = s->step->node;
    const TensorType *type = &node->inputs[0]->type;
    Argmax k = {.s = s, .lanes = s->step->tile.lanes, .outer = 1, .length = 1, .inner = 1};
    for (int i = 0; i < type->rank; i++)
        *(i < node->axis    ? &k.outer
          : i == node->axis ? &k.length
                            : &k.inner) *= type->axes[i].extent;
    LoopBuilder *b = s->b;
    if (k.inner == 1) k.iota = iota_buffer(&k);
    if (k.outer == 1 && k.inner > 1) {
        emit_plane(&k, LOOP_PARALLEL, loop_const(0), loop_const(0));
        return;
    }
    LoopVar o = loop_begin(b, LOOP_PARALLEL, "o", loop_const(0), loop_const(k.outer), NULL, 0);
    LoopAffine in = loop_var(b, o, k.length * k.inner), out = loop_var(b, o, k.inner);
    if (k.inner == 1)
        emit_row(&k, in, out);
    else
        emit_plane(&k, LOOP_SERIAL, in, out);
    loop_end(b, NULL, 0);
}
