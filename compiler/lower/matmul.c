/* matmul: sums of products along an axis of two tensors, as a register tile
 *
 *     sum[r][v] += row operand[r][k] * column operand[k][v]      r < m, v < nv vectors
 *
 * Lanes run along the last axis of the result, the columns, which the column operand has side by
 * side; the elements of the row operand are broadcast. Around the tile:
 *
 *     for each axis of both operands, or of the column operand alone
 *       for each tile of nv vectors           the column operand's elements stay near
 *         for each tile of m rows
 *
 * One of these loops is split in parts: the longest of the outer ones, or that around blocks of
 * rows, for each of which the column operand is read once. Where the columns are no multiple of a
 * vector, the last vector begins earlier and does some of them again; those of less than a vector
 * are masked. */
#include "base/checked.h"
#include "lower/reduce.h"
#include "lower/step.h"

#include <assert.h>

enum { MAX_UNROLL = 4, MOST_BLOCKS = 16 };

/** An axis of the result, or several that lie alike. */
typedef struct MatmulDim {
    int64_t extent, out, column, row; /* elements from one to the next in the three tensors */
    bool in_columns, in_rows;         /* which operands have it */
    bool is_channel;
    LoopAffine index;
} MatmulDim;

typedef struct Matmul {
    LowerStep *s;
    uint32_t column_buffer, row_buffer;
    MatmulDim outer[MAX_RANK];
    int n_outer;
    MatmulDim rows, columns;              /* the row operand alone, the column operand alone */
    int64_t terms, column_step, row_step; /* along the axis that is summed */
    int lanes;
    bool chunked, has_channels;
    bool split_rows; /* blocks of rows are split in parts, else the first of `outer` */
    uint32_t totals;
    int nv, m;      /* of the tile being emitted */
    int active;     /* lanes of its vectors */
    int64_t last;   /* where its last vector begins, from the first on */
    int64_t unroll; /* terms of a step of the reduction */
} Matmul;

/* ---- the axes ---- */

/* `inner` goes on where `outer` does: together they are one axis. */
static bool can_merge(const Matmul *k, const MatmulDim *outer, const MatmulDim *inner) {
    if (k->has_channels && (outer->is_channel || inner->is_channel)) return false;
    return outer->in_columns == inner->in_columns && outer->in_rows == inner->in_rows &&
           outer->out == inner->out * inner->extent &&
           outer->column == inner->column * inner->extent &&
           outer->row == inner->row * inner->extent;
}

/* The axes of the result but those of one element, neighbours merged; gives their number. */
static int read_dims(const Matmul *k, int columns, MatmulDim *dims) {
    const Node *node = k->s->step->node;
    const TensorType *type = &node->output->type;
    int n = 0;
    for (int i = 0; i < type->rank; i++) {
        MatmulAxis at = matmul_axis(node, i);
        int in[] = {at.in_x, at.in_y};
        MatmulDim dim = {.extent = type->axes[i].extent,
                         .out = strides_axis(&k->s->out, type, i),
                         .in_columns = in[columns] != NO_AXIS,
                         .in_rows = in[1 - columns] != NO_AXIS,
                         .is_channel = i == type_channel(type),
                         .index = loop_const(0)};
        for (int side = 0; side < 2; side++)
            if (in[side] != NO_AXIS)
                *(side == columns ? &dim.column : &dim.row) = strides_axis(
                    &step_input(k->s, side)->strides, &node->inputs[side]->type, in[side]);
        bool is_last = i == type->rank - 1;
        if (dim.extent == 1 && !is_last) continue;
        if (n > 0 && can_merge(k, &dims[n - 1], &dim)) {
            dim.extent *= dims[n - 1].extent;
            n--;
        }
        dims[n++] = dim;
    }
    return n;
}

