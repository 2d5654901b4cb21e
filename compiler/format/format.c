/* format_source: parses, takes the file apart, writes it line by line, and parses the result to
 * see that it says the same. */
#include "format/format.h"

#include "format/break.h"
#include "format/split.h"

#include <string.h>

enum { BODY_INDENT = 2 };

/* The next statement, and the comments written so far. */
typedef struct Progress {
    size_t statement;
    uint32_t comments;
    bool at_begin; /* of the file or a body: no empty line comes here */
} Progress;

static void blank_before(Writer *writer, Progress *progress, bool wanted) {
    if (wanted && !progress->at_begin) rows_blank(writer);
    progress->at_begin = false;
}

/* Comments on lines of their own before token i. */
static void write_comments_before(Writer *writer, Progress *progress, uint32_t i, uint32_t indent) {
    const Pieces *pieces = writer->pieces;
    for (; progress->comments < pieces->tokens.at[i].comments; progress->comments++) {
        const Comment *comment = &pieces->comments.at[progress->comments];
        blank_before(writer, progress, comment->after_blank);
        rows_comment(writer, comment, indent);
    }
}

/* The comment behind token i, if it is not written yet; it counts as written, and those before it.
 */
static const Comment *take_comment(Writer *writer, Progress *progress, uint32_t i) {
    uint32_t before = writer->pieces->tokens.at[i].comments;
    if (progress->comments > before) return NULL;
    const Comment *comment = pieces_comment_behind(writer->pieces, i);
    progress->comments = before + (comment != NULL);
    return comment;
}

/* Whether the def that begins with this head stands on one line: it has no values of its own and
 * no comment inside. A comment that allows a warning speaks of the lines on which it stands. */
static bool is_short_def(const Pieces *pieces, const Statement *head) {
    const Piece *at = pieces->tokens.at;
    const Statement *end = head + 2;
    if (end->role != ROLE_END || at[end->first].comments > at[head->first].comments ||
        !fits_on_line(pieces, head->first, end->end, 0))
        return false;
    const Comment *behind = pieces_comment_behind(pieces, end->first);
    if (!behind || !behind->allows) return true;
    for (uint32_t i = head->first + 1; i < end->end; i++)
        if (at[i].begins_line) return false;
    return true;
}

static void write_short_def(Writer *writer, Progress *progress, const Statement *head) {
    rows_flush(writer);
    Row row = row_of(writer->pieces, head->first, head[2].end, 0);
    row.comment = take_comment(writer, progress, head[2].first);
    rows_add(writer, row);
    rows_flush(writer);
    progress->statement += 3;
}

/* A statement, or the head of a def, or its closing brace. */
static void write_statement(Writer *writer, Progress *progress, const Statement *statement) {
    const Pieces *pieces = writer->pieces;
    uint32_t last = statement->end - 1;
    const Comment *behind = take_comment(writer, progress, last);
    bool brace_follows = statement->role == ROLE_RETURN && !pieces->tokens.at[last + 1].begins_line;
    if (brace_follows) { /* what is behind `return x }` and allows a warning speaks of x */
        const Comment *allows = pieces_comment_behind(pieces, last + 1);
        if (allows && allows->allows) behind = take_comment(writer, progress, last + 1);
    }
    bool is_head = statement->role == ROLE_HEAD, is_end = statement->role == ROLE_END;
    if (is_head || is_end) rows_flush(writer);
    break_statement(writer, statement, statement->in_body ? BODY_INDENT : 0, behind);
    if (is_head || is_end) rows_flush(writer);
    progress->at_begin = is_head && !behind;
    progress->statement++;
}

