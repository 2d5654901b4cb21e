/* Text and tree -> Pieces: split.c finds what there is, this file puts the tokens in order and
 * computes blanks and columns.
 *
 * The arguments of a call are moved by their tokens, between commas. A call with a comment inside
 * stays as it is, and so does one over several lines in a statement that keeps its lines. */
#include "format/pieces.h"

#include "base/columns.h"
#include "format/split.h"

/* What becomes of the arguments of a call, told at its opening bracket. */
typedef struct Order {
    uint32_t bracket; /* the number of that token */
    bool no_brackets; /* they go away, for nothing is in them */
    Indices stay;
} Order;

/* State of the rewriting. */
typedef struct Sorter {
    Arena *arena;   /* of what is needed no longer than the rewriting */
    Pieces *pieces; /* as in the source */
    const LayerStyles *styles;
    VEC(Order) orders;
    uint32_t *order_at; /* of token i: the number of its Order, from 1; 0: none */
    uint32_t *match;    /* of a bracket: its partner */
    PieceList tokens;   /* in the new order */
} Sorter;

static bool opens(char mark) { return mark == '(' || mark == '[' || mark == '{'; }
static bool closes(char mark) { return mark == ')' || mark == ']' || mark == '}'; }

/* Fills match and depth of every bracket; false if they do not pair. */
static bool pair_brackets(Pieces *pieces, uint32_t *match) {
    uint32_t open[MAX_BRACKETS], n = 0;
    for (uint32_t i = 0; i < pieces_count(pieces); i++) {
        Piece *token = &pieces->tokens.at[i];
        token->depth = (uint16_t)n;
        if (token->is_body) continue;
        if (opens(token->mark)) {
            if (n == MAX_BRACKETS) return false;
            open[n++] = i;
        } else if (closes(token->mark)) {
            if (n == 0) return false;
            match[i] = open[--n];
            match[open[n]] = i;
        }
    }
    return n == 0;
}

