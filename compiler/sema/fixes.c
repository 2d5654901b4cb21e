/* A fix is tried on a copy of the source with a fresh parse and analysis.
 *
 * Faults are told apart by code and message: the fault is gone if its message occurs less often,
 * and no error may occur more often than before. Where no fix of a fault is that clean, those are
 * kept whose new errors all lie in other statements that a failure had silenced: these errors were
 * hidden, not made. What is behind the first MAX_TRIED fixes, or would take too long in a large
 * file, is not tried and therefore not offered. */
#include "sema/fixes.h"

#include "base/allow.h"
#include "base/edit.h"
#include "sema/module.h"
#include "sema/run.h"
#include "syntax/parse.h"

#include <string.h>

/* A try costs what reading the files costs, a message and a layer as much as some lines, and what
 * defs expand to a part of its size. */
enum {
    MAX_TRIED = 64,
    MAX_BYTES_TRIED = 4 << 20,
    BYTES_A_MESSAGE = 256,
    BYTES_A_LAYER = 64,
    EXPANDED_FOR_A_BYTE = 4
};

/* How often a fault, told by its key, occurs without and with the edits. */
typedef struct Tally {
    size_t before, after;
} Tally;

typedef struct Faults {
    Arena *arena;
    Interner *interner; /* gives a fault one key */
    NameMap tallies;    /* -> Tally */
} Faults;

static Tally *tally_of_hash(Faults *faults, uint64_t hash) {
    const char *key = intern(faults->interner, (const char *)&hash, sizeof hash);
    Tally *tally = name_map_get(&faults->tallies, key);
    if (tally) return tally;
    tally = ARENA_NEW(faults->arena, Tally);
    name_map_put(faults->arena, &faults->tallies, key, tally);
    return tally;
}

static Tally *tally_of(Faults *faults, const Diag *diag) {
    return tally_of_hash(faults, diag_hash(faults->arena, diag));
}

/* What is tried: the edits of a help, all in one of the files. */
typedef struct Fix {
    const Sources *sources; /* as they are */
    uint32_t file;          /* that is edited */
    Edited edited;
} Fix;

/* The sources as the fix leaves them, over the files that the program is checked with. */
static SemaFiles files_with(Arena *arena, const Fix *fix, const SemaFiles *under) {
    size_t n = fix->sources->files.len;
    SemaFile *at = ARENA_ARRAY(arena, SemaFile, n);
    for (uint32_t i = 0; i < n; i++) {
        const SourceFile *file = fix->sources->files.at[i];
        at[i] = (SemaFile){file->name, file->text, file->len};
    }
    at[fix->file].bytes = fix->edited.text.data;
    at[fix->file].len = fix->edited.text.len;
    return (SemaFiles){.at = at, .n = n, .under = under};
}

/* True if the error is on the lines that were edited. */
static bool is_at_edits(Sources *sources, const Diag *diag, const Fix *fix) {
    uint32_t file = diag->primary.span.file;
    if (strcmp(sources->files.at[file]->name, fix->sources->files.at[fix->file]->name) != 0)
        return false;
    uint32_t line = source_place(sources, file, diag->primary.span.begin).line;
    return line >= source_place(sources, file, fix->edited.begin).line &&
           line <= source_place(sources, file, fix->edited.end).line;
}

/* The statement at a place; NULL if there is none. */
static const AstItem *item_at(const Ast *ast, uint32_t at) {
    size_t lo = 0, hi = ast->items.len; /* the last item that begins at or before the place */
    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;
        if (ast->items.at[mid]->span.begin <= at)
            lo = mid + 1;
        else
            hi = mid;
    }
    const AstItem *item = lo > 0 ? ast->items.at[lo - 1] : NULL;
    return item && at <= item->span.end ? item : NULL;
}

