/* A set of sizes as people read it: ranges, with a step where only every n-th is in it. */
#ifndef NETC_TENSOR_SIZE_SET_H
#define NETC_TENSOR_SIZE_SET_H

#include "base/arena.h"
#include "base/text.h"
#include "base/vec.h"

#include <stdint.h>

/** lo, lo + step, ..., hi. */
typedef struct SizeRun {
    int64_t lo, hi;
    int64_t step; /* >= 1; 1 where lo = hi */
} SizeRun;

typedef struct SizeSet {
    VEC(int64_t) sizes; /* ascending */
    VEC(SizeRun) runs;  /* the same, in order, no size in two */
} SizeSet;

/** Adds a size that is larger than all before. */
void size_set_add(Arena *arena, SizeSet *set, int64_t size);

/** Makes the runs, once all sizes are there: at each size the longest run with one step, if it has
 *  three sizes or follows without a gap; else the size alone. */
void size_set_close(Arena *arena, SizeSet *set);

/** Appends "7, 16 .. 240 every 16th". */
void size_set_print(Text *out, const SizeSet *set);

#endif
