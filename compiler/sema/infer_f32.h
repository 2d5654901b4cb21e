/* Element types: edition 1 computes in f32. A u8 is the input of `f32` and of nothing else. */
#ifndef NETC_SEMA_INFER_F32_H
#define NETC_SEMA_INFER_F32_H

#include "sema/attrs.h"

/** u8 -> f32, the same whole numbers. */
Tensor infer_f32(Sema *sema, LayerCall *call);

/** N0603 unless every tensor of the call is f32 or failed, but for `f32` itself. The help puts
 * `f32` behind what is given, in a def behind what the use gives. */
bool call_takes_types(Sema *sema, const LayerCall *call);

/** The same for both sides of an operator, and for what an output is. */
bool join_takes_types(Sema *sema, const AstExpr *expr, const char *sign, const Tensor *left,
                      const Tensor *right);
bool output_takes_type(Sema *sema, const AstItem *item, const Tensor *tensor);

#endif
