/* Reading the command line in two steps: argv is split into words and options by spelling alone,
 * then, once the command is known, each option is looked up among those of the command. */
#include "driver/options.h"

#include "base/checked.h"
#include "base/suggest.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define ON(command) (1u << CMD_##command)

static const CommandInfo commands[] = {
#define COMMAND(kind, name, home, arguments, least, most, text)                                    \
    {name, HOME_##home, arguments, least, most, text},
#include "driver/options.def"
};

static const OptionInfo table[] = {
#define OPTION(kind, name, other, value, syntax, commands, text)                                   \
    {name, other, value, SYNTAX_##syntax, commands, text},
#include "driver/options.def"
};

const CommandInfo *command_info(CommandKind kind) { return &commands[kind]; }

const OptionInfo *option_info(OptionKind kind) { return &table[kind]; }

/* An option as it was written. */
typedef struct Given {
    const char *name;  /* its spelling */
    const char *value; /* NULL for a flag */
} Given;

typedef struct Reader {
    Arena *arena;
    int argc, at; /* argv[at] is read next */
    char *const *argv;
    VEC(Given) given;
    VEC(const char *) words;
} Reader;

/* `word` in backticks, with what a terminal would obey made visible. */
static const char *quoted(Arena *arena, const char *word) {
    Text text = text_in(arena);
    text_puts(&text, "`");
    text_quote(&text, word, strlen(word));
    text_puts(&text, "`");
    return text_str(&text);
}

static const char *did_you_mean(Arena *arena, const Suggestion *near, const char *prefix) {
    if (!near->best) return "";
    return arena_printf(arena, "; did you mean `%s%s`?", prefix, near->best);
}

static bool spelled(const OptionInfo *info, const char *name) {
    return strcmp(info->name, name) == 0 || (info->other[0] && strcmp(info->other, name) == 0);
}

/* The row of an option of `command`; COMMANDS: of any command. OPTIONS if there is none. */
static OptionKind find_option(const char *name, CommandKind command) {
    for (int i = 0; i < OPTIONS; i++) {
        bool known = command == COMMANDS || (table[i].commands >> command & 1);
        if (known && spelled(&table[i], name)) return (OptionKind)i;
    }
    return OPTIONS;
}

static const char *unknown_option(Arena *arena, const char *name) {
    Suggestion near = suggest_for(name);
    for (int i = 0; i < OPTIONS; i++) suggest_offer(&near, table[i].name);
    return arena_printf(arena, "there is no option %s%s", quoted(arena, name),
                        did_you_mean(arena, &near, ""));
}

/* Splits one argument that begins with a dash, and takes its value. */
static const char *read_option(Reader *r, const char *word) {
    const char *equals = strchr(word, '=');
    size_t len = equals ? (size_t)(equals - word) : strlen(word);
    Given given = {.name = arena_strndup(r->arena, word, len)};
    if (strncmp(word, "-W", 2) == 0) {
        if (!word[2]) return "`-W` needs a word glued to it: -Wall, -WCODE, -Wno-CODE, -Werror";
        given = (Given){"-W", word + 2};
    } else {
        OptionKind kind = find_option(given.name, COMMANDS);
        if (kind == OPTIONS) return unknown_option(r->arena, given.name);
        if (equals) given.value = equals + 1;
        const char *next = r->at < r->argc ? r->argv[r->at] : NULL;
        if (table[kind].syntax == SYNTAX_FLAG) {
            if (equals) return arena_printf(r->arena, "`%s` takes no value", given.name);
        } else if (!equals) {
            if (!next || (next[0] == '-' && next[1]))
                return arena_printf(r->arena, "`%s` needs a value (%s)", given.name,
                                    table[kind].value);
            given.value = next;
            r->at++;
        }
    }
    VEC_PUSH(r->arena, &r->given, given);
    return NULL;
}

static const char *read_words(Reader *r) {
    bool ended = false;
    while (r->at < r->argc) {
        const char *word = r->argv[r->at++];
        if (!ended && strcmp(word, "--") == 0) {
            ended = true;
        } else if (ended || word[0] != '-' || !word[1]) {
            VEC_PUSH(r->arena, &r->words, word);
        } else {
            const char *wrong = read_option(r, word);
            if (wrong) return wrong;
        }
    }
    return NULL;
}

static const char *unknown_command(Arena *arena, const char *name) {
    size_t len = strlen(name);
    if (len > 4 && strcmp(name + len - 4, ".net") == 0)
        return arena_printf(arena, "a command must come before the file, as in `netc build %s",
                            quoted(arena, name) + 1);
    Suggestion near = suggest_for(name);
    for (int i = 0; i < COMMANDS; i++)
        if (commands[i].home != HOME_LATER) suggest_offer(&near, commands[i].name);
    return arena_printf(arena, "there is no command %s%s", quoted(arena, name),
                        did_you_mean(arena, &near, "netc "));
}

const char *command_find(Arena *arena, const char *name, CommandKind *out) {
    *out = COMMANDS;
    for (int i = 0; i < COMMANDS; i++)
        if (strcmp(commands[i].name, name) == 0) *out = (CommandKind)i;
    if (*out == COMMANDS) return unknown_command(arena, name);
    if (commands[*out].home != HOME_LATER) return NULL;
    *out = COMMANDS;
    return arena_printf(arena, "`netc %s` is not available yet", name);
}

/* One of the words of a CHOICE, by number. */
static const char *parse_choice(Arena *arena, const OptionInfo *info, const char *value, int *out) {
    Suggestion near = suggest_for(value);
    int number = 0;
    for (const char *word = info->value; *word; number++) {
        size_t len = strcspn(word, "|");
        const char *choice = arena_strndup(arena, word, len);
        if (strcmp(choice, value) == 0) {
            *out = number;
            return NULL;
        }
        suggest_offer(&near, choice);
        word += len + (word[len] == '|');
    }
    return arena_printf(arena, "`%s` cannot be %s%s (%s)", info->name, quoted(arena, value),
                        did_you_mean(arena, &near, ""), info->value);
}

/* A whole number in decimal; a minus sign is allowed. False if it is anything else. */
static bool parse_integer(const char *text, char **end, int64_t *out) {
    if (!isdigit((unsigned char)text[text[0] == '-'])) return false;
    errno = 0;
    long long n = strtoll(text, end, 10);
    *out = n;
    return errno == 0;
}

static const char *parse_count(Arena *arena, const OptionInfo *info, const char *value,
                               int64_t *out) {
    char *end;
    if (!parse_integer(value, &end, out) || *end || *out < 1 || *out > 1000000)
        return arena_printf(arena, "`%s` wants a number from 1 to 1000000, not %s", info->name,
                            quoted(arena, value));
    return NULL;
}

/* 500M, 2G: powers of 1024. */
static const char *parse_bytes(Arena *arena, const OptionInfo *info, const char *value,
                               size_t *out) {
    static const char units[] = "KMGT";
    char *end;
    int64_t bytes;
    bool good = parse_integer(value, &end, &bytes) && bytes >= 1;
    if (good && *end) {
        const char *unit = strchr(units, *end);
        good = unit && !end[1] && checked_mul(bytes, INT64_C(1024) << 10 * (unit - units), &bytes);
    }
    if (!good)
        return arena_printf(arena, "`%s` wants a size such as 500M or 2G, not %s", info->name,
                            quoted(arena, value));
    *out = (size_t)bytes;
    return NULL;
}

static bool is_identifier(const char *name, size_t len) {
    if (len == 0 || isdigit((unsigned char)name[0])) return false;
    for (size_t i = 0; i < len; i++)
        if (!isalnum((unsigned char)name[i]) && name[i] != '_') return false;
    return true;
}

static const char *parse_setting(Arena *arena, const char *value, Options *out) {
    const char *equals = strchr(value, '=');
    SemaSetting setting;
    char *end;
    if (!equals || !is_identifier(value, (size_t)(equals - value)) ||
        !parse_integer(equals + 1, &end, &setting.value) || *end)
        return arena_printf(arena, "`--set` wants NAME=INTEGER, not %s", quoted(arena, value));
    setting.name = arena_strndup(arena, value, (size_t)(equals - value));
    VEC_PUSH(arena, &out->settings, setting);
    return NULL;
}

static const char *parse_prefix(Arena *arena, const char *value, Options *out) {
    if (!is_identifier(value, strlen(value)) || strlen(value) > 64)
        return arena_printf(arena, "`--prefix` wants a C identifier of at most 64 letters, not %s",
                            quoted(arena, value));
    out->prefix = value;
    return NULL;
}

/* What stands after -W. */
static const char *parse_warning(Arena *arena, const char *value, Options *out) {
    bool on = strncmp(value, "no-", 3) != 0;
    const char *name = on ? value : value + 3;
    if (strcmp(name, "error") == 0) {
        out->warnings_are_errors = on;
        return NULL;
    }
    bool all = strcmp(name, "all") == 0, found = false;
    Suggestion near = suggest_for(name);
    suggest_offer(&near, "all");
    suggest_offer(&near, "error");
    for (int i = 0; i < DIAG_CODES; i++) {
        const char *code = diag_code_name((DiagCode)i);
        if (code[0] == 'N' && strcmp(code, name) == 0)
            return arena_printf(arena, "%s is an error, not a warning", code);
        if (code[0] == 'N') continue;
        suggest_offer(&near, code);
        if (!all && strcmp(code, name) != 0) continue;
        out->warns[i] = on ? WARN_ALL : WARN_OFF;
        found = true;
    }
    if (found) return NULL;
    return arena_printf(arena, "there is no warning %s%s", quoted(arena, name),
                        did_you_mean(arena, &near, on ? "-W" : "-Wno-"));
}

/* Stores one option of the command. */
static const char *apply(Arena *arena, OptionKind kind, const char *value, Options *out) {
    const OptionInfo *info = &table[kind];
    int choice = 0;
    if (info->syntax == SYNTAX_CHOICE) {
        const char *wrong = parse_choice(arena, info, value, &choice);
        if (wrong) return wrong;
    }
    switch (kind) {
    case OPT_OUTPUT:
    case OPT_RESULT: VEC_PUSH(arena, &out->outputs, value); break;
    case OPT_INPUT: VEC_PUSH(arena, &out->inputs, value); break;
    case OPT_INPUT_SHAPE: VEC_PUSH(arena, &out->shapes, value); break;
    case OPT_HEADER: out->header = value; break;
    case OPT_EMIT: out->emit = (Emit)choice; break;
    case OPT_DEPFILE: out->depfile = value; break;
    case OPT_IF_CHANGED: out->if_changed = true; break;
    case OPT_DUMP: out->dump = value; break;
    case OPT_DUMP_AFTER: out->dump_after = value; break;
    case OPT_TIME: out->time = true; break;
    case OPT_WANTED: out->wanted = value; break;
    case OPT_AMBIGUITY: out->ambiguity = true; break;
    case OPT_ALL: out->all = true; break;
    case OPT_CHECK_STYLE: out->check_style = true; break;
    case OPT_SOLVE: out->solve = true; break;
    case OPT_PIN: out->pin = true; break;
    case OPT_JSON: out->json = true; break;
    case OPT_LIST: out->list = true; break;
    case OPT_MARKDOWN: out->markdown = true; break;
    case OPT_TARGET: out->target = value; break;
    case OPT_CPU: out->cpu = value; break;
    case OPT_MATH: out->fast = choice == 1; break;
    case OPT_WEIGHTS: out->weights_extern = choice == 1; break;
    case OPT_WEIGHTS_FILE: out->weights = value; break;
    case OPT_PREFIX: return parse_prefix(arena, value, out);
    case OPT_NO_THREADS: out->no_threads = choice == 1; break;
    case OPT_THREADS: return parse_count(arena, info, value, &out->threads);
    case OPT_STRIP: out->strip = true; break;
    case OPT_FIX: out->fix = true; break;
    case OPT_SET: return parse_setting(arena, value, out);
    case OPT_DIAGNOSTICS: out->diagnostics = (DiagnosticsForm)choice; break;
    case OPT_WARNING: return parse_warning(arena, value, out);
    case OPT_MAX_MEMORY: return parse_bytes(arena, info, value, &out->max_memory);
    case OPT_MAX_SECONDS: return parse_count(arena, info, value, &out->max_seconds);
    case OPT_VERIFY_EACH: out->verify_each = true; break;
    case OPT_TIME_REPORT: out->time_report = true; break;
    case OPT_HELP: out->help = true; break;
    case OPT_VERSION: out->version = true; break;
    case OPTIONS: break;
    }
    return NULL;
}

/* The commands that know the option, for the message about one that does not. */
static const char *not_here(Arena *arena, const char *name, CommandKind command) {
    Text text = text_in(arena);
    text_printf(&text, "`netc %s` has no option `%s`; it belongs to", commands[command].name, name);
    const char *comma = " ";
    for (int c = 0; c < COMMANDS; c++) {
        if (commands[c].home == HOME_LATER || find_option(name, (CommandKind)c) == OPTIONS)
            continue;
        text_printf(&text, "%s`netc %s`", comma, commands[c].name);
        comma = ", ";
    }
    return text_str(&text);
}

static const char *check_words(Arena *arena, const CommandInfo *info, const Options *options) {
    if (options->files.len < info->least)
        return arena_printf(arena, "`netc %s` needs %s", info->name, info->arguments);
    if (options->files.len > info->most)
        return arena_printf(arena, "`netc %s` takes no more than %s; what is %s?", info->name,
                            info->most ? info->arguments : "its options",
                            quoted(arena, options->files.at[info->most]));
    return NULL;
}

/* Diagnostics for programs share standard output with nothing. */
static const char *check_stdout(const Options *options) {
    if (options->diagnostics == DIAGNOSTICS_TEXT) return NULL;
    const char *const paths[] = {options->header, options->weights, options->depfile};
    bool taken = false;
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++)
        taken |= paths[i] && strcmp(paths[i], "-") == 0;
    for (size_t i = 0; i < options->outputs.len; i++) {
        const char *path = options->outputs.at[i], *equals = strchr(path, '=');
        taken |= strcmp(path, "-") == 0 || (equals && strcmp(equals + 1, "-") == 0);
    }
    for (size_t i = 0; i < options->files.len && options->fix; i++)
        taken |= strcmp(options->files.at[i], "-") == 0;
    return taken ? "diagnostics for programs take standard output; no other output can be `-`"
                 : NULL;
}

static Options defaults(void) {
    Options options = {.command = COMMANDS, .max_seconds = 600};
    for (int i = 0; i < DIAG_CODES; i++) options.warns[i] = WARN_DEFAULT;
    return options;
}

const char *options_parse(Arena *arena, int argc, char *const *argv, Options *out) {
    Reader reader = {.arena = arena, .argc = argc, .at = 1, .argv = argv};
    *out = defaults();
    const char *wrong = read_words(&reader);
    if (wrong) return wrong;
    if (reader.words.len > 0) wrong = command_find(arena, reader.words.at[0], &out->command);
    if (wrong) return wrong;
    CommandKind command = out->command;
    for (size_t i = 1; i < reader.words.len; i++) VEC_PUSH(arena, &out->files, reader.words.at[i]);
    for (size_t i = 0; i < reader.given.len; i++) {
        const Given *given = &reader.given.at[i];
        OptionKind kind = find_option(given->name, command);
        if (kind == OPTIONS) return not_here(arena, given->name, command);
        wrong = apply(arena, kind, given->value, out);
        if (wrong) return wrong;
    }
    if (out->help || out->version) return NULL;
    if (command == COMMANDS) return "a command is missing";
    wrong = check_words(arena, &commands[command], out);
    return wrong ? wrong : check_stdout(out);
}
