/* Boxes become loops by what lies side by side:
 *
 *     one axis is dense on both sides    vectors along it
 *     one axis is dense on either side   v x v elements: load v rows, transpose in registers,
 *                                        store v rows
 *     else                               element by element
 *
 * Axes are walked in the order of the output; neighbours that lie alike on both sides are one. */
#include "lower/move.h"

#include "base/checked.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* Vectors, or elements, that are moved without a loop between them. */
enum { UNROLL = 4 };

/* A box while it is emitted. */
typedef struct Move {
    const LowerStep *s;
    MoveBox box; /* its axes merged, outermost first */
    int lanes;
    int row;    /* axis that is dense in the output; -1 if there is none */
    int column; /* axis that is dense in the input; -1 */
    int spare;  /* elements behind each row of the output that may be overwritten */
} Move;

void move_axis(MoveBox *box, int64_t extent, int64_t in, int64_t out) {
    move_blended_axis(box, (MoveAxis){extent, in, out, 0});
}

void move_blended_axis(MoveBox *box, MoveAxis axis) {
    assert(box->n_axes < MAX_MOVE_AXES);
    if (axis.extent > 1) box->axes[box->n_axes++] = axis;
}

/* ---- one element, one vector ---- */

/* Where the loops are: element read, element written, weight. */
typedef struct At {
    LoopAffine in, out, weight;
} At;

static At at_start(const Move *m) {
    return (At){loop_const(m->box.in), loop_const(m->box.out), loop_const(m->box.weight)};
}

/* `at`, n steps along an axis further. */
static At at_step(At at, const MoveAxis *axis, int64_t n) {
    return (At){loop_offset(at.in, n * axis->in), loop_offset(at.out, n * axis->out),
                loop_offset(at.weight, n * axis->weight)};
}

/* Opens a loop of n iterations, each of which is `step` steps along the axis. */
static At open_loop(const Move *m, LoopForKind kind, const char *name, At at, const MoveAxis *axis,
                    int64_t n, int64_t step) {
    LoopBuilder *b = m->s->b;
    LoopVar v = loop_begin(b, kind, name, loop_const(0), loop_const(n), NULL, 0);
    if (axis->in != 0) at.in = loop_plus(b, at.in, loop_var(b, v, step * axis->in));
    if (axis->weight != 0) at.weight = loop_plus(b, at.weight, loop_var(b, v, step * axis->weight));
    at.out = loop_plus(b, at.out, loop_var(b, v, step * axis->out));
    return at;
}

/* The weights of `lanes` elements along an axis: one for all of them, or one for each. */
static LoopVal load_weights(const Move *m, int lanes, int active, LoopAffine at,
                            const MoveAxis *along) {
    LoopBuilder *b = m->s->b;
    if (along && along->weight != 0) return loop_load(b, lanes, active, m->box.weights, at);
    return loop_broadcast(b, loop_load(b, 1, 1, m->box.weights, at), lanes);
}

/* `active` elements that lie along an axis which is dense in the input (NULL: a single one). */
static LoopVal load(const Move *m, int lanes, int active, At at, const MoveAxis *along) {
    LoopBuilder *b = m->s->b;
    const MoveBox *box = &m->box;
    if (box->kind == MOVE_FILL) return loop_f32(b, lanes, box->value);
    LoopVal x = loop_load(b, lanes, active, m->s->inputs[0], at.in);
    if (box->kind == MOVE_COPY) return x;
    assert(!along || along->weight == 0 || along->weight == 1);
    LoopVal y = loop_load(b, lanes, active, m->s->inputs[0], loop_offset(at.in, box->second));
    LoopAffine second = loop_offset(at.weight, box->second_weight - box->weight);
    LoopVal w0 = load_weights(m, lanes, active, at.weight, along),
            w1 = load_weights(m, lanes, active, second, along);
    return loop_fma(b, y, w1, loop_binary(b, LOOP_MUL, x, w0));
}

static void store(const Move *m, LoopVal value, int active, At at) {
    loop_store(m->s->b, value, active, m->s->output, at.out);
}

/* ---- the loops outside ---- */

typedef void MoveWork(const Move *m, At at);

/* Opens a loop over all axes from `axis` on but the dense ones, and emits `work` inside. */
static void emit_axes(const Move *m, int axis, bool parallel, At at, MoveWork *work) {
    while (axis < m->box.n_axes && (axis == m->row || axis == m->column)) axis++;
    if (axis == m->box.n_axes) {
        if (parallel)
            loop_begin(m->s->b, LOOP_PARALLEL, "once", loop_const(0), loop_const(1), NULL, 0);
        work(m, at);
        if (parallel) loop_end(m->s->b, NULL, 0);
        return;
    }
    const MoveAxis *a = &m->box.axes[axis];
    at = open_loop(m, parallel ? LOOP_PARALLEL : LOOP_SERIAL, "x", at, a, a->extent, 1);
    emit_axes(m, axis + 1, false, at, work);
    loop_end(m->s->b, NULL, 0);
}

