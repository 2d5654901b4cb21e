/* Graph -> object: the back half of the pipeline, as a recipe. */
#include "driver/compile.h"

#include "base/hash.h"
#include "driver/version.h"
#include "lower/lower.h"
#include "optimize/optimize.h"

#include <string.h>

static const ModelTensor *input_tensors(Arena *arena, const Graph *graph) {
    ModelTensor *tensors = ARENA_ARRAY(arena, ModelTensor, graph->inputs.len);
    for (size_t i = 0; i < graph->inputs.len; i++) {
        const Value *value = graph->inputs.at[i];
        tensors[i] = (ModelTensor){value->name, value->type, value_elems(value)};
    }
    return tensors;
}

static const ModelTensor *output_tensors(Arena *arena, const Graph *graph) {
    ModelTensor *tensors = ARENA_ARRAY(arena, ModelTensor, graph->outputs.len);
    for (size_t i = 0; i < graph->outputs.len; i++) {
        const GraphOutput *output = &graph->outputs.at[i];
        tensors[i] = (ModelTensor){output->name, output->value->type, value_elems(output->value)};
        tensors[i].type.dtype = DTYPE_F32; /* a dumped input too */
    }
    return tensors;
}

/* 128 bits over everything the object is made of: the program's text, the plan, the weights unless
 * they are passed by the caller, the options, the compiler. Two FNV-1a streams from different
 * starts. */
static void hash_input(Arena *arena, const Graph *graph, const Compiled *compiled,
                       const CompileOptions *options, unsigned char out[16]) {
    Text text = text_in(arena);
    graph_print(&text, graph);
    for (int v = 0; v < compiled->n_versions; v++) plan_print(&text, compiled->plans[v]);
    text_printf(&text, "%s %s %s %d %d %d " NETC_VERSION "\n", options->cpu->triple,
                options->cpu_name, options->cpu->tune, options->fast, options->weights_extern,
                options->threads);
    for (int half = 0; half < 2; half++) {
        uint64_t state = FNV1A64_START + (uint64_t)half;
        state = fnv1a64(text_str(&text), text.len, state);
        if (!options->weights_extern)
            state = fnv1a64(compiled->program->weights, compiled->program->weights_bytes, state);
        memcpy(out + 8 * half, &state, 8);
    }
}

static ModelInterface describe(Arena *arena, const Graph *graph, const Compiled *compiled,
                               const CompileOptions *options) {
    ModelInterface interface = {.name = options->prefix ? options->prefix : graph->model,
                                .compiler = "netc " NETC_VERSION,
                                .cpu = options->cpu_name,
                                .inputs = input_tensors(arena, graph),
                                .n_inputs = (int)graph->inputs.len,
                                .outputs = output_tensors(arena, graph),
                                .n_outputs = (int)graph->outputs.len,
                                .workspace_align = WORKSPACE_ALIGN,
                                .weights_extern = options->weights_extern};
    for (int v = 0; v < compiled->n_versions; v++)
        if (compiled->programs[v]->workspace_bytes > interface.workspace_bytes)
            interface.workspace_bytes = compiled->programs[v]->workspace_bytes;
    if (options->weights_extern)
        interface.weights_bytes = (int64_t)compiled->program->weights_bytes;
    if (options->threads) model_add_threads(&interface);
    hash_input(arena, graph, compiled, options, interface.hash);
    model_abi_hash(&interface, interface.abi_hash);
    return interface;
}

static CodegenTarget target_of(Arena *arena, const CpuModel *cpu, bool fast) {
    CpuidNeed *needs = ARENA_ARRAY(arena, CpuidNeed, (size_t)cpu->n_needs);
    for (int i = 0; i < cpu->n_needs; i++)
        needs[i] = (CpuidNeed){cpu->needs[i].leaf, cpu->needs[i].reg, cpu->needs[i].mask};
    return (CodegenTarget){.triple = cpu->triple,
                           .cpu = cpu->cpu,
                           .tune = cpu->tune,
                           .features = cpu->features,
                           .entry_cpu = cpu->entry_cpu,
                           .vector_bits = 32 * cpu->lanes,
                           .needs = needs,
                           .n_needs = cpu->n_needs,
                           .xcr0 = cpu->xcr0,
                           .flush_denormals = fast};
}

static const char *verify_program(Arena *arena, const LoopProgram *program) {
    for (size_t i = 0; i < program->fns.len; i++) {
        const char *wrong = loop_verify(arena, program->fns.at[i]);
        if (wrong) return arena_printf(arena, "%s: %s", program->fns.at[i]->name, wrong);
    }
    return NULL;
}

/* What compile_graph can dump beside the passes: each a stage. */
static const Stage dumped_stages[] = {STAGE_OPTIMIZE, STAGE_PLAN, STAGE_LOWER};

bool compile_knows_pass(const char *name, Suggestion *near) {
    bool known = false;
    const char *pass;
    for (int i = 0; (pass = optimize_pass_name(i)) != NULL; i++) {
        suggest_offer(near, pass);
        known |= strcmp(name, pass) == 0;
    }
    for (size_t i = 0; i < sizeof dumped_stages / sizeof dumped_stages[0]; i++) {
        suggest_offer(near, stage_name(dumped_stages[i]));
        known |= strcmp(name, stage_name(dumped_stages[i])) == 0;
    }
    return known;
}

