/* The layout filter: raw tokens -> tokens of the grammar.
 *
 * A statement ends with its line. A line goes on only inside brackets, if it is indented or begins
 * with the closing bracket, or if it begins with `|>` or `->`. The filter keeps the ends of line
 * that end a statement and drops the others, tells the braces of a def from those of an axis map,
 * and passes on an AXIS that names a layer as NAME.
 *
 * It also mends: a bracket that is still open when a new statement begins (N0011) gets its closer,
 * a file without an edition (N0013) gets one, so that the tree is whole and the check goes on.
 * After a fault it leaves the rest of the statement unread, so that one fault gives one message. */
#include "parser.h"
#include "syntax/layout_report.h"

static Token take(Parse *parse) {
    Layout *layout = &parse->layout;
    if (!layout->has_ahead) return scan_next(parse);
    layout->has_ahead = false;
    return layout->ahead;
}

static const Token *peek(Parse *parse) {
    Layout *layout = &parse->layout;
    if (!layout->has_ahead) layout->ahead = scan_next(parse);
    layout->has_ahead = true;
    return &layout->ahead;
}

static void put_back(Parse *parse, Token token) {
    parse->layout.ahead = token;
    parse->layout.has_ahead = true;
}

/* The first token of the next line that has one. */
static const Token *peek_line(Parse *parse) {
    while (peek(parse)->kind == T_EOL) take(parse);
    return peek(parse);
}

static void enqueue(Layout *layout, Token token) { layout->queue[layout->queue_len++] = token; }

/* A token that the text does not have: a point after the last one it has. */
static void supply(Parse *parse, int kind) {
    Token token = {.kind = kind, .span = span_after(parse->layout.previous.span)};
    enqueue(&parse->layout, token);
}

static Token from_queue(Layout *layout) {
    Token token = layout->queue[layout->queue_at++];
    if (layout->queue_at == layout->queue_len) layout->queue_at = layout->queue_len = 0;
    return token;
}

/* Inside a bracket that the current statement opened. */
static bool in_brackets(const Layout *layout) { return layout->depth > layout->outer_depth; }

/* Inside the body of a def; bodies do not nest. */
static bool in_body(const Layout *layout) {
    return layout->depth > 0 && layout->open[0].closer == T_BODY_END;
}

static bool begins_statement(int kind) {
    switch (kind) {
    case T_NET:
    case T_MODEL:
    case T_IMPORT:
    case T_LET:
    case T_DEF:
    case T_INPUT:
    case T_OUTPUT:
    case T_WEIGHTS:
    case T_RETURN: return true;
    default: return false;
    }
}

bool ends_operand(int kind) {
    switch (kind) {
    case T_NAME:
    case T_AXIS:
    case T_INT:
    case T_REAL:
    case T_SIZE:
    case T_STRING:
    case '?':
    case ')':
    case ']':
    case '}': return true;
    default: return false;
    }
}

/* What cannot end a line. */
static bool wants_more(int kind) {
    switch (kind) {
    case T_PIPE:
    case T_ARROW:
    case '+':
    case '-':
    case '*':
    case '/':
    case '%':
    case '=':
    case ',': return true;
    default: return false;
    }
}

/* Whether the line that begins with `next` belongs to the bracket that is open. A name after a
 * complete operand, indented no deeper than the statement, could not be right there: it begins the
 * next statement of a def. */
static bool goes_on_in_bracket(const Layout *layout, const Token *next) {
    if (next->kind == T_EOF || begins_statement(next->kind)) return false;
    if (next->kind == ')' || next->kind == ']') return true;
    bool map = layout->open[layout->depth - 1].closer == '}';
    if (next->kind == '}' && in_body(layout)) return map && next->indent > 0;
    if (next->kind == '}' && map) return true;
    if (next->indent == 0) return false;
    bool after_operand = layout->skipping || ends_operand(layout->previous.kind);
    return !(next->kind == T_NAME && next->indent <= layout->indent && after_operand);
}

