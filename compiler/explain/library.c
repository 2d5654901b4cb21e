/* The library is in the style of `netc fmt`: a def begins in column 1 and ends with the line of its
 * closing bracket, which is the first one of a def of one line, else the one in column 1. */
#include "explain/library.h"

#include "explain/page.h"

#include <string.h>

static const char *line_after(const char *line) {
    const char *end = strchr(line, '\n');
    return end ? end + 1 : line + strlen(line);
}

static bool ends_in_bracket(const char *line, const char *next) {
    return next - line >= 2 && next[-2] == '}';
}

LibraryDefs library_defs(Arena *arena) {
    LibraryDefs defs = {0};
    for (const char *line = library_source, *next; *line; line = next) {
        next = line_after(line);
        if (strncmp(line, "def ", 4) != 0) continue;
        const char *last = line;
        while (*last && *last != '}' && !ends_in_bracket(last, line_after(last)))
            last = line_after(last);
        next = line_after(last);
        LibraryDef def = {.name = arena_strndup(arena, line + 4, strcspn(line + 4, "(")),
                          .text = arena_strndup(arena, line, (size_t)(next - line))};
        VEC_PUSH(arena, &defs, def);
    }
    return defs;
}
