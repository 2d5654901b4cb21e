/* Why a value has the size it has, and what would give it another (N0310). */
#ifndef NETC_SEMA_EXPLAIN_SIZE_H
#define NETC_SEMA_EXPLAIN_SIZE_H

#include "sema/window.h"

/** The layer that gave a value its size; the elementwise layers after it keep it. NULL: none. */
const Node *sizing_node(const Value *value);

/** A value and what it is called where it meets another. */
typedef struct Side {
    const Value *value;
    const char *name;
} Side;

/** Adds how two values came to different extents along `axis`: for each the relationship of the
 *  layer that last changed it, if a window did, and the trace; of one that the other was made of,
 *  the other's trace tells. */
void explain_extents(Sema *sema, Diag *diag, const Side *a, const Side *b, const char *axis);

/** Adds the relationship of the layer that made `value`, the trace, and the single edits that give
 *  the wanted extents on the axes `differs`. */
void explain_size(Sema *sema, Diag *diag, const Value *value, const int64_t *wanted,
                  const bool *differs);

#endif