/* Opens a bracket, or counts one beyond the limit. */
static bool push_bracket(Layout *layout, const Token *opener, int closer) {
    if (layout->depth == MAX_BRACKETS || layout->beyond > 0) {
        layout->beyond++;
        return false;
    }
    bool is_call = layout->previous.kind == T_NAME || layout->previous.kind == T_AXIS;
    layout->open[layout->depth++] = (Bracket){closer, is_call, opener->span};
    return true;
}

static int closer_of(int opener) { return opener == '(' ? ')' : opener == '[' ? ']' : '}'; }

static bool opens_body(const Layout *layout, int kind) {
    return kind == '{' && layout->statement == T_DEF && layout->previous.kind == ')' &&
           layout->depth == layout->outer_depth;
}

/* The number of the innermost open bracket of this statement that `closer` closes, from 1; 0 if it
 * closes none. */
static size_t find_bracket(const Layout *layout, int closer) {
    size_t i = layout->depth;
    while (i > layout->outer_depth && layout->open[i - 1].closer != closer) i--;
    return i > layout->outer_depth ? i : 0;
}

static void supply_closers(Parse *parse, size_t depth) {
    Layout *layout = &parse->layout;
    while (layout->depth > depth) supply(parse, layout->open[--layout->depth].closer);
}

static void end_statement(Parse *parse) {
    supply(parse, T_EOL);
    parse->layout.at_start = true;
}

/* The end of a line, or of the file, in the middle of a statement: supplies what ends the
 * statement, or nothing if the next line goes on. */
static void end_line(Parse *parse) {
    Layout *layout = &parse->layout;
    const Token *next = peek_line(parse);
    if (next->kind == T_PIPE || next->kind == T_ARROW) return;
    if (opens_body(layout, next->kind)) {
        report_brace_line(parse, next);
        return;
    }
    if (in_brackets(layout)) {
        if (goes_on_in_bracket(layout, next)) return;
        report_unclosed(parse, layout->outer_depth, next);
        supply_closers(parse, layout->outer_depth);
    } else if (wants_more(layout->previous.kind)) {
        bool joined = next->kind != T_EOF && !begins_statement(next->kind) && next->kind != '}' &&
                      next->indent > layout->indent;
        report_line_end(parse, &layout->previous, joined ? next : NULL);
        if (joined) return;
        supply(parse, T_ERROR);
    }
    end_statement(parse);
}

/* The statement that is read over is a def, and its body was reached. */
static bool skips_body(const Layout *layout) {
    return in_brackets(layout) && layout->open[layout->outer_depth].closer == T_BODY_END;
}

/* Whether a statement that is read over goes on in the line that begins with `next`. */
static bool goes_on_unread(const Layout *layout, const Token *next) {
    if (next->kind == T_EOF) return false;
    if (next->kind == T_PIPE || next->kind == T_ARROW) return true;
    if (!in_brackets(layout)) return false;
    if (skips_body(layout)) return !(next->indent == 0 && begins_statement(next->kind));
    return goes_on_in_bracket(layout, next);
}

/* A bracket of a statement that is read over; false if it ends the body around the statement. */
static bool skip_bracket(Layout *layout, const Token *token) {
    switch (token->kind) {
    case '(':
    case '[':
    case '{':
        push_bracket(layout, token,
                     opens_body(layout, token->kind) ? T_BODY_END : closer_of(token->kind));
        return true;
    case ')':
    case ']':
    case '}': {
        if (layout->beyond > 0) {
            layout->beyond--;
            return true;
        }
        size_t found = find_bracket(layout, token->kind);
        if (!found && token->kind == '}') found = find_bracket(layout, T_BODY_END);
        if (found) layout->depth = found - 1;
        return found || token->kind != '}' || !in_body(layout);
    }
    default: return true;
    }
}

/* Reads over the rest of a statement that has a fault: to the end of its line, of the lines that go
 * on and, if it is a def, of its body. */
