/* The manual page, made from the table of commands and options. */
#include "driver/manual.h"

#include "driver/version.h"

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

/* A term and its text. */
static void print_row(Text *out, const char *term, const char *text) {
    text_puts(out, ".TP\n.B ");
    print_text(out, term);
    text_puts(out, "\n");
    print_text(out, text);
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
        if (option->commands >> command & 1)
            print_row(out, option_term(out->arena, option), option->text);
    }
}

void print_manual(Text *out) {
    text_puts(out, ".TH NETC 1 \"\" \"netc " NETC_VERSION "\"\n"
                   ".SH NAME\nnetc \\- compile convolutional networks to native object files\n"
                   ".SH SYNOPSIS\n.B netc\n.I COMMAND\n.RI [ OPTION ...]\n.I FILE.net\n"
                   ".SH DESCRIPTION\n.B netc\ncompiles .net files, which describe convolutional "
                   "networks, to object files with a C header. The file\n.B \\-\nis standard "
                   "input. Options may stand anywhere, as\n.B \\-\\-opt=V\nor\n.BR \"\\-\\-opt V\" "
                   ",\nand\n.B \\-\\-\nends them.\n.SH COMMANDS\n");
    for (int i = 0; i < COMMANDS; i++)
        if (command_info((CommandKind)i)->home != HOME_LATER) print_command(out, (CommandKind)i);
    text_puts(out, ".SH HELP TOPICS\n");
    HelpRow topic;
    for (size_t i = 0; (topic = topic_row(i)).name; i++) print_row(out, topic.name, topic.text);
    text_puts(out, ".SH EXIT STATUS\n");
    const char *status;
    for (size_t i = 0; (status = status_text(i)) != NULL; i++)
        print_row(out, arena_printf(out->arena, "%zu", i), status);
    text_puts(out, ".SH ENVIRONMENT\n");
    const HelpRow *row;
    for (size_t i = 0; (row = environment_row(i)) != NULL; i++)
        print_row(out, row->name, row->text);
}
