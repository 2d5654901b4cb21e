/* Running the back end as a process of its own, under limits. */
#ifndef NETC_DRIVER_SUPERVISE_H
#define NETC_DRIVER_SUPERVISE_H

#include "driver/options.h"

/** Starts netc-backend with the arguments of this process and waits for its end. Limits: CPU time
 *  and memory as the options say; a little more than three times the CPU time by the clock. A back
 *  end that dies becomes a message, and its temporary files are removed.
 *  @return its exit status, or STATUS_INTERNAL */
ExitStatus supervise(Arena *arena, const Options *options, char *const *argv);

#endif
