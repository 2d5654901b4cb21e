/* matmul: y[b, r, c] = sum over k of x[b, r, k] * y[b, k, c], the axes of both tensors by their
 * names: b those of both, r of the first alone, c of the second alone. */
#include "reference/element.h"

#include <math.h>

/* Elements from one to the next along an axis of a tensor in its own order; 0 for NO_AXIS. */
static int64_t stride_along(const TensorType *type, int axis) {
    int64_t stride = axis == NO_AXIS ? 0 : 1;
    for (int inner = type->rank - 1; inner > axis && axis != NO_AXIS; inner--)
        stride *= type->axes[inner].extent;
    return stride;
}

void reference_matmul(const Node *node, const float *const *inputs, Element *elements) {
    const TensorType *x = &node->inputs[0]->type, *y = &node->inputs[1]->type,
                     *out = &node->output->type;
    int64_t terms = x->axes[node->axis].extent, x_step = stride_along(x, node->axis),
            y_step = stride_along(y, matmul_summed(node)), elems = value_elems(node->output);
    for (int64_t index = 0; index < elems; index++) {
        int64_t x_at = 0, y_at = 0;
        for (int i = 0; i < out->rank; i++) {
            MatmulAxis axis = matmul_axis(node, i);
            int64_t along = index_along(out, i, index);
            x_at += along * stride_along(x, axis.in_x);
            y_at += along * stride_along(y, axis.in_y);
        }
        Element *element = &elements[index];
        for (int64_t k = 0; k < terms; k++) {
            double product = (double)inputs[0][x_at + k * x_step] * inputs[1][y_at + k * y_step];
            element->value += product;
            element->magnitude += fabs(product);
        }
        element->products = terms;
    }
}
