/* Every step reads tensors that are still there after the run, since no byte was used twice; so its
 * result can be computed again from its own inputs, and one step's errors never excuse another's.
 */
#include "driver/verify.h"

#include "reference/reference.h"
#include "weights/source.h"

#include <math.h>
#include <string.h>

void verify_fill_inputs(const Execution *execution) {
    Arena *scratch = arena_create();
    for (unsigned i = 0; i < execution->model->n_inputs; i++) {
        const struct netc_tensor *input = &execution->model->inputs[i];
        float *numbers = ARENA_ARRAY(scratch, float, input->elems);
        weights_random(input->name, 1, 6, (int64_t)input->elems, numbers); /* 6 scales by 1 */
        for (size_t e = 0; input->type == NETC_TYPE_U8 && e < input->elems; e++)
            numbers[e] = floorf(128.0f * (numbers[e] + 1.0f));
        execution_set_input(execution, i, numbers);
    }
    arena_destroy(scratch);
}

/* Where a tensor of the plan lies after a run. */
static const void *memory_of(const PlanTensor *tensor, const LoopProgram *program,
                             const Execution *execution) {
    const void *start = execution->workspace;
    if (tensor->place == PLACE_CONSTANT) start = program->weights + program->constants;
    if (tensor->place == PLACE_INPUT) start = execution->inputs[tensor->index];
    if (tensor->place == PLACE_OUTPUT) start = execution->outputs[tensor->index];
    return (const char *)start + tensor->offset;
}

/* The tensor's elements in the order of its type. */
static const float *read_tensor(Arena *arena, const Compiled *compiled, int index,
                                const Execution *execution) {
    const PlanTensor *tensor = &compiled->plan->tensors.at[index];
    float *elements = ARENA_ARRAY(arena, float, (size_t)value_elems(tensor->value));
    plan_read_tensor(tensor, memory_of(tensor, compiled->program, execution), elements);
    return elements;
}

static double error_of(double expected, float got) {
    if (isnan(expected) && isnan(got)) return 0;
    if (expected == (double)got) return 0; /* infinities too */
    double error = fabs((double)got - expected);
    return isnan(error) ? INFINITY : error;
}

/* The error in units of its bound: more than 1 is too much. */
static double share_of(double error, double bound) {
    if (error == 0 || bound == INFINITY) return 0;
    return bound > 0 ? error / bound : INFINITY;
}

static void place_of(const TensorType *type, int64_t element, VerifiedStep *step) {
    step->rank = type->rank;
    for (int axis = type->rank - 1; axis >= 0; axis--) {
        step->at[axis] = element % type->axes[axis].extent;
        element /= type->axes[axis].extent;
    }
}

/* Finds the worst element. `bound` may be NULL: the results must be equal. */
static void compare(const Value *value, const double *expected, const double *bound,
                    const float *got, VerifiedStep *step) {
    double worst = -1;
    int64_t n = value_elems(value);
    step->ok = true;
    for (int64_t i = 0; i < n; i++) {
        double error = error_of(expected[i], got[i]), limit = bound ? bound[i] : 0;
        double share = share_of(error, limit);
        step->ok &= share <= 1;
        if (share <= worst) continue;
        worst = share;
        step->max_error = error;
        step->bound = limit;
        place_of(&value->type, i, step);
    }
}

static VerifiedStep verify_step(Arena *scratch, const Compiled *compiled, const PlanStep *step,
                                const Execution *execution) {
    VerifiedStep result = {.path = step->node ? step->node->path : step->name, .macs_counted = -1};
    const float *inputs[MAX_INPUTS];
    for (int i = 0; i < step->n_inputs; i++)
        inputs[i] = read_tensor(scratch, compiled, step->inputs[i], execution);
    const float *got = read_tensor(scratch, compiled, step->output, execution);
    const Value *value = compiled->plan->tensors.at[step->output].value;
    size_t n = (size_t)value_elems(value);
    double *expected = ARENA_ARRAY(scratch, double, n), *bound = NULL;
    if (step->node) {
        bound = ARENA_ARRAY(scratch, double, n);
        reference_node(step->node, inputs, expected, bound, &result.macs_defined);
    } else {
        for (size_t i = 0; i < n; i++) expected[i] = inputs[0][i];
    }
    compare(value, expected, bound, got, &result);
    return result;
}

/* Interprets the loops of each step on buffers of their own; counts their multiply-adds. */
static const char *count_macs(Arena *arena, const Compiled *compiled, const Execution *execution,
                              Verification *out) {
    const struct netc_model *model = execution->model;
    unsigned char *workspace = arena_alloc(arena, model->workspace_bytes);
    float **outputs = ARENA_ARRAY(arena, float *, model->n_outputs);
    for (unsigned i = 0; i < model->n_outputs; i++)
        outputs[i] = ARENA_ARRAY(arena, float, model->outputs[i].elems);
    for (size_t f = 0; f < compiled->program->fns.len; f++) {
        const LoopFn *fn = compiled->program->fns.at[f];
        void **buffers = ARENA_ARRAY(arena, void *, fn->buffers.len);
        for (size_t b = 0; b < fn->buffers.len; b++) {
            const LoopBuffer *buffer = &fn->buffers.at[b];
            const void *start = workspace;
            if (buffer->space == LOOP_INPUT) start = execution->inputs[buffer->index];
            if (buffer->space == LOOP_OUTPUT) start = outputs[buffer->index];
            if (buffer->space == LOOP_WEIGHTS) start = compiled->program->weights;
            if (buffer->space != LOOP_LOCAL)
                buffers[b] = (void *)((uintptr_t)start + (uintptr_t)buffer->offset);
        }
        LoopCounts counts = {0};
        const char *why = loop_run(arena, fn, buffers, compiled->program->fma, 0, 1, &counts);
        if (why) return arena_printf(arena, "%s: %s", fn->name, why);
        out->steps.at[f].macs_counted = counts.fma_lanes;
    }
    return NULL;
}

const char *verify_steps(Arena *arena, const Compiled *compiled, const Execution *execution,
                         Verification *out) {
    *out = (Verification){.ok = true};
    Arena *scratch = arena_create();
    double macs = 0;
    for (size_t i = 0; i < compiled->plan->steps.len; i++) {
        VerifiedStep step = verify_step(scratch, compiled, &compiled->plan->steps.at[i], execution);
        arena_reset(scratch);
        VEC_PUSH(arena, &out->steps, step);
        out->ok &= step.ok;
        macs += (double)step.macs_defined;
    }
    arena_destroy(scratch);
    out->counted = macs <= MAX_INTERPRETED_MACS;
    return out->counted ? count_macs(arena, compiled, execution, out) : NULL;
}
