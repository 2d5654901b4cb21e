/* The rules of ast.h, checked: every span inside its parent's, every part that a kind has, depths,
 * limits. What is wrong is a fault of the parser, never of the user's text. */
#include "syntax/ast.h"
#include "syntax/parse.h"

/* What is being checked, and the first thing found wrong with it. */
typedef struct Verifier {
    Arena *arena;
    const Ast *ast;
    const char *wrong; /* NULL so far */
} Verifier;

static bool inside(Span inner, Span outer) {
    return inner.file == outer.file && inner.begin <= inner.end && inner.begin >= outer.begin &&
           inner.end <= outer.end;
}

/* Notes what is wrong with the node at `where`, if `holds` is false. */
static bool expect(Verifier *verifier, bool holds, Span where, const char *what) {
    if (!holds && !verifier->wrong)
        verifier->wrong = arena_printf(verifier->arena, "%s @%u-%u", what, where.begin, where.end);
    return holds;
}

static void check_name(Verifier *verifier, AstName name, Span outer) {
    expect(verifier, name.text && name.text[0], outer, "a name is missing");
    expect(verifier, inside(name.span, outer), name.span, "a name outside its node");
}

static void check_path(Verifier *verifier, AstPath path, Span outer) {
    expect(verifier, inside(path.span, outer), path.span, "a path outside its node");
    check_name(verifier, path.first, path.span);
    if (path.second.text) check_name(verifier, path.second, path.span);
}

static void check_expr(Verifier *verifier, const AstExpr *expr, Span outer);

static void check_part(Verifier *verifier, const AstExpr *expr, const AstExpr *part) {
    if (!expect(verifier, part != NULL, expr->span, "a part is missing")) return;
    expect(verifier, part->depth < expr->depth, part->span, "a part as deep as its whole");
    check_expr(verifier, part, expr->span);
}

static void check_entries(Verifier *verifier, const AstExpr *expr) {
    expect(verifier, expr->kind == AST_LIST || expr->list.len > 0, expr->span, "an empty axis map");
    for (size_t i = 0; i < expr->list.len; i++) {
        const AstEntry *entry = &expr->list.at[i];
        expect(verifier, inside(entry->span, expr->span), entry->span, "an entry outside its list");
        if (expr->kind == AST_AXMAP || entry->axis.text)
            check_name(verifier, entry->axis, entry->span);
        check_part(verifier, expr, entry->value);
        expect(verifier, inside(entry->value->span, entry->span), entry->span,
               "a value outside its entry");
    }
}

static void check_arg(Verifier *verifier, const AstExpr *call, const AstArg *arg) {
    expect(verifier, inside(arg->span, call->call.parens), arg->span,
           "an argument outside its call");
    if (arg->kind != AST_ARG_POSITIONAL && !arg->of_string)
        check_name(verifier, arg->name, arg->span);
    if (arg->kind == AST_ARG_OF) {
        expect(verifier, arg->name.text && !arg->value, arg->span, "`of` with a value");
        return;
    }
    check_part(verifier, call, arg->value);
    expect(verifier, inside(arg->value->span, arg->span), arg->span,
           "a value outside its argument");
}

static void check_call(Verifier *verifier, const AstExpr *expr) {
    check_path(verifier, expr->call.callee, expr->call.stage);
    expect(verifier, inside(expr->call.stage, expr->span), expr->span, "a stage outside its call");
    if (expr->call.piped) check_part(verifier, expr, expr->call.piped);
    if (expr->call.has_parens)
        expect(verifier, inside(expr->call.parens, expr->call.stage), expr->span,
               "parentheses outside their stage");
    expect(verifier, expr->call.has_parens || expr->call.n_args == 0, expr->span,
           "arguments without parentheses");
    for (size_t i = 0; i < expr->call.n_args; i++) check_arg(verifier, expr, &expr->call.args[i]);
    if (expr->call.label.text)
        expect(verifier, inside(expr->call.label.span, expr->span), expr->span,
               "a label outside its call");
}

static void check_repeat(Verifier *verifier, const AstExpr *expr) {
    check_part(verifier, expr, expr->repeat.piped);
    check_part(verifier, expr, expr->repeat.call);
    expect(verifier, expr->repeat.call->kind == AST_CALL && !expr->repeat.call->call.piped,
           expr->span, "a repeat of something else than a call");
    if (expr->repeat.list) {
        expect(verifier, !expr->repeat.count, expr->span, "a repeat with a count and a list");
        expect(verifier, expr->repeat.list->kind == AST_LIST, expr->span, "a repeat in no list");
        check_name(verifier, expr->repeat.variable, expr->span);
        check_part(verifier, expr, expr->repeat.list);
        return;
    }
    check_part(verifier, expr, expr->repeat.count);
    AstExprKind kind = expr->repeat.count->kind;
    expect(verifier, kind == AST_INT || kind == AST_NAME, expr->span, "a repeat without a count");
}

