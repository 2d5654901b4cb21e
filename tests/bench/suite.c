/* One line is one case; a column too few or a number that is none is an error with its line. */
#include "suite.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum {
    COL_NAME,
    COL_SOURCE,
    COL_FLOOR,
    COL_MACS,
    COL_COUNTED,
    COL_BYTES,
    COL_NETWORK,
    COL_OPS,
    COLUMNS
};

static bool read_count(const char *text, int64_t *out) {
    char *end;
    errno = 0;
    long long n = strtoll(text, &end, 10);
    *out = n;
    return end != text && *end == '\0' && n >= 0 && errno == 0;
}

static bool read_floor(const char *text, Case *out) {
    char *end;
    if (strcmp(text, "-") == 0) return true;
    if (strcmp(text, "ort") == 0) {
        out->floor = FLOOR_PEER;
        return true;
    }
    out->floor = FLOOR_SHARE;
    out->floor_share = (double)strtol(text, &end, 10) / 100;
    return end != text && strcmp(end, "%") == 0 && out->floor_share > 0;
}

/* Cuts `text` at the next `byte`; gives what follows it, or NULL at the end. */
static char *cut(char *text, char byte) {
    char *at = strchr(text, byte);
    if (!at) return NULL;
    *at = '\0';
    return at + 1;
}

static bool read_line(char *line, Case *out) {
    char *columns[COLUMNS];
    for (int i = 0; i < COLUMNS; i++) {
        if (!line) return false;
        columns[i] = line;
        line = cut(line, '\t');
    }
    *out = (Case){
        .name = columns[COL_NAME], .network = columns[COL_NETWORK], .operators = columns[COL_OPS]};
    return !line && read_floor(columns[COL_FLOOR], out) &&
           read_count(columns[COL_MACS], &out->macs) &&
           read_count(columns[COL_COUNTED], &out->macs_counted) &&
           read_count(columns[COL_BYTES], &out->bytes);
}

const char *suite_read(Arena *arena, const char *text, Suite *out) {
    int number = 0;
    for (char *line = arena_strdup(arena, text), *next; line && *line; line = next) {
        next = cut(line, '\n');
        number++;
        Case item;
        if (!read_line(line, &item)) return arena_printf(arena, "line %d is not a case", number);
        VEC_PUSH(arena, out, item);
    }
    return NULL;
}
