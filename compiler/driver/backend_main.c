/* `netc-backend`: the commands that generate code, run by `netc` under limits. */
#include "base/file.h"
#include "codegen/codegen.h"
#include "driver/backend.h"
#include "driver/commands.h"
#include "driver/console.h"
#include "driver/outputs.h"
#include "driver/sink.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void leave_half(const char *path) {
    FILE *file = fopen(path, "w");
    if (!file) return;
    fputs("half of an output", file);
    fclose(file);
}

/* Half of an output, as a crash in the middle of writing leaves it. */
static void leave_partial(Arena *arena, const Options *options) {
    BuildPaths paths;
    if (options->dump)
        leave_half(file_temporary(arena, arena_printf(arena, "%s/x.npy", options->dump),
                                  (long)getpid(), 0));
    if (options->command != CMD_BUILD || build_paths(arena, options, &paths)) return;
    const char *outputs[] = {paths.output, paths.header, paths.weights, paths.depfile};
    for (size_t i = 0; i < MAX_BUILD_FILES; i++) {
        if (!outputs[i]) continue;
        leave_half(file_temporary(arena, outputs[i], (long)getpid(), i));
    }
}

/* NETC_TEST_BACKEND=crash|hang|spin|partial misbehaves, to test the supervisor. */
static void misbehave(Arena *arena, const Options *options, const char *how) {
    if (strcmp(how, "partial") == 0) leave_partial(arena, options);
    if (strcmp(how, "crash") == 0 || strcmp(how, "partial") == 0) abort();
    while (strcmp(how, "hang") == 0) pause();
    for (volatile unsigned turns = 0; strcmp(how, "spin") == 0;) turns++;
}

/* LLVM's own way to give up is status 1, which is for errors in the input. */
static void give_up(const char *reason) {
    console_fail(STATUS_INTERNAL, "internal error in the code generator: %s", reason);
    _exit(STATUS_INTERNAL);
}

static ExitStatus run_command(Arena *arena, const Options *options) {
    switch (options->command) {
    case CMD_BUILD: return cmd_build(arena, options);
    case CMD_RUN: return cmd_run(arena, options);
    case CMD_VERIFY: return cmd_verify(arena, options);
    case CMD_BENCH: return cmd_bench(arena, options);
    default: return console_fail(STATUS_USAGE, "netc-backend is started by netc");
    }
}

int main(int argc, char **argv) {
    console_begin();
    codegen_on_fatal(give_up);
    Arena *arena = arena_create();
    Options options;
    const char *wrong = options_parse(arena, argc, argv, &options);
    if (!wrong) wrong = backend_check_options(arena, &options);
    const char *test = getenv("NETC_TEST_BACKEND");
    if (test && !wrong) misbehave(arena, &options, test);
    ExitStatus status = STATUS_USAGE;
    if (wrong) {
        console_usage(options.command, wrong);
    } else {
        options.sink = sink_open(arena, &options);
        status = sink_close(options.sink, run_command(arena, &options));
    }
    arena_destroy(arena);
    return status;
}
