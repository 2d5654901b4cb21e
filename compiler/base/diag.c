/* Building and ordering of messages; rendering is in diag_render.c.
 *
 * A source can hold a hundred thousand faults, each of whose messages would take kilobytes. Those
 * beyond MAX_FULL of a code are made in a spare arena, so that whoever reports need not know, and
 * are gone when that is full; two take turns, so that the last ones stay for a while. */
#include "base/diag.h"

#include "base/allow.h"
#include "base/hash.h"

static const char *const code_names[] = {
#define DIAG(code, text) #code,
#include "base/diag.def"
#undef DIAG
};

static const char *const code_texts[] = {
#define DIAG(code, text) text,
#include "base/diag.def"
#undef DIAG
};

const char *diag_code_name(DiagCode code) { return code_names[code]; }

const char *diag_code_text(DiagCode code) { return code_texts[code]; }

const char *fix_grade_name(FixGrade grade) {
    static const char *const names[] = {"auto", "maybe", "hole"};
    return names[grade];
}

bool diag_off_by_default(DiagCode code) { return code == W0702 || code == W0706; }

Diags diags_in(Arena *arena, Sources *sources) {
    return (Diags){.arena = arena, .sources = sources};
}

/* The words that a format gives, up to the names of its arguments, which become facts. */
static const char *say(Diag *diag, const char *format, va_list args) {
    size_t len = strcspn(format, "\x1f");
    const char *words = arena_strndup(diag->arena, format, len);
    va_list again;
    va_copy(again, args);
    const char *said = arena_vprintf(diag->arena, words, args);
    if (format[len]) fact_vname(diag->facts, format + len + 1, words, again);
    va_end(again);
    return said;
}

/* Bytes of a spare arena, in which there is room for some hundred messages. */
enum { SPARE_BYTES = 1 << 20 };

static Arena *spare_arena(Diags *diags) {
    if (!diags->spare[0]) {
        for (int i = 0; i < 2; i++) diags->spare[i] = arena_create_in(diags->arena);
    } else if (arena_used(diags->spare[0]) > SPARE_BYTES) {
        Arena *full = diags->spare[0];
        diags->spare[0] = diags->spare[1];
        diags->spare[1] = full;
        arena_reset(diags->spare[0]);
    }
    return diags->spare[0];
}

static Diag *make(Arena *arena, DiagCode code, const Span *where, const char *format,
                  va_list args) {
    Diag *diag = ARENA_NEW(arena, Diag);
    diag->arena = arena;
    diag->code = code;
    diag->is_error = code_names[code][0] == 'N';
    diag->wall_only = diag_off_by_default(code);
    diag->facts = fact_map_in(arena);
    diag->message = say(diag, format, args);
    diag->primary.text = "";
    diag->has_span = where != NULL;
    if (where) diag->primary.span = *where;
    return diag;
}

/* Whether one more of a code is to be kept in full. Warnings that a comment allows are not shown,
 * and leave half of the room to the others. */
static bool has_room(const Diags *diags, DiagCode code, const Span *where) {
    size_t n = diags->n_full[code];
    if (n < MAX_FULL / 2 || n == MAX_FULL || code_names[code][0] == 'N') return n < MAX_FULL;
    return !where || !warning_is_allowed(code, *where, diags->sources);
}

static void add_brief(Diags *diags, const Diag *diag) {
    uint64_t hash = diag_hash(diag->arena, diag);
    DiagBrief brief = {.span = diag->primary.span,
                       .hash = {(uint32_t)hash, (uint32_t)(hash >> 32)},
                       .code = (uint16_t)diag->code,
                       .is_error = diag->is_error,
                       .has_span = diag->has_span,
                       .wall_only = diag->wall_only};
    VEC_PUSH(diags->arena, &diags->briefs, brief);
}

/* @param where  NULL: no place in a source */
static Diag *append(Diags *diags, DiagCode code, const Span *where, const char *format,
                    va_list args) {
    bool full = has_room(diags, code, where);
    Diag *diag = make(full ? diags->arena : spare_arena(diags), code, where, format, args);
    if (full)
        VEC_PUSH(diags->arena, &diags->list, diag);
    else
        add_brief(diags, diag);
    diags->n_full[code] += full;
    diags->n_errors += diag->is_error;
    diags->last = diag;
    return diag;
}

void diag_only_with_wall(Diags *diags) {
    diags->last->wall_only = true;
    bool brief = diags->last->arena != diags->arena;
    if (brief) diags->briefs.at[diags->briefs.len - 1].wall_only = true;
}

void diags_uncount(Diags *diags, const Diag *diag) {
    diags->n_errors -= diag->is_error;
    diags->n_full[diag->code]--;
}

/* What `format` and the arguments after it say in a message. */
#define SAY(result, diag, format)                                                                  \
    do {                                                                                           \
        va_list args_;                                                                             \
        va_start(args_, format);                                                                   \
        (result) = say((diag), (format), args_);                                                   \
        va_end(args_);                                                                             \
    } while (0)

/* Formats the variable arguments that follow `format` into `arena`. */
#define FORMAT_INTO(result, arena, format)                                                         \
    do {                                                                                           \
        va_list args_;                                                                             \
        va_start(args_, format);                                                                   \
        (result) = arena_vprintf((arena), (format), args_);                                        \
        va_end(args_);                                                                             \
    } while (0)

Diag *diag_vadd(Diags *diags, DiagCode code, Span where, const char *format, va_list args) {
    return append(diags, code, &where, format, args);
}

