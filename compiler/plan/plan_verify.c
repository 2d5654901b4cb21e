/* The promises of a plan: every element is written once and before it is read, tensors lie inside
 * the workspace, and those alive at the same time share no byte. */
#include "plan/plan.h"

#include <stdlib.h>

static const char *verify_view(Arena *arena, const Plan *plan, const PlanTensor *view) {
    const PlanTensor *root = &plan->tensors.at[view->alias];
    int64_t start = view->start * (int64_t)dtype_size(root->dtype);
    if (root->alias >= 0 || root->dtype != view->dtype || root->place != view->place ||
        root->index != view->index)
        return arena_printf(arena, "%s: a view of what is elsewhere", view->value->name);
    if (view->start < 0 || start + view->bytes > root->bytes ||
        view->offset != root->offset + start)
        return arena_printf(arena, "%s: a view beyond its tensor", view->value->name);
    return NULL;
}

static const char *verify_tensor(Arena *arena, const Plan *plan, const PlanTensor *tensor) {
    const char *name = tensor->value->name;
    if (tensor->bytes != tensor->strides.elems * (int64_t)dtype_size(tensor->dtype))
        return arena_printf(arena, "%s: size does not fit its strides", name);
    if (tensor->dtype != DTYPE_F32 && tensor->place != PLACE_INPUT)
        return arena_printf(arena, "%s: %s is only in inputs", name, dtype_name(tensor->dtype));
    Strides own = layout_strides(&tensor->value->type, tensor->layout);
    if (tensor->dense && !strides_equal(&own, &tensor->strides, &tensor->value->type))
        return arena_printf(arena, "%s: strides do not fit its layout", name);
    if (tensor->alias >= 0) return verify_view(arena, plan, tensor);
    if (!tensor->dense || tensor->start != 0)
        return arena_printf(arena, "%s: not dense, and not a view", name);
    if (tensor->place == PLACE_CONSTANT && tensor->offset != PLAN_NOWHERE &&
        (tensor->offset % WORKSPACE_ALIGN != 0 ||
         tensor->offset + tensor->bytes > plan->constant_bytes))
        return arena_printf(arena, "%s: outside the constants or misaligned", name);
    if (tensor->place != PLACE_WORKSPACE) return NULL;
    if (tensor->offset < WORKSPACE_HEADER || tensor->offset % WORKSPACE_ALIGN != 0 ||
        tensor->offset + tensor->bytes > plan->workspace_bytes)
        return arena_printf(arena, "%s: outside the workspace or misaligned", name);
    return NULL;
}

/* ---- lives ---- */

static bool share_bytes(const PlanTensor *a, const PlanTensor *b) {
    return a->offset < b->offset + b->bytes && b->offset < a->offset + a->bytes;
}

static int by_birth(const void *a, const void *b) {
    const PlanTensor *x = *(const PlanTensor *const *)a, *y = *(const PlanTensor *const *)b;
    return (x->first > y->first) - (x->first < y->first);
}

/* In the order in which their lives begin, each tensor is held against those still alive. */
static const char *verify_disjoint(Arena *arena, const Plan *plan) {
    VEC(const PlanTensor *) born = {0}, alive = {0};
    for (size_t i = 0; i < plan->tensors.len; i++) {
        const PlanTensor *tensor = &plan->tensors.at[i];
        if (tensor->place == PLACE_WORKSPACE && tensor->alias < 0) VEC_PUSH(arena, &born, tensor);
    }
    if (born.len > 0) qsort(born.at, born.len, sizeof *born.at, by_birth);
    for (size_t i = 0; i < born.len; i++) {
        size_t kept = 0;
        for (size_t k = 0; k < alive.len; k++) {
            if (alive.at[k]->last < born.at[i]->first) continue;
            if (share_bytes(alive.at[k], born.at[i]))
                return arena_printf(arena, "%s and %s share bytes while both are alive",
                                    alive.at[k]->value->name, born.at[i]->value->name);
            alive.at[kept++] = alive.at[k];
        }
        alive.len = kept;
        VEC_PUSH(arena, &alive, born.at[i]);
    }
    return NULL;
}

/* ---- reading and writing ---- */

