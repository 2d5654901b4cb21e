/* reference: special values, fused operations, and bounds: f32 arithmetic in several orders stays
 * within them, and a slightly wrong result does not. */
#include "layers.h"

#include <float.h>
#include <math.h>
#include <string.h>

static const double U = 0x1p-24, T = 0x1p-149;

Test(bounds, special_values) {
    Arena *arena = arena_create();
    TensorType row = nchw(1, 1, 1, (int64_t[]){6});
    const float x[] = {-0.0f, NAN, -1, INFINITY, -INFINITY, 2};
    double *y = run_on(arena, make_node(arena, OP_RELU, &row, &row), x);
    cr_expect(y[0] == 0 && signbit(y[0]) && isnan(y[1]) && y[2] == 0 && y[3] == INFINITY);
    cr_expect(y[4] == 0 && y[5] == 2);
    y = run_on(arena, make_node(arena, OP_TANH, &row, &row), x);
    cr_expect(signbit(y[0]) && isnan(y[1]) && y[3] == 1 && y[4] == -1);
    y = run_on(arena, make_node(arena, OP_FLATTEN, &row, &row), x);
    cr_expect(signbit(y[0]) && isnan(y[1]) && y[4] == -INFINITY && y[5] == 2);

    Node *node = make_node(arena, OP_LEAKY_RELU, &row, &row);
    node->numbers.at[0] = -2;
    y = run_on(arena, node, x);
    cr_expect(signbit(y[0]) && isnan(y[1]) && y[2] == 2 && y[3] == INFINITY && y[4] == INFINITY);
    node = make_node(arena, OP_CLIP, &row, &row);
    node->numbers = (Numbers){{-1, 0}};
    y = run_on(arena, node, x);
    cr_expect(signbit(y[0]) && isnan(y[1]) && y[2] == -1 && y[3] == 0 && y[4] == -1 && y[5] == 0);
    node = make_node(arena, OP_HARD_SIGMOID, &row, &row);
    node->numbers.at[0] = 0.25;
    y = run_on(arena, node, x);
    cr_expect(y[0] == 0.5 && isnan(y[1]) && y[2] == 0.25 && y[3] == 1 && y[4] == 0 && y[5] == 1);
    y = run_on(arena, make_node(arena, OP_HARD_SWISH, &row, &row), x);
    cr_expect(signbit(y[0]) && isnan(y[1]) && y[3] == INFINITY && isnan(y[4]));
    cr_expect_float_eq(y[2], -1.0 / 3.0, 1e-15);
    y = run_on(arena, make_node(arena, OP_SIGMOID, &row, &row), x);
    cr_expect(y[0] == 0.5 && isnan(y[1]) && y[3] == 1 && y[4] == 0);
    y = run_on(arena, make_node(arena, OP_SOFTPLUS, &row, &row), x);
    cr_expect(y[0] == log(2) && isnan(y[1]) && y[3] == INFINITY && y[4] == 0);
    cr_expect_float_eq(y[5] - y[2], 2 - log1p(exp(-1)) + log1p(exp(-2)), 1e-15);
    static const OpKind products[] = {OP_SILU, OP_GELU};
    for (int i = 0; i < 2; i++) {
        y = run_on(arena, make_node(arena, products[i], &row, &row), x);
        cr_expect(signbit(y[0]) && isnan(y[1]) && y[3] == INFINITY && isnan(y[4]));
        cr_expect_float_eq(y[2], i ? -0.15865525393145705 : -1 / (1 + exp(1)), 1e-15);
    }
    node = make_node(arena, OP_ELU, &row, &row);
    node->numbers.at[0] = 3;
    y = run_on(arena, node, x);
    cr_expect(signbit(y[0]) && isnan(y[1]) && y[2] == 3 * expm1(-1) && y[4] == -3 && y[5] == 2);

    /* NaN wins wherever it stands in the window; -inf is a number like others. */
    ConvAxis window = {.k = 3, .s = 1, .d = 1, .pad_lo = 1, .pad_hi = 1};
    y = run_on(arena, make_window(arena, OP_MAXPOOL, &row, 1, &window), x);
    cr_expect(isnan(y[0]) && isnan(y[1]) && isnan(y[2]) && y[3] == INFINITY && y[5] == 2);
    const float low[] = {-INFINITY, -INFINITY, -INFINITY, -3, -INFINITY, -INFINITY};
    y = run_on(arena, make_window(arena, OP_MAXPOOL, &row, 1, &window), low);
    cr_expect(y[0] == -INFINITY && y[2] == -3 && y[5] == -INFINITY);

    /* A tap outside the image is skipped, inside it 0 times infinity is NaN. */
    Node *conv = make_window(arena, OP_CONV, &row, 1, &window);
    conv->weight = make_param(arena, (float[]){INFINITY, 0, 1});
    const float ones[] = {1, 1, 1, 1, 1, INFINITY};
    double bound[6];
    y = run_node(arena, conv, (const float *[]){ones}, bound);
    cr_expect(y[0] == 1 && y[1] == INFINITY && isnan(y[5]));
    cr_expect(bound[0] > 0 && bound[1] == 0 && bound[5] == 0);
    arena_destroy(arena);
}

