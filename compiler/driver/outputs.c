/* Names of outputs, and of what is left of them when the back end dies. */
#include "driver/outputs.h"

#include "base/file.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* By Emit; NULL: to be read, so it goes to standard output. */
static const char *const suffixes[] = {".o", ".s", ".ll", NULL, NULL, NULL, NULL, ".h"};

static const char *last(const Options *options) {
    return options->outputs.len ? options->outputs.at[options->outputs.len - 1] : NULL;
}

static const char *default_output(Arena *arena, const Options *options) {
    const char *suffix = suffixes[options->emit], *source = options->files.at[0];
    if (!suffix) return "-";
    const char *stem = strcmp(source, "-") == 0 ? "stdin" : path_stem(arena, source);
    return arena_printf(arena, "%s%s", stem, suffix);
}

static bool same_file(const char *a, const char *b) {
    struct stat first, second;
    if (strcmp(a, "-") == 0 || strcmp(b, "-") == 0) return false;
    if (stat(a, &first) != 0 || stat(b, &second) != 0 || !S_ISREG(first.st_mode)) return false;
    return first.st_dev == second.st_dev && first.st_ino == second.st_ino;
}

const char *build_paths(Arena *arena, const Options *options, BuildPaths *out) {
    bool is_object = options->emit == EMITS_OBJECT;
    if (options->header && options->emit > EMITS_LLVM)
        return "`--header` goes with `--emit=obj`, `asm` or `llvm`";
    *out = (BuildPaths){.output = last(options), .header = options->header};
    if (!out->output) out->output = default_output(arena, options);
    if (is_object && !out->header && file_is_replaceable(out->output))
        out->header = path_beside(arena, out->output,
                                  arena_printf(arena, "%s.h", path_stem(arena, out->output)));
    if (out->header && strcmp(out->output, out->header) == 0)
        return "the object and its header would be the same file";
    const char *source = options->files.at[0];
    if (same_file(out->output, source) || (out->header && same_file(out->header, source)))
        return "an output would overwrite the source";
    return NULL;
}

void outputs_remove_temporaries(Arena *arena, const Options *options, long process) {
    if (options->command == CMD_BUILD) {
        BuildPaths paths;
        if (build_paths(arena, options, &paths)) return;
        unlink(file_temporary(arena, paths.output, process, 0));
        if (paths.header) unlink(file_temporary(arena, paths.header, process, 1));
    }
    for (size_t i = 0; options->command == CMD_RUN && i < options->outputs.len; i++) {
        /* NAME=FILE or a FILE with a = in its name: only the back end knows which. */
        const char *path = options->outputs.at[i], *equals = strchr(path, '=');
        unlink(file_temporary(arena, path, process, i));
        if (equals) unlink(file_temporary(arena, equals + 1, process, i));
    }
}