/* The token that begins at byte `begin`. */
static uint32_t token_at(const Pieces *pieces, uint32_t begin) {
    uint32_t low = 0, high = pieces_count(pieces);
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (pieces->tokens.at[middle].begin < begin)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Notes what becomes of a call, without regard to comments and lines. */
static void note_order(void *context, AstExpr *call) {
    Sorter *sorter = context;
    Order order = {.bracket = token_at(sorter->pieces, call->call.parens.begin)};
    bool changes = canonical_arguments(sorter->styles, sorter->arena, call, &order.stay);
    size_t stay = changes ? order.stay.len : call->call.n_args;
    order.no_brackets = call->call.piped && stay == 0;
    if (!changes && !order.no_brackets) return;
    VEC_PUSH(sorter->arena, &sorter->orders, order);
    sorter->order_at[order.bracket] = (uint32_t)sorter->orders.len;
}

/* Forgets the orders of calls that must stay as they are. */
static void forget_orders(Sorter *sorter) {
    const Pieces *pieces = sorter->pieces;
    for (size_t s = 0; s < pieces->statements.len; s++) {
        const Statement *statement = &pieces->statements.at[s];
        uint32_t last_line = 0; /* the last token that begins a line, going backwards */
        for (uint32_t i = statement->end; i-- > statement->first;) {
            const Piece *token = &pieces->tokens.at[i];
            if (sorter->order_at[i] && !token->is_body) {
                bool lines = statement->keeps_lines && last_line && last_line <= sorter->match[i];
                bool comments = pieces->tokens.at[sorter->match[i]].comments > token->comments;
                if (lines || comments) sorter->order_at[i] = 0;
            }
            if (token->begins_line) last_line = i;
        }
    }
}

static void copy_tokens(Sorter *sorter, uint32_t first, uint32_t end);

/* The end of the argument that begins at `first`: its comma, or the bracket that closes the call.
 */
static uint32_t argument_end(const Sorter *sorter, uint32_t first, uint32_t closer) {
    const Piece *at = sorter->pieces->tokens.at;
    uint32_t i = first;
    while (i < closer && at[i].mark != ',') i = opens(at[i].mark) ? sorter->match[i] + 1 : i + 1;
    return i;
}

static void copy_call(Sorter *sorter, const Order *order) {
    Arena *arena = sorter->arena;
    const Piece *at = sorter->pieces->tokens.at;
    uint32_t closer = sorter->match[order->bracket];
    if (order->no_brackets) return;
    VEC(uint32_t) begins = {0};
    VEC(uint32_t) ends = {0};
    for (uint32_t i = order->bracket + 1; i < closer; i = ends.at[ends.len - 1] + 1) {
        VEC_PUSH(arena, &begins, i);
        VEC_PUSH(arena, &ends, argument_end(sorter, i, closer));
    }
    VEC_PUSH(arena, &sorter->tokens, at[order->bracket]);
    for (size_t i = 0; i < order->stay.len; i++) {
        size_t arg = order->stay.at[i];
        if (i > 0) VEC_PUSH(arena, &sorter->tokens, at[ends.at[0]]); /* a comma like any other */
        copy_tokens(sorter, begins.at[arg], ends.at[arg]);
    }
    VEC_PUSH(arena, &sorter->tokens, at[closer]);
}

/* Leaves token i, the comma before a closing bracket, out: the bracket stands in its place, and
 * where a comment is before it, one behind it has its own line. */
static void drop_comma(Pieces *pieces, uint32_t i) {
    Piece *at = pieces->tokens.at;
    at[i + 1].begins_line |= at[i].begins_line;
    if (at[i].comments > at[i - 1].comments && at[i + 1].comments > at[i].comments)
        pieces->comments.at[at[i].comments].own_line = true;
}

static void copy_tokens(Sorter *sorter, uint32_t first, uint32_t end) {
    const Piece *at = sorter->pieces->tokens.at;
    for (uint32_t i = first; i < end; i++) {
        if (sorter->order_at[i]) {
            copy_call(sorter, &sorter->orders.at[sorter->order_at[i] - 1]);
            i = sorter->match[i];
        } else if (at[i].mark == ',' && closes(at[i + 1].mark)) { /* a comma at the end goes */
            drop_comma(sorter->pieces, i);
        } else {
            VEC_PUSH(sorter->pieces->arena, &sorter->tokens, at[i]);
        }
    }
}

static bool sort_tokens(Pieces *pieces, Arena *arena, const LayerStyles *styles, const Ast *ast) {
    size_t n = pieces->tokens.len;
    Sorter sorter = {.arena = arena,
                     .pieces = pieces,
                     .styles = styles,
                     .order_at = ARENA_ARRAY(arena, uint32_t, n),
                     .match = ARENA_ARRAY(arena, uint32_t, n),
                     .tokens = pieces_list(pieces->arena, n)};
    if (!pair_brackets(pieces, sorter.match)) return false;
    canonical_each_call(ast, note_order, &sorter);
    forget_orders(&sorter);
    for (size_t s = 0; s < pieces->statements.len; s++) {
        Statement *statement = &pieces->statements.at[s];
        uint32_t first = (uint32_t)sorter.tokens.len;
        copy_tokens(&sorter, statement->first, statement->end);
        statement->first = first;
        statement->end = (uint32_t)sorter.tokens.len;
    }
    VEC_PUSH(pieces->arena, &sorter.tokens, pieces->tokens.at[n - 1]);
    pieces->tokens = sorter.tokens;
    return true;
}

static bool ends_operand(const Piece *token) {
    switch (token->mark) {
    case '?':
    case ')':
    case ']':
    case '}': return true;
    default: return token->kind == TOKEN_WORD || token->kind == TOKEN_LITERAL;
    }
}

static bool is_operator(char mark) {
    return mark == '+' || mark == '-' || mark == '*' || mark == '/' || mark == '%';
}

/* Whether a blank stands between two tokens of a statement; `dense`: in the value of an attribute,
 * where operators are as close to their operands as `=` is. */
static bool needs_space(const Piece *before, const Piece *token, bool in_head, bool dense) {
    bool apart = token->depth == 0 || in_head; /* = and : of a statement, = of a parameter */
    if (token->is_body || before->is_body) return true;
    if (dense && (is_operator(before->mark) || is_operator(token->mark)))
        return before->mark == ',' || before->mark == ':';
    switch (before->mark) {
    case '(':
    case '[':
    case '{':
    case '.':
    case '@': return false;
    case '=': return apart;
    case '-':
        if (before->unary) return false;
        break;
    default: break;
    }
    switch (token->mark) {
    case ')':
    case ']':
    case '}':
    case ',':
    case '.': return false;
    case '(':
    case '[': return before->kind != TOKEN_WORD;
    case ':': return token->depth == 0;
    case '=': return apart;
    default: return true;
    }
}

static uint32_t columns_of(const Pieces *pieces, const Piece *token) {
    size_t len = token->end - token->begin;
    const char *bytes = pieces->text + token->begin;
    if (bytes[0] != '"') return (uint32_t)len;
    return (uint32_t)line_columns(pieces->arena, (Line){.bytes = bytes, .len = len}, len);
}

/* The depth of the attribute whose value goes on behind this token, or 0; `value` was that before
 * it. */
static uint16_t value_depth(const Piece *token, uint16_t value) {
    if (value == 0) return token->mark == '=' ? token->depth : 0;
    bool ends = token->depth == value && (token->mark == ',' || closes(token->mark));
    return ends ? 0 : value;
}

/* Blanks of a statement. */
static void set_spaces(Piece *at, const Statement *statement) {
    bool in_head = statement->role == ROLE_HEAD;
    uint16_t value = 0;
    for (uint32_t i = statement->first; i < statement->end; i++) {
        bool first = i == statement->first;
        at[i].unary = at[i].mark == '-' && !first && !ends_operand(&at[i - 1]);
        at[i].space = i > 0 && (first || needs_space(&at[i - 1], &at[i], in_head, value > 0));
        if (!in_head) value = value_depth(&at[i], value);
    }
}

/* Blanks and columns, from the first token to the last. */
static void set_columns(Pieces *pieces) {
    Piece *at = pieces->tokens.at;
    uint32_t column = 0;
    for (size_t s = 0; s < pieces->statements.len; s++) {
        const Statement *statement = &pieces->statements.at[s];
        set_spaces(at, statement);
        for (uint32_t i = statement->first; i < statement->end; i++) {
            at[i].column = column;
            column += at[i].space + columns_of(pieces, &at[i]);
        }
    }
    at[pieces_count(pieces)].column = column;
}

/* Where elements end, from the last token to the first. */
static void set_element_ends(Pieces *pieces) {
    uint32_t end_at[MAX_BRACKETS + 1] = {0}, comma = pieces_count(pieces);
    for (uint32_t i = pieces_count(pieces); i-- > 0;) {
        Piece *token = &pieces->tokens.at[i];
        if (token->mark == ',') comma = i;
        token->next_comma = comma;
        if (closes(token->mark) && !token->is_body) end_at[token->depth] = i;
        token->element_end = end_at[token->depth];
        if (token->mark == ',') end_at[token->depth] = i;
    }
}

bool pieces_of(Arena *arena, const LayerStyles *styles, const SourceFile *source, const Ast *ast,
               const SourceTokens *tokens, Pieces *out) {
    *out = (Pieces){.arena = arena, .text = source->text};
    Arena *scratch = arena_create();
    split_gaps(out, scratch, source, tokens);
    bool fine = split_statements(out, ast) && sort_tokens(out, scratch, styles, ast);
    uint32_t *match = ARENA_ARRAY(scratch, uint32_t, out->tokens.len);
    fine = fine && pair_brackets(out, match);
    for (uint32_t i = 0; fine && i < pieces_count(out); i++) out->tokens.at[i].match = match[i];
    arena_destroy(scratch);
    if (!fine) return false;
    set_columns(out);
    set_element_ends(out);
    return true;
}
