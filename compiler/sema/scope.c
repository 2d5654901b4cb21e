/* Declaring, finding and using names. */
#include "sema/scope.h"

#include "base/suggest.h"
#include "sema/cycle.h"
#include "sema/defs.h"
#include "sema/module.h"
#include "sema/reorder.h"
#include "sema/reserved.h"

#include <ctype.h>
#include <string.h>

static bool is_let(const Binding *binding) { return binding->item->kind == AST_LET; }

/* A def sees the lets of its file, and no other value. */
Binding *scope_find(Sema *sema, const char *name) {
    const Scope *scope = sema->scope;
    for (const Variable *at = sema->variables; at; at = at->outer)
        if (at->binding.name == name) return (Binding *)(uintptr_t)&at->binding;
    Binding *binding = name_map_get(&scope->bindings, name);
    if (binding || !scope->use) return binding;
    binding = name_map_get(&scope->module->top->bindings, name);
    return binding && is_let(binding) ? binding : NULL;
}

Binding *scope_add(Sema *sema, const AstItem *item, const AstName *name, BindingKind kind) {
    Binding *first = name_map_get(&sema->scope->bindings, name->text);
    if (first) {
        report_defined(sema, name, first->span);
        return NULL;
    }
    Binding *binding = ARENA_NEW(sema->arena, Binding);
    *binding = (Binding){.name = name->text, .span = name->span, .item = item, .kind = kind};
    name_map_put(sema->arena, &sema->scope->bindings, name->text, binding);
    return binding;
}

void refuse_attribute_word(Sema *sema, const AstName *name, const char *what) {
    if (!is_attribute_word(name->text)) return;
    Diag *diag =
        diag_add(sema->diags, N0104, name->span, "`%s` is reserved" FACTS("name"), name->text);
    diag_here(diag, "an attribute knows this word");
    diag_note(diag,
              "why: where an attribute takes words, the word wins over any name, so this %s could "
              "not be used there",
              what);
}

static void declare_import(Sema *sema, Module *module, const AstItem *item) {
    const AstName *prefix = &item->import.prefix;
    const Import *first = name_map_get(&module->imports, prefix->text);
    if (first) {
        report_defined(sema, prefix, first->item->import.prefix.span);
        return;
    }
    Import *import = ARENA_NEW(sema->arena, Import);
    *import = (Import){.item = item, .module = module_import(sema, module, item)};
    sema->scope = module->top;
    name_map_put(sema->arena, &module->imports, prefix->text, import);
}

void scope_declare(Sema *sema, Module *module) {
    module->top = ARENA_NEW(sema->arena, Scope);
    *module->top = (Scope){.module = module, .prefix = ""};
    sema->scope = module->top;
    for (size_t i = 0; i < module->ast->items.len; i++) {
        const AstItem *item = module->ast->items.at[i];
        switch (item->kind) {
        case AST_LET:
            refuse_attribute_word(sema, &item->let.name, "let");
            scope_add(sema, item, &item->let.name, BIND_NUMBER);
            break;
        case AST_INPUT: scope_add(sema, item, &item->input.name, BIND_VALUE); break;
        case AST_OUTPUT:
            if (item->output.value) scope_add(sema, item, &item->output.name, BIND_VALUE);
            break;
        case AST_BIND:
            for (size_t j = 0; j < item->bind.n_names; j++)
                scope_add(sema, item, &item->bind.names[j], BIND_VALUE);
            break;
        case AST_DEF: def_declare(sema, module, item); break;
        case AST_IMPORT: declare_import(sema, module, item); break;
        default: break;
        }
    }
    defs_refuse_recursion(sema, module);
}

Binding *scope_own(Sema *sema, const AstItem *item, const char *name) {
    Binding *binding = name_map_get(&sema->scope->bindings, name);
    return binding && binding->item == item ? binding : NULL;
}

