/* Parameters of layers: shapes, keys, and where their numbers come from. */
#ifndef NETC_SEMA_PARAMS_H
#define NETC_SEMA_PARAMS_H

#include "sema/infer.h"

/** Gives a CONV, TCONV or DENSE node its weight and bias (N0404, N0350); the sources are found by
 *  params_resolve.
 *  @param c  output channels */
void params_add(Sema *sema, const LayerCall *call, Node *node, int64_t c);

/** Finds the source of every parameter: the layer's own, else the `weights` line (N0501 .. N0507,
 *  W0711). */
void params_resolve(Sema *sema);

#endif
