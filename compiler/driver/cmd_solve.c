/* `netc solve`: the numbers of one layer, or the sizes of a network. */
#include "driver/commands.h"
#include "driver/console.h"
#include "driver/solve.h"

ExitStatus cmd_solve(Arena *arena, const Options *options) {
    bool network = options->wanted || options->ambiguity;
    if (options->files.len == 3 && !network) return solve_layer(arena, options);
    if (options->files.len == 1 && network) return solve_network(arena, options);
    return console_usage(
        CMD_SOLVE, "`netc solve` needs a layer and two sizes: netc solve 'conv(k=?, s=?)' 224 "
                   "56; or a file: netc solve FILE.net --output 28x28");
}
