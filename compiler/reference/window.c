/* Convolution, its transpose, and dense, from their definitions (language.md 2.5):
 *
 *     conv   y[f, o] = b[f] + sum over c, j of w[f, c, j] * x[c, s*o + d*j - pad_lo]
 *     tconv  y[f, s*i + d*j - pad_lo] += w[c, f, j] * x[c, i], on b[f]
 *     dense  y[f] = b[f] + sum over c of w[f, c] * x[c]
 *
 * A tap outside the image is skipped, not multiplied by zero. */
#include "reference/element.h"

#include <math.h>

static void add_product(Element *element, double weight, double x) {
    element->value += weight * x;
    element->magnitude += fabs(weight * x);
    element->products++;
}

static Element start_from_bias(const Node *node, int64_t channel) {
    double bias = node->bias ? (double)node->bias->data[channel] : 0.0;
    return (Element){.value = bias, .magnitude = fabs(bias)};
}

/* Both sides of a window layer, and its kernel. */
typedef struct Window {
    View input, output;
    ConvAxis axis[MAX_SPATIAL];
    int64_t taps;    /* kernel elements of one pair of channels */
    int64_t c_group; /* input channels of one group */
    int64_t f_group; /* output channels of one group */
    const float *weight;
    Border border; /* of the input */
    bool flip;     /* kernel element j is the one at the opposite place */
} Window;

static Window window_of(const Node *node) {
    Window window = {.input = view_of(&node->inputs[0]->type),
                     .output = view_of(&node->output->type),
                     .taps = 1,
                     .weight = node->weight->data,
                     .border = node->border,
                     .flip = node->flip};
    for (int axis = 0; axis < MAX_SPATIAL; axis++) {
        window.axis[axis] = window_axis(node, axis);
        window.taps *= window.axis[axis].k;
    }
    window.c_group = window.input.c / node->groups;
    window.f_group = window.output.c / node->groups;
    return window;
}

/* s*u + d*j - pad_lo: the element of the dense side that tap j links to element u of the strided
 * side, or NO_ELEMENT where it is outside 0 .. extent-1. */
enum { NO_ELEMENT = -1 };

static int64_t linked(const ConvAxis *axis, int64_t u, int64_t j, int64_t extent) {
    int64_t x = axis->s * u + axis->d * j - axis->pad_lo;
    return x >= 0 && x < extent ? x : NO_ELEMENT;
}

/* Element j0, j1, j2 of a kernel. */
static double kernel_element(const Window *window, const float *weight, int64_t j0, int64_t j1,
                             int64_t j2) {
    int64_t j = (j0 * window->axis[1].k + j1) * window->axis[2].k + j2;
    return weight[window->flip ? window->taps - 1 - j : j];
}

/* The input of tap j of output o: the data themselves, or what stands in the padding. */
static int64_t conv_input(const Window *window, int axis, int64_t o, int64_t j) {
    const ConvAxis *a = &window->axis[axis];
    return border_source(window->border, a->s * o + a->d * j - a->pad_lo,
                         window->input.extent[axis]);
}

/* Adds the products of one input channel: `weight` is the kernel of the pair of channels, `x` the
 * channel's first element. */
static void conv_channel(const Window *window, const Position *out, const float *weight,
                         const float *x, Element *element) {
    const ConvAxis *axis = window->axis;
    const View *input = &window->input;
    for (int64_t j0 = 0; j0 < axis[0].k; j0++) {
        int64_t x0 = conv_input(window, 0, out->at[0], j0);
        if (x0 == NO_ELEMENT) continue;
        for (int64_t j1 = 0; j1 < axis[1].k; j1++) {
            int64_t x1 = conv_input(window, 1, out->at[1], j1);
            if (x1 == NO_ELEMENT) continue;
            const float *row = x + x0 * input->stride[0] + x1 * input->stride[1];
            for (int64_t j2 = 0; j2 < axis[2].k; j2++) {
                int64_t x2 = conv_input(window, 2, out->at[2], j2);
                if (x2 == NO_ELEMENT) continue;
                add_product(element, kernel_element(window, weight, j0, j1, j2),
                            row[x2 * input->stride[2]]);
            }
        }
    }
}

