/* The files that stand beside the programs of a page. */
#ifndef NETC_EXPLAIN_FIXTURE_H
#define NETC_EXPLAIN_FIXTURE_H

#include "explain/page.h"
#include "sema/sema.h"

/** Makes the file of a fixture block.
 *  @return NULL, or what is wrong with it, in words */
const char *fixture_make(Arena *arena, const Block *block, SemaFile *out);

#endif
