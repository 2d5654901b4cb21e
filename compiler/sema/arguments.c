/* The arguments of a use of a def against its parameters. An argument means what it means where it
 * stands; a default is worked out inside the def, where it may use the parameters before it. */
#include "base/suggest.h"
#include "sema/defs.h"
#include "sema/eval.h"
#include "sema/expand.h"
#include "sema/foreign_call.h"

#include <string.h>

/* The index of the parameter called `name`; n_params if there is none. */
static size_t param_at(const AstItem *item, const char *name) {
    size_t i = 0;
    while (i < item->def.n_params && strcmp(item->def.params[i].name.text, name) != 0) i++;
    return i;
}

static const char *list_params(Sema *sema, const AstItem *item) {
    Text text = text_in(sema->arena);
    for (size_t i = 0; i < item->def.n_params; i++) {
        if (!item->def.params[i].kind.text) continue;
        text_printf(&text, "%s%s", text.len ? ", " : "", item->def.params[i].name.text);
    }
    return text.len ? text_str(&text) : "none";
}

/* N0203: no such parameter; another framework's name is replaced, a near one offered. */
static bool report_unknown(Sema *sema, const AstItem *item, const AstArg *arg) {
    const char *name = item->def.name.text, *written = arg->name.text;
    Diag *diag = diag_add(sema->diags, N0203, arg->name.span,
                          "`%s` has no attribute `%s`" FACTS("layer attribute"), name,
                          quote_text(sema, written, strlen(written)));
    diag_here(diag, "unknown here");
    diag_label(diag, item->def.name.span, "its attributes: %s", list_params(sema, item));
    Suggestion suggestion = suggest_among_few(written);
    for (size_t i = 0; i < item->def.n_params; i++)
        if (item->def.params[i].kind.text)
            suggest_offer(&suggestion, item->def.params[i].name.text);
    int foreign = foreign_attr(written);
    if (foreign >= 0 && param_at(item, attr_text((AttrName)foreign)) < item->def.n_params)
        suggestion = (Suggestion){.best = attr_text((AttrName)foreign)};
    suggest_edits(&suggestion, diag, arg->name.span);
    return false;
}

static bool refuse_of(Sema *sema, const AstItem *item, const AstArg *arg) {
    Diag *diag = diag_add(sema->diags, N0203, arg->span,
                          "`%s` has no attribute `of`" FACTS("layer"), item->def.name.text);
    diag_here(diag, "only `tconv` undoes a layer");
    return false;
}

static bool refuse_named_tensor(Sema *sema, const AstItem *item, const AstArg *arg) {
    Diag *diag = diag_add(sema->diags, N0203, arg->name.span,
                          "`%s` of `%s` is no attribute" FACTS("parameter def"), arg->name.text,
                          item->def.name.text);
    diag_here(diag, "a tensor: tensors are positional, numbers are named");
    diag_label(diag, item->def.params[param_at(item, arg->name.text)].name.span,
               "a parameter without a kind");
    return false;
}

/* N0205. */
static bool report_twice(Sema *sema, const LayerCall *call, const AstArg *arg,
                         const AstArg *first) {
    Diag *diag = diag_add(sema->diags, N0205, arg->span, "`%s` is given twice" FACTS("attribute"),
                          arg->name.text);
    diag_here(diag, "the second time");
    diag_label(diag, first->span, "the first time");
    edit_remove(diag_help(diag, FIX_MAYBE, "leave the second out"), call->expr, arg);
    edit_remove(diag_help(diag, FIX_MAYBE, "leave the first out"), call->expr, first);
    return false;
}

/* N0207: the numbers are most likely those that are not given, in order. */
static bool refuse_nameless(Sema *sema, const LayerCall *call, const AstItem *item,
                            const AstArg **given) {
    const AstExpr *expr = call->expr;
    Diag *diag = report_numbers(sema, expr);
    if (!diag) return true;
    const char **names = ARENA_ARRAY(sema->arena, const char *, item->def.n_params + 1);
    int n = 0, named = 0;
    for (size_t i = 0; i < expr->call.n_args; i++) n += is_plain(sema, &expr->call.args[i]);
    for (size_t i = 0; i < item->def.n_params && named < n; i++) {
        ParamKind kind = param_kind(&item->def.params[i]);
        if (!given[i] && (kind == PARAM_INT || kind == PARAM_FLOAT || kind == PARAM_PAD))
            names[named++] = arena_printf(sema->arena, "`%s`", item->def.params[i].name.text);
    }
    if (named < n) return false;
    DiagHelp *help = diag_help(diag, FIX_MAYBE, "if %s %s", n > 1 ? "they are" : "it is",
                               join_words(sema->arena, names, n));
    for (size_t i = 0, at = 0; i < expr->call.n_args; i++) {
        const AstArg *arg = &expr->call.args[i];
        if (!is_plain(sema, arg)) continue;
        const char *name = names[at++] + 1;
        diag_edit(help, span_start(arg->span), "%.*s=", (int)strlen(name) - 1, name);
    }
    return false;
}