void reference_conv(const Node *node, const float *input, Element *elements) {
    Window window = window_of(node);
    int64_t elems = view_elems(&window.output);
    for (int64_t index = 0; index < elems; index++) {
        Position out = view_position(&window.output, index);
        Element element = start_from_bias(node, out.c);
        int64_t first_channel = out.c / window.f_group * window.c_group;
        for (int64_t c = 0; c < window.c_group; c++) {
            const float *x =
                input + out.n * window.input.n_stride + (first_channel + c) * window.input.c_stride;
            const float *weight = window.weight + (out.c * window.c_group + c) * window.taps;
            conv_channel(&window, &out, weight, x, &element);
        }
        elements[out.offset] = element;
    }
}

/* Scatters one input element over the outputs of one channel: `y` is the channel's first. */
static void tconv_channel(const Window *window, const Position *in, const float *weight, double x,
                          Element *y) {
    const ConvAxis *axis = window->axis;
    const View *output = &window->output;
    for (int64_t j0 = 0; j0 < axis[0].k; j0++) {
        int64_t y0 = linked(&axis[0], in->at[0], j0, output->extent[0]);
        if (y0 == NO_ELEMENT) continue;
        for (int64_t j1 = 0; j1 < axis[1].k; j1++) {
            int64_t y1 = linked(&axis[1], in->at[1], j1, output->extent[1]);
            if (y1 == NO_ELEMENT) continue;
            Element *row = y + y0 * output->stride[0] + y1 * output->stride[1];
            for (int64_t j2 = 0; j2 < axis[2].k; j2++) {
                int64_t y2 = linked(&axis[2], in->at[2], j2, output->extent[2]);
                if (y2 == NO_ELEMENT) continue;
                add_product(&row[y2 * output->stride[2]],
                            kernel_element(window, weight, j0, j1, j2), x);
            }
        }
    }
}

void reference_tconv(const Node *node, const float *input, Element *elements) {
    Window window = window_of(node);
    int64_t n_outputs = view_elems(&window.output), n_inputs = view_elems(&window.input);
    for (int64_t index = 0; index < n_outputs; index++) {
        Position out = view_position(&window.output, index);
        elements[out.offset] = start_from_bias(node, out.c);
    }
    for (int64_t index = 0; index < n_inputs; index++) {
        Position in = view_position(&window.input, index);
        int64_t first_channel = in.c / window.c_group * window.f_group;
        for (int64_t f = 0; f < window.f_group; f++) {
            Element *y = elements + in.n * window.output.n_stride +
                         (first_channel + f) * window.output.c_stride;
            const float *weight = window.weight + (in.c * window.f_group + f) * window.taps;
            tconv_channel(&window, &in, weight, input[in.offset], y);
        }
    }
}

/* Offset of element `index` of one sample, counted in the order of the layout (flatten). */
static int64_t flattened_offset(const TensorType *type, int64_t index) {
    int64_t offset = 0, stride = 1;
    for (int axis = type->rank - 1; axis >= 0; axis--) {
        int64_t extent = type->axes[axis].extent;
        if (axis != type_batch(type)) {
            offset += index % extent * stride;
            index /= extent;
        }
        stride *= extent;
    }
    return offset;
}

void reference_dense(const Node *node, const float *input, Element *elements) {
    const TensorType *type = &node->inputs[0]->type;
    View in = view_of(type), out = view_of(&node->output->type);
    int64_t inputs = view_elems(&in) / in.n, elems = view_elems(&out);
    for (int64_t index = 0; index < elems; index++) {
        Position position = view_position(&out, index);
        Element element = start_from_bias(node, position.c);
        const float *x = input + position.n * in.n_stride;
        const float *weight = node->weight->data + position.c * inputs;
        for (int64_t c = 0; c < inputs; c++)
            add_product(&element, weight[c], x[flattened_offset(type, c)]);
        elements[position.offset] = element;
    }
}
