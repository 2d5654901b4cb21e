/* The runtime of objects compiled by netc: what generic callers need to know of a model. C99, C11
 * and C++11; it needs no compiler header and no library but C's and POSIX threads.
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
enum { NETC_MODEL_ABI = 2 };

/** What the elements of a tensor are: float, or for inputs alone unsigned char. */
enum { NETC_TYPE_F32 = 0, NETC_TYPE_U8 = 1 };

/** An input or output of a model. */
struct netc_tensor {
    const char *name;    /* as in the .net file */
    const char *axes;    /* names from slowest to fastest, separated by blanks: "N C H W" */
    unsigned rank;       /* number of axes, 1 .. 5 */
    unsigned type;       /* NETC_TYPE_F32 or NETC_TYPE_U8 */
    long long extent[5]; /* elements along each axis; 0 beyond rank */
    size_t elems;        /* product of the extents: those in the buffer, the last axis adjacent */
};

/** Who runs the parts of a model in parallel: made by netc_threads_create, or by a caller that has
 * a pool of its own. Objects call nothing but these functions. */
struct netc_threads {
    int count;    /* parts of a job: 1 .. NETC_THREADS_MOST */
    int together; /* 1: all parts of a job run at the same time, so they may wait for each other,
                     and a run of a model is one job; 0: they may run one after another, in any
                     order, and each phase of the model is a job */
    /** Calls part(ctx, i, count) once for every i from 0 to count-1, on any threads; returns when
     * all are done, with their writes visible to the caller, as the caller's were to them. */
    void (*parallel)(struct netc_threads *threads, void (*part)(void *ctx, int i, int n),
                     void *ctx);
    /* For together = 1; else they may be NULL. */
    void (*wait)(const unsigned *word,
                 unsigned seen);  /* returns when *word is not `seen`, or before;
                                   *word is atomic, an acquiring load */
    void (*wake)(unsigned *word); /* all that wait for it; after it changed, on any thread */
};

enum { NETC_THREADS_MOST = 1024 };

/** Makes a pool: the thread that calls `parallel`, as part 0, and count-1 of its own, which sleep
 *  between jobs, after they have looked for the next one for 30 us (at once if there are more of
 *  them than processors). They take no signals. All memory is allocated here.
 *
 *  Several threads may use one pool: each job waits for the one before. A part must not call
 *  `parallel` of its own pool.
 *  @param count  1 .. NETC_THREADS_MOST; 0: as many as processors that the process may use
 *  @return NULL if the count is another, or memory or threads are short */
struct netc_threads *netc_threads_create(int count);

/** Ends the threads of a pool that runs no job. NULL is allowed. */
void netc_threads_destroy(struct netc_threads *threads);

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
    /* A run on n threads takes a workspace of threads_bytes + n * thread_bytes bytes instead; both
     * are 0 if the model was compiled with --threads=no. */
    size_t threads_bytes, thread_bytes;
    size_t stack_bytes;   /* bound of the stack that a run takes */
    size_t weights_bytes; /* of the weights that run takes; 0: they are in the object */
    /** Runs the model.
     *  @param in         n_inputs buffers of inputs[i].elems elements of inputs[i].type: floats,
     * which need alignof(float), or unsigned chars
     *  @param out        n_outputs buffers of floats likewise; no two buffers may overlap
     *  @param workspace  netc_workspace_bytes(model, threads) bytes, aligned to workspace_align;
     * one for each run at the same time
     *  @param weights    weights_bytes bytes, aligned to 64, as netc_weights_create gives them
     *  @param threads    NULL: everything runs on the calling thread
     *  @return NETC_OK, NETC_E_ARGUMENT, NETC_E_CPU, NETC_E_WEIGHTS, or NETC_E_THREADS (a count out
     *          of range, a function missing, or a model compiled with --threads=no) */
    int (*run)(const void *const *in, float *const *out, void *workspace, const void *weights,
               struct netc_threads *threads);
};

/** Bytes of the workspace that a run of the model with these threads takes.
 *  @param threads  as `run` gets them; NULL: the calling thread alone */
size_t netc_workspace_bytes(const struct netc_model *model, const struct netc_threads *threads);

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
