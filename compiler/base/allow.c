/* `# netc: allow W0704, W0701`: a comment that silences warnings on its line. It is found by
 * scanning the line: a # outside a string, which cannot go on over the end of a line. */
#include "base/allow.h"

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

/* The comment of a line, which is looked for once as long as the same line is asked for. */
static const SourceComment *comment_of(Sources *sources, uint32_t file, uint32_t number) {
    SourceFile *source = sources->files.at[file];
    if (source->comment.line == number) return &source->comment;
    size_t len, comment_len;
    const char *line = source_line(sources, file, number, &len);
    const char *comment = find_comment(line, len, &comment_len);
    source->comment = (SourceComment){.line = number, .found = comment != NULL};
    if (comment) {
        uint32_t begin = (uint32_t)(comment - source->text);
        source->comment.span = (Span){file, begin, begin + (uint32_t)comment_len};
    }
    return &source->comment;
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

bool warning_is_allowed(DiagCode code, Span span, Sources *sources) {
    uint32_t last =
        source_place(sources, span.file, span.end > span.begin ? span.end - 1 : span.end).line;
    const char *text = sources->files.at[span.file]->text;
    for (uint32_t at = source_place(sources, span.file, span.begin).line; at <= last; at++) {
        const SourceComment *comment = comment_of(sources, span.file, at);
        if (comment->found &&
            comment_allows(text + comment->span.begin, comment->span.end - comment->span.begin,
                           diag_code_name(code)))
            return true;
    }
    return false;
}
