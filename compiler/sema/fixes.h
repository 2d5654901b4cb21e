/* Every fix is tried before it is shown. */
#ifndef NETC_SEMA_FIXES_H
#define NETC_SEMA_FIXES_H

#include "base/file.h"
#include "sema/analysis.h"

/** Applies the edits of each help to the source, analyses the result, and takes the help back
 *  unless the fault is gone and the edits make no new error. */
void check_fixes(Sema *sema);

/** The text of the file called `path` as the fix that is tried leaves it.
 *  @return false if the analysis whose fix it is has not read the file */
bool fix_source(const struct Fix *fix, const char *path, Bytes *out);

#endif
