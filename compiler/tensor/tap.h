/* The tap program: who reads whom along one spatial axis, for every window layer.
 *
 * A convolution and its transpose are one kernel seen from two sides. Along one axis, output o of
 * a convolution reads input s*o + d*t - pad_lo through tap t; input i of a transposed layer is
 * read by output s*i + d*t - pad_lo. Both are the same list of phases: outputs o = out_first +
 * out_step*q, which read input in_step*q + in_offset + tap_step*m through tap
 * tap_first + tap_stride*m, as far as that input exists.
 *
 *     conv:  one phase    out_step 1, in_step s, in_offset -pad_lo, tap_step d, tap_stride 1
 *     tconv: s phases     out_step s, in_step 1, one per residue of the output modulo s
 *
 * Lowering, drawing, work counts, receptive fields and coverage all read this and nothing else. */
#ifndef NETC_TENSOR_TAP_H
#define NETC_TENSOR_TAP_H

#include "base/arena.h"
#include "tensor/conv_arith.h"

#include <stdbool.h>
#include <stdint.h>

/** One axis of a window layer, sizes known: those that conv_output_extent or tconv_output_extent
 *  found legal, so that no product below can overflow. */
typedef struct TapAxis {
    int64_t i, o;    /* input and output extent, elements */
    int64_t k, s, d; /* kernel extent, stride, dilation */
    int64_t pad_lo;  /* padding before, of the (transposed) convolution; may exceed K-1 */
    bool transposed; /* the layer is the transpose of the convolution that k, s, d, pad_lo say */
} TapAxis;

/** Neighbouring taps. All three are 0 if no tap falls on data. */
typedef struct TapRange {
    int64_t first; /* first tap */
    int64_t count; /* number of taps */
    int64_t input; /* input element that the first tap reads */
} TapRange;

/** Outputs of one residue class, all of which read through the same taps. */
typedef struct TapPhase {
    int64_t out_first, out_step, n_out; /* outputs out_first + out_step*q, q = 0 .. n_out-1 */
    int64_t in_step, in_offset;         /* tap m of output q reads in_step*q + in_offset + ... */
    int64_t tap_step;                   /* ... tap_step*m; negative for transposed layers */
    int64_t tap_first, tap_stride;      /* kernel element of tap m: tap_first + tap_stride*m */
    int64_t n_taps;                     /* 0: the outputs hold only the bias */
} TapPhase;

/** Number of phases: 1 for a convolution, min(s, o) for a transposed layer. */
int64_t tap_phase_count(const TapAxis *axis);

/** Phase number `phase` (0 .. tap_phase_count-1). */
TapPhase tap_phase(const TapAxis *axis, int64_t phase);

/** The taps m of output q that fall on data: m = first .. first + count - 1. */
TapRange tap_phase_range(const TapAxis *axis, const TapPhase *phase, int64_t q);

/** The same for output o of the axis, in kernel elements: t = first, first + tap_stride, ...
 *  (`count` of them), reading input, input + tap_step, ... with the steps of the output's phase. */
TapRange tap_range(const TapAxis *axis, int64_t o);

/** The other direction: outputs that read input `i`. Calls visit(ctx, output, tap) for each, in
 *  ascending order of taps. */
void tap_readers(const TapAxis *axis, int64_t i, void (*visit)(void *ctx, int64_t o, int64_t t),
                 void *ctx);

/** Number of (output, tap) pairs on data: the non-zeros of one axis of the matrix C. O(k). */
int64_t tap_nnz(const TapAxis *axis);

/** Consecutive outputs of a phase that share the same first tap and count. */
typedef struct TapRun {
    int64_t q, n;  /* outputs q .. q+n-1 of the phase */
    TapRange taps; /* of output q: m range, and the input of its first tap */
} TapRun;

/** Splits a phase into maximal runs, in order of q; gives their number. The array lives in
 *  `arena`. */
int64_t tap_runs(Arena *arena, const TapAxis *axis, const TapPhase *phase, TapRun **out);

#endif
