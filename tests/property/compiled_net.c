/* See compiled_net.h. */
#include "property/compiled_net.h"

#include "base/diag.h"
#include "reference/reference.h"
#include "sema/sema.h"
#include "support/effort.h"
#include "syntax/parse.h"
#include "weights/source.h"

#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

/* Numbers of a tensor called `key`. */
static void fill(const char *key, uint64_t seed, NetNumbers numbers, int64_t elems, float *out) {
    enum { SIX = 6 }; /* a fan-in that makes random numbers uniform in [-1, 1) */
    weights_random(key, seed, SIX, elems, out);
    if (numbers == NUMBERS_INTEGER)
        for (int64_t i = 0; i < elems; i++) out[i] = floorf(out[i] * 3.5f + 0.5f);
}

/* Variances: powers of 4, so that on integers and with eps=0 a batchnorm is exact; else around 1.
 */
static void fill_variances(NetNumbers numbers, int64_t elems, float *data) {
    for (int64_t i = 0; i < elems; i++)
        data[i] = numbers == NUMBERS_INTEGER ? ldexpf(1.0f, 2 * ((int)data[i] % 2))
                                             : 1.0f + 0.9f * data[i];
}

Graph *net_graph(Arena *arena, const char *text, uint64_t seed, NetNumbers numbers) {
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
    for (size_t n = 0; n < graph->params.len; n++) {
        Param *param = graph->params.at[n];
        if (param->source->kind == WEIGHT_TIED) {
            param->data = param->source->tied->data;
            continue;
        }
        if (numbers == NUMBERS_REAL && param->rank > 1)
            continue; /* scaled by their fan-in already */
        float *data = ARENA_ARRAY(arena, float, (size_t)param->elems);
        fill(param->key, seed, numbers, param->elems, data);
        if (strstr(param->key, "running_var")) fill_variances(numbers, param->elems, data);
        param->data = data;
    }
    return graph;
}

CompiledNet net_compile_as(Arena *arena, const char *prefix, const char *text, uint64_t seed,
                           NetNumbers numbers, const CpuModel *cpu, bool object) {
    CompiledNet net = {.arena = arena, .graph = net_graph(arena, text, seed, numbers), .cpu = cpu};
    CompileOptions options = {.cpu = cpu,
                              .cpu_name = cpu->name,
                              .keep_values = true,
                              .threads = true,
                              .split_all = true,
                              .verify_each = true,
                              .prefix = prefix,
                              .emit = object ? EMIT_OBJECT : 0};
    const char *wrong = compile_graph(arena, net.graph, &options, &net.compiled);
    cr_assert_null(wrong, "%s, %s: %s\n%s", net.graph->model, cpu->name, wrong, text);
    return net;
}

CompiledNet net_compile(Arena *arena, const char *text, uint64_t seed, NetNumbers numbers,
                        const CpuModel *cpu, bool object) {
    return net_compile_as(arena, NULL, text, seed, numbers, cpu, object);
}

static void *guarded(NetMemory *memory, size_t bytes, size_t align, bool at_end) {
    memory->guarded[memory->n_guarded] = guard_alloc(bytes, align, at_end);
    return memory->guarded[memory->n_guarded++].data;
}

NetMemory net_memory(const CompiledNet *net, bool at_end) {
    const ModelInterface *model = &net->compiled.interface;
    NetMemory m = {.n_guarded = 0};
    cr_assert(model->n_inputs <= MAX_NET_ARGUMENTS && model->n_outputs <= MAX_NET_ARGUMENTS);
    for (int i = 0; i < model->n_inputs; i++) {
        size_t size = dtype_size(model->inputs[i].type.dtype);
        m.inputs[i] = guarded(&m, (size_t)model->inputs[i].elems * size, size, at_end);
    }
    for (int i = 0; i < model->n_outputs; i++)
        m.outputs[i] =
            guarded(&m, (size_t)model->outputs[i].elems * sizeof(float), sizeof(float), at_end);
    m.workspace = guarded(&m, (size_t)model->workspace_bytes, WORKSPACE_ALIGN, at_end);
    return m;
}

void net_memory_free(NetMemory *memory) {
    for (int i = 0; i < memory->n_guarded; i++) guard_free(&memory->guarded[i]);
}

/* All bytes there are; or few, so that sums stay exact. */
static void fill_bytes(Arena *arena, const ModelTensor *input, uint64_t seed, NetNumbers numbers,
                       unsigned char *out) {
    float *uniform = ARENA_ARRAY(arena, float, (size_t)input->elems);
    fill(input->name, seed, NUMBERS_REAL, input->elems, uniform);
    float half = numbers == NUMBERS_INTEGER ? 2.0f : 128.0f;
    for (int64_t i = 0; i < input->elems; i++) out[i] = (unsigned char)(half * (uniform[i] + 1.0f));
}

void net_fill_inputs(const CompiledNet *net, const NetMemory *memory, uint64_t seed,
                     NetNumbers numbers) {
    for (int i = 0; i < net->compiled.interface.n_inputs; i++) {
        const ModelTensor *input = &net->compiled.interface.inputs[i];
        if (input->type.dtype == DTYPE_U8)
            fill_bytes(net->arena, input, seed, numbers, memory->inputs[i]);
        else
            fill(input->name, seed, numbers, input->elems, memory->inputs[i]);
    }
}

