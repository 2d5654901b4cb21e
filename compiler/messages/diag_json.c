/* JSON lines. Bytes count from 0, lines and columns from 1, columns in code points. */
#include "messages/diag_json.h"

#include "messages/json_text.h"

#include <math.h>
#include <stdlib.h>

json_t *facts_json(Arena *scratch, const Fact *fact) {
    json_t *json = NULL;
    switch (fact->kind) {
    case FACT_INT: return json_integer(fact->integer);
    case FACT_REAL: /* JSON has no infinity */
        return isfinite(fact->real) ? json_real(fact->real) : json_null();
    case FACT_TEXT: return json_exact(scratch, fact->text);
    case FACT_LIST:
        json = json_array();
        for (size_t i = 0; i < fact->parts.len; i++)
            json_array_append_new(json, facts_json(scratch, fact->parts.at[i]));
        break;
    case FACT_MAP:
        json = json_object();
        for (size_t i = 0; i < fact->parts.len; i++)
            json_object_set_new(json, fact->parts.at[i]->name,
                                facts_json(scratch, fact->parts.at[i]));
        break;
    }
    return json;
}

/* @param home  the file of the message: a span elsewhere names its own */
static json_t *span_object(Arena *arena, Sources *sources, const DiagLabel *label, uint32_t home,
                           bool primary) {
    Span span = label->span;
    Place place = source_place(sources, span.file, span.begin);
    json_t *object = json_object();
    if (span.file != home)
        json_object_set_new(object, "file", json_exact(arena, sources->files.at[span.file]->name));
    json_object_set_new(object, "begin", json_integer(span.begin));
    json_object_set_new(object, "end", json_integer(span.end));
    json_object_set_new(object, "line", json_integer(place.line));
    json_object_set_new(object, "column", json_integer(place.column));
    json_object_set_new(object, "primary", json_boolean(primary));
    json_object_set_new(object, "label", json_shown(arena, label->text));
    return object;
}

static json_t *spans_array(Arena *arena, Sources *sources, const Diag *diag) {
    json_t *array = json_array();
    if (!diag->has_span) return array;
    uint32_t home = diag->primary.span.file;
    json_array_append_new(array, span_object(arena, sources, &diag->primary, home, true));
    for (size_t i = 0; i < diag->secondary.len; i++)
        json_array_append_new(array,
                              span_object(arena, sources, &diag->secondary.at[i], home, false));
    return array;
}

static json_t *notes_array(Arena *arena, const Diag *diag) {
    json_t *array = json_array();
    for (size_t i = 0; i < diag->notes.len; i++)
        json_array_append_new(array, json_shown(arena, diag->notes.at[i]));
    return array;
}

static json_t *brings_array(Arena *arena, Sources *sources, const Diag *diag,
                            const DiagHelp *help) {
    json_t *array = json_array();
    for (size_t i = 0; i < help->brings.len; i++) {
        const DiagBrought *brought = &help->brings.at[i];
        json_t *item = json_object();
        if (!diag->has_span || brought->file != diag->primary.span.file)
            json_object_set_new(item, "file",
                                json_exact(arena, sources->files.at[brought->file]->name));
        json_object_set_new(item, "code", json_string(diag_code_name(brought->code)));
        json_object_set_new(item, "line", json_integer(brought->line));
        json_array_append_new(array, item);
    }
    return array;
}

static json_t *fix_object(Arena *arena, Sources *sources, const Diag *diag, const DiagHelp *help) {
    json_t *object = json_object(), *edits = json_array();
    for (size_t i = 0; i < help->edits.len; i++) {
        const DiagEdit *edit = &help->edits.at[i];
        json_t *item = json_object();
        if (!diag->has_span || edit->span.file != diag->primary.span.file)
            json_object_set_new(item, "file",
                                json_exact(arena, sources->files.at[edit->span.file]->name));
        json_object_set_new(item, "begin", json_integer(edit->span.begin));
        json_object_set_new(item, "end", json_integer(edit->span.end));
        json_object_set_new(item, "text", json_string(edit->text));
        json_array_append_new(edits, item);
    }
    json_object_set_new(object, "title", json_shown(arena, help->title));
    json_object_set_new(object, "grade", json_string(fix_grade_name(help->grade)));
    json_object_set_new(object, "edits", edits);
    json_object_set_new(object, "brings", brings_array(arena, sources, diag, help));
    return object;
}

static json_t *fixes_array(Arena *arena, Sources *sources, const Diag *diag) {
    json_t *array = json_array();
    for (size_t i = 0; i < diag->helps.len; i++)
        if (json_can_say_help(diag->helps.at[i]))
            json_array_append_new(array, fix_object(arena, sources, diag, diag->helps.at[i]));
    return array;
}

static void print_line(Text *out, json_t *object) {
    char *line = json_dumps(object, JSON_COMPACT);
    text_puts(out, line);
    text_puts(out, "\n");
    free(line);
    json_decref(object);
}

void diag_print_json(Text *out, const Diag *diag, Sources *sources, const char *file) {
    Arena *arena = arena_create();
    json_t *object = json_object();
    Text rendered = text_in(arena);
    diag_render(diag, sources, false, &rendered);
    if (diag->has_span) file = sources->files.at[diag->primary.span.file]->name;
    json_object_set_new(object, "level", json_string(diag->is_error ? "error" : "warning"));
    json_object_set_new(object, "code", json_string(diag_code_name(diag->code)));
    json_object_set_new(object, "message", json_shown(arena, diag->message));
    json_object_set_new(object, "file", json_exact(arena, file));
    json_object_set_new(object, "spans", spans_array(arena, sources, diag));
    json_object_set_new(object, "facts", facts_json(arena, diag->facts));
    json_object_set_new(object, "notes", notes_array(arena, diag));
    json_object_set_new(object, "fixes", fixes_array(arena, sources, diag));
    json_object_set_new(object, "rendered", json_exact(arena, text_str(&rendered)));
    print_line(out, object);
    arena_destroy(arena);
}

void diag_print_json_rest(Text *out, const char *file, size_t n) {
    Arena *arena = arena_create();
    json_t *object = json_object();
    const char *message = arena_printf(arena, "... and %zu more", n);
    json_object_set_new(object, "level", json_string("note"));
    json_object_set_new(object, "code", json_null());
    json_object_set_new(object, "message", json_string(message));
    json_object_set_new(object, "file", json_exact(arena, file));
    json_object_set_new(object, "spans", json_array());
    json_object_set_new(object, "facts", json_pack("{s:I}", "more", (json_int_t)n));
    json_object_set_new(object, "notes", json_array());
    json_object_set_new(object, "fixes", json_array());
    json_object_set_new(object, "rendered", json_string(arena_printf(arena, "%s\n", message)));
    print_line(out, object);
    arena_destroy(arena);
}
