/* `netc verify` accepts what the compiled code gives, and notices every element that is not. */
#include "driver/backend.h"
#include "driver/verify.h"
#include "program.h"

#include <criterion/criterion.h>
#include <math.h>

static const char program[] = "input x : f32[N: 1, C: 3, H: 6, W: 5]\n"
                              "a = x |> conv(c=5, k=3, p=1) |> relu\n"
                              "b = a |> maxpool(k=2, s=2)\n"
                              "c = b |> tconv(c=4, k=3, s=2) |> tanh\n"
                              "output y = c |> flatten |> dense(c=7) |> softmax(axis=C)\n";

/* The first stored float of a step's result. */
static float *result_of(const Compiled *compiled, const Execution *execution, size_t step) {
    const PlanTensor *tensor = &compiled->plan->tensors.at[compiled->plan->steps.at[step].output];
    if (tensor->place == PLACE_OUTPUT) return execution->outputs[tensor->index];
    return (float *)(execution->workspace + tensor->offset);
}

Test(driver_verify, an_element_beyond_its_bound_is_found) {
    static const Options options = {.command = CMD_VERIFY, .max_memory = 1 << 30, .cpu = "x86-64"};
    Arena *arena = arena_create();
    Compilation c;
    Compiled compiled;
    Execution execution;
    Verification result;
    program_load(arena, &options, program, &c);
    const CompileOptions wanted = {.emit = EMIT_OBJECT, .keep_values = true};
    cr_assert_eq(backend_compile(&c, "x86-64", &wanted, &compiled), STATUS_DONE);
    cr_assert_eq(execution_begin(arena, &compiled, 1, &execution), STATUS_DONE);
    verify_fill_inputs(&execution);
    cr_assert_eq(execution_run(&execution), STATUS_DONE);
    cr_assert_null(verify_steps(arena, &compiled, &execution, &result));
    cr_assert(result.ok && result.counted);
    cr_assert_eq(result.steps.len, compiled.plan->steps.len);
    const float wrong[] = {1.5f, NAN, INFINITY};
    for (size_t step = 0; step < result.steps.len; step++) {
        const VerifiedStep *good = &result.steps.at[step];
        cr_assert(good->max_error <= good->bound, "%s", good->path);
        float *element = result_of(&compiled, &execution, step), kept = *element;
        for (int i = 0; i < 3; i++) {
            *element = i == 0 ? kept + wrong[0] : wrong[i];
            Verification broken;
            verify_steps(arena, &compiled, &execution, &broken);
            const VerifiedStep *bad = &broken.steps.at[step];
            cr_assert(!broken.ok && !bad->ok, "%s %d", bad->path, i);
            cr_assert(bad->max_error > bad->bound, "%s %d", bad->path, i);
            for (int axis = 0; axis < bad->rank; axis++)
                cr_assert_eq(bad->at[axis], 0, "%s %d", bad->path, i);
        }
        *element = kept;
    }
    execution_end(&execution);
    arena_destroy(arena);
}