/* Sorts the named arguments by parameter. */
static bool sort_arguments(Sema *sema, const LayerCall *call, const AstItem *item,
                           const AstArg **given) {
    bool ok = true;
    for (size_t i = 0; i < call->expr->call.n_args; i++) {
        const AstArg *arg = &call->expr->call.args[i];
        if (arg->kind == AST_ARG_OF) ok = refuse_of(sema, item, arg);
        if (arg->kind != AST_ARG_NAMED) continue;
        size_t at = param_at(item, arg->name.text);
        if (at == item->def.n_params)
            ok = report_unknown(sema, item, arg);
        else if (!item->def.params[at].kind.text)
            ok = refuse_named_tensor(sema, item, arg);
        else if (given[at])
            ok = report_twice(sema, call, arg, given[at]);
        else
            given[at] = arg;
    }
    if (!refuse_nameless(sema, call, item, given)) ok = false;
    return ok;
}

/* N0204, for all that is missing. */
static bool require_all(Sema *sema, const LayerCall *call, const AstItem *item,
                        const AstArg **given) {
    const char *missing[MAX_PARAMS];
    int n = 0;
    for (size_t i = 0; i < item->def.n_params; i++) {
        const AstParam *param = &item->def.params[i];
        if (param->kind.text && !given[i] && !param->default_value)
            missing[n++] = arena_printf(sema->arena, "`%s`", param->name.text);
    }
    if (n == 0) return true;
    Diag *diag = diag_add(sema->diags, N0204, call->span, "`%s` needs %s" FACTS("layer missing[]"),
                          item->def.name.text, join_words(sema->arena, missing, n));
    diag_here(diag, "no %s", join_words(sema->arena, missing, n));
    diag_label(diag, item->def.name.span, "defined here");
    return false;
}

/* N0206. */
static bool right_number_of_tensors(Sema *sema, const LayerCall *call, const AstItem *item) {
    int wanted = 0, n = call->n_tensors;
    for (size_t i = 0; i < item->def.n_params; i++) wanted += !item->def.params[i].kind.text;
    if (n == wanted) return true;
    Diag *diag = diag_add(sema->diags, N0206, call->span,
                          "`%s` takes %d tensor%s, got %d" FACTS("layer wanted - got"),
                          item->def.name.text, wanted, wanted == 1 ? "" : "s", n);
    diag_here(diag, n > wanted ? "too many" : n == 0 ? "nothing to work on" : "too few");
    diag_label(diag, item->def.name.span, "defined here");
    return false;
}

/* A padding without names: each number worked out. NULL if it is none: reported. */
static AstExpr *pad_value(Sema *sema, const AstExpr *expr, const char *wanted) {
    expr = pad_meant(sema, expr);
    AstExpr *copy = ast_copy(sema->arena, expr);
    switch (expr->kind) {
    case AST_SIZE: return copy;
    case AST_ERROR: return NULL;
    case AST_NAME:
        if (!expr->name.second.text && is_pad_word(expr->name.first.text)) return copy;
        if (report_pad_slip(sema, expr)) return NULL;
        break;
    case AST_PAIR:
        copy->pair.first = pad_value(sema, expr->pair.first, wanted);
        copy->pair.second = pad_value(sema, expr->pair.second, wanted);
        return copy->pair.first && copy->pair.second ? copy : NULL;
    case AST_AXMAP:
        copy->list.at = ARENA_ARRAY(sema->arena, AstEntry, expr->list.len);
        for (size_t i = 0; i < expr->list.len; i++) {
            copy->list.at[i] = expr->list.at[i];
            copy->list.at[i].value = pad_value(sema, expr->list.at[i].value, wanted);
            if (!copy->list.at[i].value) return NULL;
        }
        return copy;
    default: break;
    }
    *copy = (AstExpr){.kind = AST_INT, .span = expr->span, .depth = 1};
    return eval_integer(sema, expr, wanted, &copy->integer) ? copy : NULL;
}

