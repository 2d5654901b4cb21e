/* Boxes and their numbers on a picture. */
#ifndef DRAW_H
#define DRAW_H

#include "geometry.h"
#include "png_file.h"

/** The picture in red, green and blue, what is transparent on white.
 *  @return 0 if memory is short; else release with picture_free */
int picture_in_colour(const Picture *picture, Picture *coloured);

/** Draws the outline of a box and, before its line of text, a number from 1 up. What lies beyond
 * the picture of 3 channels is left out; the number stands in it. */
void draw_box(Picture *picture, const Quad *quad, int number);

#endif
