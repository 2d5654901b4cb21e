/* Shared parts of the kernels. */
#include "lower/step.h"

#include "lower/elementary.h"

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

uint32_t step_local_buffer(const LowerStep *s, const char *name, int64_t elems) {
    return loop_buffer(
        s->b, (LoopBuffer){.name = name, .space = LOOP_LOCAL, .elems = elems, .align = PACK_ALIGN});
}

LoopVal step_relu(LoopBuilder *b, LoopVal x) {
    LoopVal zero = loop_f32(b, loop_lanes(b, x), 0.0f);
    return loop_select(b, loop_compare(b, LOOP_LT, x, zero), zero, x);
}

LoopVal step_fused(const LowerStep *s, LoopVal value, int active, LoopAffine offset) {
    const Node *node = s->step->node;
    for (int i = 0; i < node->n_fused; i++) {
        const Fused *fused = &node->fused[i];
        switch (fused->kind) {
        case FUSED_ADD: {
            int lanes = loop_lanes(s->b, value);
            LoopVal other = loop_load(s->b, lanes, active, s->inputs[fused->input], offset);
            value = loop_binary(s->b, LOOP_ADD, value, other);
            break;
        }
        case FUSED_RELU: value = step_relu(s->b, value); break;
        case FUSED_TANH: value = lower_tanh(s->b, value); break;
        }
    }
    return value;
}
