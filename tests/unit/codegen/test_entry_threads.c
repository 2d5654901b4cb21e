/* What NAME_run_threads does around the phases: the pool it is given, the control word and the
 * stack of every thread, the barrier. */
#include "codegen/harness.h"
#include "netc_runtime.h"
#include "support/guard.h"

#include <criterion/criterion.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <xmmintrin.h>

enum { N = 64, PHASES = 6, WORKSPACE = 64 + 2 * 4 * N, MOST = 17 };

typedef int RunThreadsFn(const float *x, float *y, void *workspace, struct netc_threads *threads);

/* Each phase reverses its input and divides it by 3: every part needs what all others wrote. The
 * first three are shared by `parts`, the others run on one. */
static Job chain_job(Arena *arena, int parts) {
    Job job = job_create(arena, "x86-64", N, N, WORKSPACE);
    model_add_threads(&job.interface);
    LoopBuffer between[] = {job_workspace(&job, 64, N), job_workspace(&job, 64 + 4 * N, N)};
    for (int p = 0; p < PHASES; p++) {
        LoopBuilder *b = loop_builder(arena, arena_printf(arena, "phase%d", p));
        uint32_t x = loop_buffer(b, p == 0 ? job_input(&job) : between[p % 2]);
        uint32_t y = loop_buffer(b, p == PHASES - 1 ? job_output(&job) : between[(p + 1) % 2]);
        LoopVar i = loop_begin(b, LOOP_PARALLEL, "i", loop_const(0), loop_const(N), NULL, 0);
        LoopVal v = loop_load(b, 1, 1, x, loop_offset(loop_var(b, i, -1), N - 1));
        v = loop_binary(b, LOOP_DIV, v, loop_f32(b, 1, 3.0f));
        loop_store(b, v, 1, y, loop_var(b, i, 1));
        loop_end(b, NULL, 0);
        LoopFn *fn = loop_finish(b);
        fn->most_parts = p < 3 ? parts : 1;
        job_add(&job, fn);
    }
    return job;
}

static float expected(const float *x, int i, bool flush) {
    float v = x[PHASES % 2 ? N - 1 - i : i];
    for (int p = 0; p < PHASES; p++) {
        v /= 3.0f;
        if (flush && v > -0x1p-126f && v < 0x1p-126f) v = 0;
    }
    return v;
}

/** A loaded object and the memory of a run, between guard pages. */
typedef struct Loaded {
    Job job;
    Built built;
    const struct netc_model *model;
    RunThreadsFn *run;
    float x[N], y[N];
} Loaded;

static Loaded load(Arena *arena, int parts, bool fast) {
    Loaded l = {.job = chain_job(arena, parts)};
    l.job.target.flush_denormals = fast;
    l.built = job_build(&l.job);
    built_load(&l.job, &l.built);
    l.model = jit_symbol(l.built.jit, "net_model");
    void *address = jit_symbol(l.built.jit, "net_run_threads");
    cr_assert(l.model && address);
    memcpy(&l.run, &address, sizeof address);
    for (int i = 0; i < N; i++) l.x[i] = (float)(i * i) - 100.0f;
    l.x[5] = 0x1p-120f; /* becomes a denormal on the way */
    return l;
}

static int run(Loaded *l, struct netc_threads *threads, bool at_end) {
    for (int i = 0; i < N; i++) l->y[i] = -1.0f;
    Guarded workspace = guard_alloc(netc_workspace_bytes(l->model, threads), 64, at_end);
    int status = l->run(l->x, l->y, workspace.data, threads);
    guard_free(&workspace);
    return status;
}

static void expect_result(const Loaded *l, bool fast, const char *what) {
    for (int i = 0; i < N; i++) {
        float want = expected(l->x, i, fast);
        cr_assert(memcmp(&want, &l->y[i], sizeof want) == 0, "%s: y[%d] = %a, not %a", what, i,
                  l->y[i], want);
    }
}

/** A pool that counts its jobs and runs the parts one after another, each with another control word
 *  that must be there again afterwards. */
typedef struct Counting {
    struct netc_threads threads;
    int jobs, changed_words;
} Counting;

static void count_jobs(struct netc_threads *threads, void (*part)(void *ctx, int i, int n),
                       void *ctx) {
    enum { USUAL = 0x1F80, TOWARDS_ZERO = 0x6000, FLUSH = 0x8040 };
    Counting *pool = (Counting *)threads;
    pool->jobs++;
    for (int i = threads->count; i-- > 0;) {
        unsigned word = i % 2 ? TOWARDS_ZERO | FLUSH : TOWARDS_ZERO | USUAL;
        _mm_setcsr(word);
        part(ctx, i, threads->count);
        pool->changed_words += _mm_getcsr() != word;
    }
    _mm_setcsr(USUAL);
}

