/* Source and file names may hold any bytes; what JSON cannot say is quoted as \xNN. */
#include "messages/json_text.h"

#include "base/text.h"
#include "base/utf8.h"

#include <string.h>

static bool can_say(const char *bytes) {
    size_t len = strlen(bytes);
    for (size_t i = 0; i < len;) {
        size_t n = utf8_length(bytes + i, len - i);
        if (n == 0) return false;
        i += n;
    }
    return true;
}

bool json_can_say_help(const DiagHelp *help) {
    for (size_t i = 0; i < help->edits.len; i++)
        if (!can_say(help->edits.at[i].text)) return false;
    return true;
}

json_t *json_exact(Arena *scratch, const char *bytes) {
    return can_say(bytes) ? json_string(bytes) : json_shown(scratch, bytes);
}

json_t *json_shown(Arena *scratch, const char *bytes) {
    Text text = text_in(scratch);
    for (const char *line = bytes; line;) {
        const char *end = strchr(line, '\n');
        text_quote(&text, line, end ? (size_t)(end - line) : strlen(line));
        if (end) text_puts(&text, "\n");
        line = end ? end + 1 : NULL;
    }
    return json_string(text_str(&text));
}
