/* The layers that compute nothing: each result is an element of an input, or a constant. Tensors
 * are walked in their own row-major order, whatever their axes are called. */
#include "reference/element.h"

static int64_t elems_of(const TensorType *type) {
    int64_t elems = 1;
    for (int i = 0; i < type->rank; i++) elems *= type->axes[i].extent;
    return elems;
}

/* The indices of element number `element`. */
static void index_of(const TensorType *type, int64_t element, int64_t *index) {
    for (int i = type->rank; i-- > 0;) {
        index[i] = element % type->axes[i].extent;
        element /= type->axes[i].extent;
    }
}

/* The number of the element with these indices. */
static int64_t element_at(const TensorType *type, const int64_t *index) {
    int64_t element = 0;
    for (int i = 0; i < type->rank; i++) element = element * type->axes[i].extent + index[i];
    return element;
}

/* y[.., c, ..] is the input whose turn c is along the axis. */
void reference_concat(const Node *node, const float *const *inputs, Element *elements) {
    const TensorType *type = &node->output->type;
    int64_t n = elems_of(type), index[MAX_RANK];
    for (int64_t e = 0; e < n; e++) {
        index_of(type, e, index);
        int input = 0;
        while (index[node->axis] >= node->inputs[input]->type.axes[node->axis].extent)
            index[node->axis] -= node->inputs[input++]->type.axes[node->axis].extent;
        elements[e].value = inputs[input][element_at(&node->inputs[input]->type, index)];
    }
}

/* y[i] = x[first + i] */
void reference_part(const Node *node, const float *input, Element *elements) {
    const TensorType *type = &node->output->type;
    int64_t n = elems_of(type), index[MAX_RANK];
    for (int64_t e = 0; e < n; e++) {
        index_of(type, e, index);
        for (int i = 0; i < type->rank; i++) index[i] += node->first[i];
        elements[e].value = input[element_at(&node->inputs[0]->type, index)];
    }
}

int64_t border_source(Border border, int64_t x, int64_t i) {
    if (x >= 0 && x < i) return x;
    switch (border) {
    case BORDER_ZERO: break;
    case BORDER_REFLECT: return x < 0 ? -x : 2 * (i - 1) - x;
    case BORDER_REPLICATE: return x < 0 ? 0 : i - 1;
    case BORDER_CIRCULAR: return x < 0 ? x + i : x - i;
    }
    return -1;
}

void reference_pad(const Node *node, const float *input, Element *elements) {
    const TensorType *in = &node->inputs[0]->type, *type = &node->output->type;
    int64_t n = elems_of(type), index[MAX_RANK];
    for (int64_t e = 0; e < n; e++) {
        index_of(type, e, index);
        bool outside = false;
        for (int i = 0; i < type->rank; i++) {
            index[i] = border_source(node->border, index[i] - node->first[i], in->axes[i].extent);
            outside |= index[i] < 0;
        }
        elements[e].value = outside ? node->numbers.at[0] : input[element_at(in, index)];
    }
}

/* y[n, c] is element c of image n, in the order of the input's other axes. */
void reference_flatten(const Node *node, const float *input, Element *elements) {
    const TensorType *in = &node->inputs[0]->type;
    int batch = type_batch(in);
    int64_t n = elems_of(in), index[MAX_RANK];
    for (int64_t e = 0; e < n; e++) {
        index_of(in, e, index);
        int64_t at = batch == NO_AXIS ? 0 : index[batch];
        for (int i = 0; i < in->rank; i++)
            if (i != batch) at = at * in->axes[i].extent + index[i];
        elements[at].value = input[e];
    }
}

/* The element with the same index on each axis. */
void reference_permute(const Node *node, const float *input, Element *elements) {
    const TensorType *in = &node->inputs[0]->type, *out = &node->output->type;
    int64_t n = elems_of(in), index[MAX_RANK], to[MAX_RANK];
    for (int64_t e = 0; e < n; e++) {
        index_of(in, e, index);
        for (int i = 0; i < in->rank; i++) to[type_axis(out, in->axes[i].name)] = index[i];
        elements[element_at(out, to)].value = input[e];
    }
}
