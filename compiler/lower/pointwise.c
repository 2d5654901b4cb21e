/* The pointwise operators: element by element over the whole tensor, in whatever layout it has,
 * where nothing depends on the channel.
 *
 *     for vector i:  y[i] = fused(f(a[i], b[i]))
 */
#include "lower/step.h"

static LoopVal operand(const LowerStep *s, int input, int active, LoopAffine offset) {
    return loop_load(s->b, s->step->tile.lanes, active, s->inputs[input], offset);
}

static void emit_vector(const LowerStep *s, int active, LoopAffine offset) {
    OpKind op = s->step->node->op;
    LoopVal x = operand(s, 0, active, offset);
    LoopVal y = op_most_inputs(op) == 2 ? operand(s, 1, active, offset) : 0;
    LoopVal value = step_apply(s->b, op, &s->step->node->numbers, x, y);
    StepPlace place = {.offset = offset, .active = active};
    step_store(s, step_fused(s, value, &place), &place);
}

void lower_pointwise(LowerStep *s) {
    LoopBuilder *b = s->b;
    int64_t lanes = s->step->tile.lanes, full = s->out.elems / lanes, rest = s->out.elems % lanes;
    if (full) {
        LoopVar v = loop_begin(b, LOOP_PARALLEL, "i", loop_const(0), loop_const(full), NULL, 0);
        emit_vector(s, (int)lanes, loop_var(b, v, lanes));
        loop_end(b, NULL, 0);
    }
    if (rest) {
        loop_begin(b, LOOP_PARALLEL, "tail", loop_const(0), loop_const(1), NULL, 0);
        emit_vector(s, (int)rest, loop_const(full * lanes));
        loop_end(b, NULL, 0);
    }
}
