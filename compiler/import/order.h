/* The nodes of a model in the order of the data, and whether the model hangs together. */
#ifndef NETC_IMPORT_ORDER_H
#define NETC_IMPORT_ORDER_H

#include "import/ir.h"

/** The numbers of all nodes, each behind those that make its inputs, as near to the file's order as
 *  can be.
 *  @return n_nodes numbers; NULL after reports: values made twice, missing, or in a circle */
const size_t *order_nodes(Import *im);

#endif
