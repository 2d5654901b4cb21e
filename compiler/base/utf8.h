/* UTF-8, one sequence at a time. */
#ifndef NETC_BASE_UTF8_H
#define NETC_BASE_UTF8_H

#include <stddef.h>
#include <stdint.h>

/** Bytes of the well-formed sequence that begins at `bytes` (1..4), or 0 if it is ill-formed,
 *  overlong, a surrogate, beyond U+10FFFF or cut off at `len`. */
size_t utf8_length(const char *bytes, size_t len);

/** The code point of a well-formed sequence of `n` bytes. */
uint32_t utf8_decode(const char *bytes, size_t n);

/** Columns that a code point takes on a terminal: 0 for combining marks, 2 for wide East Asian
 *  characters and emoji, else 1. */
int utf8_width(uint32_t code_point);

#endif
