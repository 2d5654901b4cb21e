/* All edits are made in one go: none changes the meaning of what is written, so none hides or
 * makes another. */
#include "driver/fill_in.h"

#include "base/edit.h"
#include "driver/console.h"

#include <stdio.h>
#include <string.h>

typedef VEC(DiagEdit) EditList;

/* Why a `?` stays, with its place in the file that was read. */
static void say(Compilation *c, const Annotation *annotation) {
    Place place = source_place(&c->sources, annotation->span.file, annotation->span.begin);
    Text text = text_in(c->arena);
    text_quote(&text, c->file, strlen(c->file));
    text_printf(&text, ":%u:%u: `?` stays: ", place.line, place.column);
    if (annotation->kind == ANNOTATION_DIFFERS)
        text_printf(&text, "it is %s in one use of `%s` and %s in another", annotation->text,
                    annotation->def, annotation->other);
    else
        text_printf(&text, "no use of `%s` solves it", annotation->def);
    fprintf(stderr, "%s\n", text_str(&text));
}

/* The edits that the options ask for, in order of place. */
static EditList choose(Compilation *c, const AnnotationList *annotations) {
    EditList edits = {0};
    for (size_t i = 0; i < annotations->len; i++) {
        const Annotation *annotation = &annotations->at[i];
        const char *text = annotation->text;
        bool sizes = annotation->kind == ANNOTATION_SIZES;
        if (sizes ? !c->options->pin : !c->options->solve) continue;
        if (sizes) text = arena_printf(c->arena, " -> %s", text);
        if (sizes || annotation->kind == ANNOTATION_SOLVED)
            VEC_PUSH(c->arena, &edits, ((DiagEdit){annotation->span, text}));
        else
            say(c, annotation);
    }
    return edits;
}

static const char *graph_text(Arena *arena, const Graph *graph) {
    Text text = text_in(arena);
    graph_print(&text, graph);
    return text_str(&text);
}

/* True if the text is the same network as the program that was read. */
static bool is_same_network(const Compilation *c, const Bytes *text) {
    Compilation again;
    const SemaFile program = {c->file, text->data, text->len};
    const SemaFiles files = {.at = &program, .n = 1};
    if (front_load_files(c->arena, c->options, &files, GOAL_SHAPES, &again) != NULL) return false;
    return again.diags.n_errors == 0 &&
           strcmp(graph_text(c->arena, c->graph), graph_text(c->arena, again.graph)) == 0;
}

ExitStatus fill_in(Arena *arena, const Options *options, const char *path, Compilation *c,
                   Bytes *text) {
    const char *wrong = front_read(arena, options, path, GOAL_SHAPES, c);
    if (wrong || c->diags.n_errors > 0) return front_finish(c, wrong);
    AnnotationList annotations = {0};
    front_annotate(c, &annotations);
    EditList edits = choose(c, &annotations);
    const SourceFile *file = c->sources.files.at[c->ast->file];
    *text = edits_apply(arena, file, edits.at, edits.len).text;
    if (text->len > MAX_SOURCE_BYTES)
        return console_fail(STATUS_INPUT, "%s: filled in, it would be larger than %d bytes",
                            console_quote(arena, file->name), MAX_SOURCE_BYTES);
    if (is_same_network(c, text)) return STATUS_DONE;
    return console_fail(STATUS_INTERNAL,
                        "internal error: filling in %s would change the network; it is left as it "
                        "is",
                        console_quote(arena, file->name));
}