static void emit_loops(const Move *m, MoveWork *work) { emit_axes(m, 0, true, at_start(m), work); }

/* ---- dense on both sides ---- */

static void move_vectors(const Move *m, At at, int64_t first, int64_t n) {
    const MoveAxis *row = &m->box.axes[m->row];
    for (int64_t v = first; v < first + n; v++) {
        At to = at_step(at, row, v * m->lanes);
        store(m, load(m, m->lanes, m->lanes, to, row), m->lanes, to);
    }
}

static void move_row(const Move *m, At at) {
    const MoveAxis *row = &m->box.axes[m->row];
    int64_t vectors = row->extent / m->lanes, loops = vectors / UNROLL;
    int rest = (int)(row->extent % m->lanes);
    if (loops < 2) loops = 0;
    if (loops) {
        At inside = open_loop(m, LOOP_SERIAL, "v", at, row, loops, (int64_t)UNROLL * m->lanes);
        move_vectors(m, inside, 0, UNROLL);
        loop_end(m->s->b, NULL, 0);
    }
    move_vectors(m, at, loops * UNROLL, vectors - loops * UNROLL);
    if (!rest) return;
    At tail = at_step(at, row, vectors * m->lanes);
    store(m, load(m, m->lanes, rest, tail, row),
          rest + m->spare < m->lanes ? rest + m->spare : m->lanes, tail);
}

/* ---- dense on either side ---- */

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

/* One matrix: `n_rows` rows of the input, `n_columns` elements of each. */
static void move_matrix(const Move *m, At at, int n_rows, int n_columns) {
    LoopVal rows[256];
    const MoveAxis *row = &m->box.axes[m->row], *column = &m->box.axes[m->column];
    int stored = n_rows + m->spare < m->lanes ? n_rows + m->spare : m->lanes;
    for (int r = 0; r < m->lanes; r++)
        rows[r] = r < n_rows ? load(m, m->lanes, n_columns, at_step(at, row, r), column)
                             : loop_f32(m->s->b, m->lanes, 0.0f);
    transpose(m->s->b, rows, m->lanes);
    for (int c = 0; c < n_columns; c++) store(m, rows[c], stored, at_step(at, column, c));
}

/* The matrices of `n_rows` rows. */
static void move_columns(const Move *m, At at, int n_rows) {
    const MoveAxis *column = &m->box.axes[m->column];
    int64_t full = column->extent / m->lanes;
    int rest = (int)(column->extent % m->lanes);
    if (full) {
        At inside = open_loop(m, LOOP_SERIAL, "c", at, column, full, m->lanes);
        move_matrix(m, inside, n_rows, m->lanes);
        loop_end(m->s->b, NULL, 0);
    }
    if (rest) move_matrix(m, at_step(at, column, full * m->lanes), n_rows, rest);
}

static void move_plane(const Move *m, At at) {
    const MoveAxis *row = &m->box.axes[m->row];
    int64_t full = row->extent / m->lanes;
    int rest = (int)(row->extent % m->lanes);
    if (full) {
        At inside = open_loop(m, LOOP_SERIAL, "r", at, row, full, m->lanes);
        move_columns(m, inside, m->lanes);
        loop_end(m->s->b, NULL, 0);
    }
    if (rest) move_columns(m, at_step(at, row, full * m->lanes), rest);
}

/* ---- neither ---- */

static void move_elements(const Move *m, At at) { store(m, load(m, 1, 1, at, NULL), 1, at); }

/* ---- choice ---- */

static int by_output(const void *a, const void *b) {
    const MoveAxis *x = a, *y = b;
    return (x->out < y->out) - (x->out > y->out);
}

/* Outermost first; an axis that goes on where the one inside it ends is one with it. */
static void merge_axes(MoveBox *box, bool rows_end) {
    qsort(box->axes, (size_t)box->n_axes, sizeof box->axes[0], by_output);
    int n = 0;
    for (int a = 0; a < box->n_axes; a++) {
        MoveAxis axis = box->axes[a], *outer = n ? &box->axes[n - 1] : NULL;
        bool goes_on = outer && outer->in == axis.in * axis.extent &&
                       outer->out == axis.out * axis.extent &&
                       outer->weight == axis.weight * axis.extent;
        if (goes_on && !(rows_end && axis.out == 1)) {
            axis.extent *= outer->extent;
            n--;
        }
        box->axes[n++] = axis;
    }
    box->n_axes = n;
}

