/* What a def is called. */
#ifndef NETC_IMPORT_DEF_NAMES_H
#define NETC_IMPORT_DEF_NAMES_H

#include "import/ir.h"

/** The name that blocks of this kind have in the literature, from what a def holds; "block" for
 * those that have none. A reader of the text knows it again.
 *  @param strides  it makes a picture smaller */
const char *def_kind(Import *im, const Def *def, bool strides);

#endif
