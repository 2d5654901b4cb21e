/* See harness.h. */
#include "codegen/harness.h"

#include <criterion/criterion.h>
#include <string.h>

/* CPUID bits of FMA, OSXSAVE and AVX; of AVX2. */
static const CpuidNeed V3_NEEDS[] = {
    {.leaf = 1, .reg = 2, .mask = 0x18001000},
    {.leaf = 7, .reg = 1, .mask = 0x00000020},
};

CodegenTarget job_target(const char *level) {
    bool v4 = strcmp(level, "x86-64-v4") == 0, v3 = strcmp(level, "x86-64-v3") == 0;
    CodegenTarget target = {.triple = "x86_64-pc-linux-gnu",
                            .cpu = level,
                            .tune = v4 ? "znver5" : level,
                            .features = "",
                            .entry_cpu = "x86-64",
                            .vector_bits = v4   ? 512
                                           : v3 ? 256
                                                : 128};
    if (v3 || v4) {
        target.needs = V3_NEEDS;
        target.n_needs = 2;
        target.xcr0 = v4 ? 0xE6 : 0x6;
    }
    return target;
}

bool host_runs(const char *level) {
    if (strcmp(level, "x86-64-v4") == 0) return __builtin_cpu_supports("x86-64-v4");
    if (strcmp(level, "x86-64-v3") == 0) return __builtin_cpu_supports("x86-64-v3");
    if (strcmp(level, "x86-64-v2") == 0) return __builtin_cpu_supports("x86-64-v2");
    return true;
}

static ModelTensor tensor(const char *name, int64_t elems) {
    TensorType type = {.dtype = DTYPE_F32, .rank = 1, .axes = {{"C", elems}}};
    return (ModelTensor){.name = name, .type = type, .elems = elems};
}

Job job_create(Arena *arena, const char *level, int64_t x_elems, int64_t y_elems,
               int64_t workspace_bytes) {
    Job job = {.arena = arena, .target = job_target(level)};
    job.program.fma = strcmp(level, "x86-64-v3") == 0 || strcmp(level, "x86-64-v4") == 0;
    job.program.workspace_bytes = workspace_bytes;
    job.input = tensor("x", x_elems);
    job.output = tensor("y", y_elems);
    job.interface = (ModelInterface){.name = "net",
                                     .compiler = "netc test",
                                     .cpu = level,
                                     .n_inputs = 1,
                                     .n_outputs = 1,
                                     .workspace_bytes = workspace_bytes,
                                     .workspace_align = 64,
                                     .hash = {1, 2, 3},
                                     .abi_hash = "0123456789abcdef"};
    return job;
}

LoopBuffer job_input(const Job *job) {
    return (LoopBuffer){.name = "x", .space = LOOP_INPUT, .elems = job->input.elems, .align = 4};
}

LoopBuffer job_output(const Job *job) {
    return (LoopBuffer){.name = "y", .space = LOOP_OUTPUT, .elems = job->output.elems, .align = 4};
}

LoopBuffer job_workspace(const Job *job, int64_t offset, int64_t elems) {
    cr_assert(offset >= 16 && offset + 4 * elems <= job->interface.workspace_bytes);
    return (LoopBuffer){.name = "t",
                        .space = LOOP_WORKSPACE,
                        .offset = offset,
                        .elems = elems,
                        .align = offset & -offset};
}

LoopBuffer job_weights(int64_t offset, int64_t elems) {
    return (LoopBuffer){
        .name = "w", .space = LOOP_WEIGHTS, .offset = offset, .elems = elems, .align = 64};
}

void job_add(Job *job, LoopFn *fn) { VEC_PUSH(job->arena, &job->program.fns, fn); }

Built job_build(Job *job) {
    Built built = {0};
    if (!job->interface.inputs) job->interface.inputs = &job->input;
    if (!job->interface.outputs) job->interface.outputs = &job->output;
    if (job->interface.weights_extern)
        job->interface.weights_bytes = (int64_t)job->program.weights_bytes;
    CodegenVersion version = {&job->program, job->target};
    const char *why = codegen_object(job->arena, &version, 1, &job->interface, job->strip,
                                     EMIT_OBJECT | EMIT_ASSEMBLY, &built.output);
    cr_assert_null(why, "%s", why);
    built.symbols = elf_symbols(job->arena, built.output.object, built.output.object_len);
    return built;
}

void built_load(Job *job, Built *built) {
    const char *why;
    built->jit = jit_load(job->arena, built->output.object, built->output.object_len, &why);
    cr_assert_not_null(built->jit, "%s", why);
}

RunFn *built_run(Built *built) {
    void *address = jit_symbol(built->jit, "net_run");
    cr_assert_not_null(address);
    RunFn *run;
    memcpy(&run, &address, sizeof run);
    return run;
}

PartFn *built_part(Built *built, const char *name) {
    const ElfSymbol *part = elf_symbol(&built->symbols, name);
    const ElfSymbol *run = elf_symbol(&built->symbols, "net_run");
    cr_assert(part && run, "no symbol %s", name);
    cr_assert_str_eq(part->section, run->section);
    char *address = (char *)jit_symbol(built->jit, "net_run") - run->value + part->value;
    PartFn *fn;
    memcpy(&fn, &address, sizeof fn);
    return fn;
}
