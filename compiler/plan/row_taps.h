/* The taps of a row in which lanes run along the row: all phases of its axis at once. */
#ifndef NETC_PLAN_ROW_TAPS_H
#define NETC_PLAN_ROW_TAPS_H

#include "tensor/tap.h"

enum { MAX_ROW_TAPS = 32, MAX_ROW_PHASES = 8 };

/** Outputs n_phases*q + r of a row, r = 0 .. n_phases-1, read inputs in_step*q + offset. */
typedef struct RowTap {
    int64_t offset;
    int64_t element; /* of the kernel, along this axis */
    int phase;       /* r */
} RowTap;

typedef struct RowTaps {
    int64_t extent, outputs; /* of the axis: inputs and outputs */
    int64_t in_step;
    int n_phases;
    RowTap taps[MAX_ROW_TAPS]; /* by offset, then by phase */
    int n_taps;
    int n_offsets; /* different offsets */
} RowTaps;

/** Lists the taps of an axis.
 *  @return false if there are too many, or if the axis has fewer outputs than phases */
bool row_taps_of(const TapAxis *axis, RowTaps *out);

#endif
