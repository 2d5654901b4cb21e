/* A file as what stays of it when blanks are taken away: tokens, comments and statements, and where
 * lines ended. Tokens stand in the order in which they will be written, with what that takes. */
#ifndef NETC_FORMAT_PIECES_H
#define NETC_FORMAT_PIECES_H

#include "format/canonical.h"
#include "syntax/parse.h"

/** A token. */
typedef struct Piece {
    uint32_t begin, end;  /* bytes of the source */
    uint8_t kind;         /* TokenClass */
    char mark;            /* of a MARK its first byte, '|' for |> and '>' for ->; else 0 */
    bool space : 1;       /* a blank before it, if it does not begin a line */
    bool unary : 1;       /* a sign */
    bool is_body : 1;     /* a brace of a def's body */
    bool begins_line : 1; /* in the source */
    bool after_blank : 1; /* in the source, after a line without anything */
    uint16_t depth;       /* brackets of its statement that are open before it */
    uint32_t column;      /* where it would begin, blank included, if all the file were one line */
    uint32_t match;       /* of a bracket: its partner */
    uint32_t element_end; /* the comma or closing bracket that ends the element it is in */
    uint32_t next_comma;  /* the first comma from here on, or the number of tokens */
    uint32_t comments;    /* how many comments stand before it */
} Piece;

typedef VEC(Piece) PieceList;

/** A comment, without the blanks at its end. */
typedef struct Comment {
    Span span;
    bool own_line;    /* nothing but blanks before it on its line */
    bool after_blank; /* after a line without anything */
    bool allows;      /* `# netc: allow ...`: where it stands has a meaning */
} Comment;

typedef enum StatementRole {
    ROLE_OTHER,
    ROLE_BIND,
    ROLE_LET,
    ROLE_INPUT,
    ROLE_OUTPUT,
    ROLE_RETURN,
    ROLE_HEAD, /* of a def, with the brace */
    ROLE_END   /* the brace that closes it */
} StatementRole;

typedef struct Statement {
    StatementRole role;
    bool in_body;        /* of a def */
    bool keeps_lines;    /* it is broken as in the source, for comments are in it */
    uint32_t first, end; /* tokens first .. end-1 */
} Statement;

typedef struct Pieces {
    Arena *arena;
    const char *text; /* the source */
    PieceList tokens; /* and one more at the end, which is none */
    VEC(Comment) comments;
    VEC(Statement) statements;
} Pieces;

/** Takes a file apart that was read without a message. False if its tree and its tokens disagree,
 *  which would be a programmer's error. */
bool pieces_of(Arena *arena, const LayerStyles *styles, const SourceFile *source, const Ast *ast,
               const SourceTokens *tokens, Pieces *out);

/** An empty list with room for n tokens. */
static inline PieceList pieces_list(Arena *arena, size_t n) {
    return (PieceList){.at = ARENA_ARRAY(arena, Piece, n), .cap = n};
}

/** How many tokens there are. */
static inline uint32_t pieces_count(const Pieces *pieces) {
    return (uint32_t)pieces->tokens.len - 1;
}

/** Columns that tokens first .. end-1 take on one line. */
static inline uint32_t pieces_width(const Pieces *pieces, uint32_t first, uint32_t end) {
    if (first == end) return 0;
    const Piece *at = pieces->tokens.at;
    return at[end].column - at[first].column - at[first].space;
}

/** The comment at the end of the line on which token i ends; NULL if there is none. */
static inline const Comment *pieces_comment_behind(const Pieces *pieces, uint32_t i) {
    const Piece *at = pieces->tokens.at;
    if (at[i].comments == at[i + 1].comments) return NULL;
    const Comment *comment = &pieces->comments.at[at[i].comments];
    return comment->own_line ? NULL : comment;
}

#endif
