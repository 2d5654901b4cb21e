/* What NAME_run does around the phases: the CPU check and its stamp, the control word, the stack.
 */
#include "codegen/harness.h"
#include "netc_runtime.h"

#include <criterion/criterion.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <xmmintrin.h>

enum { N = 16, WORKSPACE = 64 };

/* y = x / 3, in vectors of the level's width. */
static Job third_job(Arena *arena, const char *level, int64_t workspace_bytes) {
    Job job = job_create(arena, level, N, N, workspace_bytes);
    int lanes = job.target.vector_bits / 32;
    LoopBuilder *b = loop_builder(arena, "third");
    uint32_t x = loop_buffer(b, job_input(&job)), y = loop_buffer(b, job_output(&job));
    LoopVar i = loop_begin(b, LOOP_PARALLEL, "i", loop_const(0), loop_const(N / lanes), NULL, 0);
    LoopVal v = loop_load(b, lanes, lanes, x, loop_var(b, i, lanes));
    v = loop_binary(b, LOOP_DIV, v, loop_f32(b, lanes, 3.0f));
    loop_store(b, v, lanes, y, loop_var(b, i, lanes));
    loop_end(b, NULL, 0);
    job_add(&job, loop_finish(b));
    return job;
}

/** A run's memory. */
typedef struct Memory {
    _Alignas(64) unsigned char workspace[2][WORKSPACE];
    float x[N], y[N];
} Memory;

static void reset(Memory *m) {
    memset(m->workspace, 0xEE, sizeof m->workspace);
    for (int i = 0; i < N; i++) {
        m->x[i] = (float)(i + 1);
        m->y[i] = -1.0f;
    }
}

static bool untouched(const Memory *m) {
    for (int i = 0; i < N; i++) {
        if (m->y[i] != -1.0f) return false;
    }
    return true;
}

static bool has_thirds(const Memory *m) {
    for (int i = 0; i < N; i++) {
        float third = m->x[i] / 3.0f;
        if (memcmp(&third, &m->y[i], sizeof third) != 0) return false;
    }
    return true;
}

/* The CPU check. */

/* This CPU's registers for a leaf; all 0 if it has no such leaf. */
static void cpuid(uint32_t leaf, uint32_t r[4]) {
    for (int pass = 0; pass < 2; pass++) {
        uint32_t ask = pass ? leaf : leaf & 0x80000000;
        __asm__ volatile("cpuid"
                         : "=a"(r[0]), "=b"(r[1]), "=c"(r[2]), "=d"(r[3])
                         : "a"(ask), "c"(0));
        if (!pass && r[0] < leaf) {
            memset(r, 0, 4 * sizeof *r);
            return;
        }
    }
}

static bool cpu_meets(const CpuidNeed *need, uint64_t xcr0) {
    uint32_t r[4], low, high;
    cpuid(need->leaf, r);
    if ((r[need->reg] & need->mask) != need->mask) return false;
    if (xcr0 == 0) return true;
    cpuid(1, r);
    if (!(r[2] & 1u << 27)) return false;
    __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
    return ((low | (uint64_t)high << 32) & xcr0) == xcr0;
}

/** What a CPU must have, and what one that has it returns. */
typedef struct Need {
    CpuidNeed bits;
    uint64_t xcr0;
} Need;

static const Need NEEDS[] = {
    {{1, 3, 0x06000000}, 0},          /* SSE and SSE2: all have them */
    {{1, 3, 0x00000400}, 0},          /* reserved, 0 */
    {{1, 3, 0x06000400}, 0},          /* one of three is missing */
    {{7, 1, 0x00000020}, 0},          /* AVX2 */
    {{7, 1, 0x00010000}, 0},          /* AVX-512 F */
    {{0x80000001, 3, 1u << 29}, 0},   /* 64 bit: all have it */
    {{0x80000001, 2, 0x00000020}, 0}, /* LZCNT */
    {{0x7fffffff, 0, 1}, 0},          /* no such leaf: the last one would answer */
    {{0x8fffffff, 0, 1}, 0},
    {{1, 3, 0x06000000}, 0x7},                   /* x87, SSE, AVX state */
    {{1, 3, 0x06000000}, UINT64_C(1) << 62 | 3}, /* a bit of the high word that nothing sets */
};