/* By hand: mean and variance of the set that each norm means, of channels (1, 3), (5, 7). */
Test(bounds, norms_measure_their_sets) {
    Arena *arena = arena_create();
    TensorType type = nchw(1, 2, 1, (int64_t[]){2});
    const float x[] = {1, 3, 5, 7}, weight[] = {2, 3}, bias[] = {10, 20};
    Param factor = {.data = weight}, shift = {.data = bias};
    const struct {
        OpKind op;
        int groups;
        double mean[4], variance;
    } table[] = {{OP_INSTANCENORM, 2, {2, 2, 6, 6}, 1},
                 {OP_GROUPNORM, 2, {2, 2, 6, 6}, 1},
                 {OP_GROUPNORM, 1, {4, 4, 4, 4}, 5},
                 {OP_LAYERNORM, 1, {3, 5, 3, 5}, 4}};
    for (size_t t = 0; t < COUNT(table); t++)
        for (int with = 0; with < 2; with++) {
            Node *node = make_node(arena, table[t].op, &type, &type);
            node->groups = table[t].groups;
            node->numbers.at[0] = 0.25;
            node->weight = with ? &factor : NULL;
            node->bias = with ? &shift : NULL;
            double *y = run_on(arena, node, x);
            for (int i = 0; i < 4; i++) {
                double want = (x[i] - table[t].mean[i]) / sqrt(table[t].variance + 0.25);
                if (with) want = want * weight[i / 2] + bias[i / 2];
                cr_expect_float_eq(y[i], want, 1e-14, "%s %d, element %d: %g, not %g",
                                   op_name(table[t].op), table[t].groups, i, y[i], want);
            }
        }
    const float bad[] = {1, NAN, 5, 7};
    Node *node = make_node(arena, OP_INSTANCENORM, &type, &type);
    node->groups = 2;
    node->numbers.at[0] = 0.25;
    double *y = run_on(arena, node, bad);
    cr_expect(isnan(y[0]) && isnan(y[1]) && isfinite(y[2]) && isfinite(y[3]));
    arena_destroy(arena);
}

/* Where an error may carry x over the end of a domain or a pole, nothing is promised; without an
 * error all is. */
