/* Constructors of the tree. Nodes are zeroed arena memory; what a kind does not use stays zero. */
#include "syntax/ast_build.h"

#include "syntax/parse.h"

AstBuilder ast_builder_create(Arena *arena, Diags *diags, uint32_t file) {
    Ast *ast = ARENA_NEW(arena, Ast);
    ast->file = file;
    return (AstBuilder){.arena = arena, .diags = diags, .ast = ast};
}

void ast_doc(AstBuilder *build, uint32_t begin, const char *text) {
    VEC_PUSH(build->arena, &build->docs, ((AstDoc){.begin = begin, .text = text}));
}

/* Statements end in the order in which they begin, save that a def ends after those in it: what
 * was noted after the one at `begin` is done with. */
static const char *take_doc(AstBuilder *build, uint32_t begin) {
    while (build->docs.len && build->docs.at[build->docs.len - 1].begin > begin) build->docs.len--;
    if (!build->docs.len || build->docs.at[build->docs.len - 1].begin < begin) return NULL;
    return build->docs.at[--build->docs.len].text;
}

static void count_node(AstBuilder *build, Span where) {
    if (++build->nodes <= MAX_SYNTAX_NODES || build->full) return;
    build->full = true;
    build->ast->damaged = true;
    build->n_messages++;
    Diag *diag =
        diag_add(build->diags, N0005, where,
                 "the parts of this file exceed the limit %d (`netc limits`)" FACTS("limit"),
                 MAX_SYNTAX_NODES);
    diag_here(diag, "nothing is read from here on");
}

/* A list and one more element; the first call gives NULL for the list. It has room for one: most
 * lists are short, and a large file has many. */
#define APPEND(build, list, element, where)                                                        \
    do {                                                                                           \
        if (!(list)) {                                                                             \
            (list) = arena_alloc((build)->arena, sizeof *(list));                                  \
            (list)->at = arena_alloc((build)->arena, sizeof *(list)->at);                          \
            (list)->cap = 1;                                                                       \
        }                                                                                          \
        count_node((build), (where));                                                              \
        VEC_PUSH((build)->arena, (list), (element));                                               \
        return (list);                                                                             \
    } while (0)

AstNames *ast_names(AstBuilder *build, AstNames *list, AstName name) {
    APPEND(build, list, name, name.span);
}

AstParams *ast_params(AstBuilder *build, AstParams *list, AstParam param) {
    APPEND(build, list, param, param.name.span);
}

AstExprs *ast_exprs(AstBuilder *build, AstExprs *list, AstExpr *expr) {
    APPEND(build, list, expr, expr->span);
}

AstArgs *ast_args(AstBuilder *build, AstArgs *list, AstArg arg) {
    APPEND(build, list, arg, arg.span);
}

AstEntries *ast_entries(AstBuilder *build, AstEntries *list, AstEntry entry) {
    APPEND(build, list, entry, entry.span);
}

AstItems *ast_items(AstBuilder *build, AstItems *list, AstItem *item) {
    APPEND(build, list, item, item->span);
}

AstPath ast_path(Span span, AstName first, AstName second) {
    return (AstPath){.first = first, .second = second, .span = span};
}

AstLabel ast_label(AstBuilder *build, Span span, AstString text) {
    return (AstLabel){.text = arena_strndup(build->arena, text.bytes, text.len), .span = span};
}

AstParam ast_param(AstName name, AstName kind, AstExpr *default_value) {
    return (AstParam){.name = name, .kind = kind, .default_value = default_value};
}

AstArg ast_arg_positional(AstExpr *value) {
    return (AstArg){.kind = AST_ARG_POSITIONAL, .value = value, .span = value->span};
}

AstArg ast_arg_named(Span span, AstName name, AstExpr *value) {
    return (AstArg){.kind = AST_ARG_NAMED, .name = name, .value = value, .span = span};
}

AstArg ast_arg_of(Span span, AstName name) {
    return (AstArg){.kind = AST_ARG_OF, .name = name, .span = span};
}

AstArg ast_arg_of_string(AstBuilder *build, Span span, AstString label, Span label_span) {
    AstName name = {arena_strndup(build->arena, label.bytes, label.len), label_span};
    return (AstArg){.kind = AST_ARG_OF, .name = name, .of_string = true, .span = span};
}

AstEntry ast_entry(Span span, AstName axis, AstExpr *value) {
    return (AstEntry){.axis = axis, .value = value, .span = span};
}

static AstExpr *leaf(AstBuilder *build, Span span, AstExprKind kind) {
    count_node(build, span);
    AstExpr *expr = arena_alloc(build->arena, ast_expr_size(kind));
    expr->kind = kind;
    expr->span = span;
    expr->depth = 1;
    return expr;
}

static uint32_t deeper(uint32_t depth, const AstExpr *part) {
    return part && part->depth > depth ? part->depth : depth;
}

/* Gives `expr`, whose parts are `depth` deep, its own depth; or, over the limit, an ERROR in its
 * place. Those who walk the tree may recurse. */
