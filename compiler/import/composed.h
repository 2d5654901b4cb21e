/* Layers that ONNX writes as several operators, put together again. */
#ifndef NETC_IMPORT_COMPOSED_H
#define NETC_IMPORT_COMPOSED_H

#include "import/ir.h"

/** Applies the first rule that fits a layer and what made its inputs.
 *  @return false: none does */
bool join_composed(Import *im, Layer *layer);

#endif
