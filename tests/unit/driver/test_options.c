/* The table of commands and options, the parser made from it, and the help texts. */
#include "driver/options.h"

#include <criterion/criterion.h>
#include <string.h>

enum { MAX_ARGS = 20 };

/* Parses a command line written as words separated by blanks. */
static const char *parse(Arena *arena, const char *line, Options *out) {
    char *argv[MAX_ARGS + 1] = {arena_strdup(arena, "netc")};
    int argc = 1;
    char *copy = arena_strdup(arena, line);
    for (char *word = strtok(copy, " "); word; word = strtok(NULL, " ")) {
        cr_assert_lt(argc, MAX_ARGS, "%s", line);
        argv[argc++] = word;
    }
    return options_parse(arena, argc, argv, out);
}

Test(driver_options, table_is_sound) {
    for (int c = 0; c < COMMANDS; c++) {
        const CommandInfo *a = command_info((CommandKind)c);
        cr_assert(a->least <= a->most, "%s", a->name);
        for (int d = 0; d < c; d++) cr_assert_str_neq(a->name, command_info((CommandKind)d)->name);
    }
    for (int i = 0; i < OPTIONS; i++) {
        const OptionInfo *a = option_info((OptionKind)i);
        cr_assert_eq(a->name[0], '-', "%s", a->name);
        cr_assert(a->text[0], "%s has no help", a->name);
        cr_assert_eq(a->syntax == SYNTAX_FLAG, a->value[0] == '\0', "%s", a->name);
        cr_assert_eq(a->syntax == SYNTAX_CHOICE,
                     strchr(a->value, '|') != NULL && a->syntax != SYNTAX_WARNING, "%s", a->name);
        cr_assert_neq(a->commands, 0u, "%s", a->name);
        for (int j = 0; j < i; j++) {
            const OptionInfo *b = option_info((OptionKind)j);
            if (strcmp(a->name, b->name) != 0) continue;
            /* One spelling in two commands: argv can only be split if both take a value or none. */
            cr_assert_eq(a->commands & b->commands, 0u, "%s", a->name);
            cr_assert_eq(a->syntax == SYNTAX_FLAG, b->syntax == SYNTAX_FLAG, "%s", a->name);
        }
    }
}

Test(driver_options, every_option_is_accepted_by_its_commands_and_refused_by_the_others) {
    static const char *const good[] = {
        [SYNTAX_FLAG] = "",      [SYNTAX_TEXT] = "x",    [SYNTAX_CHOICE] = "",
        [SYNTAX_COUNT] = "7",    [SYNTAX_BYTES] = "64M", [SYNTAX_SETTING] = "n=3",
        [SYNTAX_WARNING] = "all"};
    Arena *arena = arena_create();
    for (int c = 0; c < COMMANDS; c++) {
        const CommandInfo *command = command_info((CommandKind)c);
        if (command->home == HOME_LATER) continue;
        for (int i = 0; i < OPTIONS; i++) {
            const OptionInfo *option = option_info((OptionKind)i);
            bool known = option->commands >> c & 1;
            for (int j = 0; j < OPTIONS && !known; j++) { /* another row of the same spelling */
                const OptionInfo *other = option_info((OptionKind)j);
                if (strcmp(other->name, option->name) != 0 || !(other->commands >> c & 1)) continue;
                option = other;
                known = true;
            }
            const char *value = good[option->syntax];
            if (option->syntax == SYNTAX_CHOICE)
                value = arena_strndup(arena, option->value, strcspn(option->value, "|"));
            const char *joint = option->syntax == SYNTAX_FLAG      ? ""
                                : option->syntax == SYNTAX_WARNING ? ""
                                                                   : "=";
            const char *file = command->least ? " a.net" : "";
            const char *line =
                arena_printf(arena, "%s%s%s %s%s", option->name, joint, value, command->name, file);
            Options options;
            const char *wrong = parse(arena, line, &options);
            if (known)
                cr_assert_null(wrong, "%s: %s", line, wrong);
            else
                cr_assert(wrong && strstr(wrong, "it belongs to"), "%s", line);
        }
    }
    arena_destroy(arena);
}

Test(driver_options, values_are_stored) {
    Arena *arena = arena_create();
    Options o;
    cr_assert_null(parse(arena,
                         "--emit llvm build -o=x.ll a.net --cpu=native --set rate=-8000 "
                         "--max-memory=2G --math fast --strip",
                         &o));
    cr_assert_eq(o.command, CMD_BUILD);
    cr_assert_eq(o.files.len, 1u);
    cr_assert_str_eq(o.files.at[0], "a.net");
    cr_assert_str_eq(o.outputs.at[0], "x.ll");
    cr_assert_eq(o.emit, EMITS_LLVM);
    cr_assert_str_eq(o.cpu, "native");
    cr_assert_eq(o.settings.at[0].value, -8000);
    cr_assert_eq(o.max_memory, (size_t)2 << 30);
    cr_assert(o.fast && o.strip && !o.no_threads);
    cr_assert_null(parse(arena, "build --threads=no a.net", &o));
    cr_assert(o.no_threads);
    cr_assert_null(parse(arena, "run --threads 4 a.net", &o));
    cr_assert_eq(o.threads, 4);
    cr_assert_null(parse(arena, "check -- --odd.net -", &o));
    cr_assert_eq(o.files.len, 2u);
    cr_assert_str_eq(o.files.at[0], "--odd.net");
    cr_assert_str_eq(o.files.at[1], "-");
    cr_assert_null(parse(arena, "build - -o -", &o));
    cr_assert_str_eq(o.outputs.at[0], "-");
    cr_assert_null(parse(arena, "run --time a.net -i a=1.npy -i b=2.npy", &o));
    cr_assert_eq(o.inputs.len, 2u);
    cr_assert_null(parse(arena, "build --help", &o));
    cr_assert(o.help && o.command == CMD_BUILD);
    cr_assert_null(parse(arena, "--version", &o));
    cr_assert(o.version);
    arena_destroy(arena);
}

