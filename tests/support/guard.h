/* Memory between two pages that may not be touched: an access outside it ends the process. */
#ifndef NETC_TESTS_GUARD_H
#define NETC_TESTS_GUARD_H

#include <stdbool.h>
#include <stddef.h>

typedef struct Guarded {
    void *data; /* `bytes` bytes, filled with 0xFF (NaN as f32) */
    size_t bytes;
    void *map; /* the whole mapping */
    size_t map_bytes;
} Guarded;

/** Reserves `bytes` bytes. With `at_end` the last one lies before the guard page, else the first
 * one lies behind one; the other side is guarded too, less than a page away.
 *  @param align  of the data; with `at_end` the end moves down to keep it */
Guarded guard_alloc(size_t bytes, size_t align, bool at_end);

void guard_free(Guarded *guarded);

#endif
