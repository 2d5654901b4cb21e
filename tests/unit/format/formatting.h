/* One text through the formatter, held to what holds for all texts. */
#ifndef NETC_TESTS_FORMAT_FORMATTING_H
#define NETC_TESTS_FORMAT_FORMATTING_H

#include "format/format.h"

/** The formatted text; NULL if `text` has faults. Ends the test, naming `name`, unless formatting
 *  it again changes nothing, the trees are equal, and it has the same comments in the same order,
 *  each before and behind the same words. */
const char *formatted(Arena *arena, const char *name, const char *text, size_t len);

/** The comments of a text, a line each, without the blanks at their ends. */
const char *comments_of(Arena *arena, const char *text, size_t len);

#endif
