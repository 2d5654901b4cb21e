/* JSON documents of this room. */
#ifndef NETC_REPORT_JSON_OUT_H
#define NETC_REPORT_JSON_OUT_H

#include "base/text.h"

#include <jansson.h>

/** Appends the document, indented, with a newline, and gives it up. */
void json_out(Text *out, json_t *document);

#endif
