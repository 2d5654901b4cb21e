/* `netc check`: the front half alone, for any number of files. */
#include "driver/commands.h"
#include "driver/front.h"

ExitStatus cmd_check(Arena *arena, const Options *options) {
    (void)arena; /* each file has its own */
    ExitStatus worst = STATUS_DONE;
    for (size_t i = 0; i < options->files.len; i++) {
        Arena *each = arena_create();
        Compilation compilation;
        ExitStatus status =
            front_load(each, options, options->files.at[i], GOAL_SHAPES, &compilation);
        if (status > worst) worst = status;
        arena_destroy(each);
    }
    return worst;
}
