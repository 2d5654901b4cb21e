/* Compiles LoopPrograms of one input and one output, loads the object, finds its functions. */
#ifndef NETC_TESTS_CODEGEN_HARNESS_H
#define NETC_TESTS_CODEGEN_HARNESS_H

#include "codegen/codegen.h"
#include "codegen/jit.h"
#include "loop/build.h"
#include "support/elf_symbols.h"

#include <stdbool.h>

/** The interface and machine of a test, to be changed before it is compiled. */
typedef struct Job {
    Arena *arena;
    LoopProgram program;
    CodegenTarget target;
    ModelTensor input, output;
    ModelInterface interface;
    bool strip;
} Job;

typedef struct Built {
    CodegenOutput output;
    ElfSymbols symbols;
    Jit *jit; /* NULL until built_load */
} Built;

typedef int RunFn(const float *x, float *y, void *workspace);
typedef void PartFn(void *ctx, int part, int parts);

/** The x86-64 level "x86-64", "x86-64-v2", "x86-64-v3" or "x86-64-v4", with the needs of v3. */
CodegenTarget job_target(const char *level);

/** True if this machine runs code of that level. */
bool host_runs(const char *level);

/** A model "net" of one input and one output of so many elements and so large a workspace, without
 *  phases. */
Job job_create(Arena *arena, const char *level, int64_t x_elems, int64_t y_elems,
               int64_t workspace_bytes);

/* The buffers of such a model, for loop_buffer. */
LoopBuffer job_input(const Job *job);
LoopBuffer job_output(const Job *job);
LoopBuffer job_workspace(const Job *job, int64_t offset, int64_t elems);
LoopBuffer job_weights(int64_t offset, int64_t elems);

void job_add(Job *job, LoopFn *fn);

/** Compiles to object and assembly; fails the test if that fails. */
Built job_build(Job *job);

/** Loads the object; fails the test if that fails. */
void built_load(Job *job, Built *built);

/** NAME_run of a loaded object. */
RunFn *built_run(Built *built);

/** A local function of a loaded object, by its place beside NAME_run. */
PartFn *built_part(Built *built, const char *name);

#endif
