/* Characters that look like ASCII and are not: what word processors, web pages and other keyboards
 * put where the language wants `*`, `-`, `"` or a plain letter. */
#ifndef NETC_SYNTAX_LOOKALIKE_H
#define NETC_SYNTAX_LOOKALIKE_H

#include <stdint.h>

/** The ASCII text that a non-ASCII character stands for: an operator, a bracket, a quote, a letter
 *  or digit, " " for a space, "" for what is invisible; NULL if it looks like none. */
const char *lookalike_find(uint32_t code_point);

#endif
