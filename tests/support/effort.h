/* How much a random test does.
 *
 * The suite runs twice: for what is computed, and under the sanitizers, which look for wrong
 * accesses in the compiler's own code and make it several times slower. There a test does a share
 * of its cases; those it does are checked in full. */
#ifndef NETC_SUPPORT_EFFORT_H
#define NETC_SUPPORT_EFFORT_H

#include <stdbool.h>
#include <stdint.h>

/** The suite runs under the sanitizers. */
bool effort_is_sanitized(void);

/** Cases that the suite does of `n`: all, under the sanitizers the fourth part, at least one. */
uint64_t effort_cases(uint64_t n);

/** A number of cases or a seed that a person may set: the environment's `name`, or `otherwise`. */
uint64_t effort_setting(const char *name, uint64_t otherwise);

#endif
