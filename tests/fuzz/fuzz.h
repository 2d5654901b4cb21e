/* What a harness gives, as libFuzzer wants it; replay.c calls the same. */
#ifndef NETC_TESTS_FUZZ_H
#define NETC_TESTS_FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

/** Runs what is tested on `size` bytes; ends the process if a promise is broken. Gives 0. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/** A promise. If it does not hold the process ends, whatever the build, with its words. */
static inline void fuzz_require(bool holds, const char *promise) {
    if (holds) return;
    fprintf(stderr, "broken promise: %s\n", promise);
    abort();
}

#endif