static void no_wait(const unsigned *word, unsigned seen) { (void)word, (void)seen; }
static void no_wake(unsigned *word) { (void)word; }

Test(entry_threads, phases_are_jobs_where_nothing_may_wait) {
    static const struct {
        int parts, jobs;
    } cases[] = {{0, 3}, {2, 3}, {3, 3}, {1, 0}};
    for (int fast = 0; fast < 2; fast++)
        for (size_t c = 0; c < 4; c++) {
            Arena *arena = arena_create();
            Loaded l = load(arena, cases[c].parts, fast);
            for (int count = 1; count <= MOST; count++) {
                Counting pool = {.threads = {.count = count, .parallel = count_jobs}};
                cr_assert_eq(run(&l, &pool.threads, count % 2), NETC_OK);
                expect_result(&l, fast, "jobs");
                cr_assert_eq(pool.jobs, count == 1 ? 0 : cases[c].jobs, "%d threads", count);
                pool.threads.together = 1; /* no phase is worth two: nobody is woken */
                pool.threads.wait = no_wait;
                pool.threads.wake = no_wake;
                pool.jobs = 0;
                if (cases[c].jobs == 0) cr_assert_eq(run(&l, &pool.threads, count % 2), NETC_OK);
                cr_assert_eq(pool.jobs, 0);
                cr_assert_eq(pool.changed_words, 0, "a control word was changed");
            }
            jit_destroy(l.built.jit);
            arena_destroy(arena);
        }
}

Test(entry_threads, meet_at_barriers_when_together) {
    Arena *arena = arena_create();
    for (int parts = 0; parts < 4; parts++) {
        Loaded l = load(arena, parts, false);
        for (int count = 1; count <= MOST; count++) {
            struct netc_threads *threads = netc_threads_create(count);
            cr_assert_not_null(threads);
            for (int i = 0; i < 20; i++) {
                cr_assert_eq(run(&l, threads, i % 2), NETC_OK);
                expect_result(&l, false, "together");
            }
            netc_threads_destroy(threads);
        }
        jit_destroy(l.built.jit);
        arena_reset(arena);
    }
    arena_destroy(arena);
}

Test(entry_threads, refuses_threads_that_cannot_work) {
    Arena *arena = arena_create();
    Loaded l = load(arena, 0, false);
    const struct netc_threads bad[] = {
        {.count = 0, .parallel = count_jobs},
        {.count = -1, .parallel = count_jobs},
        {.count = NETC_THREADS_MOST + 1, .parallel = count_jobs},
        {.count = -2147483647 - 1, .parallel = count_jobs},
        {.count = 2},
        {.count = 2, .together = 1, .parallel = count_jobs, .wait = no_wait},
        {.count = 2, .together = 1, .parallel = count_jobs, .wake = no_wake},
    };
    _Alignas(64) static unsigned char workspace[WORKSPACE + 64];
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        Counting pool = {.threads = bad[i]};
        memset(workspace, 0xEE, sizeof workspace);
        l.y[0] = -1.0f;
        cr_assert_eq(l.run(l.x, l.y, workspace, &pool.threads), NETC_E_THREADS, "%zu", i);
        const void *in[] = {l.x};
        float *out[] = {l.y};
        cr_assert_eq(l.model->run(in, out, workspace, NULL, &pool.threads), NETC_E_THREADS);
        cr_assert(l.y[0] == -1.0f && pool.jobs == 0, "%zu", i);
        for (size_t k = 0; k < sizeof workspace; k++) cr_assert_eq(workspace[k], 0xEE);
    }
    Counting pool = {.threads = {.count = 2, .parallel = count_jobs}};
    cr_assert_eq(l.run(NULL, l.y, workspace, &pool.threads), NETC_E_ARGUMENT);
    cr_assert_eq(l.run(l.x, l.y, NULL, &pool.threads), NETC_E_ARGUMENT);
    cr_assert_eq(l.run(l.x, l.y, workspace + 32, &pool.threads), NETC_E_ARGUMENT);
    cr_assert_eq(l.run(l.x, l.y, workspace, NULL), NETC_OK, "no threads: this one");
    expect_result(&l, false, "no threads");
    cr_assert_eq(pool.jobs, 0);
    jit_destroy(l.built.jit);
    arena_destroy(arena);
}