/* True if what the statement of the module computes was not checked in full. */
static bool was_silenced(Sema *sema, const Module *module, const AstItem *item) {
    if (item->kind != AST_BIND && item->kind != AST_OUTPUT && item->kind != AST_DEF) return false;
    const char *name = item->kind == AST_BIND  ? item->bind.names[0].text
                       : item->kind == AST_DEF ? item->def.name.text
                                               : item->output.name.text;
    name = intern(sema->interner, name, strlen(name));
    if (item->kind == AST_DEF) {
        const Def *def = name_map_get(&module->defs, name);
        return def && def->silenced;
    }
    const Binding *binding = name_map_get(&module->top->bindings, name);
    return binding && binding->silenced;
}

static const Module *module_called(const Sema *sema, const char *path) {
    for (size_t i = 0; i < sema->modules.len; i++) {
        const Module *module = sema->modules.at[i];
        if (strcmp(sema->sources->files.at[module->ast->file]->name, path) == 0) return module;
    }
    return NULL;
}

/* True if an error of the try was there before, but hidden behind another. */
static bool was_hidden(Sema *sema, const Sema *again, const Fix *fix, const Diag *diag) {
    if (!diag->has_span || is_at_edits(again->sources, diag, fix)) return false;
    uint32_t file = diag->primary.span.file;
    const Module *module = module_called(sema, again->sources->files.at[file]->name);
    const Module *tried = module_of_file(again, file);
    const AstItem *item = tried ? item_at(tried->ast, diag->primary.span.begin) : NULL;
    return module && item && was_silenced(sema, module, item);
}

typedef enum Verdict { FIX_FAILS, FIX_REVEALS, FIX_HOLDS } Verdict;

static size_t cost_of(const Sema *sema) {
    size_t cost = (sema->diags->list.len + sema->diags->briefs.len) * BYTES_A_MESSAGE +
                  sema->graph->nodes.len * BYTES_A_LAYER + sema->expanded / EXPANDED_FOR_A_BYTE;
    for (size_t i = 0; i < sema->sources->files.len; i++) cost += sema->sources->files.at[i]->len;
    return cost;
}

/* Where `path` stands among the sources; their number if it does not. */
static uint32_t file_called(const Sources *sources, const char *path) {
    uint32_t file = 0;
    while (file < sources->files.len && strcmp(sources->files.at[file]->name, path) != 0) file++;
    return file;
}

/* True if the analysis found a warning of this code where that of the try begins. */
static bool was_there(const Sema *sema, const Diag *diag, const DiagHelp *help, Span origin) {
    DiagEdit *edits = edits_in_order(sema->arena, help->edits.at, help->edits.len);
    if (origin.file == edits[0].span.file)
        origin.begin = edits_origin(edits, help->edits.len, origin.begin);
    for (size_t i = 0; i < sema->diags->list.len + sema->dropped.len; i++) {
        bool given = i < sema->diags->list.len;
        const Diag *old =
            given ? sema->diags->list.at[i] : sema->dropped.at[i - sema->diags->list.len];
        if (old->code == diag->code && old->primary.span.file == origin.file &&
            old->primary.span.begin == origin.begin)
            return true;
    }
    return false;
}

/* The warnings of the try that were not there before and that no comment allows. Batchnorms are
 * looked at only in a program without errors: what is said of others than the edited ones was true
 * before, too. */
static void note_warnings(Sema *sema, const Sema *again, const Fix *fix, Faults *faults,
                          DiagHelp *help) {
    for (size_t i = 0; i < again->diags->list.len; i++) {
        const Diag *diag = again->diags->list.at[i];
        const Tally *tally = tally_of(faults, diag);
        if (diag->is_error || !diag->has_span || tally->after <= tally->before) continue;
        bool of_batchnorm = diag->code == W0707 || diag->code == W0713;
        if (of_batchnorm && !is_at_edits(again->sources, diag, fix)) continue;
        if (warning_is_allowed(diag->code, diag->primary.span, again->sources)) continue;
        Span span = diag->primary.span;
        const char *name = again->sources->files.at[span.file]->name;
        uint32_t file = file_called(sema->sources, name);
        if (file == sema->sources->files.len) continue;
        if (was_there(sema, diag, help, (Span){file, span.begin, span.end})) continue;
        DiagBrought brought = {.code = diag->code, .wall_only = diag->wall_only, .file = file};
        brought.line = source_place(again->sources, span.file, span.begin).line;
        VEC_PUSH(help->arena, &help->brings, brought);
    }
}

