/* The promises of weights/weight_file.h that the bytes of a file could break. */
#ifndef NETC_TESTS_FUZZ_WEIGHTS_PROMISES_H
#define NETC_TESTS_FUZZ_WEIGHTS_PROMISES_H

#include "base/arena.h"

#include <stdbool.h>
#include <stddef.h>

/** Opens bytes as a file called `path` and reads all that can be read of it.
 *  @param accepted  true if it is a file of weights
 *  @param why       the reason of a refusal; NULL if it is accepted
 *  @return NULL, or the promise that is broken */
const char *weights_check(Arena *arena, const char *path, const char *bytes, size_t len,
                          bool *accepted, const char **why);

#endif