/* The columns are the last axis; the rows the longest that the column operand lacks. */
static void sort_dims(Matmul *k, int columns) {
    MatmulDim dims[MAX_RANK];
    int n = read_dims(k, columns, dims) - 1, rows = -1;
    k->columns = dims[n];
    for (int i = 0; i < n; i++)
        if (!dims[i].in_columns && (rows < 0 || dims[i].extent > dims[rows].extent)) rows = i;
    k->rows = rows < 0 ? (MatmulDim){.extent = 1, .in_rows = true} : dims[rows];
    for (int i = 0; i < n; i++) {
        if (i == rows) continue;
        int at = k->n_outer++;
        k->outer[at] = dims[i];
        if (at == 0 || dims[i].extent <= k->outer[0].extent) continue;
        k->outer[at] = k->outer[0]; /* the longest stands first */
        k->outer[0] = dims[i];
    }
}

/* ---- the tile ---- */

/* Where vector v of the tile begins. */
static int64_t vector_at(const Matmul *k, int v) {
    return v == k->nv - 1 ? k->last : (int64_t)v * k->lanes;
}

static LoopVal load_column(const Matmul *k, LoopAffine at, int v) {
    return loop_load(k->s->b, k->lanes, k->active, k->column_buffer,
                     loop_offset(at, vector_at(k, v)));
}

/* One term: x is of the row operand, w of the column operand. */
static void emit_term(const Matmul *k, LoopAffine x, LoopAffine w, LoopVal *acc) {
    LoopBuilder *b = k->s->b;
    LoopVal columns[MAX_ACCUMULATORS];
    if (k->m > 1)
        for (int v = 0; v < k->nv; v++) columns[v] = load_column(k, w, v);
    for (int r = 0; r < k->m; r++) {
        LoopVal scalar = loop_load(b, 1, 1, k->row_buffer, loop_offset(x, r * k->rows.row));
        LoopVal value = loop_broadcast(b, scalar, k->lanes);
        for (int v = 0; v < k->nv; v++) {
            LoopVal column = k->m > 1 ? columns[v] : load_column(k, w, v);
            acc[r * k->nv + v] = loop_fma(b, value, column, acc[r * k->nv + v]);
        }
    }
}

static void emit_terms(void *context, LoopAffine x, LoopAffine w, LoopVal *acc) {
    const Matmul *k = context;
    LoopBuilder *b = k->s->b;
    if (k->unroll > 1) {
        LoopVar u = loop_begin(b, LOOP_UNROLLED, "u", loop_const(0), loop_const(k->unroll), acc,
                               k->m * k->nv);
        x = loop_plus(b, x, loop_var(b, u, k->row_step));
        w = loop_plus(b, w, loop_var(b, u, k->column_step));
    }
    emit_term(k, x, w, acc);
    if (k->unroll > 1) loop_end(b, acc, k->m * k->nv);
}

/* The terms first .. first + n*unroll - 1. */
static void emit_segment(Matmul *k, LoopAffine x, LoopAffine w, int64_t first, int64_t n,
                         LoopVal *acc) {
    Reduction r = {.builder = k->s->b,
                   .n_dims = 1,
                   .step_terms = k->unroll,
                   .n_acc = k->m * k->nv,
                   .lanes = k->lanes,
                   .chunked = k->chunked,
                   .totals = k->totals,
                   .step = emit_terms,
                   .context = k};
    r.dims[0] = reduce_dim("k", n, k->unroll * k->row_step, k->unroll * k->column_step);
    if (n > 0)
        reduce_emit(&r, loop_offset(x, first * k->row_step), loop_offset(w, first * k->column_step),
                    acc);
}

static void emit_reduction(Matmul *k, LoopAffine x, LoopAffine w, LoopVal *acc) {
    int64_t step = k->terms < MAX_UNROLL ? k->terms : MAX_UNROLL, full = k->terms / step;
    Reduction totals = {
        .builder = k->s->b, .n_acc = k->m * k->nv, .lanes = k->lanes, .totals = k->totals};
    for (int i = 0; i < totals.n_acc; i++) acc[i] = loop_f32(k->s->b, k->lanes, 0.0f);
    if (k->chunked) reduce_store_totals(&totals, acc);
    k->unroll = step;
    emit_segment(k, x, w, 0, full, acc);
    k->unroll = k->terms % step;
    emit_segment(k, x, w, full * step, k->unroll > 0, acc);
    if (k->chunked) reduce_load_totals(&totals, acc);
}

