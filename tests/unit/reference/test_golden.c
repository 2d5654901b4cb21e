/* reference: the golden values of arithmetic.md, G1-G7, G10, E1v, E2, E11, E15, E16 and the
 * corrected figure of Theano's tutorial, exactly. */
#include "layers.h"

static const float X[25] = {3, 3, 2, 1, 0, 0, 0, 1, 3, 1, 3, 1, 2,
                            2, 3, 2, 0, 0, 2, 2, 2, 0, 0, 0, 1};
static const float W[9] = {0, 1, 2, 2, 2, 0, 0, 1, 2};
static const float W_ROTATED[9] = {2, 1, 0, 0, 2, 2, 2, 1, 0};
static const float G1[9] = {12, 12, 17, 10, 17, 19, 9, 6, 14};
static const float G2[9] = {6, 17, 3, 8, 17, 13, 6, 4, 4};
static const float THEANO_X[25] = {2, 2, 3, 3, 3, 0, 1, 3, 0, 3, 2, 3, 0,
                                   1, 3, 3, 3, 2, 1, 2, 3, 3, 0, 2, 3};
static const float THEANO_W[9] = {2, 0, 1, 1, 0, 0, 0, 1, 1};
static const float SEVENS[49] = {0,  1,  2,  3,  4,  5,  6,  7,  8,  9,  10, 11, 12, 13, 14, 15, 16,
                                 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33,
                                 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47, 48};

/* One channel, a square image, the same window along both axes. */
typedef struct Square {
    const char *name;
    OpKind op;
    int64_t i;
    ConvAxis axis;
    PoolCount count;
    const float *x, *w;
    int64_t o;
    double divisor; /* the values below are over this */
    double values[49];
} Square;

static const Square squares[] = {
    {"G1", OP_CONV, 5, {.k = 3, .s = 1, .d = 1}, 0, X, W, 3, 1, {12, 12, 17, 10, 17, 19, 9, 6, 14}},
    {"G1 true convolution",
     OP_CONV,
     5,
     {.k = 3, .s = 1, .d = 1},
     0,
     X,
     W_ROTATED,
     3,
     1,
     {18, 20, 19, 10, 9, 17, 11, 8, 14}},
    {"S6 strided G1", OP_CONV, 5, {.k = 3, .s = 2, .d = 1}, 0, X, W, 2, 1, {12, 17, 9, 14}},
    {"G2",
     OP_CONV,
     5,
     {.k = 3, .s = 2, .d = 1, .pad_lo = 1, .pad_hi = 1},
     0,
     X,
     W,
     3,
     1,
     {6, 17, 3, 8, 17, 13, 6, 4, 4}},
    {"G3",
     OP_AVGPOOL,
     5,
     {.k = 3, .s = 1, .d = 1},
     COUNT_INSIDE,
     X,
     NULL,
     3,
     9,
     {15, 15, 15, 9, 11, 16, 10, 7, 12}},
    {"G4", OP_MAXPOOL, 5, {.k = 3, .s = 1, .d = 1}, 0, X, NULL, 3, 1, {3, 3, 3, 3, 3, 3, 3, 2, 3}},
    {"G5", OP_TCONV, 3, {.k = 3, .s = 1, .d = 1}, 0, G1, W, 5, 1, {0,  12, 36, 41, 34, 24,  58,
                                                                   95, 87, 38, 20, 75, 132, 105,
                                                                   62, 18, 40, 77, 81, 38,  0,
                                                                   9,  24, 26, 28}},
    {"G6",
     OP_TCONV,
     3,
     {.k = 3, .s = 2, .d = 1, .pad_lo = 1, .pad_hi = 1},
     0,
     G2,
     W,
     5,
     1,
     {12, 34, 34, 6,  6,  14, 28, 34, 68, 16, 16, 34, 34,
      26, 26, 14, 28, 21, 42, 17, 12, 8,  8,  8,  8}},
    {"G7",
     OP_TCONV,
     3,
     {.k = 3, .s = 2, .d = 1, .pad_lo = 1, .pad_hi = 1, .a = 1},
     0,
     G2,
     W,
     6,
     1,
     {12, 34, 34, 6,  6,  0,  14, 28, 34, 68, 16, 32, 16, 34, 34, 26, 26, 0,
      14, 28, 21, 42, 17, 34, 12, 8,  8,  8,  8,  0,  6,  12, 4,  8,  4,  8}},
    {"G10",
     OP_CONV,
     7,
     {.k = 3, .s = 1, .d = 2},
     0,
     SEVENS,
     W,
     3,
     1,
     {164, 174, 184, 234, 244, 254, 304, 314, 324}},
    {"Theano's strided figure",
     OP_CONV,
     5,
     {.k = 3, .s = 2, .d = 1, .pad_lo = 1, .pad_hi = 1},
     0,
     THEANO_X,
     THEANO_W,
     3,
     1,
     {1, 5, 6, 7, 8, 3, 3, 10, 4}},
    {"E11 7x7 ceil",
     OP_AVGPOOL,
     7,
     {.k = 2, .s = 3, .d = 1, .ceil = true},
     COUNT_ALL,
     SEVENS,
     NULL,
     3,
     2,
     {8, 14, 19, 50, 56, 61, 85, 91, 96}},
};

