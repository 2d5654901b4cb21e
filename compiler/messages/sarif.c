/* SARIF 2.1.0, after the schema and sections 3.11 (messages), 3.30 (regions), 3.49 (rules) and 3.55
 * to 3.57 (fixes) of the standard. Members that are the same in every document stand in run_object.
 *
 * Only the rules that occur are described: all pages would be a thousand times the results. */
#include "messages/sarif.h"

#include "messages/diag_json.h"
#include "messages/json_text.h"

#include <stdlib.h>

static const char schema_uri[] =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

struct Sarif {
    Arena *arena;
    VEC(const char *) files; /* names, in the order of `artifacts` */
    VEC(DiagCode) rules;     /* the codes that occur, in the order of tool.driver.rules */
    json_t *artifacts, *results, *notifications; /* arrays */
};

Sarif *sarif_begin(Arena *arena) {
    Sarif *sarif = ARENA_NEW(arena, Sarif);
    *sarif = (Sarif){.arena = arena,
                     .artifacts = json_array(),
                     .results = json_array(),
                     .notifications = json_array()};
    return sarif;
}

static json_t *text_object(Arena *arena, const char *text) {
    return json_pack("{s:o}", "text", json_shown(arena, text));
}

/* Length of what a reader would take for a placeholder, {7}, or for the middle of a link, ](. */
static size_t markup_length(const char *text) {
    if (text[0] == ']' && text[1] == '(') return 2;
    size_t digits = text[0] == '{' ? strspn(text + 1, "0123456789") : 0;
    return digits > 0 && text[1 + digits] == '}' ? digits + 2 : 0;
}

/* A message: what looks like markup becomes an argument. */
static json_t *message_object(Arena *arena, const char *message) {
    json_t *arguments = json_array(), *object = json_object();
    Text text = text_in(arena);
    while (*message) {
        size_t len = markup_length(message);
        if (len) {
            text_printf(&text, "{%zu}", json_array_size(arguments));
            json_array_append_new(arguments, json_stringn(message, len));
        } else {
            len = 1;
            text_append(&text, message, len);
        }
        message += len;
    }
    json_object_set_new(object, "text", json_shown(arena, text_str(&text)));
    if (json_array_size(arguments) > 0) json_object_set(object, "arguments", arguments);
    json_decref(arguments);
    return object;
}

