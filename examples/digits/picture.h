/* Pictures of digits as characters on a terminal. */
#ifndef DIGITS_PICTURE_H
#define DIGITS_PICTURE_H

enum { PICTURE_SIDE = 8, PICTURE_PIXELS = 64, PICTURE_COLUMNS = 2 * PICTURE_SIDE };

/** Prints n pictures side by side, PICTURE_COLUMNS wide with two columns between them.
 *  @param pictures  each of PICTURE_PIXELS grey values from 0 (paper) to 1 (ink), by rows; what
 *                   lies outside is shown as 0 or 1 */
void picture_print(const float *const *pictures, int n);

#endif
