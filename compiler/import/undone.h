/* Transposed layers that undo a layer of the encoder: `tconv(of L)`. */
#ifndef NETC_IMPORT_UNDONE_H
#define NETC_IMPORT_UNDONE_H

#include "import/ir.h"
#include "import/statements.h"

/** Finds for every tconv the last layer before it, among those its input depends on, whose geometry
 * is the same and which makes of the tconv's result its input: Layer.undoes. */
void find_undone(Import *im);

/** What the text calls the layers that are undone, once values have their names: Layer.of. A layer
 * that has no name by which the language finds it stays as it was. */
void name_undone(Import *im, const Statements *all);

#endif
