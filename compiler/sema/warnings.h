/* Which warnings are not given. */
#ifndef NETC_SEMA_WARNINGS_H
#define NETC_SEMA_WARNINGS_H

#include "base/diag.h"

/** Removes the warnings about what an error points at. */
void drop_warnings(Diags *diags);

#endif
