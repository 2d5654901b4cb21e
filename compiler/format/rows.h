/* Lines of the result: what stands on each, and the writing of paragraphs, in which `=`, `->` and
 * comments line up. */
#ifndef NETC_FORMAT_ROWS_H
#define NETC_FORMAT_ROWS_H

#include "format/pieces.h"

/** A line with tokens. */
typedef struct Row {
    uint32_t first, end;    /* tokens first .. end-1 */
    uint32_t indent;        /* columns */
    uint32_t lead;          /* the `=` or `:` that lines up; `end`: none */
    uint32_t arrow;         /* the `->` that lines up; `end`: none */
    StatementRole role;     /* lines of one role line up */
    const Comment *comment; /* at the end of the line, or NULL */
} Row;

/** The text so far, and the lines that wait for those they line up with. */
typedef struct Writer {
    Pieces *pieces;
    Text *out;
    size_t limit;     /* bytes; nothing more is written beyond */
    VEC(Row) waiting; /* a paragraph: no other line is between them */
} Writer;

/** Columns between code and the `->` or the comment behind it. */
enum { ROW_GAP = 4 };

/** Columns of a row as it stands alone, without its comment. */
uint32_t row_width(const Pieces *pieces, const Row *row);

/** Adds a row to the paragraph. */
void rows_add(Writer *writer, Row row);

/** Ends the paragraph. */
void rows_flush(Writer *writer);

/** Ends the paragraph and writes a comment on a line of its own. */
void rows_comment(Writer *writer, const Comment *comment, uint32_t indent);

/** Ends the paragraph and writes an empty line. */
void rows_blank(Writer *writer);

#endif
