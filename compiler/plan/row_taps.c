/* The taps of all phases of a row, in the order in which a row kernel visits them. */
#include "plan/row_taps.h"

#include <stdlib.h>

static int by_offset(const void *a, const void *b) {
    const RowTap *x = a, *y = b;
    if (x->offset != y->offset) return x->offset < y->offset ? -1 : 1;
    return x->phase - y->phase;
}

bool row_taps_of(const TapAxis *axis, RowTaps *out) {
    int64_t phases = tap_phase_count(axis);
    *out = (RowTaps){.extent = axis->i, .outputs = axis->o};
    if (phases > MAX_ROW_PHASES || axis->k > MAX_ROW_TAPS) return false;
    if (axis->transposed && phases < axis->s) return false;
    out->n_phases = (int)phases;
    for (int r = 0; r < out->n_phases; r++) {
        TapPhase phase = tap_phase(axis, r);
        out->in_step = phase.in_step;
        for (int64_t m = 0; m < phase.n_taps; m++)
            out->taps[out->n_taps++] = (RowTap){.offset = phase.in_offset + phase.tap_step * m,
                                                .element = phase.tap_first + phase.tap_stride * m,
                                                .phase = r};
    }
    qsort(out->taps, (size_t)out->n_taps, sizeof *out->taps, by_offset);
    for (int t = 0; t < out->n_taps; t++)
        out->n_offsets += t == 0 || out->taps[t].offset != out->taps[t - 1].offset;
    return true;
}
