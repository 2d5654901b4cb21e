/* Comments that silence warnings: `# netc: allow W0704`. */
#ifndef NETC_BASE_ALLOW_H
#define NETC_BASE_ALLOW_H

#include "base/diag.h"

/** True if a comment on a line that the warning's place touches allows it. */
bool warning_is_allowed(const Diag *diag, Sources *sources);

#endif
