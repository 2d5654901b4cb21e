/* The tree as indented text: one node a line, what it holds, then its bytes from 0. */
#include "syntax/ast.h"

#include <inttypes.h>

static const char *const kind_names[] = {
#define AST_EXPR(kind, name) name,
#include "syntax/ast.def"
#undef AST_EXPR
};

const char *ast_expr_kind_name(AstExprKind kind) { return kind_names[kind]; }

const char *ast_operator_text(AstOperator op) {
    static const char *const texts[] = {"+", "-", "*", "/", "%"};
    return texts[op];
}

/* What is being printed, and how deep in it we are. */
typedef struct Printer {
    Text *out;
    size_t depth;
} Printer;

static void begin_line(Printer *printer) { text_fill(printer->out, ' ', 2 * printer->depth); }

static void end_line(Printer *printer, Span span) {
    text_printf(printer->out, " @%u-%u\n", span.begin, span.end);
}

static void put_quoted(Printer *printer, const char *bytes, size_t len) {
    text_puts(printer->out, "\"");
    text_quote(printer->out, bytes, len);
    text_puts(printer->out, "\"");
}

static void put_path(Printer *printer, AstPath path) {
    text_puts(printer->out, path.first.text);
    if (path.second.text) text_printf(printer->out, ".%s", path.second.text);
}

/* A line that only says what the lines below it are. */
static void put_role(Printer *printer, const char *role) {
    begin_line(printer);
    text_printf(printer->out, "%s\n", role);
}

static void print_expr(Printer *printer, const AstExpr *expr);

static void print_role(Printer *printer, const char *role, const AstExpr *expr) {
    if (!expr) return;
    put_role(printer, role);
    printer->depth++;
    print_expr(printer, expr);
    printer->depth--;
}

static void print_args(Printer *printer, const AstExpr *call) {
    for (size_t i = 0; i < call->call.n_args; i++) {
        const AstArg *arg = &call->call.args[i];
        begin_line(printer);
        switch (arg->kind) {
        case AST_ARG_POSITIONAL: text_puts(printer->out, "argument"); break;
        case AST_ARG_NAMED: text_printf(printer->out, "argument %s", arg->name.text); break;
        case AST_ARG_OF:
            text_puts(printer->out, "of ");
            if (arg->of_string)
                put_quoted(printer, arg->name.text, strlen(arg->name.text));
            else
                text_puts(printer->out, arg->name.text);
            break;
        }
        end_line(printer, arg->span);
        if (!arg->value) continue;
        printer->depth++;
        print_expr(printer, arg->value);
        printer->depth--;
    }
}

static void print_entries(Printer *printer, const AstExpr *list) {
    for (size_t i = 0; i < list->list.len; i++) {
        const AstEntry *entry = &list->list.at[i];
        if (!entry->axis.text) {
            print_expr(printer, entry->value);
            continue;
        }
        begin_line(printer);
        text_printf(printer->out, "axis %s", entry->axis.text);
        end_line(printer, entry->span);
        printer->depth++;
        print_expr(printer, entry->value);
        printer->depth--;
    }
}

/* What stands behind the kind's name on its line. */
static void put_content(Printer *printer, const AstExpr *expr) {
    Text *out = printer->out;
    switch (expr->kind) {
    case AST_INT: text_printf(out, " %" PRId64, expr->integer); break;
    case AST_REAL: text_printf(out, " %.17g", expr->real); break;
    case AST_SIZE:
        for (int i = 0; i < expr->size.count; i++)
            text_printf(out, "%s%" PRId64, i ? "x" : " ", expr->size.at[i]);
        break;
    case AST_STRING:
        text_puts(out, " ");
        put_quoted(printer, expr->string.bytes, expr->string.len);
        break;
    case AST_AXIS: text_printf(out, " %s", expr->axis.text); break;
    case AST_NAME:
        text_puts(out, " ");
        put_path(printer, expr->name);
        break;
    case AST_EXTENT:
        text_printf(out, " %s.%s", expr->extent.value.text, expr->extent.axis.text);
        break;
    case AST_BINARY: text_printf(out, " %s", ast_operator_text(expr->binary.op)); break;
    case AST_CALL:
        text_puts(out, " ");
        put_path(printer, expr->call.callee);
        if (!expr->call.label.text) break;
        text_puts(out, " label ");
        put_quoted(printer, expr->call.label.text, strlen(expr->call.label.text));
        break;
    case AST_REPEAT:
        if (expr->repeat.list) text_printf(out, " %s", expr->repeat.variable.text);
        break;
    default: break;
    }
}

