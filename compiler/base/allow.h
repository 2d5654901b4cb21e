/* Comments that silence warnings: `# netc: allow W0704`. */
#ifndef NETC_BASE_ALLOW_H
#define NETC_BASE_ALLOW_H

#include "base/diag.h"

/** True if a comment on a line that the place of a warning touches allows it. */
bool warning_is_allowed(DiagCode code, Span where, Sources *sources);

#endif
