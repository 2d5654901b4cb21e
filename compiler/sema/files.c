/* One place that asks whether the disk or a list is meant. */
#include "sema/files.h"

#include "sema/sema.h"

#include <string.h>

/* The uppermost of the files that are listed under this path; NULL if there is none. */
static const SemaFile *listed(const SemaFiles *files, const char *path) {
    for (; files; files = files->under)
        for (size_t i = 0; i < files->n; i++)
            if (strcmp(files->at[i].path, path) == 0) return &files->at[i];
    return NULL;
}

static bool is_library(const Sema *sema, const char *path) {
    for (size_t i = 0; i < sema->options->n_library; i++) {
        const char *folder = sema->options->library[i];
        if (strncmp(path, folder, strlen(folder)) == 0) return true;
    }
    return false;
}

/* True if files that are not listed are looked for on the disk. */
static bool has_disk(const Sema *sema, const char *path) {
    const SemaFiles *files = sema->options->instead;
    while (files && !files->alone) files = files->under;
    return !files || is_library(sema, path);
}

const char *files_identity(Sema *sema, const char *path) {
    if (has_disk(sema, path)) return path_canonical(sema->arena, path);
    return listed(sema->options->instead, path) ? path : NULL;
}

/* Why a listed file cannot be read. */
static const char *refusal(const SemaFile *file, size_t limit) {
    if (!file) return "No such file or directory";
    if (!file->bytes) return "is not a regular file";
    return file->len > limit ? "is too large" : NULL;
}

const char *files_read(Sema *sema, const char *path, size_t limit, Bytes *out) {
    const SemaFile *file = listed(sema->options->instead, path);
    if (!file && has_disk(sema, path)) return file_read(sema->arena, path, limit, out);
    const char *why = refusal(file, limit);
    if (!why) *out = (Bytes){file->bytes, file->len};
    return why;
}

WeightFileStatus files_open_weights(Sema *sema, const char *path, WeightFile **out,
                                    const char **why) {
    size_t limit = sema->options->max_weight_bytes;
    const SemaFile *file = listed(sema->options->instead, path);
    if (!file && has_disk(sema, path)) return weight_file_open(sema->arena, path, limit, out, why);
    *why = refusal(file, limit);
    if (!file) return WEIGHT_FILE_MISSING;
    if (*why) return WEIGHT_FILE_UNREADABLE;
    return weight_file_parse(sema->arena, path, file->bytes, file->len, out, why);
}
