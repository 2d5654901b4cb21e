/* Layers, made. Whatever axes a value has, these bring it into the form that a layer needs: other
 * names for the same axes are a reshape, which costs nothing. */
#ifndef NETC_IMPORT_EMIT_H
#define NETC_IMPORT_EMIT_H

#include "import/node.h"

/** The usual names of `rank` axes: N, C, then T, or H W, or D H W; `last`: C stands last. */
const char *const *axes_usual(int rank, bool last);

/** Index of the axis called `name`; NO_AXIS. */
int value_axis(const Value *value, const char *name);

/** Number of elements. */
int64_t elems_of(const Value *value);

/** True if the language has a layer of this name. */
bool has_layer(const Import *im, const char *op);

/** A layer of `x` without result yet. */
Layer *emit_layer(Import *im, const Node *node, const char *op, Value *x);

/** A layer of several inputs. */
Layer *emit_joined(Import *im, const Node *node, const char *op, Value *const *in, size_t n);

/** Appends an attribute. */
void emit_attr(Import *im, Layer *layer, const char *name, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/** Appends an attribute that is a number; one that is not finite is refused. */
void emit_number(Import *im, Layer *layer, const char *name, float number);

/** Appends a parameter; `onnx` is the initializer that it is, or "". */
void emit_param(Layer *layer, const char *name, const Constant *numbers, const char *onnx);

/** Appends a parameter whose source stands in the text: "none". */
void emit_source(Layer *layer, const char *name, const char *text);

/** A result of the layer, with its axes. */
Value *emit_result(Import *im, Layer *layer, int rank, const int64_t *extent,
                   const char *const *axes);

/** A result like `x`. */
Value *emit_result_like(Import *im, Layer *layer, const Value *x);

/** A layer without attributes whose result is like `x`. */
Value *emit_simple(Import *im, const Node *node, const char *op, Value *x);

/** x in other axes for as many elements; x itself where they are the same. */
Value *emit_reshape(Import *im, const Node *node, Value *x, int rank, const int64_t *extent,
                    const char *const *axes);

/** x under other names of its axes. */
Value *emit_rename(Import *im, const Node *node, Value *x, const char *const *axes);

/** x as [N, C, spatial ...]: the second axis is C. */
Value *emit_channels_first(Import *im, const Node *node, Value *x);

/** x as [N, spatial ..., C]: the last axis is C. */
Value *emit_channels_last(Import *im, const Node *node, Value *x);

/** x as [N: before, C: these axes, T: behind], of the axes first .. last. */
Value *emit_block(Import *im, const Node *node, Value *x, int first, int last);

/** x repeated along its axes of extent 1 to `rank` axes of `extent`.
 *  @return the result, named like `like` */
Value *emit_expand(Import *im, const Node *node, Value *x, const Value *like);

/** The elements from `start` on along axis `axis`: all where these are all. */
Value *emit_part(Import *im, const Node *node, Value *x, int axis, int64_t start, int64_t count);

/** Every `step`th element along an axis, from the first on. */
Value *emit_stride(Import *im, const Node *node, Value *x, int axis, int64_t step);

/** x as [N: 1, C: before, H: axis, W: behind]. */
Value *emit_line(Import *im, const Node *node, Value *x, int axis);

/** `line`, made by emit_line of x and changed along H, as x is but for its axis. */
Value *emit_from_line(Import *im, const Node *node, Value *line, const Value *x, int axis);

/** x times `by` plus `shift`. */
Value *emit_scale(Import *im, const Node *node, Value *x, double by, double shift);

/** A constant as a tensor with these axes, to which it is broadcast; `onnx` is its initializer.
 */
Value *emit_constant(Import *im, const Node *node, const Constant *c, const char *onnx, int rank,
                     const int64_t *extent, const char *const *axes);

/** `matrix` [to, from] times x along an axis of extent `from`, which has `to` elements then. */
Value *emit_matrix(Import *im, const Node *node, Value *x, int axis, const Constant *matrix);

/** Tensors side by side, whose other axes are equal; the first gives the names. */
Value *emit_concat(Import *im, const Node *node, Value *const *in, size_t n, int axis);

/** The elements at `n` places, each in 0 .. extent - 1, along an axis. Many places that are not
 *  side by side are a product with ones and zeros, in which what is not finite spreads. */
Value *emit_take(Import *im, const Node *node, Value *x, int axis, const int64_t *places,
                 int64_t n);

/** x with the marked axes reduced to extent 1 by a pool of everything: "avgpool", "sumpool",
 *  "maxpool", "minpool". */
Value *emit_reduced(Import *im, Node *node, Value *x, const char *pool, const bool *reduced);

/** a op b, elementwise, of equal extents: b takes the names of a. */
Value *emit_infix(Import *im, const Node *node, const char *op, Value *a, Value *b);

#endif
