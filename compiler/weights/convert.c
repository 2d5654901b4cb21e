/* Conversions by bits, so that no host's byte order, alignment or float unit matters. */
#include "weights/convert.h"

#include "weights/little_endian.h"

#include <stdbool.h>
#include <string.h>

static float float_of_bits(uint32_t bits) {
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

/* f16 has 5 bits of exponent with bias 15 and 10 of fraction; f32 has 8 with bias 127 and 23.
 * A subnormal f16 is fraction * 2^-24, which f32 holds as a normal number. */
static float widen_f16(uint64_t bits) {
    uint32_t half = (uint32_t)bits;
    uint32_t sign = (half & 0x8000u) << 16, exponent = half >> 10 & 0x1Fu, fraction = half & 0x3FFu;
    if (exponent == 0) {
        float magnitude = (float)fraction * 0x1p-24f;
        return sign ? -magnitude : magnitude;
    }
    uint32_t wide = exponent == 0x1Fu ? 0xFFu : exponent + (127 - 15);
    return float_of_bits(sign | wide << 23 | fraction << 13);
}

static float narrow_f64(uint64_t bits) {
    double value;
    memcpy(&value, &bits, sizeof value);
    return (float)value;
}

/* One loop for each type: the size of an element must be known for its bytes to be one load. */
#define CONVERT(size, widen)                                                                       \
    for (int64_t i = 0; i < elems; i++) out[i] = widen(little_endian(from + i * (size), size))

static bool host_is_little_endian(void) {
    const uint16_t one = 1;
    unsigned char first;
    memcpy(&first, &one, 1);
    return first == 1;
}

static float widen_f32(uint64_t bits) { return float_of_bits((uint32_t)bits); }
static float widen_bf16(uint64_t bits) { return float_of_bits((uint32_t)bits << 16); }

void convert_to_f32(Dtype dtype, const char *bytes, int64_t elems, float *out) {
    const unsigned char *from = (const unsigned char *)bytes;
    switch (dtype) {
    case DTYPE_F32:
        if (!host_is_little_endian())
            CONVERT(4, widen_f32);
        else if (elems > 0 && (const void *)out != bytes)
            memcpy(out, bytes, (size_t)elems * sizeof *out);
        break;
    case DTYPE_F16: CONVERT(2, widen_f16); break;
    case DTYPE_BF16: CONVERT(2, widen_bf16); break;
    case DTYPE_F64: CONVERT(8, narrow_f64); break;
    }
}