static void *buffer_in(const NetMemory *memory, const LoopProgram *program,
                       const LoopBuffer *buffer) {
    uintptr_t start = 0;
    switch (buffer->space) {
    case LOOP_INPUT: start = (uintptr_t)memory->inputs[buffer->index]; break;
    case LOOP_OUTPUT: start = (uintptr_t)memory->outputs[buffer->index]; break;
    case LOOP_WORKSPACE: start = (uintptr_t)memory->workspace; break;
    case LOOP_WEIGHTS: start = (uintptr_t)program->weights; break;
    case LOOP_LOCAL: return NULL;
    }
    return (void *)(start + (uintptr_t)buffer->offset);
}

/* Where each buffer of a phase lies. */
static void **buffers_of(const CompiledNet *net, const NetMemory *memory, const LoopFn *fn) {
    void **buffers = ARENA_ARRAY(net->arena, void *, fn->buffers.len + 1);
    for (size_t i = 0; i < fn->buffers.len; i++)
        buffers[i] = buffer_in(memory, net->compiled.program, &fn->buffers.at[i]);
    return buffers;
}

static const char *interpret(const CompiledNet *net, const NetMemory *memory, int parts,
                             LoopCounts *counts) {
    const LoopProgram *program = net->compiled.program;
    for (size_t f = 0; f < program->fns.len; f++) {
        const LoopFn *fn = program->fns.at[f];
        void **buffers = buffers_of(net, memory, fn);
        for (int part = 0; part < parts; part++) {
            const char *wrong =
                loop_run(net->arena, fn, buffers, program->fma, part, parts, counts);
            if (wrong) return arena_printf(net->arena, "%s: %s", fn->name, wrong);
        }
    }
    return NULL;
}

const char *net_interpret(const CompiledNet *net, const NetMemory *memory, int parts) {
    return interpret(net, memory, parts, NULL);
}

LoopCounts net_count_work(const CompiledNet *net, const NetMemory *memory) {
    LoopCounts counts = {0};
    const char *wrong = interpret(net, memory, 1, &counts);
    cr_assert_null(wrong, "%s", wrong);
    return counts;
}

Jit *net_load(const CompiledNet *net, const struct netc_model **model) {
    const char *why = NULL;
    const CodegenOutput *output = &net->compiled.output;
    Jit *jit = jit_load(net->arena, output->object, output->object_len, &why);
    cr_assert_not_null(jit, "%s", why);
    const char *name = arena_printf(net->arena, "%s_model", net->compiled.interface.name);
    *model = jit_symbol(jit, name);
    cr_assert_not_null(*model, "no symbol %s", name);
    return jit;
}

int net_run(const CompiledNet *net, const NetMemory *memory) {
    const struct netc_model *model;
    Jit *jit = net_load(net, &model);
    int status = model->run((const void *const *)memory->inputs, memory->outputs, memory->workspace,
                            NULL, NULL);
    jit_destroy(jit);
    return status;
}

/* All that a run may write, as one copy. */
static unsigned char *copy_of_memory(const CompiledNet *net, const NetMemory *memory, size_t *len) {
    const ModelInterface *model = &net->compiled.interface;
    *len = (size_t)model->workspace_bytes;
    for (int i = 0; i < model->n_outputs; i++) *len += (size_t)model->outputs[i].elems * 4;
    unsigned char *copy = arena_alloc(net->arena, *len), *at = copy;
    memcpy(at, memory->workspace, (size_t)model->workspace_bytes);
    at += model->workspace_bytes;
    for (int i = 0; i < model->n_outputs; i++) {
        memcpy(at, memory->outputs[i], (size_t)model->outputs[i].elems * 4);
        at += model->outputs[i].elems * 4;
    }
    return copy;
}

static void set_memory(const CompiledNet *net, const NetMemory *memory, const unsigned char *copy) {
    const ModelInterface *model = &net->compiled.interface;
    memcpy(memory->workspace, copy, (size_t)model->workspace_bytes);
    copy += model->workspace_bytes;
    for (int i = 0; i < model->n_outputs; i++) {
        memcpy(memory->outputs[i], copy, (size_t)model->outputs[i].elems * 4);
        copy += model->outputs[i].elems * 4;
    }
}