static void skip_statement(Parse *parse) {
    Layout *layout = &parse->layout;
    for (;;) {
        Token token = take(parse);
        bool next_statement = token.kind == T_RETURN && in_body(layout) && !skips_body(layout);
        if (token.kind == T_EOF || next_statement || !skip_bracket(layout, &token)) {
            put_back(parse, token);
            break;
        }
        if (token.kind == T_EOL && !goes_on_unread(layout, peek_line(parse))) break;
        if (token.kind != T_EOL) layout->previous = token;
    }
    layout->depth = layout->outer_depth;
    layout->beyond = 0;
    layout->skipping = false;
    end_statement(parse);
}

/* Supplies the `}` of a def where it is missing; without a `return` the def is damaged. */
static void supply_body_end(Parse *parse) {
    Layout *layout = &parse->layout;
    if (!layout->returned) supply(parse, T_ERROR);
    supply(parse, T_BODY_END);
    layout->depth = layout->outer_depth = 0;
    end_statement(parse);
}

/* A file that does not begin with its edition: `Net 1` is read as one, else one is supplied; true
 * if so. */
static bool supply_edition(Parse *parse, Token *first) {
    Layout *layout = &parse->layout;
    if (first->kind != T_ERROR) report_no_edition(parse, first);
    if (is_edition_keyword(parse, first)) {
        first->kind = T_NET;
        return false;
    }
    layout->previous.span = (Span){parse->file, 0, 0};
    supply(parse, T_NET);
    supply(parse, T_INT);
    layout->queue[layout->queue_len - 1].value.integer = 1;
    end_statement(parse);
    return true;
}

/* A statement of the top level in a body: the names it makes, if any, are known to be lost. */
static void supply_lost_names(Parse *parse, int keyword) {
    Layout *layout = &parse->layout;
    bool names = keyword == T_LET || keyword == T_INPUT || keyword == T_OUTPUT;
    if (names && peek(parse)->kind == T_NAME) {
        enqueue(layout, take(parse));
        supply(parse, '=');
    }
    supply(parse, T_ERROR);
    layout->skipping = true;
}

/* Hands the ## comment above a statement to it. */
static void attach_doc(Parse *parse, const Token *first) {
    Text *doc = &parse->scan.doc;
    int kind = first->kind;
    if (!doc->len || kind == T_NET || kind == T_IMPORT || kind == T_WEIGHTS || kind == T_RETURN ||
        kind == '}' || kind == T_EOF)
        return;
    ast_doc(&parse->build, first->span.begin, arena_strndup(parse->arena, doc->bytes, doc->len));
    doc->len = 0;
}

/* Whether the `}` of the body that is open is missing before `token`, which would begin a
 * statement. */
static bool body_is_unclosed(const Layout *layout, const Token *token) {
    if (!in_body(layout) || token->kind == '}') return false;
    if (token->kind == T_EOF) return true;
    bool top_level = begins_statement(token->kind) && token->kind != T_RETURN;
    return token->indent == 0 && (top_level || layout->returned);
}

/* The first token of a statement; false if supplied tokens come before it or in its place. */
static bool begin_statement(Parse *parse, Token *token) {
    Layout *layout = &parse->layout;
    bool was_started = layout->started;
    layout->started = true;
    layout->reported = false;
    if (!was_started && token->kind != T_NET && supply_edition(parse, token)) {
        put_back(parse, *token);
        return false;
    }
    if (body_is_unclosed(layout, token)) {
        report_unclosed(parse, 0, token);
        supply_body_end(parse);
        put_back(parse, *token);
        return false;
    }
    attach_doc(parse, token);
    layout->at_start = token->kind == T_EOF;
    layout->statement = token->kind;
    layout->statement_begin = token->span.begin;
    layout->indent = token->indent;
    layout->outer_depth = layout->depth;
    if (!in_body(layout)) return true;
    if (token->kind == T_RETURN) {
        layout->returned = true;
    } else if (begins_statement(token->kind)) {
        report_misplaced(parse, token);
        layout->previous = *token;
        supply_lost_names(parse, token->kind);
        return false;
    }
    return true;
}

