/* `netc help [COMMAND]` and `netc COMMAND --help`. */
#include "driver/commands.h"
#include "driver/console.h"

ExitStatus cmd_help(Arena *arena, const Options *options) {
    CommandKind about = options->command;
    if (about == CMD_HELP && options->files.len > 0) {
        const char *wrong = command_find(arena, options->files.at[0], &about);
        if (wrong) return console_usage(COMMANDS, wrong);
    } else if (about == CMD_HELP && !options->help) {
        about = COMMANDS;
    }
    Text text = text_in(arena);
    help_print(&text, about);
    return console_print(&text);
}
