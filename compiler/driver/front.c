/* Source -> Ast -> Graph, with the verifier of each stage after it. */
#include "driver/front.h"

#include "base/checked.h"
#include "base/file.h"
#include "driver/console.h"
#include "driver/library.h"
#include "driver/limits.h"
#include "driver/sink.h"
#include "driver/warnings.h"
#include "sema/sema.h"
#include "syntax/parse.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

bool front_verifies(const Options *options) {
#ifdef NDEBUG
    return options->verify_each;
#else
    (void)options;
    return true;
#endif
}

bool front_knows_stage(const char *name, Suggestion *near) {
    static const Stage stages[] = {STAGE_PARSE, STAGE_SEMA};
    bool known = false;
    for (int i = 0; i < 2; i++) {
        suggest_offer(near, stage_name(stages[i]));
        known |= strcmp(name, stage_name(stages[i])) == 0;
    }
    return known;
}

/* --dump-after of a stage that was just done. */
static void dump_after(const Compilation *c, Stage stage) {
    if (!c->options->dump_after || strcmp(c->options->dump_after, stage_name(stage)) != 0) return;
    Text text = text_in(c->arena);
    if (stage == STAGE_PARSE)
        ast_print(&text, c->ast);
    else
        graph_print(&text, c->graph);
    fputs(text_str(&text), stderr);
}

static bool is_stdin(const char *path) { return strcmp(path, "-") == 0; }

static bool read_source(Compilation *c, const char *path, uint32_t *file) {
    Bytes bytes;
    const char *why = file_read(c->arena, path, MAX_SOURCE_BYTES, &bytes);
    if (!why) {
        *file = sources_add(&c->sources, c->file, bytes.data, bytes.len);
        return true;
    }
    Text name = text_in(c->arena);
    text_quote(&name, path, strlen(path));
    if (strcmp(why, strerror(ENOENT)) == 0)
        diag_add_global(&c->diags, N0902, "cannot find %s" FACTS("file"), text_str(&name));
    else
        diag_add_global(&c->diags, N0501, "cannot read %s: %s" FACTS("file reason"),
                        is_stdin(path) ? "standard input" : text_str(&name), why);
    return false;
}

/* N0350 where the numbers of all parameters need more memory than there may be. */
static void check_weights(Compilation *c) {
    int64_t bytes = 0, limit = (int64_t)limit_memory(c->options);
    for (size_t i = 0; i < c->graph->params.len; i++) {
        const Param *param = c->graph->params.at[i];
        int64_t own;
        if (checked_mul(param->elems, (int64_t)sizeof(float), &own) &&
            checked_add(bytes, own, &bytes) && bytes <= limit)
            continue;
        Text shown = text_in(c->arena);
        text_count(&shown, limit);
        Diag *diag = diag_add(&c->diags, N0350, param->span,
                              "the weights need more than %s bytes of memory" FACTS("limit#"),
                              text_str(&shown));
        diag_here(diag, "too much with these");
        diag_note(diag, "`--max-memory` raises the limit");
        return;
    }
}

static SemaOptions sema_options(const Compilation *c, FrontGoal goal, const SemaFiles *instead) {
    Library *library = ARENA_NEW(c->arena, Library);
    *library = library_folders(c->arena);
    return (SemaOptions){.library = library->folders,
                         .n_library = library->n,
                         .max_source_bytes = MAX_SOURCE_BYTES,
                         .settings = c->options->settings.at,
                         .n_settings = c->options->settings.len,
                         .max_weight_bytes = limit_memory(c->options),
                         .instead = instead,
                         .weights_may_be_missing = goal == GOAL_SHAPES};
}

/* The semantic half; the tree is there. Gives what a verifier found wrong, or NULL. */
static const char *check(Compilation *c, FrontGoal goal, const SemaFiles *instead) {
    SemaOptions sema = sema_options(c, goal, instead);
    c->graph = sema_file(c->arena, c->interner, c->ast, &sema, &c->sources, &c->diags);
    stage_done(&c->times, STAGE_SEMA);
    if (c->diags.n_errors > 0) return NULL;
    dump_after(c, STAGE_SEMA);
    if (goal == GOAL_WEIGHTS) check_weights(c);
    if (c->diags.n_errors > 0) return NULL;
    if (goal == GOAL_WEIGHTS) {
        sema_load_weights(c->graph, &c->diags);
        stage_done(&c->times, STAGE_WEIGHTS);
    }
    return front_verifies(c->options) ? graph_verify(c->arena, c->graph) : NULL;
}