static bool is_dumped(const CompileOptions *options, const char *pass) {
    return options->dump_after && strcmp(options->dump_after, pass) == 0;
}

/* The passes one by one. */
static const char *optimize(Arena *arena, Graph *graph, const CompileOptions *options) {
    const char *pass, *wrong = NULL;
    for (int i = 0; !wrong && (pass = optimize_pass_name(i)) != NULL; i++) {
        optimize_run_pass(graph, i);
        if (is_dumped(options, pass)) graph_print(options->dump, graph);
        if (options->verify_each && (wrong = graph_verify(arena, graph)))
            wrong = arena_printf(arena, "after %s: %s", pass, wrong);
    }
    if (is_dumped(options, stage_name(STAGE_OPTIMIZE))) graph_print(options->dump, graph);
    stage_done(options->times, STAGE_OPTIMIZE);
    return wrong;
}

/* The CPU as the planner sees it, one of several that share their packed weights or alone. */
static const CpuModel *shared_cpu(Arena *arena, const CompileOptions *options, int version) {
    const CpuModel *cpu = version ? options->more[version - 1] : options->cpu;
    if (options->n_more == 0) return cpu;
    CpuModel *copy = ARENA_NEW(arena, CpuModel);
    *copy = *cpu;
    copy->pack_lanes = options->cpu->lanes;
    for (int i = 0; i < options->n_more; i++)
        if (options->more[i]->lanes > copy->pack_lanes) copy->pack_lanes = options->more[i]->lanes;
    return copy;
}

static const char *make_plans(Arena *arena, const Graph *graph, const CompileOptions *options,
                              Compiled *out) {
    const Plan **plans = ARENA_ARRAY(arena, const Plan *, (size_t)out->n_versions);
    for (int v = 0; v < out->n_versions; v++) {
        plans[v] = plan_graph(arena, graph, shared_cpu(arena, options, v),
                              &(PlanOptions){options->keep_values});
        if (is_dumped(options, stage_name(STAGE_PLAN))) plan_print(options->dump, plans[v]);
        const char *wrong = options->verify_each ? plan_verify(arena, plans[v], graph) : NULL;
        if (wrong) return wrong;
    }
    out->plans = plans;
    out->plan = plans[0];
    stage_done(options->times, STAGE_PLAN);
    return NULL;
}

static const char *make_programs(Arena *arena, const CompileOptions *options, Compiled *out) {
    out->programs = lower_plans(arena, out->plans, out->n_versions);
    out->program = out->programs[0];
    stage_done(options->times, STAGE_LOWER);
    for (int v = 0; v < out->n_versions; v++) {
        LoopProgram *program = out->programs[v];
        bool dumped = is_dumped(options, stage_name(STAGE_LOWER));
        for (size_t i = 0; dumped && i < program->fns.len; i++)
            loop_print(options->dump, program->fns.at[i]);
        const char *wrong = options->verify_each ? verify_program(arena, program) : NULL;
        if (wrong) return wrong;
        for (size_t i = 0; options->split_all && i < program->fns.len; i++)
            program->fns.at[i]->most_parts = 0;
    }
    return NULL;
}

static const char *make_object(Arena *arena, const CompileOptions *options, Compiled *out) {
    CodegenVersion *versions = ARENA_ARRAY(arena, CodegenVersion, (size_t)out->n_versions);
    for (int v = 0; v < out->n_versions; v++)
        versions[v] =
            (CodegenVersion){out->programs[v], target_of(arena, out->plans[v]->cpu, options->fast)};
    const char *wrong = codegen_object(arena, versions, out->n_versions, &out->interface,
                                       options->strip, options->emit, &out->output);
    stage_done(options->times, STAGE_CODEGEN);
    return wrong;
}

const char *compile_graph(Arena *arena, Graph *graph, const CompileOptions *options,
                          Compiled *out) {
    *out = (Compiled){.n_versions = 1 + options->n_more};
    const char *wrong = optimize(arena, graph, options);
    if (!wrong) wrong = make_plans(arena, graph, options, out);
    if (!wrong) wrong = make_programs(arena, options, out);
    if (wrong) return wrong;
    out->interface = describe(arena, graph, out, options);
    if (options->drop_numbers) graph_drop_numbers(graph);
    if (options->emit) wrong = make_object(arena, options, out);
    if (wrong) return wrong;
    Text header = text_in(arena);
    c_header_print(&header, &out->interface);
    out->header = text_str(&header);
    return NULL;
}

const char *compile_step(Arena *arena, const Compiled *whole, const CompileOptions *options,
                         size_t index, Compiled *out) {
    LoopProgram *program = ARENA_NEW(arena, LoopProgram);
    LoopProgram **programs = ARENA_NEW(arena, LoopProgram *);
    *program = *whole->program;
    program->fns.at = &whole->program->fns.at[index];
    program->fns.len = 1;
    *programs = program;
    *out = *whole;
    out->programs = programs;
    out->program = program;
    out->n_versions = 1;
    out->interface.weights_extern = true;
    out->interface.weights_bytes = (int64_t)program->weights_bytes;
    CompileOptions object = *options;
    object.emit = EMIT_OBJECT;
    return make_object(arena, &object, out);
}