static void check_parts(Verifier *verifier, const AstExpr *expr) {
    switch (expr->kind) {
    case AST_INT: expect(verifier, expr->integer >= 0, expr->span, "a negative integer"); break;
    case AST_REAL:
        expect(verifier, expr->real >= 0 && expr->real - expr->real == 0, expr->span,
               "a negative or infinite real number");
        break;
    case AST_SIZE:
        expect(verifier, expr->size.count == 2 || expr->size.count == 3, expr->span,
               "a size of other than 2 or 3 numbers");
        break;
    case AST_STRING:
        expect(verifier, expr->string.bytes && strlen(expr->string.bytes) == expr->string.len,
               expr->span, "a string with a NUL");
        break;
    case AST_AXIS: check_name(verifier, expr->axis, expr->span); break;
    case AST_NAME: check_path(verifier, expr->name, expr->span); break;
    case AST_EXTENT:
        check_name(verifier, expr->extent.value, expr->span);
        check_name(verifier, expr->extent.axis, expr->span);
        break;
    case AST_LIST:
    case AST_AXMAP: check_entries(verifier, expr); break;
    case AST_PAIR:
        check_part(verifier, expr, expr->pair.first);
        check_part(verifier, expr, expr->pair.second);
        break;
    case AST_NEGATE: check_part(verifier, expr, expr->operand); break;
    case AST_BINARY:
        check_part(verifier, expr, expr->binary.left);
        check_part(verifier, expr, expr->binary.right);
        expect(verifier, inside(expr->binary.op_span, expr->span), expr->span,
               "an operator outside its expression");
        break;
    case AST_CALL: check_call(verifier, expr); break;
    case AST_REPEAT: check_repeat(verifier, expr); break;
    case AST_ASSERT:
        check_part(verifier, expr, expr->assertion.value);
        check_part(verifier, expr, expr->assertion.sizes);
        expect(verifier, expr->assertion.sizes->kind == AST_LIST, expr->span,
               "`->` without a list");
        expect(verifier, inside(expr->assertion.arrow, expr->span), expr->span,
               "an arrow outside its expression");
        break;
    case AST_UNKNOWN:
    case AST_ERROR: break;
    case AST_EXPR_KINDS: expect(verifier, false, expr->span, "an expression of no kind"); break;
    }
}

static void check_expr(Verifier *verifier, const AstExpr *expr, Span outer) {
    if (!expect(verifier, expr != NULL, outer, "an expression is missing")) return;
    if (verifier->wrong) return;
    expect(verifier, inside(expr->span, outer), expr->span, "an expression outside its parent");
    expect(verifier, expr->depth >= 1 && expr->depth <= MAX_EXPR_DEPTH, expr->span,
           "a wrong depth");
    expect(verifier, expr->kind != AST_ERROR || verifier->ast->damaged, expr->span,
           "an ERROR in a tree that is not damaged");
    check_parts(verifier, expr);
}

static void check_item(Verifier *verifier, const AstItem *item, Span outer);

static void check_def(Verifier *verifier, const AstItem *item) {
    check_name(verifier, item->def.name, item->span);
    expect(verifier, item->def.damaged || item->def.n_params > 0, item->span,
           "a def without parameters");
    for (size_t i = 0; i < item->def.n_params; i++) {
        const AstParam *param = &item->def.params[i];
        check_name(verifier, param->name, item->span);
        if (param->kind.text) check_name(verifier, param->kind, item->span);
        expect(verifier, param->kind.text || !param->default_value, item->span,
               "a tensor with a default");
        if (param->default_value) check_expr(verifier, param->default_value, item->span);
    }
    for (size_t i = 0; i < item->def.n_body; i++) {
        expect(verifier, item->def.body[i]->kind == AST_BIND, item->span,
               "a body of other than binds");
        check_item(verifier, item->def.body[i], item->span);
    }
    expect(verifier, inside(item->def.return_span, item->span), item->span,
           "a return outside its def");
    expect(verifier, item->def.n_returns > 0, item->span, "a def without results");
    for (size_t i = 0; i < item->def.n_returns; i++)
        check_expr(verifier, item->def.returns[i], item->span);
}

static void check_item(Verifier *verifier, const AstItem *item, Span outer) {
    Span span = item->span;
    expect(verifier, inside(span, outer), span, "a statement outside its parent");
    switch (item->kind) {
    case AST_EDITION: expect(verifier, item->edition >= 0, span, "a negative edition"); break;
    case AST_MODEL: check_name(verifier, item->model, span); break;
    case AST_IMPORT:
        check_expr(verifier, item->import.path, span);
        expect(verifier, item->import.path->kind == AST_STRING, span, "an import of no string");
        check_name(verifier, item->import.prefix, span);
        break;
    case AST_LET:
        check_name(verifier, item->let.name, span);
        check_expr(verifier, item->let.value, span);
        break;
    case AST_WEIGHTS: check_expr(verifier, item->weights, span); break;
    case AST_INPUT:
        check_name(verifier, item->input.name, span);
        check_expr(verifier, item->input.axes, span);
        if (item->input.axes->kind == AST_ERROR) break;
        expect(verifier, item->input.axes->kind == AST_LIST, span, "an input without axes");
        check_name(verifier, item->input.dtype, span);
        break;
    case AST_OUTPUT:
        check_name(verifier, item->output.name, span);
        if (item->output.value) check_expr(verifier, item->output.value, span);
        break;
    case AST_DEF: check_def(verifier, item); break;
    case AST_BIND:
        expect(verifier, item->bind.n_names > 0, span, "a value without a name");
        for (size_t i = 0; i < item->bind.n_names; i++)
            check_name(verifier, item->bind.names[i], span);
        check_expr(verifier, item->bind.value, span);
        break;
    }
}

const char *ast_verify(Arena *arena, const Ast *ast, const SourceFile *file) {
    Verifier verifier = {.arena = arena, .ast = ast};
    Span whole = {ast->file, 0, (uint32_t)file->len};
    expect(&verifier, ast->items.len > 0 && ast->items.at[0]->kind == AST_EDITION, whole,
           "the first statement is not the edition");
    for (size_t i = 0; i < ast->items.len; i++) {
        const AstItem *item = ast->items.at[i];
        expect(&verifier, i == 0 || item->kind != AST_EDITION, item->span, "a second edition");
        expect(&verifier, i == 0 || item->span.begin >= ast->items.at[i - 1]->span.end, item->span,
               "statements out of order");
        check_item(&verifier, item, whole);
    }
    return verifier.wrong;
}
