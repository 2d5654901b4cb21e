/* The .npy files of `netc run`: which belongs to which input or output, and whether it fits. */
#ifndef NETC_DRIVER_ARRAYS_H
#define NETC_DRIVER_ARRAYS_H

#include "driver/front.h"

/** A tensor of the model and its file. */
typedef struct ArrayFile {
    const char *name; /* of the input or output */
    const TensorType *type;
    int64_t elems;
    const char *path;  /* NULL: none was given */
    size_t number;     /* place among the options that give files */
    const float *data; /* elems floats, once read */
} ArrayFile;

/** Finds the file of each tensor. A file may be given without a name if there is one tensor.
 *  @param role     "input" or "output", for messages
 *  @param option   "-i" or "-o", for messages
 *  @param given    NAME=FILE or FILE, as written
 *  @param files    n tensors without paths; receives them
 *  @return STATUS_DONE, or STATUS_USAGE after a message */
ExitStatus arrays_match(Arena *arena, const char *role, const char *option,
                        const char *const *given, size_t n_given, ArrayFile *files, size_t n);

/** Reads the files of all inputs; their axes must be the declared ones, in order.
 *  @param limit  most bytes of one file
 *  @return STATUS_DONE, or STATUS_INPUT after a message for each that is wrong */
ExitStatus arrays_read(Compilation *compilation, ArrayFile *files, size_t n, size_t limit);

#endif
