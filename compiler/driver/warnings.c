/* The filter of warnings. A comment is found by scanning its line: a # outside a string, which
 * cannot go on over the end of a line. */
#include "driver/warnings.h"

#include <string.h>

/* What follows # on a line, or NULL. */
static const char *find_comment(const char *line, size_t len, size_t *comment_len) {
    bool in_string = false;
    for (size_t i = 0; i < len; i++) {
        if (in_string && line[i] == '\\') {
            i++;
        } else if (line[i] == '"') {
            in_string = !in_string;
        } else if (line[i] == '#' && !in_string) {
            *comment_len = len - i - 1;
            return line + i + 1;
        }
    }
    return NULL;
}

static size_t skip_blanks(const char *text, size_t i, size_t len) {
    while (i < len && (text[i] == ' ' || text[i] == '\t')) i++;
    return i;
}

/* True if the comment is `netc: allow CODE, CODE...` with this code. */
static bool comment_allows(const char *text, size_t len, const char *code) {
    static const char *const words[] = {"netc:", "allow"};
    size_t i = 0;
    for (int w = 0; w < 2; w++) {
        size_t n = strlen(words[w]);
        i = skip_blanks(text, i, len);
        if (len - i < n || memcmp(text + i, words[w], n) != 0) return false;
        i += n;
    }
    size_t n = strlen(code);
    for (;;) {
        i = skip_blanks(text, i, len);
        size_t begin = i;
        while (i < len && strchr(", \t", text[i]) == NULL) i++;
        if (i - begin == n && memcmp(text + begin, code, n) == 0) return true;
        i = skip_blanks(text, i, len);
        if (i == len || text[i] != ',') return false;
        i++;
    }
}

/* True if a line that the warning's place touches allows it. */
static bool is_allowed(const Diag *diag, Sources *sources) {
    if (!diag->has_span) return false;
    Span span = diag->primary.span;
    uint32_t last =
        source_place(sources, span.file, span.end > span.begin ? span.end - 1 : span.end).line;
    for (uint32_t at = source_place(sources, span.file, span.begin).line; at <= last; at++) {
        size_t len, comment_len;
        const char *line = source_line(sources, span.file, at, &len);
        const char *comment = find_comment(line, len, &comment_len);
        if (comment && comment_allows(comment, comment_len, diag_code_name(diag->code)))
            return true;
    }
    return false;
}

static bool is_wanted(const Diag *diag, const Options *options) {
    WarnLevel level = options->warns[diag->code];
    return level == WARN_ALL || (level == WARN_DEFAULT && !diag->wall_only);
}

void warnings_filter(Diags *diags, const Options *options) {
    size_t kept = 0;
    for (size_t i = 0; i < diags->list.len; i++) {
        Diag *diag = diags->list.at[i];
        if (!diag->is_error) {
            if (!is_wanted(diag, options) || is_allowed(diag, diags->sources)) continue;
            diag->is_error = options->warnings_are_errors;
            diags->n_errors += diag->is_error;
        }
        diags->list.at[kept++] = diag;
    }
    diags->list.len = kept;
}
