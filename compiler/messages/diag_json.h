/* Diagnostics as JSON lines (FORMATS.md): one object a line, every member in each. */
#ifndef NETC_MESSAGES_DIAG_JSON_H
#define NETC_MESSAGES_DIAG_JSON_H

#include "base/diag.h"

#include <jansson.h>

/** Appends the line of one diagnostic.
 *  @param file  the file that was asked for, of which a message without a place speaks */
void diag_print_json(Text *out, const Diag *diag, Sources *sources, const char *file);

/** Appends the line that says how many more diagnostics of `file` are not printed. */
void diag_print_json_rest(Text *out, const char *file, size_t n);

/** The facts of a message as an object. */
json_t *facts_json(Arena *scratch, const Fact *facts);

#endif
