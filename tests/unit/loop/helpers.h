/* Short forms for building functions in tests. */
#ifndef NETC_TEST_LOOP_HELPERS_H
#define NETC_TEST_LOOP_HELPERS_H

#include "loop/build.h"

/** Adds a buffer of `elems` elements at the start of its space. */
static inline uint32_t add_buffer(LoopBuilder *b, const char *name, LoopSpace space,
                                  int64_t elems) {
    return loop_buffer(b, (LoopBuffer){.name = name, .space = space, .elems = elems, .align = 4});
}

/** a*x + c*y + constant. */
static inline LoopAffine linear(LoopBuilder *b, LoopVar x, int64_t a, LoopVar y, int64_t c,
                                int64_t constant) {
    return loop_offset(loop_plus(b, loop_var(b, x, a), loop_var(b, y, c)), constant);
}

#endif
