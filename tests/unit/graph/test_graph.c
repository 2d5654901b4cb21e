/* graph: what graph_verify accepts and refuses, counts of multiply-adds, the printed form. */
#include "graph/graph.h"

#include <criterion/criterion.h>
#include <string.h>

static Param *param(Arena *arena, const char *key, int rank, const int64_t *extent) {
    Param *result = ARENA_NEW(arena, Param);
    *result = (Param){.key = key, .axes = "", .rank = rank, .elems = 1, .fan_in = 1};
    for (int i = 0; i < rank; i++) {
        result->extent[i] = extent[i];
        result->elems *= extent[i];
    }
    return result;
}

static TensorType image(int64_t n, int64_t c, int64_t h, int64_t w) {
    return (TensorType){
        .dtype = DTYPE_F32, .rank = 4, .axes = {{"N", n}, {"C", c}, {"H", h}, {"W", w}}};
}

/* x [2, 3, 5, 5] -> conv k3 s2 p1 c4 -> relu -> add(relu, relu) -> maxpool k2 s1 -> flatten ->
 * dense c7 -> softmax. */
static Graph *sample(Arena *arena) {
    Graph *graph = graph_create(arena);
    Span nowhere = {0};
    graph->model = "sample";
    TensorType in = image(2, 3, 5, 5), half = image(2, 4, 3, 3), small = image(2, 4, 2, 2);
    TensorType flat = {.rank = 2, .axes = {{"N", 2}, {"C", 16}}};
    TensorType out = {.rank = 2, .axes = {{"N", 2}, {"C", 7}}};
    Node *x = graph_add_node(graph, OP_INPUT, "x", nowhere, "x", &in);
    VEC_PUSH(arena, &graph->inputs, x->output);
    Node *conv = graph_add_node(graph, OP_CONV, "c.conv", nowhere, "c.conv", &half);
    conv->inputs[conv->n_inputs++] = x->output;
    conv->n_axes = 2;
    for (int i = 0; i < 2; i++)
        conv->window[i] =
            (WindowAxis){{.i = 5, .k = 3, .s = 2, .d = 1, .pad_lo = 1, .pad_hi = 1}, 3};
    conv->weight = param(arena, "c.conv.weight", 4, (int64_t[]){4, 3, 3, 3});
    conv->bias = param(arena, "c.conv.bias", 1, (int64_t[]){4});
    Node *relu = graph_add_node(graph, OP_RELU, "c.relu", nowhere, "c", &half);
    relu->inputs[relu->n_inputs++] = conv->output;
    Node *add = graph_add_node(graph, OP_ADD, "r.add", nowhere, "r", &half);
    add->inputs[add->n_inputs++] = relu->output;
    add->inputs[add->n_inputs++] = relu->output;
    Node *pool = graph_add_node(graph, OP_MAXPOOL, "p.maxpool", nowhere, "p", &small);
    pool->inputs[pool->n_inputs++] = add->output;
    pool->n_axes = 2;
    for (int i = 0; i < 2; i++) pool->window[i] = (WindowAxis){{.i = 3, .k = 2, .s = 1, .d = 1}, 2};
    Node *flatten = graph_add_node(graph, OP_FLATTEN, "y.flatten", nowhere, "y.flatten", &flat);
    flatten->inputs[flatten->n_inputs++] = pool->output;
    Node *dense = graph_add_node(graph, OP_DENSE, "y.dense", nowhere, "y.dense", &out);
    dense->inputs[dense->n_inputs++] = flatten->output;
    dense->weight = param(arena, "y.dense.weight", 2, (int64_t[]){7, 16});
    Node *softmax = graph_add_node(graph, OP_SOFTMAX, "y.softmax", nowhere, "y", &out);
    softmax->inputs[softmax->n_inputs++] = dense->output;
    softmax->axis = 1;
    VEC_PUSH(arena, &graph->outputs, (GraphOutput){.name = "y", .value = softmax->output});
    return graph;
}

static Node *node(Graph *graph, OpKind op) {
    for (size_t i = 0; i < graph->nodes.len; i++)
        if (graph->nodes.at[i]->op == op) return graph->nodes.at[i];
    return NULL;
}

static void renumber(Graph *g) { g->nodes.at[3]->id = 9; }
static void misnumber_value(Graph *g) { g->values.at[2]->id = 0; }
static void late_input(Graph *g) { node(g, OP_CONV)->inputs[0] = node(g, OP_ADD)->output; }
static void lose_input(Graph *g) { node(g, OP_ADD)->n_inputs = 1; }
static void zero_extent(Graph *g) { node(g, OP_ADD)->output->type.axes[2].extent = 0; }
static void axis_twice(Graph *g) { node(g, OP_ADD)->output->type.axes[2].name = "W"; }
static void wrong_o(Graph *g) { node(g, OP_CONV)->window[1].o = 4; }
static void wrong_stride(Graph *g) { node(g, OP_CONV)->window[0].arith.s = 1; }
static void no_stride(Graph *g) { node(g, OP_MAXPOOL)->window[0].arith.s = 0; }
static void wrong_i(Graph *g) { node(g, OP_CONV)->window[0].arith.i = 6; }
static void lose_axis(Graph *g) { node(g, OP_CONV)->n_axes = 1; }
static void no_window(Graph *g) { node(g, OP_MAXPOOL)->n_axes = 0; }
static void window_on_relu(Graph *g) { node(g, OP_RELU)->n_axes = 1; }
static void lose_weight(Graph *g) { node(g, OP_DENSE)->weight = NULL; }
static void short_weight(Graph *g) { node(g, OP_DENSE)->weight->extent[1] = 15; }
static void short_bias(Graph *g) { node(g, OP_CONV)->bias->elems = 3; }
static void weight_on_relu(Graph *g) { node(g, OP_RELU)->weight = node(g, OP_CONV)->weight; }
static void groups(Graph *g) { node(g, OP_CONV)->groups = 2; }
static void softmax_axis(Graph *g) { node(g, OP_SOFTMAX)->axis = 2; }
static void flatten_loses(Graph *g) { node(g, OP_FLATTEN)->output->type.axes[1].extent = 15; }
static void relu_changes(Graph *g) { node(g, OP_RELU)->output->type.axes[1].extent = 5; }
static void input_computed(Graph *g) { g->inputs.at[0] = node(g, OP_ADD)->output; }
static void output_lost(Graph *g) { g->outputs.at[0].value = NULL; }
static void fused_index(Graph *g) {
    node(g, OP_CONV)->fused[0] = (Fused){.op = OP_ADD, .input = 1};
    node(g, OP_CONV)->n_fused = 1;
}

