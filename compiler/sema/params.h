/* Parameters of layers: shapes, keys, and where their numbers come from. */
#ifndef NETC_SEMA_PARAMS_H
#define NETC_SEMA_PARAMS_H

#include "sema/infer.h"

/** Takes the path of a layer with parameters, be it healthy or failed: N0404. */
void params_claim_path(Sema *sema, const LayerCall *call);

/** Gives a CONV, TCONV or DENSE node its weight and bias (N0350); the sources are found by
 *  params_resolve.
 *  @param c  output channels */
void params_add(Sema *sema, const LayerCall *call, Node *node, int64_t c);

/** Gives a CONSTANT node its value. */
void params_add_value(Sema *sema, const LayerCall *call, Node *node);

/** Gives a node its parameters that have one number for each channel of the input: those of its
 *  layer that are not `none`. */
void params_add_channels(Sema *sema, const LayerCall *call, Node *node);

/** Finds the source of every parameter: the layer's own, else the `weights` line (N0501 .. N0507,
 *  W0711). */
void params_resolve(Sema *sema);

#endif
