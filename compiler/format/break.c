/* A statement that fits stands on one line. One that does not has one stage a line; a stage that
 * does not fit is filled: as many elements of its brackets a line as there is room for, under the
 * first one. A statement with comments inside has the lines of the source, indented by the
 * brackets that are open. A line never begins in the first column, and outside brackets only with
 * `|>` or `->`, as the language wants it. */
#include "format/break.h"

enum {
    INDENT = 2,         /* of what is inside something */
    FILL_INDENT = 4,    /* of elements whose bracket stands too far to the right */
    FURTHEST_FILL = 60, /* columns: where that begins */
    MAX_OPEN = MAX_BRACKETS + 1
};

/* The `->` that ends tokens first .. end-1, if it is not all there is; else `end`. */
static uint32_t last_arrow(const Pieces *pieces, uint32_t first, uint32_t end) {
    const Piece *at = pieces->tokens.at;
    if (end - first < 3 || at[end - 1].mark != ']') return end;
    uint32_t open = at[end - 1].match;
    bool arrow = open > first + 1 && at[open - 1].mark == '>' && at[open].depth == 0;
    return arrow ? open - 1 : end;
}

Row row_of(const Pieces *pieces, uint32_t first, uint32_t end, uint32_t indent) {
    return (Row){.first = first,
                 .end = end,
                 .indent = indent,
                 .lead = end,
                 .arrow = last_arrow(pieces, first, end)};
}

bool fits_on_line(const Pieces *pieces, uint32_t first, uint32_t end, uint32_t indent) {
    Row row = row_of(pieces, first, end, indent);
    return row_width(pieces, &row) <= FORMAT_COLUMNS;
}

/* The `=` or `:` behind the names of a statement. */
static uint32_t lead_of(const Pieces *pieces, const Statement *statement) {
    const Piece *at = pieces->tokens.at;
    switch (statement->role) {
    case ROLE_BIND:
    case ROLE_LET:
    case ROLE_INPUT:
    case ROLE_OUTPUT: break;
    default: return statement->end;
    }
    uint32_t i = statement->first;
    while (i < statement->end && at[i].mark != '=' && at[i].mark != ':') i++;
    return i;
}

/* State of a row that is being filled. */
typedef struct Fill {
    uint32_t first;           /* token */
    uint32_t indent, column;  /* of the row; where its next token comes */
    uint32_t under[MAX_OPEN]; /* column of the elements of each open bracket */
    uint32_t n_open;
} Fill;

/* Whether token i begins an element that should begin a row. */
static bool begins_row(const Pieces *pieces, const Fill *fill, uint32_t i, uint32_t end) {
    const Piece *at = pieces->tokens.at;
    if (fill->n_open == 0 || i == fill->first) return false;
    bool first_element = i > 0 && at[i].depth == at[i - 1].depth + 1;
    if (at[i - 1].mark != ',' && !first_element) return false;
    if (fill->under[fill->n_open - 1] >= fill->column) return false;
    uint32_t last = at[i].element_end;
    if (at[last].mark != ',') last = at[last].next_comma;
    if (last >= end) last = end - 1;
    return fill->column + at[i].space + pieces_width(pieces, i, last + 1) > FORMAT_COLUMNS;
}

/* Rows of tokens first .. end-1, as few as possible, from `indent` on. */
static void fill_rows(Writer *writer, uint32_t first, uint32_t end, uint32_t indent) {
    const Pieces *pieces = writer->pieces;
    const Piece *at = pieces->tokens.at;
    if (fits_on_line(pieces, first, end, indent)) {
        rows_add(writer, row_of(pieces, first, end, indent));
        return;
    }
    Fill fill = {.first = first, .indent = indent, .column = indent};
    for (uint32_t i = first; i < end; i++) {
        if (begins_row(pieces, &fill, i, end)) {
            rows_add(writer, row_of(pieces, fill.first, i, fill.indent));
            fill.first = i;
            fill.indent = fill.column = fill.under[fill.n_open - 1];
        }
        uint32_t width = pieces_width(pieces, i, i + 1);
        fill.column += width + (i > fill.first && at[i].space);
        if (at[i + 1].depth > at[i].depth && i + 1 < end)
            fill.under[fill.n_open++] =
                fill.column > FURTHEST_FILL ? indent + FILL_INDENT : fill.column;
        else if (at[i].match && fill.n_open > 0 && at[i].match < i)
            fill.n_open--;
    }
    rows_add(writer, row_of(pieces, fill.first, end, fill.indent));
}

