/* `netc summary`: the facts of the program as written, then what the plan makes of it. */
#include "driver/commands.h"
#include "driver/console.h"
#include "driver/cpu.h"
#include "driver/front.h"
#include "driver/sink.h"
#include "optimize/optimize.h"
#include "report/summary.h"

ExitStatus cmd_summary(Arena *arena, const Options *options) {
    const CpuModel *cpu;
    ExitStatus status = cpu_choose(arena, options, CPU_DEFAULT, &cpu);
    if (status != STATUS_DONE) return status;
    Compilation compilation;
    status = front_load(arena, options, options->files.at[0], GOAL_SHAPES, &compilation);
    if (status != STATUS_DONE) return status;
    Summary *summary = summary_of(arena, compilation.graph);
    optimize_graph(compilation.graph);
    summary_add_plan(summary, plan_graph(arena, compilation.graph, cpu, &(PlanOptions){0}));
    Text text = text_in(arena);
    if (options->json)
        summary_print_json(&text, summary);
    else if (options->markdown)
        summary_print_markdown(&text, summary);
    else
        summary_print(&text, summary, console_columns());
    return sink_print_result(options, &text);
}
