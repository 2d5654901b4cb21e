/* Names are escaped as GCC does it, which make and ninja both understand. */
#include "driver/depfile.h"

#include <string.h>

/* A blank gets a backslash, and so does each backslash that stands before it; a dollar is doubled;
 * a # or : gets a backslash. */
static void print_name(Text *out, const char *name) {
    size_t backslashes = 0;
    for (const char *c = name; *c; c++) {
        if (*c == ' ' || *c == '\t')
            text_fill(out, '\\', backslashes + 1);
        else if (*c == '#' || *c == ':')
            text_puts(out, "\\");
        else if (*c == '$')
            text_puts(out, "$");
        backslashes = *c == '\\' ? backslashes + 1 : 0;
        text_append(out, c, 1);
    }
}

static void print_needed(Text *out, const char *name) {
    text_puts(out, " \\\n  ");
    print_name(out, name);
}

static void print_empty_rule(Text *out, const char *name) {
    print_name(out, name);
    text_puts(out, ":\n");
}

static bool is_writable(const char *name) { return !strpbrk(name, "\r\n"); }

/* Standard input and what is built in are no files. */
static bool is_file(const char *name) { return strcmp(name, "stdin") != 0; }

bool depfile_print(Text *out, const char *target, const Sources *sources) {
    bool good = is_writable(target);
    print_name(out, target);
    text_puts(out, ":");
    for (size_t i = 0; i < sources->files.len; i++) {
        const char *name = sources->files.at[i]->name;
        good &= is_writable(name);
        if (is_file(name)) print_needed(out, name);
    }
    for (size_t i = 0; i < sources->others.len; i++) {
        good &= is_writable(sources->others.at[i]);
        print_needed(out, sources->others.at[i]);
    }
    text_puts(out, "\n");
    for (size_t i = 1; i < sources->files.len; i++)
        print_empty_rule(out, sources->files.at[i]->name);
    for (size_t i = 0; i < sources->others.len; i++) print_empty_rule(out, sources->others.at[i]);
    return good;
}
