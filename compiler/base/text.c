/* Text: doubling buffer in an arena. */
#include "base/text.h"

#include "base/utf8.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

Text text_in(Arena *arena) { return (Text){.arena = arena}; }

static void reserve(Text *text, size_t more) {
    if (text->cap - text->len > more) return;
    size_t cap = text->cap ? text->cap : 128;
    while (cap - text->len <= more) cap *= 2;
    char *bytes = arena_alloc(text->arena, cap);
    if (text->len) memcpy(bytes, text->bytes, text->len);
    text->bytes = bytes;
    text->cap = cap;
}

void text_append(Text *text, const void *bytes, size_t len) {
    reserve(text, len);
    if (len) memcpy(text->bytes + text->len, bytes, len);
    text->len += len;
    text->bytes[text->len] = '\0';
}

void text_puts(Text *text, const char *string) { text_append(text, string, strlen(string)); }

void text_printf(Text *text, const char *format, ...) {
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    int len = vsnprintf(NULL, 0, format, again);
    va_end(again);
    if (len > 0) {
        reserve(text, (size_t)len);
        vsnprintf(text->bytes + text->len, (size_t)len + 1, format, args);
        text->len += (size_t)len;
    }
    va_end(args);
}

void text_fill(Text *text, char byte, size_t count) {
    reserve(text, count);
    memset(text->bytes + text->len, byte, count);
    text->len += count;
    text->bytes[text->len] = '\0';
}

const char *text_str(const Text *text) { return text->bytes ? text->bytes : ""; }

/* What a terminal obeys instead of showing: control characters, and marks that turn the direction
 * of writing, which can make a line look like another one; and what shows nothing at all: spaces
 * without width and byte order marks. */
static bool is_unseen(uint32_t c) {
    return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0x61c || c == 0x200b || c == 0x200e ||
           c == 0x200f || (c >= 0x2028 && c <= 0x202e) || (c >= 0x2060 && c <= 0x2069) ||
           c == 0xfeff;
}

void text_quote(Text *text, const char *bytes, size_t len) {
    for (size_t i = 0; i < len;) {
        size_t n = utf8_length(bytes + i, len - i);
        if (n == 0 || is_unseen(utf8_decode(bytes + i, n))) {
            for (size_t end = i + (n ? n : 1); i < end; i++)
                text_printf(text, "\\x%02X", (unsigned char)bytes[i]);
        } else {
            text_append(text, bytes + i, n);
            i += n;
        }
    }
}

void text_count(Text *text, long long n) {
    char digits[32];
    int len = snprintf(digits, sizeof digits, "%lld", n);
    for (int i = 0; i < len; i++) {
        if (i > 0 && digits[i - 1] != '-' && (len - i) % 3 == 0) text_puts(text, ",");
        text_append(text, digits + i, 1);
    }
}
