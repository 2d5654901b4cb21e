/* relu, tanh and add: element by element over the whole tensor, in whatever layout it has.
 *
 *     for vector i:  y[i] = fused(f(a[i], b[i]))
 */
#include "lower/elementary.h"
#include "lower/step.h"

static LoopVal apply(const LowerStep *s, int lanes, int active, LoopAffine offset) {
    LoopBuilder *b = s->b;
    LoopVal x = loop_load(b, lanes, active, s->inputs[0], offset);
    switch (s->step->node->op) {
    case OP_RELU: return step_relu(b, x);
    case OP_TANH: return lower_tanh(b, x);
    case OP_ADD:
        return loop_binary(b, LOOP_ADD, x, loop_load(b, lanes, active, s->inputs[1], offset));
    default: return x;
    }
}

static void emit_vector(const LowerStep *s, int active, LoopAffine offset) {
    LoopVal value = apply(s, s->step->tile.lanes, active, offset);
    loop_store(s->b, step_fused(s, value, active, offset), active, s->output, offset);
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
