/* The .npy format of numpy, versions 1 to 3: C order, <f4 or <f8. */
#ifndef NETC_WEIGHTS_NPY_H
#define NETC_WEIGHTS_NPY_H

#include "base/arena.h"
#include "base/text.h"

#include <stdint.h>

enum { NPY_MAX_RANK = 8 };

typedef struct NpyArray {
    int rank;
    int64_t extent[NPY_MAX_RANK];
    int64_t elems; /* product of the extents; 1 for rank 0 */
    float *data;   /* f64 is narrowed; row-major */
} NpyArray;

/** Reads an array from the bytes of a file, all of them.
 *  @param out  untouched on failure
 *  @return NULL, or what is wrong in words: "has element type <i8; only <f4 and <f8 can be read" */
const char *npy_parse(Arena *arena, const char *bytes, size_t len, NpyArray *out);

/** Appends a version 1 file with these f32 elements, as numpy writes it: header padded to a
 * multiple of 64 bytes. `rank` is 0 .. NPY_MAX_RANK, the product of the extents fits in memory. */
void npy_print(Text *out, int rank, const int64_t *extent, const float *data);

#endif
