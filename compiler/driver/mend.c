/* Mending goes in rounds. Each makes all safe edits that do not clash, and checks the result, which
 * finds the edits of the next round: those that clashed, and those of faults that were hidden. sema
 * has tried each edit alone; if together they make an error, the first is made alone. Every round
 * takes a fault away, so that they end; the limit is for the ones that nobody thought of. */
#include "driver/mend.h"

#include "base/edit.h"
#include "driver/console.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    MAX_ROUNDS = 1000,
    SHOWN_LINES = 8 /* most lines that are shown of one edit, before and after */
};

/* A way out that is taken. */
typedef struct Taken {
    const Diag *diag;
    const DiagHelp *help;
} Taken;

typedef VEC(Taken) TakenList;

/* The edits that one round made in one file, in order of place. */
typedef struct Made {
    const DiagEdit *edits;
    size_t n;
} Made;

/* A file that was changed. */
typedef struct Mended {
    const char *name; /* as in Sources */
    uint32_t file;    /* the text that was read, in Mending.originals */
    VEC(Made) rounds;
} Mended;

/* The program after a round, in an arena of its own with the texts that it was read from. */
typedef struct Round {
    Arena *arena;
    VEC(SemaFile) texts; /* of all files, the main one first; none: those of the disk */
    Compilation *compilation;
    const char *wrong; /* what a verifier found */
} Round;

typedef struct Mending {
    Arena *arena;
    const Options *options;
    const char *path;  /* of the main file, as given */
    Sources originals; /* the files that were changed, as they were */
    VEC(Mended) files; /* by number in originals */
    Text said;         /* what was done */
    size_t n_fixes;
} Mending;

/* Checks the program that `texts`, in round->arena, hold. */
static void read_round(const Mending *mending, Round *round) {
    const SemaFiles files = {.at = round->texts.at, .n = round->texts.len};
    const Options *options = mending->options;
    round->compilation = ARENA_NEW(round->arena, Compilation);
    round->wrong =
        files.n > 0
            ? front_load_files(round->arena, options, &files, GOAL_SHAPES, round->compilation)
            : front_read(round->arena, options, mending->path, GOAL_SHAPES, round->compilation);
}

/* What is read from standard input has no place for changes of the files that it imports. */
static bool may_take(const Mending *mending, const DiagHelp *help, const TakenList *taken) {
    if (help->grade != FIX_AUTO || help->edits.len == 0) return false;
    if (help->edits.at[0].span.file != 0 && strcmp(mending->path, "-") == 0) return false;
    if (mending->options->warnings_are_errors && help->brings.len > 0) return false;
    for (size_t t = 0; t < taken->len; t++)
        for (size_t i = 0; i < help->edits.len; i++)
            for (size_t j = 0; j < taken->at[t].help->edits.len; j++)
                if (edits_clash(&help->edits.at[i], &taken->at[t].help->edits.at[j])) return false;
    return true;
}

/* The safe edits of a round, at most one way out of each fault. */
static TakenList choose(const Mending *mending, const Round *round, size_t most) {
    TakenList taken = {0};
    const Diags *diags = &round->compilation->diags;
    for (size_t i = 0; i < diags->list.len && taken.len < most; i++) {
        const Diag *diag = diags->list.at[i];
        for (size_t h = 0; h < diag->helps.len; h++) {
            if (!may_take(mending, diag->helps.at[h], &taken)) continue;
            VEC_PUSH(round->arena, &taken, ((Taken){diag, diag->helps.at[h]}));
            break;
        }
    }
    return taken;
}

typedef VEC(DiagEdit) EditList;

static EditList edits_in(Arena *arena, const TakenList *taken, uint32_t file) {
    EditList edits = {0};
    for (size_t t = 0; t < taken->len; t++) {
        const DiagHelp *help = taken->at[t].help;
        for (size_t i = 0; i < help->edits.len; i++)
            if (help->edits.at[i].span.file == file) VEC_PUSH(arena, &edits, help->edits.at[i]);
    }
    return edits;
}

/* The program of `from` with the edits made: all its files, so that none is read again. */
static Round make_round(const Mending *mending, const Round *from, const TakenList *taken) {
    Round round = {.arena = arena_create()};
    const Sources *sources = &from->compilation->sources;
    for (uint32_t i = 0; i < sources->files.len; i++) {
        const SourceFile *file = sources->files.at[i];
        EditList edits = edits_in(from->arena, taken, i);
        Edited edited = edits_apply(round.arena, file, edits.at, edits.len);
        const char *name = arena_strdup(round.arena, file->name);
        VEC_PUSH(round.arena, &round.texts, ((SemaFile){name, edited.text.data, edited.text.len}));
    }
    read_round(mending, &round);
    return round;
}

