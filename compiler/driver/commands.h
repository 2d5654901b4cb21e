/* One function per subcommand, in cmd_*.c. Each prints its own messages and gives its exit
 * status. */
#ifndef NETC_DRIVER_COMMANDS_H
#define NETC_DRIVER_COMMANDS_H

#include "base/arena.h"
#include "driver/options.h"

/* In netc. */
ExitStatus cmd_check(Arena *arena, const Options *options);
ExitStatus cmd_solve(Arena *arena, const Options *options);
ExitStatus cmd_summary(Arena *arena, const Options *options);
ExitStatus cmd_export(Arena *arena, const Options *options);
ExitStatus cmd_fmt(Arena *arena, const Options *options);
ExitStatus cmd_import(Arena *arena, const Options *options);
ExitStatus cmd_inspect(Arena *arena, const Options *options);
ExitStatus cmd_explain(Arena *arena, const Options *options);
ExitStatus cmd_limits(Arena *arena, const Options *options);
ExitStatus cmd_targets(Arena *arena, const Options *options);
ExitStatus cmd_cpus(Arena *arena, const Options *options);
ExitStatus cmd_help(Arena *arena, const Options *options);
ExitStatus cmd_version(Arena *arena, const Options *options);

/* In netc-backend. */
ExitStatus cmd_build(Arena *arena, const Options *options);
ExitStatus cmd_run(Arena *arena, const Options *options);
ExitStatus cmd_verify(Arena *arena, const Options *options);
ExitStatus cmd_bench(Arena *arena, const Options *options);

#endif
