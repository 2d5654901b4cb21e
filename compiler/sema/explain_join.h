/* N0312: why two tensors that are to stand side by side have different sizes. */
#ifndef NETC_SEMA_EXPLAIN_JOIN_H
#define NETC_SEMA_EXPLAIN_JOIN_H

#include "sema/infer.h"

/** Reports that `first` and `other` differ on axes other than `axis`. Where one of them undoes a
 *  convolution or pool by a transposed layer that forgets its size, the help says so. */
void explain_join(Sema *sema, const LayerCall *call, int axis, const Value *first,
                  const Value *other, const bool *differs);

#endif
