/* Parts of pictures in any direction and size. */
#ifndef WARP_H
#define WARP_H

#include "geometry.h"
#include "png_file.h"

/** Where a grid of pixels lies in a picture: the top left corner of its first pixel, and the steps
 *  from a pixel to the next one and to the next row, in pixels of the picture. */
typedef struct Grid {
    Point origin, right, down;
} Grid;

/** The grid of width x height pixels that covers a rectangle. */
Grid grid_over(const Quad *quad, int width, int height);

/** Samples a picture as the networks take it: planes of blue, green and red from -1 to 1. A pixel
 *  is the mean of as many bilinear samples along each of its sides as it is wide in the picture;
 *  beyond the picture lie the pixels of its border.
 *  @param picture  of 3 channels
 *  @param planes   [3, rows, stride], of which the first height rows and width columns are set */
void warp(const Picture *picture, const Grid *grid, int width, int height, float *planes, int rows,
          int stride);

#endif
