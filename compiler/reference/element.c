/* Views of tensors, and the spacing of f32. */
#include "reference/element.h"

#include <math.h>

View view_of(const TensorType *type) {
    int64_t strides[MAX_RANK], stride = 1;
    for (int axis = type->rank - 1; axis >= 0; axis--) {
        strides[axis] = stride;
        stride *= type->axes[axis].extent;
    }
    int batch = type_batch(type), channel = type_channel(type), spatial[MAX_RANK];
    View view = {.n = type_extent(type, batch),
                 .c = type_extent(type, channel),
                 .extent = {1, 1, 1},
                 .n_stride = batch == NO_AXIS ? 0 : strides[batch],
                 .c_stride = channel == NO_AXIS ? 0 : strides[channel]};
    int n_spatial = type_spatial(type, spatial);
    for (int axis = 0; axis < n_spatial && axis < MAX_SPATIAL; axis++) {
        view.extent[axis] = type->axes[spatial[axis]].extent;
        view.stride[axis] = strides[spatial[axis]];
    }
    return view;
}

int64_t view_elems(const View *view) {
    return view->n * view->c * view->extent[0] * view->extent[1] * view->extent[2];
}

Position view_position(const View *view, int64_t index) {
    Position position = {0};
    for (int axis = MAX_SPATIAL - 1; axis >= 0; axis--) {
        position.at[axis] = index % view->extent[axis];
        position.offset += position.at[axis] * view->stride[axis];
        index /= view->extent[axis];
    }
    position.c = index % view->c;
    position.n = index / view->c;
    position.offset += position.c * view->c_stride + position.n * view->n_stride;
    return position;
}

int64_t index_along(const TensorType *type, int axis, int64_t index) {
    if (axis == NO_AXIS) return 0;
    for (int inner = type->rank - 1; inner > axis; inner--) index /= type->axes[inner].extent;
    return index % type->axes[axis].extent;
}

ConvAxis window_axis(const Node *node, int index) {
    if (index < node->n_axes) return node->window[index].arith;
    return (ConvAxis){.i = 1, .k = 1, .s = 1, .d = 1};
}

double ulp_at(double value) {
    int exponent;
    frexp(value, &exponent); /* |value| in [2^(exponent-1), 2^exponent) */
    double ulp = ldexp(1.0, exponent - 24);
    return value == 0.0 || ulp < SMALLEST ? SMALLEST : ulp;
}
