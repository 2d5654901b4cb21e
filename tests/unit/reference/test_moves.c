/* reference: layers that move elements, against results written down by hand. */
#include "reference/layers.h"

#include <string.h>

enum { MOST = 16 };

static void expect(const char *what, const double *got, const double *want, int n) {
    for (int i = 0; i < n; i++)
        cr_assert_eq(got[i], want[i], "%s, element %d: %g, not %g", what, i, got[i], want[i]);
}

Test(moves, pad_in_one_dimension) {
    static const struct {
        const char *what;
        Border border;
        double value;
        int n;
        double want[MOST];
    } table[] = {{"zero", BORDER_ZERO, 0, 7, {0, 0, 1, 2, 3, 4, 0}},
                 {"a value", BORDER_ZERO, -2.5, 7, {-2.5, -2.5, 1, 2, 3, 4, -2.5}},
                 {"reflect", BORDER_REFLECT, 0, 7, {3, 2, 1, 2, 3, 4, 3}},
                 {"replicate", BORDER_REPLICATE, 0, 7, {1, 1, 1, 2, 3, 4, 4}},
                 {"circular", BORDER_CIRCULAR, 0, 7, {3, 4, 1, 2, 3, 4, 1}}};
    static const float x[] = {1, 2, 3, 4};
    Arena *arena = arena_create();
    TensorType in = nchw(1, 1, 1, (int64_t[]){4}), out = nchw(1, 1, 1, (int64_t[]){7});
    for (size_t i = 0; i < COUNT(table); i++) {
        Node *node = make_node(arena, OP_PAD, &in, &out);
        node->border = table[i].border;
        node->numbers.at[0] = table[i].value;
        node->first[2] = 2;
        expect(table[i].what, run_on(arena, node, x), table[i].want, table[i].n);
    }
    arena_destroy(arena);
}

/* The corners of a plane: both axes are mirrored. */
Test(moves, pad_in_two_dimensions) {
    static const float x[] = {1, 2, 3, 4, 5, 6};
    static const double want[] = {5, 4, 5, 6, 2, 1, 2, 3, 5, 4, 5, 6};
    Arena *arena = arena_create();
    TensorType in = nchw(1, 1, 2, (int64_t[]){2, 3}), out = nchw(1, 1, 2, (int64_t[]){3, 4});
    Node *node = make_node(arena, OP_PAD, &in, &out);
    node->border = BORDER_REFLECT;
    node->first[2] = node->first[3] = 1;
    expect("reflect", run_on(arena, node, x), want, 12);
    arena_destroy(arena);
}

Test(moves, crop_and_split) {
    static const float x[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
    static const double middle[] = {5, 11}, tail[] = {7, 8, 9, 10, 11, 12};
    Arena *arena = arena_create();
    TensorType in = nchw(1, 2, 2, (int64_t[]){2, 3}), point = nchw(1, 2, 2, (int64_t[]){1, 1}),
               half = nchw(1, 1, 2, (int64_t[]){2, 3});
    Node *crop = make_node(arena, OP_CROP, &in, &point);
    crop->first[2] = crop->first[3] = 1;
    expect("crop", run_on(arena, crop, x), middle, 2);
    Node *split = make_node(arena, OP_SPLIT, &in, &half);
    split->axis = 1;
    split->first[1] = 1;
    expect("split", run_on(arena, split, x), tail, 6);
    arena_destroy(arena);
}

Test(moves, concat_along_each_axis) {
    static const float x[] = {1, 2, 3, 4}, y[] = {5, 6, 7, 8};
    static const struct {
        int axis;
        double want[8];
    } table[] = {{0, {1, 2, 3, 4, 5, 6, 7, 8}},
                 {1, {1, 2, 3, 4, 5, 6, 7, 8}},
                 {2, {1, 2, 3, 4, 5, 6, 7, 8}},
                 {3, {1, 2, 5, 6, 3, 4, 7, 8}}};
    Arena *arena = arena_create();
    TensorType in = nchw(1, 1, 2, (int64_t[]){2, 2});
    for (size_t i = 0; i < COUNT(table); i++) {
        TensorType out = in;
        out.axes[table[i].axis].extent *= 2;
        Node *node = make_node(arena, OP_CONCAT, &in, &out);
        node->inputs[node->n_inputs++] = make_value(arena, &in);
        node->axis = table[i].axis;
        const float *inputs[] = {x, y};
        expect(in.axes[table[i].axis].name, run_node(arena, node, inputs, NULL), table[i].want, 8);
    }
    arena_destroy(arena);
}

/* [H: 2, N: 2, C: 2]: flatten gathers each image, permute names the elements anew, reshape neither.
 */
Test(moves, flatten_permute_and_reshape) {
    static const float x[] = {1, 2, 3, 4, 5, 6, 7, 8};
    static const double flat[] = {1, 2, 5, 6, 3, 4, 7, 8}, turned[] = {1, 5, 3, 7, 2, 6, 4, 8},
                        same[] = {1, 2, 3, 4, 5, 6, 7, 8};
    Arena *arena = arena_create();
    TensorType in = {.rank = 3, .axes = {{"H", 2}, {"N", 2}, {"C", 2}}};
    TensorType rows = {.rank = 2, .axes = {{"N", 2}, {"C", 4}}};
    TensorType order = {.rank = 3, .axes = {{"C", 2}, {"N", 2}, {"H", 2}}};
    expect("flatten", run_on(arena, make_node(arena, OP_FLATTEN, &in, &rows), x), flat, 8);
    expect("permute", run_on(arena, make_node(arena, OP_PERMUTE, &in, &order), x), turned, 8);
    expect("reshape", run_on(arena, make_node(arena, OP_RESHAPE, &in, &rows), x), same, 8);
    arena_destroy(arena);
}
