/* The .npy format of numpy, versions 1 to 3. */
#ifndef NETC_WEIGHTS_NPY_H
#define NETC_WEIGHTS_NPY_H

#include "base/arena.h"
#include "base/text.h"
#include "weights/weight_file.h"

#include <stdint.h>

enum { NPY_MAX_RANK = MAX_WEIGHT_RANK };

typedef struct NpyArray {
    int rank;
    int64_t extent[NPY_MAX_RANK];
    int64_t elems; /* product of the extents; 1 for rank 0 */
    Dtype dtype;   /* as in the file: f32, f64, u8 */
    float *data;   /* f64 is narrowed, u8 the same numbers; row-major */
} NpyArray;

/** Reads an array in C order of <f4, <f8 or |u1 from the bytes of a file, all of them.
 *  @param out  untouched on failure
 *  @return NULL, or what is wrong in words: "has element type <i8; only <f4, <f8 and |u1 can be
 * read" */
const char *npy_parse(Arena *arena, const char *bytes, size_t len, NpyArray *out);

/** Describes the one tensor of a .npy file, or of a member of an archive, without reading its
 *  elements. Any element type can be described; those of <f2, <f4 and <f8 can be read.
 *  @param place  where the file is
 *  @param size   its bytes once inflated: those that the shape needs, or it is wrong
 *  @param out    all but its name, which is ""
 *  @return NULL, or what is wrong in words that follow a name */
const char *npy_list(Arena *arena, const FileReader *reader, const WeightPlace *place, int64_t size,
                     WeightTensor *out);

/** Appends a version 1 file with these elements as f32 or u8 (then whole numbers 0 .. 255), as
 * numpy writes it: header padded to a multiple of 64 bytes. `rank` is 0 .. NPY_MAX_RANK, the
 * product of the extents fits in memory. */
void npy_print(Text *out, Dtype dtype, int rank, const int64_t *extent, const float *data);

#endif