Test(driver_options, warnings_are_switched_in_order) {
    Arena *arena = arena_create();
    Options o;
    cr_assert_null(parse(arena, "check a.net", &o));
    cr_assert_eq(o.warns[W0701], WARN_DEFAULT);
    cr_assert_eq(o.warns[W0702], WARN_DEFAULT);
    cr_assert(!o.warnings_are_errors);
    cr_assert_null(parse(arena, "check a.net -Wall -Wno-W0702 -Werror", &o));
    cr_assert_eq(o.warns[W0701], WARN_ALL);
    cr_assert(!o.warns[W0702] && o.warns[W0706] && o.warnings_are_errors);
    cr_assert_null(parse(arena, "check a.net -Wno-all -WW0702 -Wno-error", &o));
    cr_assert(!o.warns[W0701] && o.warns[W0702] && !o.warnings_are_errors);
    arena_destroy(arena);
}

Test(driver_options, wrong_usage_is_told_with_the_nearest_name) {
    static const struct {
        const char *line, *words;
    } table[] = {
        {"", "a command is missing"},
        {"biuld a.net", "there is no command `biuld`; did you mean `netc build`?"},
        {"a.net", "as in `netc build a.net`"},
        {"draw a.net", "`netc draw` is not available yet"},
        {"build", "`netc build` needs FILE.net"},
        {"check", "`netc check` needs FILE.net..."},
        {"build a.net b.net", "what is `b.net`?"},
        {"version x", "what is `x`?"},
        {"build a.net --emti=obj", "there is no option `--emti`; did you mean `--emit`?"},
        {"build a.net -x", "there is no option `-x`"},
        {"check a.net --strip", "`netc check` has no option `--strip`; it belongs to `netc build`"},
        {"build a.net --strip=yes", "`--strip` takes no value"},
        {"build a.net --emit", "`--emit` needs a value (obj|asm|"},
        {"build a.net --cpu --strip", "`--cpu` needs a value"},
        {"build a.net --emit=ojb", "`--emit` cannot be `ojb`; did you mean `obj`?"},
        {"build a.net --math=loose", "(strict|fast)"},
        {"check a.net --diagnostics=xml", "(text|json|sarif)"},
        {"check a.net --set n", "`--set` wants NAME=INTEGER, not `n`"},
        {"check a.net --set n=1x", "NAME=INTEGER"},
        {"check a.net --set n=99999999999999999999", "NAME=INTEGER"},
        {"check a.net --set =1", "NAME=INTEGER"},
        {"check a.net --max-memory=0", "500M or 2G"},
        {"check a.net --max-memory=5X", "500M or 2G"},
        {"check a.net --max-memory=99999999999T", "500M or 2G"},
        {"build a.net --max-seconds=0", "from 1 to 1000000"},
        {"build a.net --prefix=2x", "C identifier"},
        {"build a.net --prefix=a-b", "C identifier"},
        {"check a.net -WW0709", "there is no warning `W0709`; did you mean"},
        {"check a.net -Wno-N0301", "N0301 is an error, not a warning"},
        {"check a.net -W", "`-W` needs a word glued to it"},
        {"check a.net --\x1b[31m", "`--\\x1B[31m`"},
    };
    Arena *arena = arena_create();
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        Options options;
        const char *wrong = parse(arena, table[i].line, &options);
        cr_assert(wrong && strstr(wrong, table[i].words), "%s: %s", table[i].line,
                  wrong ? wrong : "accepted");
    }
    arena_destroy(arena);
}

Test(driver_options, help_names_every_option_within_a_hundred_columns) {
    Arena *arena = arena_create();
    for (int c = 0; c <= COMMANDS; c++) {
        Text text = text_in(arena);
        help_print(&text, (CommandKind)c);
        size_t column = 0;
        for (size_t i = 0; i < text.len; i++) {
            column = text.bytes[i] == '\n' ? 0 : column + 1;
            cr_assert_leq(column, 100u, "%s", text.bytes);
        }
        for (int i = 0; i < OPTIONS && c < COMMANDS; i++)
            if (option_info((OptionKind)i)->commands >> c & 1)
                cr_assert(strstr(text.bytes, option_info((OptionKind)i)->name), "%s", text.bytes);
        for (int d = 0; d < COMMANDS && c == COMMANDS; d++)
            if (command_info((CommandKind)d)->home != HOME_LATER)
                cr_assert(strstr(text.bytes, command_info((CommandKind)d)->name), "%s", text.bytes);
    }
    arena_destroy(arena);
}
