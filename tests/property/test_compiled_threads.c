/* Threads: random networks give the same bits on every number of threads, however the parts are
 * run, and touch nothing outside the workspace of threads. That the parts of a phase share nothing
 * is proved by the interpreter, for any order in time.
 *
 * NETC_NETWORKS sets how many, NETC_SEED the first seed. */
#include "property/compiled_net.h"
#include "support/effort.h"
#include "support/net_generator.h"

#include <criterion/criterion.h>
#include <string.h>

enum { MOST_COUNT = 4 };

/* A pool that runs parts one after another, the last first: whoever waits for another hangs. */
static void backwards(struct netc_threads *threads, void (*part)(void *ctx, int i, int n),
                      void *ctx) {
    for (int i = threads->count; i-- > 0;) part(ctx, i, threads->count);
}

/** What a run is compared with. */
typedef struct Serial {
    const CompiledNet *net;
    const struct netc_model *model;
    NetMemory memory;
    const char *text;
    uint64_t seed;
} Serial;

static void run_on(const Serial *s, struct netc_threads *threads, const char *how) {
    const struct netc_model *m = s->model;
    NetMemory memory = net_memory(s->net, s->seed % 2 == 0);
    net_fill_inputs(s->net, &memory, s->seed, NUMBERS_REAL);
    Guarded workspace =
        guard_alloc(netc_workspace_bytes(m, threads), m->workspace_align, s->seed % 2 == 0);
    int status =
        m->run((const void *const *)memory.inputs, memory.outputs, workspace.data, NULL, threads);
    cr_assert_eq(status, NETC_OK, "seed %d, %s: status %d", (int)s->seed, how, status);
    for (unsigned i = 0; i < m->n_outputs; i++)
        cr_assert_arr_eq(memory.outputs[i], s->memory.outputs[i],
                         m->outputs[i].elems * sizeof(float),
                         "seed %d, %s, %d threads: output %u has other bits\n%s", (int)s->seed, how,
                         threads->count, i, s->text);
    enum { HEADER = 64 }; /* the stamp knows the address */
    if (m->workspace_bytes > HEADER)
        cr_assert_arr_eq((char *)workspace.data + HEADER, s->memory.workspace + HEADER,
                         m->workspace_bytes - HEADER,
                         "seed %d, %s, %d threads: an inner value has other bits\n%s", (int)s->seed,
                         how, threads->count, s->text);
    guard_free(&workspace);
    net_memory_free(&memory);
}

Test(threads, give_the_same_bits) {
    uint64_t first = effort_setting("NETC_SEED", 1),
             n = effort_setting("NETC_NETWORKS", effort_cases(60));
    struct netc_threads *pools[MOST_COUNT + 1];
    for (int count = 1; count <= MOST_COUNT; count++) {
        pools[count] = netc_threads_create(count);
        cr_assert_not_null(pools[count]);
    }
    Arena *arena = arena_create();
    for (uint64_t seed = first; seed < first + n; seed++) {
        const char *text = arena_strdup(arena, net_generate(arena, seed, NULL));
        CompiledNet net = net_compile(arena, text, seed, NUMBERS_REAL, cpu_host(arena), true);
        Serial serial = {.net = &net, .text = text, .seed = seed};
        Jit *jit = net_load(&net, &serial.model);
        serial.memory = net_memory(&net, true);
        net_fill_inputs(&net, &serial.memory, seed, NUMBERS_REAL);
        cr_assert_eq(serial.model->run((const void *const *)serial.memory.inputs,
                                       serial.memory.outputs, serial.memory.workspace, NULL, NULL),
                     NETC_OK);
        for (int count = 1; count <= MOST_COUNT; count++) {
            struct netc_threads one_by_one = {.count = count, .parallel = backwards};
            run_on(&serial, &one_by_one, "one part after another");
            pools[count]->together = 0;
            run_on(&serial, pools[count], "a job for each phase");
            pools[count]->together = 1;
            for (int i = 0; i < 5; i++) run_on(&serial, pools[count], "together");
        }
        jit_destroy(jit);
        net_memory_free(&serial.memory);
        arena_reset(arena);
    }
    arena_destroy(arena);
    for (int count = 1; count <= MOST_COUNT; count++) netc_threads_destroy(pools[count]);
}

Test(threads, share_nothing_within_a_phase) {
    static const char *const cpus[] = {"x86-64", "x86-64-v3", "x86-64-v4"};
    uint64_t first = effort_setting("NETC_SEED", 1),
             n = effort_setting("NETC_NETWORKS", effort_cases(60));
    Arena *arena = arena_create();
    for (uint64_t seed = first; seed < first + n; seed++) {
        const char *text = arena_strdup(arena, net_generate(arena, seed, NULL));
        const CpuModel *cpu = cpu_model_find(arena, cpus[seed % 3]);
        CompiledNet net = net_compile(arena, text, seed, NUMBERS_REAL, cpu, false);
        NetMemory memory = net_memory(&net, true);
        net_fill_inputs(&net, &memory, seed, NUMBERS_REAL);
        const char *wrong = net_parts_are_apart(&net, &memory, 2 + (int)(seed % 4));
        cr_assert_null(wrong, "seed %d: %s\n%s", (int)seed, wrong, text);
        net_memory_free(&memory);
        arena_reset(arena);
    }
    arena_destroy(arena);
}
