/* export: the models of random networks are whole. Every name is made once and before it is used,
 * and what is written is read; inputs, outputs and parameters are those of the network. */
#include "export/export.h"

#include "base/diag.h"
#include "base/intern.h"
#include "export/names.h"
#include "onnx/read.h"
#include "onnx/write.h"
#include "sema/sema.h"
#include "support/net_generator.h"
#include "syntax/parse.h"

#include <criterion/criterion.h>
#include <string.h>

#ifdef __SANITIZE_ADDRESS__
enum { NETWORKS = 100 };
#else
enum { NETWORKS = 400 };
#endif

static const Graph *graph_of(Arena *arena, const char *text) {
    Sources *sources = ARENA_NEW(arena, Sources);
    sources->arena = arena;
    Diags diags = diags_in(arena, sources);
    Interner *interner = interner_create(arena);
    uint32_t file = sources_add(sources, "net", text, strlen(text));
    const Ast *ast = parse_file(arena, interner, sources, file, &diags);
    SemaOptions options = {.max_weight_bytes = 1 << 20};
    Graph *graph = sema_file(arena, interner, ast, &options, sources, &diags);
    for (size_t i = 0; i < diags.list.len; i++)
        cr_assert_not(diags.list.at[i]->is_error, "%s\n%s", diags.list.at[i]->message, text);
    sema_load_weights(graph, &diags);
    return graph;
}

/* Each input of a node is "" or a name that is there before it. */
static void check_order(Arena *arena, const OnnxModel *model, const char *text) {
    Names known = {.arena = arena}, nodes = {.arena = arena};
    for (size_t i = 0; i < model->n_inputs; i++)
        cr_assert(names_add(&known, model->inputs[i].name), "%s", text);
    for (size_t i = 0; i < model->n_initializers; i++)
        cr_assert(names_add(&known, model->initializers[i].name), "%s", text);
    for (size_t i = 0; i < model->n_nodes; i++) {
        const OnnxNode *node = &model->nodes[i];
        cr_assert(names_add(&nodes, node->name), "two nodes `%s`\n%s", node->name, text);
        for (size_t k = 0; k < node->n_inputs; k++)
            cr_assert(!*node->inputs[k] || !names_add(&known, node->inputs[k]), "%s takes `%s`\n%s",
                      node->name, node->inputs[k], text);
        for (size_t k = 0; k < node->n_outputs; k++)
            cr_assert(names_add(&known, node->outputs[k]), "two values `%s`\n%s", node->outputs[k],
                      text);
    }
    for (size_t i = 0; i < model->n_outputs; i++)
        cr_assert(!names_add(&known, model->outputs[i].name), "no `%s`\n%s", model->outputs[i].name,
                  text);
}

static void check_value(const OnnxValueInfo *info, const char *name, const TensorType *type) {
    cr_assert_str_eq(info->name, name);
    cr_assert_eq(info->type, type->dtype == DTYPE_U8 ? ONNX_UINT8 : ONNX_FLOAT, "%s", name);
    cr_assert(info->has_shape && info->rank == type->rank);
    for (int i = 0; i < type->rank; i++) cr_assert_eq(info->extent[i].size, type->axes[i].extent);
}

static void check_interface(const OnnxModel *model, const Graph *graph) {
    cr_assert(model->n_inputs == graph->inputs.len && model->n_outputs == graph->outputs.len);
    cr_assert_str_eq(model->graph, graph->model);
    for (size_t i = 0; i < model->n_inputs; i++)
        check_value(&model->inputs[i], graph->inputs.at[i]->name, &graph->inputs.at[i]->type);
    for (size_t i = 0; i < model->n_outputs; i++)
        check_value(&model->outputs[i], graph->outputs.at[i].name,
                    &graph->outputs.at[i].value->type);
}

/* Parameters are initializers under their keys, with their numbers where they were. */
static void check_params(const OnnxModel *model, const Graph *graph, const char *text) {
    for (size_t i = 0; i < graph->params.len; i++) {
        const Param *param = graph->params.at[i];
        const OnnxTensor *found = NULL;
        for (size_t k = 0; k < model->n_initializers && !found; k++)
            if (strcmp(model->initializers[k].name, param->key) == 0)
                found = &model->initializers[k];
        cr_assert(found && found->elems == param->elems, "`%s`\n%s", param->key, text);
    }
}

static void check_bytes(Arena *arena, const OnnxModel *model, const char *text) {
    const OnnxModel *again = NULL;
    OnnxBytes bytes = onnx_write(arena, model);
    unsigned char *all = arena_alloc(arena, bytes.len), *to = all;
    for (size_t i = 0; i < bytes.n; i++) {
        memcpy(to, bytes.pieces[i].data, bytes.pieces[i].len);
        to += bytes.pieces[i].len;
    }
    const char *why = onnx_read(arena, all, bytes.len, &again);
    cr_assert(!why, "%s\n%s", why, text);
    cr_assert_eq(again->n_nodes, model->n_nodes);
    cr_assert_eq(again->n_initializers, model->n_initializers);
}

Test(export, models_of_random_networks_are_whole) {
    Arena *arena = arena_create();
    for (uint64_t seed = 1; seed <= NETWORKS; seed++) {
        const char *text = net_generate(arena, seed, NULL);
        const Graph *graph = graph_of(arena, text);
        const OnnxModel *model = export_graph(arena, graph, "test");
        check_order(arena, model, text);
        check_interface(model, graph);
        check_params(model, graph, text);
        check_bytes(arena, model, text);
        arena_reset(arena);
    }
    arena_destroy(arena);
}

Test(export, names_are_made_unique) {
    Arena *arena = arena_create();
    Names names = {.arena = arena};
    cr_assert_str_eq(names_unique(&names, "x"), "x");
    cr_assert_str_eq(names_unique(&names, "x"), "x.2");
    cr_assert(names_add(&names, "x.3"));
    cr_assert_str_eq(names_unique(&names, "x"), "x.4");
    for (int i = 0; i < 1000; i++)
        cr_assert(names_add(&names, arena_printf(arena, "n%d", i)), "%d", i);
    for (int i = 0; i < 1000; i++)
        cr_assert_not(names_add(&names, arena_printf(arena, "n%d", i)), "%d", i);
    arena_destroy(arena);
}
