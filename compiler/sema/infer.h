/* The rules of the layers: from a call with its inputs to a node of the graph and its type.
 *
 * Every rule reports its faults and then gives a failed tensor with what is certain of its type,
 * so that an assertion can complete it. */
#ifndef NETC_SEMA_INFER_H
#define NETC_SEMA_INFER_H

#include "sema/attr_values.h"
#include "sema/scope.h"

/** A tensor expression: names, layers, stages, `+`, assertions. One that has several results is
 *  refused (N0109). */
Tensor infer_expr(Sema *sema, const AstExpr *expr);

/** The same where several results may stand. */
Tensor infer_results(Sema *sema, const AstExpr *expr);

/** A layer applied to its arguments, `piped` (NULL: none) being the first. `assertion` is the next
 *  one among the stages behind it, or NULL: if it is of this stage, unknowns are solved from it. */
Tensor infer_call(Sema *sema, const AstExpr *expr, const Tensor *piped, const AstExpr *assertion);

/** The rules, for a call whose input is healthy and whose arguments were gathered. */
Tensor infer_conv(Sema *sema, LayerCall *call);
Tensor infer_tconv(Sema *sema, LayerCall *call);
Tensor infer_pool(Sema *sema, LayerCall *call);
Tensor infer_dense(Sema *sema, LayerCall *call);
Tensor infer_constant(Sema *sema, LayerCall *call);
Tensor infer_flatten(Sema *sema, LayerCall *call);
Tensor infer_reshape(Sema *sema, LayerCall *call);
Tensor infer_permute(Sema *sema, LayerCall *call);
Tensor infer_upsample(Sema *sema, LayerCall *call);
Tensor infer_pixel_shuffle(Sema *sema, LayerCall *call);
Tensor infer_pixel_unshuffle(Sema *sema, LayerCall *call);
Tensor infer_concat(Sema *sema, LayerCall *call);
Tensor infer_split(Sema *sema, LayerCall *call);
Tensor infer_crop(Sema *sema, LayerCall *call);
Tensor infer_pad(Sema *sema, LayerCall *call);
Tensor infer_pointwise(Sema *sema, LayerCall *call);
Tensor infer_channel(Sema *sema, LayerCall *call);
Tensor infer_norm(Sema *sema, LayerCall *call);
Tensor infer_scale(Sema *sema, LayerCall *call);
Tensor infer_gelu(Sema *sema, LayerCall *call);
Tensor infer_two(Sema *sema, LayerCall *call);
Tensor infer_softmax(Sema *sema, LayerCall *call);
Tensor infer_argmax(Sema *sema, LayerCall *call);
Tensor infer_matmul(Sema *sema, LayerCall *call);
Tensor infer_join(Sema *sema, const AstExpr *expr, OpKind op, const Tensor *left,
                  const Tensor *right);

/** value -> sizes. */
Tensor infer_assertion(Sema *sema, const AstExpr *expr, const Tensor *value);

/** N0350 unless a tensor of `type`, called `what`, is within the limits of extents and elements. */
bool within_limits(Sema *sema, const char *what, Span span, const TensorType *type);

/** Adds a node that makes a value of `type`, named by the layer's path until the bind names it;
 *  `path` is of the layer, `expr` the call or the sum. Refuses what is over the limits (N0350).
 *  @return NULL if refused: reported */
Node *add_layer(Sema *sema, OpKind op, const char *path, const AstExpr *expr,
                const TensorType *type);

/** The path of a layer of the definition that is being analysed: its label, or "c1.conv". */
const char *layer_path(Sema *sema, const AstLabel *label, const char *layer);

/** A number in the place of a tensor: conv(x, 64). */
bool is_nameless(Sema *sema, const AstArg *arg);

/** N0207, in one message for all such numbers of the call and what else stands there that is no
 *  tensor: a pair, a string. @return NULL if there is none */
Diag *report_numbers(Sema *sema, const AstExpr *call);

/** The n-th positional argument of the call, `piped` counted: what a message points at; NULL beyond
 *  the last. */
const AstExpr *tensor_expr(const LayerCall *call, int n);

/** True if a tensor of the call failed, or there is none. */
bool any_failed(const LayerCall *call);

/** The result of a layer of which nothing is known but its input. */
Tensor unknown_result(Sema *sema, const LayerCall *call);

/** What a path in the place of a layer means.
 *  @return false if it means none: reported (N0201); true with both parts NULL where it was
 *          reported elsewhere */
bool require_layer(Sema *sema, const AstPath *callee, LayerRef *out);

/** A failed call: `known` is what is certain of its type. */
Tensor call_failed(Sema *sema, const LayerCall *call, const TensorType *known);

/** N0313 if the input has no spatial axis. */
bool require_spatial(Sema *sema, const LayerCall *call);

/** N0308 unless the data reach as far as they are to stand around themselves: `lo` before and `hi`
 *  behind each spatial axis. */
bool border_reaches(Sema *sema, const LayerCall *call, Border border, const int64_t *lo,
                    const int64_t *hi);

/** Reads [N: 1, C: 3, H: 224, W: 224]; `out` is a type without axes.
 *  @return false if it is not that, or over the limits: reported */
bool read_axes(Sema *sema, const AstExpr *axes, TensorType *out);

/** True if both have the same axes in the same order, whatever their extents. */
bool same_axes(const TensorType *a, const TensorType *b);

/** N0314, if both have the same axes in another order; the help permutes `other`, which `expr`
 *  gives.
 *  @return NULL if that is not so */
Diag *report_order(Sema *sema, Span where, const Value *first, const Value *other,
                   const AstExpr *expr);

/** The type with C (0: unknown) channels and the given spatial extents (NULL: unknown) on the axes
 *  of the input, healthy or failed; rank 0 if nothing is known of the input. */
TensorType type_like_input(const LayerCall *call, int64_t c, const int64_t *spatial);

#endif
