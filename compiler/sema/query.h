/* One layer of which numbers are sought: `netc solve 'conv(k=?, s=?)' 224 56`.
 *
 * A program of one input and this layer is analysed as usual, save that a query takes the layer's
 * place: it reads the attributes by the language's rules, `?` also for several at once, for one
 * side of a padding and for a word, and leaves the numbers open. What does not bear on sizes (c, n)
 * need not be given. */
#ifndef NETC_SEMA_QUERY_H
#define NETC_SEMA_QUERY_H

#include "base/source.h"
#include "sema/sema.h"
#include "tensor/search.h"

typedef enum HoleKind {
    HOLE_K,
    HOLE_S,
    HOLE_P,    /* the same on both sides */
    HOLE_P_LO, /* before, (?, 1) */
    HOLE_P_HI, /* after */
    HOLE_D,
    HOLE_A,
    HOLE_ROUND,
    HOLE_COUNT
} HoleKind;

/** A `?` of the text. */
typedef struct LayerHole {
    HoleKind kind;
    Span span;
    int axis; /* the axis whose number it is; -1: all of them */
} LayerHole;

typedef struct LayerQuery {
    bool is_window;    /* a layer with a window stood there, and was read; else the rest is empty */
    const char *name;  /* "conv" */
    Span stage;        /* the layer in the source */
    bool by_axis;      /* some `?` is one axis's own: each axis is sought alone */
    bool whole_kernel; /* k=all */
    const char *axes[SEARCH_AXES]; /* "H" */
    SearchLayer layer;             /* the wanted sizes are 0, for the caller to set */
    VEC(LayerHole) holes;          /* in the order of the text */
} LayerQuery;

/** Analyses a program whose only layer is asked about; faults are reported as ever.
 *  @param query  receives the layer, its strings in `arena`; its is_window is false after a fault,
 *                or where there is another layer than a window's */
void sema_query(Arena *arena, Interner *interner, const Ast *ast, const SemaOptions *options,
                Sources *sources, Diags *diags, LayerQuery *query);

/** The layer's text with a solution in place of its holes; of one axis's alone, where `axis` is not
 *  -1: the others stay. */
const char *query_text(Arena *arena, const Sources *sources, const LayerQuery *query,
                       const Solution *solution, int axis);

#endif
