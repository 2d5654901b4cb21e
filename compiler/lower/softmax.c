/* softmax and log_softmax along one axis of a plain tensor, the maximum subtracted first:
 *
 *     m = max x;  e = 2^64 exp(x - m);  y = e / sum e  or  (x - m) - log(2^-64 sum e)
 *
 * The factor is gone after the division; it keeps small e out of the denormal range. A row with a
 * NaN may have an m that is not its maximum, but its sum, and so its results, are NaN whatever the
 * exponential gives.
 *
 * The tensor is [outer][length][inner]. Lanes run along `inner` where there is one, else along the
 * axis itself. */
#include "lower/elementary.h"
#include "lower/step.h"

#include <math.h>

typedef struct Softmax {
    const LowerStep *s;
    int lanes;
    bool is_log;
    int64_t outer, length, inner;
} Softmax;

/* The first `active` lanes of `value`, `other` in the rest. */
static LoopVal keep_lanes(const Softmax *k, LoopVal value, int active, float other) {
    if (active == k->lanes) return value;
    uint8_t pick[256];
    for (int i = 0; i < k->lanes; i++) pick[i] = (uint8_t)(i < active ? i : k->lanes + i);
    return loop_shuffle(k->s->b, value, loop_f32(k->s->b, k->lanes, other), pick, k->lanes);
}

static LoopVal max_step(const Softmax *k, LoopVal m, LoopAffine at, int active) {
    LoopVal x = loop_load(k->s->b, k->lanes, active, k->s->inputs[0], at);
    return loop_binary(k->s->b, LOOP_MAX, m, keep_lanes(k, x, active, -INFINITY));
}

/* 2^64 exp(x - m), added to the sum; softmax keeps it in y. */
static LoopVal exp_step(const Softmax *k, LoopVal sum, LoopVal m, LoopAffine at, int active) {
    LoopBuilder *b = k->s->b;
    LoopVal x = loop_load(b, k->lanes, active, k->s->inputs[0], at);
    LoopVal e = lower_exp_scaled(b, loop_binary(b, LOOP_SUB, x, m));
    if (!k->is_log) loop_store(b, e, active, k->s->output, at);
    return loop_binary(b, LOOP_ADD, sum, keep_lanes(k, e, active, 0.0f));
}

/* What the elements of a row are held against: the sum, or its logarithm. */
static LoopVal row_total(const Softmax *k, LoopVal sum) {
    LoopBuilder *b = k->s->b;
    if (!k->is_log) return sum;
    return lower_log(b, loop_binary(b, LOOP_MUL, sum, loop_f32(b, k->lanes, 0x1p-64f)));
}

static void finish_step(const Softmax *k, LoopVal m, LoopVal total, LoopAffine at, int active) {
    LoopBuilder *b = k->s->b;
    uint32_t from = k->is_log ? k->s->inputs[0] : k->s->output;
    LoopVal y = loop_load(b, k->lanes, active, from, at);
    if (k->is_log)
        y = loop_binary(b, LOOP_SUB, loop_binary(b, LOOP_SUB, y, m), total);
    else
        y = loop_binary(b, LOOP_DIV, y, total);
    loop_store(b, y, active, k->s->output, at);
}

