/* The entry that libFuzzer calls. */
#ifndef NETC_TESTS_FUZZ_FRONT_H
#define NETC_TESTS_FUZZ_FRONT_H

#include <stddef.h>
#include <stdint.h>

/** Runs the front half of the compiler on `size` bytes; ends the process if a promise is broken. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif
