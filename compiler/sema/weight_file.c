/* Files of weights, each opened once, and the default source of parameters. */
#include "sema/weight_file.h"

#include "base/file.h"
#include "base/suggest.h"
#include "sema/eval.h"
#include "sema/files.h"
#include "sema/weight_tensor.h"

#include <stdio.h>
#include <string.h>

bool random_seed(Sema *sema, const AstExpr *expr, uint64_t *out) {
    int64_t seed;
    if (expr->call.n_args == 1 && expr->call.args[0].kind == AST_ARG_NAMED &&
        strcmp(expr->call.args[0].name.text, "seed") == 0) {
        if (!eval_integer(sema, expr->call.args[0].value, "`seed`", &seed)) return false;
        *out = (uint64_t)seed;
        return true;
    }
    Diag *diag = diag_add(sema->diags, N0204, expr->span, "`random` needs `seed` and nothing else");
    diag_here(diag, "write `random(seed=1)`");
    diag_note(diag, "why: the same seed gives the same numbers on every machine");
    if (expr->call.n_args != 1) return false;
    const AstArg *arg = &expr->call.args[0];
    if (arg->kind == AST_ARG_NAMED) {
        diag_edit(diag_help(diag, FIX_MAYBE, "use `seed`"), arg->name.span, "seed");
    } else if (arg->kind == AST_ARG_POSITIONAL) {
        diag_edit(diag_help(diag, FIX_AUTO, "the number is the seed"), span_start(arg->span),
                  "seed=");
    }
    return false;
}

static const char *place_words(Sema *sema, const char *name) {
    return quote_text(sema, name, strlen(name));
}

/* The file at `path`. The trying of fixes finds those of the analysis itself open. */
static const OpenedFile *open_once(Sema *sema, const char *path) {
    const char *key = intern(sema->interner, path, strlen(path));
    OpenedFile *opened = name_map_get(&sema->opened, key);
    if (opened) return opened;
    if (sema->before) {
        Interner *interner = sema->before->interner;
        opened = name_map_get(&sema->before->opened, intern(interner, path, strlen(path)));
        if (opened) return opened;
    }
    WeightFile *file = NULL;
    opened = ARENA_NEW(sema->arena, OpenedFile);
    opened->status = files_open_weights(sema, path, &file, &opened->why);
    opened->file = file;
    if (opened->status == WEIGHT_FILE_OK) sources_note(sema->sources, path);
    name_map_put(sema->arena, &sema->opened, key, opened);
    return opened;
}

const WeightFile *weight_file_named(Sema *sema, const AstExpr *expr) {
    const char *name = expr->string.bytes, *shown = place_words(sema, name);
    size_t len = expr->string.len;
    if (strlen(name) != len || len == 0) {
        Diag *diag = diag_add(sema->diags, N0902, expr->span, "cannot find `%s`" FACTS("file"),
                              quote_text(sema, name, len));
        diag_here(diag, "not a name of a file");
        return NULL;
    }
    const char *base = sema->sources->files.at[expr->span.file]->name;
    const OpenedFile *opened = open_once(sema, path_beside(sema->arena, base, name));
    Diag *diag;
    switch (opened->status) {
    case WEIGHT_FILE_OK: return opened->file;
    case WEIGHT_FILE_MISSING:
        if (sema->options->weights_may_be_missing) return NULL;
        diag = diag_add(sema->diags, N0902, expr->span, "cannot find `%s`" FACTS("file"), shown);
        diag_here(diag, "no such file beside this one");
        return NULL;
    case WEIGHT_FILE_UNREADABLE:
        diag = diag_add(sema->diags, N0501, expr->span, "cannot read `%s`: %s" FACTS("file reason"),
                        shown, opened->why);
        diag_here(diag, "not read");
        return NULL;
    case WEIGHT_FILE_DAMAGED:
        diag = diag_add(sema->diags, N0507, expr->span, "`%s` is damaged: %s" FACTS("file reason"),
                        shown, opened->why);
        diag_here(diag, "not used");
        return NULL;
    }
    return NULL;
}

DefaultSource default_source_open(Sema *sema) {
    DefaultSource source = {.kind = DEFAULT_NONE};
    if (!sema->weights) return source;
    const AstExpr *expr = sema->weights->weights;
    source.kind = DEFAULT_FAILED;
    if (expr->kind == AST_STRING) {
        source.file = weight_file_named(sema, expr);
        if (source.file) source.kind = DEFAULT_FILE;
        return source;
    }
    if (expr->kind == AST_ERROR) return source;
    if (expr->kind == AST_CALL && strcmp(expr->call.callee.first.text, "random") == 0 &&
        !expr->call.piped) {
        if (random_seed(sema, expr, &source.seed)) source.kind = DEFAULT_RANDOM;
        return source;
    }
    Diag *diag = diag_add(sema->diags, N0105, expr->span,
                          "`weights` wants a file or `random(seed=s)`, this is %s" FACTS("given"),
                          describe_expr(sema, expr));
    diag_here(diag, "not a source of numbers");
    if (expr->kind != AST_CALL || expr->call.piped || expr->call.callee.second.text) return source;
    Suggestion suggestion = suggest_among_few(expr->call.callee.first.text);
    suggest_offer(&suggestion, "random");
    suggest_edits(&suggestion, diag, expr->call.callee.span);
    return source;
}

