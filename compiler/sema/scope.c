/* Declaring, finding and using names. */
#include "sema/scope.h"

#include "sema/cycle.h"
#include "sema/reserved.h"
#include "sema/suggest.h"

#include <ctype.h>
#include <string.h>

struct Scope {
    NameMap bindings; /* -> Binding */
    NameMap defs;     /* -> AstItem */
    NameMap imports;  /* -> AstItem */
};

Binding *scope_find(Sema *sema, const char *name) {
    return name_map_get(&sema->scope->bindings, name);
}

static void declare(Sema *sema, const AstItem *item, const AstName *name, BindingKind kind) {
    Binding *first = scope_find(sema, name->text);
    if (first) {
        Place place = source_place(sema->sources, first->span.file, first->span.begin);
        Diag *diag =
            diag_add(sema->diags, N0102, name->span,
                     "`%s` is already defined (first at line %u); values are assigned once",
                     name->text, place.line);
        diag_here(diag, "defined again");
        diag_label(diag, first->span, "first defined here");
        return;
    }
    Binding *binding = ARENA_NEW(sema->arena, Binding);
    *binding = (Binding){.name = name->text, .span = name->span, .item = item, .kind = kind};
    name_map_put(sema->arena, &sema->scope->bindings, name->text, binding);
}

static void refuse_attribute_word(Sema *sema, const AstName *name) {
    if (!is_attribute_word(name->text)) return;
    Diag *diag = diag_add(sema->diags, N0104, name->span, "`%s` is reserved", name->text);
    diag_here(diag, "an attribute knows this word");
    diag_note(diag, "why: where an attribute takes words, the word wins over any name, so this let "
                    "could not be used there");
}

void scope_declare(Sema *sema) {
    sema->scope = ARENA_NEW(sema->arena, Scope);
    for (size_t i = 0; i < sema->ast->items.len; i++) {
        const AstItem *item = sema->ast->items.at[i];
        switch (item->kind) {
        case AST_LET:
            refuse_attribute_word(sema, &item->let.name);
            declare(sema, item, &item->let.name, BIND_NUMBER);
            break;
        case AST_INPUT: declare(sema, item, &item->input.name, BIND_VALUE); break;
        case AST_OUTPUT:
            if (item->output.value) declare(sema, item, &item->output.name, BIND_VALUE);
            break;
        case AST_BIND:
            for (size_t j = 0; j < item->bind.n_names; j++)
                declare(sema, item, &item->bind.names[j], BIND_VALUE);
            break;
        case AST_DEF:
            name_map_put(sema->arena, &sema->scope->defs, item->def.name.text,
                         sema->ast->items.at[i]);
            break;
        case AST_IMPORT:
            name_map_put(sema->arena, &sema->scope->imports, item->import.prefix.text,
                         sema->ast->items.at[i]);
            break;
        default: break;
        }
    }
}

Binding *scope_own(Sema *sema, const AstItem *item, const char *name) {
    Binding *binding = scope_find(sema, name);
    return binding && binding->item == item ? binding : NULL;
}

/* A definition of which the parser could read nothing is not in the tree, but a line still begins
 * with the name: then the unknown name is a consequence of what was reported there. */
static bool was_lost_by_parser(Sema *sema, const AstName *use) {
    if (!sema->ast->damaged) return false;
    const SourceFile *file = sema->sources->files.at[use->span.file];
    static const char *const before[] = {"let ", "input ", "output "};
    size_t len = strlen(use->text);
    for (size_t at = 0; at < file->len; at++) {
        size_t begin = at;
        for (size_t i = 0; i < sizeof before / sizeof *before; i++)
            if (strncmp(file->text + at, before[i], strlen(before[i])) == 0)
                begin += strlen(before[i]);
        if (begin + len <= file->len && memcmp(file->text + begin, use->text, len) == 0 &&
            !isalnum((unsigned char)file->text[begin + len]) && file->text[begin + len] != '_')
            return true;
        while (at < file->len && file->text[at] != '\n') at++;
    }
    return false;
}

static void report_unknown(Sema *sema, const AstName *use) {
    if (was_lost_by_parser(sema, use)) return;
    Suggestion suggestion = suggest_for(use->text);
    const NameMap *bindings = &sema->scope->bindings;
    bool searches = may_search(sema);
    for (size_t i = 0; searches && i < bindings->cap; i++) {
        const Binding *binding = bindings->slots[i].item;
        if (binding && binding->defined) suggest_offer(&suggestion, binding->name);
    }
    Diag *diag;
    if (!suggestion.best) {
        diag = diag_add(sema->diags, N0101, use->span, "unknown name `%s`", use->text);
        diag_here(diag, "not defined in this file");
        return;
    }
    diag = diag_add(sema->diags, N0101, use->span, "unknown name `%s`; did you mean `%s`?",
                    use->text, suggestion.best);
    diag_here(diag, "not defined in this file");
    diag_label(diag, scope_find(sema, suggestion.best)->span, "a similar name");
    DiagHelp *help = diag_help(diag, FIX_MAYBE, "use `%s`", suggestion.best);
    diag_edit(help, use->span, "%s", suggestion.best);
}

static void report_undefined(Sema *sema, const AstName *use, const Binding *binding) {
    Diag *diag =
        diag_add(sema->diags, N0103, use->span, "`%s` is used before it is defined", use->text);
    diag_here(diag, "used here");
    diag_label(diag, binding->span, "defined here");
    const char *cycle = NULL;
    if (sema->bind && may_search(sema)) cycle = find_cycle(sema, binding, sema->bind);
    if (cycle)
        diag_note(diag, "the graph has a cycle: %s", cycle);
    else
        diag_help(diag, FIX_HOLE, "move the definition of `%s` above this line", use->text);
}

Binding *scope_use(Sema *sema, const AstName *use) {
    Binding *binding = scope_find(sema, use->text);
    if (!binding) {
        report_unknown(sema, use);
        return NULL;
    }
    binding->used = true;
    if (!binding->defined) {
        report_undefined(sema, use, binding);
        return NULL;
    }
    return binding;
}

bool scope_has_def(Sema *sema, const char *name) {
    return name_map_get(&sema->scope->defs, name) != NULL;
}

bool scope_has_import(Sema *sema, const char *name) {
    return name_map_get(&sema->scope->imports, name) != NULL;
}

static void warn_if_unused(Sema *sema, const AstItem *item, const AstName *name) {
    const Binding *binding = scope_own(sema, item, name->text);
    if (!binding || binding->used) return;
    Diag *diag = diag_add(sema->diags, W0708, name->span, "`%s` is never used", name->text);
    diag_here(diag, "nothing reads this value");
}

void scope_warn_unused(Sema *sema) {
    for (size_t i = 0; i < sema->ast->items.len; i++) {
        const AstItem *item = sema->ast->items.at[i];
        if (item->kind == AST_INPUT) warn_if_unused(sema, item, &item->input.name);
        if (item->kind != AST_BIND) continue;
        for (size_t j = 0; j < item->bind.n_names; j++)
            warn_if_unused(sema, item, &item->bind.names[j]);
    }
}
