/* Constants: made from tensors of the model, seen in other shapes, read. */
#ifndef NETC_IMPORT_CONSTANT_H
#define NETC_IMPORT_CONSTANT_H

#include "import/ir.h"

enum { MAX_WHOLE = 1 << 20 /* most whole numbers of a constant: they are shapes, not weights */ };

/** A tensor of the model as a constant.
 *  @return false: its type, its number of axes or of elements is not one that the importer reads */
bool constant_of(Arena *arena, const OnnxTensor *tensor, Constant *out);

/** Whole or real numbers in row-major order; rank 0 for a single one. */
Constant constant_of_ints(const int64_t *ints, int rank, const int64_t *extent);
Constant constant_of_floats(const float *floats, int rank, const int64_t *extent);

/** True if the real numbers lie in their source one after another. */
bool constant_is_dense(const Constant *constant);

/** One real number in each place. */
Constant constant_fill(Arena *arena, float number, int rank, const int64_t *extent);

/** The real number in the row-major place `index`; whole numbers are converted. */
double constant_number(const Constant *constant, int64_t index);

/** All real numbers, row-major. */
const float *constant_all(Arena *arena, const Constant *constant);

/** The same numbers in another shape of as many elements. Copies those that are strided. */
Constant constant_reshape(Arena *arena, const Constant *constant, int rank, const int64_t *extent);

/** Axis i of the result is axis order[i] of the constant. */
Constant constant_permute(Arena *arena, const Constant *constant, const int *order);

/** True if every number is `number`. */
bool constant_is(const Constant *constant, double number);

/** True if all numbers are equal, to what *number receives. There is at least one. */
bool constant_same(const Constant *constant, double *number);

/** Numbers as the file of weights wants them: `count` from the row-major place `first` on. */
void constant_copy(const Constant *constant, int64_t first, int64_t count, float *out);

#endif
