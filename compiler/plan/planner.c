/* Tensors and steps of a plan, added one by one. */
#include "plan/planner.h"

#include <ctype.h>

/* ---- tensors ---- */

/* Appends it behind the value's other tensors. */
static int push_tensor(Planner *p, PlanTensor tensor) {
    Plan *plan = p->plan;
    tensor.first = tensor.last = (int)plan->steps.len;
    tensor.next = -1;
    tensor.bytes = tensor.strides.elems * (int64_t)dtype_size(tensor.dtype);
    int number = (int)plan->tensors.len;
    VEC_PUSH(plan->arena, &plan->tensors, tensor);
    int *link = &p->first_tensor[tensor.value->id];
    while (*link >= 0) link = &plan->tensors.at[*link].next;
    *link = number;
    return number;
}

int planner_add_tensor(Planner *p, const Value *value, Layout layout) {
    return push_tensor(p, (PlanTensor){.value = value,
                                       .layout = layout,
                                       .strides = layout_strides(&value->type, layout),
                                       .dense = true,
                                       .place = PLACE_WORKSPACE,
                                       .alias = -1});
}

int planner_add_constant(Planner *p, const Value *value, Layout layout) {
    int number = planner_add_tensor(p, value, layout);
    p->plan->tensors.at[number].place = PLACE_CONSTANT;
    return number;
}

/* The layout that these strides are of; false if there is none among those that kernels know. */
static bool find_layout(const TensorType *type, const Strides *strides, Layout *out) {
    Layout known[] = {layout_plain(), layout_last(type), layout_blocked(strides->block)};
    for (int i = 0; i < (strides->block > 1 ? 3 : 2); i++) {
        Strides own = layout_strides(type, known[i]);
        if (!strides_equal(strides, &own, type)) continue;
        *out = known[i];
        return true;
    }
    return false;
}

int planner_add_view(Planner *p, const Value *value, int of, const Strides *strides,
                     int64_t start) {
    const PlanTensor *from = &p->plan->tensors.at[of];
    PlanTensor view = {.value = value,
                       .dtype = from->dtype,
                       .layout = from->layout,
                       .strides = *strides,
                       .place = from->place,
                       .index = from->index,
                       .alias = from->alias >= 0 ? from->alias : of,
                       .start = from->start + start};
    view.dense = find_layout(&value->type, strides, &view.layout);
    return push_tensor(p, view);
}

int planner_add_made_tensor(Planner *p, const Value *value, Layout layout) {
    int output = p->output[value->id];
    int number = output < 0 ? planner_add_joined(p, value, layout) : -1;
    if (number >= 0) return number;
    number = planner_add_tensor(p, value, layout);
    if (output >= 0 && layout.kind == LAYOUT_PLAIN) {
        p->plan->tensors.at[number].place = PLACE_OUTPUT;
        p->plan->tensors.at[number].index = output;
    }
    return number;
}

/* ---- steps ---- */

/* The layer as an identifier: every other character becomes `_`. */
static const char *symbol_of(Arena *arena, const char *text) {
    char *name = arena_strdup(arena, text);
    for (char *c = name; *c; c++)
        if (!isalnum((unsigned char)*c)) *c = '_';
    return name;
}

void planner_add_step(Planner *p, PlanStep step, int output) {
    step.output = output;
    VEC_PUSH(p->plan->arena, &p->plan->steps, step);
}

void planner_add_copy(Planner *p, int from, int to) {
    const char *name = p->plan->tensors.at[from].value->name;
    PlanStep step = {.algorithm = ALGO_COPY,
                     .name =
                         symbol_of(p->plan->arena, arena_printf(p->plan->arena, "%s_copy", name)),
                     .inputs = {from},
                     .n_inputs = 1};
    planner_add_step(p, step, to);
}

int planner_stored_in(Planner *p, const Value *value, Layout layout) {
    int first = p->first_tensor[value->id];
    const PlanTensor *made = &p->plan->tensors.at[first];
    bool fits = made->dense && layout_equal(made->layout, layout);
    return fits ? first : planner_tensor_in(p, value, layout);
}

int planner_tensor_in(Planner *p, const Value *value, Layout layout) {
    const PlanTensor *tensors = p->plan->tensors.at;
    for (int i = p->first_tensor[value->id]; i >= 0; i = tensors[i].next)
        if (tensors[i].dense && tensors[i].dtype == DTYPE_F32 &&
            layout_equal(tensors[i].layout, layout))
            return i;
    if (value->producer->op == OP_CONSTANT) return planner_add_constant(p, value, layout);
    int from = p->first_tensor[value->id];
    int to = planner_add_tensor(p, value, layout);
    planner_add_copy(p, from, to);
    return to;
}

int planner_tensor_any(const Planner *p, const Value *value) { return p->first_tensor[value->id]; }

Layout planner_layout_any(const Planner *p, const Value *value) {
    return p->plan->tensors.at[planner_tensor_any(p, value)].layout;
}

PlanStep planner_step(Planner *p, const Node *node, PlanAlgorithm algorithm) {
    return (PlanStep){.algorithm = algorithm,
                      .node = node,
                      .name = symbol_of(p->plan->arena, node->path),
                      .n_inputs = node->n_inputs};
}
