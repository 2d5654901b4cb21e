/* Sizes on the command line: 224, 224x192, or ? for the ones that are sought. */
#ifndef NETC_DRIVER_SIZES_H
#define NETC_DRIVER_SIZES_H

#include "tensor/shape.h"

typedef struct Sizes {
    const char *text; /* as written */
    bool sought;      /* ? */
    int n;            /* numbers, 1 .. MAX_SPATIAL; 0 where they are sought */
    int64_t at[MAX_SPATIAL];
} Sizes;

/** Reads sizes from 1 to MAX_EXTENT.
 *  @return false if it is something else */
bool sizes_read(const char *text, Sizes *out);

#endif
