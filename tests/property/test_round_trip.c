/* import(export(p)) is p: random networks become models, these become bytes, the bytes become text
 * and a file of weights again, and what the checker makes of them is the same graph. The compiler
 * gives the same code for the same graph, so nothing need be compiled here. */
#include "same_graph.h"

#include "base/diag.h"
#include "base/file.h"
#include "base/intern.h"
#include "driver/layer_styles.h"
#include "export/export.h"
#include "import/import.h"
#include "onnx/read.h"
#include "onnx/write.h"
#include "sema/reserved.h"
#include "sema/sema.h"
#include "support/net_generator.h"
#include "syntax/parse.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#ifdef __SANITIZE_ADDRESS__
enum { NETWORKS = 60 };
#else
enum { NETWORKS = 300 };
#endif

/* The graph of a text, with its weights; `path` says beside which file these are. */
static const Graph *graph_of(Arena *arena, const char *path, const char *text) {
    Sources *sources = ARENA_NEW(arena, Sources);
    sources->arena = arena;
    Diags diags = diags_in(arena, sources);
    Interner *interner = interner_create(arena);
    uint32_t file = sources_add(sources, path, text, strlen(text));
    const Ast *ast = parse_file(arena, interner, sources, file, &diags);
    SemaOptions options = {.max_weight_bytes = 1 << 26};
    Graph *graph = sema_file(arena, interner, ast, &options, sources, &diags);
    sema_load_weights(graph, &diags);
    for (size_t i = 0; i < diags.list.len; i++)
        cr_assert_not(diags.list.at[i]->is_error, "%s\n%s", diags.list.at[i]->message, text);
    return graph;
}

/* The bytes of a model, in one piece. */
static const OnnxModel *written_and_read(Arena *arena, const OnnxModel *model) {
    OnnxBytes bytes = onnx_write(arena, model);
    unsigned char *whole = arena_alloc(arena, bytes.len);
    size_t at = 0;
    for (size_t i = 0; i < bytes.n; at += bytes.pieces[i++].len)
        memcpy(whole + at, bytes.pieces[i].data, bytes.pieces[i].len);
    const OnnxModel *read;
    const char *why = onnx_read(arena, whole, bytes.len, &read);
    cr_assert_null(why, "%s", why);
    return read;
}

/* The text that a model becomes; its weights are written to `weights`. NULL: it cannot be said. */
static const char *imported(Arena *arena, const OnnxModel *model, const char *weights) {
    ImportOptions options = {.path = "net.onnx",
                             .model = "back",
                             .weights = weights,
                             .max_memory = 1 << 28,
                             .max_layers = MAX_LAYERS,
                             .styles = layer_styles(arena),
                             .is_reserved = is_c_word};
    ImportReport report = {0};
    ImportResult result;
    import_model(arena, model, &options, &report, &result);
    for (size_t i = 0; i < report.problems.len; i++) {
        const ImportProblem *problem = &report.problems.at[i];
        cr_log_error("%s: %s", problem->node ? problem->node->op : "", problem->what);
    }
    if (report.problems.len > 0) return NULL;
    const char *which;
    result.weights.path = weights;
    if (result.has_weights) cr_assert_null(files_write(arena, &result.weights, 1, &which));
    return text_str(&result.text);
}

static bool comes_back(Arena *arena, uint64_t seed, const char *weights) {
    const char *text = net_generate(arena, seed, NULL);
    const Graph *graph = graph_of(arena, "net", text);
    const OnnxModel *model = written_and_read(arena, export_graph(arena, graph, "netc"));
    const char *back = imported(arena, model, weights);
    const char *why =
        back ? graph_difference(arena, graph, graph_of(arena, "back", back)) : "it cannot be said";
    if (!why) return true;
    cr_log_error("seed %llu: %s\n%s\n%s", (unsigned long long)seed, why, text, back ? back : "");
    return false;
}

Test(round_trip, random_networks_come_back) {
    const char *wanted = getenv("NETC_NETWORKS");
    uint64_t networks = wanted ? strtoull(wanted, NULL, 10) : NETWORKS, failures = 0;
    Arena *arena = arena_create();
    char weights[] = "/tmp/netc-round-trip-XXXXXX";
    int fd = mkstemp(weights);
    cr_assert_geq(fd, 0);
    close(fd);
    char *named = strcat(strcpy(malloc(sizeof weights + 16), weights), ".safetensors");
    for (uint64_t seed = 1; seed <= networks; seed++) {
        failures += !comes_back(arena, seed, named);
        arena_reset(arena);
    }
    unlink(weights);
    unlink(named);
    free(named);
    arena_destroy(arena);
    cr_assert_eq(failures, 0, "%llu of %llu networks", (unsigned long long)failures,
                 (unsigned long long)networks);
}