const WeightSource *file_source(Sema *sema, DefaultSource *from, const PendingParam *pending) {
    const WeightTensor *tensor = weight_file_find(from->file, pending->param->key);
    if (!tensor) {
        if (from->n_missing++ == 0) from->first_missing = pending->param;
        return NULL;
    }
    TensorRequest request = {.param = pending->param,
                             .node = pending->node,
                             .call = pending->call,
                             .role = pending->role->name,
                             .file = sema->weights->weights,
                             .key = pending->param->key};
    return tensor_source(sema, &request, from->file, tensor);
}

/* Which tensors of a file some parameter uses. */
static bool *used_of(Sema *sema, const WeightFile *file) {
    bool *used = ARENA_ARRAY(sema->arena, bool, file->n_tensors);
    for (size_t i = 0; i < sema->used.len; i++) {
        uintptr_t at = (uintptr_t)sema->used.at[i], first = (uintptr_t)file->tensors;
        if (at >= first && at < first + file->n_tensors * sizeof file->tensors[0])
            used[sema->used.at[i] - file->tensors] = true;
    }
    return used;
}

/* The first few names among the tensors that are not used, and how many there are. */
static const char *unused_names(Sema *sema, const WeightFile *file, size_t *n) {
    enum { SHOWN = 4 };
    *n = 0;
    Text names = text_in(sema->arena);
    const bool *used = used_of(sema, file);
    for (size_t i = 0; i < file->n_tensors; i++) {
        if (used[i]) continue;
        if (*n < SHOWN)
            text_printf(&names, "%s`%s`", *n ? ", " : "", place_words(sema, file->tensors[i].name));
        ++*n;
    }
    if (*n > SHOWN) text_puts(&names, ", …");
    return text_str(&names);
}

/* What a file has instead of the tensor that is wanted: mostly the names of another framework. */
static void label_tensors(Sema *sema, Diag *diag, Span where, const WeightFile *file) {
    size_t unused;
    const char *names = unused_names(sema, file, &unused);
    if (unused)
        diag_label(diag, where, "has %s", names);
    else
        diag_label(diag, where, "has %zu tensor%s, all used", file->n_tensors,
                   file->n_tensors == 1 ? "" : "s");
}

void report_no_tensor(Sema *sema, const WeightFile *file, const AstExpr *where, const Param *param,
                      const char *key, size_t others) {
    const char *shown = place_words(sema, key), *name = place_words(sema, where->string.bytes);
    Diag *diag = others > 0 ? diag_add(sema->diags, N0502, param->span,
                                       "`%s` has no tensor `%s` and lacks %zu other%s" FACTS(
                                           "file tensor others -"),
                                       name, shown, others, others == 1 ? "" : "s")
                            : diag_add(sema->diags, N0502, param->span,
                                       "`%s` has no tensor `%s`" FACTS("file tensor"), name, shown);
    diag_here(diag, "needs `%s`", shown);
    Suggestion suggestion = suggest_for(key);
    bool *used = used_of(sema, file);
    size_t n = may_search(sema) ? file->n_tensors : 0;
    for (size_t i = 0; i < n; i++)
        if (!used[i]) suggest_offer(&suggestion, file->tensors[i].name);
    if (suggestion.best)
        diag_label(diag, where->span, "has `%s`, the nearest name",
                   place_words(sema, suggestion.best));
    else
        label_tensors(sema, diag, where->span, file);
    diag_note(diag,
              "a key is the path of the layer, a dot, and `weight` or `bias`; a label such as "
              "`@\"features.0\"` replaces the path");
}

/* W0711, with the first few names. */
static void report_unused(Sema *sema, const DefaultSource *from) {
    size_t n;
    const char *names = unused_names(sema, from->file, &n);
    if (n == 0) return;
    const AstExpr *expr = sema->weights->weights;
    Diag *diag =
        diag_add(sema->diags, W0711, expr->span,
                 "%zu tensor%s of `%s` %s never used" FACTS("tensors - file -"), n,
                 n == 1 ? "" : "s", place_words(sema, expr->string.bytes), n == 1 ? "is" : "are");
    diag_here(diag, "%s", names);
}

void default_source_close(Sema *sema, DefaultSource *from) {
    if (from->kind != DEFAULT_FILE) return;
    if (from->n_missing > 0)
        report_no_tensor(sema, from->file, sema->weights->weights, from->first_missing,
                         from->first_missing->key, from->n_missing - 1);
    /* Beside errors the unused tensors may be those of the layers that failed. */
    if (sema->diags->n_errors == 0) report_unused(sema, from);
}
