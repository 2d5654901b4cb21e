/* Reductions; see reduce.h. */
#include "lower/reduce.h"

#include "base/checked.h"

ReduceDim reduce_dim(const char *name, int64_t count, int64_t x_step, int64_t w_step) {
    return (ReduceDim){.name = name,
                       .count = count,
                       .lo = {loop_const(0)},
                       .n_lo = 1,
                       .hi = {loop_const(count)},
                       .n_hi = 1,
                       .x_step = x_step,
                       .w_step = w_step};
}

static LoopAffine total_at(const Reduction *r, int k) { return loop_const((int64_t)k * r->lanes); }

void reduce_store_totals(const Reduction *r, const LoopVal *acc) {
    for (int k = 0; k < r->n_acc; k++)
        loop_store(r->builder, acc[k], r->lanes, r->totals, total_at(r, k));
}

void reduce_load_totals(const Reduction *r, LoopVal *acc) {
    for (int k = 0; k < r->n_acc; k++)
        acc[k] = loop_load(r->builder, r->lanes, r->lanes, r->totals, total_at(r, k));
}

void reduce_flush(const Reduction *r, const LoopVal *acc) {
    for (int k = 0; k < r->n_acc; k++) {
        LoopVal total = loop_load(r->builder, r->lanes, r->lanes, r->totals, total_at(r, k));
        LoopVal sum = loop_binary(r->builder, LOOP_ADD, total, acc[k]);
        loop_store(r->builder, sum, r->lanes, r->totals, total_at(r, k));
    }
}

static void zero(const Reduction *r, LoopVal *acc) {
    for (int k = 0; k < r->n_acc; k++) acc[k] = loop_f32(r->builder, r->lanes, 0.0f);
}

/* Terms of one iteration of dimension `dim`. */
static int64_t terms_inside(const Reduction *r, int dim) {
    int64_t terms = r->step_terms;
    for (int k = dim + 1; k < r->n_dims; k++) terms *= r->dims[k].count;
    return terms;
}

/* The dimension that is cut in chunks: the outermost whose iterations are short enough. n_dims if
 * only single steps are. */
static int chunk_dim(const Reduction *r) {
    int dim = 0;
    while (dim < r->n_dims && terms_inside(r, dim) > MAX_CHAIN) dim++;
    return dim;
}

static void emit_dim(const Reduction *r, int dim, int cut, LoopAffine x, LoopAffine w,
                     LoopVal *acc);

/* Opens the loop of `dim` between its bounds (and lo .. hi-1 of a chunk, if given), emits what is
 * inside, closes it. Iteration counts of one need no loop. */
static void emit_loop(const Reduction *r, int dim, int cut, const LoopAffine *chunk, LoopAffine x,
                      LoopAffine w, LoopVal *acc, int n_carried) {
    const ReduceDim *d = &r->dims[dim];
    LoopBuilder *b = r->builder;
    if (d->count == 1 && d->n_lo == 1 && d->n_hi == 1) {
        emit_dim(r, dim + 1, cut, x, w, acc);
        return;
    }
    LoopAffine lo[3], hi[3];
    int n_lo = d->n_lo, n_hi = d->n_hi;
    for (int k = 0; k < n_lo; k++) lo[k] = d->lo[k];
    for (int k = 0; k < n_hi; k++) hi[k] = d->hi[k];
    if (chunk) {
        lo[n_lo++] = chunk[0];
        hi[n_hi++] = chunk[1];
    }
    LoopVar v = loop_begin_clipped(b, d->name, lo, n_lo, hi, n_hi, acc, n_carried);
    LoopAffine xi = loop_plus(b, x, loop_scale(b, loop_var(b, v, 1), d->x_step));
    LoopAffine wi = loop_plus(b, w, loop_scale(b, loop_var(b, v, 1), d->w_step));
    emit_dim(r, dim + 1, cut, xi, wi, acc);
    loop_end(b, acc, n_carried);
}

/* The loop of the cut dimension: chunks outside, each a chain of its own. */
static void emit_chunks(const Reduction *r, int dim, LoopAffine x, LoopAffine w) {
    LoopBuilder *b = r->builder;
    LoopVal acc[MAX_ACCUMULATORS];
    int64_t length = MAX_CHAIN / terms_inside(r, dim),
            chunks = ceil_div(r->dims[dim].count, length);
    if (chunks == 1) {
        zero(r, acc);
        emit_loop(r, dim, dim, NULL, x, w, acc, r->n_acc);
        reduce_flush(r, acc);
        return;
    }
    LoopVar v = loop_begin(b, LOOP_SERIAL, "chunk", loop_const(0), loop_const(chunks), NULL, 0);
    LoopAffine chunk[2];
    chunk[0] = loop_var(b, v, length);
    chunk[1] = loop_offset(chunk[0], length);
    zero(r, acc);
    emit_loop(r, dim, dim, chunk, x, w, acc, r->n_acc);
    reduce_flush(r, acc);
    loop_end(b, NULL, 0);
}

/* `cut` is the dimension in chunks, -1 where the accumulators come from outside. */
static void emit_dim(const Reduction *r, int dim, int cut, LoopAffine x, LoopAffine w,
                     LoopVal *acc) {
    if (dim == r->n_dims) {
        if (cut < r->n_dims) {
            r->step(r->context, x, w, acc);
        } else { /* each step is a chain of its own */
            zero(r, acc);
            r->step(r->context, x, w, acc);
            reduce_flush(r, acc);
        }
        return;
    }
    if (dim == cut)
        emit_chunks(r, dim, x, w);
    else
        emit_loop(r, dim, cut, NULL, x, w, acc, dim > cut ? r->n_acc : 0);
}

void reduce_emit(const Reduction *r, LoopAffine x, LoopAffine w, LoopVal *acc) {
    LoopVal own[MAX_ACCUMULATORS];
    if (r->chunked)
        emit_dim(r, 0, chunk_dim(r), x, w, own);
    else
        emit_dim(r, 0, -1, x, w, acc);
}
