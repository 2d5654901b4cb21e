/* `netc import`: an ONNX model to a .net file and its weights. What cannot be said is listed, all
 * of it; then nothing is written. The text is checked before it is. */
#include "base/file.h"
#include "driver/commands.h"
#include "driver/console.h"
#include "driver/front.h"
#include "driver/layer_styles.h"
#include "driver/limits.h"
#include "import/import.h"
#include "import/words.h"
#include "onnx/read.h"
#include "sema/reserved.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *shown_path(Arena *arena, const char *name) {
    Text text = text_in(arena);
    text_quote(&text, name, strlen(name));
    return text_str(&text);
}

/* NAME=1x3x224x224, the last `=` counts: names of ONNX may contain others. NULL, or what is wrong.
 */
static const char *parse_shape(Arena *arena, const char *given, ImportShape *out) {
    const char *equals = strrchr(given, '='), *wrong = NULL;
    if (!equals || equals == given || !isdigit((unsigned char)equals[1]))
        wrong = "it wants NAME=1x3x224x224";
    out->rank = 0;
    for (const char *at = equals ? equals + 1 : ""; !wrong && *at; out->rank++) {
        char *end;
        long long extent = isdigit((unsigned char)*at) ? strtoll(at, &end, 10) : 0;
        if (extent < 1 || extent > MAX_EXTENT)
            wrong = "a size is a whole number from 1 to 2147483647";
        else if (out->rank == ONNX_MAX_RANK || (*end && (*end != 'x' || !end[1])))
            wrong = "it wants NAME=1x3x224x224";
        else
            out->extent[out->rank] = extent;
        if (!wrong) at = end + (*end == 'x');
    }
    if (wrong)
        return arena_printf(arena, "`--input-shape` cannot be `%s`: %s", shown_path(arena, given),
                            wrong);
    out->input = arena_strndup(arena, given, (size_t)(equals - given));
    return NULL;
}

/* What the C functions are called, from the stem of the output. */
static const char *model_name(Arena *arena, const char *stem) {
    char *name = arena_printf(arena, "%s%.60s", isdigit((unsigned char)stem[0]) ? "n" : "", stem);
    for (char *c = name; *c; c++)
        if (!isalnum((unsigned char)*c)) *c = '_';
    name[0] = (char)tolower((unsigned char)name[0]);
    return is_c_word(name) || is_attribute_word(name) || is_language_word(name)
               ? arena_printf(arena, "%s_net", name)
               : name;
}

static ExitStatus print_problems(Arena *arena, const char *model, const ImportReport *report) {
    size_t n = report->problems.len;
    Text text = text_in(arena);
    text_printf(&text, "%s cannot be said in .net; nothing is written. ", model);
    text_printf(&text, "%zu reason%s:", n, n == 1 ? "" : "s");
    for (size_t i = 0; i < n; i++) {
        const ImportProblem *problem = &report->problems.at[i];
        const OnnxNode *node = problem->node;
        text_puts(&text, "\n  ");
        if (node) {
            text_printf(&text, "%s", shown_path(arena, node->op));
            if (node->name[0])
                text_printf(&text, " `%s`", shown_path(arena, node->name));
            else
                text_printf(&text, " (node %zu)", problem->number);
            text_puts(&text, ": ");
        }
        text_puts(&text, problem->what);
        if (problem->help) text_printf(&text, "\n      help: %s", problem->help);
    }
    return console_fail(STATUS_INPUT, "%s", text_str(&text));
}

/* The checker reads what was written, before it is. */
static ExitStatus check(Arena *arena, const Options *options, const char *path, const Text *text) {
    const SemaFile file = {path, text_str(text), text->len};
    const SemaFiles files = {.at = &file, .n = 1, .alone = true};
    Compilation compilation;
    const char *wrong = front_load_files(arena, options, &files, GOAL_SHAPES, &compilation);
    if (!wrong && compilation.diags.n_errors == 0) return STATUS_DONE;
    front_finish(&compilation, wrong);
    return console_fail(STATUS_INPUT,
                        "the model gives a network that `netc check` refuses; nothing "
                        "is written");
}

