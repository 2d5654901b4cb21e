/* `repeat n f(...)` and `repeat v in [...] f(v=v)`: a chain of instances of one call, each under a
 * path with its number, "h.0", "h.1", ... */
#include "sema/expand.h"

#include "sema/eval.h"
#include "sema/reserved.h"

/* N0302 for a count or a list that gives no instance at all. */
static bool require_some(Sema *sema, const AstExpr *expr, int64_t n) {
    if (n >= 1) return true;
    Diag *diag =
        diag_add(sema->diags, N0302, expr->span, "the count of `repeat` must be at least 1");
    if (expr->kind == AST_LIST)
        diag_here(diag, "an empty list");
    else
        diag_here(diag, "is %lld", (long long)n);
    return false;
}

static bool read_count(Sema *sema, const AstExpr *expr, int64_t *n) {
    const AstExpr *list = expr->repeat.list, *counted = list ? list : expr->repeat.count;
    if (counted->kind == AST_ERROR) return false;
    if (list)
        *n = (int64_t)list->list.len;
    else if (!eval_integer(sema, counted, "`repeat`", n))
        return false;
    return require_some(sema, counted, *n);
}

/* The variable of one instance. @return false if its entry of the list is no number: reported */
static bool set_variable(Sema *sema, const AstExpr *expr, int64_t index, Variable *out) {
    const AstName *name = &expr->repeat.variable;
    const AstEntry *entry = &expr->repeat.list->list.at[index];
    const char *wanted = arena_printf(sema->arena, "`%s`", name->text);
    *out = (Variable){.outer = sema->variables};
    Binding *binding = &out->binding;
    *binding = (Binding){.name = name->text, .span = name->span, .defined = true};
    binding->item = sema->module->ast->items.at[0]; /* none that defines it */
    if (entry->axis.text) {
        Diag *diag =
            diag_add(sema->diags, N0105, entry->span,
                     "`%s` wants a number, this is the size of an axis" FACTS("name"), name->text);
        diag_here(diag, "write the number alone");
        return false;
    }
    binding->kind = is_real(sema, entry->value) ? BIND_REAL : BIND_NUMBER;
    binding->origin = origin_of(sema, entry->value);
    return binding->kind == BIND_REAL ? eval_real(sema, entry->value, wanted, &binding->real)
                                      : eval_integer(sema, entry->value, wanted, &binding->number);
}

/* One instance. The path of the value that a label replaces carries the number. */
static Tensor infer_instance(Sema *sema, const AstExpr *expr, int64_t index, const Tensor *input) {
    const AstExpr *call = expr->repeat.call;
    const AstLabel *label = &call->call.label;
    const char *path = sema->bind_path, *outer_path = sema->repeat_path;
    sema->bind_path = arena_printf(sema->arena, "%s.%lld", path, (long long)index);
    sema->repeat_path = NULL;
    if (label->text)
        sema->repeat_path = arena_printf(sema->arena, "%s%s.%lld", sema->scope->prefix, label->text,
                                         (long long)index);
    Tensor result = infer_call(sema, call, input, NULL);
    sema->bind_path = path;
    sema->repeat_path = outer_path;
    return result;
}

/* N0109: a chain hands on one value. */
static Tensor refuse_results(Sema *sema, const AstExpr *expr, const Tensor *result) {
    const AstExpr *call = expr->repeat.call;
    Diag *diag = diag_add(sema->diags, N0109, call->call.stage,
                          "`%s` returns %zu values, one is wanted here" FACTS("layer results"),
                          callee_text(sema, call), result->n_others + 1);
    diag_here(diag, "each instance works on the value of the one before");
    return tensor_failed(sema, sema->bind_name, call->call.stage, NULL);
}

static Tensor failed(Sema *sema, const AstExpr *expr) {
    return tensor_failed(sema, sema->bind_name, expr->repeat.call->call.stage, NULL);
}

/* In which instance each error since `first` lies. */
static void tell_instance(Sema *sema, const AstExpr *expr, size_t first, int64_t i, int64_t n) {
    const AstExpr *list = expr->repeat.list;
    for (size_t j = first; n > 1 && j < sema->diags->list.len; j++) {
        Diag *diag = sema->diags->list.at[j];
        if (!diag->is_error) continue;
        if (list)
            diag_label(diag, list->list.at[i].span, "in instance %lld of %lld", (long long)i + 1,
                       (long long)n);
        else
            diag_note(diag, "in instance %lld of %lld of this `repeat`", (long long)i + 1,
                      (long long)n);
    }
}

Tensor infer_repeat(Sema *sema, const AstExpr *expr, const Tensor *piped) {
    int64_t n;
    if (expr->repeat.list) refuse_attribute_word(sema, &expr->repeat.variable, "name");
    if (!read_count(sema, expr, &n)) return failed(sema, expr);
    const Variable *outer = sema->variables;
    Tensor value = *piped;
    for (int64_t i = 0; i < n; i++) {
        Variable *variable = ARENA_NEW(sema->arena, Variable);
        if (expr->repeat.list) {
            if (!set_variable(sema, expr, i, variable)) return failed(sema, expr);
            sema->variables = variable;
        }
        size_t first = sema->diags->list.len, errors = sema->diags->n_errors;
        value = infer_instance(sema, expr, i, &value);
        sema->variables = outer;
        if (value.n_others > 0) return refuse_results(sema, expr, &value);
        tell_instance(sema, expr, first, i, n);
        /* The instances behind a fault would only tell of it again. */
        if (sema->diags->n_errors > errors || tensor_is_failed(&value)) break;
    }
    return value;
}
