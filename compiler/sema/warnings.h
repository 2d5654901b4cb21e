/* Which warnings are not given. */
#ifndef NETC_SEMA_WARNINGS_H
#define NETC_SEMA_WARNINGS_H

#include "sema/analysis.h"

/** Moves the warnings about what an error points at from sema->diags to sema->dropped. */
void drop_warnings(Sema *sema);

#endif
