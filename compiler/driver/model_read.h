/* The `struct netc_model` of a compiled file (netc_runtime.h), read without running anything. */
#ifndef NETC_DRIVER_MODEL_READ_H
#define NETC_DRIVER_MODEL_READ_H

#include "base/arena.h"
#include "base/vec.h"
#include "tensor/shape.h"

#include <stddef.h>
#include <stdint.h>

typedef struct ReadTensor {
    const char *name;
    const char *axes; /* names separated by blanks */
    int rank;         /* 1 .. MAX_RANK */
    int64_t extent[MAX_RANK];
    Dtype dtype; /* f32 or u8 */
    uint64_t elems;
} ReadTensor;

typedef VEC(ReadTensor) ReadTensors;

typedef struct ReadModel {
    const char *name, *compiler, *cpu; /* strings of the file: any bytes */
    unsigned char hash[16];
    ReadTensors inputs, outputs;
    uint64_t workspace_bytes, workspace_align, stack_bytes;
    uint64_t threads_bytes, thread_bytes; /* workspace of n threads: the first + n * the second */
    uint64_t weights_bytes;               /* that the caller passes; 0: they are in the object */
} ReadModel;

typedef VEC(ReadModel) ReadModels;

/** Reads every model of an ELF object, shared library or program, or of an archive of objects.
 *  @param bytes  stay where they are: strings of the models point into them
 *  @return NULL, or the reason in words, after the file's name: "is damaged: ..." */
const char *models_read(Arena *arena, const char *bytes, size_t len, ReadModels *out);

#endif
