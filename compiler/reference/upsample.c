/* upsample, pixel_shuffle and its inverse. A linear output is the sum, over the inputs beside its
 * position on each axis, of weights whose product over the axes is 1 - |distance|; an input of
 * weight 0 is skipped. */
#include "reference/element.h"

#include <float.h>
#include <math.h>

/* The inputs that one output of an axis is made of. */
typedef struct Beside {
    int64_t at[2];
    double weight[2];
    int n;
} Beside;

/* Position p = numerator/denominator on an axis of i elements. */
static Beside beside(int64_t numerator, int64_t denominator, int64_t i) {
    if (numerator <= 0) return (Beside){{0}, {1.0}, 1};
    int64_t at = numerator / denominator, rest = numerator % denominator;
    if (at >= i - 1) return (Beside){{i - 1}, {1.0}, 1};
    if (rest == 0) return (Beside){{at}, {1.0}, 1};
    double share = (double)rest / (double)denominator;
    return (Beside){{at, at + 1}, {1.0 - share, share}, 2};
}

static Beside inputs_of(Resample resample, int64_t i, int64_t by, int64_t o) {
    switch (resample) {
    case RESAMPLE_NEAREST: break;
    case RESAMPLE_HALF: return beside(2 * o + 1 - by, 2 * by, i); /* (o + 1/2)/by - 1/2 */
    case RESAMPLE_ASYMMETRIC: return beside(o, by, i);
    case RESAMPLE_CORNERS: return beside(o * (i - 1), i * by - 1, i);
    }
    return (Beside){{o / by}, {1.0}, 1};
}

/* The axes that a node lacks are one element, copied. */
static Beside axis_inputs(const Node *node, const View *in, int axis, int64_t o) {
    int64_t by = node->by[axis] > 0 ? node->by[axis] : 1;
    return inputs_of(node->resample, in->extent[axis], by, o);
}

void reference_upsample(const Node *node, const float *input, Element *elements) {
    View in = view_of(&node->inputs[0]->type), out = view_of(&node->output->type);
    int64_t n = view_elems(&out);
    for (int64_t index = 0; index < n; index++) {
        Position to = view_position(&out, index);
        Beside b[MAX_SPATIAL];
        for (int a = 0; a < MAX_SPATIAL; a++) b[a] = axis_inputs(node, &in, a, to.at[a]);
        const float *image = input + to.n * in.n_stride + to.c * in.c_stride;
        double value = 0, magnitude = 0, inputs = b[0].n * b[1].n * b[2].n;
        for (int i = 0; i < b[0].n; i++)
            for (int j = 0; j < b[1].n; j++)
                for (int k = 0; k < b[2].n; k++) {
                    double x = image[b[0].at[i] * in.stride[0] + b[1].at[j] * in.stride[1] +
                                     b[2].at[k] * in.stride[2]];
                    double term =
                        inputs > 1 ? b[0].weight[i] * b[1].weight[j] * b[2].weight[k] * x : x;
                    value += term;
                    magnitude += fabs(term);
                }
        double error = (inputs + 4.0) * UNIT_ROUNDOFF * magnitude + (inputs + 1.0) * SMALLEST;
        if (magnitude > FLT_MAX) error = INFINITY;
        elements[to.offset] = (Element){.value = value, .error = inputs > 1 ? error : 0.0};
    }
}

/* Number of the channel that stands for a place in the square of output channel c of `channels`.
 *     CRD  (c*r + i)*r + j        DCR  (i*r + j)*channels + c */
static int64_t shuffled_channel(const Node *node, int64_t c, int64_t channels, const int64_t *at) {
    int64_t place = 0, places = 1;
    for (int a = 0; a < MAX_SPATIAL; a++) {
        int64_t r = node->by[a] > 0 ? node->by[a] : 1;
        place = place * r + at[a] % r;
        places *= r;
    }
    return node->order == SHUFFLE_DCR ? place * channels + c : c * places + place;
}

/* Offset of a place in the smaller picture. */
static int64_t shuffled_offset(const Node *node, const View *small, const Position *place,
                               int64_t channels) {
    int64_t offset = place->n * small->n_stride +
                     shuffled_channel(node, place->c, channels, place->at) * small->c_stride;
    for (int a = 0; a < MAX_SPATIAL; a++)
        offset += place->at[a] / (node->by[a] > 0 ? node->by[a] : 1) * small->stride[a];
    return offset;
}

/* y[c, r*h + i, r*w + j] = x[channel of (c, i, j), h, w] */
void reference_pixel_shuffle(const Node *node, const float *input, Element *elements) {
    View in = view_of(&node->inputs[0]->type), out = view_of(&node->output->type);
    int64_t n = view_elems(&out);
    for (int64_t index = 0; index < n; index++) {
        Position to = view_position(&out, index);
        elements[to.offset].value = input[shuffled_offset(node, &in, &to, out.c)];
    }
}

/* y[channel of (c, i, j), h, w] = x[c, r*h + i, r*w + j] */
void reference_pixel_unshuffle(const Node *node, const float *input, Element *elements) {
    View in = view_of(&node->inputs[0]->type), out = view_of(&node->output->type);
    int64_t n = view_elems(&in);
    for (int64_t index = 0; index < n; index++) {
        Position from = view_position(&in, index);
        elements[shuffled_offset(node, &out, &from, in.c)].value = input[from.offset];
    }
}
