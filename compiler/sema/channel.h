/* Layers with numbers for each channel. */
#ifndef NETC_SEMA_CHANNEL_H
#define NETC_SEMA_CHANNEL_H

#include "sema/attr_values.h"

/** Reports an input without channels (N0313). */
bool require_channels(Sema *sema, const LayerCall *call);

/** Warns of batchnorms that cannot be folded (W0713) and of biases that they make redundant
 *  (W0707), once the whole graph is there. */
void warn_batchnorms(Sema *sema);

#endif
