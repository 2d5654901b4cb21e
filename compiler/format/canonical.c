/* The order is that of the table, after the tensors, which keep theirs. A call with an attribute
 * that the layer does not have, or has twice, is at fault, and stays as it is: fmt hides no fault.
 * So do the defaults beside `of`, which has no attribute of the geometry, and another default of g.
 */
#include "format/canonical.h"

#include <string.h>

static const LayerStyle *find_layer(const LayerStyles *styles, AstPath callee) {
    if (callee.second.text) return NULL; /* of another file: a def */
    for (size_t i = 0; i < styles->len; i++)
        if (strcmp(styles->at[i].name, callee.first.text) == 0) return &styles->at[i];
    return NULL;
}

static const AttrStyle *find_attr(const LayerStyle *layer, const char *name) {
    for (size_t i = 0; i < layer->n_attrs; i++)
        if (strcmp(layer->attrs[i].name, name) == 0) return &layer->attrs[i];
    return NULL;
}

static const AstExpr *given(const AstExpr *call, const char *name) {
    for (size_t i = 0; i < call->call.n_args; i++) {
        const AstArg *arg = &call->call.args[i];
        if (arg->kind == AST_ARG_NAMED && strcmp(arg->name.text, name) == 0) return arg->value;
    }
    return NULL;
}

static bool is_default(const AttrStyle *attr, const AstExpr *value) {
    switch (value->kind) {
    case AST_NAME:
        return attr->word && !value->name.second.text &&
               strcmp(value->name.first.text, attr->word) == 0;
    case AST_INT: return attr->has_number && value->integer == attr->number;
    case AST_REAL: return attr->has_number && attr->real && value->real == (double)attr->number;
    default: return false;
    }
}

static bool may_be_dropped(const LayerStyle *layer, const AttrStyle *attr, const AstExpr *call,
                           const AstExpr *value) {
    if (!is_default(attr, value)) return false;
    if (!attr->beside) return true;
    const AstExpr *other = given(call, attr->beside);
    return !other || other->kind == AST_INT || is_default(find_attr(layer, attr->beside), other);
}

/* Whether every named argument is an attribute of the layer, once; and whether there is an `of`. */
static bool is_sound(const LayerStyle *layer, const AstExpr *call, bool *of) {
    *of = false;
    for (size_t i = 0; i < call->call.n_args; i++) {
        const AstArg *arg = &call->call.args[i];
        *of |= arg->kind == AST_ARG_OF;
        if (arg->kind != AST_ARG_NAMED) continue;
        if (!find_attr(layer, arg->name.text) || given(call, arg->name.text) != arg->value)
            return false;
    }
    return true;
}

bool canonical_arguments(const LayerStyles *styles, Arena *arena, const AstExpr *call,
                         Indices *out) {
    enum { MAX_ARGUMENTS = 64 /* no layer has more attributes */ };
    const LayerStyle *layer = find_layer(styles, call->call.callee);
    bool of;
    if (!layer || call->call.n_args > MAX_ARGUMENTS || !is_sound(layer, call, &of)) return false;
    *out = (Indices){0};
    for (size_t i = 0; i < call->call.n_args; i++)
        if (call->call.args[i].kind != AST_ARG_NAMED) VEC_PUSH(arena, out, i);
    for (size_t a = 0; a < layer->n_attrs; a++)
        for (size_t i = 0; i < call->call.n_args; i++) {
            const AstArg *arg = &call->call.args[i];
            if (arg->kind != AST_ARG_NAMED || strcmp(arg->name.text, layer->attrs[a].name) != 0)
                continue;
            if (of || !may_be_dropped(layer, &layer->attrs[a], call, arg->value))
                VEC_PUSH(arena, out, i);
        }
    if (out->len < call->call.n_args) return true;
    for (size_t i = 0; i < out->len; i++)
        if (out->at[i] != i) return true;
    return false;
}

/* Whoever is called for each CALL. */
typedef struct Visitor {
    void (*visit)(void *context, AstExpr *call);
    void *context;
} Visitor;

static void walk(void *context, const AstExpr *expr) {
    const Visitor *visitor = context;
    ast_each_part(expr, walk, context);
    if (expr->kind == AST_CALL && expr->call.has_parens)
        visitor->visit(visitor->context, (AstExpr *)(uintptr_t)expr);
}

static void walk_item(Visitor *visitor, const AstItem *item) {
    switch (item->kind) {
    case AST_EDITION:
    case AST_MODEL:
    case AST_IMPORT: break;
    case AST_LET: walk(visitor, item->let.value); break;
    case AST_WEIGHTS: walk(visitor, item->weights); break;
    case AST_INPUT: walk(visitor, item->input.axes); break;
    case AST_OUTPUT:
        if (item->output.value) walk(visitor, item->output.value);
        break;
    case AST_BIND: walk(visitor, item->bind.value); break;
    case AST_DEF:
        for (size_t i = 0; i < item->def.n_params; i++)
            if (item->def.params[i].default_value) walk(visitor, item->def.params[i].default_value);
        for (size_t i = 0; i < item->def.n_body; i++) walk_item(visitor, item->def.body[i]);
        for (size_t i = 0; i < item->def.n_returns; i++) walk(visitor, item->def.returns[i]);
        break;
    }
}

void canonical_each_call(const Ast *ast, void (*visit)(void *context, AstExpr *call),
                         void *context) {
    Visitor visitor = {visit, context};
    for (size_t i = 0; i < ast->items.len; i++) walk_item(&visitor, ast->items.at[i]);
}

/* What make_canonical needs. */
typedef struct Canonical {
    const LayerStyles *styles;
    Arena *arena;
} Canonical;

static void make_canonical(void *context, AstExpr *call) {
    const Canonical *canonical = context;
    Indices order;
    if (canonical_arguments(canonical->styles, canonical->arena, call, &order)) {
        AstArg *args = ARENA_ARRAY(canonical->arena, AstArg, order.len);
        for (size_t i = 0; i < order.len; i++) args[i] = call->call.args[order.at[i]];
        call->call.args = args;
        call->call.n_args = order.len;
    }
    if (call->call.piped && call->call.n_args == 0) call->call.has_parens = false;
}

void format_canonical(const LayerStyles *styles, const Ast *ast, Arena *arena) {
    Canonical canonical = {styles, arena};
    canonical_each_call(ast, make_canonical, &canonical);
}
