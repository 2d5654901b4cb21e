/* Pictures with the channels last, as cameras and Keras have them: models turn them first of all.
 */
#ifndef NETC_IMPORT_TURNED_H
#define NETC_IMPORT_TURNED_H

#include "import/ir.h"

/** Finds the tensors that reach, through nothing but operators that keep the axes, a Transpose that
 * brings their last axis to second place.
 *  @param order  the nodes in the order of the data
 *  @return the names of these */
const struct NameTable *find_turned(Import *im, const size_t *order);

#endif
