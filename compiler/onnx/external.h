/* Numbers of tensors in files beside the model. */
#ifndef NETC_ONNX_EXTERNAL_H
#define NETC_ONNX_EXTERNAL_H

#include "base/file_reader.h"
#include "onnx/model.h"

/** Opens the file that a tensor's numbers are in; release with file_reader_close. Only regular
 * files in the folder of the model or below it: no absolute path, no `..`, no symbolic link.
 *  @param model   path of the model's file
 *  @param tensor  one with a `location`
 *  @param out     its `size` covers the numbers: they are the
 *                 `tensor->elems * onnx_type_size(tensor->type)` bytes at `tensor->offset`
 *  @return NULL, or the reason as words, safe to print; nothing is open then */
const char *onnx_external_open(Arena *arena, const char *model, const OnnxTensor *tensor,
                               FileReader *out);

#endif
