/* A growing string: what printers and writers append to. Never prints, never fails. */
#ifndef NETC_BASE_TEXT_H
#define NETC_BASE_TEXT_H

#include "base/arena.h"

#include <stddef.h>

typedef struct Text {
    Arena *arena; /* where the bytes live */
    char *bytes;  /* always NUL-terminated once something was appended; else NULL */
    size_t len;   /* bytes, without the NUL */
    size_t cap;   /* bytes allocated */
} Text;

/** An empty text whose bytes live in `arena`. */
Text text_in(Arena *arena);

/** Appends `len` bytes. */
void text_append(Text *text, const void *bytes, size_t len);

/** Appends a C string. */
void text_puts(Text *text, const char *string);

/** Appends formatted text. */
void text_printf(Text *text, const char *format, ...) __attribute__((format(printf, 2, 3)));

/** Appends `count` copies of `byte`. */
void text_fill(Text *text, char byte, size_t count);

/** The text as a C string ("" when empty). */
const char *text_str(const Text *text);

/** Appends `bytes` as source quoted in a message: control bytes, ill-formed UTF-8, terminal
 *  escapes and what shows nothing become visible \xNN. Newlines too. */
void text_quote(Text *text, const char *bytes, size_t len);

/** Appends a whole number with commas between thousands: 61,706. */
void text_count(Text *text, long long n);

#endif
