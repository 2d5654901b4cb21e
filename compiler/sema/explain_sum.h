/* N0311: the shortcut of a residual block that is to become as small as its other branch. */
#ifndef NETC_SEMA_EXPLAIN_SUM_H
#define NETC_SEMA_EXPLAIN_SUM_H

#include "sema/infer.h"

/** Offers a 1×1 convolution on the side of a sum or difference that has the larger image, or the
 *  same with other channels; on the one that is a name, if the other is a branch of layers. Both
 * have the same axes in the same order. */
void offer_projection(Sema *sema, Diag *diag, const AstExpr *expr, const TensorType *left,
                      const TensorType *right);

/** Offers `scale` for a product of which one side has one number for each image and channel of the
 *  other, as in squeeze-and-excitation. */
void offer_scale_by(Sema *sema, Diag *diag, const AstExpr *expr, const TensorType *left,
                    const TensorType *right);

#endif
