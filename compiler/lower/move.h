/* Moving elements: boxes of elements that lie in a grid on both sides, and the boxes that a copy
 * between two tensors is made of.
 *
 *     for each index i of the box:  to[out + sum(i*out)] = from[in + sum(i*in)]
 *
 * Every layer that computes nothing is a few such boxes. */
#ifndef NETC_LOWER_MOVE_H
#define NETC_LOWER_MOVE_H

#include "lower/step.h"

/** Batch, up to three spatial axes with their repeats or phases, blocks of channels, lanes; one
 *  more while a box is emitted. */
enum { MAX_MOVE_AXES = 2 * MAX_SPATIAL + 5 };

typedef struct MoveAxis {
    int64_t extent, in, out; /* strides in elements; `in` may be 0 (repeated) or negative */
    int64_t weight;          /* BLEND: stride in the tables of weights */
} MoveAxis;

/** What becomes of an element. */
typedef enum MoveKind {
    MOVE_COPY,
    MOVE_FILL, /* `value` in place of the elements read */
    MOVE_BLEND /* x w0 + x' w1 of the element and another one, `second` elements from it */
} MoveKind;

typedef struct MoveBox {
    MoveAxis axes[MAX_MOVE_AXES]; /* in any order */
    int n_axes;
    int64_t in, out; /* of the first element */
    MoveKind kind;
    float value;
    int64_t second;
    uint32_t weights;              /* BLEND: buffer of both tables */
    int64_t weight, second_weight; /* in it, of the first element */
} MoveBox;

/** Adds an axis to a box; one without extent is left out. */
void move_axis(MoveBox *box, int64_t extent, int64_t in, int64_t out);

/** Adds an axis along which the weights change. */
void move_blended_axis(MoveBox *box, MoveAxis axis);

/** Emits a box from the step's first input to its output. Parts of the box are split among threads.
 */
void move_emit(const LowerStep *s, const MoveBox *box);

/** Emits a box that lacks its channels: all channels of the step's output, read from as many that
 *  lie as in `in`. Channels are cut where either side's layout begins a new block. */
void move_channels(const LowerStep *s, const MoveBox *box, const Strides *in);

#endif
