/* How a tensor's elements lie in memory.
 *
 *     plain        the type's own axes, row-major                         [N][C][H][W]
 *     blocked v    channels in blocks of v lanes, padded to a multiple    [N][C/v][H][W][v]
 *
 * Kernels are written against the strides, never against a layout's name. */
#ifndef NETC_PLAN_LAYOUT_H
#define NETC_PLAN_LAYOUT_H

#include "base/text.h"
#include "tensor/shape.h"

typedef struct Layout {
    int block; /* lanes of a channel block; 1: plain */
} Layout;

/** Element (n, c, x...) is at n*batch + (c / block)*channel + sum(x*spatial) + c % block. */
typedef struct Strides {
    int64_t batch;   /* elements; 0 without the axis */
    int64_t channel; /* from one channel block to the next (plain: channel to channel) */
    int64_t spatial[MAX_SPATIAL];
    int n_spatial;
    int block;
    int64_t channel_blocks; /* ceil(C / block) */
    int64_t elems;          /* of the whole tensor, padding lanes included */
} Strides;

/** Strides of a tensor in a layout. The type is legal. */
Strides layout_strides(const TensorType *type, Layout layout);

/** True if `lanes` consecutive channels, beginning at a multiple of `lanes`, are adjacent. */
bool strides_channels_adjacent(const Strides *strides, const TensorType *type, int lanes);

/** Offset of the element with these indices (one per axis of the type). */
int64_t strides_offset(const Strides *strides, const TensorType *type, const int64_t *index);

/** Appends "plain" or "C8". */
void layout_print(Text *out, Layout layout);

#endif
