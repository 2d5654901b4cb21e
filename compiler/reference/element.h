/* What the layer families of this room share: elements of a result with what their error bound
 * needs, and tensors seen as batch x channels x three spatial axes. */
#ifndef NETC_REFERENCE_ELEMENT_H
#define NETC_REFERENCE_ELEMENT_H

#include "graph/graph.h"

/** The unit roundoff of f32, and its smallest positive number. */
#define UNIT_ROUNDOFF 0x1p-24
#define SMALLEST 0x1p-149

/** One element of a result, before the fused operations. */
typedef struct Element {
    double value;
    double magnitude; /* sums: B = sum |w||x| + |bias| */
    int64_t products; /* sums: K, the products on data */
    double error;     /* other layers: the bound of the layer itself */
} Element;

/** What has been computed of an element, and how far compiled code may be from it: 0 where the
 * value is NaN or infinite, infinite where f32 may overflow, or leave the
 * domain of a function. */
typedef struct Result {
    double value, error;
} Result;

/** A tensor of any axis order. Axes that it lacks have extent 1 and stride 0. */
typedef struct View {
    int64_t n, c, extent[MAX_SPATIAL];               /* elements along each axis */
    int64_t n_stride, c_stride, stride[MAX_SPATIAL]; /* elements from one to the next */
} View;

/** One position in a view. */
typedef struct Position {
    int64_t n, c, at[MAX_SPATIAL];
    int64_t offset; /* elements from the start of the tensor */
} Position;

View view_of(const TensorType *type);

/** Elements of the view. */
int64_t view_elems(const View *view);

/** Position number `index` in the order n, c, spatial axes. */
Position view_position(const View *view, int64_t index);

/** The index along an axis of element `index` of a tensor, in its own order; 0 for NO_AXIS. */
int64_t index_along(const TensorType *type, int axis, int64_t index);

/** Axis number `index` of a window node; one that the node lacks is a window of 1 on 1. */
ConvAxis window_axis(const Node *node, int index);

/** The input that stands at position x of a padded axis of i elements: x itself within them; -1 for
 *  none. */
int64_t border_source(Border border, int64_t x, int64_t i);

/** The layers: `elements` (zeroed) receives the result in the output type's own order. */
void reference_conv(const Node *node, const float *input, Element *elements);
void reference_tconv(const Node *node, const float *input, Element *elements);
void reference_dense(const Node *node, const float *input, Element *elements);
void reference_pool(const Node *node, const float *input, Element *elements);
void reference_argmax(const Node *node, const float *input, Element *elements);
void reference_norm(const Node *node, const float *input, Element *elements);
void reference_softmax(const Node *node, const float *input, Element *elements);
void reference_matmul(const Node *node, const float *const *inputs, Element *elements);
void reference_concat(const Node *node, const float *const *inputs, Element *elements);
void reference_part(const Node *node, const float *input, Element *elements);
void reference_flatten(const Node *node, const float *input, Element *elements);
void reference_permute(const Node *node, const float *input, Element *elements);
void reference_upsample(const Node *node, const float *input, Element *elements);
void reference_pixel_shuffle(const Node *node, const float *input, Element *elements);
void reference_pixel_unshuffle(const Node *node, const float *input, Element *elements);
void reference_pad(const Node *node, const float *input, Element *elements);

/** The layers that look at one element of each input: element `index`. SCALE_BY looks at the factor
 *  of its image and channel. */
Element reference_pointwise(const Node *node, const float *const *inputs, int64_t index);

/** A pointwise operation applied to what has been computed.
 *  @param channel  of the element
 *  @param y        the second operand of an operator of two tensors */
Result reference_apply(const Fused *operation, int64_t channel, Result x, double y);

/** The largest f32 distance between neighbours at |value|. */
double ulp_at(double value);

#endif
