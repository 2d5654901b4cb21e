/* The plan as text: tensors, then steps (`--emit=plan`). */
#include "plan/plan.h"

const char *plan_algorithm_name(PlanAlgorithm algorithm) {
    switch (algorithm) {
    case ALGO_TAP: return "tap";
    case ALGO_GROUP: return "group";
    case ALGO_ROW: return "row";
    case ALGO_POOL: return "pool";
    case ALGO_POINTWISE: return "pointwise";
    case ALGO_CHANNELWISE: return "channelwise";
    case ALGO_SOFTMAX: return "softmax";
    case ALGO_ARGMAX: return "argmax";
    case ALGO_MATMUL: return "matmul";
    case ALGO_NORM: return "norm";
    case ALGO_PAD: return "pad";
    case ALGO_UPSAMPLE: return "upsample";
    case ALGO_PIXEL_SHUFFLE: return "pixel_shuffle";
    case ALGO_COPY: return "copy";
    }
    return "";
}

/* Of a view that is not dense: batch, channel block, spatial axes. */
static void print_strides(Text *out, const Strides *strides) {
    text_printf(out, ", strides %lld %lld", (long long)strides->batch, (long long)strides->channel);
    for (int a = 0; a < strides->n_spatial; a++)
        text_printf(out, " %lld", (long long)strides->spatial[a]);
    if (strides->first_lane > 0) text_printf(out, ", lane %d", strides->first_lane);
}

static void print_tensor(Text *out, const PlanTensor *tensor, size_t number) {
    text_printf(out, "  t%zu = %s ", number, tensor->value->name);
    type_print(out, &tensor->value->type);
    if (tensor->dtype != tensor->value->type.dtype)
        text_printf(out, " stored as %s", dtype_name(tensor->dtype));
    text_puts(out, " ");
    layout_print(out, tensor->layout);
    switch (tensor->place) {
    case PLACE_INPUT: text_printf(out, " input %d", tensor->index); break;
    case PLACE_OUTPUT: text_printf(out, " output %d", tensor->index); break;
    case PLACE_CONSTANT: text_printf(out, " constant at %lld", (long long)tensor->offset); break;
    case PLACE_WORKSPACE: text_printf(out, " at %lld", (long long)tensor->offset); break;
    }
    text_printf(out, ", %lld bytes, steps %d to %d", (long long)tensor->bytes, tensor->first,
                tensor->last);
    if (tensor->alias >= 0) text_printf(out, ", a view of t%d", tensor->alias);
    if (tensor->start > 0) text_printf(out, " from %lld", (long long)tensor->start);
    if (!tensor->dense) print_strides(out, &tensor->strides);
    text_puts(out, "\n");
}

static void print_step(Text *out, const PlanStep *step, size_t number) {
    text_printf(out, "  %zu %s: t%d = %s(", number, step->name, step->output,
                plan_algorithm_name(step->algorithm));
    for (int i = 0; i < step->n_inputs; i++)
        text_printf(out, "%st%d", i ? ", " : "", step->inputs[i]);
    text_puts(out, ")");
    if (step->algorithm == ALGO_TAP || step->algorithm == ALGO_GROUP ||
        step->algorithm == ALGO_ROW || step->algorithm == ALGO_POOL)
        text_printf(out, " tile %dx%dx%d", step->tile.lanes, step->tile.nv, step->tile.m);
    if (step->algorithm == ALGO_TAP || step->algorithm == ALGO_ROW)
        text_puts(out, step->rows_outer ? ", rows outside" : ", channels outside");
    text_puts(out, "\n");
}

void plan_print(Text *out, const Plan *plan) {
    text_printf(out, "plan for %s: %lld bytes of workspace, at most %lld alive\n", plan->cpu->name,
                (long long)plan->workspace_bytes, (long long)plan->peak_bytes);
    text_puts(out, "tensors\n");
    for (size_t i = 0; i < plan->tensors.len; i++) print_tensor(out, &plan->tensors.at[i], i);
    text_puts(out, "steps\n");
    for (size_t i = 0; i < plan->steps.len; i++) print_step(out, &plan->steps.at[i], i);
}
