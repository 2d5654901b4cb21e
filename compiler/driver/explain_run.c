/* Programs of pages go through the front half of the compiler, with their options read as those of
 * a command line. */
#include "driver/explain_run.h"

#include "driver/cpu.h"
#include "driver/front.h"
#include "optimize/optimize.h"
#include "report/summary.h"

/* The options of a program, as `netc check` would get them. NULL, or what is wrong with them. */
static const char *parse_options(Arena *arena, const char *words, Options *out) {
    enum { MAX_WORDS = 16 };
    char *argv[MAX_WORDS + 4] = {(char *)"netc", (char *)"check", (char *)"page.net"};
    int argc = 3;
    char *rest, *copy = arena_strdup(arena, words);
    for (char *word = strtok_r(copy, " ", &rest); word && argc < MAX_WORDS + 3;
         word = strtok_r(NULL, " ", &rest))
        argv[argc++] = word;
    return options_parse(arena, argc, argv, out);
}

static const char *run_program(const Explainer *explainer, const SemaFiles *files,
                               const char *words, bool weights, ExplainRun *out) {
    Arena *arena = explainer->arena;
    Options *options = ARENA_NEW(arena, Options);
    Compilation *c = ARENA_NEW(arena, Compilation);
    const char *wrong = parse_options(arena, words, options);
    if (!wrong)
        wrong = front_load_files(arena, options, files, weights ? GOAL_WEIGHTS : GOAL_SHAPES, c);
    if (wrong) return wrong;
    Text text = text_in(arena);
    DiagCode *codes = ARENA_ARRAY(arena, DiagCode, c->diags.list.len);
    for (size_t i = 0; i < c->diags.list.len; i++) {
        if (i > 0) text_puts(&text, "\n");
        diag_render(c->diags.list.at[i], &c->sources, explainer->colour, &text);
        codes[i] = c->diags.list.at[i]->code;
    }
    *out = (ExplainRun){.diagnostics = text_str(&text),
                        .codes = codes,
                        .n_codes = c->diags.list.len,
                        .graph = c->diags.n_errors == 0 ? c->graph : NULL};
    return NULL;
}

static const char *print_summary(const Explainer *explainer, Graph *graph) {
    Arena *arena = explainer->arena;
    Options options = {0};
    const CpuModel *cpu;
    Text text = text_in(arena);
    if (cpu_choose(arena, &options, CPU_DEFAULT, &cpu) != STATUS_DONE) return "";
    Summary *summary = summary_of(arena, graph);
    optimize_graph(graph);
    summary_add_plan(summary, plan_graph(arena, graph, cpu, &(PlanOptions){0}));
    summary_print(&text, summary, 0);
    return text_str(&text);
}

Explainer explain_with_front(Arena *arena, bool colour) {
    return (Explainer){
        .arena = arena, .colour = colour, .run = run_program, .summary = print_summary};
}

const char *explain_code_markdown(Arena *arena, DiagCode code) {
    Explainer explainer = explain_with_front(arena, false);
    Topics topics = explain_topics(arena);
    Text text = text_in(arena);
    explain_markdown(&explainer, explain_find(&topics, diag_code_name(code)), 1, &text);
    return text_str(&text);
}