/* " (then c5 is [1, 120, 1, 1])": what becomes of the layer that the help is about. */
static void tell_result(const Sema *again, DiagHelp *help) {
    if (!help->told) return;
    const Node *found = NULL;
    for (size_t i = 0; i < again->graph->nodes.len; i++)
        if (strcmp(again->graph->nodes.at[i]->path, help->told) == 0)
            found = again->graph->nodes.at[i];
    if (!found) return;
    Text sizes = text_in(help->arena);
    const TensorType *type = &found->output->type;
    for (int i = 0; i < type->rank; i++)
        text_printf(&sizes, "%s%lld", i ? ", " : "", (long long)type->axes[i].extent);
    help->title = arena_printf(help->arena, "%s (then %s is [%s])", help->title, help->told_title,
                               text_str(&sizes));
}

static void tally_briefs(Faults *faults, const DiagBriefs *before, const DiagBriefs *after) {
    for (size_t i = 0; i < before->len; i++)
        tally_of_hash(faults, diag_brief_hash(&before->at[i]))->before++;
    for (size_t i = 0; i < after->len; i++)
        tally_of_hash(faults, diag_brief_hash(&after->at[i]))->after++;
}

/* True if an error of which only a brief is kept occurs more often than before. */
static bool has_new_brief(Faults *faults, const DiagBriefs *briefs) {
    for (size_t i = 0; i < briefs->len; i++) {
        const Tally *tally = tally_of_hash(faults, diag_brief_hash(&briefs->at[i]));
        if (briefs->at[i].is_error && tally->after > tally->before) return true;
    }
    return false;
}

/* @param spent  receives what it cost, added to what is in it */
static Verdict judge(Sema *sema, Arena *arena, const Diag *fault, DiagHelp *help, size_t *spent) {
    Fix fix = {.sources = sema->sources, .file = help->edits.at[0].span.file};
    fix.edited =
        edits_apply(arena, sema->sources->files.at[fix.file], help->edits.at, help->edits.len);
    const SemaFiles files = files_with(arena, &fix, sema->options->instead);
    SemaOptions options = *sema->options;
    options.instead = &files;
    Sources sources = {.arena = arena};
    Diags diags = diags_in(arena, &sources);
    Sema again = {.arena = arena,
                  .interner = interner_create(arena),
                  .options = &options,
                  .sources = &sources,
                  .diags = &diags,
                  .before = sema};
    const SemaFile *program = &files.at[sema->ast->file];
    uint32_t number = sources_add(&sources, program->path, program->bytes, program->len);
    again.ast = parse_file(arena, again.interner, &sources, number, &diags);
    run_analysis(&again);
    *spent += cost_of(&again);
    Faults faults = {.arena = arena, .interner = again.interner};
    for (size_t i = 0; i < sema->diags->list.len; i++)
        tally_of(&faults, sema->diags->list.at[i])->before++;
    for (size_t i = 0; i < sema->dropped.len; i++) tally_of(&faults, sema->dropped.at[i])->before++;
    for (size_t i = 0; i < diags.list.len; i++) tally_of(&faults, diags.list.at[i])->after++;
    tally_briefs(&faults, &sema->diags->briefs, &diags.briefs);
    if (tally_of(&faults, fault)->after >= tally_of(&faults, fault)->before) return FIX_FAILS;
    if (has_new_brief(&faults, &diags.briefs)) return FIX_FAILS;
    Verdict verdict = FIX_HOLDS;
    for (size_t i = 0; i < diags.list.len; i++) {
        const Diag *diag = diags.list.at[i];
        const Tally *tally = tally_of(&faults, diag);
        if (!diag->is_error || tally->after <= tally->before) continue;
        if (!was_hidden(sema, &again, &fix, diag)) return FIX_FAILS;
        verdict = FIX_REVEALS;
    }
    diags_sort(&diags);
    note_warnings(sema, &again, &fix, &faults, help);
    tell_result(&again, help);
    return verdict;
}

