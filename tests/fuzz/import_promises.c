#include "fuzz/import_promises.h"

#include "base/diag.h"
#include "driver/layer_styles.h"
#include "format/format.h"
#include "import/import.h"
#include "onnx/read.h"
#include "sema/reserved.h"
#include "sema/sema.h"
#include "syntax/parse.h"

#include <string.h>

enum {
    MAX_TEXT = 16 << 20,
    MAX_MEMORY = 64 << 20 /* of numbers */
};

static bool is_printable(const char *words) {
    if (!words || !*words) return false;
    for (; *words; words++)
        if ((unsigned char)*words < 0x20 || *words == 0x7F) return false;
    return true;
}

static const char *check_report(const ImportReport *report) {
    for (size_t i = 0; i < report->problems.len; i++) {
        const ImportProblem *problem = &report->problems.at[i];
        if (!is_printable(problem->what)) return "a reason that can be printed";
        if (problem->help && !is_printable(problem->help)) return "a help that can be printed";
    }
    for (size_t i = 0; i < report->notes.len; i++)
        if (!is_printable(report->notes.at[i])) return "a note that can be printed";
    return NULL;
}

/* The bytes of the file of weights, and two NULs. */
static char *join_pieces(Arena *arena, const OutputFile *file, size_t *len) {
    *len = file->len;
    for (size_t i = 0; i < file->n_pieces; i++) *len += file->pieces[i].len;
    char *bytes = arena_calloc(arena, *len + 2, 1), *to = bytes;
    if (file->len > 0) memcpy(to, file->data, file->len);
    to += file->len;
    for (size_t i = 0; i < file->n_pieces; i++) {
        if (file->pieces[i].len > 0) memcpy(to, file->pieces[i].data, file->pieces[i].len);
        to += file->pieces[i].len;
    }
    return bytes;
}

static const char *first_words(Arena *arena, const char *what, const Diags *diags, Sources *sources,
                               const char *text) {
    Text words = text_in(arena);
    text_printf(&words, "%s:\n", what);
    for (size_t i = 0; i < diags->list.len && i < 3; i++)
        diag_render(diags->list.at[i], sources, false, &words);
    text_printf(&words, "%.2000s", text);
    return text_str(&words);
}

/* What a layer cannot have of sizes and paddings, only the checker knows: codes N03xx. Everything
 * else that it finds is a fault of the text. */
static bool only_sizes(const Diags *diags) {
    for (size_t i = 0; i < diags->list.len; i++) {
        const Diag *diag = diags->list.at[i];
        if (diag->is_error && diag_code_name(diag->code)[2] != '3') return false;
    }
    return true;
}

/* The checker reads the network with its weights. */
static const char *check_network(Arena *arena, const Text *text, const ImportResult *result) {
    size_t len;
    const char *weights = join_pieces(arena, &result->weights, &len);
    const SemaFile listed[] = {{"fuzz.net", text_str(text), text->len},
                               {"fuzz.safetensors", weights, len}};
    const SemaFiles files = {.at = listed, .n = result->has_weights ? 2 : 1, .alone = true};
    SemaOptions options = {
        .max_source_bytes = MAX_TEXT, .max_weight_bytes = MAX_MEMORY, .instead = &files};
    Sources sources = {.arena = arena};
    Diags diags = diags_in(arena, &sources);
    Interner *interner = interner_create(arena);
    uint32_t file = sources_add(&sources, "fuzz.net", text_str(text), text->len);
    Ast *ast = parse_file(arena, interner, &sources, file, &diags);
    Graph *graph = sema_file(arena, interner, ast, &options, &sources, &diags);
    if (diags.n_errors == 0) sema_load_weights(graph, &diags);
    if (diags.n_errors == 0 || only_sizes(&diags)) return NULL;
    return first_words(arena, "the checker accepts the network", &diags, &sources, text_str(text));
}

static const char *check_result(Arena *arena, const ImportOptions *options,
                                const ImportResult *result) {
    Sources sources = {.arena = arena};
    Diags diags = diags_in(arena, &sources);
    Text text = text_in(arena);
    FormatStatus status = format_source(&options->styles, "fuzz.net", text_str(&result->text),
                                        result->text.len, MAX_TEXT, &diags, &text);
    if (status == FORMAT_TOO_LONG) return NULL;
    if (status != FORMAT_DONE)
        return first_words(arena, "the formatter takes the network", &diags, &sources,
                           text_str(&result->text));
    return check_network(arena, &text, result);
}

const char *import_check(Arena *arena, const uint8_t *data, size_t size, ImportEnd *end) {
    const OnnxModel *model;
    *end = IMPORT_NO_MODEL;
    if (onnx_read(arena, data, size, &model)) return NULL;
    ImportOptions options = {.path = "-",
                             .model = "fuzz",
                             .weights = "fuzz.safetensors",
                             .styles = layer_styles(arena),
                             .is_reserved = is_c_word,
                             .max_memory = MAX_MEMORY,
                             .max_layers = MAX_LAYERS};
    ImportReport report = {0};
    ImportResult result;
    import_model(arena, model, &options, &report, &result);
    *end = report.problems.len > 0 ? IMPORT_REFUSED : IMPORT_DONE;
    const char *broken = check_report(&report);
    if (!broken && *end == IMPORT_DONE) broken = check_result(arena, &options, &result);
    return broken;
}