/* The channel of the tile's first element; `one` receives whether all lanes are of it. */
static LoopAffine first_channel(const Matmul *k, bool *one) {
    *one = !k->columns.is_channel;
    if (k->columns.is_channel) return k->columns.index;
    if (k->rows.is_channel) return k->rows.index;
    for (int i = 0; i < k->n_outer; i++)
        if (k->outer[i].is_channel) return k->outer[i].index;
    return loop_const(0);
}

static void emit_tile(Matmul *k) {
    LowerStep *s = k->s;
    LoopBuilder *b = s->b;
    LoopAffine x = loop_const(0), w = loop_const(0), y = loop_const(0);
    for (int i = -2; i < k->n_outer; i++) {
        const MatmulDim *dim = i == -2 ? &k->rows : i == -1 ? &k->columns : &k->outer[i];
        x = loop_plus(b, x, loop_scale(b, dim->index, dim->row));
        w = loop_plus(b, w, loop_scale(b, dim->index, dim->column));
        y = loop_plus(b, y, loop_scale(b, dim->index, dim->out));
    }
    LoopVal acc[MAX_ACCUMULATORS];
    assert(k->m * k->nv <= MAX_ACCUMULATORS);
    emit_reduction(k, x, w, acc);
    StepPlace place = {.active = k->active};
    LoopAffine channel = first_channel(k, &place.one_channel);
    for (int r = 0; r < k->m; r++)
        for (int v = 0; v < k->nv; v++) {
            place.offset = loop_offset(y, r * k->rows.out + vector_at(k, v));
            place.channel = channel;
            if (k->rows.is_channel) place.channel = loop_offset(channel, r);
            if (k->columns.is_channel) place.channel = loop_offset(channel, vector_at(k, v));
            step_store(s, step_fused(s, acc[r * k->nv + v], &place), &place);
        }
}

/* ---- the loops around it ---- */

/* The rows of `tiles` tiles of k->m from row `first` on. */
static void emit_rows(Matmul *k, LoopAffine first, int64_t tiles) {
    LoopBuilder *b = k->s->b;
    k->rows.index = first;
    if (tiles == 1) {
        emit_tile(k);
        return;
    }
    LoopVar r = loop_begin(b, LOOP_SERIAL, "r", loop_const(0), loop_const(tiles), NULL, 0);
    k->rows.index = loop_plus(b, first, loop_var(b, r, k->m));
    emit_tile(k);
    loop_end(b, NULL, 0);
}

/* All columns of these rows, in near-equal tiles of vectors. */
static void emit_columns(Matmul *k, LoopAffine first, int64_t tiles) {
    LoopBuilder *b = k->s->b;
    int64_t columns = k->columns.extent, vectors = ceil_div(columns, k->lanes);
    int64_t nv = ceil_div(vectors, ceil_div(vectors, k->s->step->tile.nv)), width = nv * k->lanes;
    int64_t full = columns / width, rest = columns % width;
    k->nv = (int)nv;
    k->active = k->lanes;
    k->last = width - k->lanes;
    if (full > 0) {
        LoopVar c = loop_begin(b, LOOP_SERIAL, "c", loop_const(0), loop_const(full), NULL, 0);
        k->columns.index = loop_var(b, c, width);
        emit_rows(k, first, tiles);
        loop_end(b, NULL, 0);
    }
    if (rest == 0) return;
    k->nv = (int)ceil_div(rest, k->lanes);
    k->active = columns < k->lanes ? (int)columns : k->lanes;
    k->last = rest - k->active;
    k->columns.index = loop_const(full * width);
    emit_rows(k, first, tiles);
}