static int compare_keys(const void *a, const void *b) {
    uint64_t left = *(const uint64_t *)a, right = *(const uint64_t *)b;
    return (left > right) - (left < right);
}

typedef VEC(uint64_t) Keys;

/* What tells the errors, sorted. */
static Keys keys_of(Arena *arena, const Diags *diags) {
    Keys keys = {0};
    for (size_t i = 0; i < diags->list.len; i++)
        if (diags->list.at[i]->is_error)
            VEC_PUSH(arena, &keys, diag_hash(arena, diags->list.at[i]));
    for (size_t i = 0; i < diags->briefs.len; i++)
        if (diags->briefs.at[i].is_error)
            VEC_PUSH(arena, &keys, diag_brief_hash(&diags->briefs.at[i]));
    if (keys.len > 0) qsort(keys.at, keys.len, sizeof *keys.at, compare_keys);
    return keys;
}

/* True if some error occurs more often in `after`. */
static bool has_new_error(const Round *before, const Round *after) {
    Keys old = keys_of(after->arena, &before->compilation->diags);
    Keys new = keys_of(after->arena, &after->compilation->diags);
    for (size_t i = 0, j = 0; j < new.len; j++) {
        while (i < old.len && old.at[i] < new.at[j]) i++;
        if (i == old.len || old.at[i] != new.at[j]) return true;
        i++;
    }
    return after->wrong != NULL;
}

/* ---- what is said ---- */

static Mended *mended_called(Mending *mending, const SourceFile *file) {
    for (size_t i = 0; i < mending->files.len; i++)
        if (strcmp(mending->files.at[i].name, file->name) == 0) return &mending->files.at[i];
    Mended mended = {.name = arena_strdup(mending->arena, file->name)};
    mended.file = sources_add(&mending->originals, file->name, file->text, file->len);
    VEC_PUSH(mending->arena, &mending->files, mended);
    return &mending->files.at[mending->files.len - 1];
}

/* Appends the lines first .. last, each after its number and the sign. */
static void say_lines(Text *out, Sources *sources, uint32_t file, uint32_t first, uint32_t last,
                      char sign) {
    for (uint32_t line = first; line <= last; line++) {
        if (line - first == SHOWN_LINES) {
            text_puts(out, "...\n");
            return;
        }
        size_t len;
        const char *bytes = source_line(sources, file, line, &len);
        if (len == 0) continue;
        text_printf(out, "  %c ", sign);
        text_quote(out, bytes, len);
        text_puts(out, "\n");
    }
}

/* What one way out did: where in the file that was read, which fault, and the lines before and
 * after. */
static void say(Mending *mending, const Round *round, const Taken *taken) {
    Arena *scratch = arena_create();
    Sources *sources = &round->compilation->sources;
    const DiagEdit *edits = edits_in_order(scratch, taken->help->edits.at, taken->help->edits.len);
    size_t n = taken->help->edits.len;
    uint32_t file = edits[0].span.file, at = edits[0].span.begin;
    const SourceFile *source = sources->files.at[file];
    const Mended *mended = mended_called(mending, source);
    if (taken->diag->has_span && taken->diag->primary.span.file == file)
        at = taken->diag->primary.span.begin;
    for (size_t i = mended->rounds.len; i-- > 0;) {
        const Made *made = &mended->rounds.at[i];
        at = edits_origin(made->edits, made->n, at);
    }
    Place place = source_place(&mending->originals, mended->file, at);
    text_puts(&mending->said, "fixed ");
    text_quote(&mending->said, mended->name, strlen(mended->name));
    text_printf(&mending->said, ":%u:%u: %s: ", place.line, place.column,
                diag_code_name(taken->diag->code));
    text_quote(&mending->said, taken->diag->message, strlen(taken->diag->message));
    text_puts(&mending->said, "\n");
    say_lines(&mending->said, sources, file, source_place(sources, file, edits[0].span.begin).line,
              source_place(sources, file, edits[n - 1].span.end).line, '-');
    Edited edited = edits_apply(scratch, source, edits, n);
    Sources after = {.arena = scratch};
    sources_add(&after, source->name, edited.text.data, edited.text.len);
    say_lines(&mending->said, &after, 0, source_place(&after, 0, edited.begin).line,
              source_place(&after, 0, edited.end).line, '+');
    mending->n_fixes++;
    arena_destroy(scratch);
}

