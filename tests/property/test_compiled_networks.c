/* Random networks through the whole compiler. Every fused group of every network is held against
 * the double reference, element by element, within the bound of contract.md 4:
 *
 *     interpreted    for each vector width, in one part and in three
 *     compiled       for this machine, every buffer between guard pages; its bits must be the
 *                    interpreter's
 *
 * Printed are the features that occurred and the largest error in units of its bound.
 * NETC_NETWORKS sets how many, NETC_SEED the first seed. */
#include "property/compiled_net.h"
#include "support/effort.h"
#include "support/net_generator.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { IN_THE_SUITE = 300, ENOUGH = 200 };

/* What the plans contained. */
typedef struct PlanCensus {
    int64_t plain, blocked, copies, fused, chunked;
} PlanCensus;

static void count_plan(const CompiledNet *net, PlanCensus *census) {
    const Plan *plan = net->compiled.plan;
    for (size_t i = 0; i < plan->tensors.len; i++)
        ++*(plan->tensors.at[i].layout.kind == LAYOUT_PLAIN ? &census->plain : &census->blocked);
    for (size_t i = 0; i < plan->steps.len; i++) {
        const PlanStep *step = &plan->steps.at[i];
        census->copies += step->algorithm == ALGO_COPY;
        if (step->node) census->fused += step->node->n_fused;
    }
    for (size_t f = 0; f < net->compiled.program->fns.len; f++) {
        const LoopFn *fn = net->compiled.program->fns.at[f];
        for (size_t i = 0; i < fn->buffers.len; i++)
            census->chunked += fn->buffers.at[i].space == LOOP_LOCAL;
    }
}

static void check_interpreted(Arena *arena, const char *text, uint64_t seed, const char *cpu,
                              int parts, PlanCensus *census, double *worst) {
    CompiledNet net =
        net_compile(arena, text, seed, NUMBERS_REAL, cpu_model_find(arena, cpu), false);
    NetMemory memory = net_memory(&net, true);
    net_fill_inputs(&net, &memory, seed, NUMBERS_REAL);
    const char *wrong = net_interpret(&net, &memory, parts);
    if (!wrong) wrong = net_check_bound(&net, &memory, worst);
    cr_assert_null(wrong, "seed %llu, %s: %s\n%s", (unsigned long long)seed, cpu, wrong, text);
    count_plan(&net, census);
    net_memory_free(&memory);
}

static void check_compiled(Arena *arena, const char *text, uint64_t seed, double *worst) {
    CompiledNet net = net_compile(arena, text, seed, NUMBERS_REAL, cpu_host(arena), true);
    NetMemory compiled = net_memory(&net, seed % 2), interpreted = net_memory(&net, true);
    net_fill_inputs(&net, &compiled, seed, NUMBERS_REAL);
    net_fill_inputs(&net, &interpreted, seed, NUMBERS_REAL);
    cr_assert_eq(net_run(&net, &compiled), 0);
    const char *wrong = net_check_bound(&net, &compiled, worst);
    if (!wrong) wrong = net_interpret(&net, &interpreted, 1);
    cr_assert_null(wrong, "seed %llu: %s\n%s", (unsigned long long)seed, wrong, text);
    for (int i = 0; i < net.compiled.interface.n_outputs; i++)
        cr_assert_arr_eq(compiled.outputs[i], interpreted.outputs[i],
                         (size_t)net.compiled.interface.outputs[i].elems * sizeof(float),
                         "seed %llu: output %d differs from the interpreter's\n%s",
                         (unsigned long long)seed, i, text);
    net_memory_free(&compiled);
    net_memory_free(&interpreted);
}

Test(networks, keep_their_bounds) {
    uint64_t first = effort_setting("NETC_SEED", 1),
             n = effort_setting("NETC_NETWORKS", effort_cases(IN_THE_SUITE));
    double worst = 0;
    static const char *const cpus[] = {"x86-64", "x86-64-v3", "x86-64-v4"};
    Arena *arena = arena_create();
    NetCensus nets = {0};
    PlanCensus plans = {0};
    bool compile = !getenv("NETC_INTERPRET_ONLY");
    fprintf(stderr, "networks: seeds %llu to %llu\n", (unsigned long long)first,
            (unsigned long long)(first + n - 1));
    for (uint64_t seed = first; seed < first + n; seed++) {
        const char *text = arena_strdup(arena, net_generate(arena, seed, &nets));
        for (int c = 0; c < 3; c++)
            check_interpreted(arena, text, seed, cpus[c], (seed + (uint64_t)c) % 2 ? 1 : 3, &plans,
                              &worst);
        if (compile) check_compiled(arena, text, seed, &worst);
        arena_reset(arena);
    }
    fprintf(stderr, "networks: %llu within their bounds, the largest error %.3f of its bound\n",
            (unsigned long long)n, worst);
    for (int f = 0; f < NET_FEATURE_COUNT; f++) {
        fprintf(stderr, "%s %lld, ", net_feature_name((NetFeature)f), (long long)nets.count[f]);
        if (n >= ENOUGH) cr_assert_gt(nets.count[f], 0, "no %s", net_feature_name((NetFeature)f));
    }
    fprintf(
        stderr,
        "plain tensors %lld, blocked %lld, copies %lld, fused operations %lld, chunked sums %lld\n",
        (long long)plans.plain, (long long)plans.blocked, (long long)plans.copies,
        (long long)plans.fused, (long long)plans.chunked);
    if (n >= ENOUGH)
        cr_assert(plans.plain && plans.blocked && plans.copies && plans.fused,
                  "a layout or copy never occurred");
    cr_assert(worst > 0 && worst <= 1, "%g", worst);
    arena_destroy(arena);
}
