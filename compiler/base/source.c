/* Sources: line tables are built once, when a place is first asked for. CR, LF and CRLF end lines.
 */
#include "base/source.h"

#include "base/utf8.h"

uint32_t sources_add(Sources *sources, const char *name, const char *text, size_t len) {
    SourceFile *file = ARENA_NEW(sources->arena, SourceFile);
    char *copy = arena_alloc(sources->arena, len + 2);
    if (len) memcpy(copy, text, len);
    *file = (SourceFile){.name = arena_strdup(sources->arena, name), .text = copy, .len = len};
    VEC_PUSH(sources->arena, &sources->files, file);
    return (uint32_t)sources->files.len - 1;
}

/* The number of bytes of the line end at text[i], 0 if there is none. */
static size_t line_end(const SourceFile *file, size_t i) {
    if (file->text[i] == '\n') return 1;
    if (file->text[i] != '\r') return 0;
    return i + 1 < file->len && file->text[i + 1] == '\n' ? 2 : 1;
}

uint32_t source_mark(const SourceFile *file) {
    return file->len >= 3 && memcmp(file->text, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
}

static SourceFile *with_lines(Sources *sources, uint32_t number) {
    SourceFile *file = sources->files.at[number];
    if (file->line_starts) return file;
    VEC(uint32_t) starts = {0};
    VEC_PUSH(sources->arena, &starts, source_mark(file));
    for (size_t i = 0; i < file->len;) {
        size_t n = line_end(file, i);
        i += n ? n : 1;
        if (n) VEC_PUSH(sources->arena, &starts, (uint32_t)i);
    }
    file->line_starts = starts.at;
    file->n_lines = starts.len;
    return file;
}

static uint32_t line_of(const SourceFile *file, uint32_t offset) {
    size_t lo = 0, hi = file->n_lines;
    while (hi - lo > 1) {
        size_t mid = lo + (hi - lo) / 2;
        if (file->line_starts[mid] <= offset)
            lo = mid;
        else
            hi = mid;
    }
    return (uint32_t)lo + 1;
}

void sources_note(Sources *sources, const char *path) {
    for (size_t i = 0; i < sources->others.len; i++)
        if (strcmp(sources->others.at[i], path) == 0) return;
    VEC_PUSH(sources->arena, &sources->others, arena_strdup(sources->arena, path));
}

/* Counts on to the first character that begins at `offset` or behind. */
static void count_to(const SourceFile *file, uint32_t offset, SourceCount *count) {
    while (count->offset < offset) {
        size_t n = utf8_length(file->text + count->offset, file->len - count->offset);
        count->points++;
        count->utf16 += n == 4 ? 2 : 1;
        count->offset += n ? (uint32_t)n : 1;
    }
}

/* Bytes between counts, from which on a line is long. */
enum { COUNT_STEP = 1024 };

/* The characters from the start of the file to the byte at `offset`. */
static SourceCount count_of(const Sources *sources, SourceFile *file, uint32_t offset) {
    if (!file->counts) {
        file->n_counts = file->len / COUNT_STEP + 1;
        file->counts = ARENA_ARRAY(sources->arena, SourceCount, file->n_counts);
        SourceCount count = {0};
        for (size_t i = 0; i < file->n_counts; i++) {
            count_to(file, (uint32_t)(i * COUNT_STEP), &count);
            file->counts[i] = count;
        }
    }
    size_t i = offset / COUNT_STEP;
    SourceCount count = file->counts[i];
    if (count.offset > offset) count = file->counts[i - 1]; /* inside a character */
    count_to(file, offset, &count);
    return count;
}

Place source_place(Sources *sources, uint32_t number, uint32_t offset) {
    SourceFile *file = with_lines(sources, number);
    if (offset > file->len) offset = (uint32_t)file->len;
    uint32_t line = line_of(file, offset), start = file->line_starts[line - 1];
    SourceCount before = {.offset = start}, at = before;
    if (offset > start + COUNT_STEP) {
        before = count_of(sources, file, start);
        at = count_of(sources, file, offset);
    } else {
        count_to(file, offset, &at);
    }
    return (Place){.line = line,
                   .column = at.points - before.points + 1,
                   .utf16_column = at.utf16 - before.utf16 + 1};
}

uint32_t source_line_start(Sources *sources, uint32_t number, uint32_t line) {
    return with_lines(sources, number)->line_starts[line - 1];
}

const char *source_line(Sources *sources, uint32_t number, uint32_t line, size_t *len) {
    SourceFile *file = with_lines(sources, number);
    size_t begin = file->line_starts[line - 1], end = file->len;
    if (line < file->n_lines) {
        end = file->line_starts[line] - 1;
        if (file->text[end] == '\n' && end > begin && file->text[end - 1] == '\r') end--;
    }
    *len = end - begin;
    return file->text + begin;
}

const char *source_line_end(const SourceFile *file) {
    size_t i = 0;
    while (i < file->len && !line_end(file, i)) i++;
    if (i == file->len || file->text[i] == '\n') return "\n";
    return line_end(file, i) == 2 ? "\r\n" : "\r";
}

Span span_join(Span a, Span b) {
    return (Span){a.file, a.begin < b.begin ? a.begin : b.begin, a.end > b.end ? a.end : b.end};
}