/* The names with which a line of the file begins, maybe after a keyword. */
static void note_first_words(Sema *sema, const SourceFile *file, NameMap *words) {
    static const char *const before[] = {"let ", "input ", "output "};
    for (size_t at = 0; at < file->len; at++) {
        for (size_t i = 0; i < sizeof before / sizeof *before; i++)
            if (strncmp(file->text + at, before[i], strlen(before[i])) == 0)
                at += strlen(before[i]);
        size_t len = 0;
        while (isalnum((unsigned char)file->text[at + len]) || file->text[at + len] == '_') len++;
        if (len > 0)
            name_map_put(sema->arena, words, intern(sema->interner, file->text + at, len), words);
        while (at < file->len && file->text[at] != '\n') at++;
    }
}

/* A definition of which the parser could read nothing is not in the tree, but a line still begins
 * with the name: then the unknown name is a consequence of what was reported there. The file is
 * looked through once, however many names are unknown. */
static bool was_lost_by_parser(Sema *sema, const AstName *use) {
    Module *module = sema->scope->module;
    if (!module->ast->damaged) return false;
    if (module->first_words.len == 0)
        note_first_words(sema, sema->sources->files.at[use->span.file], &module->first_words);
    return name_map_get(&module->first_words, use->text) != NULL;
}

static void offer_names(Suggestion *suggestion, const Scope *scope, bool only_lets) {
    for (size_t i = 0; i < scope->bindings.cap; i++) {
        const Binding *binding = scope->bindings.slots[i].item;
        if (binding && binding->defined && (is_let(binding) || !only_lets))
            suggest_offer(suggestion, binding->name);
    }
}

/* Inside a def, a value of the file is no unknown name, but out of sight. */
static bool report_hidden(Sema *sema, const AstName *use) {
    const Scope *scope = sema->scope;
    const Binding *binding =
        scope->use ? name_map_get(&scope->module->top->bindings, use->text) : NULL;
    if (!binding) return false;
    const char *def = scope->use->def->item->def.name.text;
    Diag *diag =
        diag_add(sema->diags, N0101, use->span, "unknown name `%s`" FACTS("name"), use->text);
    diag_here(diag, "not defined inside `%s`", def);
    diag_label(diag, binding->span, "a value of the file, which `%s` does not see", def);
    diag_note(diag, "a def sees its parameters, its own values, lets of the file and other defs; "
                    "what else it works on is an argument");
    return true;
}

bool scope_lacks_input(const Sema *sema) {
    for (size_t i = 0; i < sema->ast->items.len; i++)
        if (sema->ast->items.at[i]->kind == AST_INPUT) return false;
    return !sema->ast->damaged;
}

/* N0402, where a model without an input first misses one; its other uses say nothing new. */
static bool report_no_input(Sema *sema, const AstName *use) {
    if (sema->lacking_input && strcmp(sema->lacking_input, use->text) == 0) return true;
    if (sema->lacking_input || sema->scope->use || !scope_lacks_input(sema)) return false;
    sema->lacking_input = use->text;
    Diag *diag = diag_add(sema->diags, N0402, use->span, "the model has no input");
    diag_here(diag, "not defined in this file");
    diag_help(diag, FIX_HOLE,
              "declare it, with your sizes: `input %s : f32[N: 1, C: 3, H: 224, W: 224]`",
              use->text);
    return true;
}

static void report_unknown(Sema *sema, const AstName *use) {
    if (was_lost_by_parser(sema, use) || report_hidden(sema, use)) return;
    Suggestion suggestion = suggest_for(use->text);
    if (may_search(sema)) {
        offer_names(&suggestion, sema->scope, false);
        if (sema->scope->use) offer_names(&suggestion, sema->scope->module->top, true);
    }
    const char *where = sema->scope->use ? arena_printf(sema->arena, "inside `%s`",
                                                        sema->scope->use->def->item->def.name.text)
                                         : "in this file";
    Diag *diag;
    if (!suggestion.best) {
        if (report_no_input(sema, use)) return;
        diag =
            diag_add(sema->diags, N0101, use->span, "unknown name `%s`" FACTS("name"), use->text);
        diag_here(diag, "not defined %s", where);
        return;
    }
    diag = diag_add(sema->diags, N0101, use->span,
                    "unknown name `%s`; did you mean `%s`?" FACTS("name nearest"), use->text,
                    suggestion.best);
    diag_here(diag, "not defined %s", where);
    diag_label(diag, scope_find(sema, suggestion.best)->span, "a similar name");
    suggest_edits(&suggestion, diag, use->span);
}

