/* The object as its callers and linkers see it: NAME_run, its arguments, NAME_model, symbols. */
#include "codegen/harness.h"
#include "netc_runtime.h"

#include <criterion/criterion.h>
#include <elf.h>
#include <string.h>

enum { N = 24, WORKSPACE = 256 };

/* y[i] = x[i] / 3 + w[i], through the workspace: two phases, called after names that collide with
 * those of the entry. */
static Job scale_job(Arena *arena, const char *level) {
    static _Alignas(64) float weights[N];
    for (int i = 0; i < N; i++) weights[i] = (float)i;
    Job job = job_create(arena, level, N, N, WORKSPACE);
    job.program.weights = (const unsigned char *)weights;
    job.program.weights_bytes = sizeof weights;

    LoopBuilder *b = loop_builder(arena, "run");
    uint32_t x = loop_buffer(b, job_input(&job));
    uint32_t t = loop_buffer(b, job_workspace(&job, 64, N));
    LoopVar i = loop_begin(b, LOOP_PARALLEL, "i", loop_const(0), loop_const(N), NULL, 0);
    LoopVal v = loop_load(b, 1, 1, x, loop_var(b, i, 1));
    loop_store(b, loop_binary(b, LOOP_DIV, v, loop_f32(b, 1, 3.0f)), 1, t, loop_var(b, i, 1));
    loop_end(b, NULL, 0);
    job_add(&job, loop_finish(b));

    b = loop_builder(arena, "model");
    t = loop_buffer(b, job_workspace(&job, 64, N));
    uint32_t w = loop_buffer(b, job_weights(0, N));
    uint32_t y = loop_buffer(b, job_output(&job));
    i = loop_begin(b, LOOP_PARALLEL, "i", loop_const(0), loop_const(N / 4), NULL, 0);
    v = loop_load(b, 4, 4, t, loop_var(b, i, 4));
    LoopVal add = loop_load(b, 4, 4, w, loop_var(b, i, 4));
    loop_store(b, loop_binary(b, LOOP_ADD, v, add), 4, y, loop_var(b, i, 4));
    loop_end(b, NULL, 0);
    job_add(&job, loop_finish(b));
    return job;
}

static void fill(float *x, float *y) {
    for (int i = 0; i < N; i++) {
        x[i] = (float)(i * 7 - 50);
        y[i] = -1.0f;
    }
}

static void expect_scaled(const float *x, const float *y, const char *what) {
    for (int i = 0; i < N; i++) {
        float want = x[i] / 3.0f + (float)i;
        cr_assert(memcmp(&want, &y[i], sizeof want) == 0, "%s: y[%d] = %a, not %a", what, i, y[i],
                  want);
    }
}

static void expect_untouched(const float *y, const char *what) {
    for (int i = 0; i < N; i++) cr_assert(y[i] == -1.0f, "%s: y[%d] written", what, i);
}

Test(object, runs_and_checks_its_arguments) {
    static const char *const LEVELS[] = {"x86-64", "x86-64-v3"};
    for (size_t l = 0; l < 2; l++) {
        if (!host_runs(LEVELS[l])) continue;
        Arena *arena = arena_create();
        Job job = scale_job(arena, LEVELS[l]);
        Built built = job_build(&job);
        built_load(&job, &built);
        RunFn *run = built_run(&built);
        _Alignas(64) unsigned char workspace[WORKSPACE + 64];
        memset(workspace, 0xEE, sizeof workspace);
        float x[N], y[N];
        fill(x, y);
        cr_assert_eq(run(NULL, y, workspace), NETC_E_ARGUMENT);
        cr_assert_eq(run(x, NULL, workspace), NETC_E_ARGUMENT);
        cr_assert_eq(run(x, y, NULL), NETC_E_ARGUMENT);
        for (int off = 1; off < 64; off++)
            cr_assert_eq(run(x, y, workspace + off), NETC_E_ARGUMENT);
        expect_untouched(y, LEVELS[l]);
        for (int round = 0; round < 3; round++) {
            cr_assert_eq(run(x, y, workspace), NETC_OK);
            expect_scaled(x, y, LEVELS[l]);
        }
        for (int i = WORKSPACE; i < WORKSPACE + 64; i++) cr_assert_eq(workspace[i], 0xEE);
        cr_assert_null(jit_symbol(built.jit, "net_nothing"));
        jit_destroy(built.jit);
        arena_destroy(arena);
    }
}

