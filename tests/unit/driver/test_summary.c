/* The facts of `netc summary`, on small programs whose numbers are plain. */
#include "optimize/optimize.h"
#include "program.h"
#include "report/summary.h"

#include <criterion/criterion.h>

static const Options quiet = {.command = CMD_SUMMARY, .max_memory = 1 << 30};

static Summary *summary_for(Arena *arena, const char *text, Graph **graph) {
    Compilation c;
    program_load(arena, &quiet, text, &c);
    *graph = c.graph;
    return summary_of(arena, c.graph);
}

#define INPUT "input x : f32[N: 1, C: 1, H: 16, W: 16]\n"

Test(driver_summary, receptive_fields_and_smallest_inputs) {
    static const struct {
        const char *program;
        double field;     /* of the last layer along H; 0: all */
        int64_t smallest; /* along H */
    } table[] = {
        {INPUT "output y = x |> relu\n", 1, 1},
        {INPUT "output y = x |> conv(c=1, k=3)\n", 3, 3},
        {INPUT "output y = x |> conv(c=1, k=3, d=2)\n", 5, 5},
        {INPUT "output y = x |> conv(c=1, k=3, p=1)\n", 3, 1},
        {INPUT "a = x |> maxpool(k=2, s=2)\noutput y = a |> conv(c=1, k=3)\n", 6, 6},
        /* the field of a transposed layer grows by ceil(K/s) - 1 steps of its input */
        {INPUT "a = x |> conv(c=1, k=4, s=2, p=1)\n"
               "output y = a |> tconv(c=1, k=4, s=2, p=1) |> conv(c=1, k=3)\n",
         8, 4},
        /* a join takes the larger field */
        {INPUT "a = x |> conv(c=1, k=3, p=1)\nb = a |> conv(c=1, k=3, p=1)\noutput y = x + b\n", 5,
         1},
        {INPUT "output y = x |> flatten |> dense(c=2)\n", 0, 1},
    };
    Arena *arena = arena_create();
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        Graph *graph;
        const Summary *summary = summary_for(arena, table[i].program, &graph);
        const SummaryLayer *last = &summary->layers.at[summary->layers.len - 1];
        cr_assert_eq(last->fields[0].all, table[i].field == 0, "%s", table[i].program);
        if (table[i].field > 0)
            cr_assert_eq(last->fields[0].size, table[i].field, "%s: %g", table[i].program,
                         last->fields[0].size);
        cr_assert_eq(summary->smallest[0], table[i].smallest, "%s: %d", table[i].program,
                     (int)summary->smallest[0]);
    }
    arena_destroy(arena);
}

Test(driver_summary, totals_peak_and_algorithms) {
    Arena *arena = arena_create();
    Graph *graph;
    Summary *summary = summary_for(arena,
                                   INPUT "a = x |> conv(c=4, k=3, p=1) |> relu\n"
                                         "b = a |> maxpool(k=2, s=2)\n"
                                         "f = b |> flatten\n"
                                         "output y = f |> dense(c=10)\n",
                                   &graph);
    cr_assert_eq(summary->params, 4 * 9 + 4 + 4 * 64 * 10 + 10);
    /* Taps on padding count. */
    cr_assert_eq(summary->macs, 4 * 48 * 48 + 4 * 64 * 10);
    /* x and a are as large as a and b: the first of equal peaks is named. */
    cr_assert_eq(summary->peak_bytes, 4 * (256 + 4 * 256), "%d", (int)summary->peak_bytes);
    cr_assert_str_eq(summary->peak_names, "x and a");
    optimize_graph(graph);
    const CpuModel *cpu = cpu_model_find(arena, CPU_DEFAULT);
    const Plan *plan = plan_graph(arena, graph, cpu, &(PlanOptions){0});
    summary_add_plan(summary, plan);
    static const char *const algorithms[] = {"row", "fused", "pool", "view", "tap"};
    cr_assert_eq(summary->layers.len, 5u);
    for (int i = 0; i < 5; i++)
        cr_assert_str_eq(summary->layers.at[i].algorithm, algorithms[i], "%s",
                         summary->layers.at[i].path);
    cr_assert_eq(summary->workspace_bytes, plan->workspace_bytes);
    arena_destroy(arena);
}
