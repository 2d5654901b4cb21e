/* Message TensorProto -> OnnxTensor. */
#ifndef NETC_ONNX_TENSOR_H
#define NETC_ONNX_TENSOR_H

#include "onnx/model.h"
#include "onnx/wire.h"

/** Reads a tensor. Its numbers are a view of the file where they lie there as they should, else
 *  they are written anew in the arena.
 *  @return false: the file has a fault, which it tells */
bool onnx_read_tensor(Wire message, OnnxTensor *out);

#endif
