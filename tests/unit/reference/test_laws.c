/* reference: the laws that tie the layers to each other, on random geometries of one to three
 * spatial axes. Data are small integers, so that equal means equal. */
#include "layers.h"

#include <stdio.h>
#include <string.h>

/* A random convolution that is legal, with batch and groups, both of its sides small. */
typedef struct Geometry {
    int n_axes;
    int64_t n, c, f, groups;
    ConvAxis axis[MAX_SPATIAL];
    int64_t extent[MAX_SPATIAL];
    int64_t taps;
} Geometry;

static Geometry random_geometry(uint64_t *state) {
    Geometry g = {.n_axes = (int)pick(state, 1, 3), .groups = pick(state, 1, 3), .taps = 1};
    g.n = pick(state, 1, 2);
    g.c = g.groups * pick(state, 1, 3);
    g.f = g.groups * pick(state, 1, 3);
    for (int n = 0; n < g.n_axes; n++) {
        int64_t o;
        do {
            g.axis[n] = (ConvAxis){.i = pick(state, 1, g.n_axes == 3 ? 5 : 9),
                                   .k = pick(state, 1, 4),
                                   .s = pick(state, 1, 4),
                                   .d = pick(state, 1, 3),
                                   .pad_lo = pick(state, 0, 5),
                                   .pad_hi = pick(state, 0, 5)};
        } while (conv_output_extent(&g.axis[n], &o) != CONV_OK);
        g.extent[n] = g.axis[n].i;
        g.taps *= g.axis[n].k;
    }
    return g;
}

static const char *geometry_text(const Geometry *g) {
    static char text[400];
    int len = snprintf(text, sizeof text, "n=%lld c=%lld f=%lld g=%lld", (long long)g->n,
                       (long long)g->c, (long long)g->f, (long long)g->groups);
    for (int n = 0; n < g->n_axes; n++)
        len += snprintf(text + len, sizeof text - (size_t)len,
                        " (i=%lld k=%lld s=%lld d=%lld p=%lld,%lld)", (long long)g->axis[n].i,
                        (long long)g->axis[n].k, (long long)g->axis[n].s, (long long)g->axis[n].d,
                        (long long)g->axis[n].pad_lo, (long long)g->axis[n].pad_hi);
    return text;
}

static Node *conv_of(Arena *arena, const Geometry *g, const float *weight) {
    TensorType input = nchw(g->n, g->c, g->n_axes, g->extent);
    Node *conv = make_window(arena, OP_CONV, &input, g->f, g->axis);
    conv->groups = g->groups;
    conv->weight = make_param(arena, weight);
    return conv;
}

/* The layer that undoes it: the weight [F, C/g, k...] of the convolution is, as it stands, the
 * weight [C', F'/g, k...] of its transpose. */
static Node *transpose_of(Arena *arena, const Geometry *g, const Node *conv) {
    ConvAxis axes[MAX_SPATIAL];
    for (int n = 0; n < g->n_axes; n++)
        cr_assert_eq(conv_transpose_of(&g->axis[n], &axes[n]), CONV_OK);
    Node *tconv = make_window(arena, OP_TCONV, &conv->output->type, g->c, axes);
    tconv->groups = g->groups;
    tconv->weight = conv->weight;
    return tconv;
}

static double inner_product(const float *x, const double *y, int64_t elems) {
    double sum = 0.0;
    for (int64_t i = 0; i < elems; i++) sum += x[i] * y[i];
    return sum;
}

/* <y, conv(x)> = <x, tconv(y)>, and both count the same multiply-adds. */
Test(laws, adjoint) {
    Arena *arena = arena_create();
    uint64_t state = 11;
    int64_t by_axes[4] = {0}, not_zero = 0;
    for (int n = 0; n < 600; n++) {
        Geometry g = random_geometry(&state);
        const float *w = random_integers(arena, &state, g.f * (g.c / g.groups) * g.taps);
        Node *conv = conv_of(arena, &g, w), *tconv = transpose_of(arena, &g, conv);
        int64_t n_x = elems_of(&conv->inputs[0]->type), n_y = elems_of(&conv->output->type);
        cr_assert(type_equal(&tconv->output->type, &conv->inputs[0]->type), "%s",
                  geometry_text(&g));
        const float *x = random_integers(arena, &state, n_x);
        const float *y = random_integers(arena, &state, n_y);
        double *forward = ARENA_ARRAY(arena, double, (size_t)n_y);
        double *back = ARENA_ARRAY(arena, double, (size_t)n_x);
        int64_t macs_forward, macs_back;
        reference_node(conv, &x, forward, NULL, &macs_forward);
        reference_node(tconv, &y, back, NULL, &macs_back);
        double law = inner_product(y, forward, n_y);
        cr_assert_eq(law, inner_product(x, back, n_x), "%s", geometry_text(&g));
        cr_assert_eq(macs_forward, macs_back, "%s", geometry_text(&g));
        by_axes[g.n_axes]++;
        not_zero += law != 0.0;
        arena_reset(arena);
    }
    arena_destroy(arena);
    cr_assert(by_axes[1] > 100 && by_axes[2] > 100 && by_axes[3] > 100 && not_zero > 400);
}

