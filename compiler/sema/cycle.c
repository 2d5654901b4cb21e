/* Depth-first search over the names that definitions mention. Both stacks are explicit: a file may
 * chain 65,536 definitions, and one expression as many stages. */
#include "sema/cycle.h"

#include "sema/scope.h"

typedef struct Step {
    const Binding *binding;
    size_t parent; /* index of the step that led here; its own index at the start */
} Step;

typedef struct Search {
    Sema *sema;
    VEC(Step) steps;              /* every binding reached so far, in order */
    VEC(const AstExpr *) pending; /* expressions still to look into */
    NameMap seen;                 /* the names of these */
} Search;

static const AstExpr *definition_of(const Binding *binding) {
    switch (binding->item->kind) {
    case AST_LET: return binding->item->let.value;
    case AST_OUTPUT: return binding->item->output.value;
    case AST_BIND: return binding->item->bind.value;
    case AST_INPUT: return binding->item->input.axes;
    default: return NULL;
    }
}

static void reach(Search *search, const char *name, size_t parent) {
    Binding *binding = scope_find(search->sema, name);
    if (!binding || name_map_get(&search->seen, name)) return;
    name_map_put(search->sema->arena, &search->seen, name, binding);
    VEC_PUSH(search->sema->arena, &search->steps, (Step){binding, parent});
}

static void leave_for_later(void *context, const AstExpr *part) {
    Search *search = context;
    if (part) VEC_PUSH(search->sema->arena, &search->pending, part);
}

/* Follows the names of one expression and leaves its parts for later. */
static void look_into(Search *search, const AstExpr *expr, size_t parent) {
    if (expr->kind == AST_NAME) reach(search, expr->name.first.text, parent);
    if (expr->kind == AST_EXTENT) reach(search, expr->extent.value.text, parent);
    for (size_t i = 0; expr->kind == AST_CALL && i < expr->call.n_args; i++) {
        const AstArg *arg = &expr->call.args[i];
        if (arg->kind == AST_ARG_OF && !arg->of_string) reach(search, arg->name.text, parent);
    }
    ast_each_part(expr, leave_for_later, search);
}

static const char *print_path(Search *search, size_t at) {
    VEC(const char *) names = {0};
    for (;; at = search->steps.at[at].parent) {
        VEC_PUSH(search->sema->arena, &names, search->steps.at[at].binding->name);
        if (search->steps.at[at].parent == at) break;
    }
    Text text = text_in(search->sema->arena);
    text_printf(&text, "%s", names.at[0]);
    for (size_t i = names.len; i-- > 0;) text_printf(&text, " → %s", names.at[i]);
    return text_str(&text);
}

const char *find_cycle(Sema *sema, const Binding *from, const Binding *to) {
    Search search = {.sema = sema};
    reach(&search, from->name, 0);
    for (size_t i = 0; i < search.steps.len; i++) {
        const Binding *binding = search.steps.at[i].binding;
        if (binding == to) return print_path(&search, i);
        leave_for_later(&search, definition_of(binding));
        while (search.pending.len > 0)
            look_into(&search, search.pending.at[--search.pending.len], i);
    }
    return NULL;
}
