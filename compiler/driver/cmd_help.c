/* `netc help [TOPIC]` and `netc COMMAND --help`. A topic is a command, or one of
 * topics.def. */
#include "driver/commands.h"
#include "driver/console.h"
#include "driver/manual.h"

ExitStatus cmd_help(Arena *arena, const Options *options) {
    CommandKind about = options->command;
    Text text = text_in(arena);
    if (about == CMD_HELP && options->files.len > 0 && topic_print(&text, options->files.at[0]))
        return console_print(&text);
    if (about == CMD_HELP && options->files.len > 0) {
        const char *wrong = command_find(arena, options->files.at[0], &about);
        if (wrong) return console_usage(COMMANDS, wrong);
    } else if (about == CMD_HELP && !options->help) {
        about = COMMANDS;
    }
    help_print(&text, about);
    return console_print(&text);
}