/* Everything, until the result is longer than the limit. */
static void write_all(Writer *writer) {
    const Pieces *pieces = writer->pieces;
    Progress progress = {.at_begin = true};
    while (progress.statement < pieces->statements.len && writer->out->len <= writer->limit) {
        const Statement *statement = &pieces->statements.at[progress.statement];
        bool is_end = statement->role == ROLE_END;
        bool inside = statement->in_body || is_end;
        const Piece *first = &pieces->tokens.at[statement->first];
        write_comments_before(writer, &progress, statement->first, inside ? BODY_INDENT : 0);
        blank_before(writer, &progress, first->after_blank && !is_end);
        if (statement->role == ROLE_HEAD && is_short_def(pieces, statement))
            write_short_def(writer, &progress, statement);
        else
            write_statement(writer, &progress, statement);
    }
    write_comments_before(writer, &progress, pieces_count(pieces), 0);
    rows_flush(writer);
}

/* A text with its tree and tokens. */
typedef struct Reading {
    const SourceFile *source;
    const Ast *ast;
    SourceTokens tokens;
} Reading;

/* Reads a text; false if it has faults. */
static bool read_source(Arena *arena, Sources *sources, Diags *diags, uint32_t file, Reading *out) {
    size_t errors = diags->n_errors;
    *out = (Reading){.source = sources->files.at[file]};
    out->ast =
        parse_file_with_tokens(arena, interner_create(arena), sources, file, diags, &out->tokens);
    return diags->n_errors == errors && !out->ast->damaged;
}

static bool same_comments(Arena *arena, const Reading *x, const Reading *y) {
    Pieces a = {.arena = arena, .text = x->source->text};
    Pieces b = {.arena = arena, .text = y->source->text};
    split_comments(&a, x->source, &x->tokens);
    split_comments(&b, y->source, &y->tokens);
    if (a.comments.len != b.comments.len) return false;
    for (size_t i = 0; i < a.comments.len; i++) {
        Span p = a.comments.at[i].span, q = b.comments.at[i].span;
        uint32_t len = p.end - p.begin;
        if (q.end - q.begin != len || memcmp(a.text + p.begin, b.text + q.begin, len) != 0)
            return false;
    }
    return true;
}

/* Whether the result is .net without a fault and says what the source says, with all comments. */
static bool says_the_same(const LayerStyles *styles, const Reading *before, const Text *result) {
    Arena *arena = arena_create();
    Sources sources = {.arena = arena};
    Diags diags = diags_in(arena, &sources);
    uint32_t file = sources_add(&sources, "", text_str(result), result->len);
    Reading after;
    bool same =
        read_source(arena, &sources, &diags, file, &after) && same_comments(arena, before, &after);
    if (same) {
        format_canonical(styles, before->ast, arena);
        format_canonical(styles, after.ast, arena);
        same = ast_equal(before->ast, after.ast);
    }
    arena_destroy(arena);
    return same;
}

/* The text of what was read, in the style. False if that fails, by a programmer's error. */
static bool write_source(const LayerStyles *styles, const Reading *reading, size_t limit,
                         Text *out) {
    Arena *arena = arena_create();
    Pieces pieces;
    bool fine = pieces_of(arena, styles, reading->source, reading->ast, &reading->tokens, &pieces);
    Writer writer = {.pieces = &pieces, .out = out, .limit = limit};
    if (fine) write_all(&writer);
    arena_destroy(arena);
    return fine;
}

FormatStatus format_source(const LayerStyles *styles, const char *name, const char *text,
                           size_t len, size_t limit, Diags *diags, Text *out) {
    Arena *arena = arena_create();
    uint32_t file = sources_add(diags->sources, name, text, len);
    Reading reading;
    Text result = text_in(arena);
    FormatStatus status = FORMAT_DONE;
    if (!read_source(arena, diags->sources, diags, file, &reading))
        status = FORMAT_FAULTS;
    else if (!write_source(styles, &reading, limit, &result))
        status = FORMAT_DIFFERS;
    else if (result.len > limit)
        status = FORMAT_TOO_LONG;
    else if (!says_the_same(styles, &reading, &result))
        status = FORMAT_DIFFERS;
    if (status == FORMAT_DONE) text_append(out, result.bytes, result.len);
    arena_destroy(arena);
    return status;
}
