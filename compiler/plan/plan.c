/* Graph -> Plan: one step per node, in the graph's order, with copies where a reader needs another
 * layout. Offsets are given out afterwards (arena_plan.c). */
#include "plan/plan.h"

#include "base/checked.h"
#include "plan/arena_plan.h"
#include "plan/choose.h"
#include "plan/planner.h"

#include <assert.h>
#include <string.h>

/* Fills the step's inputs from `first_fused` on: summands come in the layout of the output. */
static void add_fused_inputs(Planner *p, PlanStep *step, int first_fused, Layout layout) {
    for (int i = first_fused; i < step->node->n_inputs; i++)
        step->inputs[i] = planner_stored_in(p, step->node->inputs[i], layout);
}

/* Adds the step of a window node that reads `in` and stores `out`. */
static void add_window_step(Planner *p, PlanStep step, Layout in, Layout out) {
    step.inputs[0] = planner_tensor_in(p, step.node->inputs[0], in);
    add_fused_inputs(p, &step, 1, out);
    planner_add_step(p, step, planner_add_made_tensor(p, step.node->output, out));
}

/* True, and planned, if lanes along the row are best. */
static bool plan_row(Planner *p, const Node *node) {
    PlanStep step = planner_step(p, node, ALGO_ROW);
    Layout present = planner_layout_any(p, node->inputs[0]);
    if (!choose_row_kernel(p->plan->cpu, node, present, p->output[node->output->id] >= 0,
                           &step.tile))
        return false;
    step.rows_outer = choose_rows_outer(p->plan->cpu, node);
    add_window_step(p, step, layout_plain(), layout_plain());
    return true;
}

static void plan_tap(Planner *p, const Node *node) {
    const CpuModel *cpu = p->plan->cpu;
    PlanStep step = planner_step(p, node, ALGO_TAP);
    step.tile = choose_tap_tile(cpu, node);
    step.rows_outer = choose_rows_outer(cpu, node);
    step.block_tiles = choose_block_tiles(cpu, node, &step.tile);
    Layout in = choose_tap_input(cpu, node, planner_layout_any(p, node->inputs[0]));
    add_window_step(p, step, in, choose_tap_output(cpu, node));
}

static void plan_group(Planner *p, const Node *node) {
    const CpuModel *cpu = p->plan->cpu;
    PlanStep step = planner_step(p, node, ALGO_GROUP);
    step.tile = choose_group_tile(cpu, node);
    Layout in = choose_group_input(cpu, node, planner_layout_any(p, node->inputs[0]));
    add_window_step(p, step, in, choose_pool_output(cpu, node, in));
}

static void plan_pool(Planner *p, const Node *node) {
    const CpuModel *cpu = p->plan->cpu;
    PlanStep step = planner_step(p, node, ALGO_POOL);
    step.tile = choose_pool_tile(cpu, node, &step.unroll_taps);
    Layout in = choose_pool_input(cpu, node, planner_layout_any(p, node->inputs[0]));
    add_window_step(p, step, in, choose_pool_output(cpu, node, in));
}

static void plan_pointwise(Planner *p, const Node *node) {
    PlanStep step = planner_step(p, node, ALGO_POINTWISE);
    step.tile.lanes = p->plan->cpu->lanes;
    bool second = node->inputs[0]->producer->op == OP_CONSTANT && op_most_inputs(node->op) == 2;
    Layout layout = planner_layout_any(p, node->inputs[second]); /* constants take any */
    add_fused_inputs(p, &step, 0, layout);
    planner_add_step(p, step, planner_add_made_tensor(p, node->output, layout));
}

/* Whatever layout the input has; but neighbours are not images where each has factors of its own.
 */
static Layout channelwise_layout(const Planner *p, const Node *node) {
    const TensorType *type = &node->output->type;
    Layout present = planner_layout_any(p, node->inputs[0]);
    int64_t behind = 1; /* elements from one image to the next */
    for (int i = type_batch(type) + 1; i < type->rank; i++) behind *= type->axes[i].extent;
    bool across = type_batch(type) != NO_AXIS && behind == 1 && present.kind == LAYOUT_PLAIN;
    return node->op == OP_SCALE_BY && across ? layout_last(type) : present;
}

