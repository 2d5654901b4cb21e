/* What an output was made of, as a rule for make and ninja. */
#ifndef NETC_DRIVER_DEPFILE_H
#define NETC_DRIVER_DEPFILE_H

#include "base/source.h"
#include "base/text.h"

#include <stdbool.h>

/** Appends `target: sources and weight files`, and an empty rule for each but the first source, so
 *  that a file that is gone does not stop make.
 *  @return false if a name cannot stand in such a rule: it has a line end */
bool depfile_print(Text *out, const char *target, const Sources *sources);

#endif
