/* The recipe from a checked graph to object bytes and header text: what the back end's commands
 * share. The front half (source to graph) is in front.h. */
#ifndef NETC_DRIVER_COMPILE_H
#define NETC_DRIVER_COMPILE_H

#include "base/suggest.h"
#include "codegen/codegen.h"
#include "driver/stages.h"
#include "graph/graph.h"
#include "loop/loop.h"
#include "plan/plan.h"

typedef struct CompileOptions {
    const CpuModel *cpu;         /* the machine to compile for */
    const CpuModel *const *more; /* others, each less than the one before, whose code is in the */
    int n_more;                  /*     object too and runs where the first one's cannot */
    const char *cpu_name;        /* as the user named it, for the header's comment */
    bool fast;                   /* --math=fast */
    bool strip;                  /* no local symbols */
    bool threads;                /* also an entry that runs on threads */
    bool weights_extern;         /* the weights are an argument of the object */
    bool split_all;              /* also phases of little work run on all threads (tests) */
    bool keep_values;            /* every value keeps its own bytes of the workspace (verify) */
    bool verify_each;            /* run every stage's verifier */
    bool drop_numbers;           /* of the graph, when they are packed: nobody needs them again */
    const char *dump_after;      /* NULL, or the stage or pass whose result goes to `dump` */
    Text *dump;
    const char *prefix; /* C prefix instead of the model's name; NULL without */
    int emit;           /* a sum of CodegenEmit; 0 stops before codegen */
    StageTimes *times;  /* NULL, or is added to */
} CompileOptions;

typedef struct Compiled {
    const Plan *const *plans; /* for `cpu`, then for the others */
    LoopProgram *const *programs;
    int n_versions;
    const Plan *plan; /* the first */
    const LoopProgram *program;
    ModelInterface interface;
    CodegenOutput output;
    const char *header; /* text of NAME.h */
} Compiled;

/** True if compile_graph knows a stage or pass of this name to dump. Offers all names. */
bool compile_knows_pass(const char *name, Suggestion *near);

/** Optimizes, plans, lowers and compiles a graph whose weights are loaded.
 *  @return NULL, or what went wrong in words (an internal error) */
const char *compile_graph(Arena *arena, Graph *graph, const CompileOptions *options, Compiled *out);

/** Compiles phase number `index` of a compiled program to an object of its own: the same model with
 *  the same buffers and workspace, whose run does nothing but this phase. Its weights are passed by
 *  the caller.
 *  @param options  as for the whole
 *  @return NULL, or what went wrong in words (an internal error) */
const char *compile_step(Arena *arena, const Compiled *whole, const CompileOptions *options,
                         size_t index, Compiled *out);

#endif
