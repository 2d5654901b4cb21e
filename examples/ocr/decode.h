/* From the probabilities of characters to text. */
#ifndef DECODE_H
#define DECODE_H

/** Decodes greedily what a network says that was trained by CTC (Graves et al., 2006): of each step
 *  the most probable class, of equal ones that follow each other one, and no blanks.
 *  @param probabilities  [steps, classes]
 *  @param characters     what the classes stand for; class 0 is the blank
 *  @param text           room for the longest of `characters` at each step, and one byte
 *  @return the mean probability of what was kept; 0 of nothing */
double decode(const float *probabilities, int steps, int classes, const char *const *characters,
              char *text);

#endif
