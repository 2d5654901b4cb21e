/* What `netc import` promises of any bytes, held to by the fuzzer and by mutants. */
#ifndef NETC_TESTS_IMPORT_PROMISES_H
#define NETC_TESTS_IMPORT_PROMISES_H

#include "base/arena.h"

#include <stdint.h>

/** How an import ended. */
typedef enum ImportEnd {
    IMPORT_NO_MODEL, /* the bytes are no model */
    IMPORT_REFUSED,  /* the model cannot be said */
    IMPORT_DONE
} ImportEnd;

/** Reads, translates, formats and checks a model of `size` bytes.
 *  @return the promise that is broken, as words in `arena`; NULL: none */
const char *import_check(Arena *arena, const uint8_t *data, size_t size, ImportEnd *end);

#endif
