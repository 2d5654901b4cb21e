/* pixel_shuffle and pixel_unshuffle, which models write as a Reshape that takes axes apart, a
 * Transpose, and a Reshape that puts them together. */
#ifndef NETC_IMPORT_SHUFFLES_H
#define NETC_IMPORT_SHUFFLES_H

#include "import/node.h"

/** Makes one layer of `reshape`, of the permute before it and of the reshape before that.
 *  @return true if something changed */
bool join_shuffle(Import *im, Layer *layer);

/** The shuffle of which `node`, a Reshape of x, is the first of three operators: for more axes than
 * a value may have. The Transpose behind it has been taken up then.
 *  @return NULL: it is none */
Value *shuffle_begun(Import *im, Node *node, Value *x, int rank, const int64_t *extent);

#endif
