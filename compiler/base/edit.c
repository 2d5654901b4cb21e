/* Edits of a source. */
#include "base/edit.h"

bool edits_clash(const DiagEdit *a, const DiagEdit *b) {
    if (a->span.file != b->span.file) return false;
    return a->span.begin == b->span.begin ||
           (a->span.begin < b->span.end && b->span.begin < a->span.end);
}

static bool begins_before(const DiagEdit *a, const DiagEdit *b) {
    if (a->span.file != b->span.file) return a->span.file < b->span.file;
    return a->span.begin < b->span.begin;
}

DiagEdit *edits_in_order(Arena *arena, const DiagEdit *edits, size_t n) {
    DiagEdit *sorted = ARENA_ARRAY(arena, DiagEdit, n);
    for (size_t i = 0; i < n; i++) {
        size_t j = i;
        for (; j > 0 && begins_before(&edits[i], &sorted[j - 1]); j--) sorted[j] = sorted[j - 1];
        sorted[j] = edits[i];
    }
    return sorted;
}

Edited edits_apply(Arena *arena, const SourceFile *file, const DiagEdit *edits, size_t n) {
    const DiagEdit *sorted = edits_in_order(arena, edits, n);
    Edited edited = {0};
    Text text = text_in(arena);
    uint32_t at = 0;
    for (size_t i = 0; i < n; i++) {
        text_append(&text, file->text + at, sorted[i].span.begin - at);
        if (i == 0) edited.begin = (uint32_t)text.len;
        text_puts(&text, sorted[i].text);
        edited.end = (uint32_t)text.len;
        at = sorted[i].span.end;
    }
    text_append(&text, file->text + at, file->len - at);
    text_append(&text, "", 1); /* text_str adds the second NUL */
    edited.text = (Bytes){text_str(&text), text.len - 1};
    return edited;
}

uint32_t edits_origin(const DiagEdit *edits, size_t n, uint32_t at) {
    uint32_t out = 0, in = 0; /* bytes left out and put in so far */
    for (size_t i = 0; i < n; i++) {
        const DiagEdit *edit = &edits[i];
        uint32_t begin = edit->span.begin + in - out, len = (uint32_t)strlen(edit->text);
        if (at < begin) break;
        if (at < begin + len) return edit->span.begin;
        in += len;
        out += edit->span.end - edit->span.begin;
    }
    return at + out - in;
}

/* What a way out changes: the fewer, the nearer to what the author wrote. */
typedef struct Size {
    size_t edits;
    size_t out, in; /* bytes left out and put in; what an attribute is set to is not counted, so
                       that the values it may take stay in the order in which they were offered */
} Size;

static Size size_of(const DiagHelp *help) {
    Size size = {.edits = help->edits.len};
    for (size_t i = 0; i < help->edits.len; i++) {
        const DiagEdit *edit = &help->edits.at[i];
        size.out += edit->span.end - edit->span.begin;
        size.in += strcspn(edit->text, "=");
    }
    return size;
}

static bool goes_before(const DiagHelp *a, const DiagHelp *b) {
    Size first = size_of(a), second = size_of(b);
    if ((first.edits == 0) != (second.edits == 0)) return first.edits > 0;
    if (a->is_aside != b->is_aside) return b->is_aside;
    if (a->in_words != b->in_words) return b->in_words;
    if (first.edits != second.edits) return first.edits < second.edits;
    if (first.out != second.out) return first.out < second.out;
    return first.in < second.in;
}

void helps_sort(Diag *diag) {
    for (size_t i = 1; i < diag->helps.len; i++) {
        DiagHelp *help = diag->helps.at[i];
        size_t j = i;
        for (; j > 0 && goes_before(help, diag->helps.at[j - 1]); j--)
            diag->helps.at[j] = diag->helps.at[j - 1];
        diag->helps.at[j] = help;
    }
}
