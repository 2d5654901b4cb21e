/* Completions: the names of commands, the options of the command that is typed, the words that an
 * option or a command takes; .net files where a command takes these, any files elsewhere. */
#include "base/diag.h"
#include "driver/manual.h"
#include "plan/cpu_model.h"
#include "sema/attrs.h"

#include <string.h>

static bool knows(CommandKind command, const OptionInfo *option) {
    return option->commands >> command & 1;
}

static bool is_there(int command) { return command_info((CommandKind)command)->home != HOME_LATER; }

/* The words of a choice, separated by `separator`. */
static void print_words(Text *out, const OptionInfo *option, const char *separator) {
    for (const char *word = option->value; *word;) {
        size_t len = strcspn(word, "|");
        text_printf(out, "%s%.*s", word == option->value ? "" : separator, (int)len, word);
        word += len + (word[len] == '|');
    }
}

static void print_cpus(Text *out, const char *separator) {
    const CpuModel *model;
    for (size_t i = 0; (model = cpu_model_at(i)) != NULL; i++)
        text_printf(out, "%s%s", model->name, separator);
    text_puts(out, "native");
}

static void print_targets(Text *out, const char *separator) {
    const CpuTarget *target;
    for (size_t i = 0; (target = cpu_target_at(i)) != NULL; i++)
        text_printf(out, "%s%s", i ? separator : "", target->name);
}

/* The words that an option takes: those of a choice, the names of a table.
 * @return false, and nothing is written, if it takes others */
static bool print_values(Text *out, const OptionInfo *option, const char *separator) {
    if (option->syntax == SYNTAX_CHOICE)
        print_words(out, option, separator);
    else if (option == option_info(OPT_CPU))
        print_cpus(out, separator);
    else if (option == option_info(OPT_TARGET))
        print_targets(out, separator);
    else
        return false;
    return true;
}

/* What `explain` has pages of. */
static void print_pages(Text *out) {
    for (int i = 0; i < DIAG_CODES; i++) text_printf(out, "%s ", diag_code_name((DiagCode)i));
    for (int i = 1; i <= 15; i++) text_printf(out, "R%d ", i);
    const LayerDef *layer;
    for (int i = 0; (layer = layer_at(i)) != NULL; i++)
        text_printf(out, "%s%s", i ? " " : "", layer->name);
}

/* The words that a command takes, other than files.
 * @return false, and nothing is written, if it takes none */
static bool print_arguments(Text *out, CommandKind command) {
    if (command == CMD_EXPLAIN) {
        print_pages(out);
    } else if (command == CMD_HELP) {
        for (int c = 0; c < COMMANDS; c++)
            if (is_there(c)) text_printf(out, "%s ", command_info((CommandKind)c)->name);
        for (size_t i = 0; topic_row(i).name; i++)
            text_printf(out, "%s%s", i ? " " : "", topic_row(i).name);
    } else {
        return false;
    }
    return true;
}

static bool takes_programs(CommandKind command) {
    return strstr(command_info(command)->arguments, "FILE") != NULL;
}

/* Text inside single quotes of a shell. */
static void print_quoted(Text *out, const char *text) {
    for (; *text; text++) {
        if (*text == '\'')
            text_puts(out, "'\\''");
        else
            text_append(out, text, 1);
    }
}

static void print_option_names(Text *out, CommandKind command) {
    for (int i = 0; i < OPTIONS; i++) {
        const OptionInfo *option = option_info((OptionKind)i);
        if (!knows(command, option)) continue;
        text_printf(out, " %s", option->syntax == SYNTAX_WARNING ? "-Wall -Werror" : option->name);
        if (option->other[0]) text_printf(out, " %s", option->other);
    }
}

/* --- bash ---------------------------------------------------------------------------------------
 * `=` splits words there: "--emit=ob" arrives as "--emit" "=" "ob". */

static void print_bash_choices(Text *out) {
    for (int i = 0; i < OPTIONS; i++) {
        const OptionInfo *option = option_info((OptionKind)i);
        Text words = text_in(out->arena);
        if (!print_values(&words, option, " ")) continue;
        text_puts(out, "    ");
        for (int c = 0, n = 0; c < COMMANDS; c++)
            if (knows((CommandKind)c, option) && is_there(c))
                text_printf(out, "%s%s:%s", n++ ? "|" : "", command_info((CommandKind)c)->name,
                            option->name);
        text_printf(out, ") words='%s' ;;\n", text_str(&words));
    }
}

