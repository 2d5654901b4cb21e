/* FNV-1a, 64 bit (Fowler, Noll, Vo): for tables, weight seeds and stamps; not against attackers. */
#ifndef NETC_BASE_HASH_H
#define NETC_BASE_HASH_H

#include <stddef.h>
#include <stdint.h>

#define FNV1A64_START 0xCBF29CE484222325u

/** The hash `state` continued by `len` bytes; begin with FNV1A64_START. */
static inline uint64_t fnv1a64(const void *bytes, size_t len, uint64_t state) {
    const unsigned char *b = bytes;
    for (size_t i = 0; i < len; i++) state = (state ^ b[i]) * 0x100000001B3u;
    return state;
}

#endif