Test(bounds, ends_of_domains) {
    Arena *arena = arena_create();
    TensorType row = nchw(1, 1, 1, (int64_t[]){3});
    ConvAxis window = {.k = 1, .s = 1, .d = 1};
    Node *conv = make_window(arena, OP_CONV, &row, 1, &window);
    conv->weight = make_param(arena, (float[]){1});
    conv->bias = make_param(arena, (float[]){-1});
    conv->n_fused = 1;
    const float x[] = {1, 2, 0.5f}, y[] = {0, 0, 1}, *inputs[] = {x, y};
    const Fused table[] = {{.op = OP_SQRT},
                           {.op = OP_LOG},
                           {.op = OP_RECIPROCAL},
                           {.op = OP_POWER, .numbers = {{-2}}},
                           {.op = OP_POWER, .numbers = {{0.5}}},
                           {.op = OP_DIV, .input = 1},
                           {.op = OP_DIV, .input = 1, .swapped = true},
                           {.op = OP_DIVIDE_NO_NAN, .input = 1, .swapped = true}};
    for (size_t i = 0; i < COUNT(table); i++) {
        double bound[3];
        conv->fused[0] = table[i];
        double *got = run_node(arena, conv, inputs, bound);
        cr_expect_eq(bound[0], INFINITY, "row %zu: %g", i, bound[0]);
        cr_expect(isfinite(bound[1]) && isfinite(bound[2]), "row %zu: %g %g", i, got[1], got[2]);
    }
    Node *log = make_node(arena, OP_LOG, &row, &row);
    double bound[3], *got = run_node(arena, log, (const float *[]){y}, bound);
    cr_expect(got[0] == -INFINITY && bound[0] == 0 && got[2] == 0 && bound[2] == 2 * T);
    Node *steep = make_node(arena, OP_POWER, &row, &row);
    steep->numbers.at[0] = 3;
    got = run_node(arena, steep, (const float *[]){x}, bound);
    cr_expect(got[1] == 8 && bound[1] == 2 * 0x1p-20);
    arena_destroy(arena);
}

Test(bounds, log_softmax_values) {
    Arena *arena = arena_create();
    TensorType type = nchw(1, 3, 1, (int64_t[]){2});
    Node *node = make_node(arena, OP_LOG_SOFTMAX, &type, &type);
    node->axis = 1;
    const float x[] = {1000, 0, 1000, logf(2), 1000, -INFINITY};
    double bound[6], *y = run_node(arena, node, (const float *[]){x}, bound);
    for (int i = 0; i < 3; i++) cr_expect_eq(y[2 * i], -log(3));
    cr_expect_float_eq(y[1], -log(3), 1e-7);
    cr_expect_float_eq(y[3], log(2) - log(3), 1e-7);
    cr_expect(y[5] == -INFINITY && bound[5] == 0);
    cr_expect_eq(bound[0], (3 + 1 + 13 + 5 * log(3)) * U + T);
    arena_destroy(arena);
}

Test(bounds, softmax_values) {
    Arena *arena = arena_create();
    TensorType type = nchw(1, 3, 1, (int64_t[]){2});
    Node *node = make_node(arena, OP_SOFTMAX, &type, &type);
    node->axis = 1;
    const float x[] = {1000, 0, 1000, logf(2), 1000, -INFINITY};
    double *y = run_on(arena, node, x);
    for (int i = 0; i < 3; i++) cr_expect_eq(y[2 * i], 1.0 / 3.0);
    cr_expect_float_eq(y[1], 1.0 / 3.0, 1e-7);
    cr_expect_float_eq(y[3], 2.0 / 3.0, 1e-7);
    cr_expect_eq(y[5], 0.0);
    node->axis = 2;
    const float pairs[] = {0, 0, NAN, 5, 7, 7};
    y = run_on(arena, node, pairs);
    cr_expect(y[0] == 0.5 && y[1] == 0.5 && isnan(y[2]) && isnan(y[3]) && y[4] == 0.5);
    arena_destroy(arena);
}

/* Bounds written out by hand: K and B of a border and an inner element, the residual in B, what
 * each activation adds. */
