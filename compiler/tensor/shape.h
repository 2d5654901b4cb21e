/* Tensor types: an element type and named axes from slowest to fastest (language.md 2.4).
 *
 * `N` is the batch, `C` the channels, every other axis is spatial; N may be absent. */
#ifndef NETC_TENSOR_SHAPE_H
#define NETC_TENSOR_SHAPE_H

#include "base/arena.h"
#include "base/text.h"
#include "tensor/dtype.h"

#include <stdbool.h>
#include <stdint.h>

enum { MAX_RANK = 5, MAX_SPATIAL = 3, NO_AXIS = -1 };

/** 2^31 - 1 elements along one axis, 2^40 in one tensor. */
#define MAX_EXTENT INT64_C(2147483647)
#define MAX_ELEMS (INT64_C(1) << 40)

typedef struct Axis {
    const char *name; /* interned: "N", "C", "H" ... */
    int64_t extent;   /* elements, 1 .. MAX_EXTENT */
} Axis;

typedef struct TensorType {
    Dtype dtype;
    int rank;            /* 0 .. MAX_RANK; 0 is the error type, which silences its consumers */
    Axis axes[MAX_RANK]; /* slowest first */
} TensorType;

/** True for the type of a value that had an error. */
bool type_is_error(const TensorType *type);

/** Index of the axis called `name`, or NO_AXIS. */
int type_axis(const TensorType *type, const char *name);

/** Index of the batch axis, the channel axis: or NO_AXIS. */
int type_batch(const TensorType *type);
int type_channel(const TensorType *type);

/** Indices of the spatial axes in order; gives their number (at most MAX_RANK). */
int type_spatial(const TensorType *type, int indices[MAX_RANK]);

/** Extent of axis `index`; 1 for NO_AXIS. */
int64_t type_extent(const TensorType *type, int index);

/** Same axes, order and extents. */
bool type_equal(const TensorType *a, const TensorType *b);

/** Number of elements; false if it exceeds MAX_ELEMS. 1 for the error type. */
bool type_elems(const TensorType *type, int64_t *out);

/** Appends "[1, 6, 28, 28]". */
void type_print_sizes(Text *text, const TensorType *type);

/** Appends "f32[N: 1, C: 6, H: 28, W: 28]". */
void type_print(Text *text, const TensorType *type);

/** "[1, 6, 28, 28]" in `arena`. */
const char *type_sizes(Arena *arena, const TensorType *type);

#endif
