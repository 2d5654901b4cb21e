/* Names of outputs, and of what is left of them when the back end dies. */
#include "driver/outputs.h"

#include "base/file.h"
#include "plan/cpu_model.h"

#include <dirent.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/** What is usual for an output of `build`. */
typedef struct EmitInfo {
    const char *suffix; /* NULL: to be read, so it goes to standard output */
    bool has_header;    /* a header says how to call it */
    bool is_object;
} EmitInfo;

static const EmitInfo emits[] = {
    [EMITS_OBJECT] = {".o", true, true},   [EMITS_ASSEMBLY] = {".s", true, false},
    [EMITS_LLVM] = {".ll", true, false},   [EMITS_BITCODE] = {".bc", true, false},
    [EMITS_LOOP] = {NULL, false, false},   [EMITS_PLAN] = {NULL, false, false},
    [EMITS_GRAPH] = {NULL, false, false},  [EMITS_AST] = {NULL, false, false},
    [EMITS_HEADER] = {".h", false, false}, [EMITS_ARCHIVE] = {".a", true, true},
    [EMITS_SHARED] = {".so", true, true},
};

bool emit_is_object(Emit emit) { return emits[emit].is_object; }

static const char *last(const Options *options) {
    return options->outputs.len ? options->outputs.at[options->outputs.len - 1] : NULL;
}

/* The stem of the source, in the current folder. */
static const char *default_output(Arena *arena, const Options *options, const char *suffix) {
    const char *source = options->files.at[0];
    const char *stem = strcmp(source, "-") == 0 ? "stdin" : path_stem(arena, source);
    return arena_printf(arena, "%s%s", stem, suffix);
}

static bool same_file(const char *a, const char *b) {
    struct stat first, second;
    if (strcmp(a, "-") == 0 || strcmp(b, "-") == 0) return false;
    if (stat(a, &first) != 0 || stat(b, &second) != 0 || !S_ISREG(first.st_mode)) return false;
    return first.st_dev == second.st_dev && first.st_ino == second.st_ino;
}

/* A file beside the object, with the object's stem. */
static const char *beside(Arena *arena, const char *output, const char *suffix) {
    return path_beside(arena, output,
                       arena_printf(arena, "%s%s", path_stem(arena, output), suffix));
}

static const char *choose_weights(Arena *arena, const Options *options, BuildPaths *out) {
    if (options->weights && !options->weights_extern)
        return "`--weights-file` goes with `--weights=extern`";
    if (options->weights && !emits[options->emit].has_header)
        return "`--weights-file` goes with `--emit=obj`, `asm`, `llvm`, `bc`, `archive` or "
               "`shared`";
    out->weights = options->weights;
    if (!options->weights_extern || out->weights || !emit_is_object(options->emit)) return NULL;
    if (!file_is_replaceable(out->output))
        return "`--weights=extern` needs `--weights-file` where the object is no regular file";
    out->weights = beside(arena, out->output, ".weights");
    return NULL;
}

/* NULL, or which two of the files are one. */
static const char *find_collision(const Options *options, const BuildPaths *paths) {
    const char *source = options->files.at[0];
    const char *files[] = {paths->output, paths->header, paths->weights, paths->depfile};
    for (int i = 0; i < MAX_BUILD_FILES; i++) {
        if (!files[i]) continue;
        for (int k = 0; k < i; k++)
            if (files[k] && strcmp(files[i], files[k]) == 0)
                return i == 1 ? "the object and its header would be the same file"
                              : "two outputs would be the same file";
        if (same_file(files[i], source)) return "an output would overwrite the source";
    }
    return NULL;
}

/* Libraries of the formats whose linkers take what we make: archives with the index of System V,
 * and what a linker of this machine can share. */
static const char *check_format(const Options *options) {
    const CpuTarget *target = options->target ? cpu_target_find(options->target) : NULL;
    if (!target || target->format == FORMAT_ELF) return NULL;
    if (options->emit == EMITS_SHARED) return "`--emit=shared` is for targets with ELF objects";
    if (options->emit == EMITS_ARCHIVE && target->format == FORMAT_MACHO)
        return "`--emit=archive` is not for targets with Mach-O objects";
    return NULL;
}

const char *build_paths(Arena *arena, const Options *options, BuildPaths *out) {
    if (options->header && !emits[options->emit].has_header)
        return "`--header` goes with `--emit=obj`, `asm`, `llvm`, `bc`, `archive` or `shared`";
    *out = (BuildPaths){
        .output = last(options), .header = options->header, .depfile = options->depfile};
    const char *suffix = emits[options->emit].suffix;
    if (!out->output) out->output = suffix ? default_output(arena, options, suffix) : "-";
    if (out->depfile && strcmp(out->output, "-") == 0)
        return "`--depfile` needs an output that is a file";
    if (emit_is_object(options->emit) && !out->header && file_is_replaceable(out->output))
        out->header = beside(arena, out->output, ".h");
    const char *wrong = choose_weights(arena, options, out);
    if (!wrong) wrong = check_format(options);
    return wrong ? wrong : find_collision(options, out);
}

const char *export_path(Arena *arena, const Options *options, const char **out) {
    *out = last(options);
    if (!*out) *out = default_output(arena, options, ".onnx");
    return same_file(*out, options->files.at[0]) ? "the output would overwrite the source" : NULL;
}

static void remove_temporaries(Arena *arena, const BuildPaths *paths, long process) {
    const char *files[] = {paths->output, paths->header, paths->weights, paths->depfile};
    for (int i = 0; i < MAX_BUILD_FILES; i++)
        for (size_t number = 0; files[i] && number < BUILD_TEMPORARIES; number++)
            unlink(file_temporary(arena, files[i], process, number));
}

/* Those of a folder whose files have names that only the back end knows. */
static void remove_from_folder(Arena *arena, const char *folder, long process) {
    const char *start = arena_printf(arena, ".netc-%ld-", process);
    DIR *all = opendir(folder);
    if (!all) return;
    for (struct dirent *entry; (entry = readdir(all)) != NULL;)
        if (strncmp(entry->d_name, start, strlen(start)) == 0)
            unlink(arena_printf(arena, "%s/%s", folder, entry->d_name));
    closedir(all);
}

void outputs_remove_temporaries(Arena *arena, const Options *options, long process) {
    BuildPaths paths;
    if (options->command == CMD_BUILD && !build_paths(arena, options, &paths))
        remove_temporaries(arena, &paths, process);
    if (options->dump) remove_from_folder(arena, options->dump, process);
    for (size_t i = 0; options->command == CMD_RUN && i < options->outputs.len; i++) {
        /* NAME=FILE or a FILE with a = in its name: only the back end knows which. */
        const char *path = options->outputs.at[i], *equals = strchr(path, '=');
        unlink(file_temporary(arena, path, process, i));
        if (equals) unlink(file_temporary(arena, equals + 1, process, i));
    }
}
