/* A program with an input of another size: what `netc solve FILE.net` asks.
 *
 * Everything that depends on the size follows: paddings that are words, `x.H`, `tconv(of L)`.
 * Assertions do not hold it up, for they speak of the size that was declared; weights are not
 * looked for. */
#ifndef NETC_SEMA_RESIZE_H
#define NETC_SEMA_RESIZE_H

#include "sema/sema.h"

typedef struct SemaResize {
    const char *axis; /* of every input that has it, by name */
    int64_t extent;   /* >= 1 */
    bool solves;      /* receives: some `?` was solved, from an assertion that may not hold */
} SemaResize;

/** Analyses a program that is free of errors once more.
 *  @return its graph, without weights; NULL if it is an error at that size */
Graph *sema_resized(Arena *arena, Interner *interner, const Ast *ast, const SemaOptions *options,
                    Sources *sources, SemaResize *resize);

#endif