Test(object, defines_its_own_prefix_and_needs_nothing) {
    for (int strip = 0; strip < 2; strip++) {
        Arena *arena = arena_create();
        Job job = scale_job(arena, "x86-64-v3");
        job.strip = strip;
        Built built = job_build(&job);
        int globals = 0;
        for (size_t i = 0; i < built.symbols.len; i++) {
            const ElfSymbol *s = &built.symbols.at[i];
            cr_assert(!s->undefined, "undefined symbol %s", s->name);
            globals += s->global;
            bool is_constant = strncmp(s->name, ".LCPI", 5) == 0; /* of a mergeable section */
            if (strip) cr_assert(s->global || is_constant, "local symbol %s", s->name);
        }
        cr_assert_eq(globals, 3);
        const ElfSymbol *run = elf_symbol(&built.symbols, "net_run");
        const ElfSymbol *hashed = elf_symbol(&built.symbols, "net_run_0123456789abcdef");
        const ElfSymbol *model = elf_symbol(&built.symbols, "net_model");
        cr_assert(run && run->global && run->function);
        cr_assert(hashed && hashed->global && hashed->value == run->value);
        cr_assert(model && model->global);
        cr_assert_str_eq(model->section, ".data.rel.ro");
        /* Layers called `run` and `model` do not take these names. */
        if (!strip) {
            cr_assert_not_null(elf_symbol(&built.symbols, "net_run.1"));
            cr_assert_not_null(elf_symbol(&built.symbols, "net_model.2"));
        }
        /* No writable data: .data.rel.ro is read-only once relocated. */
        size_t len = 0;
        static const char *const WRITABLE[] = {".data", ".bss", ".tdata", ".tbss"};
        for (size_t i = 0; i < sizeof WRITABLE / sizeof WRITABLE[0]; i++) {
            const char *bytes = elf_section(built.output.object, WRITABLE[i], &len);
            cr_assert(bytes == NULL || len == 0, "%s has %zu bytes", WRITABLE[i], len);
        }
        bool has_unwind = elf_section(built.output.object, ".eh_frame", &len) != NULL;
        cr_assert_eq(has_unwind, !strip);
        cr_assert_eq(elf_section_flags(built.output.object, ".rodata") & SHF_WRITE, 0);
        arena_destroy(arena);
    }
}

Test(object, describes_itself_and_runs_through_its_description) {
    if (!host_runs("x86-64-v3")) cr_skip_test("no AVX2");
    Arena *arena = arena_create();
    Job job = scale_job(arena, "x86-64-v3");
    job.input.type = (TensorType){.rank = 3, .axes = {{"C", 2}, {"H", 3}, {"Width", 4}}};
    Built built = job_build(&job);
    built_load(&job, &built);
    const struct netc_model *m = jit_symbol(built.jit, "net_model");
    cr_assert_not_null(m);
    cr_assert_eq(m->abi, NETC_MODEL_ABI);
    cr_assert_str_eq(m->name, "net");
    cr_assert_str_eq(m->compiler, "netc test");
    cr_assert_str_eq(m->cpu, "x86-64-v3");
    cr_assert_arr_eq(m->hash, job.interface.hash, 16);
    cr_assert(m->n_inputs == 1 && m->n_outputs == 1);
    cr_assert_str_eq(m->inputs[0].name, "x");
    cr_assert_str_eq(m->inputs[0].axes, "C H Width");
    cr_assert(m->inputs[0].rank == 3 && m->inputs[0].elems == N);
    long long extent[5] = {2, 3, 4, 0, 0};
    cr_assert_arr_eq(m->inputs[0].extent, extent, sizeof extent);
    cr_assert_eq(m->inputs[0].type, NETC_TYPE_F32);
    cr_assert_str_eq(m->outputs[0].name, "y");
    cr_assert(m->outputs[0].rank == 1 && m->outputs[0].extent[0] == N);
    cr_assert(m->workspace_bytes == WORKSPACE && m->workspace_align == 64);
    cr_assert_eq(m->weights_bytes, 0, "they are in the object");
    cr_assert(m->stack_bytes > 0 && (int64_t)m->stack_bytes == job.interface.stack_bytes);
    const char *in_assembly = arena_printf(arena, "\n\t.quad\t%zu\n", m->stack_bytes);
    const char *model_text = strstr(built.output.assembly, "\nnet_model:");
    cr_assert(model_text && strstr(model_text, in_assembly), "assembly without%s", in_assembly);

    _Alignas(64) unsigned char workspace[WORKSPACE] = {0};
    float x[N], y[N];
    const void *in[] = {x};
    float *out[] = {y};
    fill(x, y);
    cr_assert_eq(m->run(NULL, out, workspace, NULL, NULL), NETC_E_ARGUMENT);
    cr_assert_eq(m->run(in, NULL, workspace, NULL, NULL), NETC_E_ARGUMENT);
    const void *no_input[] = {NULL};
    cr_assert_eq(m->run(no_input, out, workspace, NULL, NULL), NETC_E_ARGUMENT);
    expect_untouched(y, "NULL");
    cr_assert_eq(m->run(in, out, workspace, NULL, NULL), NETC_OK);
    expect_scaled(x, y, "through net_model");
    jit_destroy(built.jit);
    arena_destroy(arena);
}