static AstExpr *deepen(AstBuilder *build, AstExpr *expr, uint32_t depth) {
    expr->depth = depth + 1;
    if (expr->depth <= MAX_EXPR_DEPTH) return expr;
    build->ast->damaged = true;
    if (!build->too_deep && build->n_messages < MAX_SYNTAX_MESSAGES) {
        build->too_deep = true;
        build->n_messages++;
        Diag *diag = diag_add(
            build->diags, N0005, expr->span,
            "the parts of this expression exceed the limit %d (`netc limits`)" FACTS("limit"),
            MAX_EXPR_DEPTH);
        diag_note(diag, "give its parts names, one value a line");
    }
    return ast_error(build, expr->span);
}

AstExpr *ast_integer(AstBuilder *build, Span span, int64_t value) {
    AstExpr *expr = leaf(build, span, AST_INT);
    expr->integer = value;
    return expr;
}

AstExpr *ast_real(AstBuilder *build, Span span, double value) {
    AstExpr *expr = leaf(build, span, AST_REAL);
    expr->real = value;
    return expr;
}

AstExpr *ast_size(AstBuilder *build, Span span, AstSize size) {
    AstExpr *expr = leaf(build, span, AST_SIZE);
    memcpy(expr->size.at, size.at, sizeof size.at);
    expr->size.count = size.count;
    return expr;
}

AstExpr *ast_string(AstBuilder *build, Span span, AstString string) {
    AstExpr *expr = leaf(build, span, AST_STRING);
    expr->string.bytes = string.bytes;
    expr->string.len = string.len;
    return expr;
}

AstExpr *ast_axis(AstBuilder *build, AstName axis) {
    AstExpr *expr = leaf(build, axis.span, AST_AXIS);
    expr->axis = axis;
    return expr;
}

AstExpr *ast_unknown(AstBuilder *build, Span span) { return leaf(build, span, AST_UNKNOWN); }

AstExpr *ast_error(AstBuilder *build, Span span) { return leaf(build, span, AST_ERROR); }

AstExpr *ast_name(AstBuilder *build, AstPath path) {
    AstExpr *expr = leaf(build, path.span, AST_NAME);
    expr->name = path;
    return expr;
}

AstExpr *ast_extent(AstBuilder *build, Span span, AstName value, AstName axis) {
    AstExpr *expr = leaf(build, span, AST_EXTENT);
    expr->extent.value = value;
    expr->extent.axis = axis;
    return expr;
}

static AstExpr *list_of(AstBuilder *build, Span span, AstExprKind kind, AstEntries *entries) {
    AstExpr *expr = leaf(build, span, kind);
    if (!entries) return expr;
    expr->list.at = entries->at;
    expr->list.len = entries->len;
    uint32_t depth = 0;
    for (size_t i = 0; i < entries->len; i++) depth = deeper(depth, entries->at[i].value);
    return deepen(build, expr, depth);
}

AstExpr *ast_list(AstBuilder *build, Span span, AstEntries *entries) {
    return list_of(build, span, AST_LIST, entries);
}

AstExpr *ast_axmap(AstBuilder *build, Span span, AstEntries *entries) {
    return list_of(build, span, AST_AXMAP, entries);
}

AstExpr *ast_pair(AstBuilder *build, Span span, AstExpr *first, AstExpr *second) {
    AstExpr *expr = leaf(build, span, AST_PAIR);
    expr->pair.first = first;
    expr->pair.second = second;
    return deepen(build, expr, deeper(first->depth, second));
}

AstExpr *ast_negate(AstBuilder *build, Span span, AstExpr *operand) {
    AstExpr *expr = leaf(build, span, AST_NEGATE);
    expr->operand = operand;
    return deepen(build, expr, operand->depth);
}

AstExpr *ast_binary(AstBuilder *build, Span span, AstOperator op, Span op_span, AstExpr *left,
                    AstExpr *right) {
    AstExpr *expr = leaf(build, span, AST_BINARY);
    expr->binary.op = op;
    expr->binary.op_span = op_span;
    expr->binary.left = left;
    expr->binary.right = right;
    return deepen(build, expr, deeper(left->depth, right));
}

AstExpr *ast_assert(AstBuilder *build, Span span, AstExpr *value, Span arrow, AstExpr *sizes) {
    if (sizes->kind == AST_ERROR) return value; /* a list that was too deep */
    AstExpr *expr = leaf(build, span, AST_ASSERT);
    expr->assertion.value = value;
    expr->assertion.sizes = sizes;
    expr->assertion.arrow = arrow;
    return deepen(build, expr, deeper(value->depth, sizes));
}

AstExpr *ast_call_bare(AstBuilder *build, Span span, AstPath callee, AstLabel label) {
    AstExpr *expr = leaf(build, span, AST_CALL);
    expr->call.callee = callee;
    expr->call.stage = callee.span;
    expr->call.label = label;
    return expr;
}