Test(bounds, formula) {
    Arena *arena = arena_create();
    TensorType row = nchw(1, 1, 1, (int64_t[]){3});
    ConvAxis window = {.k = 3, .s = 1, .d = 1, .pad_lo = 1, .pad_hi = 1};
    Node *conv = make_window(arena, OP_CONV, &row, 1, &window);
    conv->weight = make_param(arena, (float[]){1, -2, 3});
    conv->bias = make_param(arena, (float[]){-10});
    const float x[] = {1, -1, 2}, residual[] = {100, 100, -100};
    const float *inputs[] = {x, residual};
    double bound[3];
    double *y = run_node(arena, conv, inputs, bound);
    cr_expect(y[0] == -15 && y[1] == -1 && y[2] == -15, "%g %g %g", y[0], y[1], y[2]);
    cr_expect_eq(bound[0], (2 + 1 + 3) * U * (2 + 3 + 10) + 3 * T);
    cr_expect_eq(bound[1], (3 + 1 + 3) * U * (1 + 2 + 6 + 10) + 4 * T);
    cr_expect_eq(bound[2], (2 + 1 + 3) * U * (1 + 4 + 10) + 3 * T);

    conv->fused[0] = (Fused){.op = OP_ADD, .input = 1};
    conv->fused[1] = (Fused){.op = OP_RELU, .input = 0};
    conv->n_fused = 2;
    y = run_node(arena, conv, inputs, bound);
    cr_expect(y[0] == 85 && y[1] == 99 && y[2] == 0);
    cr_expect_eq(bound[0], (2 + 1 + 3) * U * (115) + 3 * T);

    conv->fused[0] = (Fused){.op = OP_TANH, .input = 0};
    conv->fused[1] = (Fused){.op = OP_ADD, .input = 1};
    y = run_node(arena, conv, inputs, bound);
    cr_expect_float_eq(y[1], tanh(-1) + 100, 1e-12);
    double linear = 7 * U * 19 + 4 * T, activated = linear + 2 * 0x1p-24;
    cr_expect_eq(bound[1], activated + U * (3 * (tanh(1) + 100) + activated) + T);

    /* 2,500 products are three chains. */
    TensorType many = nchw(1, 2500, 0, NULL), one = nchw(1, 1, 0, NULL);
    Node *dense = make_node(arena, OP_DENSE, &many, &one);
    float *ones = ARENA_ARRAY(arena, float, 2500);
    for (int i = 0; i < 2500; i++) ones[i] = i % 2 ? -1.0f : 1.0f;
    dense->weight = make_param(arena, ones);
    run_node(arena, dense, (const float *[]){ones}, bound);
    cr_expect_eq(bound[0], (1024 + 3 + 3) * U * 2500 + 2501 * T);

    /* An average has its K and, over the count, its B. */
    Node *average = make_window(arena, OP_AVGPOOL, &row, 1, &window);
    average->count = COUNT_ALL;
    y = run_node(arena, average, inputs, bound);
    cr_expect_eq(y[2], 1.0 / 3.0);
    cr_expect_eq(bound[2], (2 + 1 + 3) * U * (3 / 3.0) + 3 * T);

    /* What rounds nothing adds nothing. */
    y = run_node(arena, make_window(arena, OP_MAXPOOL, &row, 1, &window), inputs, bound);
    cr_expect(y[1] == 2 && bound[1] == 0);
    y = run_node(arena, make_node(arena, OP_RELU, &row, &row), inputs, bound);
    cr_expect(y[1] == 0 && bound[1] == 0);
    y = run_node(arena, make_node(arena, OP_TANH, &row, &row), inputs, bound);
    cr_expect(y[0] == tanh(1) && bound[0] == 2 * 0x1p-24);

    Node *clip = make_node(arena, OP_CLIP, &row, &row);
    clip->numbers = (Numbers){{0, 1.5}};
    y = run_node(arena, clip, inputs, bound);
    cr_expect(y[0] == 1 && y[1] == 0 && y[2] == 1.5 && bound[0] == 0 && bound[2] == 0);

    /* 2 ulp of the result, and what came before times the steepest slope. */
    Node *leaky = make_node(arena, OP_LEAKY_RELU, &row, &row);
    leaky->numbers.at[0] = -3;
    y = run_node(arena, leaky, inputs, bound);
    cr_expect(y[1] == 3 && bound[1] == 2 * 0x1p-22, "%g", bound[1]);
    conv->fused[0] = (Fused){.op = OP_LEAKY_RELU, .numbers = {{-3}}};
    conv->n_fused = 1;
    y = run_node(arena, conv, inputs, bound);
    cr_expect(y[1] == 3 && bound[1] == 3 * linear + 2 * 0x1p-22, "%g", bound[1]);
    conv->fused[0] = (Fused){.op = OP_HARD_SWISH};
    y = run_node(arena, conv, inputs, bound);
    cr_expect_float_eq(y[1], -1.0 / 3.0, 1e-15);
    cr_expect_eq(bound[1], 1.5 * linear + 2 * 0x1p-25);
    conv->fused[0] = (Fused){.op = OP_HARD_SIGMOID, .numbers = {{0.25}}};
    y = run_node(arena, conv, inputs, bound);
    cr_expect(y[1] == 0.25);
    cr_expect_eq(bound[1], 0.25 * linear + 5 * U * (0.25 * (1 + linear) + 0.5) + 2 * T);

    conv->fused[0] = (Fused){.op = OP_SILU};
    run_node(arena, conv, inputs, bound);
    cr_expect_eq(bound[1], 1.1 * linear + 2 * 0x1p-25);
    conv->fused[0] = (Fused){.op = OP_GELU};
    run_node(arena, conv, inputs, bound);
    cr_expect_eq(bound[1], 1.13 * linear + 4 * U * (1 + linear) + T);
    conv->fused[0] = (Fused){.op = OP_ELU, .numbers = {{2}}};
    run_node(arena, conv, inputs, bound);
    cr_expect_eq(bound[1], 2 * linear + 2 * 0x1p-23);

    /* -1 give or take `linear`: where a function is not defined there is no number. Without a
     * Lipschitz constant x moves to the steeper side. */
    conv->fused[0] = (Fused){.op = OP_ABS};
    y = run_node(arena, conv, inputs, bound);
    cr_expect(y[1] == 1 && bound[1] == linear);
    conv->fused[0] = (Fused){.op = OP_SQRT};
    y = run_node(arena, conv, inputs, bound);
    cr_expect(isnan(y[1]) && bound[1] == 0);
    conv->fused[0] = (Fused){.op = OP_RECIPROCAL};
    y = run_node(arena, conv, inputs, bound);
    cr_expect(y[1] == -1 && bound[1] == linear / (1 - linear) + 0.5 * 0x1p-23);
    conv->fused[0] = (Fused){.op = OP_EXP};
    y = run_node(arena, conv, inputs, bound);
    cr_expect(y[1] == exp(-1) && bound[1] == exp(-1 + linear) - exp(-1) + 2 * 0x1p-25);
    conv->fused[0] = (Fused){.op = OP_POWER, .numbers = {{3}}};
    y = run_node(arena, conv, inputs, bound);
    cr_expect(y[1] == -1 && bound[1] == pow(1 + linear, 3) - 1 + 2 * 0x1p-23);
    conv->fused[0] = (Fused){.op = OP_MISH};
    run_node(arena, conv, inputs, bound);
    cr_expect_eq(bound[1], 1.1 * linear + 2 * 0x1p-25);
    conv->fused[0] = (Fused){.op = OP_SOFTSIGN};
    run_node(arena, conv, inputs, bound);
    cr_expect_eq(bound[1], linear + 2 * 0x1p-24);
    conv->fused[0] = (Fused){.op = OP_GELU_TANH};
    run_node(arena, conv, inputs, bound);
    cr_expect_eq(bound[1], 1.13 * linear + 4 * U * (1 + linear) + T);

    Node *join = make_node(arena, OP_ADD, &row, &row);
    join->n_inputs = 2;
    y = run_node(arena, join, inputs, bound);
    cr_expect(y[2] == -98 && bound[2] == 3 * U * 102 + T);
    join->op = OP_SUB;
    y = run_node(arena, join, inputs, bound);
    cr_expect(y[2] == 102 && bound[2] == 3 * U * 102 + T);
    join->op = OP_MUL;
    y = run_node(arena, join, inputs, bound);
    cr_expect(y[2] == -200 && bound[2] == 5 * U * 200 + 2 * T);

    join->op = OP_DIV;
    y = run_node(arena, join, inputs, bound);
    cr_expect(y[2] == -0.02 && bound[2] == 0.5 * 0x1p-29);

    /* A difference joins the sum from either side; a product of rounded things does not. */
    conv->fused[0] = (Fused){.op = OP_SUB, .input = 1, .swapped = true};
    y = run_node(arena, conv, inputs, bound);
    cr_expect(y[1] == 101 && bound[1] == 7 * U * 119 + 4 * T);
    conv->fused[0].swapped = false;
    y = run_node(arena, conv, inputs, bound);
    cr_expect(y[1] == -101 && bound[1] == 7 * U * 119 + 4 * T);
    conv->fused[0] = (Fused){.op = OP_DIV, .input = 1};
    y = run_node(arena, conv, inputs, bound);
    cr_expect(y[1] == -0.01 && bound[1] == linear / 100 + 0.5 * 0x1p-30);
    conv->fused[0].swapped = true;
    y = run_node(arena, conv, inputs, bound);
    cr_expect(y[1] == -100 && bound[1] == 100 * linear / (1 - linear) + 0.5 * 0x1p-17);
    conv->fused[0] = (Fused){.op = OP_MUL, .input = 1};
    y = run_node(arena, conv, inputs, bound);
    cr_expect(y[1] == -100 && bound[1] == 100 * linear + U * (1 + linear) * 100 + T);
    arena_destroy(arena);
}