/* The index of a multi-index, row-major. */
static int64_t row_major(int rank, const int64_t *extent, const int64_t *at) {
    int64_t index = 0;
    for (int n = 0; n < rank; n++) index = index * extent[n] + at[n];
    return index;
}

static void unravel(int rank, const int64_t *extent, int64_t index, int64_t *at) {
    for (int n = rank - 1; n >= 0; n--) {
        at[n] = index % extent[n];
        index /= extent[n];
    }
}

/* T0e: the input of a transposed layer with s-1 zeros between its elements, and on each side the
 * zeros that the guide's p' = K-1-p and a say (a negative number crops). */
static float *stretch(Arena *arena, const Node *tconv, const float *y, TensorType *type) {
    const TensorType *input = &tconv->inputs[0]->type;
    int64_t from[MAX_RANK], to[MAX_RANK], at[MAX_RANK];
    *type = *input;
    for (int n = 0; n < input->rank; n++) from[n] = to[n] = input->axes[n].extent;
    for (int n = 0; n < tconv->n_axes; n++) {
        const ConvAxis *axis = &tconv->window[n].arith;
        int64_t kernel = axis->d * (axis->k - 1) + 1;
        to[2 + n] = axis->s * (axis->i - 1) + 1 + (kernel - 1 - axis->pad_lo) +
                    (kernel - 1 - axis->pad_hi + axis->a);
        type->axes[2 + n].extent = to[2 + n];
    }
    float *stretched = ARENA_ARRAY(arena, float, (size_t)elems_of(type));
    for (int64_t index = 0; index < elems_of(input); index++) {
        unravel(input->rank, from, index, at);
        bool kept = true;
        for (int n = 0; n < tconv->n_axes; n++) {
            const ConvAxis *axis = &tconv->window[n].arith;
            at[2 + n] = axis->s * at[2 + n] + axis->d * (axis->k - 1) - axis->pad_lo;
            kept = kept && at[2 + n] >= 0 && at[2 + n] < to[2 + n];
        }
        if (kept) stretched[row_major(input->rank, to, at)] = y[index];
    }
    return stretched;
}

/* The kernel of the emulation: [F', C'/g, rotated by 180 degrees] from [C', F'/g, k...]. */
static float *rotate(Arena *arena, const Geometry *g, const float *weight) {
    int64_t c_group = g->f / g->groups, f_group = g->c / g->groups;
    float *rotated = ARENA_ARRAY(arena, float, (size_t)(g->f * f_group * g->taps));
    for (int64_t group = 0; group < g->groups; group++)
        for (int64_t c = 0; c < c_group; c++)
            for (int64_t f = 0; f < f_group; f++)
                for (int64_t t = 0; t < g->taps; t++) {
                    int64_t to = ((group * f_group + f) * c_group + c) * g->taps + g->taps - 1 - t;
                    rotated[to] = weight[((group * c_group + c) * f_group + f) * g->taps + t];
                }
    return rotated;
}

Test(laws, transposed_layer_is_a_convolution_of_the_stretched_input) {
    Arena *arena = arena_create();
    uint64_t state = 12;
    int64_t strided = 0, cropped = 0;
    for (int n = 0; n < 600; n++) {
        Geometry g = random_geometry(&state);
        const float *w = random_integers(arena, &state, g.f * (g.c / g.groups) * g.taps);
        Node *tconv = transpose_of(arena, &g, conv_of(arena, &g, w));
        const float *y = random_integers(arena, &state, elems_of(&tconv->inputs[0]->type));
        TensorType type;
        const float *stretched = stretch(arena, tconv, y, &type);
        ConvAxis axes[MAX_SPATIAL];
        for (int axis = 0; axis < g.n_axes; axis++) {
            axes[axis] = (ConvAxis){.k = g.axis[axis].k, .s = 1, .d = g.axis[axis].d};
            strided += g.axis[axis].s > 1;
            cropped += g.axis[axis].pad_lo > g.axis[axis].d * (g.axis[axis].k - 1);
        }
        Node *emulation = make_window(arena, OP_CONV, &type, g.c, axes);
        emulation->groups = g.groups;
        emulation->weight = make_param(arena, rotate(arena, &g, w));
        cr_assert(type_equal(&emulation->output->type, &tconv->output->type), "%s",
                  geometry_text(&g));
        double *expected = run_on(arena, emulation, stretched), *got = run_on(arena, tconv, y);
        for (int64_t i = 0; i < elems_of(&tconv->output->type); i++)
            cr_assert_eq(got[i], expected[i], "%s: element %lld", geometry_text(&g), (long long)i);
        arena_reset(arena);
    }
    arena_destroy(arena);
    cr_assert(strided > 100 && cropped > 50);
}

