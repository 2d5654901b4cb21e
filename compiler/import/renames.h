/* Parts and names of axes that exporters of attention write apart. */
#ifndef NETC_IMPORT_RENAMES_H
#define NETC_IMPORT_RENAMES_H

#include "import/ir.h"

/** One of these rules, where it holds:
 *
 *      crops that are all parts of x along an axis    -> split(x)
 *      reshape(scale(reshape(x)))                     -> scale(reshape(x))
 *      permute(matmul(permute(x), y))                 -> matmul(x, y), if that has these axes
 *
 *  @return true if something was changed */
bool join_parts(Import *im, Layer *layer);
bool join_names(Layer *layer);
bool join_permutes(Layer *layer);

#endif
