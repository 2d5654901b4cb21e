/* Loading and calling a model as any generic caller would. */
#include "driver/execute.h"

#include "driver/backend.h"
#include "driver/console.h"

#include <assert.h>
#include <string.h>

static void **make_inputs(Arena *arena, const struct netc_model *model) {
    void **buffers = ARENA_ARRAY(arena, void *, model->n_inputs);
    for (unsigned i = 0; i < model->n_inputs; i++) {
        size_t size = model->inputs[i].type == NETC_TYPE_U8 ? 1 : sizeof(float);
        buffers[i] = ARENA_ARRAY(arena, char, model->inputs[i].elems *size);
    }
    return buffers;
}

static float **make_outputs(Arena *arena, const struct netc_model *model) {
    float **buffers = ARENA_ARRAY(arena, float *, model->n_outputs);
    for (unsigned i = 0; i < model->n_outputs; i++)
        buffers[i] = ARENA_ARRAY(arena, float, model->outputs[i].elems);
    return buffers;
}

void execution_set_input(const Execution *execution, size_t index, const float *elements) {
    const struct netc_tensor *tensor = &execution->model->inputs[index];
    if (tensor->type == NETC_TYPE_F32) {
        memcpy(execution->inputs[index], elements, tensor->elems * sizeof *elements);
        return;
    }
    unsigned char *bytes = execution->inputs[index];
    for (size_t i = 0; i < tensor->elems; i++) bytes[i] = (unsigned char)elements[i];
}

static ExitStatus make_threads(int64_t count, struct netc_threads **out) {
    if (count <= 1) return STATUS_DONE;
    if (count <= NETC_THREADS_MOST) *out = netc_threads_create((int)count);
    return *out ? STATUS_DONE
                : console_fail(STATUS_USAGE, "there cannot be %lld threads", (long long)count);
}

/* Loads the object and finds its model. */
static ExitStatus load(Arena *arena, const Compiled *compiled, Execution *out) {
    *out = (Execution){0};
    if (compiled->interface.weights_extern) out->weights = compiled->program->weights;
    const char *why = NULL;
    out->jit = jit_load(arena, compiled->output.object, compiled->output.object_len, &why);
    if (!out->jit) return backend_failed(why);
    out->model = jit_symbol(out->jit, arena_printf(arena, "%s_model", compiled->interface.name));
    if (out->model && out->model->abi == NETC_MODEL_ABI) return STATUS_DONE;
    execution_end(out);
    return backend_failed("the object has no model that this netc can run");
}

ExitStatus execution_begin(Arena *arena, const Compiled *compiled, int64_t threads,
                           Execution *out) {
    ExitStatus status = load(arena, compiled, out);
    if (status != STATUS_DONE) return status;
    out->inputs = make_inputs(arena, out->model);
    out->outputs = make_outputs(arena, out->model);
    assert(out->model->workspace_align <= 64);
    status = make_threads(threads, &out->threads);
    size_t workspace = netc_workspace_bytes(out->model, out->threads);
    if (workspace) out->workspace = arena_alloc(arena, workspace);
    if (status != STATUS_DONE) execution_end(out);
    return status;
}

ExitStatus execution_of_step(Arena *arena, const Compiled *step, const Execution *whole,
                             Execution *out) {
    ExitStatus status = load(arena, step, out);
    if (status != STATUS_DONE) return status;
    assert(netc_workspace_bytes(out->model, whole->threads) <=
           netc_workspace_bytes(whole->model, whole->threads));
    out->inputs = whole->inputs;
    out->outputs = whole->outputs;
    out->workspace = whole->workspace;
    out->threads = whole->threads;
    out->is_step = true;
    return STATUS_DONE;
}

ExitStatus execution_run(const Execution *execution) {
    const struct netc_model *model = execution->model;
    int status = model->run((const void *const *)execution->inputs, execution->outputs,
                            execution->workspace, execution->weights, execution->threads);
    if (status == NETC_E_CPU)
        return console_fail(STATUS_USAGE, "this machine cannot run code for %s", model->cpu);
    return status == NETC_OK ? STATUS_DONE : backend_failed(netc_status_text(status));
}

void execution_end(Execution *execution) {
    if (!execution->is_step) netc_threads_destroy(execution->threads);
    jit_destroy(execution->jit);
    *execution = (Execution){0};
}
