/* Numbers of other types as f32, by bits, so that no host's float unit matters. */
#ifndef NETC_BASE_FLOAT_BITS_H
#define NETC_BASE_FLOAT_BITS_H

#include <stdint.h>
#include <string.h>

static inline float float_of_bits(uint64_t bits) {
    uint32_t word = (uint32_t)bits;
    float value;
    memcpy(&value, &word, sizeof value);
    return value;
}

/** f16 has 5 bits of exponent with bias 15 and 10 of fraction; f32 has 8 with bias 127 and 23.
 *  A subnormal f16 is fraction * 2^-24, which f32 holds as a normal number. */
static inline float float_of_f16_bits(uint64_t bits) {
    uint32_t half = (uint32_t)bits;
    uint32_t sign = (half & 0x8000u) << 16, exponent = half >> 10 & 0x1Fu, fraction = half & 0x3FFu;
    if (exponent == 0) {
        float magnitude = (float)fraction * 0x1p-24f;
        return sign ? -magnitude : magnitude;
    }
    uint32_t wide = exponent == 0x1Fu ? 0xFFu : exponent + (127 - 15);
    return float_of_bits(sign | wide << 23 | fraction << 13);
}

/** bf16 is the upper half of an f32. */
static inline float float_of_bf16_bits(uint64_t bits) { return float_of_bits(bits << 16); }

/** The f32 nearest to an f64. */
static inline float float_of_f64_bits(uint64_t bits) {
    double value;
    memcpy(&value, &bits, sizeof value);
    return (float)value;
}

#endif
