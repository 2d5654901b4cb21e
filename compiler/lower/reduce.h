/* The reduction of a register tile: loops over input channels and taps that carry the accumulators,
 * with sums broken into chains of at most 1,024 terms (contract.md 4).
 *
 *     for each dimension, outermost first:  accumulators are carried through
 *       step(x, w, accumulators)
 *
 * Where there are more terms, the dimension whose inner part still fits is cut: each chunk starts
 * from zero and its sums are added, in order, to totals in memory. */
#ifndef NETC_LOWER_REDUCE_H
#define NETC_LOWER_REDUCE_H

#include "loop/build.h"

enum { MAX_CHAIN = 1024, MAX_ACCUMULATORS = 64, MAX_DIMS = 6 };

/** One loop of the reduction. */
typedef struct ReduceDim {
    const char *name;
    int64_t count;           /* most iterations */
    LoopAffine lo[2], hi[2]; /* bounds: the largest lo, the smallest hi */
    int n_lo, n_hi;
    int64_t x_step, w_step; /* elements the input and the weights advance in an iteration */
} ReduceDim;

typedef struct Reduction {
    LoopBuilder *builder;
    ReduceDim dims[MAX_DIMS];
    int n_dims;
    int64_t step_terms; /* terms that `step` adds to each accumulator, at most MAX_CHAIN */
    int n_acc;          /* accumulators: vectors of `lanes` */
    int lanes;
    bool chunked;    /* sums go to `totals` */
    uint32_t totals; /* LOCAL buffer of n_acc vectors, when chunked */
    /** Emits the innermost work; x and w are offsets. */
    void (*step)(void *context, LoopAffine x, LoopAffine w, LoopVal *acc);
    void *context;
} Reduction;

/** A dimension 0 .. count-1. */
ReduceDim reduce_dim(const char *name, int64_t count, int64_t x_step, int64_t w_step);

/** Emits the reduction from offsets x and w. When chunked, `acc` is not used: the sums are added to
 *  the totals. */
void reduce_emit(const Reduction *reduction, LoopAffine x, LoopAffine w, LoopVal *acc);

/** Adds the accumulators to the totals, which become the sums so far. */
void reduce_flush(const Reduction *reduction, const LoopVal *acc);

/** Writes accumulators as the totals; reads them back. */
void reduce_store_totals(const Reduction *reduction, const LoopVal *acc);
void reduce_load_totals(const Reduction *reduction, LoopVal *acc);

#endif
