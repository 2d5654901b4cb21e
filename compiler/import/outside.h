/* Tensors whose numbers are in another file. */
#ifndef NETC_IMPORT_OUTSIDE_H
#define NETC_IMPORT_OUTSIDE_H

#include "import/ir.h"

/** The tensor with its numbers in memory: `tensor` itself where it has them, else a copy for which
 *  they are read.
 *  @param why  receives the reason, safe to print, where they cannot be
 *  @return NULL then */
const OnnxTensor *tensor_here(Import *im, const OnnxTensor *tensor, const char **why);

#endif
