/* `netc fmt`: each file to the one style, in place; - from standard input to standard output. A
 * file that has that style already is not touched, nor is one that could not be read as .net. What
 * --solve and --pin write in is there before the text is formatted. */
#include "base/file.h"
#include "driver/commands.h"
#include "driver/console.h"
#include "driver/fill_in.h"
#include "driver/front.h"
#include "driver/layer_styles.h"
#include "sema/sema.h"

#include <stdio.h>
#include <string.h>

/* The text of `path`, be it a network or not. */
static ExitStatus read_text(Arena *arena, const Options *options, const char *path,
                            Compilation *compilation, Bytes *text) {
    ExitStatus status = front_load(arena, options, path, GOAL_AST, compilation);
    if (status != STATUS_DONE) return status;
    sema_check_edition(compilation->ast->items.at[0], &compilation->diags);
    if (compilation->diags.n_errors > 0) return front_report(compilation);
    const SourceFile *file = compilation->sources.files.at[compilation->ast->file];
    *text = (Bytes){file->text, file->len};
    return STATUS_DONE;
}

/* What `path` becomes; STATUS_DONE, or another status after a message. */
static ExitStatus format_file(Arena *arena, const Options *options, const char *path,
                              const SourceFile **before, Text *after) {
    Compilation compilation;
    Bytes text;
    bool fills = options->solve || options->pin;
    ExitStatus status = fills ? fill_in(arena, options, path, &compilation, &text)
                              : read_text(arena, options, path, &compilation, &text);
    if (status != STATUS_DONE) return status;
    *before = compilation.sources.files.at[compilation.ast->file];
    LayerStyles styles = layer_styles(arena);
    *after = text_in(arena);
    switch (format_source(&styles, (*before)->name, text.data, text.len, MAX_SOURCE_BYTES,
                          &compilation.diags, after)) {
    case FORMAT_DONE: return STATUS_DONE;
    case FORMAT_FAULTS: return front_report(&compilation);
    case FORMAT_TOO_LONG:
        return console_fail(STATUS_INPUT, "%s: formatted, it would be larger than %d bytes",
                            console_quote(arena, (*before)->name), MAX_SOURCE_BYTES);
    case FORMAT_DIFFERS: break;
    }
    return console_fail(STATUS_INTERNAL,
                        "internal error: formatting %s would change what it says; it is left as it "
                        "is",
                        console_quote(arena, (*before)->name));
}

static ExitStatus write_file(Arena *arena, const char *path, const SourceFile *before,
                             const Text *after) {
    const char *target = strcmp(path, "-") == 0 ? NULL : path_canonical(arena, path);
    OutputFile file = {.path = target ? target : path,
                       .data = text_str(after),
                       .len = after->len}; /* not a link to it */
    bool same = before->len == after->len && memcmp(before->text, file.data, file.len) == 0;
    return same && strcmp(path, "-") != 0 ? STATUS_DONE : console_write(arena, &file, 1);
}

static ExitStatus check_file(Arena *arena, const Options *options, const SourceFile *before,
                             const Text *after) {
    if (before->len == after->len && memcmp(before->text, text_str(after), after->len) == 0)
        return STATUS_DONE;
    return console_fail(STATUS_INPUT, "%s is not formatted; `netc fmt%s%s` does it",
                        console_quote(arena, before->name), options->solve ? " --solve" : "",
                        options->pin ? " --pin" : "");
}

ExitStatus cmd_fmt(Arena *arena, const Options *options) {
    (void)arena; /* each file has its own */
    ExitStatus worst = STATUS_DONE;
    for (size_t i = 0; i < options->files.len; i++) {
        const char *path = options->files.at[i];
        Arena *each = arena_create();
        const SourceFile *before = NULL;
        Text after;
        ExitStatus status = format_file(each, options, path, &before, &after);
        if (status == STATUS_DONE)
            status = options->check_style ? check_file(each, options, before, &after)
                                          : write_file(each, path, before, &after);
        if (status > worst) worst = status;
        arena_destroy(each);
    }
    return worst;
}
