/* Softmax as its formula. */
#ifndef NETC_IMPORT_SOFTMAX_APART_H
#define NETC_IMPORT_SOFTMAX_APART_H

#include "import/ir.h"

/** exp(x) / sum(exp(x)) and exp(x - max(x)) / sum(exp(x - max(x))) along one axis become
 * softmax(x), which never overflows.
 *  @return false: the layer is nothing of the kind */
bool join_softmax(Import *im, Layer *layer);

#endif