/* Cuts an axis in pieces, which become the outermost loop, and a rest. */
static void emit_pieces(const Move *m, int axis, int64_t piece, MoveWork *work) {
    Move cut = *m, end = *m;
    const MoveAxis *whole = &m->box.axes[axis];
    int64_t full = whole->extent / piece, rest = whole->extent % piece;
    memmove(cut.box.axes + 1, m->box.axes, (size_t)m->box.n_axes * sizeof(MoveAxis));
    cut.box.axes[0] =
        (MoveAxis){full, piece * whole->in, piece * whole->out, piece * whole->weight};
    cut.box.axes[axis + 1].extent = piece;
    cut.box.n_axes++;
    cut.row++;
    cut.column++;
    emit_loops(&cut, work);
    end.box.in += full * piece * whole->in;
    end.box.out += full * piece * whole->out;
    end.box.weight += full * piece * whole->weight;
    end.box.second_weight += full * piece * whole->weight;
    end.box.axes[axis].extent = rest;
    if (rest) emit_loops(&end, work);
}

/* A box that has nothing but its dense axes is cut along one of them, so that threads can share
 * it. */
static void emit_shared(const Move *m, MoveWork *work) {
    int dense = 1 + (m->row != m->column), axis = m->row;
    if (m->box.axes[m->column].extent > m->box.axes[axis].extent) axis = m->column;
    int64_t piece = (int64_t)UNROLL * m->lanes;
    if (m->box.n_axes > dense || m->box.axes[axis].extent < 2 * piece)
        emit_loops(m, work);
    else
        emit_pieces(m, axis, piece, work);
}

static void emit_box(const LowerStep *s, const MoveBox *box, int spare) {
    Move m = {
        .s = s, .box = *box, .lanes = s->plan->cpu->lanes, .row = -1, .column = -1, .spare = spare};
    for (int a = 0; a < m.box.n_axes && box->kind == MOVE_FILL; a++) m.box.axes[a].in = 0;
    merge_axes(&m.box, spare > 0);
    for (int a = 0; a < m.box.n_axes; a++) {
        if (m.box.axes[a].out == 1) m.row = a;
        if (m.box.axes[a].in == 1) m.column = a;
    }
    if (m.row >= 0 && (box->kind == MOVE_FILL || m.row == m.column)) {
        m.column = m.row;
        emit_shared(&m, move_row);
    } else if (m.row >= 0 && m.column >= 0) {
        emit_shared(&m, move_plane);
    } else {
        m.row = m.column = -1;
        emit_loops(&m, move_elements);
    }
}

void move_emit(const LowerStep *s, const MoveBox *box) { emit_box(s, box, 0); }

/* ---- channels ---- */

/* Elements from a tensor's first channel to channel `c`. */
static int64_t channel_offset(const Strides *strides, int64_t c) {
    int64_t lane = strides->first_lane + c;
    return lane / strides->block * strides->channel + lane % strides->block - strides->first_lane;
}

static int64_t lane_step(const Strides *strides) {
    return strides->block > 1 ? 1 : strides->channel;
}

/* Channels from `c` to the end of its block. */
static int64_t block_rest(const Strides *strides, int64_t c) {
    return strides->block > 1 ? strides->block - (strides->first_lane + c) % strides->block
                              : INT64_MAX;
}

/* Channels first .. end-1, less than a period, and those `period` apart from them, `n` in all. */
static void emit_channels(const LowerStep *s, const MoveBox *box, const Strides *in, int64_t first,
                          int64_t end, int64_t period, int64_t n) {
    const Strides *out = &s->out;
    const TensorType *type = &step_output(s)->value->type;
    int64_t channels = type_extent(type, type_channel(type));
    for (int64_t c = first, next; c < end; c = next) {
        int64_t room = block_rest(out, c), room_in = block_rest(in, c);
        if (room_in < room && box->kind != MOVE_FILL) room = room_in;
        next = room < end - c ? c + room : end;
        MoveBox piece = *box;
        piece.in += channel_offset(in, c);
        piece.out += channel_offset(out, c);
        move_axis(&piece, n, channel_offset(in, c + period) - channel_offset(in, c),
                  channel_offset(out, c + period) - channel_offset(out, c));
        move_axis(&piece, next - c, lane_step(in), lane_step(out));
        int64_t spare = out->padded && next == channels ? block_rest(out, channels - 1) - 1 : 0;
        emit_box(s, &piece, (int)spare);
    }
}

void move_channels(const LowerStep *s, const MoveBox *box, const Strides *in) {
    const TensorType *type = &step_output(s)->value->type;
    int64_t channels = type_extent(type, type_channel(type));
    int64_t period = in->block > s->out.block ? in->block : s->out.block;
    if (period == 1) period = channels;
    int64_t full = channels / period;
    if (full) emit_channels(s, box, in, 0, period, period, full);
    emit_channels(s, box, in, full * period, channels, period, 1);
}
