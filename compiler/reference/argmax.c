/* argmax along one axis: the number of the largest element, of equal ones the first; the first NaN
 * where there is one. Nothing is rounded. */
#include "reference/element.h"

#include <math.h>

static int64_t argmax_line(const float *x, int64_t stride, int64_t extent) {
    int64_t at = 0;
    for (int64_t i = 1; i < extent; i++) {
        float best = x[at * stride], next = x[i * stride];
        if (isnan(best)) break;
        if (isnan(next) || next > best) at = i;
    }
    return at;
}

void reference_argmax(const Node *node, const float *input, Element *elements) {
    const TensorType *type = &node->inputs[0]->type;
    int64_t inner = 1, outer = 1, extent = type->axes[node->axis].extent;
    for (int axis = 0; axis < node->axis; axis++) outer *= type->axes[axis].extent;
    for (int axis = node->axis + 1; axis < type->rank; axis++) inner *= type->axes[axis].extent;
    for (int64_t o = 0; o < outer; o++)
        for (int64_t i = 0; i < inner; i++)
            elements[o * inner + i].value =
                (double)argmax_line(input + o * extent * inner + i, inner, extent);
}
