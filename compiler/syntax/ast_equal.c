/* Whether two trees say the same. Doc comments are compared without blanks at the ends of lines. */
#include "syntax/ast.h"

#include <string.h>

/* Texts, of which both or none may be NULL. Names of two files may come from two interners. */
static bool same_text(const char *a, const char *b) {
    return a == b || (a && b && strcmp(a, b) == 0);
}

static bool same_name(AstName a, AstName b) { return same_text(a.text, b.text); }

static bool same_path(AstPath a, AstPath b) {
    return same_name(a.first, b.first) && same_name(a.second, b.second);
}

static bool same_optional(const AstExpr *a, const AstExpr *b) {
    return a && b ? ast_equal_exprs(a, b) : a == b;
}

static bool same_lists(const AstExpr *a, const AstExpr *b) {
    if (a->list.len != b->list.len) return false;
    for (size_t i = 0; i < a->list.len; i++)
        if (!same_name(a->list.at[i].axis, b->list.at[i].axis) ||
            !ast_equal_exprs(a->list.at[i].value, b->list.at[i].value))
            return false;
    return true;
}

static bool same_calls(const AstExpr *a, const AstExpr *b) {
    if (!same_path(a->call.callee, b->call.callee) || a->call.n_args != b->call.n_args ||
        a->call.has_parens != b->call.has_parens ||
        !same_text(a->call.label.text, b->call.label.text) ||
        !same_optional(a->call.piped, b->call.piped))
        return false;
    for (size_t i = 0; i < a->call.n_args; i++) {
        const AstArg *x = &a->call.args[i], *y = &b->call.args[i];
        if (x->kind != y->kind || x->of_string != y->of_string || !same_name(x->name, y->name) ||
            !same_optional(x->value, y->value))
            return false;
    }
    return true;
}

bool ast_equal_exprs(const AstExpr *a, const AstExpr *b) {
    if (a->kind != b->kind) return false;
    switch (a->kind) {
    case AST_INT: return a->integer == b->integer;
    case AST_REAL: return memcmp(&a->real, &b->real, sizeof a->real) == 0;
    case AST_SIZE:
        return a->size.count == b->size.count &&
               memcmp(a->size.at, b->size.at, (size_t)a->size.count * sizeof a->size.at[0]) == 0;
    case AST_STRING:
        return a->string.len == b->string.len &&
               memcmp(a->string.bytes, b->string.bytes, a->string.len) == 0;
    case AST_AXIS: return same_name(a->axis, b->axis);
    case AST_NAME: return same_path(a->name, b->name);
    case AST_EXTENT:
        return same_name(a->extent.value, b->extent.value) &&
               same_name(a->extent.axis, b->extent.axis);
    case AST_LIST:
    case AST_AXMAP: return same_lists(a, b);
    case AST_PAIR:
        return ast_equal_exprs(a->pair.first, b->pair.first) &&
               ast_equal_exprs(a->pair.second, b->pair.second);
    case AST_NEGATE: return ast_equal_exprs(a->operand, b->operand);
    case AST_BINARY:
        return a->binary.op == b->binary.op && ast_equal_exprs(a->binary.left, b->binary.left) &&
               ast_equal_exprs(a->binary.right, b->binary.right);
    case AST_CALL: return same_calls(a, b);
    case AST_REPEAT:
        return same_name(a->repeat.variable, b->repeat.variable) &&
               ast_equal_exprs(a->repeat.piped, b->repeat.piped) &&
               same_optional(a->repeat.count, b->repeat.count) &&
               same_optional(a->repeat.list, b->repeat.list) &&
               ast_equal_exprs(a->repeat.call, b->repeat.call);
    case AST_ASSERT:
        return ast_equal_exprs(a->assertion.value, b->assertion.value) &&
               ast_equal_exprs(a->assertion.sizes, b->assertion.sizes);
    default: return true; /* UNKNOWN, ERROR: nothing more to tell */
    }
}

/* The bytes of the first line of `doc` without its last blanks. */
static size_t line_length(const char *doc, size_t *whole) {
    *whole = strcspn(doc, "\n");
    size_t len = *whole;
    while (len > 0 && (doc[len - 1] == ' ' || doc[len - 1] == '\t')) len--;
    return len;
}

static bool same_docs(const char *a, const char *b) {
    if (!a || !b) return a == b;
    for (;;) {
        size_t whole_a, whole_b, len = line_length(a, &whole_a);
        if (line_length(b, &whole_b) != len || memcmp(a, b, len) != 0) return false;
        a += whole_a;
        b += whole_b;
        if (!*a || !*b) return *a == *b;
        a++;
        b++;
    }
}

static bool same_items(const AstItem *a, const AstItem *b);

static bool same_defs(const AstItem *a, const AstItem *b) {
    if (!same_name(a->def.name, b->def.name) || a->def.n_params != b->def.n_params ||
        a->def.n_body != b->def.n_body || a->def.n_returns != b->def.n_returns)
        return false;
    for (size_t i = 0; i < a->def.n_params; i++) {
        const AstParam *x = &a->def.params[i], *y = &b->def.params[i];
        if (!same_name(x->name, y->name) || !same_name(x->kind, y->kind) ||
            !same_optional(x->default_value, y->default_value))
            return false;
    }
    for (size_t i = 0; i < a->def.n_body; i++)
        if (!same_items(a->def.body[i], b->def.body[i])) return false;
    for (size_t i = 0; i < a->def.n_returns; i++)
        if (!ast_equal_exprs(a->def.returns[i], b->def.returns[i])) return false;
    return true;
}

static bool same_binds(const AstItem *a, const AstItem *b) {
    if (a->bind.n_names != b->bind.n_names) return false;
    for (size_t i = 0; i < a->bind.n_names; i++)
        if (!same_name(a->bind.names[i], b->bind.names[i])) return false;
    return ast_equal_exprs(a->bind.value, b->bind.value);
}

static bool same_items(const AstItem *a, const AstItem *b) {
    if (a->kind != b->kind || !same_docs(a->doc, b->doc)) return false;
    switch (a->kind) {
    case AST_EDITION: return a->edition == b->edition;
    case AST_MODEL: return same_name(a->model, b->model);
    case AST_IMPORT:
        return same_name(a->import.prefix, b->import.prefix) &&
               ast_equal_exprs(a->import.path, b->import.path);
    case AST_LET:
        return same_name(a->let.name, b->let.name) && ast_equal_exprs(a->let.value, b->let.value);
    case AST_WEIGHTS: return ast_equal_exprs(a->weights, b->weights);
    case AST_INPUT:
        return same_name(a->input.name, b->input.name) &&
               same_name(a->input.dtype, b->input.dtype) &&
               ast_equal_exprs(a->input.axes, b->input.axes);
    case AST_OUTPUT:
        return same_name(a->output.name, b->output.name) &&
               same_optional(a->output.value, b->output.value);
    case AST_DEF: return same_defs(a, b);
    case AST_BIND: return same_binds(a, b);
    }
    return false;
}

bool ast_equal(const Ast *a, const Ast *b) {
    if (a->items.len != b->items.len) return false;
    for (size_t i = 0; i < a->items.len; i++)
        if (!same_items(a->items.at[i], b->items.at[i])) return false;
    return true;
}
