/* The statements of a file, one after the other. */
#ifndef NETC_SEMA_ITEMS_H
#define NETC_SEMA_ITEMS_H

#include "sema/analysis.h"

/** Analyses every item in order and builds the graph. */
void analyse_items(Sema *sema);

/** Parts of it, for imported files: a let, in the current scope. */
void analyse_let(Sema *sema, const AstItem *item);

#endif
