/* The tap program of one axis.
 *
 * Everything is derived from the one equation x = s*u + d*t - pad_lo between an element u of the
 * strided side, an element x of the dense side and a tap t: a convolution reads x for u, its
 * transpose reads u for x. */
#include "tensor/tap.h"

#include "base/checked.h"
#include "base/vec.h"

#include <assert.h>

int64_t tap_phase_count(const TapAxis *axis) {
    if (!axis->transposed) return 1;
    return axis->s < axis->o ? axis->s : axis->o;
}

/* The greatest common divisor of a and m, and the x in 0 .. m/gcd - 1 with a*x = gcd (mod m). */
static int64_t gcd_and_inverse(int64_t a, int64_t m, int64_t *inverse) {
    int64_t r0 = m, r1 = a % m, x0 = 0, x1 = 1;
    while (r1 != 0) {
        int64_t q = r0 / r1, r2 = r0 - q * r1, x2 = x0 - q * x1;
        r0 = r1;
        r1 = r2;
        x0 = x1;
        x1 = x2;
    }
    *inverse = floor_mod(x0, m / r0);
    return r0;
}

static int64_t multiply_mod(int64_t a, int64_t b, int64_t m) {
    return (int64_t)((__int128)a * b % m);
}

/* Output r + s*q takes tap t iff s divides r + pad_lo - d*t. With g = gcd(d, s) that needs g to
 * divide r + pad_lo, and then leaves one tap in every s/g. */
static TapPhase transposed_phase(const TapAxis *axis, int64_t residue) {
    int64_t inverse;
    int64_t gcd = gcd_and_inverse(axis->d, axis->s, &inverse), stride = axis->s / gcd;
    TapPhase phase = {.out_first = residue,
                      .out_step = axis->s,
                      .n_out = (axis->o - 1 - residue) / axis->s + 1,
                      .in_step = 1,
                      .tap_step = -(axis->d / gcd),
                      .tap_stride = stride};
    int64_t shifted = residue + axis->pad_lo;
    if (shifted % gcd != 0) return phase;
    int64_t first = multiply_mod(shifted / gcd % stride, inverse, stride);
    if (first >= axis->k) return phase;
    phase.tap_first = first;
    phase.n_taps = (axis->k - 1 - first) / stride + 1;
    phase.in_offset = (shifted - axis->d * first) / axis->s;
    return phase;
}

TapPhase tap_phase(const TapAxis *axis, int64_t phase) {
    assert(phase >= 0 && phase < tap_phase_count(axis));
    if (axis->transposed) return transposed_phase(axis, phase);
    return (TapPhase){.out_first = 0,
                      .out_step = 1,
                      .n_out = axis->o,
                      .in_step = axis->s,
                      .in_offset = -axis->pad_lo,
                      .tap_step = axis->d,
                      .tap_first = 0,
                      .tap_stride = 1,
                      .n_taps = axis->k};
}

/* Tap m reads base + tap_step*m, which must lie in 0 .. i-1. */
TapRange tap_phase_range(const TapAxis *axis, const TapPhase *phase, int64_t q) {
    assert(q >= 0 && q < phase->n_out);
    int64_t base = phase->in_step * q + phase->in_offset, step = phase->tap_step, first, last;
    if (step > 0) {
        first = ceil_div(-base, step);
        last = floor_div(axis->i - 1 - base, step);
    } else {
        first = ceil_div(base - (axis->i - 1), -step);
        last = floor_div(base, -step);
    }
    if (first < 0) first = 0;
    if (last > phase->n_taps - 1) last = phase->n_taps - 1;
    if (first > last) return (TapRange){0, 0, 0};
    return (TapRange){first, last - first + 1, base + step * first};
}

TapRange tap_range(const TapAxis *axis, int64_t o) {
    assert(o >= 0 && o < axis->o);
    TapPhase phase = tap_phase(axis, axis->transposed ? o % axis->s : 0);
    TapRange range = tap_phase_range(axis, &phase, axis->transposed ? o / axis->s : o);
    if (range.count > 0) range.first = phase.tap_first + phase.tap_stride * range.first;
    return range;
}

/* The same kernel from its other side: who reads input i is what output i of the opposite layer
 * reads. */
void tap_readers(const TapAxis *axis, int64_t i, void (*visit)(void *ctx, int64_t o, int64_t t),
                 void *ctx) {
    TapAxis opposite = *axis;
    opposite.i = axis->o;
    opposite.o = axis->i;
    opposite.transposed = !axis->transposed;
    TapPhase phase = tap_phase(&opposite, opposite.transposed ? i % axis->s : 0);
    TapRange range = tap_range(&opposite, i);
    for (int64_t m = 0; m < range.count; m++)
        visit(ctx, range.input + phase.tap_step * m, range.first + phase.tap_stride * m);
}

int64_t tap_nnz(const TapAxis *axis) {
    int64_t strided = axis->transposed ? axis->i : axis->o;
    int64_t dense = axis->transposed ? axis->o : axis->i;
    int64_t pairs = 0;
    for (int64_t t = 0; t < axis->k; t++) {
        int64_t offset = axis->d * t - axis->pad_lo;
        int64_t first = ceil_div(-offset, axis->s);
        int64_t last = floor_div(dense - 1 - offset, axis->s);
        if (first < 0) first = 0;
        if (last > strided - 1) last = strided - 1;
        if (first <= last) pairs += last - first + 1;
    }
    return pairs;
}

typedef VEC(TapRun) TapRuns;

/* Appends the runs of outputs q .. end-1, one output at a time. */
static void scan_runs(Arena *arena, const TapAxis *axis, const TapPhase *phase, int64_t q,
                      int64_t end, TapRuns *runs) {
    for (; q < end; q++) {
        TapRange range = tap_phase_range(axis, phase, q);
        TapRun *last = runs->len ? &runs->at[runs->len - 1] : NULL;
        if (last && last->taps.first == range.first && last->taps.count == range.count)
            last->n++;
        else
            VEC_PUSH(arena, runs, (TapRun){q, 1, range});
    }
}

/* Outputs whose taps all fall on data are one run, found in closed form; only the borders on its
 * two sides are scanned.
 *
 *     | border: fewer taps | interior: all taps | border |
 *     0                    from                 to       n_out */
int64_t tap_runs(Arena *arena, const TapAxis *axis, const TapPhase *phase, TapRun **out) {
    TapRuns runs = {0};
    int64_t from = 0, to = phase->n_out;
    if (phase->n_taps > 0) {
        int64_t reach = phase->tap_step * (phase->n_taps - 1);
        int64_t lowest = phase->in_offset + (reach < 0 ? reach : 0);
        int64_t highest = phase->in_offset + (reach > 0 ? reach : 0);
        from = ceil_div(-lowest, phase->in_step);
        to = floor_div(axis->i - 1 - highest, phase->in_step) + 1;
        if (from < 0) from = 0;
        if (to > phase->n_out) to = phase->n_out;
    }
    if (from >= to) from = to = phase->n_out;
    scan_runs(arena, axis, phase, 0, from, &runs);
    if (from < to)
        VEC_PUSH(arena, &runs, (TapRun){from, to - from, tap_phase_range(axis, phase, from)});
    scan_runs(arena, axis, phase, to, phase->n_out, &runs);
    *out = runs.at;
    return (int64_t)runs.len;
}