/* L(3x - 2y) = 3 L(x) - 2 L(y) for layers without bias. */
Test(laws, linearity) {
    Arena *arena = arena_create();
    uint64_t state = 13;
    for (int n = 0; n < 200; n++) {
        Geometry g = random_geometry(&state);
        const float *w = random_integers(arena, &state, g.f * (g.c / g.groups) * g.taps);
        Node *node = conv_of(arena, &g, w);
        if (n % 2) node = transpose_of(arena, &g, node);
        int64_t elems = elems_of(&node->inputs[0]->type);
        const float *x = random_integers(arena, &state, elems);
        const float *y = random_integers(arena, &state, elems);
        float *both = ARENA_ARRAY(arena, float, (size_t)elems);
        for (int64_t i = 0; i < elems; i++) both[i] = 3 * x[i] - 2 * y[i];
        double *of_x = run_on(arena, node, x), *of_y = run_on(arena, node, y);
        double *of_both = run_on(arena, node, both);
        for (int64_t i = 0; i < elems_of(&node->output->type); i++)
            cr_assert_eq(of_both[i], 3 * of_x[i] - 2 * of_y[i], "%s", geometry_text(&g));
        arena_reset(arena);
    }
    arena_destroy(arena);
}

/* An input moved by s*m elements moves the output by m, where no window meets a border. */
Test(laws, shift) {
    enum { LENGTH = 60 };
    Arena *arena = arena_create();
    uint64_t state = 14;
    for (int n = 0; n < 200; n++) {
        ConvAxis axis = {.k = pick(&state, 1, 5), .s = pick(&state, 1, 4), .d = pick(&state, 1, 3)};
        TensorType input = nchw(1, 1, 1, (int64_t[]){LENGTH});
        Node *conv = make_window(arena, OP_CONV, &input, 1, &axis);
        conv->weight = make_param(arena, random_integers(arena, &state, axis.k));
        int64_t moved_by = pick(&state, 1, 5), o = conv->window[0].o;
        float *x = random_integers(arena, &state, LENGTH);
        float *moved = random_integers(arena, &state, LENGTH);
        memcpy(moved + axis.s * moved_by, x, sizeof x[0] * (size_t)(LENGTH - axis.s * moved_by));
        double *y = run_on(arena, conv, x), *y_moved = run_on(arena, conv, moved);
        for (int64_t i = 0; i + moved_by < o; i++)
            cr_assert_eq(y_moved[i + moved_by], y[i], "k=%lld s=%lld d=%lld moved by %lld",
                         (long long)axis.k, (long long)axis.s, (long long)axis.d,
                         (long long)moved_by);
        arena_reset(arena);
    }
    arena_destroy(arena);
}

/* A grouped layer is its groups side by side. */
Test(laws, groups_are_separate_layers) {
    Arena *arena = arena_create();
    uint64_t state = 15;
    for (int n = 0; n < 100; n++) {
        Geometry g = random_geometry(&state), part = g;
        part.groups = part.n = g.n = 1;
        part.c = g.c / g.groups;
        part.f = g.f / g.groups;
        const float *w = random_integers(arena, &state, g.f * part.c * g.taps);
        for (int transposed = 0; transposed < 2; transposed++) {
            Node *whole = conv_of(arena, &g, w);
            if (transposed) whole = transpose_of(arena, &g, whole);
            const float *x = random_integers(arena, &state, elems_of(&whole->inputs[0]->type));
            double *y = run_on(arena, whole, x);
            for (int64_t group = 0; group < g.groups; group++) {
                Node *one = conv_of(arena, &part, w + group * part.f * part.c * g.taps);
                if (transposed) one = transpose_of(arena, &part, one);
                int64_t n_in = elems_of(&one->inputs[0]->type),
                        n_out = elems_of(&one->output->type);
                double *expected = run_on(arena, one, x + group * n_in);
                for (int64_t i = 0; i < n_out; i++)
                    cr_assert_eq(y[group * n_out + i], expected[i], "%s group %lld",
                                 geometry_text(&g), (long long)group);
            }
        }
        arena_reset(arena);
    }
    arena_destroy(arena);
}