/* The URI of a file: relative to the folder netc was called in, or absolute. */
static const char *uri_of(Arena *arena, const char *file) {
    static const char plain[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/";
    Text uri = text_in(arena);
    if (file[0] == '/') text_puts(&uri, "file://");
    for (const char *c = file; *c; c++)
        if (strchr(plain, *c))
            text_append(&uri, c, 1);
        else
            text_printf(&uri, "%%%02X", (unsigned char)*c);
    return text_str(&uri);
}

/* The number of a file among the artifacts, which it joins if it is new. */
static size_t artifact_of(Sarif *sarif, const char *file) {
    for (size_t i = 0; i < sarif->files.len; i++)
        if (strcmp(sarif->files.at[i], file) == 0) return i;
    VEC_PUSH(sarif->arena, &sarif->files, arena_strdup(sarif->arena, file));
    json_array_append_new(sarif->artifacts,
                          json_pack("{s:{s:s}}", "location", "uri", uri_of(sarif->arena, file)));
    return sarif->files.len - 1;
}

static json_t *artifact_location(Sarif *sarif, const char *file) {
    return json_pack("{s:s, s:I}", "uri", uri_of(sarif->arena, file), "index",
                     (json_int_t)artifact_of(sarif, file));
}

void sarif_add_file(Sarif *sarif, const char *file) {
    json_t *artifact = json_array_get(sarif->artifacts, artifact_of(sarif, file));
    json_object_set_new(artifact, "roles", json_pack("[s]", "analysisTarget"));
}

static json_t *region_object(Sources *sources, Span span) {
    Place begin = source_place(sources, span.file, span.begin);
    Place end = source_place(sources, span.file, span.end);
    return json_pack("{s:I, s:I, s:I, s:I}", "startLine", (json_int_t)begin.line, "startColumn",
                     (json_int_t)begin.column, "endLine", (json_int_t)end.line, "endColumn",
                     (json_int_t)end.column);
}

static json_t *location_object(Sarif *sarif, Sources *sources, const DiagLabel *label) {
    Span span = label->span;
    json_t *region = region_object(sources, span), *location = json_object();
    json_object_set_new(region, "byteOffset", json_integer(span.begin));
    json_object_set_new(region, "byteLength", json_integer((json_int_t)span.end - span.begin));
    json_object_set_new(location, "physicalLocation",
                        json_pack("{s:o, s:o}", "artifactLocation",
                                  artifact_location(sarif, sources->files.at[span.file]->name),
                                  "region", region));
    if (label->text[0])
        json_object_set_new(location, "message", message_object(sarif->arena, label->text));
    return location;
}

/* A file as a whole. */
static json_t *file_location(Sarif *sarif, const char *file) {
    return json_pack("{s:{s:o}}", "physicalLocation", "artifactLocation",
                     artifact_location(sarif, file));
}

static json_t *related_locations(Sarif *sarif, Sources *sources, const Diag *diag) {
    json_t *array = json_array();
    for (size_t i = 0; i < diag->secondary.len; i++) {
        json_t *location = location_object(sarif, sources, &diag->secondary.at[i]);
        json_object_set_new(location, "id", json_integer((json_int_t)i));
        json_array_append_new(array, location);
    }
    return array;
}

/* The edits of one file. Regions are in lines and columns alone: with bytes beside them, what is
 * put in would have to be binary (3.57.2). */
static json_t *artifact_change(Sarif *sarif, Sources *sources, const DiagHelp *help,
                               uint32_t file) {
    json_t *replacements = json_array();
    for (size_t i = 0; i < help->edits.len; i++) {
        const DiagEdit *edit = &help->edits.at[i];
        if (edit->span.file != file) continue;
        json_t *replacement =
            json_pack("{s:o}", "deletedRegion", region_object(sources, edit->span));
        if (edit->text[0])
            json_object_set_new(replacement, "insertedContent",
                                json_pack("{s:s}", "text", edit->text));
        json_array_append_new(replacements, replacement);
    }
    return json_pack("{s:o, s:o}", "artifactLocation",
                     artifact_location(sarif, sources->files.at[file]->name), "replacements",
                     replacements);
}

static bool edited_before(const DiagHelp *help, size_t edit) {
    for (size_t i = 0; i < edit; i++)
        if (help->edits.at[i].span.file == help->edits.at[edit].span.file) return true;
    return false;
}

static json_t *fixes_array(Sarif *sarif, Sources *sources, const Diag *diag) {
    json_t *array = json_array();
    uint32_t home = diag->has_span ? diag->primary.span.file : UINT32_MAX;
    for (size_t n = 0; n < diag->helps.len; n++) {
        const DiagHelp *help = diag->helps.at[n];
        if (help->edits.len == 0 || !json_can_say_help(help)) continue;
        const char *title = diag_help_title(sarif->arena, help, sources, home);
        json_t *changes = json_array();
        for (size_t i = 0; i < help->edits.len; i++)
            if (!edited_before(help, i))
                json_array_append_new(
                    changes, artifact_change(sarif, sources, help, help->edits.at[i].span.file));
        json_array_append_new(array, json_pack("{s:o, s:o, s:{s:s}}", "description",
                                               message_object(sarif->arena, title),
                                               "artifactChanges", changes, "properties", "grade",
                                               fix_grade_name(help->grade)));
    }
    return array;
}

/* The message, its notes and the advice that has no edit, each on a line of its own. */
static const char *whole_message(Arena *arena, const Diag *diag) {
    Text text = text_in(arena);
    text_puts(&text, diag->message);
    for (size_t i = 0; i < diag->notes.len; i++) text_printf(&text, "\n%s", diag->notes.at[i]);
    for (size_t i = 0; i < diag->helps.len; i++)
        if (diag->helps.at[i]->edits.len == 0)
            text_printf(&text, "\nhelp: %s", diag->helps.at[i]->title);
    return text_str(&text);
}

static size_t rule_of(Sarif *sarif, DiagCode code) {
    for (size_t i = 0; i < sarif->rules.len; i++)
        if (sarif->rules.at[i] == code) return i;
    VEC_PUSH(sarif->arena, &sarif->rules, code);
    return sarif->rules.len - 1;
}

/* Sets a member unless its array is empty. */
static void set_array(json_t *object, const char *name, json_t *array) {
    if (json_array_size(array) > 0)
        json_object_set_new(object, name, array);
    else
        json_decref(array);
}

void sarif_add(Sarif *sarif, const Diag *diag, Sources *sources, const char *file) {
    json_t *result = json_object(), *locations = json_array();
    json_array_append_new(locations, diag->has_span
                                         ? location_object(sarif, sources, &diag->primary)
                                         : file_location(sarif, file));
    json_object_set_new(result, "ruleId", json_string(diag_code_name(diag->code)));
    json_object_set_new(result, "ruleIndex", json_integer((json_int_t)rule_of(sarif, diag->code)));
    json_object_set_new(result, "level", json_string(diag->is_error ? "error" : "warning"));
    json_object_set_new(result, "message",
                        message_object(sarif->arena, whole_message(sarif->arena, diag)));
    json_object_set_new(result, "locations", locations);
    set_array(result, "relatedLocations", related_locations(sarif, sources, diag));
    set_array(result, "fixes", fixes_array(sarif, sources, diag));
    json_object_set_new(result, "properties",
                        json_pack("{s:o}", "facts", facts_json(sarif->arena, diag->facts)));
    json_array_append_new(sarif->results, result);
}

void sarif_add_rest(Sarif *sarif, const char *file, size_t n) {
    const char *message = arena_printf(sarif->arena, "... and %zu more", n);
    json_array_append_new(sarif->notifications,
                          json_pack("{s:s, s:o, s:[o]}", "level", "note", "message",
                                    text_object(sarif->arena, message), "locations",
                                    file_location(sarif, file)));
}

static json_t *rule_object(Sarif *sarif, DiagCode code, const SarifEnd *end) {
    const char *name = diag_code_name(code), *page = end->help(sarif->arena, code);
    json_t *rule =
        json_pack("{s:s, s:o, s:{s:s, s:b}}", "id", name, "shortDescription",
                  text_object(sarif->arena, diag_code_text(code)), "defaultConfiguration", "level",
                  name[0] == 'N' ? "error" : "warning", "enabled", !diag_off_by_default(code));
    if (page[0])
        json_object_set_new(rule, "help", json_pack("{s:s, s:s}", "text", page, "markdown", page));
    return rule;
}

static json_t *run_object(Sarif *sarif, const SarifEnd *end) {
    json_t *rules = json_array();
    for (size_t i = 0; i < sarif->rules.len; i++)
        json_array_append_new(rules, rule_object(sarif, sarif->rules.at[i], end));
    json_t *invocation =
        json_pack("{s:b, s:i}", "executionSuccessful", end->successful, "exitCode", end->exit_code);
    set_array(invocation, "toolExecutionNotifications", sarif->notifications);
    json_t *driver =
        json_pack("{s:s, s:s, s:o}", "name", "netc", "version", end->version, "rules", rules);
    json_t *run = json_object();
    json_object_set_new(run, "tool", json_pack("{s:o}", "driver", driver));
    json_object_set_new(run, "invocations", json_pack("[o]", invocation));
    json_object_set_new(run, "artifacts", sarif->artifacts);
    json_object_set_new(run, "results", sarif->results);
    json_object_set_new(run, "columnKind", json_string("unicodeCodePoints"));
    json_object_set_new(run, "newlineSequences", json_pack("[s, s, s]", "\r\n", "\n", "\r"));
    json_object_set_new(run, "defaultEncoding", json_string("utf-8"));
    json_object_set_new(run, "defaultSourceLanguage", json_string("net"));
    return run;
}

void sarif_end(Sarif *sarif, const SarifEnd *end, Text *out) {
    json_t *document = json_pack("{s:s, s:s, s:[o]}", "$schema", schema_uri, "version", "2.1.0",
                                 "runs", run_object(sarif, end));
    char *text = json_dumps(document, JSON_INDENT(2));
    text_puts(out, text);
    text_puts(out, "\n");
    free(text);
    json_decref(document);
}
