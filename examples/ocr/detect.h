/* Where the text of a picture is. */
#ifndef DETECT_H
#define DETECT_H

#include "boxes.h"
#include "png_file.h"

/** Finds the lines of text of a picture of 3 channels; one whose longer side is above 2000 pixels
 * is looked at as if it had so many.
 *  @param quads  in the picture's pixels, in the order in which one reads; released by free
 *  @return NULL, or why not, as words */
const char *detect(const Picture *picture, Quads *quads);

#endif
