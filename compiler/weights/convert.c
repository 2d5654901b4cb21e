/* Conversions by bits, so that no host's byte order, alignment or float unit matters. */
#include "weights/convert.h"

#include "base/float_bits.h"
#include "base/little_endian.h"

#include <stdbool.h>
#include <string.h>

/* One loop for each type: the size of an element must be known for its bytes to be one load. */
#define CONVERT(size, widen)                                                                       \
    for (int64_t i = 0; i < elems; i++) out[i] = widen(little_endian(from + i * (size), size))

static bool host_is_little_endian(void) {
    const uint16_t one = 1;
    unsigned char first;
    memcpy(&first, &one, 1);
    return first == 1;
}

void convert_to_f32(Dtype dtype, const char *bytes, int64_t elems, float *out) {
    const unsigned char *from = (const unsigned char *)bytes;
    switch (dtype) {
    case DTYPE_F32:
        if (!host_is_little_endian())
            CONVERT(4, float_of_bits);
        else if (elems > 0 && (const void *)out != bytes)
            memcpy(out, bytes, (size_t)elems * sizeof *out);
        break;
    case DTYPE_F16: CONVERT(2, float_of_f16_bits); break;
    case DTYPE_BF16: CONVERT(2, float_of_bf16_bits); break;
    case DTYPE_F64: CONVERT(8, float_of_f64_bits); break;
    case DTYPE_U8:
        for (int64_t i = 0; i < elems; i++) out[i] = from[i];
        break;
    }
}
