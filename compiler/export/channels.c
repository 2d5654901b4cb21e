/* Layers with numbers for each channel. Those of batchnorm stand beside C, the others are
 * broadcast: [C, 1, 1...]. */
#include "export/layers.h"

static int64_t channels_of(const Node *node) {
    return type_extent(&node->output->type, type_channel(&node->output->type));
}

/* A parameter of C numbers as [C, 1, 1...]. */
static const char *along_channels(Builder *builder, const Param *param) {
    Extents extents = channel_extents(&builder->node->output->type, param->elems);
    return param_with_extents(builder, param, &extents);
}

void export_batchnorm(Builder *builder) {
    const Node *node = builder->node;
    const char *x = input_in(builder, 0, CHANNELS_FIRST), *w = param_tensor(builder, node->weight),
               *b = param_tensor(builder, node->bias), *mean = param_tensor(builder, node->mean),
               *variance = param_tensor(builder, node->variance);
    PUT(builder, "BatchNormalization", output_in(builder, CHANNELS_FIRST), x, w, b, mean, variance);
    put_float(builder, "epsilon", node->numbers.at[0]);
}

void export_prelu(Builder *builder) {
    const char *x = input_in(builder, 0, CHANNELS_FIRST),
               *slope = along_channels(builder, builder->node->weight);
    PUT(builder, "PRelu", output_in(builder, CHANNELS_FIRST), x, slope);
}

/* y = x*factor + shift, of which either may be missing (NULL). */
static void put_linear(Builder *builder, const char *y, const char *x, const char *factor,
                       const char *shift) {
    if (factor) x = PUT(builder, "Mul", shift ? NULL : y, x, factor);
    if (shift) x = PUT(builder, "Add", y, x, shift);
    if (!factor && !shift) PUT(builder, "Identity", y, x);
}

void export_affine(Builder *builder) {
    const Node *node = builder->node;
    const char *x = input_in(builder, 0, CHANNELS_FIRST),
               *factor = node->weight ? along_channels(builder, node->weight) : NULL,
               *shift = node->bias ? along_channels(builder, node->bias) : NULL;
    put_linear(builder, output_in(builder, CHANNELS_FIRST), x, factor, shift);
}

static bool all_equal(const float *numbers, int64_t n) {
    for (int64_t i = 1; numbers && i < n; i++)
        if (numbers[i] != numbers[0]) return false;
    return true;
}

/* The numbers of a scale, one or one for each channel. NULL: none. */
static const char *put_numbers(Builder *builder, const char *what, const float *numbers, bool one) {
    int64_t n = channels_of(builder->node);
    if (!numbers) return NULL;
    if (one) return constant_float(builder, what, numbers[0]);
    Extents extents = channel_extents(&builder->node->output->type, n);
    return constant_floats(builder, NULL, numbers, &extents);
}

/* Factors and shifts are single numbers together, or none is. */
void export_scale(Builder *builder) {
    const Channels *channels = &builder->node->channels;
    int64_t n = channels_of(builder->node);
    bool one = all_equal(channels->factor, n) && all_equal(channels->shift, n);
    const char *x = input_in(builder, 0, CHANNELS_FIRST),
               *factor = put_numbers(builder, "by", channels->factor, one),
               *shift = put_numbers(builder, "shift", channels->shift, one);
    put_linear(builder, output_in(builder, CHANNELS_FIRST), x, factor, shift);
}

/* The factors get as many axes as x has. */
void export_scale_by(Builder *builder) {
    const Node *node = builder->node;
    Extents x_extents = extents_in(&node->output->type, CHANNELS_FIRST),
            by_extents = extents_in(&node->inputs[1]->type, CHANNELS_FIRST);
    const char *x = input_in(builder, 0, CHANNELS_FIRST),
               *by = input_in(builder, 1, CHANNELS_FIRST);
    if (by_extents.n != x_extents.n) {
        for (int i = 2; i < x_extents.n; i++) x_extents.at[i] = 1;
        by = PUT(builder, "Reshape", NULL, by, constant_ints(builder, "shape", &x_extents));
    }
    const float *shifts = node->channels.shift;
    const char *shift = put_numbers(builder, "shift", shifts, all_equal(shifts, channels_of(node)));
    put_linear(builder, output_in(builder, CHANNELS_FIRST), x, by, shift);
}
