/* Which warnings are shown: -W options and `# netc: allow W0704` comments. */
#ifndef NETC_DRIVER_WARNINGS_H
#define NETC_DRIVER_WARNINGS_H

#include "base/diag.h"
#include "driver/options.h"

/** Takes out the warnings that the options or a comment on their line silence, and turns the others
 *  into errors where -Werror says so. */
void warnings_filter(Diags *diags, const Options *options);

#endif
