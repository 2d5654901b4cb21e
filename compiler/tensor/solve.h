/* Unknowns of a window layer along one axis, found from the size it is to have (`?` of the
 * language).
 *
 * The size of the output never falls, or never rises, as one of k, s, p, d or a grows. So the
 * values that give a wanted size are an interval, and its two ends are found by bisection: in every
 * case by the very functions that give the sizes, also where the floor is a ceiling, where k̂ stands
 * for k, and where a word is the padding. Values are sought up to SOLVE_MOST. */
#ifndef NETC_TENSOR_SOLVE_H
#define NETC_TENSOR_SOLVE_H

#include "tensor/conv_arith.h"

/** The largest value that is tried. */
#define SOLVE_MOST INT64_C(2147483647)

typedef enum Unknown {
    UNKNOWN_K = 1,
    UNKNOWN_S = 2,
    UNKNOWN_P = 4, /* the same padding before and after */
    UNKNOWN_D = 8,
    UNKNOWN_A = 16
} Unknown;

typedef struct SolveAxis {
    ConvAxis axis;   /* sane; what is sought is not read */
    bool transposed; /* R8-R14 in place of R1-R7 */
    bool has_word;   /* the padding is `word`, whatever axis says */
    PadWord word;
    int64_t o; /* the wanted output extent, >= 1 */
} SolveAxis;

/** The axis with `x` for what is sought, the padding of its word put in. */
ConvAxis solve_with(const SolveAxis *problem, Unknown sought, int64_t x);

/** Its output extent; 0 where it has none. */
int64_t solve_extent(const SolveAxis *problem, Unknown sought, int64_t x);

/** All values of one unknown that give the wanted size: k, s, d >= 1; p >= 0; 0 <= a < max(s, d)
 *  of a transposed layer.
 *  @return the interval; where it is empty, hi and lo = hi + 1 are the neighbours between which the
 *          size passes the wanted one (each may lie outside of what is allowed) */
ConvRange solve_one(const SolveAxis *problem, Unknown sought);

/** p and a of a transposed layer together: the smallest a that leaves p whole.
 *  @param out  the solved axis
 *  @return false if there is none */
bool solve_pad_and_a(const SolveAxis *problem, ConvAxis *out);

/** The least padding in all that gives the wanted size, half of it on each side and the odd one at
 *  the end.
 *  @param out  the solved axis
 *  @return false if there is none */
bool solve_lopsided(const SolveAxis *problem, ConvAxis *out);

/** True if `x` is a value that the unknown may have. */
bool solve_allows(const SolveAxis *problem, Unknown sought, int64_t x);

#endif
