/* The parameters of the layers as a .safetensors file. */
#ifndef NETC_IMPORT_WEIGHTS_H
#define NETC_IMPORT_WEIGHTS_H

#include "import/ir.h"

/** Gives every parameter its key, ties those that are one initializer, and describes the file.
 *  Numbers that the model has as the file wants them are not copied. */
void weights_collect(Import *im, ImportResult *out);

#endif
