/* See compare.h. The memory of a run is x, y and workspace, each between guard words. */
#include "codegen/compare.h"

#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

enum { GUARD = 32, STAMP = 16 / 4 }; /* elements */

/** One run's memory, in elements of 4 bytes. */
typedef struct Memory {
    float *x, *y, *workspace;
    int64_t n_x, n_y, n_workspace;
} Memory;

LoopBuilder *serial_begin(Job *job) {
    LoopBuilder *b = loop_builder(job->arena, "case");
    loop_begin(b, LOOP_PARALLEL, "once", loop_const(0), loop_const(1), NULL, 0);
    return b;
}

LoopFn *serial_end(LoopBuilder *b) {
    loop_end(b, NULL, 0);
    return loop_finish(b);
}

/* `n` elements at an address that is `off` elements beyond a multiple of 64 bytes. */
static float *guarded(Arena *arena, int64_t n, int off) {
    size_t all = (size_t)n + 2 * GUARD + 16;
    float *memory = arena_alloc(arena, all * sizeof *memory + 64);
    for (size_t i = 0; i < all; i++) memory[i] = -77.0f;
    return memory + GUARD + off;
}

static Memory memory_create(Arena *arena, const Case *c) {
    Memory m = {.n_x = c->x_elems, .n_y = c->y_elems, .n_workspace = c->workspace_bytes / 4};
    m.x = guarded(arena, m.n_x, 1);
    m.y = guarded(arena, m.n_y, 3);
    m.workspace = guarded(arena, m.n_workspace, 0);
    for (int64_t i = 0; i < m.n_x; i++) {
        m.x[i] = c->x ? c->x[i] : (float)((i * 37 + 11) % 101 - 50) / 8.0f;
    }
    return m;
}

/* NaNs may differ where the case allows it. */
static bool same(float a, float b, bool any_nan) {
    return memcmp(&a, &b, sizeof a) == 0 || (any_nan && isnan(a) && isnan(b));
}

static void compare_buffer(const Case *c, const char *run, const char *what, const float *want,
                           const float *got, int64_t from, int64_t to) {
    for (int64_t i = from; i < to; i++) {
        cr_assert(same(want[i], got[i], c->any_nan), "%s, %s: %s[%lld] is %a, not %a", c->name, run,
                  what, (long long)i, got[i], want[i]);
    }
}

/* Guards included; not the stamp. */
static void compare_memory(const Case *c, const char *run, const Memory *want, const Memory *got) {
    compare_buffer(c, run, "x", want->x, got->x, -GUARD, want->n_x + GUARD);
    compare_buffer(c, run, "y", want->y, got->y, -GUARD, want->n_y + GUARD);
    compare_buffer(c, run, "t", want->workspace, got->workspace, -GUARD, 0);
    compare_buffer(c, run, "t", want->workspace, got->workspace, STAMP, want->n_workspace + GUARD);
}

static void interpret(const Case *c, Job *job, const Memory *m, int part, int parts) {
    const LoopFn *fn = job->program.fns.at[0];
    void **buffers = ARENA_ARRAY(job->arena, void *, fn->buffers.len);
    for (size_t i = 0; i < fn->buffers.len; i++) {
        const LoopBuffer *buffer = &fn->buffers.at[i];
        switch (buffer->space) {
        case LOOP_INPUT: buffers[i] = m->x; break;
        case LOOP_OUTPUT: buffers[i] = m->y; break;
        case LOOP_WORKSPACE: buffers[i] = m->workspace + buffer->offset / 4; break;
        default: buffers[i] = NULL;
        }
    }
    const char *why = loop_run(job->arena, fn, buffers, job->program.fma, part, parts, NULL);
    cr_assert_null(why, "%s: %s", c->name, why);
}

static void compare_whole(const Case *c, const char *level, Job *job, Built *built) {
    Memory want = memory_create(job->arena, c), got = memory_create(job->arena, c);
    interpret(c, job, &want, 0, 1);
    int status = built_run(built)(got.x, got.y, got.workspace);
    cr_assert_eq(status, 0, "%s, %s: status %d", c->name, level, status);
    compare_memory(c, level, &want, &got);
}

/* Part by part, so that a part that writes what is another's is seen. */
static void compare_parts(const Case *c, const char *level, Job *job, Built *built) {
    static const int PARTS[] = {2, 3, 7};
    PartFn *part = built_part(built, "net_case");
    for (size_t k = 0; k < sizeof PARTS / sizeof PARTS[0]; k++) {
        Memory want = memory_create(job->arena, c), got = memory_create(job->arena, c);
        const void *ctx[] = {got.x, got.y, got.workspace, NULL};
        for (int i = 0; i < PARTS[k]; i++) {
            interpret(c, job, &want, i, PARTS[k]);
            part(ctx, i, PARTS[k]);
            const char *run = arena_printf(job->arena, "%s, part %d of %d", level, i, PARTS[k]);
            compare_memory(c, run, &want, &got);
        }
    }
}

void compare_case(const Case *c) {
    static const char *const LEVELS[] = {"x86-64", "x86-64-v3", "x86-64-v4"};
    for (size_t i = 0; i < sizeof LEVELS / sizeof LEVELS[0]; i++) {
        if (!host_runs(LEVELS[i])) continue;
        Arena *arena = arena_create();
        Job job = job_create(arena, LEVELS[i], c->x_elems, c->y_elems, c->workspace_bytes);
        LoopFn *fn = c->build(&job, c->how);
        const char *why = loop_verify(arena, fn);
        cr_assert_null(why, "%s: %s", c->name, why);
        job_add(&job, fn);
        Built built = job_build(&job);
        built_load(&job, &built);
        compare_whole(c, LEVELS[i], &job, &built);
        compare_parts(c, LEVELS[i], &job, &built);
        jit_destroy(built.jit);
        arena_destroy(arena);
    }
}
