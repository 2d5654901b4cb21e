/* Running a compiled model in this process: the very bytes of its object, through its
 * `struct netc_model`. */
#ifndef NETC_DRIVER_EXECUTE_H
#define NETC_DRIVER_EXECUTE_H

#include "codegen/jit.h"
#include "driver/compile.h"
#include "driver/options.h"
#include "netc_runtime.h"

typedef struct Execution {
    Jit *jit;
    const struct netc_model *model;
    void **inputs;                /* zeroed buffers, in the order of the arguments */
    float **outputs;              /* likewise */
    unsigned char *workspace;     /* NULL if it has no bytes */
    const void *weights;          /* NULL if they are in the object */
    struct netc_threads *threads; /* NULL: the calling thread alone */
    bool is_step;                 /* buffers and threads are those of another execution */
} Execution;

/** Loads the object of `compiled`, makes its buffers in `arena`, and threads if there shall be any.
 *  @param threads  their number; at most 1: everything runs on the calling thread
 *  @return STATUS_DONE, or after a message STATUS_INTERNAL, or STATUS_USAGE if there cannot be so
 *          many threads */
ExitStatus execution_begin(Arena *arena, const Compiled *compiled, int64_t threads, Execution *out);

/** Loads an object of compile_step, to run on the buffers, workspace and threads of the whole,
 * which must end after it.
 *  @return STATUS_DONE, or STATUS_INTERNAL after a message */
ExitStatus execution_of_step(Arena *arena, const Compiled *step, const Execution *whole,
                             Execution *out);

/** Sets an input: of a u8 tensor the elements are whole numbers 0 .. 255.
 *  @param elements  as many as the tensor has */
void execution_set_input(const Execution *execution, size_t index, const float *elements);

/** Runs the model once.
 *  @return STATUS_DONE; STATUS_USAGE after a message if this machine cannot run code of the chosen
 *          CPU; STATUS_INTERNAL after any other */
ExitStatus execution_run(const Execution *execution);

void execution_end(Execution *execution);

#endif
