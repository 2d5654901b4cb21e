/* Borders that a model has as layers of their own. */
#ifndef NETC_IMPORT_BORDERS_H
#define NETC_IMPORT_BORDERS_H

#include "import/ir.h"

/** Makes one layer of this one and of those before it, if they are one.
 *  @return true if something changed */
bool join_borders(Import *im, Layer *layer);

#endif