/* What stands behind the command: its words, or .net files and the folders they may be in. */
static void print_bash_arguments(Text *out) {
    for (int c = 0; c < COMMANDS; c++) {
        Text words = text_in(out->arena);
        if (!is_there(c)) continue;
        if (print_arguments(&words, (CommandKind)c))
            text_printf(out, "    %s) COMPREPLY=($(compgen -W '%s' -- \"$cur\")) ;;\n",
                        command_info((CommandKind)c)->name, text_str(&words));
        else if (takes_programs((CommandKind)c))
            text_printf(out,
                        "    %s)\n        compopt -o filenames 2>/dev/null\n"
                        "        COMPREPLY=($(compgen -f -X '!*.net' -- \"$cur\")\n"
                        "            $(compgen -d -- \"$cur\")) ;;\n",
                        command_info((CommandKind)c)->name);
    }
}

void print_bash_completion(Text *out) {
    text_puts(out, "# Completion of netc for bash: source it, or put it into "
                   "share/bash-completion/completions/netc.\n"
                   "_netc() {\n"
                   "    local cur=${COMP_WORDS[COMP_CWORD]} option=${COMP_WORDS[COMP_CWORD-1]}\n"
                   "    local command= words= word\n"
                   "    COMPREPLY=()\n"
                   "    if [ \"$cur\" = = ]; then\n"
                   "        cur=\n"
                   "    elif [ \"$option\" = = ]; then\n"
                   "        option=${COMP_WORDS[COMP_CWORD-2]}\n"
                   "    fi\n"
                   "    for word in \"${COMP_WORDS[@]:1:COMP_CWORD-1}\"; do\n"
                   "        case $word in\n"
                   "        -*|=) ;;\n"
                   "        *) command=$word; break ;;\n"
                   "        esac\n"
                   "    done\n"
                   "    case $command:$option in\n");
    print_bash_choices(out);
    text_puts(out, "    esac\n"
                   "    if [ -n \"$words\" ]; then\n"
                   "        COMPREPLY=($(compgen -W \"$words\" -- \"$cur\"))\n"
                   "        return\n"
                   "    fi\n"
                   "    case $command in\n"
                   "    '') words='");
    for (int c = 0; c < COMMANDS; c++)
        if (is_there(c)) text_printf(out, "%s ", command_info((CommandKind)c)->name);
    text_puts(out, "--help --version' ;;\n");
    for (int c = 0; c < COMMANDS; c++) {
        if (!is_there(c)) continue;
        text_printf(out, "    %s) words='", command_info((CommandKind)c)->name);
        print_option_names(out, (CommandKind)c);
        text_puts(out, "' ;;\n");
    }
    text_puts(out, "    esac\n"
                   "    if [ -z \"$command\" ] || [ \"${cur:0:1}\" = - ]; then\n"
                   "        COMPREPLY=($(compgen -W \"$words\" -- \"$cur\"))\n"
                   "        return\n"
                   "    fi\n"
                   "    [ \"${option:0:1}\" = - ] && [[ $option != -W* ]] &&\n"
                   "        [ \"${COMP_WORDS[COMP_CWORD-1]}\" = = ] && return\n"
                   "    case $command in\n");
    print_bash_arguments(out);
    text_puts(out, "    esac\n}\ncomplete -o default -F _netc netc\n");
}

/* --- zsh ------------------------------------------------------------------------------------- */

/* One word for _arguments: '--emit=[what to make]:value:(obj asm)'. */
static void print_zsh_option(Text *out, const OptionInfo *option, const char *name) {
    bool glued = option->syntax == SYNTAX_WARNING, flag = option->syntax == SYNTAX_FLAG;
    text_printf(out, "            '*%s%s[", name, flag || glued ? "" : name[1] == '-' ? "=" : "+");
    for (const char *c = option->text; *c; c++) {
        if (strchr("[]:\\", *c)) text_puts(out, "\\");
        print_quoted(out, (char[]){*c, '\0'});
    }
    text_puts(out, "]");
    Text words = text_in(out->arena);
    if (print_values(&words, option, " ")) {
        text_printf(out, ":value:(%s)", text_str(&words));
    } else if (!flag && !glued) {
        text_puts(out, ":value:_files");
    }
    text_puts(out, "' \\\n");
}

