/* tensor/tap: every view of the tap program against brute-force enumeration. */
#include "tensor/tap.h"

#include "axis_sweep.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

static const char *tap_text(const TapAxis *axis) {
    static char text[200];
    snprintf(text, sizeof text, "%s i=%lld o=%lld k=%lld s=%lld d=%lld pad_lo=%lld",
             axis->transposed ? "tconv" : "conv", (long long)axis->i, (long long)axis->o,
             (long long)axis->k, (long long)axis->s, (long long)axis->d, (long long)axis->pad_lo);
    return text;
}

typedef struct Census {
    int64_t geometries, dead, cropped, gaps, runs;
} Census;

/* One range, whose first tap and steps are known, against the row of the table. */
static void check_row(const TapAxis *axis, const TapTable *table, int64_t o, TapRange range,
                      int64_t first, int64_t tap_stride, int64_t tap_step) {
    int64_t seen = 0;
    for (int64_t t = 0; t < axis->k; t++) seen += table->read[o][t] != NO_DATA;
    cr_assert_eq(range.count, seen, "%s: output %lld has %lld taps", tap_text(axis), (long long)o,
                 (long long)seen);
    for (int64_t n = 0; n < range.count; n++) {
        int64_t t = first + n * tap_stride;
        cr_assert(t >= 0 && t < axis->k && table->read[o][t] == range.input + n * tap_step,
                  "%s: output %lld tap %lld", tap_text(axis), (long long)o, (long long)t);
    }
    if (range.count == 0) cr_assert(range.first == 0 && range.input == 0);
}

static void check_runs(Arena *arena, const TapAxis *axis, const TapPhase *phase, Census *census) {
    TapRun *runs;
    int64_t n_runs = tap_runs(arena, axis, phase, &runs), q = 0;
    for (int64_t r = 0; r < n_runs; r++) {
        cr_assert_eq(runs[r].q, q, "%s: run %lld", tap_text(axis), (long long)r);
        for (int64_t n = 0; n < runs[r].n; n++) {
            TapRange range = tap_phase_range(axis, phase, q++);
            cr_assert(range.first == runs[r].taps.first && range.count == runs[r].taps.count,
                      "%s: run %lld", tap_text(axis), (long long)r);
            if (n == 0) cr_assert_eq(range.input, runs[r].taps.input);
        }
        if (r > 0)
            cr_assert(runs[r].taps.first != runs[r - 1].taps.first ||
                          runs[r].taps.count != runs[r - 1].taps.count,
                      "%s: run %lld is not maximal", tap_text(axis), (long long)r);
    }
    cr_assert_eq(q, phase->n_out, "%s", tap_text(axis));
    census->runs += n_runs;
}

typedef struct Readers {
    int64_t output[SWEEP_MAX], tap[SWEEP_MAX];
    int64_t n;
} Readers;

static void add_reader(void *ctx, int64_t o, int64_t t) {
    Readers *readers = ctx;
    readers->output[readers->n] = o;
    readers->tap[readers->n++] = t;
}

static void check_readers(const TapAxis *axis, const TapTable *table) {
    for (int64_t i = 0; i < axis->i; i++) {
        Readers readers = {.n = 0};
        tap_readers(axis, i, add_reader, &readers);
        int64_t expected = 0;
        for (int64_t t = 0; t < axis->k; t++)
            for (int64_t o = 0; o < axis->o; o++) {
                if (table->read[o][t] != i) continue;
                cr_assert(expected < readers.n && readers.output[expected] == o &&
                              readers.tap[expected] == t,
                          "%s: reader (%lld, %lld) of input %lld", tap_text(axis), (long long)o,
                          (long long)t, (long long)i);
                expected++;
            }
        cr_assert_eq(readers.n, expected, "%s: input %lld", tap_text(axis), (long long)i);
    }
}

