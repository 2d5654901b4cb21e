/* The parts of an expression, for whoever looks for something anywhere in it. */
#include "syntax/ast.h"

static void visit_call(const AstExpr *expr, void (*visit)(void *context, const AstExpr *part),
                       void *context) {
    if (expr->call.piped) visit(context, expr->call.piped);
    for (size_t i = 0; i < expr->call.n_args; i++)
        if (expr->call.args[i].value) visit(context, expr->call.args[i].value);
}

static void visit_repeat(const AstExpr *expr, void (*visit)(void *context, const AstExpr *part),
                         void *context) {
    visit(context, expr->repeat.piped);
    if (expr->repeat.count) visit(context, expr->repeat.count);
    if (expr->repeat.list) visit(context, expr->repeat.list);
    visit(context, expr->repeat.call);
}

void ast_each_part(const AstExpr *expr, void (*visit)(void *context, const AstExpr *part),
                   void *context) {
    switch (expr->kind) {
    case AST_LIST:
    case AST_AXMAP:
        for (size_t i = 0; i < expr->list.len; i++) visit(context, expr->list.at[i].value);
        break;
    case AST_PAIR:
        visit(context, expr->pair.first);
        visit(context, expr->pair.second);
        break;
    case AST_NEGATE: visit(context, expr->operand); break;
    case AST_BINARY:
        visit(context, expr->binary.left);
        visit(context, expr->binary.right);
        break;
    case AST_CALL: visit_call(expr, visit, context); break;
    case AST_REPEAT: visit_repeat(expr, visit, context); break;
    case AST_ASSERT:
        visit(context, expr->assertion.value);
        visit(context, expr->assertion.sizes);
        break;
    default: break;
    }
}

/* Bytes up to the end of a member of AstExpr. */
#define SIZE_TO(member) (offsetof(AstExpr, member) + sizeof((AstExpr){0}.member))

size_t ast_expr_size(AstExprKind kind) {
    switch (kind) {
    case AST_INT: return SIZE_TO(integer);
    case AST_REAL: return SIZE_TO(real);
    case AST_SIZE: return SIZE_TO(size);
    case AST_STRING: return SIZE_TO(string);
    case AST_AXIS: return SIZE_TO(axis);
    case AST_NAME: return SIZE_TO(name);
    case AST_EXTENT: return SIZE_TO(extent);
    case AST_LIST:
    case AST_AXMAP: return SIZE_TO(list);
    case AST_PAIR: return SIZE_TO(pair);
    case AST_NEGATE: return SIZE_TO(operand);
    case AST_BINARY: return SIZE_TO(binary);
    case AST_ASSERT: return SIZE_TO(assertion);
    default: return sizeof(AstExpr);
    }
}

AstExpr *ast_copy(Arena *arena, const AstExpr *expr) {
    AstExpr *copy = ARENA_NEW(arena, AstExpr);
    memcpy(copy, expr, ast_expr_size(expr->kind));
    return copy;
}
