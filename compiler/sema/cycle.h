/* Cycles among the definitions of a file, for N0103. */
#ifndef NETC_SEMA_CYCLE_H
#define NETC_SEMA_CYCLE_H

#include "sema/analysis.h"

/** How the definition of `from` leads back to the one of `to`: "a → b → a", ending in `to`.
 *  @return NULL if it does not */
const char *find_cycle(Sema *sema, const Binding *from, const Binding *to);

#endif