static void plan_channelwise(Planner *p, const Node *node) {
    PlanStep step = planner_step(p, node, ALGO_CHANNELWISE);
    step.tile.lanes = p->plan->cpu->lanes;
    Layout layout = channelwise_layout(p, node);
    int first_fused = 1;
    step.inputs[0] = planner_stored_in(p, node->inputs[0], layout);
    if (node->op == OP_SCALE_BY) { /* channels as adjacent as those of x */
        const Value *by = node->inputs[first_fused++];
        step.inputs[1] =
            planner_tensor_in(p, by, layout.block > 1 ? layout : layout_last(&by->type));
    }
    add_fused_inputs(p, &step, first_fused, layout);
    planner_add_step(p, step, planner_add_made_tensor(p, node->output, layout));
}

/* softmax, argmax: along an axis of a plain tensor. */
static void plan_along_axis(Planner *p, const Node *node, PlanAlgorithm algorithm) {
    PlanStep step = planner_step(p, node, algorithm);
    step.tile.lanes = p->plan->cpu->lanes;
    step.inputs[0] = planner_tensor_in(p, node->inputs[0], layout_plain());
    planner_add_step(p, step, planner_add_made_tensor(p, node->output, layout_plain()));
}

/* The tensor of an operand as it lies, if its axis `lanes` lies side by side (NO_AXIS: whatever
 * lies how); else in plain layout, where it does. */
static int matmul_operand(Planner *p, const Value *value, int lanes) {
    int any = planner_tensor_any(p, value);
    const PlanTensor *tensor = &p->plan->tensors.at[any];
    bool adjacent =
        lanes == NO_AXIS || value->type.axes[lanes].extent == 1 ||
        (tensor->strides.block == 1 && strides_axis(&tensor->strides, &value->type, lanes) == 1);
    return tensor->strides.block == 1 && adjacent ? any
                                                  : planner_tensor_in(p, value, layout_plain());
}

/* Lanes run along the last axis of the result, which one of the operands has last, too
 * (optimize_order_matmul). */
static void plan_matmul(Planner *p, const Node *node) {
    PlanStep step = planner_step(p, node, ALGO_MATMUL);
    step.tile = choose_matmul_tile(p->plan->cpu, node);
    MatmulAxis last = matmul_axis(node, node->output->type.rank - 1);
    step.inputs[0] = matmul_operand(p, node->inputs[0], last.in_x);
    step.inputs[1] = matmul_operand(p, node->inputs[1], last.in_y);
    add_fused_inputs(p, &step, 2, layout_plain());
    planner_add_step(p, step, planner_add_made_tensor(p, node->output, layout_plain()));
}

/* Whatever layout the input has, unless its groups of channels lie across blocks. */
static Layout norm_layout(const Planner *p, const Node *node) {
    const TensorType *type = &node->output->type;
    Layout present = planner_layout_any(p, node->inputs[0]);
    int64_t channels = type_extent(type, type_channel(type)), size = channels / node->groups;
    if (present.block == 1) return present;
    if (present.block != p->plan->cpu->lanes) return layout_plain();
    bool whole = size % present.block == 0,
         parts = size == 1 || (present.block % size == 0 && channels % present.block == 0);
    return node->op == OP_LAYERNORM || whole || parts ? present : layout_plain();
}

static void plan_norm(Planner *p, const Node *node) {
    PlanStep step = planner_step(p, node, ALGO_NORM);
    step.tile.lanes = p->plan->cpu->lanes;
    Layout layout = norm_layout(p, node);
    step.inputs[0] = planner_tensor_in(p, node->inputs[0], layout);
    add_fused_inputs(p, &step, 1, layout);
    planner_add_step(p, step, planner_add_made_tensor(p, node->output, layout));
}