static void check_axis(Arena *arena, const TapAxis *axis, const TapTable *table, Census *census) {
    bool seen[SWEEP_MAX] = {false};
    int64_t n_phases = tap_phase_count(axis), pairs = 0;
    for (int64_t p = 0; p < n_phases; p++) {
        TapPhase phase = tap_phase(axis, p);
        cr_assert(phase.n_out >= 1 && phase.in_step >= 1, "%s", tap_text(axis));
        cr_assert_eq(phase.tap_step > 0, !axis->transposed);
        for (int64_t q = 0; q < phase.n_out; q++) {
            int64_t o = phase.out_first + phase.out_step * q;
            cr_assert(o < axis->o && !seen[o], "%s: output %lld twice", tap_text(axis),
                      (long long)o);
            seen[o] = true;
            TapRange range = tap_phase_range(axis, &phase, q);
            check_row(axis, table, o, range, phase.tap_first + phase.tap_stride * range.first,
                      phase.tap_stride, phase.tap_step);
            TapRange whole = tap_range(axis, o);
            check_row(axis, table, o, whole, whole.first, phase.tap_stride, phase.tap_step);
            pairs += range.count;
            census->dead += range.count == 0;
        }
        census->gaps += phase.n_taps == 0;
        check_runs(arena, axis, &phase, census);
    }
    for (int64_t o = 0; o < axis->o; o++)
        cr_assert(seen[o], "%s: output %lld in no phase", tap_text(axis), (long long)o);
    cr_assert_eq(tap_nnz(axis), pairs, "%s", tap_text(axis));
    check_readers(axis, table);
    census->geometries++;
}

Test(tap, conv_agrees_with_sliding_windows) {
    Arena *arena = arena_create();
    Census census = {0};
    for (ConvAxis axis = {0}; sweep_next(&axis);)
        for (int up = 0; up < 2; up++) {
            axis.ceil = up;
            int64_t o = brute_windows(&axis);
            if (o == 0) continue;
            TapTable table;
            brute_conv_taps(&axis, o, &table);
            TapAxis tap = {axis.i, o, axis.k, axis.s, axis.d, axis.pad_lo, false};
            check_axis(arena, &tap, &table, &census);
            arena_reset(arena);
        }
    arena_destroy(arena);
    cr_assert(census.geometries >= 1527 && census.dead > 1000, "%lld geometries, %lld dead outputs",
              (long long)census.geometries, (long long)census.dead);
}

Test(tap, tconv_agrees_with_scattering) {
    Arena *arena = arena_create();
    Census census = {0};
    for (ConvAxis axis = {0}; sweep_next(&axis);) {
        int64_t least = -axis.pad_lo - axis.pad_hi + (axis.i - 1) * axis.s + brute_kernel(&axis);
        for (axis.a = 0; axis.a < axis.s; axis.a++) {
            int64_t o = least + axis.a;
            if (o < 1) continue;
            TapTable table;
            brute_tconv_taps(&axis, o, &table);
            TapAxis tap = {axis.i, o, axis.k, axis.s, axis.d, axis.pad_lo, true};
            check_axis(arena, &tap, &table, &census);
            census.cropped += axis.pad_lo > brute_kernel(&axis) - 1;
            arena_reset(arena);
        }
        axis.a = 0;
    }
    arena_destroy(arena);
    cr_assert(census.geometries >= 1527 && census.cropped > 500 && census.gaps > 500,
              "%lld geometries, %lld cropped, %lld phases without a tap",
              (long long)census.geometries, (long long)census.cropped, (long long)census.gaps);
}

/* Work counts and overlap of the guide's figures (arithmetic.md 1): the non-zeros of C are the
 * square of the axis's, the same seen from the transposed side, and the readers of each input are
 * the column sums. */
