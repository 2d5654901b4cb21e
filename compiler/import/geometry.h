/* The windows of convolutions and pools: kernel, stride, padding, dilation, and the sizes that
 * follow. */
#ifndef NETC_IMPORT_GEOMETRY_H
#define NETC_IMPORT_GEOMETRY_H

#include "import/emit.h"

/** Reads the geometry of a node on `x`, [N, C, spatial ...], into the layer: `kernel_shape`,
 *  `strides`, `dilations`, `pads`, `auto_pad`.
 *  @param kernel  of the weight; NULL: the attribute must be there
 *  @return false after a report */
bool geometry_read(Import *im, Node *node, const Value *x, const int64_t *kernel, Layer *layer);

/** The sizes behind the windows: `extent` receives those of the spatial axes.
 *  @return false after a report: a window is larger than its input */
bool geometry_sizes(Import *im, Node *node, const Layer *layer, int64_t *extent);

/** True if some axis is padded. */
bool geometry_is_padded(const Layer *layer);

#endif
