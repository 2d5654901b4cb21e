/* The manual page, made from the table of commands and options. */
#include "driver/manual.h"

#include "driver/version.h"

#include <string.h>

/* Text as roff takes it: no character of it is an instruction, a dash is the one of the keyboard.
 */
static void print_text(Text *out, const char *text) {
    if (*text == '.' || *text == '\'') text_puts(out, "\\&");
    for (; *text; text++) {
        if (*text == '\\')
            text_puts(out, "\\e");
        else if (*text == '-')
            text_puts(out, "\\-");
        else
            text_append(out, text, 1);
    }
}

/* The option as it is typed: "--emit=obj|asm", "-o OUT", "-Wall -WCODE". */
static void print_option(Text *out, const OptionInfo *info) {
    text_puts(out, ".TP\n.B ");
    print_text(out, option_term(out->arena, info));
    text_puts(out, "\n");
    print_text(out, info->text);
    text_puts(out, "\n");
}

static void print_command(Text *out, CommandKind command) {
    const CommandInfo *info = command_info(command);
    text_printf(out, ".SS netc %s ", info->name);
    print_text(out, info->arguments);
    text_puts(out, "\n");
    print_text(out, info->text);
    text_puts(out, ".\n");
    for (int i = 0; i < OPTIONS; i++) {
        const OptionInfo *option = option_info((OptionKind)i);
        if (option->commands >> command & 1) print_option(out, option);
    }
}

static void print_manual(Text *out) {
    text_puts(out, ".TH NETC 1 \"\" \"netc " NETC_VERSION "\"\n"
                   ".SH NAME\nnetc \\- compile convolutional networks to native object files\n"
                   ".SH SYNOPSIS\n.B netc\n.I COMMAND\n.RI [ OPTION ...]\n.I FILE.net\n"
                   ".SH DESCRIPTION\n.B netc\ncompiles .net files, which describe convolutional "
                   "networks, to object files with a C header. The file\n.B \\-\nis standard "
                   "input. Options may stand anywhere, as\n.B \\-\\-opt=V\nor\n.BR \"\\-\\-opt V\" "
                   ",\nand\n.B \\-\\-\nends them.\n.SH COMMANDS\n");
    for (int i = 0; i < COMMANDS; i++)
        if (command_info((CommandKind)i)->home != HOME_LATER) print_command(out, (CommandKind)i);
    text_puts(out, ".SH EXIT STATUS\n0 done, 1 errors in the input or a check that failed, 2 "
                   "wrong usage, 3 an output could not be written, 4 netc itself failed.\n"
                   ".SH ENVIRONMENT\n.TP\n.B NO_COLOR\nif not empty, no colour and no progress\n"
                   ".TP\n.B TERM\nlikewise if\n.B dumb\n.TP\n.B PATH\nwhere "
                   "\\-\\-emit=shared looks for ld.lld, ld and cc\n");
}

bool manual_print(Text *out, const char *topic) {
    static const struct {
        const char *name;
        void (*print)(Text *out);
    } topics[] = {{"man", print_manual},
                  {"bash", print_bash_completion},
                  {"zsh", print_zsh_completion},
                  {"fish", print_fish_completion}};
    for (size_t i = 0; i < sizeof topics / sizeof topics[0]; i++) {
        if (strcmp(topic, topics[i].name) != 0) continue;
        topics[i].print(out);
        return true;
    }
    return false;
}
