/* Columns: one character after the other; plain ASCII, the usual case, without a table. */
#include "base/columns.h"

#include "base/utf8.h"

#include <string.h>

enum {
    TAB_COLUMNS = 4,
    CLIP_BEFORE = 512, /* bytes of a clip before what is to be in sight ... */
    CLIP_BYTES = 4096  /* ... and in all */
};

static bool is_inside_character(char byte) { return ((unsigned char)byte & 0xc0) == 0x80; }

Line line_clip(Line line, size_t at) {
    if (line.len <= CLIP_BYTES) return line;
    size_t begin = at > CLIP_BEFORE ? at - CLIP_BEFORE : 0;
    if (begin > line.len - CLIP_BYTES) begin = line.len - CLIP_BYTES;
    size_t end = begin + CLIP_BYTES;
    for (int i = 0; i < 3 && begin > 0 && is_inside_character(line.bytes[begin]); i++) begin--;
    for (int i = 0; i < 3 && end < line.len && is_inside_character(line.bytes[end]); i++) end++;
    return (Line){.bytes = line.bytes + begin,
                  .len = end - begin,
                  .left = line.left + begin,
                  .right = line.right + line.len - end};
}

size_t line_clip_offset(Line clip, size_t at) {
    if (at < clip.left) return 0;
    return at - clip.left < clip.len ? at - clip.left : clip.len;
}

/* One character as it is shown. */
typedef struct Cell {
    size_t bytes;   /* of the line */
    size_t columns; /* on the terminal */
    bool quoted;    /* its text is in the scratch text */
} Cell;

static Cell cell_at(Text *scratch, Line line, size_t i) {
    unsigned char c = (unsigned char)line.bytes[i];
    if (c >= 0x20 && c < 0x7f) return (Cell){1, 1, false};
    if (c == '\t') return (Cell){1, TAB_COLUMNS, false};
    size_t n = utf8_length(line.bytes + i, line.len - i);
    size_t bytes = n ? n : 1;
    scratch->len = 0;
    text_quote(scratch, line.bytes + i, bytes);
    bool quoted = scratch->len != bytes;
    size_t columns = quoted ? scratch->len : (size_t)utf8_width(utf8_decode(line.bytes + i, bytes));
    return (Cell){bytes, columns, quoted};
}

size_t line_columns(Arena *scratch, Line line, size_t bytes) {
    Text text = text_in(scratch);
    size_t columns = 0;
    for (size_t i = 0; i < line.len && i < bytes;) {
        Cell cell = cell_at(&text, line, i);
        columns += cell.columns;
        i += cell.bytes;
    }
    return columns;
}

void line_put(Text *out, Line line, size_t from, size_t to) {
    Text text = text_in(out->arena);
    size_t column = 0;
    for (size_t i = 0; i < line.len && column < to;) {
        Cell cell = cell_at(&text, line, i);
        size_t end = column + cell.columns;
        bool whole = column >= from && end <= to;
        size_t visible_from = column > from ? column : from, visible_to = end < to ? end : to;
        if (!whole || line.bytes[i] == '\t')
            text_fill(out, ' ', visible_to > visible_from ? visible_to - visible_from : 0);
        else if (cell.quoted)
            text_append(out, text.bytes, text.len);
        else
            text_append(out, line.bytes + i, cell.bytes);
        column = end;
        i += cell.bytes;
    }
}
