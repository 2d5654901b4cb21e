/* See compiled_net.h. */
#include "property/compiled_net.h"

#include "base/diag.h"
#include "codegen/jit.h"
#include "netc_runtime.h"
#include "reference/reference.h"
#include "sema/sema.h"
#include "syntax/parse.h"
#include "weights/source.h"

#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

Graph *net_graph(Arena *arena, const char *text, uint64_t seed) {
    Sources *sources = ARENA_NEW(arena, Sources);
    sources->arena = arena;
    Diags diags = diags_in(arena, sources);
    Interner *interner = interner_create(arena);
    uint32_t file = sources_add(sources, "net", text, strlen(text));
    const Ast *ast = parse_file(arena, interner, sources, file, &diags);
    SemaOptions options = {.max_weight_bytes = 1 << 20};
    Graph *graph = sema_file(arena, interner, ast, &options, sources, &diags);
    for (size_t n = 0; n < diags.list.len; n++)
        cr_assert_not(diags.list.at[n]->is_error, "%s\n%s", diags.list.at[n]->message, text);
    sema_load_weights(graph, &diags);
    for (size_t n = 0; n < graph->nodes.len; n++) {
        Param *bias = graph->nodes.at[n]->bias;
        if (!bias) continue;
        float *data = ARENA_ARRAY(arena, float, (size_t)bias->elems);
        weights_random(bias->key, seed, 6, bias->elems, data);
        bias->data = data;
    }
    return graph;
}

CompiledNet net_compile(Arena *arena, const char *text, uint64_t seed, const CpuModel *cpu,
                        bool object) {
    CompiledNet net = {.arena = arena, .graph = net_graph(arena, text, seed), .cpu = cpu};
    CompileOptions options = {.cpu = cpu,
                              .cpu_name = cpu->name,
                              .keep_values = true,
                              .verify_each = true,
                              .emit = object ? EMIT_OBJECT : 0};
    const char *wrong = compile_graph(arena, net.graph, &options, &net.compiled);
    cr_assert_null(wrong, "%s, %s: %s\n%s", net.graph->model, cpu->name, wrong, text);
    return net;
}

NetMemory net_memory(const CompiledNet *net) {
    const ModelInterface *model = &net->compiled.interface;
    NetMemory memory = {0};
    cr_assert(model->n_inputs <= MAX_NET_ARGUMENTS && model->n_outputs <= MAX_NET_ARGUMENTS);
    for (int i = 0; i < model->n_inputs; i++)
        memory.inputs[i] = ARENA_ARRAY(net->arena, float, (size_t)model->inputs[i].elems);
    for (int i = 0; i < model->n_outputs; i++) {
        memory.outputs[i] = ARENA_ARRAY(net->arena, float, (size_t)model->outputs[i].elems);
        memset(memory.outputs[i], 0xFF, (size_t)model->outputs[i].elems * sizeof(float));
    }
    memory.workspace = arena_alloc(net->arena, (size_t)model->workspace_bytes + 64);
    memset(memory.workspace, 0xFF, (size_t)model->workspace_bytes);
    return memory;
}

void net_fill_inputs(const CompiledNet *net, const NetMemory *memory, uint64_t seed,
                     bool integers) {
    for (int i = 0; i < net->compiled.interface.n_inputs; i++) {
        const ModelTensor *input = &net->compiled.interface.inputs[i];
        weights_random(input->name, seed, 6, input->elems, memory->inputs[i]);
        if (integers)
            for (int64_t e = 0; e < input->elems; e++)
                memory->inputs[i][e] = floorf(memory->inputs[i][e] * 3.5f + 0.5f);
    }
}

