/* Why a value has the size it has, and what would give it another (N0310). */
#ifndef NETC_SEMA_EXPLAIN_SIZE_H
#define NETC_SEMA_EXPLAIN_SIZE_H

#include "sema/window.h"

/** The layer that gave a value its size; the elementwise layers after it keep it. NULL: none. */
const Node *sizing_node(const Value *value);

/** Adds the relationship that gave `value` its extent along `axis`, if a window did, and the
 *  trace. */
void explain_extent(Sema *sema, Diag *diag, const Value *value, const char *axis);

/** Adds the relationship of the layer that made `value`, the trace, and the single edits that give
 *  the wanted extents on the axes `differs`. */
void explain_size(Sema *sema, Diag *diag, const Value *value, const int64_t *wanted,
                  const bool *differs);

#endif
