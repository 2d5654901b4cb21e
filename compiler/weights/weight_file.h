/* A file of weights: the list of its tensors, and their numbers on demand.
 *
 * Three containers: .safetensors, .npz and .npy (one tensor without a name). Opening reads what
 * describes the tensors and checks it in full, never the numbers; these are read, into our own
 * memory, when a parameter wants them. The file is hostile: nothing it says is believed. */
#ifndef NETC_WEIGHTS_WEIGHT_FILE_H
#define NETC_WEIGHTS_WEIGHT_FILE_H

#include "base/arena.h"
#include "base/file_reader.h"
#include "tensor/dtype.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { MAX_WEIGHT_RANK = 8 };

/** Where the numbers of a tensor are: a piece of the file, perhaps deflated. */
typedef struct WeightPlace {
    int64_t at, len;  /* bytes of the file */
    bool is_deflated; /* else they are as they stand */
    bool has_crc;
    uint32_t crc; /* of the bytes, once inflated */
    int64_t skip; /* bytes before the first element, once inflated */
} WeightPlace;

/** One tensor of a file. */
typedef struct WeightTensor {
    const char *name;       /* "" in a .npy */
    const char *dtype_text; /* as the file says: "F32", "I64", "<f4" */
    int dtype;              /* a Dtype, or -1 if netc cannot read it */
    int rank;               /* 0 .. MAX_WEIGHT_RANK */
    int64_t extent[MAX_WEIGHT_RANK];
    int64_t elems;      /* product of the extents; may be 0 */
    bool fortran_order; /* the first axis is the fastest, not the last */
    WeightPlace place;
} WeightTensor;

typedef enum WeightFormat { FORMAT_SAFETENSORS, FORMAT_NPZ, FORMAT_NPY } WeightFormat;

typedef struct WeightFile {
    const char *path;
    WeightFormat format;
    FileReader reader;     /* closed after opening, if of a file */
    WeightTensor *tensors; /* sorted by name */
    size_t n_tensors;
} WeightFile;

typedef enum WeightFileStatus {
    WEIGHT_FILE_OK,
    WEIGHT_FILE_MISSING,    /* N0902: there is no such file */
    WEIGHT_FILE_UNREADABLE, /* N0501 */
    WEIGHT_FILE_DAMAGED     /* N0507 */
} WeightFileStatus;

/** Opens and checks a file. Its name tells the container; any other name, its first bytes.
 *  @param path   as to be opened
 *  @param limit  most bytes of the file
 *  @param out    the file; lives in `arena`; untouched on failure
 *  @param why    on failure the reason in words, safe to print: "tensor `b` overlaps the tensor
 *                before it", "its header goes beyond the end of the file" */
WeightFileStatus weight_file_open(Arena *arena, const char *path, size_t limit, WeightFile **out,
                                  const char **why);

/** The same from bytes in memory, which must outlive the result. */
WeightFileStatus weight_file_parse(Arena *arena, const char *path, const char *data, size_t len,
                                   WeightFile **out, const char **why);

/** The tensor called `name`, or NULL. */
const WeightTensor *weight_file_find(const WeightFile *file, const char *name);

/** Reads the numbers of a tensor whose dtype is known, as f32.
 *  @param arena   for the reason
 *  @param axes    axes[i] is the tensor's axis that becomes axis i of the result
 *  @param out     tensor->elems floats, row-major by the result's axes
 *  @param change  the largest difference that narrowing from f64 made
 *  @param why     on failure the reason in words: "the checksum of `b` is wrong"
 *  @return OK, UNREADABLE or DAMAGED */
WeightFileStatus weight_tensor_read(Arena *arena, const WeightFile *file,
                                    const WeightTensor *tensor, const int *axes, float *out,
                                    double *change, const char **why);

#endif
