/* What the machine and the options allow. */
#ifndef NETC_DRIVER_LIMITS_H
#define NETC_DRIVER_LIMITS_H

#include "driver/options.h"

/** Most bytes of memory: --max-memory, or half of the machine's. */
size_t limit_memory(const Options *options);

#endif