static void plan_input(Planner *p, const Node *node) {
    int number = planner_add_tensor(p, node->output, layout_plain());
    PlanTensor *tensor = &p->plan->tensors.at[number];
    tensor->place = PLACE_INPUT;
    tensor->dtype = node->output->type.dtype;
    tensor->bytes = tensor->strides.elems * (int64_t)dtype_size(tensor->dtype);
    while (p->graph->inputs.at[tensor->index] != node->output) tensor->index++;
}

/* The same bytes: their readers convert. */
static void plan_f32(Planner *p, const Node *node) {
    int from = planner_tensor_any(p, node->inputs[0]);
    Strides strides = p->plan->tensors.at[from].strides;
    planner_add_view(p, node->output, from, &strides, 0);
}

static void plan_node(Planner *p, const Node *node) {
    switch (node->op) {
    case OP_INPUT: plan_input(p, node); break;
    case OP_F32: plan_f32(p, node); break;
    case OP_CONSTANT: planner_add_constant(p, node->output, layout_plain()); break;
    case OP_CONV:
    case OP_TCONV:
    case OP_DENSE:
        if (choose_group_kernel(p->plan->cpu, node))
            plan_group(p, node);
        else if (!plan_row(p, node))
            plan_tap(p, node);
        break;
    case OP_MAXPOOL:
    case OP_MINPOOL:
    case OP_AVGPOOL:
    case OP_SUMPOOL:
    case OP_LPPOOL: plan_pool(p, node); break;
    case OP_SOFTMAX:
    case OP_LOG_SOFTMAX: plan_along_axis(p, node, ALGO_SOFTMAX); break;
    case OP_ARGMAX: plan_along_axis(p, node, ALGO_ARGMAX); break;
    case OP_MATMUL: plan_matmul(p, node); break;
    case OP_INSTANCENORM:
    case OP_GROUPNORM:
    case OP_LAYERNORM: plan_norm(p, node); break;
    case OP_FLATTEN: plan_flatten(p, node); break;
    case OP_RESHAPE: plan_reshape(p, node); break;
    case OP_PERMUTE: plan_permute(p, node); break;
    case OP_UPSAMPLE: plan_upsample(p, node); break;
    case OP_PIXEL_SHUFFLE:
    case OP_PIXEL_UNSHUFFLE: plan_pixel_shuffle(p, node); break;
    case OP_CONCAT: plan_concat(p, node); break;
    case OP_SPLIT:
    case OP_CROP: plan_part(p, node); break;
    case OP_PAD: plan_pad(p, node); break;
    case OP_SCALE_BY: plan_channelwise(p, node); break;
    default:
        assert(op_is_pointwise(node->op));
        if (node_is_channelwise(node))
            plan_channelwise(p, node);
        else
            plan_pointwise(p, node);
        break;
    }
}

/* Copies every output that was not made in its argument: an input, a value named twice, a blocked
 * tensor, a view. */
static void plan_outputs(Planner *p) {
    for (size_t i = 0; i < p->graph->outputs.len; i++) {
        const Value *value = p->graph->outputs.at[i].value;
        int from = planner_tensor_any(p, value);
        const PlanTensor *made = &p->plan->tensors.at[from];
        if (made->place == PLACE_OUTPUT && made->index == (int)i && made->alias < 0) continue;
        int to = planner_add_tensor(p, value, layout_plain());
        p->plan->tensors.at[to].place = PLACE_OUTPUT;
        p->plan->tensors.at[to].index = (int)i;
        planner_add_copy(p, from, to);
    }
}

/* Extends each tensor's life to its last reader. A view keeps what it views alive, and one that is
 * written begins its life. */
static void compute_lives(Plan *plan) {
    for (size_t s = 0; s < plan->steps.len; s++) {
        const PlanStep *step = &plan->steps.at[s];
        for (int i = 0; i < step->n_inputs; i++) {
            PlanTensor *tensor = &plan->tensors.at[step->inputs[i]];
            tensor->last = (int)s;
            if (tensor->alias >= 0) plan->tensors.at[tensor->alias].last = (int)s;
        }
        const PlanTensor *output = &plan->tensors.at[step->output];
        if (output->alias < 0) continue;
        PlanTensor *root = &plan->tensors.at[output->alias];
        if (root->first > (int)s) root->first = (int)s;
        if (root->last < (int)s) root->last = (int)s;
    }
}

