/* N0311, N0312: two images that are to be of one size. */
#ifndef NETC_SEMA_EXPLAIN_SIDES_H
#define NETC_SEMA_EXPLAIN_SIDES_H

#include "sema/infer.h"

/** A tensor, and what stands for it in the program. */
typedef struct Operand {
    const AstExpr *expr; /* NULL: nothing that an edit could reach */
    const Value *value;
} Operand;

/** Where one image is as large as the other along every spatial axis or larger, and all else is
 *  equal but the axis `aside`: offers to crop the large one or to pad the small one. Both have the
 *  same axes in the same order. */
void offer_equal_sides(Sema *sema, Diag *diag, const Operand *a, const Operand *b, int aside);

/** Offers to concatenate the two names of a sum whose channels differ, and nothing else. */
void offer_concat(Sema *sema, Diag *diag, const AstExpr *sum, const TensorType *left,
                  const TensorType *right);

#endif
