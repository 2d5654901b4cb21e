/* Heads of defs, and defs that use themselves.
 *
 * Which defs a def uses is read off its tree; a search in depth first order, with explicit stacks,
 * finds those that come back to themselves. */
#include "sema/defs.h"

#include "base/suggest.h"

#include <string.h>

void report_defined(Sema *sema, const AstName *name, Span first) {
    Place place = source_place(sema->sources, first.file, first.begin);
    Diag *diag =
        diag_add(sema->diags, N0102, name->span,
                 "`%s` is already defined (first at line %u); values are assigned once" FACTS(
                     "name first_line"),
                 name->text, place.line);
    diag_here(diag, "defined again");
    diag_label(diag, first, "first defined here");
}

ParamKind param_kind(const AstParam *param) {
    static const char *const names[] = {"", "int", "float", "pad", "layer"};
    if (!param->kind.text) return PARAM_TENSOR;
    for (int i = 1; i < (int)(sizeof names / sizeof *names); i++)
        if (strcmp(param->kind.text, names[i]) == 0) return (ParamKind)i;
    return PARAM_UNKNOWN;
}

/* N0104: a def, or a parameter of kind layer, that would hide a layer of the language. */
static void refuse_core_name(Sema *sema, const AstName *name) {
    if (!layer_find(name->text)) return;
    Diag *diag =
        diag_add(sema->diags, N0104, name->span, "`%s` is reserved" FACTS("name"), name->text);
    diag_here(diag, "a layer of the language");
}

static bool check_param(Sema *sema, const AstItem *item, size_t index) {
    const AstParam *param = &item->def.params[index];
    refuse_attribute_word(sema, &param->name, "parameter");
    if (param_kind(param) == PARAM_LAYER) refuse_core_name(sema, &param->name);
    for (size_t i = 0; i < index; i++) {
        if (item->def.params[i].name.text != param->name.text) continue;
        report_defined(sema, &param->name, item->def.params[i].name.span);
        return false;
    }
    if (param_kind(param) != PARAM_UNKNOWN) return true;
    Diag *diag =
        diag_add(sema->diags, N0208, param->kind.span,
                 "the kind of `%s` cannot be `%s`; it is one of int, float, pad, layer" FACTS(
                     "parameter given"),
                 param->name.text, param->kind.text);
    diag_here(diag, "not one of these");
    diag_note(diag, "a parameter without a kind is a tensor");
    Suggestion suggestion = suggest_among_few(param->kind.text);
    suggest_words(&suggestion, sema->arena, "int float pad layer");
    suggest_edits(&suggestion, diag, param->kind.span);
    return false;
}

void def_declare(Sema *sema, Module *module, const AstItem *item) {
    const AstName *name = &item->def.name;
    const Def *first = name_map_get(&module->defs, name->text);
    if (first) {
        report_defined(sema, name, first->item->def.name.span);
        return;
    }
    Def *def = ARENA_NEW(sema->arena, Def);
    *def = (Def){.item = item, .module = module, .unusable = item->def.damaged};
    name_map_put(sema->arena, &module->defs, name->text, def);
    refuse_core_name(sema, name);
    if (item->def.n_params > MAX_PARAMS) {
        Diag *diag = diag_add(
            sema->diags, N0005, name->span,
            "the parameters of `%s` exceed the limit %d (`netc limits`)" FACTS("def limit"),
            name->text, MAX_PARAMS);
        diag_here(diag, "has %zu", item->def.n_params);
        def->unusable = true;
        return;
    }
    for (size_t i = 0; i < item->def.n_params; i++)
        if (!check_param(sema, item, i)) def->unusable = true;
}

/* A def on the way of the search: `next` of `callees` is to be followed next. */
typedef struct Step {
    Def *def;
    size_t next;
    VEC(Def *) callees;
} Step;

typedef struct Search {
    Sema *sema;
    Module *module;
    VEC(Step) way;                /* from the start to where the search is */
    VEC(const AstExpr *) pending; /* expressions to look into */
    NameMap done;                 /* defs all of whose ways were followed */
} Search;

