/* The default source of parameters. */
#include "sema/weight_file.h"

#include "base/file.h"
#include "sema/eval.h"
#include "sema/suggest.h"

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
    return false;
}

static const char *place_words(Sema *sema, const char *name) {
    return quote_text(sema, name, strlen(name));
}

/* The file beside the source. The trying of fixes finds it open from the analysis itself. */
static const OpenedFile *open_once(Sema *sema, const AstExpr *expr) {
    const char *base = sema->sources->files.at[expr->span.file]->name;
    const char *path = path_beside(sema->arena, base, expr->string.bytes);
    if (sema->opened.path && strcmp(sema->opened.path, path) == 0) return &sema->opened;
    WeightFile *file = NULL;
    OpenedFile *opened = &sema->opened;
    *opened = (OpenedFile){.path = path, .why = ""};
    opened->status =
        weight_file_open(sema->arena, path, sema->options->max_weight_bytes, &file, &opened->why);
    opened->file = file;
    if (opened->status == WEIGHT_FILE_OK) sources_note(sema->sources, path);
    return opened;
}

static DefaultSource open_file(Sema *sema, const AstExpr *expr) {
    DefaultSource source = {.kind = DEFAULT_FAILED};
    const char *name = expr->string.bytes, *shown = place_words(sema, name);
    size_t len = expr->string.len;
    if (strlen(name) != len || len == 0) {
        Diag *diag = diag_add(sema->diags, N0902, expr->span, "cannot find `%s`",
                              quote_text(sema, name, len));
        diag_here(diag, "not a name of a file");
        return source;
    }
    const OpenedFile *opened = open_once(sema, expr);
    const char *why = opened->why;
    Diag *diag;
    switch (opened->status) {
    case WEIGHT_FILE_OK:
        source = (DefaultSource){.kind = DEFAULT_FILE, .file = opened->file};
        source.used = ARENA_ARRAY(sema->arena, bool, opened->file->n_tensors);
        return source;
    case WEIGHT_FILE_MISSING:
        if (sema->options->weights_may_be_missing) return source;
        diag = diag_add(sema->diags, N0902, expr->span, "cannot find `%s`", shown);
        diag_here(diag, "no such file beside this one");
        return source;
    case WEIGHT_FILE_UNREADABLE:
        diag = diag_add(sema->diags, N0501, expr->span, "cannot read `%s`: %s", shown, why);
        diag_here(diag, "not read");
        return source;
    case WEIGHT_FILE_DAMAGED:
        diag = diag_add(sema->diags, N0507, expr->span, "`%s` is damaged: %s", shown, why);
        diag_here(diag, "not used");
        return source;
    }
    return source;
}

DefaultSource default_source_open(Sema *sema) {
    DefaultSource source = {.kind = DEFAULT_NONE};
    if (!sema->weights) return source;
    const AstExpr *expr = sema->weights->weights;
    source.kind = DEFAULT_FAILED;
    if (expr->kind == AST_STRING) return open_file(sema, expr);
    if (expr->kind == AST_ERROR) return source;
    if (expr->kind == AST_CALL && strcmp(expr->call.callee.first.text, "random") == 0 &&
        !expr->call.piped) {
        if (random_seed(sema, expr, &source.seed)) source.kind = DEFAULT_RANDOM;
        return source;
    }
    Diag *diag = diag_add(sema->diags, N0105, expr->span,
                          "`weights` wants a file or `random(seed=s)`, this is %s",
                          describe_expr(sema, expr));
    diag_here(diag, "not a source of numbers");
    return source;
}

static const char *extents_text(Sema *sema, const char *axes, int rank, const int64_t *extent) {
    Text text = text_in(sema->arena);
    text_puts(&text, "[");
    for (int i = 0; i < rank; i++) {
        size_t len = strcspn(axes, " ");
        text_printf(&text, "%s%.*s%s%lld", i ? ", " : "", (int)len, axes, len ? ": " : "",
                    (long long)extent[i]);
        axes += len + (axes[len] == ' ');
    }
    text_puts(&text, "]");
    return text_str(&text);
}

/* The same extents in another order. */
static bool same_set(const WeightTensor *tensor, const Param *param) {
    bool taken[MAX_WEIGHT_RANK] = {false};
    if (tensor->rank != param->rank) return false;
    for (int i = 0; i < param->rank; i++) {
        int j = 0;
        while (j < tensor->rank && (taken[j] || tensor->extent[j] != param->extent[i])) j++;
        if (j == tensor->rank) return false;
        taken[j] = true;
    }
    return true;
}

