/* A picture twice as large, tile by tile. */
#ifndef ENLARGE_H
#define ENLARGE_H

#include "png_file.h"

/** Makes `large` of `small`, with twice its width and height. The network enlarges the luma of
 *  BT.601; what it adds to that of the cubic enlargement is added to each colour, and opacity is
 *  enlarged by the cubic filter alone.
 *  @param large  released by picture_free; untouched on failure
 *  @return NULL, or why not, as words */
const char *enlarge(const Picture *small, Picture *large);

/** The luma that the network gives for a tile.
 *  @param luma    [height, width] of the whole picture, from 0 to 1
 *  @param x, y    the tile's first pixel in it; TILE pixels a side, of which some may lie beyond
 *  @param result  [2 * TILE, 2 * TILE]
 *  @return a status of netc_runtime.h */
int enlarge_tile(const float *luma, int width, int height, int x, int y, float *result);

/** Pixels of a tile, and those around it that its outputs depend on. */
enum { HALO = 7, TILE = 96 };

#endif