Test(bounds, no_promise_on_overflow) {
    Arena *arena = arena_create();
    TensorType two = nchw(1, 2, 0, NULL), one = nchw(1, 1, 0, NULL);
    Node *dense = make_node(arena, OP_DENSE, &two, &one);
    dense->weight = make_param(arena, (float[]){1, -1});
    const float x[] = {FLT_MAX, FLT_MAX};
    double bound;
    double *y = run_node(arena, dense, (const float *[]){x}, &bound);
    cr_expect(y[0] == 0 && bound == INFINITY);
    arena_destroy(arena);
}

/* A convolution in f32: chains of at most 1,024 products, in ascending or descending order, each
 * multiply and add rounded or fused. */
static float f32_sum(const float *w, const float *x, int64_t k, float bias, bool down, bool fused) {
    float total = bias;
    for (int64_t from = 0; from < k; from += 1024) {
        int64_t to = from + 1024 < k ? from + 1024 : k;
        float chain = 0;
        for (int64_t n = from; n < to; n++) {
            int64_t i = down ? to - 1 - (n - from) : n;
            chain = fused ? fmaf(w[i], x[i], chain) : chain + w[i] * x[i];
        }
        total += chain;
    }
    return total;
}

Test(bounds, sums_in_f32_stay_within) {
    Arena *arena = arena_create();
    uint64_t state = 21;
    static const int64_t sizes[] = {1, 2, 3, 9, 64, 1023, 1024, 1025, 5000};
    static const double scales[] = {1, 1e-3, 1e-22, 1e15};
    double worst = 0, largest_share = 0;
    for (size_t n = 0; n < COUNT(sizes); n++)
        for (size_t scale = 0; scale < COUNT(scales); scale++)
            for (int round = 0; round < 8; round++) {
                int64_t k = sizes[n];
                TensorType input = nchw(1, k, 0, NULL), output = nchw(1, 1, 0, NULL);
                Node *dense = make_node(arena, OP_DENSE, &input, &output);
                float *w = random_reals(arena, &state, k, scales[scale]);
                float *x = random_reals(arena, &state, k, scales[scale]);
                float *bias = random_reals(arena, &state, 1, scales[scale] * scales[scale]);
                /* One sign makes the errors add up. */
                for (int64_t i = 0; round < 2 && i < k; i++) w[i] = fabsf(w[i]), x[i] = fabsf(x[i]);
                dense->weight = make_param(arena, w);
                dense->bias = make_param(arena, bias);
                double bound;
                double exact = run_node(arena, dense, (const float *[]){x}, &bound)[0];
                for (int order = 0; order < 4; order++) {
                    float got = f32_sum(w, x, k, bias[0], order & 1, order & 2);
                    double error = fabs((double)got - exact);
                    cr_assert_leq(error, bound, "K=%lld scale %g order %d", (long long)k,
                                  scales[scale], order);
                    if (k <= 3 && error / bound > largest_share) largest_share = error / bound;
                    if (error > worst) worst = error;
                }
                /* One product too few is beyond the bound. */
                if (k > 1 && k < 100 && round < 2 && scale < 2)
                    cr_assert_gt(fabs(exact - (double)w[0] * x[0] - exact), bound, "K=%lld",
                                 (long long)k);
                arena_reset(arena);
            }
    arena_destroy(arena);
    cr_assert(worst > 0 && largest_share > 0.1, "the bound is far from what happens: %g",
              largest_share);
}