/* Notes what the ways out change in each file. */
static void record(Mending *mending, const Round *round, const TakenList *taken) {
    for (size_t i = 0; i < taken->len; i++) say(mending, round, &taken->at[i]);
    const Sources *sources = &round->compilation->sources;
    for (uint32_t file = 0; file < sources->files.len; file++) {
        EditList edits = edits_in(round->arena, taken, file);
        if (edits.len == 0) continue;
        DiagEdit *sorted = edits_in_order(mending->arena, edits.at, edits.len);
        for (size_t i = 0; i < edits.len; i++)
            sorted[i].text = arena_strdup(mending->arena, sorted[i].text);
        Mended *mended = mended_called(mending, sources->files.at[file]);
        VEC_PUSH(mending->arena, &mended->rounds, ((Made){sorted, edits.len}));
    }
}

/* ---- the rounds ---- */

/* Makes the edits of one round; false if there is none. */
static bool advance(Mending *mending, Round *round) {
    TakenList taken = choose(mending, round, SIZE_MAX);
    if (taken.len == 0) return false;
    Round next = make_round(mending, round, &taken);
    if (taken.len > 1 && has_new_error(round, &next)) {
        arena_destroy(next.arena);
        taken = choose(mending, round, 1);
        next = make_round(mending, round, &taken);
    }
    record(mending, round, &taken);
    arena_destroy(round->arena);
    *round = next;
    return true;
}

/* The bytes of a file after the last round. */
static Bytes text_of(const Round *round, const char *name) {
    for (size_t i = 0; i < round->texts.len; i++)
        if (strcmp(round->texts.at[i].path, name) == 0)
            return (Bytes){round->texts.at[i].bytes, round->texts.at[i].len};
    return (Bytes){"", 0};
}

/* The changed files as they are to be written; true if each is still what was read. */
static bool outputs_of(const Mending *mending, const Round *round, OutputFile *outputs) {
    for (size_t i = 0; i < mending->files.len; i++) {
        const SourceFile *original = mending->originals.files.at[i];
        Bytes now, text = text_of(round, original->name);
        const char *path = path_canonical(mending->arena, original->name);
        if (!path) path = original->name;
        if (file_read(mending->arena, path, MAX_SOURCE_BYTES, &now) != NULL ||
            now.len != original->len || memcmp(now.data, original->text, now.len) != 0) {
            console_fail(STATUS_OUTPUT, "%s has changed since it was read: nothing is written",
                         console_quote(mending->arena, original->name));
            return false;
        }
        outputs[i] = (OutputFile){.path = path, .data = text.data, .len = text.len};
    }
    return true;
}

/* Writes what changed; what came from standard input goes to standard output in any case. */
static ExitStatus write_all(const Mending *mending, const Round *round) {
    if (strcmp(mending->path, "-") == 0) {
        if (round->compilation->sources.files.len == 0) return STATUS_DONE;
        const SourceFile *file = round->compilation->sources.files.at[0];
        OutputFile output = {.path = "-", .data = file->text, .len = file->len};
        return console_write(mending->arena, &output, 1);
    }
    OutputFile *outputs = ARENA_ARRAY(mending->arena, OutputFile, mending->files.len);
    if (!outputs_of(mending, round, outputs)) return STATUS_OUTPUT;
    return console_write(mending->arena, outputs, mending->files.len);
}

/* Prints the diagnostics of the program as it was before the first round. */
static ExitStatus report_unmended(const Mending *mending, Round *round) {
    if (mending->files.len == 0) return front_finish(round->compilation, round->wrong);
    Round first = {.arena = mending->arena};
    const Sources *sources = &round->compilation->sources;
    for (uint32_t i = 0; i < sources->files.len; i++) {
        const SourceFile *file = sources->files.at[i];
        for (size_t m = 0; m < mending->files.len; m++)
            if (strcmp(mending->files.at[m].name, file->name) == 0)
                file = mending->originals.files.at[m];
        VEC_PUSH(first.arena, &first.texts, ((SemaFile){file->name, file->text, file->len}));
    }
    read_round(mending, &first);
    return front_finish(first.compilation, first.wrong);
}

ExitStatus mend(Arena *arena, const Options *options, const char *path) {
    Mending mending = {.arena = arena, .options = options, .path = path, .said = text_in(arena)};
    mending.originals.arena = arena;
    Round round = {.arena = arena_create()};
    read_round(&mending, &round);
    for (int n = 0; n < MAX_ROUNDS && advance(&mending, &round); n++) {
    }
    ExitStatus status = write_all(&mending, &round);
    if (status != STATUS_DONE) {
        report_unmended(&mending, &round);
    } else {
        if (mending.n_fixes > 0)
            text_printf(&mending.said, "%zu fix%s made\n\n", mending.n_fixes,
                        mending.n_fixes == 1 ? "" : "es");
        fputs(text_str(&mending.said), stderr);
        status = front_finish(round.compilation, round.wrong);
    }
    arena_destroy(round.arena);
    return status;
}