Test(graph, verify_accepts_the_sample_and_refuses_every_damage) {
    static const struct {
        const char *name;
        void (*damage)(Graph *);
    } table[] = {
        {"node number", renumber},
        {"value number", misnumber_value},
        {"input made later", late_input},
        {"too few inputs", lose_input},
        {"extent 0", zero_extent},
        {"axis twice", axis_twice},
        {"output extent", wrong_o},
        {"stride", wrong_stride},
        {"stride 0", no_stride},
        {"input extent", wrong_i},
        {"window axes", lose_axis},
        {"no window", no_window},
        {"window on relu", window_on_relu},
        {"no weight", lose_weight},
        {"weight extents", short_weight},
        {"bias elements", short_bias},
        {"parameter of relu", weight_on_relu},
        {"groups", groups},
        {"softmax axis", softmax_axis},
        {"flatten", flatten_loses},
        {"relu type", relu_changes},
        {"computed input", input_computed},
        {"output without value", output_lost},
        {"fused input", fused_index},
    };
    Arena *arena = arena_create();
    const char *wrong = graph_verify(arena, sample(arena));
    cr_assert_null(wrong, "%s", wrong);
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        Graph *graph = sample(arena);
        table[i].damage(graph);
        cr_assert_not_null(graph_verify(arena, graph), "%s was accepted", table[i].name);
    }
    arena_destroy(arena);
}

Test(graph, verify_accepts_what_optimize_makes) {
    Arena *arena = arena_create();
    Graph *graph = sample(arena);
    /* dense straight on the map: the window is the input. */
    Node *dense = node(graph, OP_DENSE);
    dense->inputs[0] = node(graph, OP_MAXPOOL)->output;
    dense->n_axes = 2;
    for (int i = 0; i < 2; i++)
        dense->window[i] = (WindowAxis){{.i = 2, .k = 2, .s = 1, .d = 1}, 1};
    /* a residual and an activation in an epilogue. */
    Node *softmax = node(graph, OP_SOFTMAX);
    softmax->inputs[softmax->n_inputs++] = dense->output;
    softmax->fused[softmax->n_fused++] = (Fused){.op = OP_ADD, .input = 1};
    softmax->fused[softmax->n_fused++] = (Fused){.op = OP_RELU, .input = 0};
    const char *wrong = graph_verify(arena, graph);
    cr_assert_null(wrong, "%s", wrong);
    dense->window[1].arith.k = 1;
    cr_assert_not_null(graph_verify(arena, graph), "dense with a window smaller than its input");
    arena_destroy(arena);
}

Test(graph, macs_count_no_tap_outside) {
    Arena *arena = arena_create();
    Graph *graph = sample(arena);
    /* Figure 2.6 has 49 non-zeros: 7 on each axis. */
    cr_assert_eq(node_macs(node(graph, OP_CONV)), 2 * 3 * 4 * 7 * 7);
    cr_assert_eq(node_macs_with_padding(node(graph, OP_CONV)), 2 * 3 * 4 * 9 * 9);
    cr_assert_eq(node_macs(node(graph, OP_DENSE)), 2 * 16 * 7);
    cr_assert_eq(node_macs_with_padding(node(graph, OP_DENSE)), 2 * 16 * 7);
    cr_assert_eq(node_macs(node(graph, OP_MAXPOOL)), 0);
    arena_destroy(arena);
}

Test(graph, print) {
    static const char wanted[] =
        "graph sample\n"
        "%0 x : f32[N: 2, C: 3, H: 5, W: 5] = input\n"
        "%1 c.conv : f32[N: 2, C: 4, H: 3, W: 3] = conv %0 {k=3x3 s=2x2 p=(1, 1)x(1, 1) d=1x1 g=1} "
        "weight c.conv.weight [4, 3, 3, 3] bias c.conv.bias [4]\n"
        "%2 c : f32[N: 2, C: 4, H: 3, W: 3] = relu %1\n"
        "%3 r : f32[N: 2, C: 4, H: 3, W: 3] = add %2, %2\n"
        "%4 p : f32[N: 2, C: 4, H: 2, W: 2] = maxpool %3 {k=2x2 s=1x1 p=(0, 0)x(0, 0) d=1x1}\n"
        "%5 y.flatten : f32[N: 2, C: 16] = flatten %4\n"
        "%6 y.dense : f32[N: 2, C: 7] = dense %5 weight y.dense.weight [7, 16]\n"
        "%7 y : f32[N: 2, C: 7] = softmax %6 {axis=C}\n"
        "output y = %7\n";
    Arena *arena = arena_create();
    Text text = text_in(arena);
    graph_print(&text, sample(arena));
    cr_assert_str_eq(text_str(&text), wanted);
    arena_destroy(arena);
}
