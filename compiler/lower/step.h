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
    LoopBuilder *b;
    uint32_t inputs[MAX_INPUTS]; /* buffers, as PlanStep.inputs */
    uint32_t output;             /* buffer */
    Strides in, out;             /* of the first input and the output */
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

/** Applies the node's fused operations to a vector that goes to `offset` of the output: summands
 *  have the output's layout. Only the first `active` lanes are read. */
LoopVal step_fused(const LowerStep *s, LoopVal value, int active, LoopAffine offset);

/** A pointwise operator on vectors.
 *  @param y  the second operand of an operator of two tensors; else not used */
LoopVal step_apply(LoopBuilder *b, OpKind op, const Numbers *numbers, LoopVal x, LoopVal y);

/* One file each. */
void lower_tap_kernel(LowerStep *s);
void lower_group_kernel(LowerStep *s);
void lower_row_kernel(LowerStep *s);
void lower_pool(LowerStep *s);
void lower_pointwise(LowerStep *s);
void lower_softmax(LowerStep *s);
void lower_pad(LowerStep *s);
void lower_upsample(LowerStep *s);
void lower_pixel_shuffle(LowerStep *s);
void lower_copy(LowerStep *s);

#endif
