/* Norms that measure their input, and argmax.
 *
 * The operator of groups is newer than our opset: a group becomes a channel of [N, g, elements],
 * which is normed as one, and the numbers of the channels follow. */
#include "export/layers.h"

/* `n` equal numbers along one axis. */
static const char *equal_numbers(Builder *builder, float number, int64_t n) {
    Extents extents = {1, {n}};
    float *numbers = ARENA_ARRAY(builder->arena, float, (size_t)n);
    for (int64_t i = 0; i < n; i++) numbers[i] = number;
    return constant_floats(builder, NULL, numbers, &extents);
}

/* The numbers of a parameter, one for each of C channels; without it `otherwise`. */
static const char *channel_numbers(Builder *builder, const Param *param, float otherwise) {
    const TensorType *type = &builder->node->output->type;
    if (param) return param_tensor(builder, param);
    return equal_numbers(builder, otherwise, type_extent(type, type_channel(type)));
}

void export_instancenorm(Builder *builder) {
    const Node *node = builder->node;
    const char *x = input_in(builder, 0, CHANNELS_FIRST),
               *weight = channel_numbers(builder, node->weight, 1.0f),
               *bias = channel_numbers(builder, node->bias, 0.0f);
    PUT(builder, "InstanceNormalization", output_in(builder, CHANNELS_FIRST), x, weight, bias);
    put_float(builder, "epsilon", node->numbers.at[0]);
}

void export_groupnorm(Builder *builder) {
    const Node *node = builder->node;
    const TensorType *type = &node->output->type;
    Extents whole = extents_in(type, CHANNELS_FIRST),
            apart = {3, {whole.at[0], node->groups, whole.at[1] / node->groups}};
    for (int i = 2; i < whole.n; i++) apart.at[2] *= whole.at[i];
    const char *x = input_in(builder, 0, CHANNELS_FIRST), *y = output_in(builder, CHANNELS_FIRST);
    const char *one = equal_numbers(builder, 1.0f, node->groups),
               *zero = equal_numbers(builder, 0.0f, node->groups);
    x = PUT(builder, "Reshape", NULL, x, constant_ints(builder, "apart", &apart));
    x = PUT(builder, "InstanceNormalization", NULL, x, one, zero);
    put_float(builder, "epsilon", node->numbers.at[0]);
    bool plain = !node->weight && !node->bias;
    x = PUT(builder, "Reshape", plain ? y : NULL, x, constant_ints(builder, "shape", &whole));
    Extents along = channel_extents(type, whole.at[1]);
    if (node->weight)
        x = PUT(builder, "Mul", node->bias ? NULL : y, x,
                param_with_extents(builder, node->weight, &along));
    if (node->bias) PUT(builder, "Add", y, x, param_with_extents(builder, node->bias, &along));
}

/* Channels have to be the last axis. */
void export_layernorm(Builder *builder) {
    const Node *node = builder->node;
    const TensorType *type = &node->output->type;
    bool last = type_channel(type) == type->rank - 1;
    Form form = last ? STORED : CHANNELS_FIRST;
    const char *x = input_in(builder, 0, form), *y = output_in(builder, form);
    Extents there = extents_in(type, form), back = there;
    for (int i = 0; i < there.n; i++) {
        there.at[i] = i == 0 ? 0 : i == there.n - 1 ? 1 : i + 1;
        back.at[i] = i == 0 ? 0 : i == 1 ? there.n - 1 : i - 1;
    }
    if (!last) {
        x = PUT(builder, "Transpose", NULL, x);
        put_ints(builder, "perm", &there);
    }
    const char *weight = channel_numbers(builder, node->weight, 1.0f),
               *bias = node->bias ? param_tensor(builder, node->bias) : NULL;
    const char *inputs[] = {x, weight, bias};
    x = put_node(builder, "LayerNormalization", last ? y : NULL, bias ? 3 : 2, inputs);
    put_int(builder, "axis", -1);
    put_float(builder, "epsilon", node->numbers.at[0]);
    if (last) return;
    PUT(builder, "Transpose", y, x);
    put_ints(builder, "perm", &back);
}

/* The number becomes a float again. */
void export_argmax(Builder *builder) {
    const Node *node = builder->node;
    Form form = common_form(builder);
    const char *x = input_in(builder, 0, form), *y = output_in(builder, form);
    const char *number = PUT(builder, "ArgMax", NULL, x);
    put_int(builder, "axis", axis_in(&node->output->type, node->axis, form));
    put_int(builder, "keepdims", 1);
    PUT(builder, "Cast", y, number);
    put_int(builder, "to", ONNX_FLOAT);
}