static float *buffer_in(const NetMemory *memory, const LoopProgram *program,
                        const LoopBuffer *buffer) {
    switch (buffer->space) {
    case LOOP_INPUT: return memory->inputs[buffer->index];
    case LOOP_OUTPUT: return memory->outputs[buffer->index];
    case LOOP_WORKSPACE: return (float *)(memory->workspace + buffer->offset);
    case LOOP_WEIGHTS: return (float *)((uintptr_t)program->weights + (uintptr_t)buffer->offset);
    case LOOP_LOCAL: return NULL;
    }
    return NULL;
}

const char *net_interpret(const CompiledNet *net, const NetMemory *memory, int parts) {
    const LoopProgram *program = net->compiled.program;
    for (size_t f = 0; f < program->fns.len; f++) {
        const LoopFn *fn = program->fns.at[f];
        float **buffers = ARENA_ARRAY(net->arena, float *, fn->buffers.len + 1);
        for (size_t i = 0; i < fn->buffers.len; i++)
            buffers[i] = buffer_in(memory, program, &fn->buffers.at[i]);
        for (int part = 0; part < parts; part++) {
            const char *wrong = loop_run(net->arena, fn, buffers, program->fma, part, parts, NULL);
            if (wrong) return arena_printf(net->arena, "%s: %s", fn->name, wrong);
        }
    }
    return NULL;
}

int net_run(const CompiledNet *net, const NetMemory *memory) {
    const char *why = NULL;
    const CodegenOutput *output = &net->compiled.output;
    Jit *jit = jit_load(net->arena, output->object, output->object_len, &why);
    cr_assert_not_null(jit, "%s", why);
    const char *name = arena_printf(net->arena, "%s_model", net->compiled.interface.name);
    const struct netc_model *model = jit_symbol(jit, name);
    cr_assert_not_null(model, "no symbol %s", name);
    int status = model->run((const float *const *)memory->inputs, memory->outputs,
                            memory->workspace, NULL, NULL);
    jit_destroy(jit);
    return status;
}

/* The value in its own order, from wherever the plan put it. */
static float *read_value(const CompiledNet *net, const NetMemory *memory, const Value *value) {
    const PlanTensor *tensor = plan_tensor_of(net->compiled.plan, value);
    const void *from = tensor->place == PLACE_INPUT    ? (void *)memory->inputs[tensor->index]
                       : tensor->place == PLACE_OUTPUT ? (void *)memory->outputs[tensor->index]
                                                       : memory->workspace + tensor->offset;
    float *out = ARENA_ARRAY(net->arena, float, (size_t)value_elems(value));
    plan_read_tensor(tensor, from, out);
    return out;
}

static const char *check_node(const CompiledNet *net, const NetMemory *memory, const Node *node) {
    const float *inputs[MAX_INPUTS];
    for (int i = 0; i < node->n_inputs; i++) inputs[i] = read_value(net, memory, node->inputs[i]);
    const float *got = read_value(net, memory, node->output);
    size_t elems = (size_t)value_elems(node->output);
    double *want = ARENA_ARRAY(net->arena, double, elems),
           *bound = ARENA_ARRAY(net->arena, double, elems);
    reference_node(node, inputs, want, bound, NULL);
    for (size_t i = 0; i < elems; i++) {
        bool same = isnan(want[i]) ? isnan(got[i]) : fabs(got[i] - want[i]) <= bound[i];
        if (!same && isinf(want[i])) same = (double)got[i] == want[i];
        if (!same)
            return arena_printf(
                net->arena, "%s, element %zu of %zu: %.9g, defined %.9g, error %.3g, bound %.3g",
                node->path, i, elems, got[i], want[i], fabs(got[i] - want[i]), bound[i]);
    }
    return NULL;
}

const char *net_check(const CompiledNet *net, const NetMemory *memory) {
    for (size_t n = 0; n < net->graph->nodes.len; n++) {
        if (net->graph->nodes.at[n]->op == OP_INPUT) continue;
        const char *wrong = check_node(net, memory, net->graph->nodes.at[n]);
        if (wrong) return wrong;
    }
    return NULL;
}
