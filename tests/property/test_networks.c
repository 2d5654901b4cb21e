/* Random networks through front, semantics and the double reference: each is legal, keeps the sizes
 * that conv_arith computed, and runs; multiply-adds counted on the way are those that the tap
 * program defines. */
#include "support/net_generator.h"

#include "base/diag.h"
#include "graph/graph.h"
#include "reference/reference.h"
#include "sema/sema.h"
#include "syntax/parse.h"

#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

enum { NETWORKS = 800 };

/* The graph of a text, with its weights. */
static Graph *graph_of(Arena *arena, const char *text, uint64_t seed) {
    Sources *sources = ARENA_NEW(arena, Sources);
    sources->arena = arena;
    Diags diags = diags_in(arena, sources);
    Interner *interner = interner_create(arena);
    uint32_t file = sources_add(sources, "net", text, strlen(text));
    const Ast *ast = parse_file(arena, interner, sources, file, &diags);
    SemaOptions options = {.max_weight_bytes = 1 << 20};
    Graph *graph = sema_file(arena, interner, ast, &options, sources, &diags);
    for (size_t n = 0; n < diags.list.len; n++)
        cr_assert_not(diags.list.at[n]->is_error, "seed %llu: %s\n%s", (unsigned long long)seed,
                      diags.list.at[n]->message, text);
    sema_load_weights(graph, &diags);
    const char *fault = graph_verify(arena, graph);
    cr_assert_null(fault, "seed %llu: %s\n%s", (unsigned long long)seed, fault, text);
    return graph;
}

/* Runs every node; `results` has an array for each value. */
static void run_graph(Arena *arena, const Graph *graph, uint64_t seed) {
    float **results = ARENA_ARRAY(arena, float *, graph->values.len);
    for (size_t n = 0; n < graph->nodes.len; n++) {
        const Node *node = graph->nodes.at[n];
        int64_t elems = value_elems(node->output), macs;
        float *result = ARENA_ARRAY(arena, float, (size_t)elems);
        results[node->output->id] = result;
        if (node->op == OP_INPUT) {
            for (int64_t i = 0; i < elems; i++) result[i] = (float)(i % 7 - 3);
            continue;
        }
        const float **inputs = ARENA_ARRAY(arena, const float *, (size_t)node->n_inputs);
        for (int i = 0; i < node->n_inputs; i++) inputs[i] = results[node->inputs[i]->id];
        double *output = ARENA_ARRAY(arena, double, (size_t)elems);
        double *bound = ARENA_ARRAY(arena, double, (size_t)elems);
        reference_node(node, inputs, output, bound, &macs);
        cr_assert_eq(macs, node_macs(node), "seed %llu %s: %lld multiply-adds, defined %lld",
                     (unsigned long long)seed, node->path, (long long)macs,
                     (long long)node_macs(node));
        for (int64_t i = 0; i < elems; i++) {
            cr_assert(isfinite(output[i]) && bound[i] >= 0 && isfinite(bound[i]), "seed %llu %s",
                      (unsigned long long)seed, node->path);
            result[i] = (float)output[i];
        }
    }
}

Test(networks, are_legal_and_run_in_the_reference) {
    Arena *arena = arena_create();
    int64_t ops[OP_KINDS] = {0};
    for (uint64_t seed = 1; seed <= NETWORKS; seed++) {
        const char *text = net_generate(arena, seed, NULL);
        const Graph *graph = graph_of(arena, text, seed);
        for (size_t n = 0; n < graph->nodes.len; n++) ops[graph->nodes.at[n]->op]++;
        run_graph(arena, graph, seed);
        arena_reset(arena);
    }
    arena_destroy(arena);
    for (int op = 0; op < OP_KINDS; op++)
        cr_expect_geq(ops[op], 20, "%s: only %lld", op_name((OpKind)op), (long long)ops[op]);
}
