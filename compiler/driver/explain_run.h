/* The compiler as the pages of `netc explain` see it. */
#ifndef NETC_DRIVER_EXPLAIN_RUN_H
#define NETC_DRIVER_EXPLAIN_RUN_H

#include "explain/explain.h"

/** An explainer that checks programs as `netc check` does, in memory. */
Explainer explain_with_front(Arena *arena, bool colour);

/** The page of a code as Markdown, with what the compiler says of its programs. Lives in `arena`.
 */
const char *explain_code_markdown(Arena *arena, DiagCode code);

#endif