Test(tap, non_zeros_of_the_figures) {
    static const struct {
        const char *figure;
        int64_t i, o, p, k, s, d, nnz;
        const char *overlap;
    } table[] = {
        {"2.1", 4, 2, 0, 3, 1, 1, 36, "1221"},   {"2.2", 5, 6, 2, 4, 1, 1, 324, "34443"},
        {"2.3", 5, 5, 1, 3, 1, 1, 169, "23332"}, {"2.4", 5, 7, 2, 3, 1, 1, 225, "33333"},
        {"2.5", 5, 2, 0, 3, 2, 1, 36, "11211"},  {"2.6", 5, 3, 1, 3, 2, 1, 49, "12121"},
        {"2.7", 6, 3, 1, 3, 2, 1, 64, "121211"}, {"5.1", 7, 3, 0, 3, 1, 2, 81, "1121211"},
    };
    for (size_t n = 0; n < sizeof table / sizeof table[0]; n++) {
        TapAxis conv = {table[n].i, table[n].o, table[n].k, table[n].s,
                        table[n].d, table[n].p, false};
        TapAxis tconv = {table[n].o, table[n].i, table[n].k, table[n].s,
                         table[n].d, table[n].p, true};
        cr_expect_eq(tap_nnz(&conv) * tap_nnz(&conv), table[n].nnz, "Fig %s", table[n].figure);
        cr_expect_eq(tap_nnz(&tconv), tap_nnz(&conv), "Fig %s transposed", table[n].figure);
        char overlap[SWEEP_MAX] = "";
        for (int64_t i = 0; i < conv.i; i++) {
            Readers readers = {.n = 0};
            tap_readers(&conv, i, add_reader, &readers);
            overlap[i] = (char)('0' + readers.n);
            cr_expect_eq(tap_range(&tconv, i).count, readers.n, "Fig %s", table[n].figure);
        }
        cr_expect_str_eq(overlap, table[n].overlap, "Fig %s", table[n].figure);
    }
}

/* Inputs that nobody reads (arithmetic.md 2). */
Test(tap, unread_inputs) {
    static const struct {
        int64_t i, k, s, d;
        const char *read; /* one character per input: x is read */
    } table[] = {{8, 3, 3, 1, "xxxxxx.."},
                 {6, 1, 2, 1, "x.x.x."},
                 {7, 3, 2, 2, "x.x.x.x"},
                 {8, 2, 3, 1, "xx.xx.xx"}};
    for (size_t n = 0; n < sizeof table / sizeof table[0]; n++) {
        ConvAxis axis = {.i = table[n].i, .k = table[n].k, .s = table[n].s, .d = table[n].d};
        TapAxis tap = {axis.i, brute_windows(&axis), axis.k, axis.s, axis.d, 0, false};
        char read[SWEEP_MAX] = "";
        for (int64_t i = 0; i < tap.i; i++) {
            Readers readers = {.n = 0};
            tap_readers(&tap, i, add_reader, &readers);
            read[i] = readers.n ? 'x' : '.';
        }
        cr_expect_str_eq(read, table[n].read, "%s", tap_text(&tap));
    }
}

/* Extents near the language's limits: the answer is found without walking there. */
Test(tap, huge_extents) {
    Arena *arena = arena_create();
    const int64_t big = INT64_C(2147483647);
    TapAxis conv = {big, big, 3, 1, 1, 1, false};
    TapPhase phase = tap_phase(&conv, 0);
    TapRun *runs;
    cr_assert_eq(tap_runs(arena, &conv, &phase, &runs), 3);
    cr_assert(runs[0].n == 1 && runs[1].n == big - 2 && runs[2].n == 1);
    cr_assert_eq(tap_nnz(&conv), 3 * big - 2);

    TapAxis tconv = {2, big + 4, 5, big - 1, 1, 0, true};
    cr_assert_eq(tap_phase_count(&tconv), big - 1);
    TapRange last = tap_range(&tconv, big - 1 + 4);
    cr_assert(last.first == 4 && last.count == 1 && last.input == 1);
    cr_assert_eq(tap_range(&tconv, 5).count, 0);
    cr_assert_eq(tap_nnz(&tconv), 10);
    arena_destroy(arena);
}
