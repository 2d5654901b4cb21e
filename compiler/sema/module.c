/* Imports. A name is looked for beside the file that gives it, `std/...` in the library. Files are
 * told apart by their absolute path without links, so that a cycle is seen however it is spelt. */
#include "sema/module.h"

#include "base/file.h"
#include "sema/files.h"
#include "sema/items.h"
#include "syntax/parse.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

/* A file that an import may mean. */
typedef struct Found {
    const char *path;     /* for messages and for what it names itself */
    const char *identity; /* NULL: there is no such file */
    bool is_std;
} Found;

static Found find(Sema *sema, const Module *from, const char *name) {
    const char *base = sema->sources->files.at[from->ast->file]->name;
    while (strncmp(name, "./", 2) == 0) name += 2;
    Found found = {.path = path_beside(sema->arena, base, name)};
    found.is_std = strncmp(name, "std/", 4) == 0;
    if (!found.is_std) {
        found.identity = files_identity(sema, found.path);
        return found;
    }
    for (size_t i = 0; i < sema->options->n_library && !found.identity; i++) {
        const char *path = arena_printf(sema->arena, "%s/%s", sema->options->library[i], name);
        found.identity = path_canonical(sema->arena, path);
        if (found.identity) found.path = found.identity;
    }
    return found;
}

static void report_missing(Sema *sema, const AstExpr *name, const Found *found) {
    Diag *diag = diag_add(sema->diags, N0902, name->span, "cannot find `%s`" FACTS("file"),
                          quote_text(sema, name->string.bytes, name->string.len));
    diag_here(diag, found && found->is_std ? "not in the library" : "no such file beside this one");
    for (size_t i = 0; found && found->is_std && i < sema->options->n_library; i++) {
        const char *folder = sema->options->library[i];
        diag_note(diag, "looked for in %s", quote_text(sema, folder, strlen(folder)));
    }
}

static void report_unreadable(Sema *sema, const AstExpr *name, const char *why) {
    Diag *diag =
        diag_add(sema->diags, N0501, name->span, "cannot read `%s`: %s" FACTS("file reason"),
                 quote_text(sema, name->string.bytes, name->string.len), why);
    diag_here(diag, "not read");
}

/* A file that leads nowhere: mostly it is not there, but a loop of links is not missing. */
static void report_nowhere(Sema *sema, const AstExpr *name, const Found *found) {
    Bytes bytes;
    const char *why = found->is_std ? NULL : files_read(sema, found->path, 0, &bytes);
    if (why && strcmp(why, strerror(ENOENT)) != 0)
        report_unreadable(sema, name, why);
    else
        report_missing(sema, name, found);
}

/* N0904: from the file that is met again to the import that leads back to it. */
static void report_cycle(Sema *sema, const Module *from, const Module *again, Span where) {
    enum { SHOWN = 8 };
    const char *names[SHOWN];
    size_t n = 0;
    const Module *at = from;
    for (; n < SHOWN; at = at->importer) {
        const char *name = sema->sources->files.at[at->ast->file]->name;
        names[n++] = quote_text(sema, name, strlen(name));
        if (at == again) break;
    }
    Text text = text_in(sema->arena);
    const char *first = sema->sources->files.at[again->ast->file]->name;
    first = quote_text(sema, first, strlen(first));
    if (n == SHOWN && at != again) text_printf(&text, "%s → … → ", first);
    while (n > 0) text_printf(&text, "%s → ", names[--n]);
    Diag *diag = diag_add(sema->diags, N0904, where, "import cycle %s%s" FACTS("- file"),
                          text_str(&text), first);
    diag_here(diag, "leads back to a file that is being read");
}

static Module *read_before(Sema *sema, const char *identity) {
    for (size_t i = 0; i < sema->modules.len; i++)
        if (sema->modules.at[i]->identity == identity) return sema->modules.at[i];
    return NULL;
}

/* The bytes of a file, within what is left of those that all files may have. */
static const char *read_file(Sema *sema, const char *path, Bytes *out) {
    size_t total = 0;
    for (size_t i = 0; i < sema->sources->files.len; i++) total += sema->sources->files.at[i]->len;
    size_t most = sema->options->max_source_bytes;
    return files_read(sema, path, total < most ? most - total : 0, out);
}