AstExpr *ast_call(AstBuilder *build, Span span, AstPath callee, Span parens, AstArgs *args,
                  AstLabel label) {
    AstExpr *expr = ast_call_bare(build, span, callee, label);
    expr->call.has_parens = true;
    expr->call.parens = parens;
    expr->call.stage = span_join(callee.span, parens);
    if (!args) return expr;
    expr->call.args = args->at;
    expr->call.n_args = args->len;
    uint32_t depth = 0;
    for (size_t i = 0; i < args->len; i++) depth = deeper(depth, args->at[i].value);
    return deepen(build, expr, depth);
}

AstExpr *ast_repeat(AstBuilder *build, Span span, AstCount count, AstExpr *call) {
    bool too_deep = call->kind == AST_ERROR || (count.list && count.list->kind == AST_ERROR);
    if (too_deep) return ast_error(build, span);
    AstExpr *expr = leaf(build, span, AST_REPEAT);
    expr->repeat.count = count.count;
    expr->repeat.variable = count.variable;
    expr->repeat.list = count.list;
    expr->repeat.call = call;
    return deepen(build, expr, deeper(call->depth, count.list));
}

AstExpr *ast_pipe(AstBuilder *build, Span span, AstExpr *input, AstExpr *stage) {
    stage->span = span;
    if (stage->kind == AST_CALL)
        stage->call.piped = input;
    else if (stage->kind == AST_REPEAT)
        stage->repeat.piped = input;
    else
        return stage;
    uint32_t parts = stage->depth - 1;
    return deepen(build, stage, deeper(parts, input));
}

static AstItem *item_of(AstBuilder *build, Span span, AstItemKind kind) {
    count_node(build, span);
    build->too_deep = false;
    AstItem *item = ARENA_NEW(build->arena, AstItem);
    item->kind = kind;
    item->span = span;
    item->doc = take_doc(build, span.begin);
    return item;
}

AstItem *ast_edition(AstBuilder *build, Span span, int64_t edition) {
    AstItem *item = item_of(build, span, AST_EDITION);
    item->edition = edition;
    return item;
}

AstItem *ast_model(AstBuilder *build, Span span, AstName name) {
    AstItem *item = item_of(build, span, AST_MODEL);
    item->model = name;
    return item;
}

AstItem *ast_import(AstBuilder *build, Span span, AstExpr *path, AstName prefix) {
    AstItem *item = item_of(build, span, AST_IMPORT);
    item->import.path = path;
    item->import.prefix = prefix;
    return item;
}

AstItem *ast_let(AstBuilder *build, Span span, AstName name, AstExpr *value) {
    AstItem *item = item_of(build, span, AST_LET);
    item->let.name = name;
    item->let.value = value;
    return item;
}

AstItem *ast_weights(AstBuilder *build, Span span, AstExpr *source) {
    AstItem *item = item_of(build, span, AST_WEIGHTS);
    item->weights = source;
    return item;
}

AstItem *ast_input(AstBuilder *build, Span span, AstName name, AstName dtype, AstExpr *axes) {
    AstItem *item = item_of(build, span, AST_INPUT);
    item->input.name = name;
    item->input.axes = axes;
    if (axes->kind != AST_ERROR) item->input.dtype = dtype;
    return item;
}

AstItem *ast_output(AstBuilder *build, Span span, AstName name, AstExpr *value) {
    AstItem *item = item_of(build, span, AST_OUTPUT);
    item->output.name = name;
    item->output.value = value;
    return item;
}

AstItem *ast_bind(AstBuilder *build, Span span, AstNames *names, AstExpr *value) {
    AstItem *item = item_of(build, span, AST_BIND);
    item->bind.names = names->at;
    item->bind.n_names = names->len;
    item->bind.value = value;
    return item;
}

AstItem *ast_def(AstBuilder *build, Span span, AstName name, AstParams *params, AstItems *body,
                 Span return_span, AstExprs *returns) {
    AstItem *item = item_of(build, span, AST_DEF);
    item->def.name = name;
    if (params) {
        item->def.params = params->at;
        item->def.n_params = params->len;
    }
    if (body) {
        item->def.body = body->at;
        item->def.n_body = body->len;
    }
    item->def.return_span = return_span;
    item->def.returns = returns->at;
    item->def.n_returns = returns->len;
    return item;
}

AstItem *ast_def_damaged(AstBuilder *build, Span span, AstName name, AstParams *params,
                         AstItems *body, Span error) {
    AstExprs *returns = ast_exprs(build, NULL, ast_error(build, error));
    AstItem *item = ast_def(build, span, name, params, body,
                            (Span){span.file, error.begin, error.begin}, returns);
    item->def.damaged = true;
    ast_damaged(build);
    return item;
}

void ast_append(AstBuilder *build, AstItem *item) {
    if (item) VEC_PUSH(build->arena, &build->ast->items, item);
}

void ast_damaged(AstBuilder *build) { build->ast->damaged = true; }
