/* Constructors of the tree: what the actions of grammar/parser.y call.
 *
 * Each one stores its arguments in a node and gives it; none looks at meaning. They count nodes and
 * depth: beyond a limit they report N0005 and give an ERROR expression. Lists grow by *_add and are
 * taken over, not copied, by the node they end in. */
#ifndef NETC_SYNTAX_AST_BUILD_H
#define NETC_SYNTAX_AST_BUILD_H

#include "base/diag.h"
#include "syntax/ast.h"

typedef VEC(AstName) AstNames;
typedef VEC(AstParam) AstParams;
typedef VEC(AstExpr *) AstExprs;
typedef VEC(AstArg) AstArgs;
typedef VEC(AstEntry) AstEntries;
typedef VEC(AstItem *) AstItems;

/** What stands between `repeat` and the layer: `3`, `n`, or `d in [1, 2, 4]`. */
typedef struct AstCount {
    AstExpr *count;   /* INT or NAME, or NULL */
    AstName variable; /* with `in` */
    AstExpr *list;    /* with `in`, else NULL */
} AstCount;

/** A size token 3x5. */
typedef struct AstSize {
    int64_t at[3];
    int count; /* 2 or 3 */
} AstSize;

/** The bytes of a string token, unescaped. */
typedef struct AstString {
    const char *bytes;
    size_t len;
} AstString;

/** A ## comment that waits for its statement. */
typedef struct AstDoc {
    uint32_t begin;   /* first byte of the statement it documents */
    const char *text; /* its lines, joined by '\n' */
} AstDoc;

typedef struct AstBuilder {
    Arena *arena;
    Diags *diags;
    Ast *ast;
    size_t nodes;      /* made so far */
    size_t n_messages; /* reported about this file so far, by whomever */
    bool full;         /* there were too many: nothing more is wanted */
    bool too_deep;     /* said so about the statement that is being built */
    VEC(AstDoc) docs;
} AstBuilder;

/** An empty tree of file number `file`. */
AstBuilder ast_builder_create(Arena *arena, Diags *diags, uint32_t file);

/** The statement that begins at byte `begin` is documented by `text`. */
void ast_doc(AstBuilder *build, uint32_t begin, const char *text);

/* Lists. */
AstNames *ast_names(AstBuilder *build, AstNames *list, AstName name);
AstParams *ast_params(AstBuilder *build, AstParams *list, AstParam param);
AstExprs *ast_exprs(AstBuilder *build, AstExprs *list, AstExpr *expr);
AstArgs *ast_args(AstBuilder *build, AstArgs *list, AstArg arg);
AstEntries *ast_entries(AstBuilder *build, AstEntries *list, AstEntry entry);
AstItems *ast_items(AstBuilder *build, AstItems *list, AstItem *item);

/* Parts of expressions. */
AstPath ast_path(Span span, AstName first, AstName second);
AstLabel ast_label(AstBuilder *build, Span span, AstString text);
AstParam ast_param(AstName name, AstName kind, AstExpr *default_value);
AstArg ast_arg_positional(AstExpr *value);
AstArg ast_arg_named(Span span, AstName name, AstExpr *value);
AstArg ast_arg_of(Span span, AstName name);
AstArg ast_arg_of_string(AstBuilder *build, Span span, AstString label, Span label_span);
AstEntry ast_entry(Span span, AstName axis, AstExpr *value);

/* Expressions. */
AstExpr *ast_integer(AstBuilder *build, Span span, int64_t value);
AstExpr *ast_real(AstBuilder *build, Span span, double value);
AstExpr *ast_size(AstBuilder *build, Span span, AstSize size);
AstExpr *ast_string(AstBuilder *build, Span span, AstString string);
AstExpr *ast_axis(AstBuilder *build, AstName axis);
AstExpr *ast_unknown(AstBuilder *build, Span span);
AstExpr *ast_name(AstBuilder *build, AstPath path);
AstExpr *ast_extent(AstBuilder *build, Span span, AstName value, AstName axis);
AstExpr *ast_list(AstBuilder *build, Span span, AstEntries *entries); /* NULL: empty */
AstExpr *ast_axmap(AstBuilder *build, Span span, AstEntries *entries);
AstExpr *ast_pair(AstBuilder *build, Span span, AstExpr *first, AstExpr *second);
AstExpr *ast_negate(AstBuilder *build, Span span, AstExpr *operand);
AstExpr *ast_binary(AstBuilder *build, Span span, AstOperator op, Span op_span, AstExpr *left,
                    AstExpr *right);
AstExpr *ast_assert(AstBuilder *build, Span span, AstExpr *value, Span arrow, AstExpr *sizes);
AstExpr *ast_error(AstBuilder *build, Span span);

/** `callee label`. */
AstExpr *ast_call_bare(AstBuilder *build, Span span, AstPath callee, AstLabel label);

/** `callee(args) label`; args may be NULL. */
AstExpr *ast_call(AstBuilder *build, Span span, AstPath callee, Span parens, AstArgs *args,
                  AstLabel label);

/** `repeat count call`. */
AstExpr *ast_repeat(AstBuilder *build, Span span, AstCount count, AstExpr *call);

/** `input |> stage`: the stage (a CALL or a REPEAT) with its input. */
AstExpr *ast_pipe(AstBuilder *build, Span span, AstExpr *input, AstExpr *stage);

/* Statements. */
AstItem *ast_edition(AstBuilder *build, Span span, int64_t edition);
AstItem *ast_model(AstBuilder *build, Span span, AstName name);
AstItem *ast_import(AstBuilder *build, Span span, AstExpr *path, AstName prefix);
AstItem *ast_let(AstBuilder *build, Span span, AstName name, AstExpr *value);
AstItem *ast_weights(AstBuilder *build, Span span, AstExpr *source);
AstItem *ast_input(AstBuilder *build, Span span, AstName name, AstName dtype, AstExpr *axes);
AstItem *ast_output(AstBuilder *build, Span span, AstName name, AstExpr *value);
AstItem *ast_bind(AstBuilder *build, Span span, AstNames *names, AstExpr *value);
AstItem *ast_def(AstBuilder *build, Span span, AstName name, AstParams *params, AstItems *body,
                 Span return_span, AstExprs *returns);

/** A def whose head (params and body are NULL) or whose return could not be read. */
AstItem *ast_def_damaged(AstBuilder *build, Span span, AstName name, AstParams *params,
                         AstItems *body, Span error);

/** Appends a statement to the file; NULL: one of which nothing is known. */
void ast_append(AstBuilder *build, AstItem *item);

/** Some statement could not be read. */
void ast_damaged(AstBuilder *build);

#endif
