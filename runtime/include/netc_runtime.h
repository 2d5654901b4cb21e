/* The runtime of objects compiled by netc: what generic callers need to know of a model. C99, C11
 * and C++11; it needs no compiler header and no library but C's.
 *
 * An object runs without it: a program that calls NAME_run of NAME.h needs this file only for the
 * texts of statuses and for `struct netc_model`. */
#ifndef NETC_RUNTIME_H
#define NETC_RUNTIME_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/** What NAME_run returns. On any but NETC_OK no output was written. */
enum {
    NETC_OK = 0,
    NETC_E_ARGUMENT = 1, /* a pointer is NULL, or the workspace is not aligned */
    NETC_E_CPU = 2,      /* this CPU lacks features that the object was compiled for */
    NETC_E_WEIGHTS = 3,  /* the weights are not those of the model */
    NETC_E_THREADS = 4,  /* the threads cannot be used */
    NETC_E_IO = 5,       /* a file could not be read */
    NETC_E_MEMORY = 6    /* out of memory */
};

/** The meaning of a status in words, without a full stop. Never NULL: any other number is an
 *  "unknown status". The text is static; the function is thread-safe. */
const char *netc_status_text(int status);

/** The version of `struct netc_model` that this file describes: the value of its field `abi`. */
enum { NETC_MODEL_ABI = 1 };

/** An input or output of a model. */
struct netc_tensor {
    const char *name;    /* as in the .net file */
    const char *axes;    /* names from slowest to fastest, separated by blanks: "N C H W" */
    unsigned rank;       /* number of axes, 1 .. 5 */
    long long extent[5]; /* elements along each axis; 0 beyond rank */
    size_t elems;        /* product of the extents: floats in the buffer, the last axis adjacent */
};

/** Who runs the parts of a model in parallel; made by the caller or the runtime. */
struct netc_threads {
    int count;    /* parts that may run at the same time */
    int together; /* 1: all parts do run at the same time, so they may wait for each other */
    /** Calls part(ctx, i, n) for every i from 0 to n-1; returns when all are done. */
    void (*parallel)(struct netc_threads *threads, void (*part)(void *ctx, int i, int n),
                     void *ctx);
    void (*wait)(const unsigned *word, unsigned seen); /* until *word is not `seen` */
    void (*wake)(unsigned *word);                      /* all that wait for it */
};

/** A compiled model, for callers that know it only at run time: NAME_model of its object. */
struct netc_model {
    unsigned abi;           /* NETC_MODEL_ABI */
    const char *name;       /* the prefix of its symbols */
    const char *compiler;   /* "netc 0.1.0" */
    const char *cpu;        /* what it was compiled for: "x86-64-v3" */
    unsigned char hash[16]; /* of all that the object was made of: network, weights, options */
    unsigned n_inputs, n_outputs;
    const struct netc_tensor *inputs, *outputs; /* in the order of the arguments */
    size_t workspace_bytes;                     /* 0: the workspace may be NULL */
    size_t workspace_align;                     /* bytes, a power of two */
    size_t stack_bytes;                         /* bound of the stack that a run takes */
    size_t weights_bytes; /* of the weights that run takes; 0: they are in the object */
    /** Runs the model.
     *  @param in         n_inputs buffers of inputs[i].elems floats, which need alignof(float)
     *  @param out        n_outputs buffers likewise; no two buffers may overlap
     *  @param workspace  workspace_bytes bytes, aligned to workspace_align; one for each thread
     *  @param weights    weights_bytes bytes, aligned to 64, as netc_weights_create gives them
     *  @param threads    NULL: everything runs on the calling thread
     *  @return NETC_OK, NETC_E_ARGUMENT, NETC_E_CPU or NETC_E_WEIGHTS */
    int (*run)(const float *const *in, float *const *out, void *workspace, const void *weights,
               struct netc_threads *threads);
};

/** Reads the weights of a model that was compiled with --weights=extern from the file that netc
 *  wrote beside it. The file must be this model's, whole and undamaged: its magic, version, byte
 *  order, hash of the plan, size and checksum are compared, and no more memory is taken than the
 *  model asks for.
 *  @param weights  receives what NAME_run and model->run take, aligned to 64 bytes; untouched on
 *                  failure. Release it with netc_weights_destroy
 *  @return NETC_OK; NETC_E_ARGUMENT if a pointer is NULL or the model is of another version of this
 *          file; NETC_E_IO if the file cannot be read; NETC_E_WEIGHTS if it is not the model's;
 *          NETC_E_MEMORY */
int netc_weights_create(const struct netc_model *model, const char *path, const void **weights);

/** Releases what netc_weights_create gave. NULL is allowed. */
void netc_weights_destroy(const void *weights);

/** The same checks for the bytes of such a file that are in memory already: linked into the
 *  program, mapped, or in flash. Takes no memory.
 *  @param file     `bytes` bytes, aligned to 64
 *  @param weights  receives a pointer into `file`; untouched on failure
 *  @return NETC_OK; NETC_E_ARGUMENT (misaligned too); NETC_E_WEIGHTS */
int netc_weights_in(const struct netc_model *model, const void *file, size_t bytes,
                    const void **weights);

#ifdef __cplusplus
}
#endif

#endif