Test(golden, figures) {
    Arena *arena = arena_create();
    for (size_t n = 0; n < COUNT(squares); n++) {
        const Square *square = &squares[n];
        TensorType input = nchw(1, 1, 2, (int64_t[]){square->i, square->i});
        Node *node =
            make_window(arena, square->op, &input, 1, (ConvAxis[]){square->axis, square->axis});
        node->count = square->count;
        if (square->w) node->weight = make_param(arena, square->w);
        cr_assert_eq(elems_of(&node->output->type), square->o * square->o, "%s", square->name);
        double *y = run_on(arena, node, square->x);
        for (int64_t i = 0; i < square->o * square->o; i++)
            cr_expect_eq(y[i], square->values[i] / square->divisor, "%s: element %lld is %g",
                         square->name, (long long)i, y[i]);
    }
    arena_destroy(arena);
}

static const float COUNTING[] = {1, 2, 3, 4, 5, 6};
static const float NEGATIVE[] = {-1, -2, -3};
static const float DIGITS[] = {1, 10, 100, 1000};

/* The same along one axis; kernels are 1, 10, 100 ... */
static const struct {
    const char *name;
    OpKind op;
    int64_t i;
    ConvAxis axis;
    PoolCount count;
    const float *x;
    int64_t o;
    double values[8];
} lines[] = {
    {"E1v PyTorch",
     OP_CONV,
     6,
     {.k = 3, .s = 2, .d = 1, .pad_lo = 1, .pad_hi = 1},
     0,
     COUNTING,
     3,
     {210, 432, 654}},
    {"E1v same", OP_CONV, 6, {.k = 3, .s = 2, .d = 1, .pad_hi = 1}, 0, COUNTING, 3, {321, 543, 65}},
    {"E2", OP_CONV, 6, {.k = 1, .s = 2, .d = 1}, 0, COUNTING, 3, {1, 3, 5}},
    {"E15 a=1",
     OP_TCONV,
     3,
     {.k = 3, .s = 2, .d = 1, .pad_lo = 1, .pad_hi = 1, .a = 1},
     0,
     COUNTING,
     6,
     {10, 102, 20, 203, 30, 300}},
    {"E15 p=0 a=1",
     OP_TCONV,
     3,
     {.k = 3, .s = 2, .d = 1, .a = 1},
     0,
     COUNTING,
     8,
     {1, 10, 102, 20, 203, 30, 300, 0}},
    {"E16 same",
     OP_TCONV,
     3,
     {.k = 3, .s = 2, .d = 1, .pad_hi = 1},
     0,
     COUNTING,
     6,
     {1, 10, 102, 20, 203, 30}},
    {"E16 k=4",
     OP_TCONV,
     3,
     {.k = 4, .s = 2, .d = 1, .pad_lo = 1, .pad_hi = 1},
     0,
     COUNTING,
     6,
     {10, 102, 1020, 203, 2030, 300}},
    {"E11 ceil",
     OP_AVGPOOL,
     5,
     {.k = 2, .s = 2, .d = 1, .ceil = true},
     COUNT_ALL,
     COUNTING,
     3,
     {1.5, 3.5, 5}},
    {"E11 ceil p=1 all",
     OP_AVGPOOL,
     5,
     {.k = 2, .s = 2, .d = 1, .pad_lo = 1, .pad_hi = 1, .ceil = true},
     COUNT_ALL,
     COUNTING,
     3,
     {0.5, 2.5, 4.5}},
    {"E11 ceil p=1 inside",
     OP_AVGPOOL,
     5,
     {.k = 2, .s = 2, .d = 1, .pad_lo = 1, .pad_hi = 1, .ceil = true},
     COUNT_INSIDE,
     COUNTING,
     3,
     {1, 2.5, 4.5}},
    {"E11 same",
     OP_AVGPOOL,
     5,
     {.k = 2, .s = 2, .d = 1, .pad_hi = 1},
     COUNT_INSIDE,
     COUNTING,
     3,
     {1.5, 3.5, 5}},
    {"E11 max",
     OP_MAXPOOL,
     3,
     {.k = 3, .s = 1, .d = 1, .pad_lo = 1, .pad_hi = 1},
     0,
     NEGATIVE,
     3,
     {-1, -1, -2}},
};

