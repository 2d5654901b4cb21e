/* `netc inspect`: what an object, archive, library or program says of the models in it. */
#include "driver/commands.h"
#include "driver/console.h"
#include "driver/limits.h"
#include "driver/model_read.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

static const char *hash_text(Arena *arena, const ReadModel *model) {
    Text text = text_in(arena);
    for (size_t i = 0; i < sizeof model->hash; i++) text_printf(&text, "%02x", model->hash[i]);
    return text_str(&text);
}

/* "N", then the rest: the next word of `axes`. */
static const char *next_axis(Arena *arena, const char **axes) {
    size_t len = strcspn(*axes, " ");
    const char *name = arena_strndup(arena, *axes, len);
    *axes += len + ((*axes)[len] == ' ');
    return name;
}

static void print_tensors(Text *text, const char *role, const ReadTensors *tensors) {
    for (size_t i = 0; i < tensors->len; i++) {
        const ReadTensor *tensor = &tensors->at[i];
        const char *axes = tensor->axes;
        text_printf(text, "  %-9s  %s  %s[", role, console_quote(text->arena, tensor->name),
                    dtype_name(tensor->dtype));
        for (int axis = 0; axis < tensor->rank; axis++)
            text_printf(text, "%s%s: %lld", axis ? ", " : "",
                        console_quote(text->arena, next_axis(text->arena, &axes)),
                        (long long)tensor->extent[axis]);
        text_printf(text, "], %llu %s\n", (unsigned long long)tensor->elems,
                    tensor->dtype == DTYPE_U8 ? "bytes" : "floats");
    }
}

static void print_size(Text *text, const char *what, uint64_t bytes, const char *tail) {
    text_printf(text, "  %-9s  ", what);
    if (bytes <= INT64_MAX)
        text_count(text, (long long)bytes);
    else
        text_printf(text, "%llu", (unsigned long long)bytes);
    text_printf(text, " bytes%s\n", tail);
}

static void print_model(Text *text, const ReadModel *model) {
    Arena *arena = text->arena;
    text_printf(text, "%s: compiled by %s for %s\n", console_quote(arena, model->name),
                console_quote(arena, model->compiler), console_quote(arena, model->cpu));
    print_tensors(text, "input", &model->inputs);
    print_tensors(text, "output", &model->outputs);
    print_size(
        text, "workspace", model->workspace_bytes,
        model->workspace_bytes == 0
            ? ""
            : arena_printf(arena, ", aligned to %llu", (unsigned long long)model->workspace_align));
    if (model->thread_bytes)
        text_printf(text, "  threads    n of them: a workspace of %llu + n * %llu bytes\n",
                    (unsigned long long)model->threads_bytes,
                    (unsigned long long)model->thread_bytes);
    print_size(text, "stack", model->stack_bytes, " at most");
    if (model->weights_bytes)
        print_size(text, "weights", model->weights_bytes, ", passed by the caller");
    else
        text_puts(text, "  weights    in the object\n");
    text_printf(text, "  hash       %s\n", hash_text(arena, model));
}

/* A string of the file as JSON can hold it. */
static json_t *json_text(Arena *arena, const char *string) {
    json_t *json = json_string(string);
    return json ? json : json_string(console_quote(arena, string));
}

static json_t *tensors_json(Arena *arena, const ReadTensors *tensors) {
    json_t *all = json_array();
    for (size_t i = 0; i < tensors->len; i++) {
        const ReadTensor *tensor = &tensors->at[i];
        const char *rest = tensor->axes;
        json_t *json = json_object(), *axes = json_array(), *extent = json_array();
        for (int axis = 0; axis < tensor->rank; axis++) {
            json_array_append_new(axes, json_text(arena, next_axis(arena, &rest)));
            json_array_append_new(extent, json_integer(tensor->extent[axis]));
        }
        json_object_set_new(json, "name", json_text(arena, tensor->name));
        json_object_set_new(json, "type", json_string(dtype_name(tensor->dtype)));
        json_object_set_new(json, "axes", axes);
        json_object_set_new(json, "extent", extent);
        json_object_set_new(json, "elems", json_integer((json_int_t)tensor->elems));
        json_array_append_new(all, json);
    }
    return all;
}

static json_t *model_json(Arena *arena, const ReadModel *model) {
    json_t *json = json_object();
    json_object_set_new(json, "name", json_text(arena, model->name));
    json_object_set_new(json, "compiler", json_text(arena, model->compiler));
    json_object_set_new(json, "cpu", json_text(arena, model->cpu));
    json_object_set_new(json, "hash", json_string(hash_text(arena, model)));
    json_object_set_new(json, "inputs", tensors_json(arena, &model->inputs));
    json_object_set_new(json, "outputs", tensors_json(arena, &model->outputs));
    json_object_set_new(json, "workspace_bytes", json_integer((json_int_t)model->workspace_bytes));
    json_object_set_new(json, "workspace_align", json_integer((json_int_t)model->workspace_align));
    json_object_set_new(json, "threads_bytes", json_integer((json_int_t)model->threads_bytes));
    json_object_set_new(json, "thread_bytes", json_integer((json_int_t)model->thread_bytes));
    json_object_set_new(json, "stack_bytes", json_integer((json_int_t)model->stack_bytes));
    json_object_set_new(json, "weights_bytes", json_integer((json_int_t)model->weights_bytes));
    return json;
}

static void print_json(Text *text, const ReadModels *models) {
    json_t *document = json_object(), *all = json_array();
    for (size_t i = 0; i < models->len; i++)
        json_array_append_new(all, model_json(text->arena, &models->at[i]));
    json_object_set_new(document, "models", all);
    char *dump = json_dumps(document, JSON_INDENT(2));
    text_printf(text, "%s\n", dump);
    free(dump);
    json_decref(document);
}

ExitStatus cmd_inspect(Arena *arena, const Options *options) {
    const char *path = options->files.at[0], *name = console_quote(arena, path);
    if (strcmp(path, "-") == 0) name = "standard input";
    Bytes bytes;
    const char *why = file_read(arena, path, limit_memory(options), &bytes);
    if (why) return console_fail(STATUS_INPUT, "cannot read %s: %s", name, why);
    ReadModels models = {0};
    why = models_read(arena, bytes.data, bytes.len, &models);
    if (why) return console_fail(STATUS_INPUT, "%s %s", name, why);
    Text text = text_in(arena);
    if (options->json)
        print_json(&text, &models);
    else
        for (size_t i = 0; i < models.len; i++) print_model(&text, &models.at[i]);
    return console_print(&text);
}
