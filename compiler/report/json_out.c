/* JSON text. */
#include "report/json_out.h"

#include <stdlib.h>

void json_out(Text *out, json_t *document) {
    char *text = json_dumps(document, JSON_INDENT(2));
    text_puts(out, text);
    text_puts(out, "\n");
    free(text);
    json_decref(document);
}
