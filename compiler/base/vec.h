/* Growable arrays in an arena: VEC(T) declares one, VEC_PUSH appends. A zeroed VEC is empty.
 *
 *     VEC(Span) spans = {0};
 *     VEC_PUSH(arena, &spans, span);
 *     for (size_t i = 0; i < spans.len; i++) use(spans.at[i]);
 */
#ifndef NETC_BASE_VEC_H
#define NETC_BASE_VEC_H

#include "base/arena.h"

#include <string.h>

#define VEC(T)                                                                                     \
    struct {                                                                                       \
        T *at;                                                                                     \
        size_t len, cap;                                                                           \
    }

#define VEC_PUSH(arena, vec, ...)                                                                  \
    do {                                                                                           \
        if ((vec)->len == (vec)->cap) {                                                            \
            size_t grown_ = (vec)->cap ? 2 * (vec)->cap : 4;                                       \
            void *moved_ = arena_calloc((arena), grown_, sizeof *(vec)->at);                       \
            if ((vec)->len) memcpy(moved_, (vec)->at, (vec)->len * sizeof *(vec)->at);             \
            (vec)->at = moved_;                                                                    \
            (vec)->cap = grown_;                                                                   \
        }                                                                                          \
        (vec)->at[(vec)->len++] = (__VA_ARGS__);                                                   \
    } while (0)

#endif