/* A layer by name, in `scope`, where the argument or the default stands. */
static bool bind_layer(Sema *sema, const AstParam *param, const AstExpr *value, Scope *scope) {
    if (value->kind == AST_ERROR) return false;
    if (value->kind != AST_NAME) {
        Diag *diag =
            diag_add(sema->diags, N0105, value->span,
                     "`%s` wants a layer, this is %s" FACTS("parameter given"), param->name.text,
                     value->kind == AST_CALL ? "a call of one" : describe_expr(sema, value));
        diag_here(diag, "write the name of a layer or a def alone");
        return false;
    }
    LayerRef *layer = ARENA_NEW(sema->arena, LayerRef);
    if (!require_layer(sema, &value->name, layer)) return false;
    name_map_put(sema->arena, &scope->layers, param->name.text, layer);
    return layer->core || layer->def;
}

/* The value of an argument or default, worked out in the current scope. */
static bool bind_number(Sema *sema, const AstParam *param, const AstExpr *value, Binding *binding) {
    const char *wanted = arena_printf(sema->arena, "`%s`", param->name.text);
    switch (param_kind(param)) {
    case PARAM_INT:
        binding->kind = BIND_NUMBER;
        binding->origin = origin_of(sema, value);
        return eval_integer(sema, value, wanted, &binding->number);
    case PARAM_FLOAT:
        binding->kind = BIND_REAL;
        return eval_real(sema, value, wanted, &binding->real);
    case PARAM_PAD:
        binding->kind = BIND_PAD;
        binding->pad = pad_value(sema, value, wanted);
        return binding->pad != NULL;
    default: return false;
    }
}

/* The name that tensor number `index` of the call is; NULL if it is another expression, or what a
 * repeat hands on. */
static const char *name_of_tensor(const LayerCall *call, int index) {
    const AstExpr *expr = call->expr->call.piped;
    int at = call->n_tensors;
    for (size_t i = call->expr->call.n_args; i-- > 0;)
        if (call->expr->call.args[i].kind == AST_ARG_POSITIONAL && --at == index)
            expr = call->expr->call.args[i].value;
    return expr && expr->kind == AST_NAME && !expr->name.second.text ? expr->name.first.text : NULL;
}

/* Declares the tensors and the numbers, none of them defined but the tensors. What `of` finds under
 * an argument that is a name, it finds under the parameter. */
static void declare_params(Sema *sema, const LayerCall *call, const AstItem *item, Scope *scope) {
    Scope *outer = sema->scope;
    int tensor = 0;
    sema->scope = scope;
    for (size_t i = 0; i < item->def.n_params; i++) {
        const AstParam *param = &item->def.params[i];
        if (param_kind(param) == PARAM_LAYER) continue;
        Binding *binding = scope_add(sema, item, &param->name, BIND_VALUE);
        if (param->kind.text) continue;
        binding->defined = true;
        binding->tensor = call->tensors[tensor];
        const char *name = name_of_tensor(call, tensor++);
        WindowLayer *windows = name ? name_map_get(&outer->windows_of_value, name) : NULL;
        if (windows) name_map_put(sema->arena, &scope->windows_of_value, param->name.text, windows);
    }
    sema->scope = outer;
}

bool bind_arguments(Sema *sema, const LayerCall *call, Def *def, Scope *scope) {
    const AstItem *item = def->item;
    const AstArg *given[MAX_PARAMS] = {NULL};
    bool ok = sort_arguments(sema, call, item, given);
    if (ok) ok = require_all(sema, call, item, given);
    ok &= right_number_of_tensors(sema, call, item);
    if (!ok) return false;
    declare_params(sema, call, item, scope);
    Scope *outer = sema->scope;
    const Variable *variables = sema->variables;
    for (size_t i = 0; i < item->def.n_params; i++) {
        const AstParam *param = &item->def.params[i];
        if (!param->kind.text) continue;
        const AstExpr *value = given[i] ? given[i]->value : param->default_value;
        Binding *binding = name_map_get(&scope->bindings, param->name.text);
        sema->scope = given[i] ? outer : scope;
        sema->variables = given[i] ? variables : NULL;
        bool bound = param_kind(param) == PARAM_LAYER ? bind_layer(sema, param, value, scope)
                                                      : bind_number(sema, param, value, binding);
        if (bound && binding) binding->defined = true;
        ok &= bound;
    }
    sema->scope = outer;
    sema->variables = variables;
    return ok;
}
