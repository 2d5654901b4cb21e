/* ONNX Runtime through its C interface, from the shared library inside the Python wheel.
 *
 * The wheel brings no header. Its library exports one function, which gives a table of functions
 * for the version asked for; that table only ever grows at its end, so the positions of the
 * functions used here are fixed (ort.c). One thread, every graph optimisation, inputs and outputs
 * bound before the first call. */
#ifndef NETC_BENCH_ORT_H
#define NETC_BENCH_ORT_H

#include "base/arena.h"

#include <stdbool.h>

/** The loaded library. */
typedef struct OrtLibrary {
    const struct OrtCalls *calls; /* functions of its table, by name */
    void *env;                    /* its environment */
    const char *version;          /* "1.32.0" */
} OrtLibrary;

/** A model with buffers of its own, bound to them. */
typedef struct OrtModel {
    const OrtLibrary *library;
    void *session;
    void *binding;
    size_t n_inputs, n_outputs;
    float **inputs;       /* hold input_fill's numbers; 64-byte aligned */
    float **outputs;      /* likewise aligned */
    size_t *output_elems; /* elements of each output */
} OrtModel;

/** Loads the library at `path` and checks that it speaks the interface's version.
 *  @return NULL, or the reason in words, kept in `arena` */
const char *ort_open(Arena *arena, const char *path, OrtLibrary *out);

/** Loads the .onnx file at `path` and binds its inputs and outputs (f32 tensors of fixed shape).
 *  @param library  must outlive the model
 *  @return NULL, or the reason in words, kept in `arena` */
const char *ort_model_open(Arena *arena, const OrtLibrary *library, const char *path,
                           OrtModel *out);

/** Releases the session and the binding; the buffers stay the arena's. */
void ort_model_close(OrtModel *model);

/** One inference; false on failure.
 *  @param model  an OrtModel */
bool ort_model_call(void *model);

#endif
