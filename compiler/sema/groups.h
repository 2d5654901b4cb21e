/* Groups of channels: g divides the channels of the input, and those of the output. */
#ifndef NETC_SEMA_GROUPS_H
#define NETC_SEMA_GROUPS_H

#include "sema/attr_values.h"

/** Reports N0340 unless g >= 1 divides both x.C and c; true if it does. */
bool groups_divide(Sema *sema, const LayerCall *call, int64_t g, int64_t c);

/** The same where the output has the channels of the input. */
bool group_divides(Sema *sema, const LayerCall *call, int64_t g);

#endif