void print_zsh_completion(Text *out) {
    text_puts(out, "#compdef netc\n_netc() {\n    local line state\n    _arguments -C "
                   "'1:command:->command' '*::argument:->argument'\n    case $state in\n"
                   "    command)\n        local -a commands=(\n");
    for (int c = 0; c < COMMANDS; c++) {
        if (!is_there(c)) continue;
        text_printf(out, "            '%s:", command_info((CommandKind)c)->name);
        print_quoted(out, command_info((CommandKind)c)->text);
        text_puts(out, "'\n");
    }
    text_puts(out, "        )\n        _describe command commands ;;\n    argument)\n"
                   "        case $line[1] in\n");
    for (int c = 0; c < COMMANDS; c++) {
        if (!is_there(c)) continue;
        text_printf(out, "        %s) _arguments \\\n", command_info((CommandKind)c)->name);
        for (int i = 0; i < OPTIONS; i++) {
            const OptionInfo *option = option_info((OptionKind)i);
            if (!knows((CommandKind)c, option)) continue;
            bool glued = option->syntax == SYNTAX_WARNING;
            print_zsh_option(out, option, glued ? "-Wall" : option->name);
        }
        Text words = text_in(out->arena);
        if (print_arguments(&words, (CommandKind)c))
            text_printf(out, "            '*:topic:(%s)' ;;\n", text_str(&words));
        else if (takes_programs((CommandKind)c))
            text_puts(out, "            '*:file:_files -g \"*.net\"' ;;\n");
        else
            text_puts(out, "            '*:file:_files' ;;\n");
    }
    text_puts(out, "        esac ;;\n    esac\n}\n_netc \"$@\"\n");
}

/* --- fish ------------------------------------------------------------------------------------ */

static void print_fish_option(Text *out, const char *command, const OptionInfo *option) {
    text_printf(out, "complete -c netc -n '__fish_seen_subcommand_from %s' ", command);
    if (option->syntax == SYNTAX_WARNING) {
        text_puts(out, "-o Wall");
    } else if (option->name[1] == '-') {
        text_printf(out, "-l %s", option->name + 2);
    } else {
        text_printf(out, "-s %s", option->name + 1);
    }
    Text words = text_in(out->arena);
    if (print_values(&words, option, " ")) {
        text_printf(out, " -x -a '%s'", text_str(&words));
    } else if (option->syntax != SYNTAX_FLAG && option->syntax != SYNTAX_WARNING) {
        text_puts(out, " -r");
    }
    text_puts(out, " -d '");
    print_quoted(out, option->text);
    text_puts(out, "'\n");
}

static void print_fish_arguments(Text *out, CommandKind command) {
    Text words = text_in(out->arena);
    const char *name = command_info(command)->name;
    if (print_arguments(&words, command))
        text_printf(out, "complete -c netc -n '__fish_seen_subcommand_from %s' -f -a '%s'\n", name,
                    text_str(&words));
    else if (takes_programs(command))
        text_printf(out,
                    "complete -c netc -n '__fish_seen_subcommand_from %s' -k -f -a "
                    "'(__fish_complete_suffix .net)'\n",
                    name);
}

void print_fish_completion(Text *out) {
    for (int c = 0; c < COMMANDS; c++) {
        if (!is_there(c)) continue;
        const CommandInfo *info = command_info((CommandKind)c);
        text_printf(out, "complete -c netc -n __fish_use_subcommand -f -a %s -d '", info->name);
        print_quoted(out, info->text);
        text_puts(out, "'\n");
        print_fish_arguments(out, (CommandKind)c);
        for (int i = 0; i < OPTIONS; i++)
            if (knows((CommandKind)c, option_info((OptionKind)i)))
                print_fish_option(out, info->name, option_info((OptionKind)i));
    }
}