/* Counts the elements of a tensor that are written already, and with `write` marks all of them so;
 * `written` are those of its root. */
static int64_t count_written(const PlanTensor *tensor, bool *written, bool write) {
    const TensorType *type = &tensor->value->type;
    int64_t index[MAX_RANK] = {0}, elems = value_elems(tensor->value), count = 0;
    for (int64_t i = 0; i < elems; i++) {
        bool *at = &written[tensor->start + strides_offset(&tensor->strides, type, index)];
        count += *at;
        *at |= write;
        for (int a = type->rank; a-- > 0 && ++index[a] == type->axes[a].extent;) index[a] = 0;
    }
    return count;
}

static const char *verify_step(Arena *arena, const Plan *plan, int number, bool **written) {
    const PlanStep *step = &plan->steps.at[number];
    for (int i = 0; i < step->n_inputs; i++) {
        const PlanTensor *input = &plan->tensors.at[step->inputs[i]];
        int root = input->alias >= 0 ? input->alias : step->inputs[i];
        if (input->last < number || plan->tensors.at[root].last < number)
            return arena_printf(arena, "%s reads %s after its life", step->name,
                                input->value->name);
        if (plan->tensors.at[root].offset == PLAN_NOWHERE)
            return arena_printf(arena, "%s reads %s, which is nowhere", step->name,
                                input->value->name);
        if (input->place != PLACE_INPUT && input->place != PLACE_CONSTANT &&
            count_written(input, written[root], false) < value_elems(input->value))
            return arena_printf(arena, "%s reads %s before it is written", step->name,
                                input->value->name);
    }
    const PlanTensor *output = &plan->tensors.at[step->output];
    int root = output->alias >= 0 ? output->alias : step->output;
    if (output->place == PLACE_INPUT || output->place == PLACE_CONSTANT ||
        output->first != number || plan->tensors.at[root].first > number ||
        plan->tensors.at[root].last < number)
        return arena_printf(arena, "%s writes a tensor that is not its own", step->name);
    if (count_written(output, written[root], true) > 0)
        return arena_printf(arena, "%s writes %s, part of which is written", step->name,
                            output->value->name);
    return NULL;
}

static const char *verify_steps(Arena *arena, const Plan *plan, bool **written) {
    for (size_t i = 0; i < plan->tensors.len; i++) {
        const PlanTensor *tensor = &plan->tensors.at[i];
        if (tensor->alias < 0)
            written[i] =
                ARENA_ARRAY(arena, bool, (size_t)tensor->bytes / dtype_size(tensor->dtype));
    }
    for (size_t s = 0; s < plan->steps.len; s++) {
        const char *wrong = verify_step(arena, plan, (int)s, written);
        if (wrong) return wrong;
    }
    return NULL;
}

/* Every argument for results is written as a whole. */
static const char *verify_outputs(Arena *arena, const Plan *plan, const Graph *graph,
                                  bool **written) {
    bool *whole = ARENA_ARRAY(arena, bool, graph->outputs.len);
    for (size_t t = 0; t < plan->tensors.len; t++) {
        const PlanTensor *tensor = &plan->tensors.at[t];
        if (tensor->place == PLACE_OUTPUT && tensor->alias < 0)
            whole[tensor->index] |=
                count_written(tensor, written[t], false) == value_elems(tensor->value);
    }
    for (size_t i = 0; i < graph->outputs.len; i++)
        if (!whole[i])
            return arena_printf(arena, "output %s is not written", graph->outputs.at[i].name);
    return NULL;
}

const char *plan_verify(Arena *arena, const Plan *plan, const Graph *graph) {
    for (size_t i = 0; i < plan->tensors.len; i++) {
        const char *wrong = verify_tensor(arena, plan, &plan->tensors.at[i]);
        if (wrong) return wrong;
    }
    Arena *scratch = arena_create();
    bool **written = ARENA_ARRAY(scratch, bool *, plan->tensors.len + 1);
    const char *wrong = verify_steps(scratch, plan, written);
    if (!wrong) wrong = verify_outputs(scratch, plan, graph, written);
    if (wrong) wrong = arena_strdup(arena, wrong);
    arena_destroy(scratch);
    return wrong ? wrong : verify_disjoint(arena, plan);
}
