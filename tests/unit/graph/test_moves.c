/* Layers that move elements: what graph_verify accepts of them and what not. */
#include "graph/graph.h"

#include <criterion/criterion.h>

static TensorType image(int64_t c, int64_t h, int64_t w) {
    return (TensorType){.rank = 4, .axes = {{"N", 1}, {"C", c}, {"H", h}, {"W", w}}};
}

static Node *add_node(Graph *graph, OpKind op, const TensorType *type, Node *input) {
    Node *node = graph_add_node(graph, op, op_name(op), (Span){0}, op_name(op), type);
    if (input) node->inputs[node->n_inputs++] = input->output;
    return node;
}

/* x [4, 5, 6] -> split off channels 1 and 2 -> concat of x and the part -> crop -> pad. */
static Graph *sample(Arena *arena) {
    Graph *graph = graph_create(arena);
    TensorType whole = image(4, 5, 6), part = image(2, 5, 6), both = image(6, 5, 6),
               middle = image(6, 3, 4), padded = image(6, 5, 7);
    Node *x = add_node(graph, OP_INPUT, &whole, NULL);
    VEC_PUSH(arena, &graph->inputs, x->output);
    Node *split = add_node(graph, OP_SPLIT, &part, x);
    split->axis = 1;
    split->first[1] = 1;
    Node *concat = add_node(graph, OP_CONCAT, &both, x);
    concat->inputs[concat->n_inputs++] = split->output;
    concat->axis = 1;
    Node *crop = add_node(graph, OP_CROP, &middle, concat);
    crop->first[2] = crop->first[3] = 1;
    Node *pad = add_node(graph, OP_PAD, &padded, crop);
    pad->first[2] = 2;
    pad->first[3] = 1;
    pad->border = BORDER_REFLECT;
    VEC_PUSH(arena, &graph->outputs, (GraphOutput){.name = "y", .value = pad->output});
    return graph;
}

enum { X, SPLIT, CONCAT, CROP, PAD };

static void concat_axis(Node **n) { n[CONCAT]->axis = 4; }
static void concat_short(Node **n) { n[CONCAT]->output->type.axes[1].extent = 5; }
static void concat_other_axis(Node **n) { n[CONCAT]->axis = 2; }
static void concat_names(Node **n) { n[CONCAT]->output->type.axes[3].name = "T"; }
static void concat_single(Node **n) { n[CONCAT]->n_inputs = 1; }
static void split_beyond(Node **n) { n[SPLIT]->first[1] = 3; }
static void crop_before(Node **n) { n[CROP]->first[2] = -1; }
static void crop_beyond(Node **n) { n[CROP]->first[3] = 3; }
static void crop_rank(Node **n) { n[CROP]->output->type.rank = 3; }
static void pad_beyond(Node **n) { n[PAD]->first[3] = 4; }
static void pad_reflects_too_much(Node **n) { n[CROP]->output->type.axes[2].extent = 2; }

Test(graph_moves, verify_refuses_every_damage) {
    static const struct {
        const char *name;
        void (*damage)(Node **);
    } table[] = {{"axis of concat", concat_axis},
                 {"concat too short", concat_short},
                 {"concat along another axis", concat_other_axis},
                 {"concat renames an axis", concat_names},
                 {"concat of one", concat_single},
                 {"split beyond the input", split_beyond},
                 {"crop before the input", crop_before},
                 {"crop beyond the input", crop_beyond},
                 {"crop loses an axis", crop_rank},
                 {"pad holds no input", pad_beyond},
                 {"pad reflects what is not there", pad_reflects_too_much}};
    Arena *arena = arena_create();
    const char *wrong = graph_verify(arena, sample(arena));
    cr_assert_null(wrong, "%s", wrong);
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        Graph *graph = sample(arena);
        table[i].damage(graph->nodes.at);
        cr_assert_not_null(graph_verify(arena, graph), "%s was accepted", table[i].name);
    }
    Graph *graph = sample(arena);
    pad_reflects_too_much(graph->nodes.at);
    graph->nodes.at[PAD]->output->type.axes[2].extent = 4;
    graph->nodes.at[PAD]->border = BORDER_CIRCULAR;
    wrong = graph_verify(arena, graph);
    cr_assert_null(wrong, "circular reaches as far as the data: %s", wrong);
    arena_destroy(arena);
}

