/* The front half of every command that reads a .net file: source -> Ast -> Graph, and the printing
 * of diagnostics. The back half is compile.h. */
#ifndef NETC_DRIVER_FRONT_H
#define NETC_DRIVER_FRONT_H

#include "base/diag.h"
#include "base/intern.h"
#include "base/suggest.h"
#include "driver/options.h"
#include "driver/stages.h"
#include "graph/graph.h"
#include "sema/annotate.h"
#include "sema/query.h"
#include "sema/resize.h"
#include "syntax/ast.h"

/** Longest source, and most diagnostics printed of one file (`netc limits`). */
enum { MAX_SOURCE_BYTES = 16 * 1024 * 1024, MAX_PRINTED = 20 };

/** One compile: everything lives in `arena`. */
typedef struct Compilation {
    Arena *arena;
    const Options *options;
    const char *file; /* that was asked for, as messages name it */
    Interner *interner;
    Sources sources;
    Diags diags;
    StageTimes times;
    const Ast *ast;
    Graph *graph;
} Compilation;

/** How far front_load goes. */
typedef enum FrontGoal {
    GOAL_AST,    /* source text -> Ast */
    GOAL_SHAPES, /* ... -> Graph; weight files may be missing, no weight is loaded */
    GOAL_WEIGHTS /* ... with every weight loaded */
} FrontGoal;

/** Reads `path` ("-" is standard input, called "stdin") and goes as far as `goal`. Prints nothing:
 *  the diagnostics stay in the compilation, sorted and filtered.
 *  @param compilation  filled as far as the stages went
 *  @return NULL, or what a verifier found wrong: for front_finish */
const char *front_read(Arena *arena, const Options *options, const char *path, FrontGoal goal,
                       Compilation *compilation);

/** Prints the diagnostics, and what a verifier found wrong (NULL: nothing).
 *  @return STATUS_DONE, STATUS_INPUT or STATUS_INTERNAL */
ExitStatus front_finish(Compilation *compilation, const char *wrong);

/** Reads `path` ("-" is standard input), goes as far as `goal`, and prints the diagnostics.
 *  @param compilation  filled as far as the stages went; complete when STATUS_DONE is returned
 *  @return STATUS_DONE, STATUS_INPUT, STATUS_OUTPUT or STATUS_INTERNAL */
ExitStatus front_load(Arena *arena, const Options *options, const char *path, FrontGoal goal,
                      Compilation *compilation);

/** The same for a program in memory: these files stand in for those of the disk. Prints nothing:
 * the diagnostics stay in the compilation, sorted and filtered.
 *  @param files  the first is the program, named as in messages; they must outlive the compilation
 *  @return NULL, or what a verifier found wrong: an error of netc */
const char *front_load_files(Arena *arena, const Options *options, const SemaFiles *files,
                             FrontGoal goal, Compilation *compilation);

/** Checks the program `text`, whose only layer is asked about, and prints the diagnostics.
 *  @param is_asked  tells whether the tree is that of one layer; otherwise query->is_window is
 * false
 *  @return STATUS_DONE or STATUS_INPUT */
ExitStatus front_query(Arena *arena, const Options *options, const char *text,
                       bool (*is_asked)(const Ast *ast), Compilation *compilation,
                       LayerQuery *query);

/** Analyses a program that was loaded without an error once more, with an input of another size.
 *  @return its graph in `scratch`; NULL if it is an error at that size */
Graph *front_resized(const Compilation *compilation, Arena *scratch, SemaResize *resize);

/** Finds what can be written into a program that was loaded without an error, as far as shapes.
 *  @param out  receives the annotations; their spans are in the program's own source */
void front_annotate(const Compilation *compilation, AnnotationList *out);

/** Prints the time of every stage on standard error, if --time-report asks for it. */
void front_report_times(const Compilation *compilation);

/** True if --dump-after can name this stage of the front half. Offers their names. */
bool front_knows_stage(const char *name, Suggestion *near);

/** True if the verifier of each stage is to run: in debug builds, and on --verify-each. */
bool front_verifies(const Options *options);

/** Prints what diagnostics there are, sorted and filtered.
 *  @return STATUS_INPUT if there is an error among them, STATUS_OUTPUT if they could not be
 *          printed, else STATUS_DONE */
ExitStatus front_report(Compilation *compilation);

#endif
