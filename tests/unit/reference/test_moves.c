/* reference: layers that move elements, against results written down by hand. */
#include "reference/layers.h"

#include <math.h>
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

Test(moves, upsample_in_one_dimension) {
    static const struct {
        const char *what;
        Resample resample;
        int i, by;
        double want[MOST];
    } table[] = {
        {"nearest", RESAMPLE_NEAREST, 4, 2, {1, 1, 2, 2, 3, 3, 4, 4}},
        {"half, even", RESAMPLE_HALF, 4, 2, {1, 1.25, 1.75, 2.25, 2.75, 3.25, 3.75, 4}},
        {"half, odd", RESAMPLE_HALF, 2, 3, {1, 1, 1 + 1 / 3.0, 1 + 2 / 3.0, 2, 2}},
        {"corners", RESAMPLE_CORNERS, 2, 2, {1, 1 + 1 / 3.0, 1 + 2 / 3.0, 2}},
        {"corners that meet an input",
         RESAMPLE_CORNERS,
         3,
         3,
         {1, 1.25, 1.5, 1.75, 2, 2.25, 2.5, 2.75, 3}},
        {"a single input", RESAMPLE_HALF, 1, 3, {1, 1, 1}},
        {"a single input, corners", RESAMPLE_CORNERS, 1, 3, {1, 1, 1}},
    };
    static const float x[] = {1, 2, 3, 4};
    Arena *arena = arena_create();
    for (size_t i = 0; i < COUNT(table); i++) {
        int n = table[i].i * table[i].by;
        TensorType in = nchw(1, 1, 1, (int64_t[]){table[i].i}), out = nchw(1, 1, 1, (int64_t[]){n});
        Node *node = make_node(arena, OP_UPSAMPLE, &in, &out);
        node->resample = table[i].resample;
        node->by[0] = table[i].by;
        const double *got = run_on(arena, node, x);
        for (int o = 0; o < n; o++)
            cr_assert_float_eq(got[o], table[i].want[o], 1e-15, "%s, output %d: %g, not %g",
                               table[i].what, o, got[o], table[i].want[o]);
    }
    arena_destroy(arena);
}

/* An input whose weight is 0 is not multiplied: infinity stays away from its neighbours' places. */
Test(moves, upsample_skips_what_weighs_nothing) {
    static const float x[] = {1, INFINITY, 3};
    Arena *arena = arena_create();
    TensorType in = nchw(1, 1, 1, (int64_t[]){3}), out = nchw(1, 1, 1, (int64_t[]){9});
    Node *node = make_node(arena, OP_UPSAMPLE, &in, &out);
    node->resample = RESAMPLE_HALF;
    node->by[0] = 3;
    const double *got = run_on(arena, node, x);
    static const double want[] = {1, 1, INFINITY, INFINITY, INFINITY, INFINITY, INFINITY, 3, 3};
    expect("infinity", got, want, 9);
    arena_destroy(arena);
}

/* Two channels become rows of two: [C: 8, H: 1, W: 2] -> [C: 2, H: 2, W: 4]. */
Test(moves, pixel_shuffle) {
    static const float x[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};
    static const double want[] = {1, 3, 2, 4, 5, 7, 6, 8, 9, 11, 10, 12, 13, 15, 14, 16};
    Arena *arena = arena_create();
    TensorType in = nchw(1, 8, 2, (int64_t[]){1, 2}), out = nchw(1, 2, 2, (int64_t[]){2, 4});
    Node *node = make_node(arena, OP_PIXEL_SHUFFLE, &in, &out);
    node->by[0] = node->by[1] = 2;
    expect("shuffle", run_on(arena, node, x), want, 16);
    Node *back = make_node(arena, OP_PIXEL_UNSHUFFLE, &out, &in);
    back->by[0] = back->by[1] = 2;
    const float shuffled[] = {1, 3, 2, 4, 5, 7, 6, 8, 9, 11, 10, 12, 13, 15, 14, 16};
    static const double ordered[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};
    expect("and back", run_on(arena, back, shuffled), ordered, 16);
    /* the place in the square before the channel: channels 0, 2, 4, 6 make the first result */
    static const double dcr[] = {1, 5, 2, 6, 9, 13, 10, 14, 3, 7, 4, 8, 11, 15, 12, 16};
    node->order = back->order = SHUFFLE_DCR;
    expect("depth first", run_on(arena, node, x), dcr, 16);
    float as_floats[16];
    for (int i = 0; i < 16; i++) as_floats[i] = (float)dcr[i];
    expect("depth first and back", run_on(arena, back, as_floats), ordered, 16);
    arena_destroy(arena);
}

/* The first of equals; the first NaN. */
Test(moves, argmax) {
    static const float x[] = {1, 3, 3, 2, -1, NAN, INFINITY, NAN, -0.0f, 0, -1, 0};
    static const double along_w[] = {1, 1, 0}, along_h[] = {0, 1, 1, 1};
    Arena *arena = arena_create();
    TensorType in = nchw(1, 1, 2, (int64_t[]){3, 4}), out = nchw(1, 1, 2, (int64_t[]){3, 1});
    Node *node = make_node(arena, OP_ARGMAX, &in, &out);
    node->axis = 3;
    expect("along W", run_on(arena, node, x), along_w, 3);
    out = nchw(1, 1, 2, (int64_t[]){1, 4});
    node = make_node(arena, OP_ARGMAX, &in, &out);
    node->axis = 2;
    expect("along H", run_on(arena, node, x), along_h, 4);
    arena_destroy(arena);
}
