/* Nodes made by hand, and arrays of small integers, for tests of the reference. */
#ifndef NETC_TESTS_REFERENCE_LAYERS_H
#define NETC_TESTS_REFERENCE_LAYERS_H

#include "reference/reference.h"

#include "base/arena.h"

#include <criterion/criterion.h>

#define COUNT(table) (sizeof(table) / sizeof(table)[0])

static inline uint64_t next_random(uint64_t *state) {
    uint64_t z = *state += 0x9E3779B97F4A7C15u;
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
    z = (z ^ z >> 27) * 0x94D049BB133111EBu;
    return z ^ z >> 31;
}

/** A whole number in least .. most. */
static inline int64_t pick(uint64_t *state, int64_t least, int64_t most) {
    return least + (int64_t)(next_random(state) % (uint64_t)(most - least + 1));
}

/** Whole numbers in -4 .. 4: sums of their products are exact in double. */
static inline float *random_integers(Arena *arena, uint64_t *state, int64_t elems) {
    float *data = ARENA_ARRAY(arena, float, (size_t)elems);
    for (int64_t i = 0; i < elems; i++) data[i] = (float)pick(state, -4, 4);
    return data;
}

/** Reals in [-scale, scale). */
static inline float *random_reals(Arena *arena, uint64_t *state, int64_t elems, double scale) {
    float *data = ARENA_ARRAY(arena, float, (size_t)elems);
    for (int64_t i = 0; i < elems; i++)
        data[i] = (float)(((double)(next_random(state) >> 11) * 0x1p-52 - 1.0) * scale);
    return data;
}

/** [N, C, spatial...] with the axes D, H, W that `n_spatial` needs. */
static inline TensorType nchw(int64_t n, int64_t c, int n_spatial, const int64_t *extent) {
    static const char *const names[] = {"D", "H", "W"};
    TensorType type = {.dtype = DTYPE_F32, .rank = 2 + n_spatial, .axes = {{"N", n}, {"C", c}}};
    for (int axis = 0; axis < n_spatial; axis++)
        type.axes[2 + axis] = (Axis){names[MAX_SPATIAL - n_spatial + axis], extent[axis]};
    return type;
}

static inline int64_t elems_of(const TensorType *type) {
    int64_t elems = 0;
    cr_assert(type_elems(type, &elems));
    return elems;
}

static inline Value *make_value(Arena *arena, const TensorType *type) {
    Value *value = ARENA_NEW(arena, Value);
    value->type = *type;
    return value;
}

/** A node with one input and an output of `output` type; `groups` is 1. */
static inline Node *make_node(Arena *arena, OpKind op, const TensorType *input,
                              const TensorType *output) {
    Node *node = ARENA_NEW(arena, Node);
    node->op = op;
    node->groups = 1;
    node->inputs = ARENA_ARRAY(arena, Value *, MAX_INPUTS);
    node->inputs[0] = make_value(arena, input);
    node->n_inputs = 1;
    node->output = make_value(arena, output);
    return node;
}

/** A window layer: `axes` are its windows (i is set from the input), `channels` its output's; the
 *  output keeps the input's order of axes. */
static inline Node *make_window(Arena *arena, OpKind op, const TensorType *input, int64_t channels,
                                const ConvAxis *axes) {
    TensorType output = *input;
    int spatial[MAX_RANK];
    Node *node = make_node(arena, op, input, input);
    node->n_axes = type_spatial(input, spatial);
    output.axes[type_channel(input)].extent = channels;
    for (int n = 0; n < node->n_axes; n++) {
        WindowAxis *window = &node->window[n];
        window->arith = axes[n];
        window->arith.i = input->axes[spatial[n]].extent;
        ConvStatus status = op == OP_TCONV ? tconv_output_extent(&window->arith, &window->o)
                                           : conv_output_extent(&window->arith, &window->o);
        cr_assert_eq(status, CONV_OK);
        output.axes[spatial[n]].extent = window->o;
    }
    node->output->type = output;
    return node;
}

static inline Param *make_param(Arena *arena, const float *data) {
    Param *param = ARENA_NEW(arena, Param);
    param->data = data;
    return param;
}

static inline double *run_node(Arena *arena, const Node *node, const float *const *inputs,
                               double *bound) {
    double *output = ARENA_ARRAY(arena, double, (size_t)elems_of(&node->output->type));
    reference_node(node, inputs, output, bound, NULL);
    return output;
}

/** The result of a node with one input. */
static inline double *run_on(Arena *arena, const Node *node, const float *input) {
    return run_node(arena, node, &input, NULL);
}

#endif