Test(entry, refuses_a_cpu_that_lacks_a_feature) {
    int refused = 0, n = sizeof NEEDS / sizeof NEEDS[0];
    for (int i = 0; i < 2 * n; i++) {
        const Need *need = &NEEDS[i / 2];
        Arena *arena = arena_create();
        Job job = third_job(arena, "x86-64", i % 2 ? WORKSPACE : 0);
        job.target.needs = &need->bits;
        job.target.n_needs = 1;
        job.target.xcr0 = need->xcr0;
        Built built = job_build(&job);
        built_load(&job, &built);
        Memory m;
        reset(&m);
        bool meets = cpu_meets(&need->bits, need->xcr0);
        for (int round = 0; round < 2; round++) {
            int status = built_run(&built)(m.x, m.y, i % 2 ? m.workspace[0] : NULL);
            cr_assert_eq(status, meets ? NETC_OK : NETC_E_CPU, "need %d: status %d", i / 2, status);
            cr_assert(meets ? has_thirds(&m) : untouched(&m), "need %d", i / 2);
        }
        refused += !meets;
        jit_destroy(built.jit);
        arena_destroy(arena);
    }
    cr_assert(refused >= 8 && refused <= 2 * n - 4);
}

/* The code that runs before the check uses nothing that is checked for: no VEX-coded instruction,
 * all of which begin with a v in assembly. */
Test(entry, is_baseline_before_the_check) {
    static const char *const FUNCTIONS[] = {"net_run_0123456789abcdef:",
                                            "net_run_threads_0123456789abcdef:",
                                            "net_start:",
                                            "net_start_threads:",
                                            "net_team:",
                                            "net_task:",
                                            "net_barrier:",
                                            "net_call:",
                                            "net_cpu:"};
    Arena *arena = arena_create();
    Job job = third_job(arena, "x86-64-v4", WORKSPACE);
    model_add_threads(&job.interface);
    Built built = job_build(&job);
    const char *kernel = strstr(built.output.assembly, "\nnet_third:");
    cr_assert(kernel && strstr(kernel, "%zmm"), "the kernel does not use the target's vectors");
    for (size_t i = 0; i < sizeof FUNCTIONS / sizeof FUNCTIONS[0]; i++) {
        const char *at = strstr(built.output.assembly, FUNCTIONS[i]);
        cr_assert_not_null(at, "no %s", FUNCTIONS[i]);
        const char *end = strstr(at, ".Lfunc_end"), *vector = strstr(at, "\n\tv");
        cr_assert(end && (vector == NULL || vector > end), "%s %.40s", FUNCTIONS[i], vector);
    }
    arena_destroy(arena);
}

