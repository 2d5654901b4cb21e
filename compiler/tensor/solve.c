/* Bisection over one unknown. Which way the size goes:
 *
 *                 k    s    p    d    a
 *     conv        -    -    +    -         o  = ⌊(i + 2p − d(k−1) − 1)/s⌋ + 1
 *     transposed  +    +    -    +    +    o' = s(i'−1) + d(k−1) + 1 + a − 2p
 *
 * An axis without an output (the window is too large, or nothing is left) counts as size 0: it lies
 * at the end where sizes are small, so that the order holds. With the ceiling o is
 * ⌈n/s⌉ + 1, less 1 if the last window starts behind the data: as the quotient rises by one or more
 * the correction falls by one at most, and where it stays the correction moves the same way. */
#include "tensor/solve.h"

#include "base/checked.h"

#include <assert.h>

static int64_t *field_of(ConvAxis *axis, Unknown sought) {
    switch (sought) {
    case UNKNOWN_K: return &axis->k;
    case UNKNOWN_S: return &axis->s;
    case UNKNOWN_D: return &axis->d;
    case UNKNOWN_A: return &axis->a;
    case UNKNOWN_P: break;
    }
    return &axis->pad_lo;
}

ConvAxis solve_with(const SolveAxis *problem, Unknown sought, int64_t x) {
    ConvAxis axis = problem->axis;
    *field_of(&axis, sought) = x;
    if (sought == UNKNOWN_P) {
        axis.pad_hi = x;
    } else if (problem->has_word) {
        ConvStatus status = problem->transposed ? tconv_pad_word(problem->word, &axis)
                                                : conv_pad_word(problem->word, &axis);
        assert(status == CONV_OK);
        (void)status;
    }
    return axis;
}

static int64_t extent_of(const SolveAxis *problem, const ConvAxis *axis) {
    int64_t o;
    ConvStatus status =
        problem->transposed ? tconv_output_extent(axis, &o) : conv_output_extent(axis, &o);
    if (status == CONV_OVERFLOW) return INT64_MAX;
    return status == CONV_OK ? o : 0;
}

int64_t solve_extent(const SolveAxis *problem, Unknown sought, int64_t x) {
    ConvAxis axis = solve_with(problem, sought, x);
    return extent_of(problem, &axis);
}

/* The values an unknown may have. a must stay below the larger of s and d. */
static ConvRange domain_of(const SolveAxis *problem, Unknown sought) {
    const ConvAxis *axis = &problem->axis;
    ConvRange range = {1, SOLVE_MOST};
    switch (sought) {
    case UNKNOWN_K: break;
    case UNKNOWN_P: range.lo = 0; break;
    case UNKNOWN_A: range = (ConvRange){0, (axis->s > axis->d ? axis->s : axis->d) - 1}; break;
    case UNKNOWN_S:
        if (axis->a > 0 && axis->d <= axis->a) range.lo = axis->a + 1;
        break;
    case UNKNOWN_D:
        if (axis->a > 0 && axis->s <= axis->a) range.lo = axis->a + 1;
        break;
    }
    return range;
}

bool solve_allows(const SolveAxis *problem, Unknown sought, int64_t x) {
    ConvRange domain = domain_of(problem, sought);
    return x >= domain.lo && x <= domain.hi;
}

/* The first value of the domain at which the size has reached `o` in the direction in which it
 * moves, or has gone beyond; one behind the domain where it never does. */
static int64_t first_at(const SolveAxis *problem, Unknown sought, bool rises, bool beyond) {
    ConvRange domain = domain_of(problem, sought);
    int64_t lo = domain.lo, hi = domain.hi + 1;
    while (lo < hi) {
        int64_t mid = lo + (hi - lo) / 2, o = solve_extent(problem, sought, mid);
        bool reached = o == problem->o ? !beyond : (o > problem->o) == rises;
        if (reached)
            hi = mid;
        else
            lo = mid + 1;
    }
    return lo;
}

ConvRange solve_one(const SolveAxis *problem, Unknown sought) {
    assert(problem->o >= 1 && (sought != UNKNOWN_A || problem->transposed));
    bool rises = (sought == UNKNOWN_P) != problem->transposed;
    return (ConvRange){first_at(problem, sought, rises, false),
                       first_at(problem, sought, rises, true) - 1};
}

/* With t = s(i'−1) + k̂ − o' the two are related by 2p = t + a. */
bool solve_pad_and_a(const SolveAxis *problem, ConvAxis *out) {
    assert(problem->transposed);
    SolveAxis open = *problem;
    open.has_word = false;
    open.axis.a = 0;
    int64_t whole = solve_extent(&open, UNKNOWN_P, 0), t;
    if (whole < 1 || !checked_sub(whole, problem->o, &t)) return false;
    int64_t a = t < 0 ? -t : t % 2;
    if (!solve_allows(&open, UNKNOWN_A, a)) return false;
    open.axis.a = a;
    if (!solve_allows(&open, UNKNOWN_P, (t + a) / 2)) return false;
    *out = solve_with(&open, UNKNOWN_P, (t + a) / 2);
    return true;
}

/* Two symmetric paddings that follow each other differ by 2 in all, and between them lies one odd
 * sum: so a sum that gives the size is that of the least p, or one more than that of the neighbour
 * below, which the size passes over. */
bool solve_lopsided(const SolveAxis *problem, ConvAxis *out) {
    ConvRange range = solve_one(problem, UNKNOWN_P);
    ConvAxis axis;
    if (range.lo > 0 && solve_allows(problem, UNKNOWN_P, range.lo - 1)) {
        axis = solve_with(problem, UNKNOWN_P, range.lo - 1);
        axis.pad_hi++;
        if (extent_of(problem, &axis) == problem->o) {
            *out = axis;
            return true;
        }
    }
    if (range.lo > range.hi) return false;
    *out = solve_with(problem, UNKNOWN_P, range.lo);
    return true;
}
