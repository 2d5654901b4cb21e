/* A compiled network, loaded from a shared library through its descriptor, with buffers of its own.
 * Which network it is, how many inputs and what sizes it has, the descriptor says. */
#ifndef NETC_BENCH_MODEL_H
#define NETC_BENCH_MODEL_H

#include "base/arena.h"

#include <netc_runtime.h>
#include <stdbool.h>

typedef struct Model {
    const struct netc_model *descriptor; /* of the library, which stays loaded */
    float **inputs;                      /* one buffer for each input, 64-byte aligned */
    float **outputs;                     /* likewise */
    void *workspace;                     /* as the descriptor asks */
} Model;

/** Loads `NAME_model` from the shared library at `path` and makes its buffers; inputs hold
 *  input_fill's numbers. A second call for the same library gives a model with its own buffers.
 *  @param arena  keeps the buffers
 *  @return NULL, or the reason in words */
const char *model_open(Arena *arena, const char *path, const char *name, Model *out);

/** One inference on the model's own buffers; false if the object reports an error.
 *  @param model  a Model */
bool model_call(void *model);

/** Input number `index` of every contender: `elems` numbers in [-1, 1), each 0 or at least 2^-23
 *  in size, so that no product is a denormal. */
void input_fill(unsigned index, float *data, size_t elems);

/** Largest |a - b| of `elems` elements as a share of b's range (largest less smallest; of its
 *  largest size where the range is 0). Infinite if any element is not finite. */
double output_difference(const float *a, const float *b, size_t elems);

#endif
