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

/* What is formatted. */
typedef struct Job {
    const char *name; /* as messages call it, quoted */
    Bytes before;     /* what the file holds */
    Bytes text;       /* that with what was filled in */
    Text after;
} Job;

static void take_source(Arena *arena, const Compilation *compilation, Job *job) {
    const SourceFile *file = compilation->sources.files.at[compilation->ast->file];
    job->name = console_quote(arena, file->name);
    job->before = (Bytes){arena_strndup(arena, file->text, file->len), file->len};
}

/* Reads `path`, be it a network or not, and fills in what was asked for. */
static ExitStatus read_job(Arena *arena, const Options *options, const char *path, Job *job) {
    Arena *scratch = arena_create();
    Compilation compilation;
    Bytes text = {0};
    bool fills = options->solve || options->pin;
    ExitStatus status = fills ? fill_in(scratch, options, path, &compilation, &text)
                              : front_load(scratch, options, path, GOAL_AST, &compilation);
    if (status == STATUS_DONE && !fills) {
        sema_check_edition(compilation.ast->items.at[0], &compilation.diags);
        if (compilation.diags.n_errors > 0) status = front_report(&compilation);
    }
    if (status == STATUS_DONE) {
        take_source(arena, &compilation, job);
        job->text = job->before;
        if (fills) job->text = (Bytes){arena_strndup(arena, text.data, text.len), text.len};
    }
    arena_destroy(scratch);
    return status;
}

/* Formats the text, which was read without a fault before. */
static ExitStatus format_job(Arena *arena, Job *job) {
    Sources sources = {.arena = arena};
    Diags diags = diags_in(arena, &sources);
    LayerStyles styles = layer_styles(arena);
    job->after = text_in(arena);
    switch (format_source(&styles, job->name, job->text.data, job->text.len, MAX_SOURCE_BYTES,
                          &diags, &job->after)) {
    case FORMAT_DONE: return STATUS_DONE;
    case FORMAT_TOO_LONG:
        return console_fail(STATUS_INPUT, "%s: formatted, it would be larger than %d bytes",
                            job->name, MAX_SOURCE_BYTES);
    case FORMAT_FAULTS:
    case FORMAT_DIFFERS: break;
    }
    return console_fail(STATUS_INTERNAL,
                        "internal error: formatting %s would change what it says; it is left as it "
                        "is",
                        job->name);
}

static bool is_formatted(const Job *job) {
    return job->before.len == job->after.len &&
           memcmp(job->before.data, text_str(&job->after), job->after.len) == 0;
}

static ExitStatus write_file(Arena *arena, const char *path, const Job *job) {
    bool filter = strcmp(path, "-") == 0;
    if (is_formatted(job) && !filter) return STATUS_DONE;
    const char *target = filter ? NULL : path_canonical(arena, path); /* not a link to it */
    OutputFile file = {
        .path = target ? target : path, .data = text_str(&job->after), .len = job->after.len};
    return console_write(arena, &file, 1);
}

static ExitStatus check_file(const Options *options, const Job *job) {
    if (is_formatted(job)) return STATUS_DONE;
    return console_fail(STATUS_INPUT, "%s is not formatted; `netc fmt%s%s` does it", job->name,
                        options->solve ? " --solve" : "", options->pin ? " --pin" : "");
}

ExitStatus cmd_fmt(Arena *arena, const Options *options) {
    (void)arena; /* each file has its own */
    ExitStatus worst = STATUS_DONE;
    for (size_t i = 0; i < options->files.len; i++) {
        const char *path = options->files.at[i];
        Arena *each = arena_create();
        Job job;
        ExitStatus status = read_job(each, options, path, &job);
        if (status == STATUS_DONE) status = format_job(each, &job);
        if (status == STATUS_DONE)
            status =
                options->check_style ? check_file(options, &job) : write_file(each, path, &job);
        if (status > worst) worst = status;
        arena_destroy(each);
    }
    return worst;
}
