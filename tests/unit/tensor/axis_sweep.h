/* Brute force for one axis: geometries to sweep, windows counted by sliding, taps found by looking
 * into a padded picture of indices (conv) or by scattering onto an uncropped one (tconv). Shares no
 * formula with compiler/tensor. */
#ifndef NETC_TESTS_TENSOR_AXIS_SWEEP_H
#define NETC_TESTS_TENSOR_AXIS_SWEEP_H

#include "tensor/conv_arith.h"

enum { SWEEP_MAX = 64, NO_DATA = -1 };

/** The geometries of the sweep, one after the other: i 1..7, k 1..4, s 1..4, d 1..3, lopsided pads
 *  0..4 on each side. Begins with a zeroed `axis`; false after the last. */
static inline bool sweep_next(ConvAxis *axis) {
    if (axis->i == 0) {
        *axis = (ConvAxis){.i = 1, .k = 1, .s = 1, .d = 1};
        return true;
    }
    struct {
        int64_t *digit;
        int64_t least, most;
    } digits[] = {{&axis->i, 1, 7}, {&axis->k, 1, 4},      {&axis->s, 1, 4},
                  {&axis->d, 1, 3}, {&axis->pad_lo, 0, 4}, {&axis->pad_hi, 0, 4}};
    for (int n = 0; n < 6; n++) {
        if (++*digits[n].digit <= digits[n].most) return true;
        *digits[n].digit = digits[n].least;
    }
    return false;
}

/** Cells from the first tap to the last, by walking. */
static inline int64_t brute_kernel(const ConvAxis *axis) {
    int64_t last = 0;
    for (int64_t t = 1; t < axis->k; t++) last += axis->d;
    return last + 1;
}

/** Windows that fit into the padded input, by sliding one along it; 0 if none fits. Rounding up
 *  admits one more that sticks out, unless the last begins beyond the data. */
static inline int64_t brute_windows(const ConvAxis *axis) {
    int64_t end = axis->i + axis->pad_hi, kernel = brute_kernel(axis), count = 0;
    int64_t begin = -axis->pad_lo;
    for (; begin + kernel <= end; begin += axis->s) count++;
    if (!axis->ceil || count == 0) return count;
    bool all_covered = begin - axis->s + kernel == end;
    if (!all_covered) count++;
    int64_t last_begin = -axis->pad_lo;
    for (int64_t n = 1; n < count; n++) last_begin += axis->s;
    return last_begin >= axis->i ? count - 1 : count;
}

/** read[o][t]: the input that output o reads through tap t, or NO_DATA. */
typedef struct TapTable {
    int64_t read[SWEEP_MAX][SWEEP_MAX];
} TapTable;

static inline void brute_conv_taps(const ConvAxis *axis, int64_t n_out, TapTable *table) {
    for (int64_t o = 0; o < n_out; o++)
        for (int64_t t = 0; t < axis->k; t++) {
            int64_t cell = -axis->pad_lo;
            for (int64_t n = 0; n < o; n++) cell += axis->s;
            for (int64_t n = 0; n < t; n++) cell += axis->d;
            table->read[o][t] = cell >= 0 && cell < axis->i ? cell : NO_DATA;
        }
}

/** The transposed layer scatters each input over the cells that its convolution would have read. */
static inline void brute_tconv_taps(const ConvAxis *axis, int64_t n_out, TapTable *table) {
    for (int64_t o = 0; o < n_out; o++)
        for (int64_t t = 0; t < axis->k; t++) table->read[o][t] = NO_DATA;
    int64_t corner = -axis->pad_lo;
    for (int64_t i = 0; i < axis->i; i++, corner += axis->s)
        for (int64_t t = 0, cell = corner; t < axis->k; t++, cell += axis->d)
            if (cell >= 0 && cell < n_out) table->read[cell][t] = i;
}

#endif
