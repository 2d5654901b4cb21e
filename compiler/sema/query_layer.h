/* The rule that stands for a layer's own where a layer is asked about (query.h). */
#ifndef NETC_SEMA_QUERY_LAYER_H
#define NETC_SEMA_QUERY_LAYER_H

#include "sema/infer.h"

/** Reads the layer into the query of the analysis. Its result is its input,
 *  so that the program is whole. */
Tensor query_layer(Sema *sema, LayerCall *call);

#endif