/* Puts `-> [...]` behind the last row, if it fits there. */
static bool append_arrow(Writer *writer, uint32_t first, uint32_t end) {
    Row *row = &writer->waiting.at[writer->waiting.len - 1];
    uint32_t width =
        row_width(writer->pieces, row) + ROW_GAP + pieces_width(writer->pieces, first, end);
    if (row->arrow < row->end || width > FORMAT_COLUMNS) return false;
    row->arrow = first;
    row->lead = row->end = end;
    return true;
}

/* One stage a line. */
static void break_stages(Writer *writer, const Statement *statement, uint32_t indent) {
    const Piece *at = writer->pieces->tokens.at;
    uint32_t first = statement->first;
    while (first < statement->end) {
        uint32_t end = first + 1;
        while (end < statement->end &&
               !(at[end].depth == 0 && (at[end].mark == '|' || at[end].mark == '>')))
            end++;
        bool is_first = first == statement->first;
        if (is_first || at[first].mark != '>' || !append_arrow(writer, first, end))
            fill_rows(writer, first, end, is_first ? indent : indent + INDENT);
        first = end;
    }
}

/* The lines of the source, with the comments between them. */
typedef struct Kept {
    uint32_t line_indent;      /* of the row so far */
    uint32_t inside[MAX_OPEN]; /* indent of the line on which each open bracket was opened */
    uint32_t n_open;
} Kept;

static bool closes(const Piece *token) {
    return !token->is_body && (token->mark == ')' || token->mark == ']' || token->mark == '}');
}

static void track_bracket(const Pieces *pieces, Kept *kept, uint32_t i) {
    const Piece *token = &pieces->tokens.at[i];
    if (token->is_body) return;
    if (token->mark == '(' || token->mark == '[' || token->mark == '{')
        kept->inside[kept->n_open++] = kept->line_indent;
    else if (closes(token))
        kept->n_open--;
}

/* The indent of a line inside the brackets that are open. */
static uint32_t kept_indent(const Kept *kept, uint32_t indent) {
    return INDENT + (kept->n_open == 0 ? indent : kept->inside[kept->n_open - 1]);
}

/* Comments that stand before token i on lines of their own, and in a row of the one before. */
static void write_inner_comments(Writer *writer, uint32_t i, uint32_t indent) {
    const Piece *at = writer->pieces->tokens.at;
    const Comment *comments = writer->pieces->comments.at;
    for (uint32_t c = at[i - 1].comments; c < at[i].comments; c++) {
        if (!comments[c].own_line) continue;
        if (comments[c].after_blank && c > at[i - 1].comments) rows_blank(writer);
        rows_comment(writer, &comments[c], indent);
    }
}

static void keep_lines(Writer *writer, const Statement *statement, uint32_t indent) {
    const Pieces *pieces = writer->pieces;
    Kept kept = {.line_indent = indent};
    uint32_t first = statement->first;
    for (uint32_t i = first; i < statement->end; i++) {
        if (i > first && pieces->tokens.at[i].begins_line) {
            Row row = row_of(pieces, first, i, kept.line_indent);
            row.comment = pieces_comment_behind(pieces, i - 1);
            rows_add(writer, row);
            kept.line_indent = kept_indent(&kept, indent);
            write_inner_comments(writer, i, kept.line_indent);
            if (closes(&pieces->tokens.at[i])) kept.line_indent -= INDENT;
            first = i;
        }
        track_bracket(pieces, &kept, i);
    }
    rows_add(writer, row_of(pieces, first, statement->end, kept.line_indent));
}

/* Whether the statement will stand on one line. */
static bool is_single(const Pieces *pieces, const Statement *statement, uint32_t indent) {
    if (!statement->keeps_lines)
        return fits_on_line(pieces, statement->first, statement->end, indent);
    for (uint32_t i = statement->first + 1; i < statement->end; i++)
        if (pieces->tokens.at[i].begins_line) return false;
    return true;
}

void break_statement(Writer *writer, const Statement *statement, uint32_t indent,
                     const Comment *behind) {
    const Pieces *pieces = writer->pieces;
    if (is_single(pieces, statement, indent)) {
        Row row = row_of(pieces, statement->first, statement->end, indent);
        row.lead = lead_of(pieces, statement);
        if (row.lead > row.arrow) row.lead = row.end;
        row.role = statement->role;
        row.comment = behind;
        rows_add(writer, row);
        return;
    }
    rows_flush(writer);
    if (statement->keeps_lines)
        keep_lines(writer, statement, indent);
    else
        break_stages(writer, statement, indent);
    writer->waiting.at[writer->waiting.len - 1].comment = behind;
    rows_flush(writer);
}
