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

/* Words and a name; names of damaged programs may hold any bytes. */
static void put_name(Printer *printer, const char *words, AstName name) {
    text_puts(printer->out, words);
    text_quote(printer->out, name.text, strlen(name.text));
}

static void put_path(Printer *printer, AstPath path) {
    put_name(printer, " ", path.first);
    if (path.second.text) put_name(printer, ".", path.second);
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
        case AST_ARG_NAMED: put_name(printer, "argument ", arg->name); break;
        case AST_ARG_OF:
            put_name(printer, arg->of_string ? "of \"" : "of ", arg->name);
            if (arg->of_string) text_puts(printer->out, "\"");
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
        put_name(printer, "axis ", entry->axis);
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
    case AST_AXIS: put_name(printer, " ", expr->axis); break;
    case AST_NAME: put_path(printer, expr->name); break;
    case AST_EXTENT:
        put_name(printer, " ", expr->extent.value);
        put_name(printer, ".", expr->extent.axis);
        break;
    case AST_BINARY: text_printf(out, " %s", ast_operator_text(expr->binary.op)); break;
    case AST_CALL:
        put_path(printer, expr->call.callee);
        if (!expr->call.label.text) break;
        text_puts(out, " label ");
        put_quoted(printer, expr->call.label.text, strlen(expr->call.label.text));
        break;
    case AST_REPEAT:
        if (expr->repeat.list) put_name(printer, " ", expr->repeat.variable);
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
        put_name(printer, "parameter ", param->name);
        if (param->kind.text) put_name(printer, ": ", param->kind);
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
    case AST_MODEL: put_name(printer, "model ", item->model); break;
    case AST_IMPORT: put_name(printer, "import as ", item->import.prefix); break;
    case AST_LET: put_name(printer, "let ", item->let.name); break;
    case AST_WEIGHTS: text_puts(out, "weights"); break;
    case AST_INPUT:
        put_name(printer, "input ", item->input.name);
        if (item->input.dtype.text) put_name(printer, ": ", item->input.dtype);
        break;
    case AST_OUTPUT: put_name(printer, "output ", item->output.name); break;
    case AST_DEF:
        put_name(printer, "def ", item->def.name);
        if (item->def.damaged) text_puts(out, " (damaged)");
        break;
    case AST_BIND:
        text_puts(out, "bind");
        for (size_t i = 0; i < item->bind.n_names; i++)
            put_name(printer, i ? ", " : " ", item->bind.names[i]);
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
