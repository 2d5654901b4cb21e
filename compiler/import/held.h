/* Initializers that the network holds as values: layers `constant`. */
#ifndef NETC_IMPORT_HELD_H
#define NETC_IMPORT_HELD_H

#include "import/ir.h"

/** True for numbers that the layer can hold: real ones with 1 to MAX_RANK axes. */
bool may_be_held(const Constant *numbers);

/** The layer that gives these numbers, which may be held.
 *  @param onnx  what the model calls them
 *  @param axes  their names */
Value *hold_constant(Import *im, const char *onnx, const Constant *numbers,
                     const char *const *axes);

#endif
