/* import/order: nodes in the order of the data, and graphs that have none. */
#include "import/order.h"

#include "import/table.h"

#include <criterion/criterion.h>

enum { MOST_NODES = 4 };

/* A graph by letters: each node takes some values and makes one, "xa" is x -> a; x is the input. */
typedef struct Case {
    const char *nodes[MOST_NODES];
    const char *order; /* numbers of the nodes; NULL: there is a problem ... */
    const char *words; /* ... that says this */
} Case;

static const char *value_of(Arena *arena, char letter) { return arena_printf(arena, "%c", letter); }

static OnnxNode node_of(Arena *arena, const char *letters) {
    size_t n = strlen(letters) - 1;
    OnnxNode node = {.name = "", .op = "Op", .domain = "", .n_inputs = n, .n_outputs = 1};
    node.inputs = ARENA_ARRAY(arena, const char *, n + 1);
    node.outputs = ARENA_ARRAY(arena, const char *, 1);
    for (size_t i = 0; i < n; i++) node.inputs[i] = value_of(arena, letters[i]);
    node.outputs[0] = value_of(arena, letters[n]);
    return node;
}

static void check(const Case *one) {
    Arena *arena = arena_create();
    OnnxNode nodes[MOST_NODES];
    OnnxValueInfo input = {.name = "x"};
    OnnxModel model = {.nodes = nodes, .inputs = &input, .n_inputs = 1};
    while (model.n_nodes < MOST_NODES && one->nodes[model.n_nodes]) {
        nodes[model.n_nodes] = node_of(arena, one->nodes[model.n_nodes]);
        model.n_nodes++;
    }
    ImportReport report = {0};
    Import im = {.arena = arena, .model = &model, .report = &report};
    const size_t *order = order_nodes(&im);
    cr_expect_eq(order != NULL, one->order != NULL);
    for (size_t i = 0; order && i < model.n_nodes; i++)
        cr_expect_eq(order[i], (size_t)(one->order[i] - '0'), "%s at %zu", one->order, i);
    if (!order)
        cr_expect(report.problems.len > 0 && strstr(report.problems.at[0].what, one->words), "%s",
                  report.problems.at[0].what);
    arena_destroy(arena);
}

Test(order, of_the_data) {
    static const Case cases[] = {
        {{"xa", "ab", "bc"}, "012", NULL},
        {{"bc", "ab", "xa"}, "210", NULL},
        {{"xa", "xb", "abc", "xd"}, "0123", NULL}, /* as near to the file's as can be */
        {{"abc", "xa", "xb", "xd"}, "1203", NULL},
        {{"aab", "xa"}, "10", NULL}, /* one value taken twice */
        {{"aa"}, NULL, "circle"},
        {{"xa", "bc", "cb"}, NULL, "circle"},
        {{"qa"}, NULL, "nothing makes its input `q`"},
        {{"xa", "xa"}, NULL, "made twice"},
        {{"xx"}, NULL, "made twice"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) check(&cases[i]);
}
