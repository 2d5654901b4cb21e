/* Compiled code against the definition, one step of the plan at a time. */
#ifndef NETC_DRIVER_VERIFY_H
#define NETC_DRIVER_VERIFY_H

#include "driver/execute.h"

/** Programs of at most so many multiply-adds are also interpreted, to count them. */
enum { MAX_INTERPRETED_MACS = 20 * 1000 * 1000 };

/** One step: a fused group of layers, or a change of layout. */
typedef struct VerifiedStep {
    const char *path;     /* of the layer; of a change of layout, its name in the plan */
    double max_error;     /* where it is largest beside its bound */
    double bound;         /* there */
    int rank;             /* of `at` */
    int64_t at[MAX_RANK]; /* that element, one index per axis of the result's type */
    int64_t macs_counted; /* multiply-adds of the loops, all lanes; -1: not interpreted */
    int64_t macs_defined; /* by the definition: no tap outside the image, no inserted zero */
    bool ok;              /* every element is within its bound */
} VerifiedStep;

typedef struct Verification {
    VEC(VerifiedStep) steps;
    bool counted; /* the loops were interpreted */
    bool ok;      /* every step is */
} Verification;

/** Compares each step of a program that was compiled with keep_values and has just been run, with
 *  the reference fed with the compiled code's own inputs to that step.
 *  @return NULL, or an access out of bounds that the interpreter found */
const char *verify_steps(Arena *arena, const Compiled *compiled, const Execution *execution,
                         Verification *out);

/** Fills the inputs with numbers in [-1, 1), the same on every machine. */
void verify_fill_inputs(const Execution *execution);

#endif
