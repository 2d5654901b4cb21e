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

/* One number for each channel, each group padded to full vectors. */
static uint32_t channel_buffer(const LowerStep *s, const char *name, const float *numbers,
                               int64_t groups, int64_t channels, int lanes) {
    int64_t padded = ceil_div(channels, lanes) * lanes;
    PackedBlock block = pack_reserve(s->packer, groups * padded);
    for (int64_t f = 0; f < groups * channels; f++)
        block.data[f / channels * padded + f % channels] = numbers[f];
    pack_share(s->packer, &block);
    return step_weights_buffer(s, name, &block);
}

uint32_t step_bias_buffer(const LowerStep *s, int64_t groups, int64_t channels, int lanes) {
    return channel_buffer(s, "bias", s->step->node->bias->data, groups, channels, lanes);
}

/* The numbers for each channel that the node itself has. */
static Channels channels_of(const Node *node) {
    if (op_is_norm(node->op))
        return (Channels){node->weight ? node->weight->data : NULL,
                          node->bias ? node->bias->data : NULL};
    return op_is_channelwise(node->op) ? node_operation(node).channels : node->channels;
}

/* Those of fused operation `i`, or behind the last of the node. */
static Channels channels_at(const Node *node, int i) {
    return i < node->n_fused ? node->fused[i].channels : channels_of(node);
}

void step_channel_buffers(LowerStep *s, int64_t groups, int64_t channels, int lanes) {
    const Node *node = s->step->node;
    for (int i = 0; i <= node->n_fused; i++) {
        Channels of = channels_at(node, i);
        if (of.factor)
            s->factor[i] = channel_buffer(s, "factor", of.factor, groups, channels, lanes);
        if (of.shift) s->shift[i] = channel_buffer(s, "shift", of.shift, groups, channels, lanes);
    }
}

static uint32_t channel_ring(const LowerStep *s, const char *name, const float *numbers,
                             int64_t channels, int64_t elems) {
    PackedBlock block = pack_reserve(s->packer, elems);
    for (int64_t i = 0; i < elems; i++) block.data[i] = numbers[i % channels];
    pack_share(s->packer, &block);
    return step_weights_buffer(s, name, &block);
}

void step_channel_rings(LowerStep *s, int64_t channels, int64_t elems) {
    const Node *node = s->step->node;
    for (int i = 0; i <= node->n_fused; i++) {
        Channels of = channels_at(node, i);
        if (of.factor) s->factor[i] = channel_ring(s, "factor", of.factor, channels, elems);
        if (of.shift) s->shift[i] = channel_ring(s, "shift", of.shift, channels, elems);
    }
}

uint32_t step_local_buffer(const LowerStep *s, const char *name, int64_t elems) {
    return loop_buffer(
        s->b, (LoopBuffer){.name = name, .space = LOOP_LOCAL, .elems = elems, .align = PACK_ALIGN});
}

LoopVal step_apply(LoopBuilder *b, OpKind op, const Numbers *numbers, LoopVal x, LoopVal y) {
    float first = (float)numbers->at[0], second = (float)numbers->at[1];
    switch (op) {
    case OP_ABS: return loop_unary(b, LOOP_ABS, x);
    case OP_SQRT: return loop_unary(b, LOOP_SQRT, x);
    case OP_RECIPROCAL: return lower_reciprocal(b, x);
    case OP_EXP: return lower_exp(b, x);
    case OP_LOG: return lower_log(b, x);
    case OP_POWER: return lower_pow(b, x, first);
    case OP_RELU: return lower_relu(b, x);
    case OP_TANH: return lower_tanh(b, x);
    case OP_SIGMOID: return lower_sigmoid(b, x);
    case OP_SILU: return lower_silu(b, x);
    case OP_GELU: return lower_gelu(b, x);
    case OP_GELU_TANH: return lower_gelu_tanh(b, x);
    case OP_MISH: return lower_mish(b, x);
    case OP_SOFTPLUS: return lower_softplus(b, x);
    case OP_SOFTSIGN: return lower_softsign(b, x);
    case OP_ELU: return lower_elu(b, x, first);
    case OP_SELU: return lower_selu(b, x);
    case OP_LEAKY_RELU: return lower_leaky_relu(b, x, first);
    case OP_HARD_SIGMOID: return lower_hard_sigmoid(b, x, first);
    case OP_HARD_SWISH: return lower_hard_swish(b, x);
    case OP_CLIP: return lower_clip(b, x, first, second);
    case OP_ADD: return loop_binary(b, LOOP_ADD, x, y);
    case OP_SUB: return loop_binary(b, LOOP_SUB, x, y);
    case OP_MUL: return loop_binary(b, LOOP_MUL, x, y);
    case OP_DIV: return loop_binary(b, LOOP_DIV, x, y);
    case OP_DIVIDE_NO_NAN: return lower_divide_no_nan(b, x, y);
    case OP_MAXIMUM: return lower_extremum(b, LOOP_MAX, x, y);
    case OP_MINIMUM: return lower_extremum(b, LOOP_MIN, x, y);
    default: assert(!"not a pointwise operator"); return x;
    }
}

