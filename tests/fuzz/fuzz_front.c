/* Any bytes as a program: parse and semantics end with a graph that the verifiers accept, or with
 * an error, and never otherwise; every message can be printed in every form; what the formatter
 * makes of a program says the same and stays as it is. The program may
 * import `defs.net` and the library, and use the files of weights below: no other file is seen. */
#include "fuzz/fuzz.h"

#include "base/diag.h"
#include "driver/layer_styles.h"
#include "messages/diag_json.h"
#include "messages/sarif.h"
#include "sema/sema.h"
#include "syntax/parse.h"

#include <string.h>

enum { MAX_BYTES = 1 << 16, MAX_LOADED = 1 << 16, MAX_RENDERED = 20, MAX_FORMATTED = 16 << 20 };

static const char DEFS[] = "net 1\nlet n = 4\n"
                           "def f(x, c: int, k: int = 3, act: layer = relu) {\n"
                           "  y = x |> conv(c=c, k=k, p=half) |> act\n  return y, x\n}\n"
                           "def g(x, p: pad = 1, r: float = 0.5) {\n"
                           "  return x |> maxpool(k=3, s=2, p=p) |> leaky_relu(slope=r)\n}\n";
static const char NPY[] = "\x93NUMPY\1\0\x3a\0"
                          "{'descr': '<f8', 'fortran_order': True, 'shape': (1, 2), }"
                          "0123456789abcdef";
static const char SAFETENSORS[] =
    "\x7f\0\0\0\0\0\0\0"
    "{\"y.conv.weight\":{\"dtype\":\"F32\",\"shape\":[1,1,1,2],\"data_offsets\":[0,8]},"
    "\"a\":{\"dtype\":\"BF16\",\"shape\":[3],\"data_offsets\":[8,14]}}"
    "0123456789abcd";

static void check_spans(const Diags *diags, const Sources *sources) {
    for (size_t i = 0; i < diags->list.len; i++) {
        const Diag *diag = diags->list.at[i];
        if (!diag->has_span) continue;
        Span span = diag->primary.span;
        fuzz_require(span.file < sources->files.len, "a span is in a file");
        fuzz_require(span.begin <= span.end && span.end <= sources->files.at[span.file]->len,
                     "a span is inside its file");
    }
}

static void load_weights(Graph *graph, Diags *diags) {
    int64_t elems = 0;
    for (size_t i = 0; i < graph->params.len && elems <= MAX_LOADED; i++)
        elems += graph->params.at[i]->elems;
    if (elems <= MAX_LOADED) sema_load_weights(graph, diags);
}

static const char *no_help(Arena *arena, DiagCode code) {
    (void)arena;
    (void)code;
    return "";
}

static void print_messages(Arena *arena, const Diags *diags, Sources *sources) {
    Sarif *sarif = sarif_begin(arena);
    sarif_add_file(sarif, "fuzz.net");
    Text text = text_in(arena);
    for (size_t i = 0; i < diags->list.len && i < MAX_RENDERED; i++) {
        const Diag *diag = diags->list.at[i];
        diag_render(diag, sources, i % 2, &text);
        diag_print_json(&text, diag, sources, "fuzz.net");
        sarif_add(sarif, diag, sources, "fuzz.net");
    }
    const SarifEnd end = {.version = "0", .exit_code = 1, .successful = true, .help = no_help};
    sarif_end(sarif, &end, &text);
}

/* Formats a text; false if it has faults. */
static bool format_text(Arena *arena, const char *text, size_t size, Text *out) {
    Sources sources = {.arena = arena};
    Diags diags = diags_in(arena, &sources);
    LayerStyles styles = layer_styles(arena);
    *out = text_in(arena);
    FormatStatus status =
        format_source(&styles, "fuzz.net", text, size, MAX_FORMATTED, &diags, out);
    fuzz_require(status != FORMAT_DIFFERS, "a formatted program says the same");
    fuzz_require((status == FORMAT_FAULTS) == (diags.n_errors > 0), "a refusal has a reason");
    return status == FORMAT_DONE;
}

static void check_format(Arena *arena, const char *text, size_t size) {
    Text once, twice;
    if (!format_text(arena, text, size, &once)) return;
    bool again = format_text(arena, text_str(&once), once.len, &twice);
    fuzz_require(again && once.len == twice.len &&
                     memcmp(text_str(&once), text_str(&twice), once.len) == 0,
                 "a formatted program is formatted");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size > MAX_BYTES) return 0;
    Arena *arena = arena_create();
    Sources sources = {.arena = arena};
    Diags diags = diags_in(arena, &sources);
    Interner *interner = interner_create(arena);
    uint32_t file = sources_add(&sources, "fuzz.net", (const char *)data, size);
    const SourceFile *source = sources.files.at[file];
    const SemaFile listed[] = {{"fuzz.net", source->text, size},
                               {"defs.net", DEFS, sizeof DEFS - 1},
                               {"w.npy", NPY, sizeof NPY - 1},
                               {"w.safetensors", SAFETENSORS, sizeof SAFETENSORS - 1},
                               {"folder", NULL, 0}};
    const SemaFiles files = {.at = listed, .n = sizeof listed / sizeof *listed, .alone = true};
    static const char *const library[] = {NETC_SOURCE_DIR "/compiler"};
    SemaOptions options = {.max_source_bytes = 1 << 20,
                           .max_weight_bytes = 1 << 20,
                           .library = library,
                           .n_library = 1,
                           .instead = &files,
                           .weights_may_be_missing = true};
    Ast *ast = parse_file(arena, interner, &sources, file, &diags);
    fuzz_require(!ast_verify(arena, ast, source), "the tree is legal");
    Graph *graph = sema_file(arena, interner, ast, &options, &sources, &diags);
    if (diags.n_errors == 0) {
        fuzz_require(!graph_verify(arena, graph), "a graph without errors is legal");
        load_weights(graph, &diags);
    }
    check_spans(&diags, &sources);
    diags_sort(&diags);
    print_messages(arena, &diags, &sources);
    check_format(arena, source->text, size);
    arena_destroy(arena);
    return 0;
}