Test(golden, lines) {
    Arena *arena = arena_create();
    for (size_t n = 0; n < COUNT(lines); n++) {
        TensorType input = nchw(1, 1, 1, &lines[n].i);
        Node *node = make_window(arena, lines[n].op, &input, 1, &lines[n].axis);
        node->count = lines[n].count;
        node->weight = make_param(arena, DIGITS);
        cr_assert_eq(node->window[0].o, lines[n].o, "%s", lines[n].name);
        double *y = run_on(arena, node, lines[n].x);
        for (int64_t i = 0; i < lines[n].o; i++)
            cr_expect_eq(y[i], lines[n].values[i], "%s: element %lld is %g", lines[n].name,
                         (long long)i, y[i]);
    }
    arena_destroy(arena);
}

/* 1..16 as 4x4, k = 3, s = 2, rounded up: the overhang does not count. */
Test(golden, average_with_overhang) {
    float x[16];
    for (int i = 0; i < 16; i++) x[i] = (float)(i + 1);
    static const double expected[] = {6, 7.5, 12, 13.5};
    Arena *arena = arena_create();
    TensorType input = nchw(1, 1, 2, (int64_t[]){4, 4});
    ConvAxis axis = {.k = 3, .s = 2, .d = 1, .ceil = true};
    Node *node = make_window(arena, OP_AVGPOOL, &input, 1, (ConvAxis[]){axis, axis});
    for (int count = COUNT_INSIDE; count <= COUNT_ALL; count++) {
        node->count = (PoolCount)count;
        double *y = run_on(arena, node, x);
        for (int i = 0; i < 4; i++) cr_expect_eq(y[i], expected[i], "element %d is %g", i, y[i]);
    }
    arena_destroy(arena);
}

/* Multiply-adds are the non-zeros of the guide's matrices (arithmetic.md 1), both ways. */
Test(golden, multiply_adds) {
    static const struct {
        const char *figure;
        int64_t i, k, p, s, d, nnz;
    } table[] = {{"2.1", 4, 3, 0, 1, 1, 36},  {"2.2", 5, 4, 2, 1, 1, 324},
                 {"2.3", 5, 3, 1, 1, 1, 169}, {"2.4", 5, 3, 2, 1, 1, 225},
                 {"2.5", 5, 3, 0, 2, 1, 36},  {"2.6", 5, 3, 1, 2, 1, 49},
                 {"2.7", 6, 3, 1, 2, 1, 64},  {"5.1", 7, 3, 0, 1, 2, 81}};
    Arena *arena = arena_create();
    uint64_t state = 1;
    const float *weight = random_integers(arena, &state, 6 * 16);
    const float *x = random_integers(arena, &state, 2 * 3 * 49);
    double y[2 * 3 * 49];
    for (size_t n = 0; n < COUNT(table); n++) {
        ConvAxis axis = {.i = table[n].i, .k = table[n].k, .s = table[n].s, .d = table[n].d};
        axis.pad_lo = axis.pad_hi = table[n].p;
        TensorType large = nchw(2, 3, 2, (int64_t[]){axis.i, axis.i});
        Node *conv = make_window(arena, OP_CONV, &large, 2, (ConvAxis[]){axis, axis});
        conv->weight = make_param(arena, weight);
        int64_t macs = 0;
        reference_node(conv, &x, y, NULL, &macs);
        cr_expect_eq(macs, 2 * 3 * 2 * table[n].nnz, "Fig %s", table[n].figure);

        ConvAxis back;
        conv_transpose_of(&axis, &back);
        Node *tconv =
            make_window(arena, OP_TCONV, &conv->output->type, 3, (ConvAxis[]){back, back});
        tconv->weight = make_param(arena, weight);
        reference_node(tconv, &x, y, NULL, &macs);
        cr_expect_eq(macs, 2 * 3 * 2 * table[n].nnz, "Fig %s transposed", table[n].figure);
    }
    arena_destroy(arena);
}