/* The channel's number in every lane, or those of the lanes' channels. */
static LoopVal channel_numbers(const LowerStep *s, uint32_t buffer, int lanes,
                               const StepPlace *place) {
    if (!place->one_channel) return loop_load(s->b, lanes, lanes, buffer, place->channel);
    return loop_broadcast(s->b, loop_load(s->b, 1, 1, buffer, place->channel), lanes);
}

/* @param i  the operation's number in step_channel_buffers */
static LoopVal apply_channels(const LowerStep *s, const Fused *operation, int i, LoopVal x,
                              const StepPlace *place) {
    LoopBuilder *b = s->b;
    int lanes = loop_lanes(b, x);
    LoopVal factor = channel_numbers(s, s->factor[i], lanes, place);
    if (operation->op == OP_PRELU) return lower_prelu(b, x, factor);
    if (!operation->channels.shift) return loop_binary(b, LOOP_MUL, x, factor);
    return loop_fma(b, x, factor, channel_numbers(s, s->shift[i], lanes, place));
}

LoopVal step_scale(const LowerStep *s, LoopVal x, LoopVal factor, const StepPlace *place) {
    const Node *node = s->step->node;
    if (!node->channels.shift) return loop_binary(s->b, LOOP_MUL, x, factor);
    uint32_t shift = s->shift[node->n_fused];
    return loop_fma(s->b, x, factor, channel_numbers(s, shift, loop_lanes(s->b, x), place));
}

LoopVal step_affine(const LowerStep *s, LoopVal x, const StepPlace *place) {
    Channels of = channels_of(s->step->node);
    LoopBuilder *b = s->b;
    int own = s->step->node->n_fused, lanes = loop_lanes(b, x);
    LoopVal factor = of.factor ? channel_numbers(s, s->factor[own], lanes, place) : 0;
    LoopVal shift = of.shift ? channel_numbers(s, s->shift[own], lanes, place) : 0;
    if (factor && shift) return loop_fma(b, x, factor, shift);
    if (factor) return loop_binary(b, LOOP_MUL, x, factor);
    return shift ? loop_binary(b, LOOP_ADD, x, shift) : x;
}

void step_store(const LowerStep *s, LoopVal value, const StepPlace *place) {
    loop_store(s->b, value, place->active, s->output, place->offset);
}

LoopVal step_channelwise(const LowerStep *s, LoopVal value, const StepPlace *place) {
    Fused operation = node_operation(s->step->node);
    return apply_channels(s, &operation, s->step->node->n_fused, value, place);
}

LoopVal step_fused(const LowerStep *s, LoopVal value, const StepPlace *place) {
    const Node *node = s->step->node;
    for (int i = 0; i < node->n_fused; i++) {
        const Fused *fused = &node->fused[i];
        if (op_is_channelwise(fused->op)) {
            value = apply_channels(s, fused, i, value, place);
            continue;
        }
        LoopVal other = 0;
        if (op_most_inputs(fused->op) == 2)
            other = loop_load(s->b, loop_lanes(s->b, value), place->active, s->inputs[fused->input],
                              place->offset);
        LoopVal x = fused->swapped ? other : value, y = fused->swapped ? value : other;
        value = step_apply(s->b, fused->op, &fused->numbers, x, y);
    }
    return value;
}
