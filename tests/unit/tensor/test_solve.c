/* tensor/solve: unknowns against trying every value, by sliding windows and by scattering. */
#include "axis_sweep.h"
#include "tensor/solve.h"

#include <criterion/criterion.h>
#include <stdio.h>

#define COUNT(table) (sizeof(table) / sizeof(table)[0])

enum { TRIED = 24, MOST_PADDING = 64 };

static const Unknown unknowns[] = {UNKNOWN_K, UNKNOWN_S, UNKNOWN_P, UNKNOWN_D, UNKNOWN_A};
static const char *const letters[] = {"k", "s", "p", "d", "a"};

static const char *problem_text(const SolveAxis *problem, int unknown) {
    static char text[200];
    const ConvAxis *axis = &problem->axis;
    snprintf(text, sizeof text,
             "%s%s=? i=%lld k=%lld s=%lld d=%lld p=(%lld, %lld) a=%lld%s -> %lld",
             problem->transposed ? "tconv " : "", letters[unknown], (long long)axis->i,
             (long long)axis->k, (long long)axis->s, (long long)axis->d, (long long)axis->pad_lo,
             (long long)axis->pad_hi, (long long)axis->a, axis->ceil ? " ceil" : "",
             (long long)problem->o);
    return text;
}

/* The size of a transposed layer: cells between the first and the last that is written, less those
 * that the padding takes away. */
static int64_t brute_transposed(const ConvAxis *axis) {
    int64_t cells = brute_kernel(axis) + axis->a;
    for (int64_t n = 1; n < axis->i; n++) cells += axis->s;
    for (int64_t n = 0; n < axis->pad_lo + axis->pad_hi; n++) cells--;
    return cells > 0 ? cells : 0;
}

static int64_t brute_extent(const SolveAxis *problem, const ConvAxis *axis) {
    return problem->transposed ? brute_transposed(axis) : brute_windows(axis);
}

/* The axis with x put in; false where x may not be. */
static bool put(const SolveAxis *problem, int unknown, int64_t x, ConvAxis *out) {
    *out = problem->axis;
    switch (unknowns[unknown]) {
    case UNKNOWN_K: out->k = x; break;
    case UNKNOWN_S: out->s = x; break;
    case UNKNOWN_P: out->pad_lo = out->pad_hi = x; return true;
    case UNKNOWN_D: out->d = x; break;
    case UNKNOWN_A: out->a = x; break;
    }
    return x >= (unknowns[unknown] != UNKNOWN_A) &&
           (out->a == 0 || out->a < out->s || out->a < out->d);
}

/* True where the field that is sought has its first value: the others would repeat the problem. */
static bool is_first(const ConvAxis *axis, int unknown) {
    switch (unknowns[unknown]) {
    case UNKNOWN_K: return axis->k == 1;
    case UNKNOWN_S: return axis->s == 1;
    case UNKNOWN_D: return axis->d == 1;
    case UNKNOWN_P: return axis->pad_lo == 0 && axis->pad_hi == 0;
    case UNKNOWN_A: break;
    }
    return true;
}

/* Compares the interval with the values up to TRIED that give the size.
 * @return true if there is one */
static bool check_problem(const SolveAxis *problem, int unknown) {
    ConvRange range = solve_one(problem, unknowns[unknown]);
    bool any = false;
    for (int64_t x = 0; x <= TRIED; x++) {
        ConvAxis axis;
        bool gives = put(problem, unknown, x, &axis) && brute_extent(problem, &axis) == problem->o;
        bool found = x >= range.lo && x <= range.hi;
        cr_assert_eq(gives, found, "%s: %lld", problem_text(problem, unknown), (long long)x);
        any |= gives;
    }
    return any;
}

/* Every geometry of the sweep, each unknown, and sizes that are met as well as missed. */
Test(solve, one_unknown) {
    int64_t solved = 0, without = 0;
    for (ConvAxis axis = {0}; sweep_next(&axis);) {
        for (int mode = 0; mode < 3; mode++)
            for (int unknown = 0; unknown < 5; unknown++) {
                SolveAxis problem = {.axis = axis, .transposed = mode == 2};
                problem.axis.ceil = mode == 1;
                if (!is_first(&axis, unknown) || (unknown == 4 && !problem.transposed)) continue;
                problem.o = 1 + (axis.i * 5 + axis.k + axis.pad_lo) % 9;
                bool may_keep = unknown == 1 || unknown == 3 || axis.s > 1 || axis.d > 1;
                if (problem.transposed && unknown != 4 && may_keep)
                    problem.axis.a = axis.pad_hi % 2;
                bool any = check_problem(&problem, unknown);
                solved += any;
                without += !any;
            }
    }
    cr_assert_geq(solved, 5000);
    cr_assert_geq(without, 3000);
}

