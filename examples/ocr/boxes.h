/* From how much each pixel belongs to text to the boxes of its lines. */
#ifndef BOXES_H
#define BOXES_H

#include "geometry.h"

typedef struct Quads {
    Quad *items; /* of malloc; NULL if count is 0 */
    int count;
} Quads;

/** Finds the lines of text, from top to bottom and, in a row, from left to right, by the rules of
 *  DB (arXiv:1911.08947): sets of pixels above 0.3 whose smallest rectangle has a mean of at least
 *  0.5, grown by 2 times its area by its perimeter on each side.
 *  @param map    [height, width], from 0 to 1
 *  @param quads  in pixels, (0, 0) being the top left corner of the first; released by free
 *  @return 0 if memory is short */
int boxes_find(const float *map, int width, int height, Quads *quads);

#endif
