/* N0312: why two tensors that are to stand side by side have different sizes. */
#ifndef NETC_SEMA_EXPLAIN_JOIN_H
#define NETC_SEMA_EXPLAIN_JOIN_H

#include "sema/explain_sides.h"

/** Reports that `first` and `other` differ on axes other than `axis`. Where one of them undoes a
 *  convolution or pool by a transposed layer that forgets its size, the help says so. */
void explain_join(Sema *sema, const LayerCall *call, int axis, const Operand *first,
                  const Operand *other, const bool *differs);

/** Offers what makes a transposed layer undo the one on the way from the other value, along the
 *  axes that differ.
 *  @return false if neither value is made by such a layer: nothing is said */
bool explain_skips(Sema *sema, Diag *diag, const Value *a, const Value *b, const bool *differs);

#endif
