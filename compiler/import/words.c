/* Names and numbers as they are shown and written. */
#include "import/words.h"

#include "base/text.h"

#include <stdlib.h>
#include <string.h>

static const char *const keywords[] = {"net",    "model",   "import", "as", "let", "def",  "return",
                                       "output", "weights", "repeat", "in", "of",  "input"};

bool is_language_word(const char *name) {
    for (size_t i = 0; i < sizeof keywords / sizeof *keywords; i++)
        if (strcmp(keywords[i], name) == 0) return true;
    return false;
}

const char *quoted(Arena *arena, const char *name) {
    enum { LONGEST = 120 };
    size_t len = strlen(name), shown = len < LONGEST ? len : LONGEST;
    while (shown < len && ((unsigned char)name[shown] & 0xC0) == 0x80) shown--; /* no half letter */
    Text text = text_in(arena);
    text_puts(&text, "`");
    text_quote(&text, name, shown);
    text_puts(&text, shown < len ? "...`" : "`");
    return text_str(&text);
}

const char *number_text(Arena *arena, float number) {
    const char *text = "0";
    for (int digits = 1; digits <= 9; digits++) {
        text = arena_printf(arena, "%.*g", digits, (double)number);
        if (strtof(text, NULL) == number) break;
    }
    const char *e = strchr(text, 'e');
    if (!e) return text;
    /* %g writes 1e-05 and 1e+20 */
    return arena_printf(arena, "%.*se%ld", (int)(e - text), text, strtol(e + 1, NULL, 10));
}

const char *sizes_text(Arena *arena, int rank, const int64_t *extent) {
    Text text = text_in(arena);
    for (int i = 0; i < rank; i++) {
        text_puts(&text, i ? "x" : "");
        if (extent[i] < 0)
            text_puts(&text, "?");
        else
            text_printf(&text, "%lld", (long long)extent[i]);
    }
    return text_str(&text);
}

const char *axes_text(Arena *arena, int n, const int64_t *numbers, int64_t fallback) {
    bool equal = true, usual = true;
    for (int i = 0; i < n; i++) {
        equal = equal && numbers[i] == numbers[0];
        usual = usual && numbers[i] == fallback;
    }
    return usual ? "" : sizes_text(arena, equal ? 1 : n, numbers);
}

static const char *pair_text(Arena *arena, int64_t lo, int64_t hi) {
    if (lo == hi) return arena_printf(arena, "%lld", (long long)lo);
    return arena_printf(arena, "(%lld, %lld)", (long long)lo, (long long)hi);
}

const char *pads_text(Arena *arena, int n, const char *const *names, const int64_t *lo,
                      const int64_t *hi) {
    bool equal = true, none = true;
    for (int i = 0; i < n; i++) {
        equal = equal && lo[i] == lo[0] && hi[i] == hi[0];
        none = none && lo[i] == 0 && hi[i] == 0;
    }
    if (none) return "";
    if (equal) return pair_text(arena, lo[0], hi[0]);
    Text text = text_in(arena);
    for (int i = 0; i < n; i++)
        text_printf(&text, "%s%s: %s", i ? ", " : "{", names[i], pair_text(arena, lo[i], hi[i]));
    text_puts(&text, "}");
    return text_str(&text);
}
