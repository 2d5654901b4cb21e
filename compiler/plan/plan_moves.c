/* The layers that move elements. A part of a tensor is a view of its bytes. A tensor that is put
 * together is made in views of it, by the steps that make its parts where layouts allow and else by
 * copies. */
#include "plan/planner.h"

#include <string.h>

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

/* Where input `number` of a concat begins in its result. */
static void place_of_part(const Node *node, int number, int64_t *first) {
    memset(first, 0, MAX_RANK * sizeof *first);
    for (int i = 0; i < number; i++)
        first[node->axis] += node->inputs[i]->type.axes[node->axis].extent;
}

/* Whole blocks of channels, from `first` on: kernels fill the lanes of a block. */
static bool fills_blocks(const Value *part, Layout layout, const int64_t *first) {
    int channel = type_channel(&part->type);
    return layout.block == 1 || channel == NO_AXIS ||
           (first[channel] % layout.block == 0 &&
            type_extent(&part->type, channel) % layout.block == 0);
}

static bool is_largest(const Node *node, const Value *part) {
    for (int i = 0; i < node->n_inputs; i++)
        if (value_elems(node->inputs[i]) > value_elems(part)) return false;
    return true;
}

/* The layout of the whole is that of its largest part: the first one that is made. */
int planner_add_joined(Planner *p, const Value *value, Layout layout) {
    const Node *node = p->joined[value->id];
    if (!node) return -1;
    int number = 0, whole = planner_tensor_any(p, node->output);
    while (node->inputs[number] != value) number++;
    int64_t first[MAX_RANK];
    place_of_part(node, number, first);
    if (!fills_blocks(value, layout, first) || (whole < 0 && !is_largest(node, value))) return -1;
    if (whole >= 0 && !layout_equal(p->plan->tensors.at[whole].layout, layout)) return -1;

    Strides strides = layout_strides(&node->output->type, layout);
    strides = strides_of_part(&strides, &value->type, 0, false);
    Strides own = layout_strides(&value->type, layout);
    if (!strides_equal(&strides, &own, &value->type)) return -1;
    if (whole < 0) whole = planner_add_made_tensor(p, node->output, layout);
    return add_part(p, value, whole, first);
}

/* True if the value was made in its place of `whole` already. */
static bool is_in_place(const Planner *p, const Value *part, int whole, const int64_t *first) {
    const PlanTensor *tensors = p->plan->tensors.at, *of = &tensors[whole];
    int64_t start = of->start + strides_offset(&of->strides, &of->value->type, first);
    int root = of->alias >= 0 ? of->alias : whole;
    for (int i = p->first_tensor[part->id]; i >= 0; i = tensors[i].next)
        if (tensors[i].alias == root && tensors[i].start == start) return true;
    return false;
}

void plan_concat(Planner *p, const Node *node) {
    int whole = planner_tensor_any(p, node->output);
    if (whole < 0) whole = planner_add_made_tensor(p, node->output, largest_layout(p, node));
    for (int i = 0; i < node->n_inputs; i++) {
        const Value *part = node->inputs[i];
        int64_t first[MAX_RANK];
        place_of_part(node, i, first);
        if (is_in_place(p, part, whole, first)) continue;
        int from = planner_tensor_any(p, part);
        planner_add_copy(p, from, add_part(p, part, whole, first));
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

/* reshape keeps the order of the elements: in plain layout it is another name for the same bytes.
 */
void plan_reshape(Planner *p, const Node *node) {
    int from = planner_tensor_in(p, node->inputs[0], layout_plain());
    Strides strides = layout_strides(&node->output->type, layout_plain());
    planner_add_view(p, node->output, from, &strides, 0);
}

/* The strides of a type in row-major order of its axes but with the batch outermost. */
static Strides batch_outermost(const TensorType *type) {
    Strides strides = layout_strides(type, layout_plain());
    int spatial[MAX_RANK], n = type_spatial(type, spatial), batch = type_batch(type);
    int64_t image = 1;
    for (int i = type->rank; i-- > 0;) {
        if (i == batch) continue;
        if (i == type_channel(type)) strides.channel = image;
        for (int a = 0; a < n; a++)
            if (spatial[a] == i) strides.spatial[a] = image;
        image *= type->axes[i].extent;
    }
    strides.batch = image;
    return strides;
}

/* Images that lie one after the other are flat already; else the input is copied into a view of the
 * flat tensor, which has them so. */
void plan_flatten(Planner *p, const Node *node) {
    const Value *input = node->inputs[0];
    int64_t before = 1; /* positions along the axes outside the batch */
    for (int i = 0; i < type_batch(&input->type); i++) before *= input->type.axes[i].extent;
    if (before == 1 || type_extent(&input->type, type_batch(&input->type)) == 1) {
        plan_reshape(p, node);
        return;
    }
    int from = planner_tensor_any(p, input);
    int flat = planner_add_made_tensor(p, node->output, layout_plain());
    Strides strides = batch_outermost(&input->type);
    planner_add_copy(p, from, planner_add_view(p, input, flat, &strides, 0));
}

/* The same elements at the same places; the axes have other names and numbers. */
void plan_permute(Planner *p, const Node *node) {
    const TensorType *in = &node->inputs[0]->type, *out = &node->output->type;
    int from = planner_tensor_any(p, node->inputs[0]);
    const Strides *old = &p->plan->tensors.at[from].strides;
    Strides strides = *old;
    int spatial_in[MAX_RANK], spatial_out[MAX_RANK], n = type_spatial(in, spatial_in);
    type_spatial(out, spatial_out);
    for (int a = 0; a < n; a++)
        for (int b = 0; b < n; b++)
            if (strcmp(out->axes[spatial_out[a]].name, in->axes[spatial_in[b]].name) == 0)
                strides.spatial[a] = old->spatial[b];
    planner_add_view(p, node->output, from, &strides, 0);
}

/* Sums want their channels side by side, where there are enough of them to fill a vector. */
void plan_upsample(Planner *p, const Node *node) {
    const TensorType *type = &node->inputs[0]->type;
    int lanes = p->plan->cpu->lanes, input = planner_tensor_any(p, node->inputs[0]);
    const PlanTensor *present = &p->plan->tensors.at[input];
    bool adjacent = strides_channels_adjacent(&present->strides, type, lanes);
    if (node->resample != RESAMPLE_NEAREST && !adjacent &&
        type_extent(type, type_channel(type)) >= lanes)
        input = planner_tensor_in(p, node->inputs[0], layout_blocked(lanes));
    PlanStep step = planner_step(p, node, ALGO_UPSAMPLE);
    step.inputs[0] = input;
    Layout layout = p->plan->tensors.at[input].layout;
    planner_add_step(p, step, planner_add_made_tensor(p, node->output, layout));
}

void plan_pixel_shuffle(Planner *p, const Node *node) {
    int input = planner_tensor_any(p, node->inputs[0]);
    if (p->plan->tensors.at[input].strides.block > 1)
        input = planner_tensor_in(p, node->inputs[0], layout_last(&node->inputs[0]->type));
    PlanStep step = planner_step(p, node, ALGO_PIXEL_SHUFFLE);
    step.inputs[0] = input;
    planner_add_step(p, step, planner_add_made_tensor(p, node->output, layout_plain()));
}
