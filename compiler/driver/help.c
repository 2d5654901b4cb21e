/* Help texts, made from the table of commands and options. */
#include "driver/manual.h"

#include <string.h>

enum { TEXT_COLUMN = 27 }; /* where the explanations begin */

/* One line: two spaces, the term, and its text in a column of its own, on the next line if the term
 * is too long. */
static void print_entry(Text *out, const char *term, const char *text) {
    text_printf(out, "  %s", term);
    size_t used = 2 + strlen(term);
    if (used + 1 < TEXT_COLUMN) {
        text_fill(out, ' ', TEXT_COLUMN - used);
    } else {
        text_puts(out, "\n");
        text_fill(out, ' ', TEXT_COLUMN);
    }
    text_printf(out, "%s\n", text);
}

/* "-Wall -WCODE": each word of the value behind the option's name. */
static void print_glued(Text *term, const OptionInfo *info) {
    for (const char *word = info->value; *word;) {
        size_t len = strcspn(word, "|");
        text_printf(term, "%s%s%.*s", term->len ? " " : "", info->name, (int)len, word);
        word += len + (word[len] == '|');
    }
}

const char *option_term(Arena *arena, const OptionInfo *info) {
    Text term = text_in(arena);
    if (info->syntax != SYNTAX_WARNING) text_puts(&term, info->name);
    if (info->other[0]) text_printf(&term, ", %s", info->other);
    if (info->syntax == SYNTAX_WARNING)
        print_glued(&term, info);
    else if (info->value[0])
        text_printf(&term, "%s%s", info->name[1] == '-' ? "=" : " ", info->value);
    return text_str(&term);
}

static void print_overview(Text *out) {
    text_puts(out, "netc compiles .net files, which describe convolutional networks, to native "
                   "object files.\n\nusage: netc COMMAND [OPTION]... FILE.net\n\n");
    for (int i = 0; i < COMMANDS; i++) {
        const CommandInfo *info = command_info((CommandKind)i);
        if (info->home == HOME_LATER) continue;
        const char *space = info->arguments[0] ? " " : "";
        print_entry(out,
                    arena_printf(out->arena, "netc %s%s%s", info->name, space, info->arguments),
                    info->text);
    }
    text_puts(out, "\nThe file `-` is standard input. `netc help COMMAND` lists the options of a "
                   "command; they may\nstand anywhere, as --opt=V or --opt V, and `--` ends them."
                   "\n\nOther topics of `netc help`:\n\n");
    HelpRow topic;
    for (size_t i = 0; (topic = topic_row(i)).name; i++) print_entry(out, topic.name, topic.text);
}

void help_print(Text *out, CommandKind command) {
    if (command == COMMANDS) {
        print_overview(out);
        return;
    }
    const CommandInfo *info = command_info(command);
    text_printf(out, "netc %s: %s\n\nusage: netc %s [OPTION]...%s%s\n\n", info->name, info->text,
                info->name, info->arguments[0] ? " " : "", info->arguments);
    for (int i = 0; i < OPTIONS; i++) {
        const OptionInfo *option = option_info((OptionKind)i);
        if (option->commands >> command & 1)
            print_entry(out, option_term(out->arena, option), option->text);
    }
}