/* The stack bound is written into the bytes of a finished object, 56 bytes behind the hash in
 * NAME_model, whatever the format. */
Test(object, states_its_stack_in_every_format) {
    static const char *const TARGETS[][2] = {
        {"x86_64-pc-linux-gnu", "x86-64"},
        {"x86_64-pc-windows-msvc", "x86-64"},
        {"aarch64-unknown-linux-gnu", "generic"},
        {"arm64-apple-macosx11.0.0", "generic"},
    };
    enum {
        FROM_HASH = offsetof(struct netc_model, stack_bytes) - offsetof(struct netc_model, hash)
    };
    for (size_t i = 0; i < sizeof TARGETS / sizeof TARGETS[0]; i++) {
        Arena *arena = arena_create();
        Job job = scale_job(arena, "x86-64");
        job.target.triple = TARGETS[i][0];
        job.target.cpu = job.target.tune = job.target.entry_cpu = TARGETS[i][1];
        memcpy(job.interface.hash, "0123456789ABCDEF", 16);
        job.interface.inputs = &job.input;
        job.interface.outputs = &job.output;
        CodegenOutput output;
        CodegenVersion version = {&job.program, job.target};
        const char *why =
            codegen_object(arena, &version, 1, &job.interface, false, EMIT_OBJECT, &output);
        cr_assert_null(why, "%s: %s", TARGETS[i][0], why);
        int found = 0;
        for (size_t at = 0; at + FROM_HASH + 8 <= output.object_len; at++) {
            if (memcmp(output.object + at, job.interface.hash, 16) != 0) continue;
            int64_t stack;
            memcpy(&stack, output.object + at + FROM_HASH, sizeof stack);
            cr_assert_eq(stack, job.interface.stack_bytes, "%s", TARGETS[i][0]);
            found++;
        }
        cr_assert_eq(found, 1, "%s: %d hashes", TARGETS[i][0], found);
        cr_assert_gt(job.interface.stack_bytes, 0);
        arena_destroy(arena);
    }
}

Test(object, is_the_same_bytes_every_time) {
    Arena *arena = arena_create();
    Job one = scale_job(arena, "x86-64-v3"), two = scale_job(arena, "x86-64-v3");
    Built a = job_build(&one), b = job_build(&two);
    cr_assert_eq(a.output.object_len, b.output.object_len);
    cr_assert(memcmp(a.output.object, b.output.object, a.output.object_len) == 0);
    cr_assert_str_eq(a.output.assembly, b.output.assembly);
    arena_destroy(arena);
}

