/* Shapes that operators ask for, of tensors and of constants alike. */
#ifndef NETC_IMPORT_SHAPES_H
#define NETC_IMPORT_SHAPES_H

#include "import/node.h"

/** Extents of a Reshape to `wanted`, with its 0 and -1. False after a report. */
bool reshape_extents(Import *im, Node *node, const int64_t *wanted, size_t n, int rank,
                     const int64_t *extent, int64_t *out);

/** The two extents of a Flatten. False after a report. */
bool flattened_extents(Import *im, Node *node, int rank, const int64_t *extent, int64_t *out);

/** Extents without the axes that a Squeeze takes away. False after a report. */
bool squeezed_extents(Import *im, Node *node, int rank, const int64_t *extent, int *left,
                      int64_t *out);

/** Extents with the axes that an Unsqueeze adds, at most CONSTANT_RANK. False after a report. */
bool unsqueezed_extents(Import *im, Node *node, int rank, const int64_t *extent, int *more,
                        int64_t *out);

/** Axis i of the result of a Transpose is axis order[i]. False after a report. */
bool transpose_order(Import *im, Node *node, int rank, int *order);

/** What a Slice takes of each axis: from `start` on, `count` elements, `step` apart (below 0:
 *  backwards). False after a report. */
bool slice_ranges(Import *im, Node *node, int rank, const int64_t *extent, int64_t *start,
                  int64_t *count, int64_t *step);

#endif
