/* What stands between two tokens is blanks, newlines and comments, so a # there begins a comment.
 * Statements are those of the tree; a def is three and more: its head, its values, its return and
 * its brace. */
#include "format/split.h"

#include <string.h>

static bool is_blank(char c) { return c == ' ' || c == '\t'; }

static size_t skip_blanks(const char *text, size_t at, size_t end) {
    while (at < end && is_blank(text[at])) at++;
    return at;
}

/* `# netc: allow`, as the filter of warnings knows it. */
static bool allows(const char *text, size_t begin, size_t end) {
    static const char *const words[] = {"netc:", "allow"};
    size_t at = begin + 1;
    for (int i = 0; i < 2; i++) {
        size_t n = strlen(words[i]);
        at = skip_blanks(text, at, end);
        if (end - at < n || memcmp(text + at, words[i], n) != 0) return false;
        at += n;
    }
    return true;
}

/* How far the reading of gaps came. */
typedef struct Gap {
    bool line_is_empty; /* nothing stands before on this line */
    bool blank_line;    /* a line without anything was seen since the last token or comment */
    bool new_line;      /* a line ended since the last token */
} Gap;

static void add_comment(Pieces *pieces, Gap *gap, uint32_t file, size_t begin, size_t end) {
    const char *text = pieces->text;
    while (end > begin && is_blank(text[end - 1])) end--;
    Comment comment = {.span = {file, (uint32_t)begin, (uint32_t)end},
                       .own_line = gap->line_is_empty,
                       .after_blank = gap->blank_line,
                       .allows = allows(text, begin, end)};
    VEC_PUSH(pieces->arena, &pieces->comments, comment);
    gap->line_is_empty = gap->blank_line = false;
}

/* Bytes at .. end-1, which hold no token. */
static void read_gap(Pieces *pieces, Gap *gap, uint32_t file, size_t at, size_t end) {
    const char *text = pieces->text;
    while (at < end) {
        char c = text[at];
        if (c == '\n' || c == '\r') {
            at += c == '\r' && at + 1 < end && text[at + 1] == '\n' ? 2 : 1;
            if (gap->line_is_empty) gap->blank_line = true;
            gap->line_is_empty = gap->new_line = true;
        } else if (c == '#') {
            size_t begin = at;
            while (at < end && text[at] != '\n' && text[at] != '\r') at++;
            add_comment(pieces, gap, file, begin, at);
        } else {
            at++;
        }
    }
}

static char mark_of(const char *text) {
    if (text[0] == '-' && text[1] == '>') return '>';
    return text[0];
}

/* Reads the gaps of a file, one before each token and one behind the last. */
typedef struct Gaps {
    const SourceFile *source;
    const SourceTokens *tokens;
    uint32_t file;
    size_t next; /* gap */
} Gaps;

static Gaps gaps_of(const SourceFile *source, const SourceTokens *tokens) {
    return (Gaps){source, tokens, tokens->len ? tokens->at[0].span.file : 0, 0};
}

static Gap next_gap(Pieces *pieces, Gaps *gaps) {
    size_t i = gaps->next++;
    bool last = i == gaps->tokens->len;
    size_t at = i > 0 ? gaps->tokens->at[i - 1].span.end : source_mark(gaps->source);
    Gap gap = {.line_is_empty = i == 0, .new_line = i == 0};
    read_gap(pieces, &gap, gaps->file, at,
             last ? gaps->source->len : gaps->tokens->at[i].span.begin);
    return gap;
}

void split_comments(Pieces *pieces, const SourceFile *source, const SourceTokens *tokens) {
    Gaps gaps = gaps_of(source, tokens);
    while (gaps.next <= tokens->len) next_gap(pieces, &gaps);
}

