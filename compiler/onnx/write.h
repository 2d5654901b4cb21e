/* OnnxModel -> the bytes of an ONNX file. */
#ifndef NETC_ONNX_WRITE_H
#define NETC_ONNX_WRITE_H

#include "base/file.h"
#include "onnx/model.h"

/** A file in pieces: short ones in the arena, and the numbers of tensors where the model has them,
 * so that no weight is in memory twice. */
typedef struct OnnxBytes {
    const Piece *pieces;
    size_t n;
    size_t len; /* of all */
} OnnxBytes;

/** The longest message that readers of protobuf take. */
#define ONNX_MAX_BYTES INT32_MAX

/** The bytes of a model, whose tensors have their numbers at hand. The same model gives the same
 *  bytes. The model must outlive them. */
OnnxBytes onnx_write(Arena *arena, const OnnxModel *model);

#endif
