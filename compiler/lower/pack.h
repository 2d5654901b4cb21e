/* Constants in the order in which the loops visit them. */
#ifndef NETC_LOWER_PACK_H
#define NETC_LOWER_PACK_H

#include "base/arena.h"
#include "base/vec.h"
#include "graph/graph.h"
#include "lower/nest.h"
#include "plan/row_taps.h"

#include <stdint.h>

enum { PACK_ALIGN = 64 };

/** A run of floats in the packed weights. */
typedef struct PackedBlock {
    float *data;
    int64_t elems;
    int64_t offset; /* bytes from the start of the packed weights, a multiple of PACK_ALIGN */
    bool shared;    /* its data are complete: an equal one may take its place */
    Arena *own;     /* of the data, until pack_finish; NULL: that of the packer */
} PackedBlock;

typedef struct Packer {
    Arena *arena;
    VEC(PackedBlock) blocks;
    int64_t bytes; /* of all blocks so far */
} Packer;

/** Reserves `elems` zeroed floats. */
PackedBlock pack_reserve(Packer *packer, int64_t elems);

/** Gives the last block that was reserved, whose data are complete, the place of an equal one if
 *  there is one: versions of a network for several CPUs have most of their weights in common. */
void pack_share(Packer *packer, PackedBlock *block);

/** All blocks one after another; these lose their data. */
unsigned char *pack_finish(Packer *packer);

/** How the weights of one phase are cut: tiles of `nv` vectors of output channels, blocks of
 *  `ic_block` input channels (the last of each may be smaller), in each group of channels. */
typedef struct PackShape {
    int lanes;
    int64_t groups;
    int64_t ic, oc; /* of one group */
    int ic_block;
    int64_t first_vector, n_vectors; /* which vectors of output channels, in each group */
    int nv;                          /* vectors of a tile; divides n_vectors */
} PackShape;

/** Floats that pack_taps needs. */
int64_t pack_taps_elems(const Nest *nest, const NestPhase *phase, const PackShape *shape);

/** Packs the weights of one phase of a conv, tconv or dense node:
 *
 *      [group][channel tile][ic block][taps of each axis ...][ic in block][nv vectors of lanes]
 *
 *  Output channels beyond the last one get weight 0. */
void pack_taps(const Node *node, const Nest *nest, const NestPhase *phase, const PackShape *shape,
               float *out);

/** Packs the weights of one phase of a node with narrow groups:
 *
 *      [vector of output channels][taps of each axis ...][ic of a group][lanes]
 *
 *  @param out  receives ceil(oc / lanes) * taps * ic * lanes floats, 0 beyond the last channel */
void pack_group_taps(const Node *node, const Nest *nest, const NestPhase *phase, int lanes,
                     float *out);

/** How the weights of a kernel with lanes along the row are cut: tiles of `nc` output channels. */
typedef struct PackRows {
    int64_t groups, ic;                /* ic: of one group */
    int64_t first_channel, n_channels; /* which output channels, in each group */
    int nc;                            /* channels of a tile; divides n_channels */
    const RowTaps *row;
} PackRows;

/** Packs the weights of one phase of the outer axes:
 *
 *      [group][channel tile][ic][taps of each outer axis ...][taps of the row][nc channels] */
void pack_row_taps(const Node *node, const Nest *nest, const NestPhase *phase,
                   const PackRows *shape, float *out);

#endif
