/* The numbers of a tensor as the types that netc computes with. The loops convert by bits: the
 * bytes of a view have no alignment. */
#include "onnx/read.h"

#include "base/float_bits.h"
#include "base/little_endian.h"

#include <assert.h>

/* The lowest `size` bytes of `bits` as a number with a sign. */
static int64_t widen_signed(uint64_t bits, size_t size) {
    unsigned unused = 64 - 8 * (unsigned)size;
    return (int64_t)(bits << unused) >> unused;
}

bool onnx_tensor_ints(const OnnxTensor *tensor, int64_t *out) {
    assert(!tensor->location);
    size_t size = onnx_type_size(tensor->type);
    bool has_sign = false;
    switch (tensor->type) {
    case ONNX_INT8:
    case ONNX_INT16:
    case ONNX_INT32:
    case ONNX_INT64: has_sign = true; break;
    case ONNX_BOOL:
    case ONNX_UINT8:
    case ONNX_UINT16:
    case ONNX_UINT32:
    case ONNX_UINT64: break;
    default: return false;
    }
    for (int64_t i = 0; i < tensor->elems; i++) {
        uint64_t bits = little_endian(tensor->bytes + (size_t)i * size, size);
        if (!has_sign && bits > INT64_MAX) return false;
        out[i] = has_sign ? widen_signed(bits, size) : (int64_t)bits;
    }
    return true;
}

/* One loop for each type: the size of an element must be known for its bytes to be one load. */
#define CONVERT(size, convert)                                                                     \
    for (int64_t i = 0; i < tensor->elems; i++)                                                    \
    out[i] = convert(little_endian(tensor->bytes + i * (size), size))

bool onnx_tensor_floats(const OnnxTensor *tensor, float *out) {
    assert(!tensor->location);
    switch (tensor->type) {
    case ONNX_FLOAT: CONVERT(4, float_of_bits); return true;
    case ONNX_FLOAT16: CONVERT(2, float_of_f16_bits); return true;
    case ONNX_BFLOAT16: CONVERT(2, float_of_bf16_bits); return true;
    case ONNX_DOUBLE: CONVERT(8, float_of_f64_bits); return true;
    default: return false;
    }
}
