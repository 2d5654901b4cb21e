/* Conversions by bits, so that no host's byte order, alignment or float unit matters. */
#include "weights/convert.h"

#include <string.h>

static uint64_t little_endian(const unsigned char *bytes, size_t n) {
    uint64_t value = 0;
    for (size_t i = 0; i < n; i++) value |= (uint64_t)bytes[i] << (8 * i);
    return value;
}

static float float_of_bits(uint32_t bits) {
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

/* f16 has 5 bits of exponent with bias 15 and 10 of fraction; f32 has 8 with bias 127 and 23.
 * A subnormal f16 is fraction * 2^-24, which f32 holds as a normal number. */
static float widen_f16(uint32_t half) {
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

void convert_to_f32(Dtype dtype, const char *bytes, int64_t elems, float *out) {
    const unsigned char *from = (const unsigned char *)bytes;
    size_t size = dtype_size(dtype);
    for (int64_t i = 0; i < elems; i++, from += size) {
        uint64_t bits = little_endian(from, size);
        switch (dtype) {
        case DTYPE_F32: out[i] = float_of_bits((uint32_t)bits); break;
        case DTYPE_F16: out[i] = widen_f16((uint32_t)bits); break;
        case DTYPE_BF16: out[i] = float_of_bits((uint32_t)bits << 16); break;
        case DTYPE_F64: out[i] = narrow_f64(bits); break;
        }
    }
}
