/* `netc solve`: the numbers of one layer, or the sizes of a network. */
#include "driver/commands.h"
#include "driver/console.h"
#include "driver/solve.h"

ExitStatus cmd_solve(Arena *arena, const Options *options) {
    if (options->files.len == 3) return solve_layer(arena, options);
    return console_usage(CMD_SOLVE, "`netc solve` needs a layer and two sizes, as in: netc solve "
                                    "'conv(k=?, s=?, p=?)' 224 56");
}
