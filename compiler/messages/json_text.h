/* Strings for JSON, which must be well-formed UTF-8 and may hold no NUL. */
#ifndef NETC_MESSAGES_JSON_TEXT_H
#define NETC_MESSAGES_JSON_TEXT_H

#include "base/diag.h"

#include <jansson.h>
#include <stdbool.h>

/** True if the edits can stand in JSON as they are; quoted, they would be other edits. */
bool json_can_say_help(const DiagHelp *help);

/** A string as it is; where its bytes are no UTF-8, quoted as in text (text_quote). */
json_t *json_exact(Arena *scratch, const char *bytes);

/** A string as text shows it: what a terminal would obey is quoted, save line ends. */
json_t *json_shown(Arena *scratch, const char *bytes);

#endif
