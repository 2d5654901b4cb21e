/* Layers that are written as others, where the model says which they are (stated.h). */
#ifndef NETC_IMPORT_SAID_LAYERS_H
#define NETC_IMPORT_SAID_LAYERS_H

#include "import/ir.h"

/** Makes of every layer the one that it is said to be, if it can be that. */
void say_layers(Import *im);

#endif
