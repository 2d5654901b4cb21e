/* Layers -> fewer layers that say the same: what exporters take apart is put together again. */
#ifndef NETC_IMPORT_REWRITE_H
#define NETC_IMPORT_REWRITE_H

#include "import/ir.h"

/** Rewrites until nothing changes, takes out what no output needs, and reports layers that only
 *  made sense as part of a pattern. */
void rewrite_layers(Import *im);

/** Takes layers out of the list that no output needs, and counts the uses of the other values. */
void remove_dead_layers(Import *im);

#endif