Diag *diag_add(Diags *diags, DiagCode code, Span where, const char *format, ...) {
    va_list args;
    va_start(args, format);
    Diag *diag = diag_vadd(diags, code, where, format, args);
    va_end(args);
    return diag;
}

Diag *diag_add_global(Diags *diags, DiagCode code, const char *format, ...) {
    va_list args;
    va_start(args, format);
    Diag *diag = append(diags, code, NULL, format, args);
    va_end(args);
    return diag;
}

void diag_here(Diag *diag, const char *format, ...) { SAY(diag->primary.text, diag, format); }

void diag_label(Diag *diag, Span where, const char *format, ...) {
    DiagLabel label = {.span = where};
    SAY(label.text, diag, format);
    VEC_PUSH(diag->arena, &diag->secondary, label);
}

void diag_note(Diag *diag, const char *format, ...) {
    const char *note;
    SAY(note, diag, format);
    VEC_PUSH(diag->arena, &diag->notes, note);
}

void diag_facts(Diag *diag, const char *format, ...) {
    va_list args;
    va_start(args, format);
    fact_vput(diag->facts, format, args);
    va_end(args);
}

void diag_note_more(Diag *diag, const char *format, ...) {
    const char *more;
    FORMAT_INTO(more, diag->arena, format);
    const char **last = &diag->notes.at[diag->notes.len - 1];
    *last = arena_printf(diag->arena, "%s%s", *last, more);
}

DiagHelp *diag_help(Diag *diag, FixGrade grade, const char *format, ...) {
    DiagHelp *help = ARENA_NEW(diag->arena, DiagHelp);
    help->arena = diag->arena;
    help->grade = grade;
    FORMAT_INTO(help->title, diag->arena, format);
    VEC_PUSH(diag->arena, &diag->helps, help);
    return help;
}

void diag_edit(DiagHelp *help, Span replaced, const char *format, ...) {
    DiagEdit edit = {.span = replaced};
    FORMAT_INTO(edit.text, help->arena, format);
    VEC_PUSH(help->arena, &help->edits, edit);
}

const char *diag_key(Arena *arena, const Diag *diag) {
    Text text = text_in(arena);
    text_printf(&text, "%s ", code_names[diag->code]);
    for (const char *at = diag->message; *at;) {
        size_t word = strcspn(at, "lb");
        bool is_place = strncmp(at + word, "line ", 5) == 0 || strncmp(at + word, "byte ", 5) == 0;
        word += is_place ? 5 : at[word] != '\0';
        text_append(&text, at, word);
        at += word;
        if (is_place) at += strspn(at, "0123456789");
    }
    return text_str(&text);
}

uint64_t diag_hash(Arena *scratch, const Diag *diag) {
    const char *key = diag_key(scratch, diag);
    return fnv1a64(key, strlen(key), FNV1A64_START);
}

uint64_t diag_brief_hash(const DiagBrief *brief) {
    return (uint64_t)brief->hash[1] << 32 | brief->hash[0];
}

/* The warnings that the title does not name already, as "W0704 at line 10, W0708 at line 3". */
static void put_brought(Text *text, const DiagHelp *help, const Sources *sources, uint32_t home) {
    enum { NAMED = 3 };
    size_t named = 0, more = 0;
    for (size_t i = 0; i < help->brings.len; i++) {
        const DiagBrought *brought = &help->brings.at[i];
        if (strstr(help->title, code_names[brought->code])) continue;
        if (named == NAMED) {
            more++;
            continue;
        }
        text_printf(text, "%s%s at line %u", named++ ? ", " : "brings ", code_names[brought->code],
                    brought->line);
        if (brought->file != home)
            text_printf(text, " of %s", sources->files.at[brought->file]->name);
    }
    if (more > 0) text_printf(text, " and %zu more", more);
}

const char *diag_help_title(Arena *arena, const DiagHelp *help, const Sources *sources,
                            uint32_t home) {
    Text added = text_in(arena), text = text_in(arena);
    if (help->grade == FIX_AUTO && help->edits.len > 0)
        text_puts(&added, "safe to apply: `netc check --fix`");
    size_t safe = added.len;
    put_brought(&added, help, sources, home);
    if (added.len == 0) return help->title;
    size_t len = strlen(help->title);
    bool open = len > 0 && help->title[len - 1] == ')'; /* one bracket for all */
    text_append(&text, help->title, len - open);
    text_printf(&text, open ? "; " : " (");
    text_append(&text, text_str(&added), safe);
    if (safe > 0 && added.len > safe) text_puts(&text, "; ");
    text_printf(&text, "%s)", text_str(&added) + safe);
    return text_str(&text);
}

static bool before(const Diag *a, const Diag *b) {
    if (a->has_span != b->has_span) return b->has_span; /* without a place first */
    if (!a->has_span) return false;
    if (a->primary.span.file != b->primary.span.file)
        return a->primary.span.file < b->primary.span.file;
    return a->primary.span.begin < b->primary.span.begin;
}

/* Merges sorted halves of list[0 .. n-1]. */
static void sort_range(Diag **list, Diag **scratch, size_t n) {
    if (n < 2) return;
    size_t half = n / 2, i = 0, j = half, k = 0;
    sort_range(list, scratch, half);
    sort_range(list + half, scratch, n - half);
    while (i < half || j < n)
        scratch[k++] = j >= n || (i < half && !before(list[j], list[i])) ? list[i++] : list[j++];
    memcpy(list, scratch, n * sizeof *list);
}

void diags_sort(Diags *diags) {
    Diag **scratch = ARENA_ARRAY(diags->arena, Diag *, diags->list.len);
    sort_range(diags->list.at, scratch, diags->list.len);
}
