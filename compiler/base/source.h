/* Source files, byte spans in them, and line tables on demand. */
#ifndef NETC_BASE_SOURCE_H
#define NETC_BASE_SOURCE_H

#include "base/arena.h"
#include "base/vec.h"

#include <stdbool.h>
#include <stdint.h>

/** Bytes begin .. end-1 of file number `file`. begin == end is a point. */
typedef struct Span {
    uint32_t file;  /* index into Sources */
    uint32_t begin; /* bytes from 0 */
    uint32_t end;   /* one past the last byte */
} Span;

/** How many characters there are before a byte of a file. */
typedef struct SourceCount {
    uint32_t offset; /* of the byte, at which a character begins */
    uint32_t points; /* code points */
    uint32_t utf16;  /* UTF-16 units */
} SourceCount;

/** What was last found in a line (allow.c). */
typedef struct SourceComment {
    uint32_t line; /* from 1; 0: nothing was looked for */
    bool found;
    Span span; /* behind the # */
} SourceComment;

typedef struct SourceFile {
    const char *name;      /* as the user gave it, for messages */
    const char *text;      /* len bytes, then two NULs (for the scanner) */
    size_t len;            /* bytes, at most 16 MiB */
    uint32_t *line_starts; /* byte offset of each line; made on first use */
    size_t n_lines;
    SourceCount *counts; /* about one a kilobyte, n_counts of them; made for the first long line */
    size_t n_counts;
    SourceComment comment;
} SourceFile;

/** All files of one compilation. */
typedef struct Sources {
    Arena *arena;
    VEC(SourceFile *) files;
    VEC(const char *) others; /* paths of other files that were read: weights */
} Sources;

/** A place for people and editors; all count from 1. */
typedef struct Place {
    uint32_t line;
    uint32_t column;       /* in code points */
    uint32_t utf16_column; /* in UTF-16 units, as the language server protocol counts */
} Place;

/** Adds a file whose text is copied; gives its number. */
uint32_t sources_add(Sources *sources, const char *name, const char *text, size_t len);

/** Notes that the file `path`, which is no source, was read; once is enough. */
void sources_note(Sources *sources, const char *path);

/** Bytes of the byte order mark at the beginning, 0 or 3: they belong to no line. */
uint32_t source_mark(const SourceFile *file);

/** The place of a byte offset (clamped to the file). */
Place source_place(Sources *sources, uint32_t file, uint32_t offset);

/** The bytes of line `line` (from 1), without its end of line. */
const char *source_line(Sources *sources, uint32_t file, uint32_t line, size_t *len);

/** What ends the first line: "\n", "\r\n" or "\r"; "\n" if there is but one line. */
const char *source_line_end(const SourceFile *file);

/** Byte offset at which line `line` begins. */
uint32_t source_line_start(Sources *sources, uint32_t file, uint32_t line);

/** The smallest span that holds both (same file). */
Span span_join(Span a, Span b);

#endif