Test(graph_moves, permute_keeps_the_axes) {
    Arena *arena = arena_create();
    for (int damage = 0; damage < 4; damage++) {
        Graph *graph = graph_create(arena);
        TensorType in = image(2, 3, 4),
                   out = {.rank = 4, .axes = {{"N", 1}, {"H", 3}, {"W", 4}, {"C", 2}}};
        if (damage == 1) out.axes[1].extent = 4;
        if (damage == 2) out.axes[3].name = "T";
        if (damage == 3) out.rank = 3;
        Node *x = add_node(graph, OP_INPUT, &in, NULL);
        VEC_PUSH(arena, &graph->inputs, x->output);
        add_node(graph, OP_PERMUTE, &out, x);
        cr_assert_eq(graph_verify(arena, graph) == NULL, damage == 0, "damage %d", damage);
    }
    arena_destroy(arena);
}

Test(graph_moves, sizes_grow_by_what_the_node_says) {
    static const struct {
        const char *what;
        OpKind op;
        int64_t c_in, c, h, w, by_h, by_w;
        bool legal;
    } table[] = {
        {"upsample", OP_UPSAMPLE, 4, 4, 6, 9, 2, 3, true},
        {"another height", OP_UPSAMPLE, 4, 4, 7, 9, 2, 3, false},
        {"other channels", OP_UPSAMPLE, 4, 2, 6, 9, 2, 3, false},
        {"by 0", OP_UPSAMPLE, 4, 4, 6, 9, 0, 3, false},
        {"shuffle", OP_PIXEL_SHUFFLE, 12, 2, 6, 9, 2, 3, true},
        {"and back", OP_PIXEL_UNSHUFFLE, 2, 12, 1, 3, 3, 1, false},
        {"unshuffle", OP_PIXEL_UNSHUFFLE, 2, 18, 1, 1, 3, 3, true},
        {"too few channels", OP_PIXEL_SHUFFLE, 11, 2, 6, 9, 2, 3, false},
        {"too many channels left", OP_PIXEL_SHUFFLE, 12, 3, 6, 9, 2, 3, false},
    };
    Arena *arena = arena_create();
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        Graph *graph = graph_create(arena);
        TensorType in = image(table[i].c_in, 3, 3), out = image(table[i].c, table[i].h, table[i].w);
        Node *x = add_node(graph, OP_INPUT, &in, NULL);
        VEC_PUSH(arena, &graph->inputs, x->output);
        Node *node = add_node(graph, table[i].op, &out, x);
        node->by[0] = table[i].by_h;
        node->by[1] = table[i].by_w;
        cr_assert_eq(graph_verify(arena, graph) == NULL, table[i].legal, "%s", table[i].what);
    }
    arena_destroy(arena);
}

/* A concat may have more inputs than any other layer. */
Test(graph_moves, many_inputs) {
    enum { MANY = 40 };
    Arena *arena = arena_create();
    Graph *graph = graph_create(arena);
    TensorType one = image(1, 2, 2), all = image(MANY, 2, 2);
    Node *x = add_node(graph, OP_INPUT, &one, NULL);
    VEC_PUSH(arena, &graph->inputs, x->output);
    Node *concat = add_node(graph, OP_CONCAT, &all, NULL);
    concat->axis = 1;
    graph_reserve_inputs(graph, concat, MANY);
    for (int i = 0; i < MANY; i++) concat->inputs[concat->n_inputs++] = x->output;
    const char *wrong = graph_verify(arena, graph);
    cr_assert_null(wrong, "%s", wrong);
    cr_assert(op_takes_any(OP_CONCAT));
    cr_assert(!op_takes_any(OP_ADD));
    arena_destroy(arena);
}