/* Rows first .. first + tiles*m - 1, for the axes of `outer` from number n on. */
static void emit_outer(Matmul *k, int n, LoopAffine first, int64_t tiles) {
    if (n == k->n_outer) {
        emit_columns(k, first, tiles);
        return;
    }
    LoopBuilder *b = k->s->b;
    LoopVar v =
        loop_begin(b, LOOP_SERIAL, "n", loop_const(0), loop_const(k->outer[n].extent), NULL, 0);
    k->outer[n].index = loop_var(b, v, 1);
    emit_outer(k, n + 1, first, tiles);
    loop_end(b, NULL, 0);
}

/* `blocks` blocks of `tiles` tiles of rows from row `first` on. */
static void emit_blocks(Matmul *k, int64_t first, int64_t blocks, int64_t tiles) {
    LoopBuilder *b = k->s->b;
    if (tiles == 0 || blocks == 0) return;
    if (!k->split_rows) {
        emit_outer(k, 1, loop_const(first), tiles);
        return;
    }
    LoopVar p = loop_begin(b, LOOP_PARALLEL, "b", loop_const(0), loop_const(blocks), NULL, 0);
    emit_outer(k, 0, loop_offset(loop_var(b, p, tiles * k->m), first), tiles);
    loop_end(b, NULL, 0);
}

/* All rows: full tiles, then one of those left. */
static void emit_all_rows(Matmul *k) {
    int64_t rows = k->rows.extent, tiles = ceil_div(rows, k->s->step->tile.m);
    k->m = (int)ceil_div(rows, tiles);
    int64_t full = rows / k->m, block = k->split_rows ? ceil_div(full, MOST_BLOCKS) : full;
    emit_blocks(k, 0, full / block, block);
    emit_blocks(k, full / block * block * k->m, 1, full % block);
    int64_t done = full * k->m;
    k->m = (int)(rows - done);
    if (k->m > 0) emit_blocks(k, done, 1, 1);
}

/* Parts are elements along the first of the outer axes, the longest; or blocks of rows, where there
 * are more of these than of a few elements. */
static void emit_parts(Matmul *k) {
    int64_t tiles = ceil_div(k->rows.extent, k->s->step->tile.m),
            along = k->n_outer > 0 ? k->outer[0].extent : 0;
    k->split_rows = along == 0 || (along < MOST_BLOCKS && along < tiles);
    if (k->split_rows) {
        emit_all_rows(k);
        return;
    }
    LoopBuilder *b = k->s->b;
    LoopVar v = loop_begin(b, LOOP_PARALLEL, "n", loop_const(0), loop_const(along), NULL, 0);
    k->outer[0].index = loop_var(b, v, 1);
    emit_all_rows(k);
    loop_end(b, NULL, 0);
}

void lower_matmul(LowerStep *s) {
    const Node *node = s->step->node;
    const TensorType *type = &node->output->type;
    int columns = matmul_axis(node, type->rank - 1).in_x == NO_AXIS, rows = 1 - columns;
    int summed[] = {node->axis, matmul_summed(node)};
    Matmul k = {.s = s,
                .column_buffer = s->inputs[columns],
                .row_buffer = s->inputs[rows],
                .terms = node->inputs[0]->type.axes[node->axis].extent,
                .lanes = s->step->tile.lanes,
                .has_channels = node_is_channelwise(node)};
    k.column_step = strides_axis(&step_input(s, columns)->strides, &node->inputs[columns]->type,
                                 summed[columns]);
    k.row_step =
        strides_axis(&step_input(s, rows)->strides, &node->inputs[rows]->type, summed[rows]);
    sort_dims(&k, columns);
    k.chunked = k.terms > MAX_CHAIN;
    if (k.chunked)
        k.totals =
            step_local_buffer(s, "totals", (int64_t)s->step->tile.nv * s->step->tile.m * k.lanes);
    step_channel_buffers(s, 1, type_extent(type, type_channel(type)), k.lanes);
    emit_parts(&k);
}
