/* What the directives of a page stand for, as Markdown. */
#ifndef NETC_EXPLAIN_DIRECTIVE_H
#define NETC_EXPLAIN_DIRECTIVE_H

#include "explain/explain.h"

/** Appends what `directive` shows of a program that was run.
 *  @param page  its name is the layer's for {attributes}
 *  @param run   NULL if the page has no program yet
 *  @return NULL, or why there is nothing to show, in words */
const char *directive_print(const Explainer *explainer, const Page *page, Directive directive,
                            const ExplainRun *run, Text *out);

#endif
