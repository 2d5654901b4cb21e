/* Comparisons and products; see activation.h. */
#include "lower/activation.h"

static LoopVal constant(LoopBuilder *b, LoopVal like, float value) {
    return loop_f32(b, loop_lanes(b, like), value);
}

/* MAX and MIN give their second operand if either is NaN. */
LoopVal lower_extremum(LoopBuilder *b, LoopOp op, LoopVal x, LoopVal y) {
    LoopVal is_nan = loop_compare(b, LOOP_NE, x, x);
    return loop_select(b, is_nan, x, loop_binary(b, op, x, y));
}

LoopVal lower_divide_no_nan(LoopBuilder *b, LoopVal x, LoopVal y) {
    LoopVal zero = constant(b, y, 0.0f);
    LoopVal is_zero = loop_compare(b, LOOP_EQ, y, zero);
    return loop_select(b, is_zero, zero, loop_binary(b, LOOP_DIV, x, y));
}

LoopVal lower_reciprocal(LoopBuilder *b, LoopVal x) {
    return loop_binary(b, LOOP_DIV, constant(b, x, 1.0f), x);
}

LoopVal lower_softsign(LoopBuilder *b, LoopVal x) {
    LoopVal size = loop_unary(b, LOOP_ABS, x);
    return loop_binary(b, LOOP_DIV, x, loop_binary(b, LOOP_ADD, constant(b, x, 1.0f), size));
}

/* MAX gives its second operand unless the first is larger: NaN and -0 pass. */
LoopVal lower_relu(LoopBuilder *b, LoopVal x) {
    return loop_binary(b, LOOP_MAX, constant(b, x, 0.0f), x);
}

LoopVal lower_prelu(LoopBuilder *b, LoopVal x, LoopVal slope) {
    LoopVal below = loop_binary(b, LOOP_MUL, x, slope);
    return loop_select(b, loop_compare(b, LOOP_LT, x, constant(b, x, 0.0f)), below, x);
}

LoopVal lower_leaky_relu(LoopBuilder *b, LoopVal x, float slope) {
    return lower_prelu(b, x, constant(b, x, slope));
}

LoopVal lower_clip(LoopBuilder *b, LoopVal x, float lo, float hi) {
    return loop_binary(b, LOOP_MIN, constant(b, x, hi),
                       loop_binary(b, LOOP_MAX, constant(b, x, lo), x));
}

LoopVal lower_hard_sigmoid(LoopBuilder *b, LoopVal x, float slope) {
    return lower_clip(b, loop_fma(b, x, constant(b, x, slope), constant(b, x, 0.5f)), 0.0f, 1.0f);
}

/* (x + 3)/6 is exact to 1 ulp where x/6 + 1/2 loses all near x = -3; x comes last because 6x may
 * overflow. */
LoopVal lower_hard_swish(LoopBuilder *b, LoopVal x) {
    LoopVal shifted = loop_binary(b, LOOP_ADD, x, constant(b, x, 3.0f));
    LoopVal sixth =
        loop_binary(b, LOOP_DIV, lower_clip(b, shifted, 0.0f, 6.0f), constant(b, x, 6.0f));
    return loop_binary(b, LOOP_MUL, x, sixth);
}
