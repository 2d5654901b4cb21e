/* `a, b = expression` at top level and inside defs: names for what the expression gives. */
#include "sema/definition.h"

#include "sema/infer.h"

/* Gives the value that a definition computed the user's name, "e1" or "e1.twice.h". An alias (y =
 * x) keeps x's, but what a def made in this very definition has the name that the user sees. */
static void name_value(Sema *sema, Value *value, const AstName *name) {
    if (value->named && value->id < sema->first_value) return;
    const char *prefix = sema->scope->prefix;
    value->name = *prefix ? arena_printf(sema->arena, "%s%s", prefix, name->text) : name->text;
    value->named = true;
    value->span = name->span;
}

void bind_value(Sema *sema, const AstItem *item, const AstName *name, const Tensor *tensor) {
    Binding *binding = scope_own(sema, item, name->text);
    name_value(sema, tensor->value, name);
    if (!binding) return;
    binding->defined = true;
    binding->tensor = *tensor;
    binding->tensor.n_others = 0;
}

Tensor infer_definition(Sema *sema, const AstItem *item, const AstName *name, size_t n_names,
                        const AstExpr *value) {
    sema->bind = scope_own(sema, item, name->text);
    sema->bind_name = name->text;
    sema->bind_path = arena_printf(sema->arena, "%s%s", sema->scope->prefix, name->text);
    sema->first_value = sema->graph->values.len;
    Tensor tensor = n_names > 1 ? infer_results(sema, value) : infer_expr(sema, value);
    sema->bind = NULL;
    return tensor;
}

/* The outermost layer of an expression that is certain to give one value; NULL if it is not. */
static const char *single_result(Sema *sema, const AstExpr *expr) {
    while (expr->kind == AST_ASSERT) expr = expr->assertion.value;
    if (expr->kind == AST_BINARY) return ast_operator_text(expr->binary.op);
    LayerRef layer;
    if (expr->kind != AST_CALL || !scope_layer(sema, &expr->call.callee, &layer)) return NULL;
    if (layer.def)
        return layer.def->item->def.n_returns == 1 ? layer.def->item->def.name.text : NULL;
    return layer.core && layer.core->op != OP_SPLIT ? layer.core->name : NULL;
}

/* N0109. */
static void report_names(Sema *sema, const AstItem *item, const char *layer, size_t results) {
    size_t n = item->bind.n_names;
    Span names = span_join(item->bind.names[0].span, item->bind.names[n - 1].span);
    Diag *diag = diag_add(
        sema->diags, N0109, names,
        "`%s` returns %zu value%s, %zu names are on the left" FACTS("layer results - names"), layer,
        results, results == 1 ? "" : "s", n);
    diag_here(diag, results == 1 ? "one name is enough" : "one name for each value");
}

void analyse_bind(Sema *sema, const AstItem *item) {
    size_t n = item->bind.n_names;
    const AstName *names = item->bind.names;
    Tensor tensor = infer_definition(sema, item, &names[0], n, item->bind.value);
    size_t results = 1 + tensor.n_others;
    bind_value(sema, item, &names[0], &tensor);
    if (n == 1) return;
    const char *layer =
        results > 1 ? callee_text(sema, item->bind.value) : single_result(sema, item->bind.value);
    if (layer && results != n) report_names(sema, item, layer, results);
    for (size_t i = 1; i < n; i++) {
        if (i < results) {
            bind_value(sema, item, &names[i], &tensor.others[i - 1]);
            continue;
        }
        Binding *binding = scope_own(sema, item, names[i].text);
        if (!binding) continue;
        binding->defined = true;
        binding->kind = BIND_FAILED;
    }
}