/* The text in the one style, checked. */
static ExitStatus finish_text(Arena *arena, const Options *options, const char *path,
                              const ImportOptions *import, const Text *raw, Text *out) {
    Sources sources = {.arena = arena};
    Diags diags = diags_in(arena, &sources);
    *out = text_in(arena);
    FormatStatus status = format_source(&import->styles, path, text_str(raw), raw->len,
                                        MAX_SOURCE_BYTES, &diags, out);
    if (status == FORMAT_TOO_LONG)
        return console_fail(STATUS_INPUT, "the network is longer than %d bytes of text",
                            MAX_SOURCE_BYTES);
    if (status != FORMAT_DONE)
        return console_fail(STATUS_INTERNAL,
                            "internal error: the text that was made is no .net:\n%s",
                            text_str(raw));
    return check(arena, options, path, out);
}

static ExitStatus report(Arena *arena, const char *model, const char *path,
                         const ImportReport *notes, const ImportResult *result,
                         const char *weights) {
    Text text = text_in(arena);
    for (size_t i = 0; i < notes->notes.len; i++)
        text_printf(&text, "note: %s\n", notes->notes.at[i]);
    text_printf(&text, "%s: %zu layer%s", shown_path(arena, path), result->layers,
                result->layers == 1 ? "" : "s");
    if (result->has_weights) {
        text_puts(&text, ", ");
        text_count(&text, result->parameters);
        text_printf(&text, " parameters in %s", shown_path(arena, weights));
    }
    text_printf(&text, ", from %s\n", model);
    return console_print(&text);
}

static ExitStatus import_file(Arena *arena, const Options *options, const char *path,
                              ImportOptions *import) {
    const char *source = options->files.at[0], *model = shown_path(arena, source);
    const OnnxModel *onnx;
    Bytes bytes;
    const char *why = file_read(arena, source, limit_memory(options), &bytes);
    if (why) return console_fail(STATUS_INPUT, "cannot read %s: %s", model, why);
    why = onnx_read(arena, (const unsigned char *)bytes.data, bytes.len, &onnx);
    if (why) return console_fail(STATUS_INPUT, "%s is no ONNX model: %s", model, why);
    const char *weights =
        path_beside(arena, path, arena_printf(arena, "%s.safetensors", path_stem(arena, path)));
    const char *slash = strrchr(weights, '/');
    import->path = source;
    import->weights = slash ? slash + 1 : weights;
    import->model = model_name(arena, path_stem(arena, path));
    import->styles = layer_styles(arena);
    import->is_reserved = is_c_word;
    import->max_memory = limit_memory(options);
    import->max_layers = MAX_LAYERS;
    ImportReport problems = {0};
    ImportResult result;
    import_model(arena, onnx, import, &problems, &result);
    if (problems.problems.len > 0) return print_problems(arena, model, &problems);
    Text text;
    ExitStatus status = finish_text(arena, options, path, import, &result.text, &text);
    if (status != STATUS_DONE) return status;
    OutputFile files[2] = {{.path = path, .data = text_str(&text), .len = text.len},
                           result.weights};
    files[1].path = weights;
    status = console_write(arena, files, result.has_weights ? 2 : 1);
    return status == STATUS_DONE ? report(arena, model, path, &problems, &result, weights) : status;
}

ExitStatus cmd_import(Arena *arena, const Options *options) {
    ImportOptions import = {0};
    ImportShape *shapes = ARENA_ARRAY(arena, ImportShape, options->shapes.len);
    for (size_t i = 0; i < options->shapes.len; i++) {
        const char *wrong = parse_shape(arena, options->shapes.at[i], &shapes[i]);
        if (wrong) return console_usage(CMD_IMPORT, wrong);
    }
    import.shapes = shapes;
    import.n_shapes = options->shapes.len;
    const char *path = options->outputs.len ? options->outputs.at[options->outputs.len - 1] : NULL;
    if (!path) path = arena_printf(arena, "%s.net", path_stem(arena, options->files.at[0]));
    if (!file_is_replaceable(path))
        return console_usage(CMD_IMPORT, "`-o` wants a file: its weights go beside it");
    const char *suffix = strrchr(path, '.');
    if (!suffix || strcmp(suffix, ".net") != 0)
        return console_usage(CMD_IMPORT, "`-o` wants a file whose name ends in .net");
    return import_file(arena, options, path, &import);
}
