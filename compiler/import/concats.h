/* Concats that begin alike, one on top of the other. */
#ifndef NETC_IMPORT_CONCATS_H
#define NETC_IMPORT_CONCATS_H

#include "import/ir.h"

/** A concat whose first inputs are all those of an earlier one takes that one's result instead:
 *
 *      u = concat(a, b); v = concat(a, b, c)  ->  u = concat(a, b); v = concat(u, c)
 *
 *  Dense blocks are written either way; only so do their layers look alike. */
void stack_concats(Import *im);

#endif
