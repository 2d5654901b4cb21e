/* Loading and calling a model as any generic caller would. */
#include "driver/execute.h"

#include "driver/backend.h"
#include "driver/console.h"

#include <assert.h>

static float **make_buffers(Arena *arena, const struct netc_tensor *tensors, unsigned n) {
    float **buffers = ARENA_ARRAY(arena, float *, n);
    for (unsigned i = 0; i < n; i++) buffers[i] = ARENA_ARRAY(arena, float, tensors[i].elems);
    return buffers;
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
    out->inputs = make_buffers(arena, out->model->inputs, out->model->n_inputs);
    out->outputs = make_buffers(arena, out->model->outputs, out->model->n_outputs);
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
    int status = model->run((const float *const *)execution->inputs, execution->outputs,
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
