/* What the kernels of this room share: buffers for tensors, packed constants, and the operations
 * fused into a store. */
#ifndef NETC_LOWER_STEP_H
#define NETC_LOWER_STEP_H

#include "graph/graph.h"
#include "loop/build.h"
#include "lower/pack.h"
#include "plan/plan.h"

/** One step of the plan while it becomes a LoopFn. */
typedef struct LowerStep {
    Arena *arena;
    const Plan *plan;
    const PlanStep *step;
    Packer *packer;
    int64_t constants; /* bytes from the packed weights to the plan's constants */
    LoopBuilder *b;
    uint32_t inputs[MAX_INPUTS];                          /* buffers, as PlanStep.inputs */
    uint32_t output;                                      /* buffer */
    uint32_t factor[MAX_FUSED + 1], shift[MAX_FUSED + 1]; /* buffers of step_channel_buffers: of the
                                                             fused operations, then of the node */
    Strides in, out;                                      /* of the first input and the output */
} LowerStep;

/** The plan's tensor behind input `index` of the step; behind its output. */
const PlanTensor *step_input(const LowerStep *s, int index);
const PlanTensor *step_output(const LowerStep *s);

/** Adds a read-only buffer for packed constants at `offset` bytes. */
uint32_t step_weights_buffer(const LowerStep *s, const char *name, const PackedBlock *block);

/** Packs the node's bias, each group padded to full vectors, and adds a buffer for it.
 *  @param channels  output channels of a group */
uint32_t step_bias_buffer(const LowerStep *s, int64_t groups, int64_t channels, int lanes);

/** Adds a buffer of `elems` floats on the stack of the part. */
uint32_t step_local_buffer(const LowerStep *s, const char *name, int64_t elems);

/** Where a vector goes in the output. */
typedef struct StepPlace {
    LoopAffine offset;  /* of its first lane */
    int active;         /* lanes that exist in memory */
    LoopAffine channel; /* of its first lane, as step_channel_buffers counts */
    bool one_channel;   /* every lane is of that channel; else of neighbouring ones, as the buffers
                           have them */
} StepPlace;

/** Packs the numbers for each channel that the node and its fused operations have, each group
 * padded to full vectors as a bias is.
 *  @param channels  output channels of a group */
void step_channel_buffers(LowerStep *s, int64_t groups, int64_t channels, int lanes);

/** The same without groups, over and over again until `elems` numbers are there: for vectors that
 *  go on from the last channel to the first. */
void step_channel_rings(LowerStep *s, int64_t channels, int64_t elems);

/** Applies the node's own operation, one that has numbers for each channel. */
LoopVal step_channelwise(const LowerStep *s, LoopVal value, const StepPlace *place);

/** Applies the node's fused operations: summands have the output's layout. */
LoopVal step_fused(const LowerStep *s, LoopVal value, const StepPlace *place);

/** x*factor + the node's shift, if it has one. */
LoopVal step_scale(const LowerStep *s, LoopVal x, LoopVal factor, const StepPlace *place);

/** x*weight + bias of a norm, as far as it has them. */
LoopVal step_affine(const LowerStep *s, LoopVal x, const StepPlace *place);

/** Stores a vector in its place in the output. */
void step_store(const LowerStep *s, LoopVal value, const StepPlace *place);

/** A pointwise operator without numbers for each channel, on vectors.
 *  @param y  the second operand of an operator of two tensors; else not used */
LoopVal step_apply(LoopBuilder *b, OpKind op, const Numbers *numbers, LoopVal x, LoopVal y);

/* One file each. */
void lower_tap_kernel(LowerStep *s);
void lower_group_kernel(LowerStep *s);
void lower_row_kernel(LowerStep *s);
void lower_pool(LowerStep *s);
void lower_pointwise(LowerStep *s);
void lower_channelwise(LowerStep *s);
void lower_softmax(LowerStep *s);
void lower_argmax(LowerStep *s);
void lower_matmul(LowerStep *s);
void lower_norm(LowerStep *s);
void lower_pad(LowerStep *s);
void lower_upsample(LowerStep *s);
void lower_pixel_shuffle(LowerStep *s);
void lower_copy(LowerStep *s);

#endif