/* S1: a dense layer is the convolution whose kernel is as large as its input, in either order of
 * axes; and S5: axes and layouts never interact. */
Test(laws, dense_is_the_largest_convolution) {
    Arena *arena = arena_create();
    uint64_t state = 16;
    int64_t extent[] = {3, 4}, n = 2, c = 3, f = 5, per_sample = 3 * 3 * 4;
    TensorType input = nchw(n, c, 2, extent), output = nchw(n, f, 0, NULL);
    const float *w = random_integers(arena, &state, f * per_sample);
    const float *bias = random_integers(arena, &state, f);
    const float *x = random_integers(arena, &state, n * per_sample);
    Node *dense = make_node(arena, OP_DENSE, &input, &output);
    ConvAxis axes[] = {{.k = 3, .s = 1, .d = 1}, {.k = 4, .s = 1, .d = 1}};
    Node *conv = make_window(arena, OP_CONV, &input, f, axes);
    dense->weight = conv->weight = make_param(arena, w);
    dense->bias = conv->bias = make_param(arena, bias);
    int64_t macs;
    double y[10];
    reference_node(dense, &x, y, NULL, &macs);
    double *expected = run_on(arena, conv, x);
    for (int64_t i = 0; i < n * f; i++)
        cr_assert_eq(y[i], expected[i], "element %lld", (long long)i);
    cr_assert_eq(macs, n * f * per_sample);

    /* Flattened in layout order: [N, H, W, C] counts h, w, c; and a batch between the axes. */
    TensorType nhwc = {.rank = 4, .axes = {{"N", n}, {"H", 3}, {"W", 4}, {"C", c}}};
    TensorType hnwc = {.rank = 4, .axes = {{"H", 3}, {"N", n}, {"W", 4}, {"C", c}}};
    float *between = ARENA_ARRAY(arena, float, (size_t)(n * per_sample));
    for (int64_t s = 0; s < n; s++)
        for (int64_t h = 0; h < 3; h++)
            memcpy(between + (h * n + s) * 12, x + (s * 3 + h) * 12, 12 * sizeof x[0]);
    dense->inputs[0]->type = nhwc;
    expected = run_on(arena, dense, x);
    dense->inputs[0]->type = hnwc;
    double *again = run_on(arena, dense, between);
    for (int64_t i = 0; i < n * f; i++) {
        cr_assert_eq(expected[i], y[i], "a dense layer reads memory order");
        cr_assert_eq(again[i], y[i], "element %lld", (long long)i);
    }
    arena_destroy(arena);
}

/* Every window layer gives the same numbers in [N, H, W, C] as in [N, C, H, W]. */
Test(laws, layouts_agree) {
    Arena *arena = arena_create();
    uint64_t state = 17;
    const int64_t n = 2, c = 4, h = 5, w = 6;
    TensorType nchw_type = nchw(n, c, 2, (int64_t[]){h, w});
    TensorType nhwc_type = {.rank = 4, .axes = {{"N", n}, {"H", h}, {"W", w}, {"C", c}}};
    const float *x = random_integers(arena, &state, n * c * h * w);
    float *swapped = ARENA_ARRAY(arena, float, (size_t)(n * c * h * w));
    for (int64_t s = 0; s < n; s++)
        for (int64_t ch = 0; ch < c; ch++)
            for (int64_t p = 0; p < h * w; p++)
                swapped[(s * h * w + p) * c + ch] = x[(s * c + ch) * h * w + p];
    const float *weight = random_integers(arena, &state, 100);
    ConvAxis axes[] = {{.k = 3, .s = 2, .d = 1, .pad_lo = 1},
                       {.k = 2, .s = 1, .d = 2, .pad_hi = 1}};
    OpKind ops[] = {OP_CONV, OP_TCONV, OP_MAXPOOL, OP_AVGPOOL};
    for (size_t op = 0; op < COUNT(ops); op++) {
        int64_t f = ops[op] == OP_CONV || ops[op] == OP_TCONV ? 6 : c;
        Node *first = make_window(arena, ops[op], &nchw_type, f, axes);
        Node *last = make_window(arena, ops[op], &nhwc_type, f, axes);
        first->groups = last->groups = 2;
        first->weight = last->weight = make_param(arena, weight);
        double *a = run_on(arena, first, x), *b = run_on(arena, last, swapped);
        int64_t area = first->window[0].o * first->window[1].o;
        for (int64_t s = 0; s < n; s++)
            for (int64_t ch = 0; ch < f; ch++)
                for (int64_t p = 0; p < area; p++)
                    cr_assert_eq(a[(s * f + ch) * area + p], b[(s * area + p) * f + ch], "op %d",
                                 (int)ops[op]);
    }
    arena_destroy(arena);
}
