/* `netc`: everything that needs no code generator, and the supervisor of what does. */
#include "driver/commands.h"
#include "driver/console.h"
#include "driver/sink.h"
#include "driver/supervise.h"

static ExitStatus run_command(Arena *arena, const Options *options, char *const *argv) {
    if (options->help) return cmd_help(arena, options);
    if (options->version) return cmd_version(arena, options);
    if (command_info(options->command)->home == HOME_BACKEND)
        return supervise(arena, options, argv);
    switch (options->command) {
    case CMD_CHECK: return cmd_check(arena, options);
    case CMD_SOLVE: return cmd_solve(arena, options);
    case CMD_SUMMARY: return cmd_summary(arena, options);
    case CMD_EXPORT: return cmd_export(arena, options);
    case CMD_FMT: return cmd_fmt(arena, options);
    case CMD_IMPORT: return cmd_import(arena, options);
    case CMD_INSPECT: return cmd_inspect(arena, options);
    case CMD_EXPLAIN: return cmd_explain(arena, options);
    case CMD_LIMITS: return cmd_limits(arena, options);
    case CMD_TARGETS: return cmd_targets(arena, options);
    case CMD_CPUS: return cmd_cpus(arena, options);
    case CMD_VERSION: return cmd_version(arena, options);
    default: return cmd_help(arena, options);
    }
}

int main(int argc, char **argv) {
    console_begin();
    Arena *arena = arena_create();
    Options options;
    const char *wrong = options_parse(arena, argc, argv, &options);
    ExitStatus status = STATUS_USAGE;
    if (wrong) {
        console_usage(options.command, wrong);
    } else {
        options.sink = sink_open(arena, &options);
        status = sink_close(options.sink, run_command(arena, &options, argv));
    }
    arena_destroy(arena);
    return status;
}
