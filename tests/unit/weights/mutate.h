/* Deterministic mutations of a file's bytes, for parsers of hostile input. */
#ifndef NETC_TESTS_WEIGHTS_MUTATE_H
#define NETC_TESTS_WEIGHTS_MUTATE_H

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static inline uint64_t next_random(uint64_t *state) {
    uint64_t z = *state += 0x9E3779B97F4A7C15u;
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
    z = (z ^ z >> 27) * 0x94D049BB133111EBu;
    return z ^ z >> 31;
}

static inline size_t next_below(uint64_t *state, size_t n) {
    return (size_t)(next_random(state) % n);
}

/** A copy of `bytes` with one to four random changes: a byte replaced, a bit flipped, a piece cut
 *  out, doubled or swapped for a token that parsers fear, the end cut off. The copy is exactly as
 *  large as its content, so that a sanitizer sees a read past it; free() it. */
static inline char *mutate(const char *bytes, size_t len, uint64_t *state, size_t *new_len) {
    static const char *const tokens[] = {"-1",
                                         "0",
                                         "9223372036854775807",
                                         "9223372036854775808",
                                         "18446744073709551616",
                                         "1e3",
                                         "[",
                                         "]",
                                         "{",
                                         "}",
                                         ",",
                                         "\"",
                                         "null",
                                         "\\u0000",
                                         "\xff",
                                         " ",
                                         "65536",
                                         "4294967296",
                                         "__metadata__",
                                         ""};
    char *work = malloc(len + 256);
    memcpy(work, bytes, len);
    for (size_t changes = 1 + next_below(state, 4); changes > 0 && len > 0; changes--) {
        size_t at = next_below(state, len), piece = next_below(state, 12);
        if (piece > len - at) piece = len - at;
        switch (next_below(state, 6)) {
        case 0: work[at] = (char)next_random(state); break;
        case 1: work[at] ^= (char)(1u << next_below(state, 8)); break;
        case 2:
            memmove(work + at, work + at + piece, len - at - piece);
            len -= piece;
            break;
        case 3:
            memmove(work + at + piece, work + at, len - at);
            len += piece;
            break;
        case 4: {
            const char *token = tokens[next_below(state, sizeof tokens / sizeof tokens[0])];
            size_t size = strlen(token);
            memmove(work + at + size, work + at + piece, len - at - piece);
            memcpy(work + at, token, size);
            len = len - piece + size;
            break;
        }
        default:
            if (next_below(state, 4) == 0) len = at;
            break;
        }
    }
    char *copy = malloc(len ? len : 1);
    memcpy(copy, work, len);
    free(work);
    *new_len = len;
    return copy;
}

#endif
