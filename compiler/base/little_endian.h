/* Numbers in the bytes of a file, whatever the host's byte order and alignment. */
#ifndef NETC_BASE_LITTLE_ENDIAN_H
#define NETC_BASE_LITTLE_ENDIAN_H

#include <stddef.h>
#include <stdint.h>

/** The number in `n` bytes, at most 8, the least significant one first. */
static inline uint64_t little_endian(const void *bytes, size_t n) {
    const unsigned char *b = bytes;
    uint64_t value = 0;
    for (size_t i = 0; i < n; i++) value |= (uint64_t)b[i] << (8 * i);
    return value;
}

/** Writes the lowest `n` bytes of `value`, at most 8, the least significant one first. */
static inline void put_little_endian(void *bytes, size_t n, uint64_t value) {
    unsigned char *b = bytes;
    for (size_t i = 0; i < n; i++) b[i] = (unsigned char)(value >> (8 * i));
}

#endif
