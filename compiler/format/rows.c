/* A paragraph is lined up in runs: lines of one kind, one after the other. In a run `=` (or `:`)
 * and `->` go to the column of the furthest, and so do the `->` of runs that follow each other if
 * they come to be about as far; comments do in the whole paragraph. What would make a line too long
 * stands where it would stand alone, and the others do not regard it. */
#include "format/rows.h"

#include "base/columns.h"

enum { FURTHEST_ARROW = 12 /* columns from those of one run to those of the next */ };

/* Something that lines up in several rows. */
typedef struct Mark {
    uint32_t at;    /* its column if it stood alone */
    uint32_t width; /* columns from there to the end of the line */
    uint32_t pad;   /* result: blanks more than that */
    bool there;     /* the row has it */
} Mark;

/* What is known of a row while it is lined up. */
typedef struct Marks {
    Mark lead, arrow, comment;
} Marks;

uint32_t row_width(const Pieces *pieces, const Row *row) {
    uint32_t width = row->indent + pieces_width(pieces, row->first, row->arrow);
    if (row->arrow < row->end) width += ROW_GAP + pieces_width(pieces, row->arrow, row->end);
    return width;
}

void rows_add(Writer *writer, Row row) { VEC_PUSH(writer->pieces->arena, &writer->waiting, row); }

/* The n marks at `marks`, each `step` bytes behind the one before. */
static Mark *mark_at(Mark *marks, size_t step, size_t i) {
    return (Mark *)(void *)((char *)marks + i * step);
}

/* The column of the furthest mark, 0 if there is none. The widest decides how far that may be; what
 * cannot be helped, a line that is too long in any case, does not count. */
static uint32_t furthest(Mark *marks, size_t step, size_t n) {
    uint32_t widest = 0, column = 0;
    for (size_t i = 0; i < n; i++) {
        const Mark *mark = mark_at(marks, step, i);
        if (mark->there && mark->at + mark->width <= FORMAT_COLUMNS && mark->width > widest)
            widest = mark->width;
    }
    for (size_t i = 0; i < n; i++) {
        const Mark *mark = mark_at(marks, step, i);
        if (mark->there && mark->at + widest <= FORMAT_COLUMNS && mark->at > column)
            column = mark->at;
    }
    return column;
}

/* Gives each mark the blanks that bring it to the column of the furthest. */
static void line_up(Mark *marks, size_t step, size_t n) {
    uint32_t column = furthest(marks, step, n);
    for (size_t i = 0; i < n; i++) {
        Mark *mark = mark_at(marks, step, i);
        if (mark->there && mark->at < column) mark->pad = column - mark->at;
    }
}

static Marks marks_of(const Pieces *pieces, const Row *row) {
    Marks marks = {0};
    if (row->lead < row->end) {
        marks.lead.there = true;
        marks.lead.at = row->indent + pieces_width(pieces, row->first, row->lead) + 1;
        marks.lead.width = row_width(pieces, row) - marks.lead.at;
    }
    return marks;
}

static void mark_arrow(const Pieces *pieces, const Row *row, Marks *marks) {
    if (row->arrow == row->end) return;
    uint32_t code = pieces_width(pieces, row->first, row->arrow);
    marks->arrow.there = true;
    marks->arrow.at = row->indent + code + marks->lead.pad + ROW_GAP;
    marks->arrow.width = pieces_width(pieces, row->arrow, row->end);
}

static void mark_comment(const Pieces *pieces, const Row *row, Marks *marks) {
    if (!row->comment) return;
    Span span = row->comment->span;
    size_t len = span.end - span.begin;
    Line line = {.bytes = pieces->text + span.begin, .len = len};
    marks->comment.there = true;
    marks->comment.at = row_width(pieces, row) + marks->lead.pad + marks->arrow.pad + ROW_GAP;
    marks->comment.width = (uint32_t)line_columns(pieces->arena, line, len);
}

static void write_tokens(Writer *writer, uint32_t first, uint32_t end) {
    const Piece *at = writer->pieces->tokens.at;
    for (uint32_t i = first; i < end; i++) {
        if (i > first && at[i].space) text_puts(writer->out, " ");
        text_append(writer->out, writer->pieces->text + at[i].begin, at[i].end - at[i].begin);
    }
}

static void write_row(Writer *writer, const Row *row, const Marks *marks) {
    Text *out = writer->out;
    if (out->len > writer->limit) return;
    text_fill(out, ' ', row->indent);
    uint32_t first = row->first;
    if (row->lead < row->end) {
        write_tokens(writer, first, row->lead);
        text_fill(out, ' ', marks->lead.pad + 1);
        first = row->lead;
    }
    write_tokens(writer, first, row->arrow);
    if (row->arrow < row->end) {
        text_fill(out, ' ', marks->arrow.pad + ROW_GAP);
        write_tokens(writer, row->arrow, row->end);
    }
    if (row->comment) {
        Span span = row->comment->span;
        text_fill(out, ' ', marks->comment.pad + ROW_GAP);
        text_append(out, writer->pieces->text + span.begin, span.end - span.begin);
    }
    text_puts(out, "\n");
}

/* The end of the run that begins with row `begin`. */
static size_t run_end(const Row *rows, size_t n, size_t begin) {
    size_t end = begin;
    while (end < n && rows[end].role == rows[begin].role) end++;
    return end;
}

/* Lines up the `->` of runs that are about as far, together. */
static void line_up_arrows(const Row *rows, Marks *marks, size_t n) {
    size_t first = 0;    /* of the runs that are taken together */
    uint32_t column = 0; /* of the last of them that has a `->` */
    for (size_t begin = 0, end; begin < n; begin = end) {
        end = run_end(rows, n, begin);
        uint32_t next = furthest(&marks[begin].arrow, sizeof(Marks), end - begin);
        uint32_t apart = next > column ? next - column : column - next;
        if (column > 0 && next > 0 && apart > FURTHEST_ARROW) {
            line_up(&marks[first].arrow, sizeof(Marks), begin - first);
            first = begin;
        }
        if (next > 0) column = next;
    }
    line_up(&marks[first].arrow, sizeof(Marks), n - first);
}

void rows_flush(Writer *writer) {
    size_t n = writer->waiting.len;
    if (n == 0) return;
    const Row *rows = writer->waiting.at;
    Arena *arena = arena_create();
    Marks *marks = ARENA_ARRAY(arena, Marks, n);
    for (size_t i = 0; i < n; i++) marks[i] = marks_of(writer->pieces, &rows[i]);
    for (size_t begin = 0, end; begin < n; begin = end) {
        end = run_end(rows, n, begin);
        line_up(&marks[begin].lead, sizeof(Marks), end - begin);
    }
    for (size_t i = 0; i < n; i++) mark_arrow(writer->pieces, &rows[i], &marks[i]);
    line_up_arrows(rows, marks, n);
    for (size_t i = 0; i < n; i++) mark_comment(writer->pieces, &rows[i], &marks[i]);
    line_up(&marks[0].comment, sizeof(Marks), n);
    for (size_t i = 0; i < n; i++) write_row(writer, &rows[i], &marks[i]);
    arena_destroy(arena);
    writer->waiting.len = 0;
}

void rows_comment(Writer *writer, const Comment *comment, uint32_t indent) {
    rows_flush(writer);
    if (writer->out->len > writer->limit) return;
    text_fill(writer->out, ' ', indent);
    text_append(writer->out, writer->pieces->text + comment->span.begin,
                comment->span.end - comment->span.begin);
    text_puts(writer->out, "\n");
}

void rows_blank(Writer *writer) {
    rows_flush(writer);
    text_puts(writer->out, "\n");
}
