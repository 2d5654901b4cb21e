/* The axes that values have in the program, where the model says them (stated.h). */
#ifndef NETC_IMPORT_LAYOUTS_H
#define NETC_IMPORT_LAYOUTS_H

#include "import/ir.h"

/** Gives every value the axes that it has in the program, so that transpositions and axes of one
 *  element which ONNX's operators needed go. Whatever the model says, the network stays the same:
 *  where it does not fit, a value keeps the axes that it has. */
void lay_out(Import *im);

#endif