/* Several versions: y = x / 3, x / 5 and x / 7, of which a CPU gets the first that it can run. */
Test(entry, chooses_the_first_version_that_runs) {
    static const CpuidNeed ALL_HAVE = {1, 3, 0x06000000}, NONE_HAS = {1, 3, 0x00000400};
    static const float DIVISORS[] = {3.0f, 5.0f, 7.0f};
    enum { VERSIONS = 3 };
    for (int good = 0; good < 1 << VERSIONS; good++) {
        Arena *arena = arena_create();
        Job job = third_job(arena, "x86-64", WORKSPACE);
        CodegenVersion versions[VERSIONS];
        LoopProgram programs[VERSIONS];
        int wanted = VERSIONS;
        for (int v = VERSIONS; v-- > 0;) {
            LoopBuilder *b = loop_builder(arena, "divide");
            uint32_t x = loop_buffer(b, job_input(&job)), y = loop_buffer(b, job_output(&job));
            LoopVar i = loop_begin(b, LOOP_PARALLEL, "i", loop_const(0), loop_const(N), NULL, 0);
            LoopVal value = loop_load(b, 1, 1, x, loop_var(b, i, 1));
            value = loop_binary(b, LOOP_DIV, value, loop_f32(b, 1, DIVISORS[v]));
            loop_store(b, value, 1, y, loop_var(b, i, 1));
            loop_end(b, NULL, 0);
            programs[v] = (LoopProgram){.workspace_bytes = WORKSPACE};
            VEC_PUSH(arena, &programs[v].fns, loop_finish(b));
            versions[v] = (CodegenVersion){&programs[v], job.target};
            versions[v].target.needs = good >> v & 1 ? &ALL_HAVE : &NONE_HAS;
            versions[v].target.n_needs = 1;
            if (good >> v & 1) wanted = v;
        }
        Built built = {0};
        job.interface.inputs = &job.input;
        job.interface.outputs = &job.output;
        const char *why = codegen_object(arena, versions, VERSIONS, &job.interface, false,
                                         EMIT_OBJECT, &built.output);
        cr_assert_null(why, "%s", why);
        built_load(&job, &built);
        Memory m;
        reset(&m);
        uint64_t version;
        for (int round = 0; round < 3; round++) {
            int status = built_run(&built)(m.x, m.y, m.workspace[0]);
            cr_assert_eq(status, wanted < VERSIONS ? NETC_OK : NETC_E_CPU, "%d: %d", good, status);
            if (wanted == VERSIONS) {
                cr_assert(untouched(&m));
                continue;
            }
            memcpy(&version, m.workspace[0] + 8, sizeof version);
            cr_assert_eq(version, (uint64_t)wanted, "%d", good);
            for (int i = 0; i < N; i++) cr_assert_eq(m.y[i], m.x[i] / DIVISORS[wanted]);
            if (round == 1) { /* a number that is none makes the stamp worthless */
                version = VERSIONS;
                memcpy(m.workspace[0] + 8, &version, sizeof version);
            }
        }
        jit_destroy(built.jit);
        arena_destroy(arena);
    }
}

/* The stamp. */

static uint64_t word(const unsigned char *bytes, int i) {
    uint64_t value;
    memcpy(&value, bytes + 8 * i, sizeof value);
    return value;
}

/* The object's constant: what the stamp of a run is, xor the workspace's address. */
static uint64_t stamp_of(Job *job) {
    Built built = job_build(job);
    built_load(job, &built);
    Memory m;
    uint64_t stamp[2];
    for (int i = 0; i < 2; i++) {
        reset(&m);
        cr_assert_eq(built_run(&built)(m.x, m.y, m.workspace[i]), NETC_OK);
        stamp[i] = word(m.workspace[i], 0) ^ (uintptr_t)m.workspace[i];
        cr_assert_eq(word(m.workspace[i], 1), 0);
        for (int k = 16; k < WORKSPACE; k++) cr_assert_eq(m.workspace[i][k], 0xEE);
    }
    cr_assert_eq(stamp[0], stamp[1]);
    jit_destroy(built.jit);
    return stamp[0];
}

Test(entry, stamps_are_of_one_object) {
    static const CpuidNeed SSE[] = {{1, 3, 0x02000000}}, SSE2[] = {{1, 3, 0x04000000}};
    Arena *arena = arena_create();
    Job job = third_job(arena, "x86-64", WORKSPACE);
    job.target.needs = SSE;
    job.target.n_needs = 1;
    uint64_t first = stamp_of(&job);
    cr_assert_eq(stamp_of(&job), first);
    job.interface.hash[15] ^= 1;
    uint64_t other_hash = stamp_of(&job);
    job.target.needs = SSE2;
    uint64_t other_needs = stamp_of(&job);
    cr_assert(first != other_hash && first != other_needs && other_hash != other_needs);
    arena_destroy(arena);
}