/* p and a together, and the lopsided pair: the least of all that give the size. */
Test(solve, pairs) {
    int64_t both = 0, odd = 0;
    for (ConvAxis axis = {0}; sweep_next(&axis);) {
        if (!is_first(&axis, 2)) continue;
        for (int64_t o = 1; o <= 8; o++)
            for (int mode = 0; mode < 3; mode++) {
                SolveAxis problem = {.axis = axis, .transposed = mode == 2, .o = o};
                problem.axis.ceil = mode == 1;
                ConvAxis found, tried = problem.axis;
                int64_t total = 0;
                for (; total <= MOST_PADDING; total++) {
                    tried.pad_lo = total / 2;
                    tried.pad_hi = total - total / 2;
                    if (brute_extent(&problem, &tried) == o) break;
                }
                cr_assert_eq(solve_lopsided(&problem, &found), total <= MOST_PADDING, "%s",
                             problem_text(&problem, 2));
                if (total <= MOST_PADDING)
                    cr_assert(found.pad_lo == tried.pad_lo && found.pad_hi == tried.pad_hi, "%s",
                              problem_text(&problem, 2));
                odd += total <= MOST_PADDING && total % 2 == 1;
                if (!problem.transposed) continue;
                int64_t a_end = axis.s > axis.d ? axis.s : axis.d;
                bool exists = false;
                tried = problem.axis;
                for (int64_t a = 0; a < a_end && !exists; a++)
                    for (int64_t p = 0; p <= TRIED && !exists; p++) {
                        tried.a = a;
                        tried.pad_lo = tried.pad_hi = p;
                        exists = brute_transposed(&tried) == o;
                    }
                cr_assert_eq(solve_pad_and_a(&problem, &found), exists, "%s",
                             problem_text(&problem, 2));
                if (exists)
                    cr_assert(found.a == tried.a && found.pad_lo == tried.pad_lo &&
                                  found.pad_hi == tried.pad_lo,
                              "%s", problem_text(&problem, 2));
                both += exists;
            }
    }
    cr_assert_geq(both, 1500);
    cr_assert_geq(odd, 500);
}

/* The ends of 64 bits, words, the neighbours of an empty interval. */
Test(solve, edges) {
    static const struct {
        const char *name;
        SolveAxis problem;
        Unknown sought;
        int64_t lo, hi;
    } table[] = {
        {"any stride for one output",
         {.axis = {.i = 5, .k = 3, .s = 1, .d = 1}, .o = 1},
         UNKNOWN_S,
         3,
         SOLVE_MOST},
        {"s beside same",
         {.axis = {.i = 28, .k = 3, .s = 1, .d = 1}, .has_word = true, .word = PAD_SAME, .o = 14},
         UNKNOWN_S,
         2,
         2},
        {"s beside causal, transposed",
         {.axis = {.i = 7, .k = 3, .s = 1, .d = 1},
          .transposed = true,
          .has_word = true,
          .word = PAD_CAUSAL,
          .o = 21},
         UNKNOWN_S,
         3,
         3},
        {"odd padding", {.axis = {.i = 32, .k = 4, .s = 1, .d = 1}, .o = 32}, UNKNOWN_P, 2, 1},
        {"d of one tap",
         {.axis = {.i = 9, .k = 1, .s = 1, .d = 1}, .o = 9},
         UNKNOWN_D,
         1,
         SOLVE_MOST},
        {"largest padding",
         {.axis = {.i = 1, .k = 1, .s = 1, .d = 1}, .o = 2 * SOLVE_MOST + 1},
         UNKNOWN_P,
         SOLVE_MOST,
         SOLVE_MOST},
        {"beyond it",
         {.axis = {.i = 1, .k = 1, .s = 1, .d = 1}, .o = INT64_MAX},
         UNKNOWN_P,
         SOLVE_MOST + 1,
         SOLVE_MOST},
        {"huge transposed",
         {.axis = {.i = SOLVE_MOST, .k = SOLVE_MOST, .s = 1, .d = SOLVE_MOST},
          .transposed = true,
          .o = INT64_MAX},
         UNKNOWN_S,
         SOLVE_MOST + 1,
         SOLVE_MOST},
        {"a below the dilation",
         {.axis = {.i = 3, .k = 3, .s = 2, .d = 4}, .transposed = true, .o = 16},
         UNKNOWN_A,
         3,
         3},
    };
    for (size_t n = 0; n < COUNT(table); n++) {
        ConvRange range = solve_one(&table[n].problem, table[n].sought);
        cr_expect(range.lo == table[n].lo && range.hi == table[n].hi, "%s: %lld .. %lld",
                  table[n].name, (long long)range.lo, (long long)range.hi);
    }
}
