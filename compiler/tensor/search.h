/* All layers that take a size to a size: several unknowns of a window layer at once (`netc solve`).
 *
 * One equation with several unknowns has many solutions, and some of them without end: a padding
 * may grow with the kernel for ever. What is sought is therefore bounded, and within these bounds
 * no solution is missing:
 *
 *     p <= K - 1     where p is sought: beyond it the outer outputs see only padding
 *     K <= data      where p is sought, or is a word that grows with K; data is the input of a
 *                    convolution or pool, the output of a transposed layer
 *     a <= s - 1     where a is sought (R14)
 *     d = 1          where d and k are sought and k = 1: one tap has no neighbour
 *     least s        where s is sought and there is one window: it does not move
 *
 * Elsewhere the equation itself bounds what is sought: K <= i + pad_lo + pad_hi, and
 * s <= (i + pad_lo + pad_hi - K)/(o - 1). */
#ifndef NETC_TENSOR_SEARCH_H
#define NETC_TENSOR_SEARCH_H

#include "tensor/solve.h"

#include "base/arena.h"
#include "base/vec.h"

enum { SEARCH_AXES = 3 };

/** One axis of the layer: what is known of it. */
typedef struct SearchAxis {
    ConvAxis axis;    /* what is sought is not read; `ceil` neither where the rounding is sought */
    unsigned unknown; /* a set of Unknown; UNKNOWN_P says that pad_lo or pad_hi is sought */
    bool has_word;    /* the padding is `word`, whatever axis says */
    PadWord word;
    bool is_pair;          /* with UNKNOWN_P: the two sides are sought apart */
    bool open_lo, open_hi; /* which of the two, where is_pair */
    int64_t o;             /* the wanted output extent, >= 1 */
    int64_t pad_most;      /* the largest padding that its border allows */
} SearchAxis;

typedef struct SearchLayer {
    bool transposed;
    bool needs_data; /* every window must hold data: max, min, avg with count=inside */
    bool open_round; /* the rounding is sought */
    bool open_count; /* avgpool's divisor is sought */
    int n;           /* axes, 1 .. SEARCH_AXES; what is sought is one number for all of them */
    SearchAxis axis[SEARCH_AXES];
} SearchLayer;

/** One layer that does it. Numbers that were not sought are those of the first axis. */
typedef struct Solution {
    int64_t k, s, d, a, pad_lo, pad_hi;
    bool ceil;
    bool count_all; /* divides by data and padding; only where that is sought */
    int deviations; /* from what people use: search.c */
    int64_t kernel; /* K */
    int64_t unread; /* data after the last window, most of all axes; 0 of a transposed layer */
} Solution;

typedef struct SearchResult {
    VEC(Solution) list;   /* in the order of what people use */
    int64_t kernel_most;  /* K was bounded by this; 0: by the equation alone */
    bool padding_bounded; /* p <= K - 1 was in force */
    bool single_window;   /* only the least s was listed */
    int64_t tried;        /* geometries that were looked at */
    int64_t stopped_at;   /* too many: nothing was sought beyond this K; 0: nothing is missing */
} SearchResult;

/** Most solutions that are found, and geometries that are tried, before the search stops. */
enum { SEARCH_FOUND = 100000, SEARCH_TRIED = 2000000 };

/** All solutions within the bounds, sorted. */
SearchResult search_layer(Arena *arena, const SearchLayer *layer);

/** Input extents 1 .. SOLVE_MOST that give the wanted size along one axis of which nothing else is
 *  sought; an interval, empty (lo > hi) where there is none: then hi and lo are the neighbours. */
ConvRange search_input(const SearchLayer *layer, int axis);

/** The output extent along an axis where nothing is sought; 0 where it has none. */
int64_t search_output(const SearchLayer *layer, int axis);

/** The sizes next to the wanted one, below and above, which some choice of what is sought gives the
 *  first axis: at most `reach` away.
 *  @param below, above  0: none */
void search_nearest(Arena *arena, const SearchLayer *layer, int64_t reach, int64_t *below,
                    int64_t *above);

#endif
