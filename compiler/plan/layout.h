/* How a tensor's elements lie in memory.
 *
 *     plain        the type's own axes, row-major                         [N][C][H][W]
 *     blocked v    channels in blocks of v lanes, padded to a multiple    [N][C/v][H][W][v]
 *     last         channels innermost, without padding                    [N][H][W][C]
 *
 * Kernels are written against the strides, never against a layout's name. */
#ifndef NETC_PLAN_LAYOUT_H
#define NETC_PLAN_LAYOUT_H

#include "base/text.h"
#include "tensor/shape.h"

typedef enum LayoutKind { LAYOUT_PLAIN, LAYOUT_BLOCKED, LAYOUT_LAST } LayoutKind;

typedef struct Layout {
    LayoutKind kind;
    int block; /* BLOCKED: lanes of a channel block; else 1 */
} Layout;

/** Element (n, c, x...) is at, with l = first_lane + c,
 *
 *      n*batch + (l / block)*channel + l % block + sum(x*spatial) - first_lane */
typedef struct Strides {
    int64_t batch;   /* elements; 0 without the axis */
    int64_t channel; /* from one channel block to the next (block 1: channel to channel) */
    int64_t spatial[MAX_SPATIAL];
    int n_spatial;
    int block;
    int first_lane; /* of a part of a tensor: lane of its first channel; else 0 */
    bool padded;    /* the lanes of the last block beyond the last channel are this tensor's own */
    int64_t channel_blocks; /* ceil(C / block) */
    int64_t elems;          /* from the first to the last, all lanes of the last block included */
} Strides;

Layout layout_plain(void);
Layout layout_blocked(int lanes);

/** Channels innermost: plain where the type's own order has them there anyway. */
Layout layout_last(const TensorType *type);

bool layout_equal(Layout a, Layout b);

/** Strides of a tensor in a layout. The type is legal. */
Strides layout_strides(const TensorType *type, Layout layout);

/** The strides of a part of a tensor of `whole`, from channel `first` on.
 *  @param type  the part's: its axes are those of the whole in the same order
 *  @param last  the part ends where the whole does along the channels */
Strides strides_of_part(const Strides *whole, const TensorType *type, int64_t first, bool last);

/** True if the elements of `type` lie alike in both. */
bool strides_equal(const Strides *a, const Strides *b, const TensorType *type);

/** True if `lanes` consecutive channels, beginning at a multiple of `lanes`, are adjacent. */
bool strides_channels_adjacent(const Strides *strides, const TensorType *type, int lanes);

/** Elements from one vector of `lanes` adjacent channels to the next. */
int64_t strides_vector(const Strides *strides, int lanes);

/** Offset of the element with these indices (one per axis of the type). */
int64_t strides_offset(const Strides *strides, const TensorType *type, const int64_t *index);

/** Elements from one to the next along an axis of the type; the channels lie in no blocks. */
int64_t strides_axis(const Strides *strides, const TensorType *type, int axis);

/** Appends "plain", "C8" or "last". */
void layout_print(Text *out, Layout layout);

#endif
