/* sema: what a correct program becomes: paths and keys, names of values, sources, fan-in. */
#include "sema/analysed.h"
#include "weights/source.h"

#include <criterion/criterion.h>
#include <string.h>

static const char program[] =
    "net 1\n"
    "weights random(seed=3)\n"
    "input image : f32[N: 2, C: 4, H: 9, W: 9]\n"
    "c1 = image |> conv(c=6, k=5) |> relu\n"
    "c2 = c1 |> conv(c=8, k=2x3, p=same) @squeeze |> relu |> conv(c=6, k=1, bias=none) @\"f.0\"\n"
    "u = c2 |> tconv(c=4, k=4x3, s=2x1, weight=random(seed=9), bias=zeros)\n"
    "s = conv(c1 + c2, c=6, k=1) + c1\n"
    "output y = s |> flatten |> dense(c=10, weight=zeros) |> softmax(axis=C)\n"
    "output u\n";

static const Param *find_param(const Graph *graph, const char *key) {
    for (size_t i = 0; i < graph->params.len; i++)
        if (strcmp(graph->params.at[i]->key, key) == 0) return graph->params.at[i];
    return NULL;
}

Test(sema_graph, keys_shapes_fan_in_and_sources) {
    static const struct {
        const char *key;
        int rank;
        int64_t extent[4], fan_in;
        WeightSourceKind kind;
        uint64_t seed;
    } table[] = {
        {"c1.conv.weight", 4, {6, 4, 5, 5}, 100, WEIGHT_RANDOM, 3},
        {"c1.conv.bias", 1, {6}, 100, WEIGHT_FILL, 0},
        {"squeeze.weight", 4, {8, 6, 2, 3}, 36, WEIGHT_RANDOM, 3},
        {"squeeze.bias", 1, {8}, 36, WEIGHT_FILL, 0},
        {"f.0.weight", 4, {6, 8, 1, 1}, 8, WEIGHT_RANDOM, 3},
        /* a transposed layer: C * ceil(4/2) * ceil(3/1) products meet in one output */
        {"u.tconv.weight", 4, {6, 4, 4, 3}, 6 * 2 * 3, WEIGHT_RANDOM, 9},
        {"u.tconv.bias", 1, {4}, 36, WEIGHT_FILL, 0},
        {"s.conv.weight", 4, {6, 6, 1, 1}, 6, WEIGHT_RANDOM, 3},
        {"s.conv.bias", 1, {6}, 6, WEIGHT_FILL, 0},
        {"y.dense.weight", 2, {10, 150}, 150, WEIGHT_FILL, 0},
        {"y.dense.bias", 1, {10}, 150, WEIGHT_FILL, 0},
    };
    Analysed *analysed = analyse(program);
    cr_assert_str_eq(analysed_codes(analysed), "");
    const char *wrong = graph_verify(analysed->arena, analysed->graph);
    cr_assert_null(wrong, "%s", wrong);
    cr_assert_eq(analysed->graph->params.len, sizeof table / sizeof *table);
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        const Param *param = find_param(analysed->graph, table[i].key);
        cr_assert_not_null(param, "%s", table[i].key);
        cr_assert_eq(param->rank, table[i].rank, "%s", table[i].key);
        for (int j = 0; j < param->rank; j++)
            cr_assert_eq(param->extent[j], table[i].extent[j], "%s axis %d", table[i].key, j);
        cr_assert_eq(param->fan_in, table[i].fan_in, "%s", table[i].key);
        cr_assert_eq(param->source->kind, table[i].kind, "%s", table[i].key);
        if (param->source->kind == WEIGHT_RANDOM)
            cr_assert_eq(param->source->seed, table[i].seed, "%s", table[i].key);
    }
    analysed_free(analysed);
}

