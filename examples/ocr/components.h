/* Sets of neighbouring pixels. */
#ifndef COMPONENTS_H
#define COMPONENTS_H

#include "geometry.h"

#include <stddef.h>
#include <stdint.h>

/** A walk over the sets of pixels that touch, also at corners, in the order of their first rows. */
typedef struct Components {
    int width, height;
    uint8_t *left; /* [height, width]: 1 for pixels of sets that are still to come */
    size_t at;     /* all before it are done */
    int *stack;
    int *low, *high; /* columns of the first and the last pixel of each row */
    Point *ends;     /* of the set found last: the middles of the ends of its rows */
} Components;

/** Begins with the pixels of a map [height, width] that are above a threshold.
 *  @return 0 if memory is short; else release with components_end */
int components_begin(Components *c, const float *map, int width, int height, float threshold);

/** Finds the next set.
 *  @return how many points `ends` has, two for each row; 0 if there is no other */
int components_next(Components *c);

void components_end(Components *c);

#endif
