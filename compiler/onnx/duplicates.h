/* Names that must differ. */
#ifndef NETC_ONNX_DUPLICATES_H
#define NETC_ONNX_DUPLICATES_H

#include "onnx/model.h"
#include "onnx/wire.h"

/** Every value of a graph is given once: by an input, an initializer or a node; only an input and
 *  an initializer may share a name, which then is the input's default. No output is listed twice.
 *  @param offset  byte of the graph, for the fault
 *  @return false: the file has a fault, which it tells */
bool onnx_names_differ(WireFile *file, size_t offset, const OnnxModel *model);

/** No two attributes of a node share a name. */
bool onnx_attributes_differ(WireFile *file, size_t offset, const OnnxNode *node);

#endif