static void print_parts(Printer *printer, const AstExpr *expr) {
    switch (expr->kind) {
    case AST_LIST:
    case AST_AXMAP: print_entries(printer, expr); break;
    case AST_PAIR:
        print_expr(printer, expr->pair.first);
        print_expr(printer, expr->pair.second);
        break;
    case AST_NEGATE: print_expr(printer, expr->operand); break;
    case AST_BINARY:
        print_expr(printer, expr->binary.left);
        print_expr(printer, expr->binary.right);
        break;
    case AST_CALL:
        print_role(printer, "input", expr->call.piped);
        print_args(printer, expr);
        break;
    case AST_REPEAT:
        print_role(printer, "input", expr->repeat.piped);
        print_role(printer, "count", expr->repeat.count);
        print_role(printer, "in", expr->repeat.list);
        print_expr(printer, expr->repeat.call);
        break;
    case AST_ASSERT:
        print_expr(printer, expr->assertion.value);
        print_role(printer, "sizes", expr->assertion.sizes);
        break;
    default: break;
    }
}

static void print_expr(Printer *printer, const AstExpr *expr) {
    begin_line(printer);
    text_puts(printer->out, ast_expr_kind_name(expr->kind));
    put_content(printer, expr);
    end_line(printer, expr->span);
    printer->depth++;
    print_parts(printer, expr);
    printer->depth--;
}

static void print_item(Printer *printer, const AstItem *item);

static void print_def(Printer *printer, const AstItem *item) {
    for (size_t i = 0; i < item->def.n_params; i++) {
        const AstParam *param = &item->def.params[i];
        begin_line(printer);
        text_printf(printer->out, "parameter %s", param->name.text);
        if (param->kind.text) text_printf(printer->out, ": %s", param->kind.text);
        end_line(printer, param->name.span);
        printer->depth++;
        if (param->default_value) print_expr(printer, param->default_value);
        printer->depth--;
    }
    for (size_t i = 0; i < item->def.n_body; i++) print_item(printer, item->def.body[i]);
    begin_line(printer);
    text_puts(printer->out, "return");
    end_line(printer, item->def.return_span);
    printer->depth++;
    for (size_t i = 0; i < item->def.n_returns; i++) print_expr(printer, item->def.returns[i]);
    printer->depth--;
}

static void put_item_head(Printer *printer, const AstItem *item) {
    Text *out = printer->out;
    switch (item->kind) {
    case AST_EDITION: text_printf(out, "edition %" PRId64, item->edition); break;
    case AST_MODEL: text_printf(out, "model %s", item->model.text); break;
    case AST_IMPORT: text_printf(out, "import as %s", item->import.prefix.text); break;
    case AST_LET: text_printf(out, "let %s", item->let.name.text); break;
    case AST_WEIGHTS: text_puts(out, "weights"); break;
    case AST_INPUT:
        text_printf(out, "input %s", item->input.name.text);
        if (item->input.dtype.text) text_printf(out, ": %s", item->input.dtype.text);
        break;
    case AST_OUTPUT: text_printf(out, "output %s", item->output.name.text); break;
    case AST_DEF:
        text_printf(out, "def %s%s", item->def.name.text, item->def.damaged ? " (damaged)" : "");
        break;
    case AST_BIND:
        text_puts(out, "bind");
        for (size_t i = 0; i < item->bind.n_names; i++)
            text_printf(out, "%s %s", i ? "," : "", item->bind.names[i].text);
        break;
    }
}

static void print_item(Printer *printer, const AstItem *item) {
    begin_line(printer);
    put_item_head(printer, item);
    end_line(printer, item->span);
    printer->depth++;
    if (item->doc) {
        begin_line(printer);
        text_puts(printer->out, "doc ");
        put_quoted(printer, item->doc, strlen(item->doc));
        text_puts(printer->out, "\n");
    }
    switch (item->kind) {
    case AST_EDITION:
    case AST_MODEL: break;
    case AST_IMPORT: print_expr(printer, item->import.path); break;
    case AST_LET: print_expr(printer, item->let.value); break;
    case AST_WEIGHTS: print_expr(printer, item->weights); break;
    case AST_INPUT: print_expr(printer, item->input.axes); break;
    case AST_OUTPUT:
        if (item->output.value) print_expr(printer, item->output.value);
        break;
    case AST_DEF: print_def(printer, item); break;
    case AST_BIND: print_expr(printer, item->bind.value); break;
    }
    printer->depth--;
}

void ast_print(Text *out, const Ast *ast) {
    Printer printer = {.out = out};
    for (size_t i = 0; i < ast->items.len; i++) print_item(&printer, ast->items.at[i]);
}
