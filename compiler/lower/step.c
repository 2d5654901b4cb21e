/* Shared parts of the kernels. */
#include "lower/step.h"

#include "base/checked.h"
#include "lower/activation.h"
#include "lower/elementary.h"

#include <assert.h>

const PlanTensor *step_input(const LowerStep *s, int index) {
    return &s->plan->tensors.at[s->step->inputs[index]];
}

const PlanTensor *step_output(const LowerStep *s) { return &s->plan->tensors.at[s->step->output]; }

uint32_t step_weights_buffer(const LowerStep *s, const char *name, const PackedBlock *block) {
    return loop_buffer(s->b, (LoopBuffer){.name = name,
                                          .space = LOOP_WEIGHTS,
                                          .offset = block->offset,
                                          .elems = block->elems,
                                          .align = PACK_ALIGN});
}

uint32_t step_bias_buffer(const LowerStep *s, int64_t groups, int64_t channels, int lanes) {
    const Param *bias = s->step->node->bias;
    int64_t padded = ceil_div(channels, lanes) * lanes;
    PackedBlock block = pack_reserve(s->packer, groups * padded);
    for (int64_t f = 0; f < bias->elems; f++)
        block.data[f / channels * padded + f % channels] = bias->data[f];
    return step_weights_buffer(s, "bias", &block);
}

uint32_t step_local_buffer(const LowerStep *s, const char *name, int64_t elems) {
    return loop_buffer(
        s->b, (LoopBuffer){.name = name, .space = LOOP_LOCAL, .elems = elems, .align = PACK_ALIGN});
}

LoopVal step_apply(LoopBuilder *b, OpKind op, const Numbers *numbers, LoopVal x, LoopVal y) {
    float first = (float)numbers->at[0], second = (float)numbers->at[1];
    switch (op) {
    case OP_RELU: return lower_relu(b, x);
    case OP_TANH: return lower_tanh(b, x);
    case OP_SIGMOID: return lower_sigmoid(b, x);
    case OP_SILU: return lower_silu(b, x);
    case OP_GELU: return lower_gelu(b, x);
    case OP_SOFTPLUS: return lower_softplus(b, x);
    case OP_ELU: return lower_elu(b, x, first);
    case OP_LEAKY_RELU: return lower_leaky_relu(b, x, first);
    case OP_HARD_SIGMOID: return lower_hard_sigmoid(b, x, first);
    case OP_HARD_SWISH: return lower_hard_swish(b, x);
    case OP_CLIP: return lower_clip(b, x, first, second);
    case OP_ADD: return loop_binary(b, LOOP_ADD, x, y);
    case OP_SUB: return loop_binary(b, LOOP_SUB, x, y);
    case OP_MUL: return loop_binary(b, LOOP_MUL, x, y);
    default: assert(!"not a pointwise operator"); return x;
    }
}

LoopVal step_fused(const LowerStep *s, LoopVal value, int active, LoopAffine offset) {
    const Node *node = s->step->node;
    for (int i = 0; i < node->n_fused; i++) {
        const Fused *fused = &node->fused[i];
        LoopVal other = 0;
        if (op_most_inputs(fused->op) == 2)
            other =
                loop_load(s->b, loop_lanes(s->b, value), active, s->inputs[fused->input], offset);
        LoopVal x = fused->swapped ? other : value, y = fused->swapped ? value : other;
        value = step_apply(s->b, fused->op, &fused->numbers, x, y);
    }
    return value;
}