/* The object's constant, out of its code. */
static uint64_t stamp_in_assembly(const char *assembly) {
    static const char LOAD[] = "movabsq\t$";
    const char *at = strstr(assembly, "\nnet_start:");
    cr_assert_not_null(at);
    at = strstr(at, LOAD);
    cr_assert_not_null(at);
    return (uint64_t)strtoll(at + strlen(LOAD), NULL, 10);
}

/* An object that no CPU may run does run where its stamp stands: there it asks no more. */
Test(entry, believes_its_stamp_and_no_other) {
    static const CpuidNeed NONE_HAS[] = {{1, 3, 0x00000400}};
    Arena *arena = arena_create();
    Job job = third_job(arena, "x86-64", WORKSPACE);
    job.target.needs = NONE_HAS;
    job.target.n_needs = 1;
    Built built = job_build(&job);
    built_load(&job, &built);
    RunFn *run = built_run(&built);
    uint64_t constant = stamp_in_assembly(built.output.assembly);
    Memory m;
    struct {
        uint64_t first, second;
        int status;
    } cases[] = {
        {constant ^ (uintptr_t)m.workspace[0], 0, NETC_OK},
        {constant ^ (uintptr_t)m.workspace[0], 1, NETC_E_CPU}, /* a version there is not */
        {constant ^ (uintptr_t)m.workspace[1], 0, NETC_E_CPU}, /* copied from another place */
        {constant, 0, NETC_E_CPU},
        {0, 0, NETC_E_CPU},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        reset(&m);
        memcpy(m.workspace[0], &cases[i].first, 8);
        memcpy(m.workspace[0] + 8, &cases[i].second, 8);
        cr_assert_eq(run(m.x, m.y, m.workspace[0]), cases[i].status, "case %zu", i);
        cr_assert(cases[i].status == NETC_OK ? has_thirds(&m) : untouched(&m), "case %zu", i);
        cr_assert_eq(word(m.workspace[0], 0), cases[i].first, "case %zu", i);
    }
    jit_destroy(built.jit);
    arena_destroy(arena);
}

/* The control word. */

Test(entry, sets_and_restores_the_control_word) {
    enum { USUAL = 0x1F80, FLUSH = 0x8040, TOWARDS_ZERO = 0x6000, NO_MASKS = 0, INEXACT = 0x20 };
    static const unsigned CALLERS[] = {USUAL, NO_MASKS, NO_MASKS | TOWARDS_ZERO | FLUSH,
                                       USUAL | INEXACT | FLUSH};
    for (int fast = 0; fast < 2; fast++) {
        Arena *arena = arena_create();
        Job job = third_job(arena, "x86-64", WORKSPACE);
        job.target.flush_denormals = fast;
        Built built = job_build(&job);
        built_load(&job, &built);
        RunFn *run = built_run(&built);
        for (size_t i = 0; i < sizeof CALLERS / sizeof CALLERS[0]; i++) {
            Memory m;
            reset(&m);
            m.x[0] = 0x1p-126f;  /* a third of it is a denormal */
            m.x[1] = -0x1p-140f; /* a denormal itself */
            _mm_setcsr(CALLERS[i]);
            int status = run(m.x, m.y, m.workspace[0]);
            unsigned after = _mm_getcsr();
            _mm_setcsr(USUAL);
            cr_assert_eq(status, NETC_OK);
            cr_assert_eq(after, CALLERS[i], "%#x became %#x", CALLERS[i], after);
            if (!fast) {
                cr_assert(has_thirds(&m), "word %#x", CALLERS[i]);
            } else {
                cr_assert(m.y[0] == 0.0f && m.y[1] == 0.0f, "word %#x", CALLERS[i]);
                cr_assert(m.y[2] == 1.0f && m.y[3] == 4.0f / 3.0f, "word %#x", CALLERS[i]);
            }
        }
        jit_destroy(built.jit);
        arena_destroy(arena);
    }
}

