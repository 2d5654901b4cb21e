/* The tree of a .net file: what the text says, with the place of every part and no types.
 *
 * Built by the actions of grammar/parser.y through the ast_* constructors, which only store. Names
 * and axis names are interned. Everything lives in one arena. `x |> f(...)` is a CALL with `piped`
 * set, `e -> [..]` an ASSERT around e.
 *
 * A statement that could not be read was reported, and leaves what is known of it: its names, with
 * an ERROR expression for the rest. Whoever meets an ERROR stays silent about it and about all that
 * comes of it, so that one fault gives one message. */
#ifndef NETC_SYNTAX_AST_H
#define NETC_SYNTAX_AST_H

#include "base/arena.h"
#include "base/source.h"
#include "base/text.h"
#include "base/vec.h"

#include <stdbool.h>
#include <stdint.h>

typedef struct AstExpr AstExpr;

typedef enum AstExprKind {
#define AST_EXPR(kind, name) AST_##kind,
#include "syntax/ast.def"
#undef AST_EXPR
    AST_EXPR_KINDS
} AstExprKind;

typedef struct AstName {
    const char *text; /* interned */
    Span span;
} AstName;

/** `lib.block` or `block`: what a call names. */
typedef struct AstPath {
    AstName first;  /* the import prefix, or the name itself */
    AstName second; /* text is NULL without a dot */
    Span span;
} AstPath;

/** `@h` or `@"features.0"` after a stage. */
typedef struct AstLabel {
    const char *text; /* NULL: no label; else its bytes, unescaped */
    Span span;
} AstLabel;

/** One argument of a call: positional, `name=value`, or `of name`. */
typedef enum AstArgKind { AST_ARG_POSITIONAL, AST_ARG_NAMED, AST_ARG_OF } AstArgKind;

typedef struct AstArg {
    AstArgKind kind;
    AstName name;   /* NAMED: the attribute; OF: the value's name or label */
    bool of_string; /* OF: the name was written as a string */
    AstExpr *value; /* POSITIONAL and NAMED */
    Span span;
} AstArg;

/** One entry of a list or an axis map: `value` or `axis: value`. */
typedef struct AstEntry {
    AstName axis; /* text is NULL without an axis */
    AstExpr *value;
    Span span;
} AstEntry;

typedef enum AstOperator { AST_ADD, AST_SUB, AST_MUL, AST_DIV, AST_MOD } AstOperator;

/** A node of the parser has memory for the members of its kind only: ast_copy, not assignment. */
struct AstExpr {
    AstExprKind kind;
    Span span;
    uint32_t depth; /* 1 for a leaf, else 1 + the deepest part; at most MAX_EXPR_DEPTH */
    union {
        int64_t integer; /* INT */
        double real;     /* REAL */
        struct {         /* SIZE 3x5 */
            int64_t at[3];
            int count; /* 2 or 3 */
        } size;
        struct { /* STRING, unescaped */
            const char *bytes;
            size_t len;
        } string;
        AstName axis; /* AXIS */
        AstPath name; /* NAME: a value, a let, an attribute's word */
        struct {      /* EXTENT x.H */
            AstName value, axis;
        } extent;
        struct { /* LIST, AXMAP (every entry has an axis) */
            AstEntry *at;
            size_t len;
        } list;
        struct { /* PAIR (first, second) */
            AstExpr *first, *second;
        } pair;
        AstExpr *operand; /* NEGATE */
        struct {          /* BINARY */
            AstOperator op;
            Span op_span;
            AstExpr *left, *right;
        } binary;
        struct { /* CALL f(args) @label, or piped |> f(args) @label */
            AstPath callee;
            AstExpr *piped; /* NULL unless written with |> */
            AstArg *args;
            size_t n_args;
            bool has_parens; /* false: `|> relu` */
            Span stage;      /* callee .. closing bracket, without piped and label */
            Span parens;     /* from ( to ), when there are any */
            AstLabel label;
        } call;
        struct { /* REPEAT piped |> repeat count f(args): `call` has no piped input of its own */
            AstExpr *piped;
            AstExpr *count;   /* INT or NAME; NULL with `in` */
            AstName variable; /* repeat d in [..] : d */
            AstExpr *list;    /* the LIST after `in`, or NULL */
            AstExpr *call;    /* the CALL; a label of the stage is its label */
        } repeat;
        struct { /* ASSERT value -> sizes */
            AstExpr *value;
            AstExpr *sizes; /* LIST */
            Span arrow;
        } assertion;
    };
};

