/* Reading 224x192. */
#include "driver/sizes.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

bool sizes_read(const char *text, Sizes *out) {
    *out = (Sizes){.text = text, .sought = strcmp(text, "?") == 0};
    if (out->sought) return true;
    const char *at = text;
    for (;;) {
        char *end;
        if (out->n == MAX_SPATIAL || !isdigit((unsigned char)*at)) return false;
        errno = 0;
        long long number = strtoll(at, &end, 10);
        if (errno || number < 1 || number > MAX_EXTENT) return false;
        out->at[out->n++] = number;
        if (*end == '\0') return true;
        if (*end != 'x') return false;
        at = end + 1;
    }
}
