/* Callee-saved registers come back as they were, from NAME_run and from the parts of threads
 * (contract.md 1.9). */
#include "codegen/harness.h"
#include "netc_runtime.h"

#include <criterion/criterion.h>
#include <string.h>

enum { N = 64, DEPTH = 6, SAVED = 6 };

/* Calls fn(a, b, c) with a pattern in each register that a callee must save, and stores what is in
 * them afterwards. */
void call_with_patterns(void *fn, const void *a, uintptr_t b, uintptr_t c, uint64_t after[SAVED]);
__asm__(".text\n"
        ".globl call_with_patterns\n"
        ".type call_with_patterns, @function\n"
        "call_with_patterns:\n"
        "    pushq %rbx\n pushq %rbp\n pushq %r12\n pushq %r13\n pushq %r14\n pushq %r15\n"
        "    pushq %r8\n"
        "    movq %rdi, %rax\n movq %rsi, %rdi\n movq %rdx, %rsi\n movq %rcx, %rdx\n"
        "    movq $0x51a1, %rbx\n movq $0x51a2, %rbp\n movq $0x51a3, %r12\n"
        "    movq $0x51a4, %r13\n movq $0x51a5, %r14\n movq $0x51a6, %r15\n"
        "    call *%rax\n"
        "    popq %r8\n"
        "    movq %rbx, 0(%r8)\n movq %rbp, 8(%r8)\n movq %r12, 16(%r8)\n"
        "    movq %r13, 24(%r8)\n movq %r14, 32(%r8)\n movq %r15, 40(%r8)\n"
        "    popq %r15\n popq %r14\n popq %r13\n popq %r12\n popq %rbp\n popq %rbx\n"
        "    ret\n"
        ".size call_with_patterns, .-call_with_patterns\n");

static void expect_patterns(const uint64_t after[SAVED], const char *what) {
    for (int i = 0; i < SAVED; i++)
        cr_assert_eq(after[i], 0x51a1u + (unsigned)i, "%s: register %d holds %llx", what, i,
                     (unsigned long long)after[i]);
}

/* y[i] = x[63 - i], by as many loops as take more counters than a callee may use freely. */
static Job nested_job(Arena *arena) {
    Job job = job_create(arena, "x86-64", N, N, 64);
    model_add_threads(&job.interface);
    LoopBuilder *b = loop_builder(arena, "nested");
    uint32_t x = loop_buffer(b, job_input(&job)), y = loop_buffer(b, job_output(&job));
    LoopAffine at = loop_const(0);
    for (int d = 0; d < DEPTH; d++) {
        LoopVar v = loop_begin(b, d ? LOOP_SERIAL : LOOP_PARALLEL, "v", loop_const(0),
                               loop_const(2), NULL, 0);
        at = loop_plus(b, at, loop_var(b, v, 1 << d));
    }
    LoopAffine from = loop_offset(loop_scale(b, at, -1), N - 1);
    loop_store(b, loop_load(b, 1, 1, x, from), 1, y, at);
    for (int d = 0; d < DEPTH; d++) loop_end(b, NULL, 0);
    job_add(&job, loop_finish(b));
    return job;
}

static struct {
    uint64_t after[2][SAVED];
} parts;

/* Runs both parts through the assembly above. */
static void with_patterns(struct netc_threads *threads, void (*part)(void *ctx, int i, int n),
                          void *ctx) {
    void *fn;
    memcpy(&fn, &part, sizeof fn);
    for (int i = 0; i < threads->count; i++)
        call_with_patterns(fn, ctx, (uintptr_t)i, (uintptr_t)threads->count, parts.after[i]);
}

Test(entry_registers, are_restored) {
    Arena *arena = arena_create();
    Job job = nested_job(arena);
    Built built = job_build(&job);
    const char *kernel = strstr(built.output.assembly, "\nnet_nested:");
    cr_assert_not_null(kernel);
    const char *push = strstr(kernel, "pushq\t%rbx"), *end = strstr(kernel, ".Lfunc_end");
    cr_assert(push && push < end, "the phase uses no register that it must save");
    built_load(&job, &built);
    _Alignas(64) static unsigned char workspace[1024];
    static float x[N], y[N];
    for (int i = 0; i < N; i++) x[i] = (float)i;
    uint64_t after[SAVED];
    call_with_patterns(jit_symbol(built.jit, "net_run"), x, (uintptr_t)y, (uintptr_t)workspace,
                       after);
    expect_patterns(after, "net_run");
    for (int i = 0; i < N; i++) cr_assert_eq(y[i], x[N - 1 - i]);

    const struct netc_model *model = jit_symbol(built.jit, "net_model");
    struct netc_threads two = {.count = 2, .parallel = with_patterns};
    cr_assert_leq(netc_workspace_bytes(model, &two), sizeof workspace);
    const void *in[] = {x};
    float *out[] = {y};
    memset(y, 0, sizeof y);
    cr_assert_eq(model->run(in, out, workspace, NULL, &two), NETC_OK);
    for (int i = 0; i < 2; i++) expect_patterns(parts.after[i], "a part");
    for (int i = 0; i < N; i++) cr_assert_eq(y[i], x[N - 1 - i]);
    jit_destroy(built.jit);
    arena_destroy(arena);
}
