/* Bytes of an ONNX file -> OnnxModel. The file is hostile: every length is held against what is
 * left, nesting is bounded, and nothing is allocated that the file's own size does not pay for. */
#ifndef NETC_ONNX_READ_H
#define NETC_ONNX_READ_H

#include "base/arena.h"
#include "onnx/model.h"

/** Reads a model.
 *  @param bytes  the whole file; must outlive the model
 *  @param out    the model, in `arena`; untouched on failure
 *  @return NULL, or the reason as words, safe to print, with the place: "at byte 1,024: a length of
 *          4,294,967,295 goes beyond the end of its message at 2,048" */
const char *onnx_read(Arena *arena, const unsigned char *bytes, size_t len, const OnnxModel **out);

/** The attribute called `name`, or NULL. */
const OnnxAttribute *onnx_attribute(const OnnxNode *node, const char *name);

/** The numbers of a tensor of whole numbers (any integer type, bool) as int64, of one of real
 * numbers (f16, bf16, f32, f64) as f32; `tensor->elems` of them. Not for tensors outside.
 *  @return false: its type is another one, or a whole number is beyond int64 */
bool onnx_tensor_ints(const OnnxTensor *tensor, int64_t *out);
bool onnx_tensor_floats(const OnnxTensor *tensor, float *out);

#endif
