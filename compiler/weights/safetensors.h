/* Reader of .safetensors files: header checked in full, bytes read into our memory, never mapped.
 *
 * The file is hostile: header length against the file's size, duplicate keys, overlapping or
 * gapped offsets, element type, and shape product against the bytes are all checked. A header may
 * have 16 MiB. */
#ifndef NETC_WEIGHTS_SAFETENSORS_H
#define NETC_WEIGHTS_SAFETENSORS_H

#include "base/arena.h"
#include "tensor/dtype.h"

#include <stddef.h>
#include <stdint.h>

enum { MAX_WEIGHT_RANK = 8 };

/** One tensor of a file. */
typedef struct WeightTensor {
    const char *name;
    const char *dtype_text; /* as the file says: "F32", "I64" */
    int dtype;              /* a Dtype, or -1 if netc cannot read it */
    int rank;               /* 0 .. MAX_WEIGHT_RANK */
    int64_t extent[MAX_WEIGHT_RANK];
    int64_t elems;     /* product of the extents; may be 0 */
    const char *bytes; /* little-endian, row-major, unaligned */
} WeightTensor;

typedef struct WeightFile {
    const char *path;
    WeightTensor *tensors; /* sorted by name */
    size_t n_tensors;
} WeightFile;

typedef enum WeightFileStatus {
    WEIGHT_FILE_OK,
    WEIGHT_FILE_MISSING,    /* N0902: there is no such file */
    WEIGHT_FILE_UNREADABLE, /* N0501 */
    WEIGHT_FILE_DAMAGED     /* N0507 */
} WeightFileStatus;

/** Opens and checks a file.
 *  @param path   as to be opened
 *  @param limit  most bytes to read
 *  @param out    the file; lives in `arena`; untouched on failure
 *  @param why    on failure the reason in words, safe to print: "tensor `b` overlaps the tensor
 *                before it", "its header goes beyond the end of the file" */
WeightFileStatus safetensors_open(Arena *arena, const char *path, size_t limit, WeightFile **out,
                                  const char **why);

/** The same from bytes in memory, which must outlive the result. */
WeightFileStatus safetensors_parse(Arena *arena, const char *path, const char *data, size_t len,
                                   WeightFile **out, const char **why);

/** The tensor called `name`, or NULL. */
const WeightTensor *weight_file_find(const WeightFile *file, const char *name);

#endif