/* exp, give or take a relative error of `skew`, then softmax in f32 as compiled code does it. */
static void f32_softmax(const float *x, int64_t k, bool reciprocal, double skew, float *y) {
    float m = x[0], sum = 0;
    for (int64_t i = 1; i < k; i++) m = x[i] > m ? x[i] : m;
    for (int64_t i = 0; i < k; i++) {
        y[i] = (float)(exp((double)(x[i] - m)) * (1.0 + (i % 2 ? skew : -skew)));
        sum += y[i];
    }
    for (int64_t i = 0; i < k; i++) y[i] = reciprocal ? y[i] * (1.0f / sum) : y[i] / sum;
}

Test(bounds, softmax_in_f32_stays_within) {
    Arena *arena = arena_create();
    uint64_t state = 22;
    static const int64_t sizes[] = {1, 2, 3, 10, 1000};
    static const double scales[] = {1, 10, 60, 200};
    int caught = 0;
    for (size_t n = 0; n < COUNT(sizes); n++)
        for (size_t scale = 0; scale < COUNT(scales); scale++)
            for (int round = 0; round < 20; round++) {
                int64_t k = sizes[n];
                TensorType type = nchw(1, k, 0, NULL);
                Node *node = make_node(arena, OP_SOFTMAX, &type, &type);
                node->axis = 1;
                const float *x = random_reals(arena, &state, k, scales[scale]);
                double *bound = ARENA_ARRAY(arena, double, (size_t)k);
                double *exact = run_node(arena, node, &x, bound);
                float *y = ARENA_ARRAY(arena, float, (size_t)k);
                for (int reciprocal = 0; reciprocal < 2; reciprocal++) {
                    f32_softmax(x, k, reciprocal, 3.0 * U, y);
                    for (int64_t i = 0; i < k; i++)
                        cr_assert_leq(fabs((double)y[i] - exact[i]), bound[i],
                                      "K=%lld scale %g element %lld", (long long)k, scales[scale],
                                      (long long)i);
                }
                f32_softmax(x, k, false, 200.0 * U, y);
                for (int64_t i = 0; i < k && k <= 10; i++)
                    caught += fabs((double)y[i] - exact[i]) > bound[i];
                arena_reset(arena);
            }
    arena_destroy(arena);
    cr_assert_gt(caught, 100, "an exp that is wrong by 100 ulp must be noticed");
}
