/* A line of source as a terminal shows it: columns of its bytes, and a part of it as text. Tabs are
 * four columns, wide characters two, combining marks none, and what a terminal would obey or could
 * not show is escaped (text_quote). */
#ifndef NETC_BASE_COLUMNS_H
#define NETC_BASE_COLUMNS_H

#include "base/text.h"

#include <stdbool.h>
#include <stddef.h>

typedef struct Line {
    const char *bytes;
    size_t len;
} Line;

/** Columns that the first `bytes` bytes of the line take. */
size_t line_columns(Arena *scratch, Line line, size_t bytes);

/** Appends columns from .. to-1 of the line; half of a wide character is a space. */
void line_put(Text *out, Line line, size_t from, size_t to);

#endif