/* N0903 for every statement that only a main file has. */
static void refuse_statements(Sema *sema, const Module *module) {
    static const char *const words[] = {[AST_MODEL] = "model",
                                        [AST_WEIGHTS] = "weights",
                                        [AST_INPUT] = "input",
                                        [AST_OUTPUT] = "output"};
    for (size_t i = 0; i < module->ast->items.len; i++) {
        const AstItem *item = module->ast->items.at[i];
        bool is_value = item->kind == AST_BIND;
        if (!is_value && (item->kind >= sizeof words / sizeof *words || !words[item->kind]))
            continue;
        Diag *diag = diag_add(
            sema->diags, N0903, item->span, "an imported file cannot have %s`%s`" FACTS("- item"),
            is_value ? "the value " : "", is_value ? item->bind.names[0].text : words[item->kind]);
        diag_here(diag, "a statement of a main file");
        diag_note(diag, "an imported file holds `import`, `let` and `def`");
    }
}

static Module *add_module(Sema *sema, const Ast *ast, const char *identity, Module *importer) {
    Module *module = ARENA_NEW(sema->arena, Module);
    *module = (Module){.ast = ast, .importer = importer};
    if (identity) module->identity = intern(sema->interner, identity, strlen(identity));
    VEC_PUSH(sema->arena, &sema->modules, module);
    return module;
}

/* Declares the names of a file that was parsed and reads its imports. */
static void declare(Sema *sema, Module *module) {
    module->reading = true;
    scope_declare(sema, module);
    module->reading = false;
}

static void analyse_lets(Sema *sema, Module *module) {
    sema->scope = module->top;
    for (size_t i = 0; i < module->ast->items.len; i++) {
        const AstItem *item = module->ast->items.at[i];
        if (item->kind == AST_EDITION) sema_check_edition(item, sema->diags);
        if (item->kind == AST_LET) analyse_let(sema, item);
    }
}

static Module *load(Sema *sema, Module *from, const AstExpr *name, const Found *found) {
    Bytes bytes;
    const char *why = read_file(sema, found->path, &bytes);
    if (why) {
        report_unreadable(sema, name, why);
        return NULL;
    }
    uint32_t file = sources_add(sema->sources, found->path, bytes.data, bytes.len);
    const Ast *ast = parse_file(sema->arena, sema->interner, sema->sources, file, sema->diags);
    assert(!ast_verify(sema->arena, ast, sema->sources->files.at[file]));
    Module *module = add_module(sema, ast, found->identity, from);
    module->is_std = found->is_std || from->is_std;
    refuse_statements(sema, module);
    declare(sema, module);
    analyse_lets(sema, module);
    return module;
}

Module *module_import(Sema *sema, Module *from, const AstItem *item) {
    const AstExpr *name = item->import.path;
    if (name->string.len == 0 || strlen(name->string.bytes) != name->string.len) {
        report_missing(sema, name, NULL);
        return NULL;
    }
    Found found = find(sema, from, name->string.bytes);
    if (!found.identity) {
        report_nowhere(sema, name, &found);
        return NULL;
    }
    found.identity = intern(sema->interner, found.identity, strlen(found.identity));
    Module *known = read_before(sema, found.identity);
    if (known && known->reading) {
        report_cycle(sema, from, known, item->span);
        return NULL;
    }
    if (known) return known;
    if (sema->modules.len >= MAX_MODULES) {
        Diag *diag =
            diag_add(sema->diags, N0005, item->span,
                     "the files of this program exceed the limit %d (`netc limits`)" FACTS("limit"),
                     MAX_MODULES);
        diag_here(diag, "not read");
        return NULL;
    }
    return load(sema, from, name, &found);
}

void module_main(Sema *sema) {
    const char *path = sema->sources->files.at[sema->ast->file]->name;
    sema->module = add_module(sema, sema->ast, files_identity(sema, path), NULL);
    declare(sema, sema->module);
    sema->scope = sema->module->top;
}

Module *module_of_file(const Sema *sema, uint32_t file) {
    for (size_t i = 0; i < sema->modules.len; i++)
        if (sema->modules.at[i]->ast->file == file) return sema->modules.at[i];
    return NULL;
}
