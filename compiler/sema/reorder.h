/* The fix of N0103: definition and use change places. */
#ifndef NETC_SEMA_REORDER_H
#define NETC_SEMA_REORDER_H

#include "sema/scope.h"

/** Adds the way out to the message that `use` stands before `binding` is defined: an edit where
 *  whole lines can be moved. */
void offer_reorder(Sema *sema, Diag *diag, const AstName *use, const Binding *binding);

#endif
