/* The guide's figures in characters: one axis of a window layer as a line of cells over which the
 * kernel moves, for a transposed layer the input stretched and padded as the guide draws it.
 *
 *     . x x x x x .      i = 5, p = 1        conv:  cell = input + pad_lo, kernel moves s cells
 *     . x : x : x . .    i' = 3, s = 2       tconv: cell = s*input + (K-1-p), kernel moves 1 cell
 *
 * What reads what is the tap program's; a test holds every cell to it. */
#ifndef NETC_EXPLAIN_FIGURE_H
#define NETC_EXPLAIN_FIGURE_H

#include "base/text.h"
#include "graph/graph.h"

typedef enum FigureCell {
    CELL_INPUT,
    CELL_UNREAD,  /* input that no output reads */
    CELL_BETWEEN, /* zero between two inputs of a transposed layer */
    CELL_EXTRA,   /* one of the `a` zeros of R14 */
    CELL_PADDING,
    CELL_BEYOND, /* after the padding, under a window that is rounded up */
    FIGURE_CELLS
} FigureCell;

/** The line of cells of one axis. All counts are in cells. */
typedef struct FigureAxis {
    TapAxis taps;
    int64_t n;           /* cells */
    int64_t input_first; /* the cell of input 0 */
    int64_t input_step;  /* from one input to the next */
    int64_t extra;       /* CELL_EXTRA after the last input, as far as there are cells */
    int64_t padding_end; /* where the padding after the input ends */
    int64_t window_first, window_step; /* output o: tap t is over cell window_first +
                                          window_step*o + d*t */
} FigureAxis;

/** The line of a window layer's axis whose sizes are legal. */
FigureAxis figure_axis(const WindowAxis *axis, bool transposed);

/** What is drawn at a cell, 0 .. n-1. */
FigureCell figure_cell(const FigureAxis *axis, int64_t cell);

/** True if a tap of the kernel is over the cell when output `o` is made. */
bool figure_is_tapped(const FigureAxis *axis, int64_t o, int64_t cell);

/** Appends the figure of a window layer: for one axis the line and the kernel's way over it, for
 *  two the plane with the kernel at its first place, for three each axis alone. Long lines are
 *  drawn at their ends only. */
void figure_print(Text *out, const Node *node, bool colour);

#endif