const char *net_parts_are_apart(const CompiledNet *net, const NetMemory *memory, int parts) {
    const LoopProgram *program = net->compiled.program;
    for (size_t f = 0; f < program->fns.len; f++) {
        const LoopFn *fn = program->fns.at[f];
        void **buffers = buffers_of(net, memory, fn);
        size_t len;
        const unsigned char *before = copy_of_memory(net, memory, &len);
        unsigned char *together = copy_of_memory(net, memory, &len);
        bool *written = ARENA_ARRAY(net->arena, bool, len);
        for (int part = 0; part < parts; part++) {
            set_memory(net, memory, before);
            const char *wrong = loop_run(net->arena, fn, buffers, program->fma, part, parts, NULL);
            if (wrong) return arena_printf(net->arena, "%s: %s", fn->name, wrong);
            const unsigned char *after = copy_of_memory(net, memory, &len);
            for (size_t i = 0; i < len; i++) {
                if (after[i] == before[i]) continue;
                if (written[i]) return arena_printf(net->arena, "%s: two parts write", fn->name);
                written[i] = true;
                together[i] = after[i];
            }
        }
        set_memory(net, memory, before);
        loop_run(net->arena, fn, buffers, program->fma, 0, 1, NULL);
        if (memcmp(copy_of_memory(net, memory, &len), together, len) != 0)
            return arena_printf(net->arena, "%s: the parts need each other", fn->name);
    }
    return NULL;
}

/* The value in its own order, from wherever the plan put it. */
static const float *read_value(const CompiledNet *net, const NetMemory *memory,
                               const Value *value) {
    if (value->producer->op == OP_CONSTANT) return value->producer->weight->data;
    const PlanTensor *tensor = plan_tensor_of(net->compiled.plan, value);
    const LoopProgram *program = net->compiled.program;
    const void *from = memory->workspace;
    if (tensor->place == PLACE_INPUT) from = memory->inputs[tensor->index];
    if (tensor->place == PLACE_OUTPUT) from = memory->outputs[tensor->index];
    if (tensor->place == PLACE_CONSTANT) from = program->weights + program->constants;
    float *out = ARENA_ARRAY(net->arena, float, (size_t)value_elems(value));
    plan_read_tensor(tensor, (const char *)from + tensor->offset, out);
    return out;
}

static const char *check_node(const CompiledNet *net, const NetMemory *memory, const Node *node,
                              bool exact, double *worst) {
    const float **inputs = ARENA_ARRAY(net->arena, const float *, (size_t)node->n_inputs + 1);
    for (int i = 0; i < node->n_inputs; i++) inputs[i] = read_value(net, memory, node->inputs[i]);
    const float *got = read_value(net, memory, node->output);
    size_t elems = (size_t)value_elems(node->output);
    double *want = ARENA_ARRAY(net->arena, double, elems),
           *bound = ARENA_ARRAY(net->arena, double, elems);
    reference_node(node, inputs, want, bound, NULL);
    for (size_t i = 0; i < elems; i++) {
        double allowed = exact ? 0 : bound[i];
        bool same = isinf(allowed)   ? true
                    : isnan(want[i]) ? isnan(got[i])
                                     : fabs(got[i] - want[i]) <= allowed;
        if (!same && isinf(want[i])) same = (double)got[i] == want[i];
        double error = fabs(got[i] - want[i]);
        if (error > *worst * bound[i] && isfinite(bound[i])) *worst = error / bound[i];
        if (!same)
            return arena_printf(
                net->arena, "%s, element %zu of %zu: %.9g, defined %.9g, error %.3g, bound %.3g",
                node->path, i, elems, got[i], want[i], fabs(got[i] - want[i]), allowed);
    }
    return NULL;
}

static const char *check_nodes(const CompiledNet *net, const NetMemory *memory, bool exact,
                               double *worst) {
    for (size_t n = 0; n < net->graph->nodes.len; n++) {
        OpKind op = net->graph->nodes.at[n]->op;
        if (op == OP_INPUT || op == OP_CONSTANT) continue;
        const char *wrong = check_node(net, memory, net->graph->nodes.at[n], exact, worst);
        if (wrong) return wrong;
    }
    return NULL;
}

const char *net_check(const CompiledNet *net, const NetMemory *memory, bool exact) {
    double worst = 0;
    return check_nodes(net, memory, exact, &worst);
}

const char *net_check_bound(const CompiledNet *net, const NetMemory *memory, double *worst) {
    return check_nodes(net, memory, false, worst);
}

void net_check_text(Arena *arena, const char *text, uint64_t seed, NetNumbers numbers) {
    static const char *const cpus[] = {"x86-64", "x86-64-v3", "x86-64-v4", "native"};
    int n = (int)effort_cases(4);
    for (int i = 0; i < n; i++) {
        int c = (int)((seed + (uint64_t)i) % 4);
        bool object = c == 3;
        CompiledNet net =
            net_compile(arena, text, seed, numbers, cpu_model_find(arena, cpus[c]), object);
        NetMemory memory = net_memory(&net, seed % 2);
        net_fill_inputs(&net, &memory, seed, numbers);
        const char *wrong = NULL;
        if (object)
            cr_assert_eq(net_run(&net, &memory), 0);
        else
            wrong = net_interpret(&net, &memory, 1 + (int)(seed % 3));
        if (!wrong) wrong = net_check(&net, &memory, numbers == NUMBERS_INTEGER);
        cr_assert_null(wrong, "%s: %s\n%s", cpus[c], wrong, text);
        net_memory_free(&memory);
    }
    arena_reset(arena);
}

void net_check_exact(Arena *arena, const char *text, uint64_t seed) {
    net_check_text(arena, text, seed, NUMBERS_INTEGER);
}
