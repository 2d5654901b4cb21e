/* Compiled code against the interpreter: the same program, the same memory, the same bits. */
#ifndef NETC_TESTS_CODEGEN_COMPARE_H
#define NETC_TESTS_CODEGEN_COMPARE_H

#include "codegen/harness.h"

/** One program: a phase built for a job, and the input it reads. */
typedef struct Case {
    const char *name;
    int64_t x_elems, y_elems;
    int64_t workspace_bytes; /* 0, or at least 64 */
    LoopFn *(*build)(Job *job, const void *how);
    const void *how; /* passed to `build` */
    const float *x;  /* NULL: small numbers of both signs */
    bool any_nan;    /* one NaN is as good as another: its bits depend on the order of operands */
} Case;

/** A builder of a phase called "case" whose statements run once, in one of its parts: stores are
 *  allowed in a parallel loop only. */
LoopBuilder *serial_begin(Job *job);
LoopFn *serial_end(LoopBuilder *b);

/** Compiles the case for every level this machine runs. Fails the test, naming the case, unless
 *  output and workspace are those of loop_run: through NAME_run with user buffers at odd addresses,
 *  and by parts for several numbers of parts. */
void compare_case(const Case *c);

#endif
