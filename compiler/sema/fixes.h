/* Every fix is tried before it is shown. */
#ifndef NETC_SEMA_FIXES_H
#define NETC_SEMA_FIXES_H

#include "sema/analysis.h"

/** Applies the edits of each help to the source, analyses the result, and takes the help back
 *  unless the fault is gone and the edits make no new error. */
void check_fixes(Sema *sema);

#endif