static void report_undefined(Sema *sema, const AstName *use, const Binding *binding) {
    Diag *diag = diag_add(sema->diags, N0103, use->span,
                          "`%s` is used before it is defined" FACTS("name"), use->text);
    diag_here(diag, "used here");
    diag_label(diag, binding->span, "defined here");
    const char *cycle = NULL;
    if (sema->bind && may_search(sema)) cycle = find_cycle(sema, binding, sema->bind);
    if (cycle)
        diag_note(diag, "the graph has a cycle: %s", cycle);
    else
        offer_reorder(sema, diag, use, binding);
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

/* What `m` of `m.block` stands for; NULL if it is no import, or could not be read: reported. */
static const Module *imported(Sema *sema, const AstPath *path) {
    const Import *import = name_map_get(&sema->scope->module->imports, path->first.text);
    if (import) return import->module;
    if (sema->scope->module->ast->damaged) return NULL; /* the line may be lost */
    Diag *diag = diag_add(sema->diags, N0101, path->first.span, "unknown name `%s`" FACTS("name"),
                          path->first.text);
    diag_here(diag, "no import has this prefix");
    return NULL;
}

static Binding *let_of(const Module *module, const char *name) {
    Binding *binding = name_map_get(&module->top->bindings, name);
    return binding && is_let(binding) ? binding : NULL;
}

Binding *scope_find_path(Sema *sema, const AstPath *path) {
    if (!path->second.text) return scope_find(sema, path->first.text);
    const Import *import = name_map_get(&sema->scope->module->imports, path->first.text);
    return import && import->module ? let_of(import->module, path->second.text) : NULL;
}

Binding *scope_use_path(Sema *sema, const AstPath *path) {
    if (!path->second.text) return scope_use(sema, &path->first);
    const Module *module = imported(sema, path);
    if (!module) return NULL;
    Binding *binding = let_of(module, path->second.text);
    if (binding || module->ast->damaged) return binding;
    Suggestion suggestion = suggest_for(path->second.text);
    if (may_search(sema)) offer_names(&suggestion, module->top, true);
    Diag *diag =
        diag_add(sema->diags, N0101, path->second.span, "unknown name `%s.%s`" FACTS("module name"),
                 path->first.text, path->second.text);
    diag_here(diag, "that file has no such let");
    suggest_edits(&suggestion, diag, path->second.span);
    return NULL;
}

static bool imported_layer(Sema *sema, const AstPath *path, LayerRef *out) {
    const Module *module = imported(sema, path);
    if (!module) return true;
    out->def = name_map_get(&module->defs, path->second.text);
    return out->def || module->ast->damaged;
}

bool scope_layer(Sema *sema, const AstPath *path, LayerRef *out) {
    *out = (LayerRef){0};
    if (path->second.text) return imported_layer(sema, path, out);
    const LayerRef *parameter = name_map_get(&sema->scope->layers, path->first.text);
    if (parameter) {
        *out = *parameter;
        return true;
    }
    out->def = name_map_get(&sema->scope->module->defs, path->first.text);
    if (!out->def) out->core = layer_find(path->first.text);
    return out->def || out->core;
}

static void warn_if_unused(Sema *sema, const AstItem *item, const AstName *name) {
    const Binding *binding = scope_own(sema, item, name->text);
    if (!binding || binding->used) return;
    Diag *diag =
        diag_add(sema->diags, W0708, name->span, "`%s` is never used" FACTS("name"), name->text);
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

const AstExpr *origin_of(Sema *sema, const AstExpr *expr) {
    if (expr->kind != AST_NAME || expr->name.second.text) return expr;
    const Binding *binding = scope_find(sema, expr->name.first.text);
    return binding && binding->origin ? binding->origin : expr;
}
