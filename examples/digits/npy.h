/* Arrays in numpy's .npy files: as much of the format as these programs need. */
#ifndef DIGITS_NPY_H
#define DIGITS_NPY_H

#include <stddef.h>

/** Reads an array in C order as rows, whose number is the first extent.
 *  @param type      the element type as numpy writes it: "<f4" floats, "|u1" bytes
 *  @param row       elements that each row must have: the product of the other extents
 *  @param n_rows    receives the number of rows
 *  @param why       receives the reason on failure: "is not a .npy file"
 *  @return the elements, to be freed by the caller, or NULL. The machine must be little-endian. */
void *npy_read(const char *path, const char *type, size_t row, size_t *n_rows, const char **why);

#endif