static const WeightSource *report_shape(Sema *sema, const WeightTensor *tensor,
                                        const Param *param) {
    Diag *diag = diag_add(sema->diags, N0503, param->span, "weight `%s` has the wrong shape",
                          place_words(sema, param->key));
    diag_here(diag, "needs %s", extents_text(sema, param->axes, param->rank, param->extent));
    diag_label(diag, sema->weights->weights->span, "holds %s %s", tensor->dtype_text,
               extents_text(sema, "", tensor->rank, tensor->extent));
    if (same_set(tensor, param))
        diag_note(diag, "the sizes agree as a set: the file stores the axes in another order");
    return NULL;
}

static const WeightSource *report_dtype(Sema *sema, const WeightTensor *tensor,
                                        const Param *param) {
    Diag *diag =
        diag_add(sema->diags, N0504, param->span, "element type `%s` of `%s` is not supported",
                 place_words(sema, tensor->dtype_text), place_words(sema, param->key));
    diag_here(diag, "needs its numbers");
    diag_label(diag, sema->weights->weights->span, "in this file");
    diag_note(diag, "element types that can be read: F32, F16, BF16, F64");
    return NULL;
}

const WeightSource *file_source(Sema *sema, DefaultSource *from, const Param *param) {
    const WeightTensor *tensor = weight_file_find(from->file, param->key);
    if (!tensor) {
        if (from->n_missing++ == 0) from->first_missing = param;
        return NULL;
    }
    from->used[tensor - from->file->tensors] = true;
    bool agrees = tensor->rank == param->rank;
    for (int i = 0; agrees && i < param->rank; i++) agrees = tensor->extent[i] == param->extent[i];
    if (!agrees) return report_shape(sema, tensor, param);
    if (tensor->dtype < 0) return report_dtype(sema, tensor, param);
    WeightSource *source = ARENA_NEW(sema->arena, WeightSource);
    *source = (WeightSource){.kind = WEIGHT_TENSOR, .file = from->file, .tensor = tensor};
    for (int i = 0; i < param->rank; i++) source->axes[i] = i;
    return source;
}

/* N0502, once for a file: the first parameter stands for all. */
static void report_missing(Sema *sema, const DefaultSource *from) {
    const Param *param = from->first_missing;
    const char *key = place_words(sema, param->key);
    const char *file = place_words(sema, sema->weights->weights->string.bytes);
    Diag *diag =
        from->n_missing > 1
            ? diag_add(sema->diags, N0502, param->span,
                       "`%s` has no tensor `%s` and lacks %zu other%s", file, key,
                       from->n_missing - 1, from->n_missing == 2 ? "" : "s")
            : diag_add(sema->diags, N0502, param->span, "`%s` has no tensor `%s`", file, key);
    diag_here(diag, "needs `%s`", key);
    Suggestion suggestion = suggest_for(param->key);
    for (size_t i = 0; i < from->file->n_tensors; i++)
        if (!from->used[i]) suggest_offer(&suggestion, from->file->tensors[i].name);
    if (suggestion.best)
        diag_label(diag, sema->weights->weights->span, "has `%s`, the nearest name",
                   place_words(sema, suggestion.best));
    else
        diag_label(diag, sema->weights->weights->span, "has %zu tensors", from->file->n_tensors);
    diag_note(diag,
              "a key is the path of the layer, a dot, and `weight` or `bias`; a label such as "
              "`@\"features.0\"` replaces the path");
}

/* W0711, with the first few names. */
static void report_unused(Sema *sema, const DefaultSource *from) {
    enum { SHOWN = 4 };
    size_t n = 0;
    Text names = text_in(sema->arena);
    for (size_t i = 0; i < from->file->n_tensors; i++) {
        if (from->used[i]) continue;
        if (n < SHOWN)
            text_printf(&names, "%s`%s`", n ? ", " : "",
                        place_words(sema, from->file->tensors[i].name));
        n++;
    }
    if (n == 0) return;
    const AstExpr *expr = sema->weights->weights;
    Diag *diag =
        diag_add(sema->diags, W0711, expr->span, "%zu tensor%s of `%s` %s never used", n,
                 n == 1 ? "" : "s", place_words(sema, expr->string.bytes), n == 1 ? "is" : "are");
    diag_here(diag, "%s%s", text_str(&names), n > SHOWN ? ", …" : "");
}

void default_source_close(Sema *sema, DefaultSource *from) {
    if (from->kind != DEFAULT_FILE) return;
    if (from->n_missing > 0) report_missing(sema, from);
    /* Beside errors the unused tensors may be those of the layers that failed. */
    if (sema->diags->n_errors == 0) report_unused(sema, from);
}
