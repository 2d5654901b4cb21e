/* Plans -> LoopPrograms: one LoopFn per step, in the plan's order. */
#include "lower/lower.h"

#include "lower/step.h"

/* The buffer of a stored tensor. */
static uint32_t tensor_buffer(const LowerStep *s, const PlanTensor *tensor) {
    static const LoopSpace spaces[] = {[PLACE_INPUT] = LOOP_INPUT,
                                       [PLACE_OUTPUT] = LOOP_OUTPUT,
                                       [PLACE_WORKSPACE] = LOOP_WORKSPACE,
                                       [PLACE_CONSTANT] = LOOP_WEIGHTS};
    bool is_argument = tensor->place == PLACE_INPUT || tensor->place == PLACE_OUTPUT;
    int64_t size = (int64_t)dtype_size(tensor->dtype);
    int64_t align = is_argument ? size /* that is all users promise */ : WORKSPACE_ALIGN;
    int64_t offset = tensor->offset + (tensor->place == PLACE_CONSTANT ? s->constants : 0);
    while (offset % align != 0) align /= 2; /* a part of another tensor */
    return loop_buffer(s->b, (LoopBuffer){.name = tensor->value->name,
                                          .space = spaces[tensor->place],
                                          .index = (uint32_t)tensor->index,
                                          .offset = offset,
                                          .element = size == 1 ? LOOP_BYTE : LOOP_WORD,
                                          .elems = tensor->bytes / size,
                                          .align = align});
}

static LoopFn *lower_step(LowerStep s) {
    const PlanStep *step = s.step;
    s.b = loop_builder(s.arena, step->name);
    for (int i = 0; i < step->n_inputs; i++) s.inputs[i] = tensor_buffer(&s, step_input(&s, i));
    s.output = tensor_buffer(&s, step_output(&s));
    s.in = step_input(&s, 0)->strides;
    s.out = step_output(&s)->strides;
    switch (step->algorithm) {
    case ALGO_TAP: lower_tap_kernel(&s); break;
    case ALGO_GROUP: lower_group_kernel(&s); break;
    case ALGO_ROW: lower_row_kernel(&s); break;
    case ALGO_POOL: lower_pool(&s); break;
    case ALGO_POINTWISE: lower_pointwise(&s); break;
    case ALGO_CHANNELWISE: lower_channelwise(&s); break;
    case ALGO_SOFTMAX: lower_softmax(&s); break;
    case ALGO_ARGMAX: lower_argmax(&s); break;
    case ALGO_MATMUL: lower_matmul(&s); break;
    case ALGO_NORM: lower_norm(&s); break;
    case ALGO_PAD: lower_pad(&s); break;
    case ALGO_UPSAMPLE: lower_upsample(&s); break;
    case ALGO_PIXEL_SHUFFLE: lower_pixel_shuffle(&s); break;
    case ALGO_COPY: lower_copy(&s); break;
    }
    return loop_finish(s.b);
}

/* Parts that pay: each has enough to do, and there is something for it. */
static int most_parts(const LoopFn *fn) {
    enum { MOST = 1024 };
    LoopWork work = loop_work(fn);
    int64_t parts = work.statements / PLAN_PART_STATEMENTS;
    if (parts > work.parts) parts = work.parts;
    return parts < 1 ? 1 : parts > MOST ? MOST : (int)parts;
}

/* Packs the constants as the plan lays them.
 *  @return bytes from the start of the packed weights */
static int64_t pack_constants(const Plan *plan, Packer *packer) {
    if (plan->constant_bytes == 0) return 0;
    PackedBlock block = pack_reserve(packer, plan->constant_bytes / (int64_t)sizeof(float));
    for (size_t i = 0; i < plan->tensors.len; i++) {
        const PlanTensor *tensor = &plan->tensors.at[i];
        if (tensor->place != PLACE_CONSTANT || tensor->alias >= 0 || tensor->offset == PLAN_NOWHERE)
            continue;
        plan_write_tensor(tensor, tensor->value->producer->weight->data,
                          block.data + tensor->offset / (int64_t)sizeof(float));
    }
    pack_share(packer, &block);
    return block.offset;
}

static LoopProgram *lower_plan(Arena *arena, const Plan *plan, Packer *packer) {
    LoopProgram *program = ARENA_NEW(arena, LoopProgram);
    program->constants = pack_constants(plan, packer);
    for (size_t i = 0; i < plan->steps.len; i++) {
        LoopFn *fn = lower_step((LowerStep){.arena = arena,
                                            .plan = plan,
                                            .step = &plan->steps.at[i],
                                            .packer = packer,
                                            .constants = program->constants});
        fn->most_parts = most_parts(fn);
        VEC_PUSH(arena, &program->fns, fn);
    }
    program->fma = plan->cpu->fma;
    program->workspace_bytes = plan->workspace_bytes;
    return program;
}

LoopProgram **lower_plans(Arena *arena, const Plan *const *plans, int n) {
    LoopProgram **programs = ARENA_ARRAY(arena, LoopProgram *, (size_t)n);
    Packer packer = {.arena = arena};
    for (int i = 0; i < n; i++) programs[i] = lower_plan(arena, plans[i], &packer);
    const unsigned char *weights = pack_finish(&packer);
    for (int i = 0; i < n; i++) {
        programs[i]->weights = weights;
        programs[i]->weights_bytes = (size_t)packer.bytes;
    }
    return programs;
}
