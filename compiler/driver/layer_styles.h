/* The table of layers as `format` wants it: names, order and defaults of attributes. */
#ifndef NETC_DRIVER_LAYER_STYLES_H
#define NETC_DRIVER_LAYER_STYLES_H

#include "format/format.h"

/** The layers of the language (sema/attrs.def), in `arena`. */
LayerStyles layer_styles(Arena *arena);

#endif