Test(entry_threads, refuses_a_cpu_before_any_thread_runs) {
    static const CpuidNeed NONE_HAS[] = {{1, 3, 0x00000400}};
    Arena *arena = arena_create();
    Loaded l = {.job = chain_job(arena, 0)};
    l.job.target.needs = NONE_HAS;
    l.job.target.n_needs = 1;
    l.built = job_build(&l.job);
    built_load(&l.job, &l.built);
    l.model = jit_symbol(l.built.jit, "net_model");
    void *address = jit_symbol(l.built.jit, "net_run_threads");
    memcpy(&l.run, &address, sizeof address);
    Counting pool = {.threads = {.count = 3, .parallel = count_jobs}};
    cr_assert_eq(run(&l, &pool.threads, true), NETC_E_CPU);
    cr_assert(l.y[0] == -1.0f && pool.jobs == 0);
    jit_destroy(l.built.jit);
    arena_destroy(arena);
}

Test(entry_threads, are_left_out_on_demand) {
    Arena *arena = arena_create();
    Job job = chain_job(arena, 0);
    job.interface.threads = false;
    job.interface.threads_bytes = job.interface.thread_bytes = 0;
    Built built = job_build(&job);
    built_load(&job, &built);
    for (size_t i = 0; i < built.symbols.len; i++) {
        const char *name = built.symbols.at[i].name;
        cr_assert(!strstr(name, "threads") && !strstr(name, "team") && !strstr(name, "task"),
                  "%s is there", name);
    }
    const struct netc_model *model = jit_symbol(built.jit, "net_model");
    Counting pool = {.threads = {.count = 2, .parallel = count_jobs}};
    static float x[N], y[N];
    _Alignas(64) static unsigned char workspace[WORKSPACE];
    const void *in[] = {x};
    float *out[] = {y};
    cr_assert_eq(model->run(in, out, workspace, NULL, &pool.threads), NETC_E_THREADS);
    cr_assert_eq(model->run(in, out, workspace, NULL, NULL), NETC_OK);
    cr_assert(model->threads_bytes == 0 && model->thread_bytes == 0);
    jit_destroy(built.jit);
    arena_destroy(arena);
}

/* The stack of every thread. */

enum { STACK = 256 * 1024, PAINT = 0xA5 };

/** Runs a job's parts on threads of its own with painted stacks. */
typedef struct Painting {
    struct netc_threads threads;
    void (*part)(void *ctx, int i, int n);
    void *ctx;
    size_t deepest;
} Painting;

typedef struct PaintedPart {
    Painting *pool;
    unsigned char *stack;
    int part;
    size_t depth;
} PaintedPart;

/* Nothing else may be called in between: hence volatile bytes, and no sanitizer. */
__attribute__((no_sanitize("address", "undefined"))) static void *paint_and_run(void *context) {
    PaintedPart *p = context;
    unsigned char *pointer;
    __asm__ volatile("mov %%rsp, %0" : "=r"(pointer));
    volatile unsigned char *byte = p->stack;
    while (byte < pointer) *byte++ = PAINT;
    p->pool->part(p->pool->ctx, p->part, p->pool->threads.count);
    byte = p->stack;
    while (*byte == PAINT) byte++;
    p->depth = (size_t)(pointer - byte);
    return NULL;
}

static void parallel_painted(struct netc_threads *threads, void (*part)(void *ctx, int i, int n),
                             void *ctx) {
    Painting *pool = (Painting *)threads;
    pool->part = part;
    pool->ctx = ctx;
    for (int i = 0; i < threads->count; i++) {
        PaintedPart p = {.pool = pool, .part = i, .stack = aligned_alloc(4096, STACK)};
        pthread_attr_t attributes;
        pthread_t thread;
        pthread_attr_init(&attributes);
        pthread_attr_setstack(&attributes, p.stack, STACK);
        cr_assert_eq(pthread_create(&thread, &attributes, paint_and_run, &p), 0);
        pthread_join(thread, NULL);
        pthread_attr_destroy(&attributes);
        free(p.stack);
        if (p.depth > pool->deepest) pool->deepest = p.depth;
    }
}

Test(entry_threads, keep_every_stack_within_the_bound) {
    Arena *arena = arena_create();
    Loaded l = load(arena, 0, false);
    Painting pool = {.threads = {.count = 4, .parallel = parallel_painted}};
    cr_assert_eq(run(&l, &pool.threads, true), NETC_OK);
    expect_result(&l, false, "painted");
    cr_assert(pool.deepest > 16 && pool.deepest <= l.model->stack_bytes, "%zu bytes, bound %zu",
              pool.deepest, l.model->stack_bytes);
    jit_destroy(l.built.jit);
    arena_destroy(arena);
}
