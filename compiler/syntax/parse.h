/* Source text -> Ast. The sole user of the generated scanner and parser. */
#ifndef NETC_SYNTAX_PARSE_H
#define NETC_SYNTAX_PARSE_H

#include "base/diag.h"
#include "base/intern.h"
#include "syntax/ast.h"

/** Limits of one file (`netc limits`); beyond them N0005. */
enum {
    MAX_TOKEN_BYTES = 4096,     /* of a name, number or string */
    MAX_NAME_BYTES = 64,        /* of a name or an axis */
    MAX_BRACKETS = 256,         /* open at once */
    MAX_EXPR_DEPTH = 1024,      /* parts inside parts of one expression, a chain of stages too */
    MAX_SYNTAX_NODES = 1 << 21, /* expressions, arguments, entries, parameters and statements */
    MAX_SYNTAX_MESSAGES = 100   /* reported; the rest of the file is still read */
};

/** What a token is, as far as its spacing is concerned. */
typedef enum TokenClass {
    TOKEN_WORD,    /* a name or an axis */
    TOKEN_KEYWORD, /* net, model, ... */
    TOKEN_LITERAL, /* a number, a size, a string */
    TOKEN_MARK     /* anything else: its text tells it */
} TokenClass;

typedef struct SourceToken {
    Span span;
    TokenClass kind;
} SourceToken;

/** The tokens of a file in their order, without the ends of lines. Between them a file that was
 *  read without a message has blanks, newlines and comments. */
typedef VEC(SourceToken) SourceTokens;

/** Parses file number `file` of `sources`. Always gives a tree that ast_verify accepts: what could
 *  not be read is left out or an ERROR, and reported (N0001 .. N0014, N0104 for a keyword in the
 *  place of a name); several faults in one run, each once. Time is linear in the size of the file
 *  and the stack is bounded. The text is written to while it is read, and restored.
 *  @param arena     where the tree lives
 *  @param interner  gives the one copy of each name */
Ast *parse_file(Arena *arena, Interner *interner, Sources *sources, uint32_t file, Diags *diags);

/** The same, and lists the tokens in `arena`. */
Ast *parse_file_with_tokens(Arena *arena, Interner *interner, Sources *sources, uint32_t file,
                            Diags *diags, SourceTokens *tokens);

#endif
