/* The command line: argv -> Options, by the table options.def. Prints nothing. */
#ifndef NETC_DRIVER_OPTIONS_H
#define NETC_DRIVER_OPTIONS_H

#include "base/arena.h"
#include "base/diag.h"
#include "base/text.h"
#include "base/vec.h"
#include "sema/sema.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Exit statuses (contract.md 2). */
typedef enum ExitStatus {
    STATUS_DONE = 0,
    STATUS_INPUT = 1,   /* errors in the input, or a check that failed */
    STATUS_USAGE = 2,   /* the command line is wrong */
    STATUS_OUTPUT = 3,  /* an output could not be written */
    STATUS_INTERNAL = 4 /* netc failed */
} ExitStatus;

typedef enum CommandKind {
#define COMMAND(kind, name, home, arguments, least, most, text) CMD_##kind,
#include "driver/options.def"
    COMMANDS
} CommandKind;

/** Which executable runs a command; LATER: known, but not there yet. */
typedef enum CommandHome { HOME_FRONT, HOME_BACKEND, HOME_LATER } CommandHome;

typedef struct CommandInfo {
    const char *name;
    CommandHome home;
    const char *arguments; /* for the usage line */
    size_t least, most;    /* number of positional arguments */
    const char *text;      /* one line for help */
} CommandInfo;

typedef enum OptionKind {
#define OPTION(kind, name, other, value, syntax, commands, text) OPT_##kind,
#include "driver/options.def"
    OPTIONS
} OptionKind;

typedef enum OptionSyntax {
    SYNTAX_FLAG,
    SYNTAX_TEXT,
    SYNTAX_CHOICE,
    SYNTAX_COUNT,
    SYNTAX_BYTES,
    SYNTAX_SETTING,
    SYNTAX_WARNING
} OptionSyntax;

typedef struct OptionInfo {
    const char *name, *other; /* spellings; other may be "" */
    const char *value;        /* what the value is, for help; CHOICE: the words, split by | */
    OptionSyntax syntax;
    unsigned commands; /* bit c: command c knows it */
    const char *text;  /* one line for help */
} OptionInfo;

/** What `build` makes. The order is that of the words in options.def. */
typedef enum Emit {
    EMITS_OBJECT,
    EMITS_ASSEMBLY,
    EMITS_LLVM,
    EMITS_BITCODE,
    EMITS_LOOP,
    EMITS_PLAN,
    EMITS_GRAPH,
    EMITS_AST,
    EMITS_HEADER,
    EMITS_ARCHIVE,
    EMITS_SHARED
} Emit;

/** Whether a warning is shown: never, where it is of use to most, or in each case. */
typedef enum WarnLevel { WARN_OFF, WARN_DEFAULT, WARN_ALL } WarnLevel;

/** The form of diagnostics. The order is that of the words in options.def. */
typedef enum DiagnosticsForm {
    DIAGNOSTICS_TEXT,
    DIAGNOSTICS_JSON,
    DIAGNOSTICS_SARIF
} DiagnosticsForm;

typedef struct Options {
    CommandKind command;       /* COMMANDS: none was given */
    VEC(const char *) files;   /* what follows the command, in order */
    bool help;                 /* --help: about `command` */
    bool version;              /* --version */
    VEC(const char *) inputs;  /* run -i, as written */
    VEC(const char *) outputs; /* -o, as written; build uses the last */
    VEC(const char *) shapes;  /* import --input-shape, as written */
    const char *header;        /* NULL: beside the object */
    Emit emit;
    const char *depfile; /* NULL: none */
    bool if_changed;
    const char *target;  /* NULL: the first of cpu_target.def */
    const char *cpu;     /* NULL: the command's default */
    bool fast;           /* --math=fast */
    bool weights_extern; /* --weights=extern */
    const char *weights; /* --weights-file; NULL: beside the object */
    const char *prefix;  /* NULL: the model's name */
    bool strip;
    bool fix;        /* check --fix */
    bool no_threads; /* --threads=no */
    int64_t threads; /* run --threads; 0: not given */
    VEC(SemaSetting) settings;
    WarnLevel warns[DIAG_CODES]; /* by DiagCode; errors are not asked */
    bool warnings_are_errors;
    DiagnosticsForm diagnostics; /* other than TEXT: they have standard output for themselves */
    struct Sink *sink;           /* SARIF: collects them until the command ends (sink.h) */
    size_t max_memory;           /* bytes; 0: half of the machine's */
    int64_t max_seconds;         /* CPU time of the back end */
    const char *dump;            /* run: the folder of every value; NULL: none */
    const char *dump_after;      /* a stage or a pass; NULL: none */
    const char *wanted;          /* solve --output, as written; NULL: not given */
    bool ambiguity;              /* solve --inputs */
    bool all;                    /* solve: every solution */
    bool check_style;            /* fmt --check */
    bool solve, pin;             /* fmt */
    bool verify_each, time_report, json, time;
    bool list;     /* explain --list */
    bool markdown; /* --markdown */
} Options;

/** The rows of the table. */
const CommandInfo *command_info(CommandKind kind);
const OptionInfo *option_info(OptionKind kind);

/** The command called `name`, which must be available.
 *  @return NULL, or what is wrong in words, in `arena`; *out is COMMANDS if there is none */
const char *command_find(Arena *arena, const char *name, CommandKind *out);

/** Reads the command line. Options may stand anywhere; `--` ends them.
 *  @param out  the options; on failure only `command` and `help` have a meaning
 *  @return NULL, or what is wrong in words, in `arena` */
const char *options_parse(Arena *arena, int argc, char *const *argv, Options *out);

/** An option as it is typed, for help: "--emit=obj|asm", "-o OUT". */
const char *option_term(Arena *arena, const OptionInfo *info);

/** Appends the help of a command, or of all of netc (COMMANDS). Lines of at most 100 columns. */
void help_print(Text *out, CommandKind command);

#endif