void split_gaps(Pieces *pieces, Arena *arena, const SourceFile *source,
                const SourceTokens *tokens) {
    pieces->tokens = pieces_list(arena, tokens->len + 1);
    Gaps gaps = gaps_of(source, tokens);
    for (size_t i = 0; i <= tokens->len; i++) {
        Gap gap = next_gap(pieces, &gaps);
        Piece piece = {.begins_line = gap.new_line,
                       .after_blank = gap.blank_line,
                       .comments = (uint32_t)pieces->comments.len};
        if (i < tokens->len) {
            piece.begin = tokens->at[i].span.begin;
            piece.end = tokens->at[i].span.end;
            piece.kind = (uint8_t)tokens->at[i].kind;
            if (piece.kind == TOKEN_MARK) piece.mark = mark_of(source->text + piece.begin);
        }
        VEC_PUSH(arena, &pieces->tokens, piece);
    }
}

/* Adds a statement of the tokens that follow and begin before byte `end`. */
static void add_until(Pieces *pieces, StatementRole role, bool in_body, uint32_t end) {
    size_t n = pieces->statements.len;
    uint32_t first = n ? pieces->statements.at[n - 1].end : 0, at = first;
    while (at < pieces_count(pieces) && pieces->tokens.at[at].begin < end) at++;
    Statement statement = {.role = role, .in_body = in_body, .first = first, .end = at};
    VEC_PUSH(pieces->arena, &pieces->statements, statement);
}

static StatementRole role_of(AstItemKind kind) {
    switch (kind) {
    case AST_BIND: return ROLE_BIND;
    case AST_LET: return ROLE_LET;
    case AST_INPUT: return ROLE_INPUT;
    case AST_OUTPUT: return ROLE_OUTPUT;
    default: return ROLE_OTHER;
    }
}

static void add_def(Pieces *pieces, const AstItem *def) {
    bool has_body = def->def.n_body > 0;
    add_until(pieces, ROLE_HEAD, false,
              has_body ? def->def.body[0]->span.begin : def->def.return_span.begin);
    for (size_t i = 0; i < def->def.n_body; i++)
        add_until(pieces, ROLE_BIND, true, def->def.body[i]->span.end);
    add_until(pieces, ROLE_RETURN, true, def->span.end - 1);
    add_until(pieces, ROLE_END, false, def->span.end);
}

/* Whether the statement is made of at least one token and, for a def, has its braces. */
static bool is_whole(Pieces *pieces, const Statement *statement) {
    if (statement->first == statement->end) return false;
    Piece *last = &pieces->tokens.at[statement->end - 1];
    if (statement->role != ROLE_HEAD && statement->role != ROLE_END) return true;
    last->is_body = true;
    return last->mark == (statement->role == ROLE_HEAD ? '{' : '}');
}

/* Whether lines of the statement carry comments whose place has a meaning. */
static bool keeps_lines(const Pieces *pieces, const Statement *statement) {
    const Piece *at = pieces->tokens.at;
    uint32_t last = statement->end - 1;
    if (at[last].comments > at[statement->first].comments) return true;
    const Comment *behind = pieces_comment_behind(pieces, last);
    if (statement->role == ROLE_RETURN && !at[last + 1].begins_line)
        behind = pieces_comment_behind(pieces, last + 1);
    return behind && behind->allows;
}

bool split_statements(Pieces *pieces, const Ast *ast) {
    for (size_t i = 0; i < ast->items.len; i++) {
        const AstItem *item = ast->items.at[i];
        if (item->kind == AST_DEF)
            add_def(pieces, item);
        else
            add_until(pieces, role_of(item->kind), false, item->span.end);
    }
    for (size_t i = 0; i < pieces->statements.len; i++) {
        Statement *statement = &pieces->statements.at[i];
        if (!is_whole(pieces, statement)) return false;
        statement->keeps_lines = keeps_lines(pieces, statement);
    }
    size_t n = pieces->statements.len;
    return n > 0 && pieces->statements.at[n - 1].end == pieces_count(pieces);
}
