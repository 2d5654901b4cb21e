/* Memory that lives as long as one stage or one compilation.
 *
 * An Arena hands out zeroed memory and frees it all at once. Out of memory ends the process with
 * exit status 4 and a message: it is the one fatal error of the library, and it happens here alone.
 */
#ifndef NETC_BASE_ARENA_H
#define NETC_BASE_ARENA_H

#include <stdarg.h>
#include <stddef.h>

typedef struct Arena Arena;

/** A new, empty arena. Release it with arena_destroy. */
Arena *arena_create(void);

/** An arena that its owner frees, when it is freed or reset itself; nobody else may. */
Arena *arena_create_in(Arena *owner);

/** Frees the arena and everything allocated from it. NULL is allowed. */
void arena_destroy(Arena *arena);

/** Frees everything allocated from the arena, and keeps the arena for reuse. */
void arena_reset(Arena *arena);

/** Zeroed memory of `size` bytes (0 gives a valid pointer), aligned for any object and to 64 bytes
 *  when `size` is 64 or more. */
void *arena_alloc(Arena *arena, size_t size);

/** Zeroed memory for `count` elements of `size` bytes; the product is checked. */
void *arena_calloc(Arena *arena, size_t count, size_t size);

/** A copy of `len` bytes, followed by a NUL. */
char *arena_strndup(Arena *arena, const char *bytes, size_t len);

/** A copy of a C string. */
char *arena_strdup(Arena *arena, const char *string);

/** A formatted string. */
char *arena_printf(Arena *arena, const char *format, ...) __attribute__((format(printf, 2, 3)));
char *arena_vprintf(Arena *arena, const char *format, va_list args);

/** Bytes handed out since creation or the last reset. */
size_t arena_used(const Arena *arena);

#define ARENA_NEW(arena, Type) ((Type *)arena_alloc((arena), sizeof(Type)))
#define ARENA_ARRAY(arena, Type, count) ((Type *)arena_calloc((arena), (count), sizeof(Type)))

#endif