Test(object, gives_reasons_for_what_the_code_generator_does_not_know) {
    Arena *arena = arena_create();
    struct {
        const char *triple, *cpu, *features, *reason;
    } cases[] = {
        {"nowhere-at-all", "x86-64", "", "no code generator for `nowhere-at-all`"},
        {"x86_64-pc-linux-gnu", "i386", "", "LLVM does not know the CPU `i386`"},
        {"x86_64-pc-linux-gnu", "x86-64-v3", "+avx2,+avx10.1-256",
         "LLVM does not know the CPU feature `+avx10.1-256`"},
        {"x86_64-pc-linux-gnu", "x86-64-v3", "avx2", "LLVM does not know the CPU feature `avx2`"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        Job job = scale_job(arena, "x86-64-v3");
        job.target.triple = cases[i].triple;
        job.target.cpu = cases[i].cpu;
        job.target.features = cases[i].features;
        CodegenOutput output;
        CodegenVersion version = {&job.program, job.target};
        const char *why =
            codegen_object(arena, &version, 1, &job.interface, false, EMIT_OBJECT, &output);
        cr_assert_str_eq(why, cases[i].reason);
    }
    /* A fused multiply-add that the CPU lacks would be a call of the C library. */
    Job job = scale_job(arena, "x86-64");
    LoopBuilder *b = loop_builder(arena, "fused");
    uint32_t y = loop_buffer(b, job_output(&job));
    loop_begin(b, LOOP_PARALLEL, "once", loop_const(0), loop_const(1), NULL, 0);
    LoopVal v = loop_load(b, 1, 1, y, loop_const(0));
    loop_store(b, loop_fma(b, v, v, v), 1, y, loop_const(0));
    loop_end(b, NULL, 0);
    job_add(&job, loop_finish(b));
    job.program.fma = true;
    job.interface.inputs = &job.input;
    job.interface.outputs = &job.output;
    CodegenOutput output;
    CodegenVersion version = {&job.program, job.target};
    const char *why =
        codegen_object(arena, &version, 1, &job.interface, false, EMIT_OBJECT, &output);
    cr_assert_str_eq(why, "the object refers to `fmaf`");

    cr_assert(codegen_knows_cpu("x86_64-pc-linux-gnu", "znver5"));
    cr_assert(!codegen_knows_cpu("x86_64-pc-linux-gnu", "x86-64-v5"));
    cr_assert(!codegen_knows_cpu("aarch64-linux-gnu", "x86-64"));
    arena_destroy(arena);
}

/* The same numbers, passed by the caller. */
Test(object, takes_weights_as_an_argument) {
    if (!host_runs("x86-64-v3")) cr_skip_test("no AVX2");
    Arena *arena = arena_create();
    Job job = scale_job(arena, "x86-64-v3");
    job.interface.weights_extern = true;
    Built built = job_build(&job);
    size_t len;
    cr_assert(elf_section(built.output.object, ".rodata", &len) == NULL || len < sizeof(float) * N,
              "the weights are in the object");
    built_load(&job, &built);
    const struct netc_model *m = jit_symbol(built.jit, "net_model");
    cr_assert_eq(m->weights_bytes, sizeof(float) * N);

    typedef int WithWeights(const float *x, float *y, void *workspace, const void *weights);
    WithWeights *run;
    void *address = jit_symbol(built.jit, "net_run");
    memcpy(&run, &address, sizeof run);
    _Alignas(64) unsigned char workspace[WORKSPACE] = {0};
    float x[N], y[N];
    const void *in[] = {x};
    float *out[] = {y};
    fill(x, y);
    const unsigned char *weights = job.program.weights;
    const void *const bad[] = {NULL, weights + 4, weights + 32, weights + 63};
    for (int i = 0; i < 4; i++) {
        cr_assert_eq(run(x, y, workspace, bad[i]), NETC_E_WEIGHTS, "%d", i);
        cr_assert_eq(m->run(in, out, workspace, bad[i], NULL), NETC_E_WEIGHTS, "%d", i);
    }
    expect_untouched(y, "bad weights");
    cr_assert_eq(run(x, y, workspace, weights), NETC_OK);
    expect_scaled(x, y, "weights of net_run");
    fill(x, y);
    cr_assert_eq(m->run(in, out, workspace, weights, NULL), NETC_OK);
    expect_scaled(x, y, "weights of net_model");
    jit_destroy(built.jit);
    arena_destroy(arena);
}