typedef enum AstItemKind {
    AST_EDITION, /* net 1 */
    AST_MODEL,
    AST_IMPORT,
    AST_LET,
    AST_WEIGHTS,
    AST_INPUT,
    AST_OUTPUT,
    AST_DEF,
    AST_BIND
} AstItemKind;

/** A parameter of a def: tensor | name: kind | name: kind = default. */
typedef struct AstParam {
    AstName name;
    AstName kind;           /* text is NULL for a tensor */
    AstExpr *default_value; /* NULL without */
} AstParam;

typedef struct AstItem AstItem;

struct AstItem {
    AstItemKind kind;
    Span span;
    const char *doc; /* the ## comment before it, its lines joined by '\n', or NULL */
    union {
        int64_t edition; /* EDITION */
        AstName model;   /* MODEL */
        struct {         /* IMPORT */
            AstExpr *path;
            AstName prefix;
        } import;
        struct { /* LET */
            AstName name;
            AstExpr *value;
        } let;
        AstExpr *weights;        /* WEIGHTS */
        struct {                 /* INPUT name : dtype [axes] */
            AstName name, dtype; /* dtype.text is NULL if axes is an ERROR */
            AstExpr *axes; /* LIST whose entries have an axis, if the user wrote it so; or ERROR */
        } input;
        struct { /* OUTPUT name, or name = value */
            AstName name;
            AstExpr *value; /* NULL: an existing value */
        } output;
        struct { /* DEF */
            AstName name;
            AstParam *params;
            size_t n_params;
            AstItem **body; /* BINDs */
            size_t n_body;
            AstExpr **returns;
            size_t n_returns;
            Span return_span; /* the keyword; a point at the end if there is none */
            bool damaged;     /* a fault in its head or its return: do not check its uses */
        } def;
        struct { /* BIND a, b = value */
            AstName *names;
            size_t n_names;
            AstExpr *value;
        } bind;
    };
};

typedef struct Ast {
    uint32_t file; /* number in Sources */
    bool damaged;  /* some statement could not be read: do not report what seems to be missing */
    VEC(AstItem *) items; /* the first one is the EDITION, always */
} Ast;

/** Printed name of an expression kind. */
const char *ast_expr_kind_name(AstExprKind kind);

/** "+", "-", ... */
const char *ast_operator_text(AstOperator op);

/** Bytes of a node of this kind. */
size_t ast_expr_size(AstExprKind kind);

/** A copy of the node, with room for any kind; its parts are those of the original. */
AstExpr *ast_copy(Arena *arena, const AstExpr *expr);

/** Calls visit(context, part) for each expression directly inside `expr`, in the order of the text.
 */
void ast_each_part(const AstExpr *expr, void (*visit)(void *context, const AstExpr *part),
                   void *context);

/** Whether two trees, or two expressions, say the same: spans apart, and blanks at the ends of the
 *  lines of ## comments. */
bool ast_equal(const Ast *a, const Ast *b);
bool ast_equal_exprs(const AstExpr *a, const AstExpr *b);

/** Appends the tree as indented text, one node a line with its span (`--emit=ast`). */
void ast_print(Text *out, const Ast *ast);

/** Checks that every node has a span inside the file and inside its parent's, and what ast.h says
 *  of each kind. @return NULL, or what is wrong (a programmer's error) */
const char *ast_verify(Arena *arena, const Ast *ast, const SourceFile *file);

#endif
