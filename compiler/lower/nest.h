/* The loops around a register tile, for every window layer: batch and spatial axes, the phases of a
 * transposed layer, rows whose taps are cut off by the border, and the tiling of a row in pixels.
 *
 *     for each phase (one per residue of the output modulo the stride; one in a convolution)
 *       for group, for channel tile, for outer axes q     or the axes first; the outermost loop is
 *                                                          split in parts
 *         for each tile of m pixels along the last axis emit(tile)
 *
 * Neighbouring tiles whose taps fall on data for the same pixels are emitted once, in a loop: all
 * but the few at the ends of a row, and at a border of a dilated window. Taps outside the image are
 * never emitted. */
#ifndef NETC_LOWER_NEST_H
#define NETC_LOWER_NEST_H

#include "graph/graph.h"
#include "loop/build.h"
#include "lower/reduce.h"
#include "plan/layout.h"

enum { MAX_NEST_AXES = 1 + MAX_SPATIAL };

/** One axis of the nest: who reads whom, and how far apart neighbours lie. */
typedef struct NestAxis {
    TapAxis tap;
    int64_t in_stride, out_stride; /* elements from one to the next */
    bool counts_padding; /* avgpool count=all: padding within pad_hi counts in the divisor */
    int64_t pad_hi;
} NestAxis;

/** The axes of a node, batch included, outermost first; the register tile runs along the last one.
 *  Axes without extent are left out, neighbours that nothing distinguishes are merged. */
typedef struct Nest {
    NestAxis axes[MAX_NEST_AXES];
    int n_axes;                 /* at least 1 */
    int spatial[MAX_NEST_AXES]; /* window axis of the node that each is; -1: batch, or merged */
} Nest;

/** One phase on every axis. */
typedef struct NestPhase {
    TapPhase axis[MAX_NEST_AXES];
} NestPhase;

/** Outputs q .. q+n-1 of an outer axis that are treated alike. */
typedef struct NestRun {
    int64_t q, n;
    bool clipped;  /* the taps are those of the whole phase, cut to the image by loop bounds */
    TapRange taps; /* else exactly these */
} NestRun;

/** Where a tile is. */
typedef struct TileAt {
    LoopAffine group;                  /* number of the group of channels */
    LoopAffine channel_tile;           /* number of the channel tile in its group */
    LoopAffine q[MAX_NEST_AXES];       /* output of the phase on each axis; the last: first pixel */
    const NestRun *run[MAX_NEST_AXES]; /* of the outer axes */
    LoopAffine block;                  /* number of the block of the row, from ... */
    int64_t first_tile, end_tile;      /* ... the one of these tiles on */
    int m;                             /* pixels */
    bool outermost; /* no loop is open: those of the tile itself are split in parts */
    bool full;      /* every tap of every pixel falls on data */
    int64_t pixel;  /* q of the last axis, when not full */
} TileAt;

typedef struct NestLoops {
    LoopBuilder *builder;
    const Nest *nest;
    NestPhase phase;
    int64_t groups;                     /* groups of channels */
    int64_t channel_first, channel_end; /* channel tiles of a group */
    bool rows_outer;                    /* outer axes outside, channel tiles inside */
    bool may_clip;                      /* NestRun.clipped is allowed */
    int64_t block_tiles; /* tiles of a row that all channel tiles visit before the next ones; 0:
                            all. Else every tap of the row falls on data */
    bool whole_rows;     /* emit is called once a row, and tiles it */
    int m;               /* else: most pixels of a tile */
    void (*emit)(void *context, const TileAt *at);
    void *context;
} NestLoops;

/** The nest of a window node between tensors of these strides. */
Nest nest_of(const Node *node, const Strides *in, const Strides *out);

int64_t nest_phase_count(const Nest *nest);
NestPhase nest_phase(const Nest *nest, int64_t number);

/** Emits the loops of one phase and calls `emit` for each tile. */
void nest_emit(Arena *arena, const NestLoops *loops);

/** Offset of the first input that a tile reads, without its taps; and of its first output. */
LoopAffine nest_input(LoopBuilder *b, const Nest *nest, const NestPhase *phase, const TileAt *at);
LoopAffine nest_output(LoopBuilder *b, const Nest *nest, const NestPhase *phase, const TileAt *at);

/** Pixels lo .. hi-1 of a tile for which tap `tap` of the last axis falls on data. */
void nest_valid_pixels(const Nest *nest, const NestPhase *phase, const TileAt *at, int64_t tap,
                       int *lo, int *hi);

/** Divisor of an average at output q of one axis: elements on data, or on data and padding. */
int64_t nest_divisor(const NestAxis *axis, const TapPhase *phase, int64_t q);

/** Taps of a phase: the product over its axes. */
int64_t nest_taps(const Nest *nest, const NestPhase *phase);

/** The dimensions of a reduction over the taps of the outer axes that fall on data, at a tile: by
 * loop bounds where a run is clipped; else `x` and `w` move to the run's first tap.
 *  @param w_step  elements of weights from one tap of the innermost outer axis to the next
 *  @param dims    receives one for each outer axis, outermost first
 *  @return the elements of all taps together, or 0 if no tap falls on data: the outputs then hold
 *          only the bias */
int64_t nest_tap_dims(LoopBuilder *b, const Nest *nest, const NestPhase *phase, const TileAt *at,
                      int64_t w_step, ReduceDim *dims, LoopAffine *x, LoopAffine *w);

#endif
