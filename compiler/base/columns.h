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
    size_t left, right; /* bytes that the line goes on for on either side, and are not looked at */
} Line;

/** A few kilobytes of a long line: as many as can be shown of it where the byte `at` is in sight.
 *  A shorter line is given as it is. */
Line line_clip(Line line, size_t at);

/** Where the byte `at` of the whole line is in the clip, at one of its ends if it is not in it. */
size_t line_clip_offset(Line clip, size_t at);

/** Columns that the first `bytes` bytes of the line take. */
size_t line_columns(Arena *scratch, Line line, size_t bytes);

/** Appends columns from .. to-1 of the line; half of a wide character is a space. */
void line_put(Text *out, Line line, size_t from, size_t to);

#endif
