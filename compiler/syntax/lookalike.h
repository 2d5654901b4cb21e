/* Characters that look like ASCII and are not: what word processors, web pages and other keyboards
 * put where the language wants `*`, `-`, `"` or a plain letter. */
#ifndef NETC_SYNTAX_LOOKALIKE_H
#define NETC_SYNTAX_LOOKALIKE_H

#include <stdint.h>

/** The ASCII text that a non-ASCII character stands for. */
typedef struct Lookalike {
    char ascii[3]; /* an operator, bracket, quote, letter or digit; " " for a space, "" for what is
                      invisible */
    char found;    /* false: the character looks like none of them */
} Lookalike;

/** What a character of two bytes or more looks like. */
Lookalike lookalike_find(uint32_t code_point);

#endif