static Verdict try_fix(Sema *sema, const Diag *fault, DiagHelp *help, size_t *spent) {
    Arena *arena = arena_create();
    Verdict verdict = judge(sema, arena, fault, help, spent);
    arena_destroy(arena);
    return verdict;
}

/* True if the edits are all in one file, which is the user's. */
static bool may_edit(const Sema *sema, const DiagHelp *help) {
    uint32_t file = help->edits.at[0].span.file;
    for (size_t i = 1; i < help->edits.len; i++)
        if (help->edits.at[i].span.file != file) return false;
    const Module *module = module_of_file(sema, file);
    return module && !module->is_std;
}

/* What was done of what may be done. */
typedef struct Budget {
    size_t tried, spent;
    size_t first; /* what the analysis cost, and so about what a try will */
} Budget;

/* Lines that a help puts in end as those of the file do. */
static void localise(Sema *sema, DiagHelp *help) {
    for (size_t i = 0; i < help->edits.len; i++) {
        DiagEdit *edit = &help->edits.at[i];
        const char *end = source_line_end(sema->sources->files.at[edit->span.file]);
        if (!strchr(edit->text, '\n') || strcmp(end, "\n") == 0) continue;
        Text text = text_in(help->arena);
        for (const char *at = edit->text; *at; at++)
            if (*at == '\n')
                text_puts(&text, end);
            else if (*at != '\r' || at[1] != '\n')
                text_append(&text, at, 1);
        edit->text = text_str(&text);
    }
}

/* Tries the helps of one fault while the budget lasts and keeps the best of them. */
static void check_helps(Sema *sema, Diag *diag, Budget *budget) {
    Verdict *verdicts = ARENA_ARRAY(sema->arena, Verdict, diag->helps.len);
    Verdict best = FIX_REVEALS;
    for (size_t i = 0; i < diag->helps.len; i++) {
        DiagHelp *help = diag->helps.at[i];
        if (help->edits.len == 0 || budget->tried >= MAX_TRIED ||
            budget->spent + budget->first > MAX_BYTES_TRIED || !may_edit(sema, help))
            continue;
        budget->tried++;
        localise(sema, help);
        verdicts[i] = try_fix(sema, diag, help, &budget->spent);
        if (verdicts[i] > best && !help->otherwise) best = verdicts[i];
    }
    size_t kept = 0;
    for (size_t i = 0; i < diag->helps.len; i++) {
        DiagHelp *help = diag->helps.at[i];
        if (help->otherwise)
            diag_note(diag, "%s", verdicts[i] == FIX_HOLDS ? help->title : help->otherwise);
        else if (help->edits.len == 0 || verdicts[i] >= best)
            diag->helps.at[kept++] = help;
    }
    diag->helps.len = kept;
    helps_sort(diag);
}

/* Several edits give a layer the asserted size: said once it is known which of them hold. */
static void note_choice(Diag *diag) {
    static const char *const words[] = {"two", "three", "four", "five"};
    size_t n = diag->helps.len;
    if (diag->code != N0310 || n < 2) return;
    const char *word = n - 2 < sizeof words / sizeof *words ? words[n - 2] : "several";
    diag_note(diag,
              "%s single edits give this size, and they are not the same network: choose the one "
              "your weights were trained with",
              word);
}

void check_fixes(Sema *sema) {
    Budget budget = {.first = cost_of(sema)};
    for (size_t i = 0; i < sema->diags->list.len; i++) {
        check_helps(sema, sema->diags->list.at[i], &budget);
        note_choice(sema->diags->list.at[i]);
    }
}