static bool open_bracket(Parse *parse, Token *token) {
    Layout *layout = &parse->layout;
    bool body = opens_body(layout, token->kind);
    if (!push_bracket(layout, token, body ? T_BODY_END : closer_of(token->kind))) {
        report_too_many_brackets(parse, token->span);
        token->kind = T_ERROR;
        layout->skipping = true;
    }
    if (!body) return true;
    layout->returned = false;
    token->kind = T_BODY_BEGIN;
    layout->previous = *token;
    enqueue(layout, *token);
    end_statement(parse);
    return false;
}

static bool close_bracket(Parse *parse, Token *token) {
    Layout *layout = &parse->layout;
    size_t found = find_bracket(layout, token->kind);
    bool ends_body = !found && token->kind == '}' && in_body(layout);
    size_t keep = ends_body ? layout->outer_depth : found;
    if ((found || ends_body) && layout->depth > keep) { /* brackets inside it are still open */
        report_unclosed(parse, keep, token);
        supply_closers(parse, keep);
        put_back(parse, *token);
        return false;
    }
    if (found) layout->depth = found - 1;
    if (!ends_body) return true;
    if (layout->statement != '}') { /* `return x }` on one line */
        end_statement(parse);
        put_back(parse, *token);
        return false;
    }
    layout->depth = layout->outer_depth = 0;
    token->kind = T_BODY_END;
    return true;
}

/* `return` in the middle of a line of a body begins a statement, and should have begun a line. */
static bool splits_line(Parse *parse, const Token *token) {
    Layout *layout = &parse->layout;
    if (!in_body(layout) || layout->statement_begin == token->span.begin) return false;
    if (in_brackets(layout)) {
        report_unclosed(parse, layout->outer_depth, token);
        supply_closers(parse, layout->outer_depth);
    } else {
        report_same_line(parse, token);
    }
    put_back(parse, *token);
    end_statement(parse);
    return true;
}

/* A token in a statement; false if supplied tokens come before it or in its place. */
static bool accept(Parse *parse, Token *token) {
    Layout *layout = &parse->layout;
    switch (token->kind) {
    case '(':
    case '[':
    case '{': return open_bracket(parse, token);
    case ')':
    case ']':
    case '}': return close_bracket(parse, token);
    case T_AXIS:
        if (layout->previous.kind == T_PIPE || peek(parse)->kind == '(') token->kind = T_NAME;
        return true;
    case T_RETURN: return !splits_line(parse, token);
    case T_ERROR: layout->skipping = layout->reported = true; return true;
    default: return true;
    }
}

static Token filter(Parse *parse) {
    Layout *layout = &parse->layout;
    for (;;) {
        Token token = take(parse);
        bool ends = token.kind == T_EOL || token.kind == T_EOF;
        if (ends && !layout->at_start) {
            if (token.kind == T_EOF) put_back(parse, token);
            end_line(parse);
            if (layout->queue_len) return from_queue(layout);
        } else if (token.kind != T_EOL) {
            if (layout->at_start && !begin_statement(parse, &token)) return from_queue(layout);
            if (token.kind == T_EOF) return token;
            if (!accept(parse, &token)) return from_queue(layout);
            layout->previous = token;
            return token;
        }
    }
}

Token layout_next(Parse *parse) {
    Layout *layout = &parse->layout;
    if (parse->build.full) parse->stopped = true;
    if (parse->stopped) return (Token){.kind = T_EOF, .span = span_after(layout->previous.span)};
    if (layout->queue_len) return from_queue(layout);
    if (!layout->skipping) return filter(parse);
    skip_statement(parse);
    return from_queue(layout);
}

void layout_skip(Parse *parse) {
    Layout *layout = &parse->layout;
    layout->reported = true;
    if (!layout->queue_len && !layout->at_start) layout->skipping = true;
}