Test(sema_graph, values_have_the_users_name_or_the_layers_path) {
    static const struct {
        const char *name;
        bool named;
    } values[] = {{"image", true},    {"c1.conv", false}, {"c1", true},         {"squeeze", false},
                  {"c2.relu", false}, {"c2", true},       {"u", true},          {"s.add", false},
                  {"s.conv", false},  {"s", true},        {"y.flatten", false}, {"y.dense", false},
                  {"y", true}};
    Analysed *analysed = analyse(program);
    const Graph *graph = analysed->graph;
    cr_assert_eq(graph->values.len, sizeof values / sizeof *values);
    for (size_t i = 0; i < graph->values.len; i++) {
        cr_assert_str_eq(graph->values.at[i]->name, values[i].name);
        cr_assert_eq(graph->values.at[i]->named, values[i].named, "%s", values[i].name);
    }
    cr_assert_eq(graph->inputs.len, 1u);
    cr_assert_eq(graph->outputs.len, 2u);
    cr_assert_str_eq(graph->outputs.at[0].name, "y");
    cr_assert_str_eq(graph->outputs.at[1].name, "u");
    analysed_free(analysed);
}

Test(sema_graph, the_model_is_named_or_takes_the_files_stem) {
    static const char body[] = "input x : f32[N: 1, C: 1]\noutput y = x |> relu\n";
    static const struct {
        const char *file, *line, *model;
    } table[] = {{"nets/lenet5.net", "", "lenet5"},
                 {"my-net v2.net", "", "my_net_v2"},
                 {"3d.net", "", "n3d"},
                 {"x.net", "model other\n", "other"},
                 {"caf\xc3\xa9.net", "", "caf__"},
                 {"stdin", "", "stdin"}};
    Arena *arena = arena_create();
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        const char *source = arena_printf(arena, "net 1\n%s%s", table[i].line, body);
        SemaOptions options = {0};
        Analysed *analysed = analyse_bytes(table[i].file, source, strlen(source), &options);
        cr_assert_str_eq(analysed->graph->model, table[i].model);
        analysed_free(analysed);
    }
    arena_destroy(arena);
}

/* language.md 2.7: the first numbers of c1.conv.weight [6, 1, 5, 5] under seed 1. */
Test(sema_graph, random_weights_are_the_same_bits_everywhere) {
    static const uint32_t bits[] = {0x3E6AE43C, 0x3E25D1FB, 0xBE450A8B};
    static const char *const programs[] = {
        "net 1\nweights random(seed=1)\ninput x : f32[N: 1, C: 1, H: 32, W: 32]\n"
        "output c1 = x |> conv(c=6, k=5)\n",
        "net 1\ninput x : f32[N: 3, C: 1, H: 9, W: 9]\nfirst = x |> conv(c=1, k=1)\n"
        "output y = first |> conv(c=6, k=5, weight=random(seed=1)) @\"c1.conv\"\n"
        "weights random(seed=2)\n"};
    for (size_t i = 0; i < 2; i++) {
        Analysed *analysed = analyse(programs[i]);
        sema_load_weights(analysed->graph, &analysed->diags);
        cr_assert_str_eq(analysed_codes(analysed), "");
        const Param *param = find_param(analysed->graph, "c1.conv.weight");
        cr_assert_eq(memcmp(param->data, bits, sizeof bits), 0, "program %zu", i);
        analysed_free(analysed);
    }
}

/* tests/error/weights/dense.safetensors holds 1 .. 6 and two zeros. */
Test(sema_graph, weights_come_from_the_file_beside_the_source) {
    static const char source[] = "net 1\nweights \"weights/dense.safetensors\"\n"
                                 "input x : f32[N: 1, C: 3]\noutput y = x |> dense(c=2)\n";
    SemaOptions options = {.max_weight_bytes = 1 << 20};
    Analysed *analysed =
        analyse_bytes(NETC_SOURCE_DIR "/tests/error/any.net", source, strlen(source), &options);
    sema_load_weights(analysed->graph, &analysed->diags);
    cr_assert_str_eq(analysed_codes(analysed), "");
    const Param *param = find_param(analysed->graph, "y.dense.weight");
    for (int i = 0; i < 6; i++) cr_assert_eq(param->data[i], (float)(i + 1), "element %d", i);
    analysed_free(analysed);
    options.max_weight_bytes = 100;
    analysed =
        analyse_bytes(NETC_SOURCE_DIR "/tests/error/any.net", source, strlen(source), &options);
    cr_assert_str_eq(analysed_codes(analysed), "N0501");
    analysed_free(analysed);
}