static void leave_for_later(void *context, const AstExpr *part) {
    Search *search = context;
    if (part) VEC_PUSH(search->sema->arena, &search->pending, part);
}

/* Leaves the parts of an expression for later and notes the def that it calls. */
static void look_into(Search *search, const AstExpr *expr, Step *step) {
    if (expr->kind == AST_CALL && !expr->call.callee.second.text) {
        Def *def = name_map_get(&search->module->defs, expr->call.callee.first.text);
        if (def) VEC_PUSH(search->sema->arena, &step->callees, def);
    }
    ast_each_part(expr, leave_for_later, search);
}

/* A parameter of kind layer hides the def of its name. */
static bool is_hidden(const AstItem *item, const Def *callee) {
    for (size_t i = 0; i < item->def.n_params; i++)
        if (item->def.params[i].name.text == callee->item->def.name.text &&
            param_kind(&item->def.params[i]) == PARAM_LAYER)
            return true;
    return false;
}

static void enter(Search *search, Def *def) {
    Step step = {.def = def};
    const AstItem *item = def->item;
    for (size_t i = 0; i < item->def.n_body; i++)
        leave_for_later(search, item->def.body[i]->bind.value);
    for (size_t i = 0; i < item->def.n_returns; i++) leave_for_later(search, item->def.returns[i]);
    while (search->pending.len > 0)
        look_into(search, search->pending.at[--search->pending.len], &step);
    size_t kept = 0;
    for (size_t i = 0; i < step.callees.len; i++)
        if (!is_hidden(item, step.callees.at[i])) step.callees.at[kept++] = step.callees.at[i];
    step.callees.len = kept;
    def->active = true;
    VEC_PUSH(search->sema->arena, &search->way, step);
}

static void report_recursion(Search *search, Def *def) {
    size_t at = search->way.len;
    Text text = text_in(search->sema->arena);
    while (search->way.at[--at].def != def) search->way.at[at].def->unusable = true;
    for (size_t shown = 0; at < search->way.len; at++, shown++)
        if (shown < 8)
            text_printf(&text, "%s → ", search->way.at[at].def->item->def.name.text);
        else if (shown == 8)
            text_puts(&text, "… → ");
    def->unusable = true;
    const AstName *name = &def->item->def.name;
    Diag *diag =
        diag_add(search->sema->diags, N0209, name->span, "`%s` uses itself (%s%s)" FACTS("def - -"),
                 name->text, text_str(&text), name->text);
    diag_here(diag, "would never end");
    diag_note(diag, "a def is expanded at each use; what is to be done several times is `repeat`");
}

static void search_from(Search *search, Def *start) {
    enter(search, start);
    while (search->way.len > 0) {
        Step *step = &search->way.at[search->way.len - 1];
        if (step->next == step->callees.len) {
            step->def->active = false;
            name_map_put(search->sema->arena, &search->done, step->def->item->def.name.text,
                         step->def);
            search->way.len--;
            continue;
        }
        Def *callee = step->callees.at[step->next++];
        if (callee->active) {
            if (!callee->unusable) report_recursion(search, callee);
        } else if (!name_map_get(&search->done, callee->item->def.name.text)) {
            enter(search, callee);
        }
    }
}

void defs_refuse_recursion(Sema *sema, Module *module) {
    Search search = {.sema = sema, .module = module};
    for (size_t i = 0; i < module->ast->items.len; i++) {
        const AstItem *item = module->ast->items.at[i];
        if (item->kind != AST_DEF) continue;
        Def *def = name_map_get(&module->defs, item->def.name.text);
        if (def->item == item && !name_map_get(&search.done, item->def.name.text))
            search_from(&search, def);
    }
}

void report_active(Sema *sema, Span where, const Def *def) {
    const char *name = def->item->def.name.text;
    Diag *diag = diag_add(sema->diags, N0209, where,
                          "`%s` uses itself (%s → … → %s)" FACTS("def - -"), name, name, name);
    diag_here(diag, "used inside its own expansion");
    diag_label(diag, def->item->def.name.span, "defined here");
}