/* The stack. */

enum { STACK = 256 * 1024, PAINT = 0xA5 };

/** A call on a painted stack. */
typedef struct Painted {
    RunFn *run;
    const struct netc_model *model; /* if not NULL, the call goes through it */
    Memory *memory;
    unsigned char *stack; /* STACK bytes */
    size_t depth;         /* bytes of it that the call used */
    int status;
} Painted;

/* Paints what lies below its own frame, calls, and looks how far the paint is gone. Nothing else
 * may be called in between: hence volatile bytes, and no sanitizer. */
__attribute__((no_sanitize("address", "undefined"))) static void *call_painted(void *context) {
    Painted *p = context;
    const void *in[] = {p->memory->x};
    float *out[] = {p->memory->y};
    unsigned char *pointer;
    __asm__ volatile("mov %%rsp, %0" : "=r"(pointer));
    volatile unsigned char *byte = p->stack;
    while (byte < pointer) *byte++ = PAINT;
    p->status = p->model ? p->model->run(in, out, p->memory->workspace[0], NULL, NULL)
                         : p->run(p->memory->x, p->memory->y, p->memory->workspace[0]);
    byte = p->stack;
    while (*byte == PAINT) byte++;
    p->depth = (size_t)(pointer - byte);
    return NULL;
}

static size_t depth_of_call(Painted *p) {
    p->stack = aligned_alloc(4096, STACK);
    cr_assert_not_null(p->stack);
    pthread_attr_t attributes;
    pthread_t thread;
    pthread_attr_init(&attributes);
    cr_assert_eq(pthread_attr_setstack(&attributes, p->stack, STACK), 0);
    cr_assert_eq(pthread_create(&thread, &attributes, call_painted, p), 0);
    pthread_join(thread, NULL);
    pthread_attr_destroy(&attributes);
    cr_assert_eq(p->status, NETC_OK);
    free(p->stack);
    return p->depth;
}

/* y = x reversed through a buffer on the stack, with more live vectors than registers. */
static Job deep_job(Arena *arena, const char *level) {
    enum { LOCAL = 1000, LIVE = 40 };
    Job job = third_job(arena, level, WORKSPACE);
    LoopBuilder *b = loop_builder(arena, "deep");
    uint32_t x = loop_buffer(b, job_input(&job)), y = loop_buffer(b, job_output(&job));
    LoopBuffer local = {.name = "s", .space = LOOP_LOCAL, .elems = LOCAL, .align = 64};
    uint32_t s = loop_buffer(b, local);
    LoopVar i = loop_begin(b, LOOP_PARALLEL, "i", loop_const(0), loop_const(1), NULL, 0);
    LoopVal live[LIVE];
    for (int k = 0; k < LIVE; k++) {
        live[k] = loop_broadcast(b, loop_load(b, 1, 1, x, loop_const(k % N)), 8);
        loop_store(b, live[k], 8, s, loop_const(8 * k));
    }
    LoopVar j = loop_begin(b, LOOP_SERIAL, "j", loop_const(0), loop_const(100), live, LIVE);
    for (int k = 0; k < LIVE; k++) {
        LoopVal v = loop_load(b, 8, 8, s, loop_offset(loop_var(b, j, 1), k));
        live[k] = loop_fma(b, v, live[(k + 1) % LIVE], live[k]);
    }
    loop_end(b, live, LIVE);
    for (int k = 0; k < N; k++) {
        LoopAffine at = loop_offset(loop_var(b, i, 1), k);
        loop_store(b, loop_reduce(b, LOOP_REDUCE_MAX, live[k]), 1, y, at);
    }
    loop_end(b, NULL, 0);
    job_add(&job, loop_finish(b));
    return job;
}