/* One row along the axis, lanes along it: full vectors in a loop, then a masked one. */
static void emit_row(const Softmax *k, LoopAffine row) {
    LoopBuilder *b = k->s->b;
    int64_t full = k->length / k->lanes;
    int rest = (int)(k->length % k->lanes);
    LoopAffine tail = loop_offset(row, full * k->lanes);
    LoopVal m = loop_f32(b, k->lanes, -INFINITY), sum = loop_f32(b, k->lanes, 0.0f);
    LoopVar v;
    if (full) {
        v = loop_begin(b, LOOP_SERIAL, "i", loop_const(0), loop_const(full), &m, 1);
        m = max_step(k, m, loop_plus(b, row, loop_var(b, v, k->lanes)), k->lanes);
        loop_end(b, &m, 1);
    }
    if (rest) m = max_step(k, m, tail, rest);
    m = loop_broadcast(b, loop_reduce(b, LOOP_REDUCE_MAX, m), k->lanes);
    if (full) {
        v = loop_begin(b, LOOP_SERIAL, "i", loop_const(0), loop_const(full), &sum, 1);
        sum = exp_step(k, sum, m, loop_plus(b, row, loop_var(b, v, k->lanes)), k->lanes);
        loop_end(b, &sum, 1);
    }
    if (rest) sum = exp_step(k, sum, m, tail, rest);
    sum = row_total(k, loop_broadcast(b, loop_reduce(b, LOOP_REDUCE_ADD, sum), k->lanes));
    if (full) {
        v = loop_begin(b, LOOP_SERIAL, "i", loop_const(0), loop_const(full), NULL, 0);
        finish_step(k, m, sum, loop_plus(b, row, loop_var(b, v, k->lanes)), k->lanes);
        loop_end(b, NULL, 0);
    }
    if (rest) finish_step(k, m, sum, tail, rest);
}

/* `active` neighbouring columns, lanes across them. */
static void emit_columns(const Softmax *k, LoopAffine at, int active) {
    LoopBuilder *b = k->s->b;
    LoopVal m = loop_f32(b, k->lanes, -INFINITY), sum = loop_f32(b, k->lanes, 0.0f);
    LoopVar v = loop_begin(b, LOOP_SERIAL, "i", loop_const(0), loop_const(k->length), &m, 1);
    LoopVal x =
        loop_load(b, k->lanes, active, k->s->inputs[0], loop_plus(b, at, loop_var(b, v, k->inner)));
    m = loop_binary(b, LOOP_MAX, m, x);
    loop_end(b, &m, 1);
    v = loop_begin(b, LOOP_SERIAL, "i", loop_const(0), loop_const(k->length), &sum, 1);
    sum = exp_step(k, sum, m, loop_plus(b, at, loop_var(b, v, k->inner)), active);
    loop_end(b, &sum, 1);
    sum = row_total(k, sum);
    v = loop_begin(b, LOOP_SERIAL, "i", loop_const(0), loop_const(k->length), NULL, 0);
    finish_step(k, m, sum, loop_plus(b, at, loop_var(b, v, k->inner)), active);
    loop_end(b, NULL, 0);
}

void lower_softmax(LowerStep *s) {
    const Node *node = s->step->node;
    const TensorType *type = &node->output->type;
    Softmax k = {.s = s,
                 .lanes = s->step->tile.lanes,
                 .is_log = node->op == OP_LOG_SOFTMAX,
                 .outer = 1,
                 .length = 1,
                 .inner = 1};
    for (int i = 0; i < type->rank; i++)
        *(i < node->axis    ? &k.outer
          : i == node->axis ? &k.length
                            : &k.inner) *= type->axes[i].extent;
    LoopBuilder *b = s->b;
    LoopVar v = loop_begin(b, LOOP_PARALLEL, "o", loop_const(0), loop_const(k.outer), NULL, 0);
    LoopAffine row = loop_var(b, v, k.length * k.inner);
    if (k.inner == 1) {
        emit_row(&k, row);
    } else {
        int64_t full = k.inner / k.lanes;
        if (full) {
            LoopVar c = loop_begin(b, LOOP_SERIAL, "c", loop_const(0), loop_const(full), NULL, 0);
            emit_columns(&k, loop_plus(b, row, loop_var(b, c, k.lanes)), k.lanes);
            loop_end(b, NULL, 0);
        }
        if (k.inner % k.lanes)
            emit_columns(&k, loop_offset(row, full * k.lanes), (int)(k.inner % k.lanes));
    }
    loop_end(b, NULL, 0);
}
