/* Writer of .safetensors files: f32 tensors, sorted by key, without a copy of their numbers. */
#ifndef NETC_WEIGHTS_SAFETENSORS_WRITE_H
#define NETC_WEIGHTS_SAFETENSORS_WRITE_H

#include "base/file.h"
#include "weights/weight_file.h"

/** A tensor to be written. */
typedef struct SafetensorsEntry {
    const char *key; /* UTF-8; each once */
    int rank;        /* 0 .. MAX_WEIGHT_RANK */
    int64_t extent[MAX_WEIGHT_RANK];
    const void *data; /* f32, little-endian, row-major; must outlive `out` */
} SafetensorsEntry;

/** Describes the file of these tensors.
 *  @param entries  are sorted by key
 *  @param out      data and pieces of the file, in `arena`; the path is left alone
 *  @param elems    receives the number of numbers in it */
void safetensors_write(Arena *arena, SafetensorsEntry *entries, size_t n, OutputFile *out,
                       int64_t *elems);

#endif