/* A place for each constant that a step reads: the others are in a layout that nobody wants. */
static void place_constants(Plan *plan) {
    bool *read = ARENA_ARRAY(plan->arena, bool, plan->tensors.len + 1);
    for (size_t s = 0; s < plan->steps.len; s++)
        for (int i = 0; i < plan->steps.at[s].n_inputs; i++) {
            int input = plan->steps.at[s].inputs[i], root = plan->tensors.at[input].alias;
            read[root >= 0 ? root : input] = true;
        }
    for (size_t i = 0; i < plan->tensors.len; i++) {
        PlanTensor *tensor = &plan->tensors.at[i];
        if (tensor->place != PLACE_CONSTANT || tensor->alias >= 0) continue;
        tensor->offset = PLAN_NOWHERE;
        if (!read[i]) continue;
        tensor->offset = plan->constant_bytes;
        plan->constant_bytes += ceil_div(tensor->bytes, WORKSPACE_ALIGN) * WORKSPACE_ALIGN;
    }
}

static void note_joined(Planner *p, const Node *node) {
    for (int i = 0; i < node->n_inputs && node->op == OP_CONCAT; i++)
        if (!p->joined[node->inputs[i]->id]) p->joined[node->inputs[i]->id] = node;
}

Plan *plan_graph(Arena *arena, const Graph *graph, const CpuModel *cpu,
                 const PlanOptions *options) {
    Plan *plan = ARENA_NEW(arena, Plan);
    plan->arena = arena;
    plan->cpu = cpu;
    Planner planner = {.plan = plan, .graph = graph};
    planner.first_tensor = ARENA_ARRAY(arena, int, graph->values.len + 1);
    planner.output = ARENA_ARRAY(arena, int, graph->values.len + 1);
    for (size_t i = 0; i < graph->values.len; i++) planner.first_tensor[i] = planner.output[i] = -1;
    for (size_t i = graph->outputs.len; i-- > 0;)
        planner.output[graph->outputs.at[i].value->id] = (int)i;
    planner.joined = ARENA_ARRAY(arena, const Node *, graph->values.len + 1);
    for (size_t i = 0; i < graph->nodes.len; i++) note_joined(&planner, graph->nodes.at[i]);
    for (size_t i = 0; i < graph->nodes.len; i++) plan_node(&planner, graph->nodes.at[i]);
    plan_outputs(&planner);
    compute_lives(plan);
    place_constants(plan);
    plan_arena(plan, options->keep_values);
    return plan;
}

const PlanTensor *plan_tensor_of(const Plan *plan, const Value *value) {
    for (size_t i = 0; i < plan->tensors.len; i++)
        if (plan->tensors.at[i].value == value) return &plan->tensors.at[i];
    return NULL;
}

/* Copies elements between a stored tensor and an array in the type's own order; `elements` or
 * `memory` is what is written. */
static void move_elements(const PlanTensor *tensor, char *memory, float *elements, bool write) {
    const TensorType *type = &tensor->value->type;
    int64_t index[MAX_RANK] = {0}, elems = value_elems(tensor->value);
    int64_t size = (int64_t)dtype_size(tensor->dtype);
    assert(!write || tensor->dtype == DTYPE_F32);
    for (int64_t i = 0; i < elems; i++) {
        char *at = memory + strides_offset(&tensor->strides, type, index) * size;
        if (tensor->dtype == DTYPE_U8)
            elements[i] = (unsigned char)*at;
        else if (write)
            memcpy(at, &elements[i], sizeof(float));
        else
            memcpy(&elements[i], at, sizeof(float));
        for (int a = type->rank; a-- > 0 && ++index[a] == type->axes[a].extent;) index[a] = 0;
    }
}

void plan_read_tensor(const PlanTensor *tensor, const void *memory, float *out) {
    move_elements(tensor, (char *)(uintptr_t)memory, out, false);
}

void plan_write_tensor(const PlanTensor *tensor, const float *elements, void *memory) {
    move_elements(tensor, memory, (float *)(uintptr_t)elements, true);
}
