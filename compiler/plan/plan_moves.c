/* The layers that move elements. A part of a tensor is a view of its bytes, and a tensor that is
 * put together is made by copies into views of it. */
#include "plan/planner.h"

/* The layout of the largest input. */
static Layout largest_layout(const Planner *p, const Node *node) {
    const Value *largest = node->inputs[0];
    for (int i = 1; i < node->n_inputs; i++)
        if (value_elems(node->inputs[i]) > value_elems(largest)) largest = node->inputs[i];
    return planner_layout_any(p, largest);
}

/* A view of `part` in tensor `of`, which holds it from element `first` of each axis on. */
static int add_part(Planner *p, const Value *part, int of, const int64_t *first) {
    const PlanTensor *whole = &p->plan->tensors.at[of];
    const TensorType *type = &whole->value->type;
    int channel = type_channel(type);
    int64_t from = channel == NO_AXIS ? 0 : first[channel];
    int64_t end = from + type_extent(&part->type, channel);
    Strides strides =
        strides_of_part(&whole->strides, &part->type, from, end == type_extent(type, channel));
    return planner_add_view(p, part, of, &strides, strides_offset(&whole->strides, type, first));
}

void plan_concat(Planner *p, const Node *node) {
    int whole = planner_add_made_tensor(p, node->output, largest_layout(p, node));
    int64_t first[MAX_RANK] = {0};
    for (int i = 0; i < node->n_inputs; i++) {
        const Value *part = node->inputs[i];
        int from = planner_tensor_any(p, part);
        planner_add_copy(p, from, add_part(p, part, whole, first));
        first[node->axis] += part->type.axes[node->axis].extent;
    }
}

void plan_part(Planner *p, const Node *node) {
    add_part(p, node->output, planner_tensor_any(p, node->inputs[0]), node->first);
}

void plan_pad(Planner *p, const Node *node) {
    PlanStep step = planner_step(p, node, ALGO_PAD);
    step.inputs[0] = planner_tensor_any(p, node->inputs[0]);
    Layout layout = planner_layout_any(p, node->inputs[0]);
    planner_add_step(p, step, planner_add_made_tensor(p, node->output, layout));
}
