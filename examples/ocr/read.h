/* What a line of text says. */
#ifndef READ_H
#define READ_H

#include "characters.h"
#include "geometry.h"
#include "png_file.h"

/** The longest line is read in 160 steps of 8 pixels. */
enum { MOST_STEPS = 160, MOST_TEXT_BYTES = MOST_STEPS * MOST_CHARACTER_BYTES + 1 };

typedef struct Line {
    Quad quad;                  /* from the text's top left corner, also if that is upside down */
    char text[MOST_TEXT_BYTES]; /* UTF-8 */
    double confidence;          /* the mean probability of its characters; 0 if there is none */
} Line;

/** Reads the line of text in a box of a picture of 3 channels, either way up. Lines longer than
 *  26.7 times their height are squeezed.
 *  @return NULL, or why not, as words */
const char *read_line(const Picture *picture, const Quad *quad, Line *line);

#endif
