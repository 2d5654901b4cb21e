/* A set of names that are all different. */
#ifndef NETC_EXPORT_NAMES_H
#define NETC_EXPORT_NAMES_H

#include "base/arena.h"

#include <stdbool.h>
#include <stddef.h>

typedef struct Names {
    Arena *arena;
    const char **slots; /* open addressing; NULL: free */
    size_t len, cap;    /* cap: a power of two, or 0 */
} Names;

/** Adds a name; false if it is there already. */
bool names_add(Names *names, const char *name);

/** Adds `wanted`, or with the smallest number behind it that makes it new: "x", "x.2", "x.3".
 *  @return what was added */
const char *names_unique(Names *names, const char *wanted);

#endif
