/* The topics of `netc help` that are text: each is a table of netc. */
#include "base/diag.h"
#include "driver/manual.h"

#include <string.h>

static const struct {
    const char *name, *text;
    void (*print)(Text *out);
} topics[] = {
#define TOPIC(name, print, text) {name, text, print},
#include "driver/topics.def"
};

static const char *const statuses[] = {
#define STATUS(number, text) [number] = text,
#include "driver/topics.def"
};

static const HelpRow environment[] = {
#define ENVIRONMENT(name, text) {name, text},
#include "driver/topics.def"
};

const char *status_text(size_t number) {
    return number < sizeof statuses / sizeof *statuses ? statuses[number] : NULL;
}

const HelpRow *environment_row(size_t index) {
    return index < sizeof environment / sizeof *environment ? &environment[index] : NULL;
}

HelpRow topic_row(size_t index) {
    if (index >= sizeof topics / sizeof *topics) return (HelpRow){NULL, NULL};
    return (HelpRow){topics[index].name, topics[index].text};
}

bool topic_print(Text *out, const char *name) {
    for (size_t i = 0; i < sizeof topics / sizeof *topics; i++) {
        if (strcmp(name, topics[i].name) != 0) continue;
        topics[i].print(out);
        return true;
    }
    return false;
}

void print_exit_topic(Text *out) {
    text_puts(out, "Exit status:\n\n");
    const char *text;
    for (size_t i = 0; (text = status_text(i)) != NULL; i++)
        text_printf(out, "  %zu  %s\n", i, text);
    text_puts(out, "\nWarnings leave it at 0, unless -Werror makes them errors.\n");
}

void print_environment_topic(Text *out) {
    text_puts(out, "Environment variables:\n\n");
    const HelpRow *row;
    for (size_t i = 0; (row = environment_row(i)) != NULL; i++)
        text_printf(out, "  %-10s %s\n", row->name, row->text);
}

void print_warnings_topic(Text *out) {
    text_puts(out, "Warnings. -WCODE shows one in each case, -Wno-CODE in none, -Wall all of them; "
                   "-Werror makes them\nerrors. `# netc: allow CODE` at the end of a line of the "
                   "source is for that line.\nThose with an asterisk are off unless asked for. "
                   "`netc explain CODE` has the page of each.\n\n");
    for (int i = 0; i < DIAG_CODES; i++) {
        const char *code = diag_code_name((DiagCode)i);
        if (code[0] != 'W') continue;
        text_printf(out, "  %s%s %s\n", code, diag_off_by_default((DiagCode)i) ? "*" : " ",
                    diag_code_text((DiagCode)i));
    }
}