Test(entry, keeps_within_its_stack_bound) {
    static const char *const LEVELS[] = {"x86-64", "x86-64-v3", "x86-64-v4"};
    for (size_t i = 0; i < 6; i++) {
        const char *level = LEVELS[i / 2];
        if (!host_runs(level)) continue;
        Arena *arena = arena_create();
        Job job = i % 2 ? deep_job(arena, level) : third_job(arena, level, WORKSPACE);
        Built built = job_build(&job);
        built_load(&job, &built);
        Memory m;
        reset(&m);
        Painted p = {.run = built_run(&built), .memory = &m};
        size_t bound = (size_t)job.interface.stack_bytes, deepest = 0;
        for (int through_model = 0; through_model < 2; through_model++) {
            p.model = through_model ? jit_symbol(built.jit, "net_model") : NULL;
            size_t depth = depth_of_call(&p);
            cr_assert(depth <= bound, "%s %zu: %zu bytes, bound %zu", level, i, depth, bound);
            deepest = depth > deepest ? depth : deepest;
        }
        cr_assert(deepest >= (i % 2 ? 4000u : 64u), "%s: only %zu bytes", level, deepest);
        cr_assert(bound - deepest <= 256, "%s: bound %zu for %zu bytes", level, bound, deepest);
        jit_destroy(built.jit);
        arena_destroy(arena);
    }
}

/* More arguments than registers: each input and output reaches its own slot. */
Test(entry, passes_many_arguments) {
    enum { INPUTS = 5, OUTPUTS = 4 };
    Arena *arena = arena_create();
    Job job = job_create(arena, "x86-64", 4, 4, 0);
    ModelTensor inputs[INPUTS], outputs[OUTPUTS];
    for (int i = 0; i < INPUTS; i++) inputs[i] = job.input;
    for (int i = 0; i < OUTPUTS; i++) outputs[i] = job.output;
    job.interface.inputs = inputs;
    job.interface.n_inputs = INPUTS;
    job.interface.outputs = outputs;
    job.interface.n_outputs = OUTPUTS;
    LoopBuilder *b = loop_builder(arena, "many");
    uint32_t x[INPUTS];
    for (int i = 0; i < INPUTS; i++) {
        LoopBuffer buffer = job_input(&job);
        buffer.index = (uint32_t)i;
        x[i] = loop_buffer(b, buffer);
    }
    loop_begin(b, LOOP_PARALLEL, "once", loop_const(0), loop_const(1), NULL, 0);
    for (int i = 0; i < OUTPUTS; i++) {
        LoopBuffer buffer = job_output(&job);
        buffer.index = (uint32_t)i;
        uint32_t y = loop_buffer(b, buffer);
        LoopVal left = loop_load(b, 4, 4, x[i], loop_const(0));
        LoopVal right = loop_load(b, 4, 4, x[i + 1], loop_const(0));
        loop_store(b, loop_binary(b, LOOP_SUB, left, right), 4, y, loop_const(0));
    }
    loop_end(b, NULL, 0);
    job_add(&job, loop_finish(b));
    Built built = job_build(&job);
    built_load(&job, &built);
    void *address = jit_symbol(built.jit, "net_run");
    int (*run)(const float *, const float *, const float *, const float *, const float *, float *,
               float *, float *, float *, void *);
    memcpy(&run, &address, sizeof run);
    float in[INPUTS][4], out[OUTPUTS][4];
    for (int i = 0; i < INPUTS * 4; i++) in[i / 4][i % 4] = (float)(i * i);
    int status = run(in[0], in[1], in[2], in[3], in[4], out[0], out[1], out[2], out[3], NULL);
    cr_assert_eq(status, NETC_OK);
    for (int i = 0; i < OUTPUTS * 4; i++) {
        cr_assert_eq(out[i / 4][i % 4], in[i / 4][i % 4] - in[i / 4 + 1][i % 4], "element %d", i);
    }
    jit_destroy(built.jit);
    arena_destroy(arena);
}
