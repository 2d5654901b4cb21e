/* What the scanner, the layout filter and the grammar share while one file is read: private to this
 * room. Text -> scan_next -> raw tokens -> layout_next -> tokens -> grammar_parse -> AstBuilder. */
#ifndef NETC_SYNTAX_PARSE_STATE_H
#define NETC_SYNTAX_PARSE_STATE_H

#include "base/diag.h"
#include "base/intern.h"
#include "syntax/ast_build.h"
#include "syntax/parse.h"

typedef struct Parse Parse;

/** Room for bison's stack, in symbols: more than MAX_BRACKETS brackets with a sum in each need. */
enum { MAX_PARSER_STACK = 10000 };

/** The value of a token or of a rule of the grammar. */
typedef union TokenValue {
    int64_t integer;
    double real;
    AstSize size;
    AstString string;
    AstName name;
    AstPath path;
    AstLabel label;
    AstCount count;
    AstArg arg;
    AstEntry entry;
    AstParam param;
    AstExpr *expr;
    AstItem *item;
    AstNames *names;
    AstParams *params;
    AstExprs *exprs;
    AstArgs *args;
    AstEntries *entries;
    AstItems *items;
} TokenValue;

typedef struct Token {
    int kind; /* T_NAME, '(' ...; T_ERROR for one that was reported already */
    TokenValue value;
    Span span;
    uint32_t indent; /* bytes between the start of its line and the token */
} Token;

/** An open bracket. */
typedef struct Bracket {
    int closer;   /* the token that closes it: ')' ']' '}' T_BODY_END */
    bool is_call; /* after the name of a layer */
    Span opener;  /* where it was opened */
} Bracket;

/** State of the scanner's helpers (scan.c). */
typedef struct Scan {
    void *flex;           /* the generated scanner */
    uint32_t line_begin;  /* first byte of the current line */
    uint32_t token_begin; /* of a string or a name that is put together from pieces */
    uint32_t token_bytes; /* of it so far, as they will be stored */
    char *piece;          /* MAX_TOKEN_BYTES of them */
    char quote;           /* what ends the string: '"' or '\'', or what looks like it */
    bool foreign_quote;   /* the string began with another quote than '"' */
    Span opening_quote;
    bool bad_string;       /* a fault in the string was reported */
    bool bad_word;         /* a character of the word that looks like none was reported */
    bool unknown_seen;     /* a character that looks like none was reported, ... */
    uint32_t unknown_line; /* ... the last one in this line */
    Text doc;              /* lines of the ## comment that waits for its statement */
    uint32_t doc_next;     /* first byte of the line after them */
} Scan;

/** State of the layout filter (layout.c). */
typedef struct Layout {
    Token ahead; /* a raw token that was looked at */
    bool has_ahead;
    Token queue[MAX_BRACKETS + 8]; /* supplied tokens, to be given next */
    size_t queue_at, queue_len;
    Bracket open[MAX_BRACKETS];
    size_t depth;             /* brackets in `open` */
    size_t beyond;            /* open brackets beyond the limit, while skipping */
    Token previous;           /* the last token of the text that was seen */
    bool started;             /* the edition was seen or supplied */
    bool at_start;            /* the next token begins a statement */
    bool skipping;            /* the rest of the statement goes unread */
    bool reported;            /* a fault of this statement was reported: it has no second one */
    bool returned;            /* `return` was seen in the body of the def that is open */
    int statement;            /* first token of the statement */
    uint32_t statement_begin; /* first byte of that token */
    uint32_t indent;          /* of that token */
    size_t outer_depth;       /* open brackets (0, or 1 in a def) when the statement began */
} Layout;

struct Parse {
    Arena *arena;   /* the tree's */
    Arena *scratch; /* the scanner's and the grammar's, gone when the file is read */
    Interner *interner;
    Diags *diags;
    const SourceFile *source;
    uint32_t file;
    bool stopped;         /* nothing more is to be parsed */
    SourceTokens *tokens; /* where they are listed; NULL: nowhere */
    AstBuilder build;
    Scan scan;
    Layout layout;
};

/** The end of a span, as a point. */
static inline Span span_after(Span span) { return (Span){span.file, span.end, span.end}; }

/** Whether a message may be added: there are less than MAX_SYNTAX_MESSAGES so far. */
static inline bool parse_may_report(const Parse *parse) {
    return parse->build.n_messages < MAX_SYNTAX_MESSAGES;
}

/** Adds a message; only if one may be added. */
Diag *parse_report(Parse *parse, DiagCode code, Span where, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/** The source at `span` as it stands in a message: escaped, shortened to 40 bytes. */
const char *parse_quote(Parse *parse, Span span);

/** The next raw token. */
Token scan_next(Parse *parse);

/** The next token for the grammar. */
Token layout_next(Parse *parse);

/** Leaves the rest of the statement unread, after the token at fault. */
void layout_skip(Parse *parse);

/** N0010, or N0104 for a keyword in the place of a name. `expected` are names of tokens. */
void parse_report_unexpected(Parse *parse, const char *token, Span where,
                             const char *const *expected, size_t n_expected);

/** N0005: brackets and signs nested too deep for the parser. Ends the parse. */
void parse_report_stack(Parse *parse, Span where);

#endif