static void begin(Compilation *c, Arena *arena, const Options *options, const char *path) {
    *c = (Compilation){.arena = arena,
                       .options = options,
                       .file = is_stdin(path) ? "stdin" : path,
                       .interner = interner_create(arena),
                       .sources = {.arena = arena}};
    c->diags = diags_in(arena, &c->sources);
    stages_begin(&c->times);
}

/* Source number `file`, which was read, as far as `goal`. Gives what a verifier found wrong. */
static const char *analyse(Compilation *c, uint32_t file, FrontGoal goal,
                           const SemaFiles *instead) {
    c->ast = parse_file(c->arena, c->interner, &c->sources, file, &c->diags);
    stage_done(&c->times, STAGE_PARSE);
    dump_after(c, STAGE_PARSE);
    const char *wrong = NULL;
    if (front_verifies(c->options)) wrong = ast_verify(c->arena, c->ast, c->sources.files.at[file]);
    return wrong || goal == GOAL_AST ? wrong : check(c, goal, instead);
}

/* As it is when the stages are done: what is printed, in order. */
static void set_in_order(Compilation *c) {
    diags_sort(&c->diags);
    warnings_filter(&c->diags, c->options);
}

const char *front_load_files(Arena *arena, const Options *options, const SemaFiles *files,
                             FrontGoal goal, Compilation *c) {
    const SemaFile *program = &files->at[0];
    begin(c, arena, options, program->path);
    uint32_t file = sources_add(&c->sources, program->path, program->bytes, program->len);
    const char *wrong = analyse(c, file, goal, files);
    set_in_order(c);
    return wrong;
}

const char *front_read(Arena *arena, const Options *options, const char *path, FrontGoal goal,
                       Compilation *c) {
    begin(c, arena, options, path);
    uint32_t file;
    const char *wrong = NULL;
    if (read_source(c, path, &file)) {
        stage_done(&c->times, STAGE_READ);
        wrong = analyse(c, file, goal, NULL);
    }
    set_in_order(c);
    return wrong;
}

ExitStatus front_finish(Compilation *c, const char *wrong) {
    ExitStatus status = front_report(c);
    if (wrong) return console_fail(STATUS_INTERNAL, "internal error in the front end: %s", wrong);
    return status;
}

/* The sources of another analysis of the same tree: the main file, which is the first again. */
static Sources main_source(const Compilation *c, Arena *arena) {
    Sources sources = {.arena = arena};
    const SourceFile *main = c->sources.files.at[c->ast->file];
    assert(c->ast->file == 0);
    sources_add(&sources, main->name, main->text, main->len);
    return sources;
}

Graph *front_resized(const Compilation *c, Arena *scratch, SemaResize *resize) {
    Sources sources = main_source(c, scratch);
    SemaOptions sema = sema_options(c, GOAL_SHAPES, NULL);
    return sema_resized(scratch, c->interner, c->ast, &sema, &sources, resize);
}

void front_annotate(const Compilation *c, AnnotationList *out) {
    Sources sources = main_source(c, c->arena);
    SemaOptions sema = sema_options(c, GOAL_SHAPES, NULL);
    sema_annotate(c->arena, c->interner, c->ast, &sema, &sources, out);
}

ExitStatus front_query(Arena *arena, const Options *options, const char *text,
                       bool (*is_asked)(const Ast *ast), Compilation *c, LayerQuery *query) {
    begin(c, arena, options, "layer");
    uint32_t file = sources_add(&c->sources, "layer", text, strlen(text));
    c->ast = parse_file(arena, c->interner, &c->sources, file, &c->diags);
    *query = (LayerQuery){0};
    bool asked = c->diags.n_errors > 0 || is_asked(c->ast);
    SemaOptions sema = sema_options(c, GOAL_SHAPES, NULL);
    if (asked) sema_query(arena, c->interner, c->ast, &sema, &c->sources, &c->diags, query);
    return front_report(c);
}

ExitStatus front_load(Arena *arena, const Options *options, const char *path, FrontGoal goal,
                      Compilation *c) {
    return front_finish(c, front_read(arena, options, path, goal, c));
}

ExitStatus front_report(Compilation *c) {
    Diags *diags = &c->diags;
    diags_sort(diags);
    warnings_filter(diags, c->options);
    ExitStatus status = sink_put(c->options, diags, &c->sources, c->file);
    if (status == STATUS_DONE && diags->n_errors > 0) status = STATUS_INPUT;
    diags->list.len = diags->briefs.len = 0;
    return status;
}

void front_report_times(const Compilation *c) {
    if (!c->options->time_report) return;
    Text text = text_in(c->arena);
    stages_print(&text, &c->times);
    fputs(text_str(&text), stderr);
}
