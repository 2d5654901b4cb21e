/* The layers as operators of ONNX, by kind. Each appends the nodes of builder->node, whose inputs
 * have been made. */
#ifndef NETC_EXPORT_LAYERS_H
#define NETC_EXPORT_LAYERS_H

#include "export/builder.h"

/* windows.c */
void export_conv(Builder *builder);
void export_tconv(Builder *builder);
void export_dense(Builder *builder);

/* pools.c */
void export_pool(Builder *builder);

/* pointwise.c: element by element, and softmax */
void export_pointwise(Builder *builder);

/* channels.c: numbers for each channel */
void export_batchnorm(Builder *builder);
void export_prelu(Builder *builder);
void export_affine(Builder *builder);
void export_scale(Builder *builder);
void export_scale_by(Builder *builder);

/* norms.c: what measures its input, and argmax */
void export_instancenorm(Builder *builder);
void export_groupnorm(Builder *builder);
void export_layernorm(Builder *builder);
void export_argmax(Builder *builder);

/* matmul.c */
void export_matmul(Builder *builder);

/* moves.c: what computes nothing */
void export_constant(Builder *builder);
void export_f32(Builder *builder);
void export_flatten(Builder *builder);
void export_concat(Builder *builder);
void export_split(Builder *builder, const Graph *graph);
void export_crop(Builder *builder);
void export_reshape(Builder *builder);
void export_permute(Builder *builder);
void export_upsample(Builder *builder);
void export_pixel_shuffle(Builder *builder);
void export_pixel_unshuffle(Builder *builder);

/* pads.c */
void export_pad(Builder *builder);

/** A tensor of these extents with `lo` and `hi` elements around its axes.
 *  @param value   of a zero border
 *  @param output  its name; NULL: a new one
 *  @return the name of the result; `input` where nothing is added and no name is demanded */
const char *put_pad(Builder *builder, const char *output, const char *input, const Extents *extents,
                    const Extents *lo, const Extents *hi, Border border, double value);

/** A part of a tensor: on each axis `len` elements from `first` on, of `extents`.
 *  @param output  its name; NULL: a new one
 *  @return the name of the result; `input` where nothing is cut off and no name is demanded */
const char *put_slice(Builder *builder, const char *output, const char *input,
                      const Extents *extents, const Extents *first, const Extents *len);

/* What the windows of windows.c and pools.c have in common. */

/** Attributes of the last node: kernel_shape, strides, pads, and dilations where there are any.
 *  @param lo, hi  padding of each spatial axis; NULL: none */
void put_window(Builder *builder, const Extents *lo, const Extents *hi);

/** Padding of each spatial axis as the layer has it. */
Extents window_pad_lo(const Node *node);
Extents window_pad_hi(const Node *node);

#endif
