/* `netc check`: the front half alone, for any number of files; with --fix, mended first. */
#include "driver/commands.h"
#include "driver/front.h"
#include "driver/mend.h"

ExitStatus cmd_check(Arena *arena, const Options *options) {
    (void)arena; /* each file has its own */
    ExitStatus worst = STATUS_DONE;
    for (size_t i = 0; i < options->files.len; i++) {
        Arena *each = arena_create();
        const char *path = options->files.at[i];
        Compilation compilation;
        ExitStatus status = options->fix
                                ? mend(each, options, path)
                                : front_load(each, options, path, GOAL_SHAPES, &compilation);
        if (status > worst) worst = status;
        arena_destroy(each);
    }
    return worst;
}
