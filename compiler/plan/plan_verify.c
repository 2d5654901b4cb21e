/* The promises of a plan: tensors are written before they are read, lie inside the workspace, and
 * share no byte while both are alive. */
#include "plan/plan.h"

static const PlanTensor *root_of(const Plan *plan, const PlanTensor *tensor) {
    return tensor->alias >= 0 ? &plan->tensors.at[tensor->alias] : tensor;
}

static const char *verify_tensor(Arena *arena, const Plan *plan, const PlanTensor *tensor) {
    const char *name = tensor->value->name;
    int64_t bytes =
        layout_strides(&tensor->value->type, tensor->layout).elems * (int64_t)sizeof(float);
    if (tensor->bytes != bytes)
        return arena_printf(arena, "%s: size does not fit its layout", name);
    if (tensor->place != PLACE_WORKSPACE) return NULL;
    if (tensor->offset < WORKSPACE_HEADER || tensor->offset % WORKSPACE_ALIGN != 0 ||
        tensor->offset + tensor->bytes > plan->workspace_bytes)
        return arena_printf(arena, "%s: outside the workspace or misaligned", name);
    return NULL;
}

static bool share_bytes(const PlanTensor *a, const PlanTensor *b) {
    return a->offset < b->offset + b->bytes && b->offset < a->offset + a->bytes;
}

/* Tensors stand in the order in which their lives begin: each is held against those still alive. */
static const char *verify_disjoint(Arena *arena, const Plan *plan) {
    VEC(const PlanTensor *) alive = {0};
    for (size_t i = 0; i < plan->tensors.len; i++) {
        const PlanTensor *born = &plan->tensors.at[i];
        if (born->place != PLACE_WORKSPACE || born->alias >= 0) continue;
        size_t kept = 0;
        for (size_t k = 0; k < alive.len; k++) {
            if (alive.at[k]->last < born->first) continue;
            if (share_bytes(alive.at[k], born))
                return arena_printf(arena, "%s and %s share bytes while both are alive",
                                    alive.at[k]->value->name, born->value->name);
            alive.at[kept++] = alive.at[k];
        }
        alive.len = kept;
        VEC_PUSH(arena, &alive, born);
    }
    return NULL;
}

static const char *verify_steps(Arena *arena, const Plan *plan) {
    for (size_t s = 0; s < plan->steps.len; s++) {
        const PlanStep *step = &plan->steps.at[s];
        const PlanTensor *output = &plan->tensors.at[step->output];
        if (output->place == PLACE_INPUT || output->first != (int)s)
            return arena_printf(arena, "%s writes a tensor that is not its own", step->name);
        for (int i = 0; i < step->n_inputs; i++) {
            const PlanTensor *input = &plan->tensors.at[step->inputs[i]];
            if (input->place != PLACE_INPUT && root_of(plan, input)->first >= (int)s)
                return arena_printf(arena, "%s reads %s before it is written", step->name,
                                    input->value->name);
            if (input->last < (int)s)
                return arena_printf(arena, "%s reads %s after its life", step->name,
                                    input->value->name);
        }
    }
    return NULL;
}

const char *plan_verify(Arena *arena, const Plan *plan, const Graph *graph) {
    for (size_t i = 0; i < plan->tensors.len; i++) {
        const char *wrong = verify_tensor(arena, plan, &plan->tensors.at[i]);
        if (wrong) return wrong;
    }
    const char *wrong = verify_steps(arena, plan);
    if (!wrong) wrong = verify_disjoint(arena, plan);
    if (wrong) return wrong;
    for (size_t i = 0; i < graph->outputs.len; i++) {
        bool written = false;
        for (size_t s = 0; s < plan->steps.len && !written; s++) {
            const PlanTensor *output = &plan->tensors.at[plan->steps.at[s].output];
            written = output->place == PLACE_OUTPUT && output->index == (int)i;
        }
        if (!written)
            return arena_printf(arena, "output %s is never written", graph->outputs.at[i].name);
    }
    return NULL;
}
