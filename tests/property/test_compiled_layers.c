/* Single layers through the whole compiler, on sizes around the vector widths and windows in every
 * position: integers bit for bit, the adjoint law, special values. */
#include "property/compiled_net.h"

#include "base/checked.h"
#include "reference/reference.h"

#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

static const int SIZES[] = {1, 2, 3, 7, 8, 9, 15, 16, 17, 31, 33};
enum { N_SIZES = sizeof SIZES / sizeof SIZES[0] };

/* One window along one axis; sizes that follow from the input's. */
typedef struct Case {
    const char *what;
    int k, k_from_size; /* k = k + k_from_size * size */
    int s, d, pb, pe, a;
} Case;

static const Case CONVS[] = {
    {"pointwise", 1, 0, 1, 1, 0, 0, 0},
    {"pointwise, strided", 1, 0, 2, 1, 0, 0, 0},
    {"half padding", 3, 0, 1, 1, 1, 1, 0},
    {"strided", 3, 0, 2, 1, 1, 1, 0},
    {"stride larger", 2, 0, 3, 1, 0, 0, 0},
    {"lopsided", 3, 0, 1, 1, 0, 2, 0},
    {"lopsided the other way", 4, 0, 2, 1, 3, 0, 0},
    {"dilated", 3, 0, 1, 2, 2, 2, 0},
    {"dilated and strided", 3, 0, 2, 3, 3, 2, 0},
    {"full padding", 5, 0, 1, 1, 4, 4, 0},
    {"as large as the input", 0, 1, 1, 1, 0, 0, 0},
    {"one less than the input", -1, 1, 1, 1, 0, 0, 0},
    {"larger than the input", 1, 1, 1, 1, 1, 1, 0},
    {"beyond the kernel", 2, 0, 1, 1, 3, 3, 0},
};

static const Case TCONVS[] = {
    {"unit stride", 3, 0, 1, 1, 0, 0, 0}, {"half padding", 3, 0, 1, 1, 1, 1, 0},
    {"doubling", 4, 0, 2, 1, 1, 1, 0},    {"odd doubling", 3, 0, 2, 1, 1, 1, 1},
    {"no overlap", 2, 0, 2, 1, 0, 0, 0},  {"holes", 2, 0, 3, 1, 0, 0, 1},
    {"dilated", 3, 0, 2, 3, 2, 2, 0},     {"lopsided", 4, 0, 3, 1, 2, 0, 0},
    {"cropping", 2, 0, 2, 1, 2, 2, 0},    {"as large as the input", 0, 1, 1, 1, 0, 0, 0},
};

/* Output size, or 0 if the window has none here. */
static int64_t output_size(const Case *c, bool transposed, int size) {
    ConvAxis axis = {.i = size,
                     .k = c->k + c->k_from_size * size,
                     .s = c->s,
                     .d = c->d,
                     .pad_lo = c->pb,
                     .pad_hi = c->pe,
                     .a = c->a};
    int64_t o = 0;
    if (axis.k < 1) return 0;
    ConvStatus status = transposed ? tconv_output_extent(&axis, &o) : conv_output_extent(&axis, &o);
    return status == CONV_OK ? o : 0;
}

/* A network of one such layer, with relu and a residual where `extra` says so. */
static const char *layer_text(Arena *arena, const Case *c, bool transposed, int h, int w, int ic,
                              int oc, int n, bool extra) {
    Text text = text_in(arena);
    text_printf(
        &text,
        "net 1\nmodel m\nweights random(seed=1)\ninput x : f32[N: %d, C: %d, H: %d, W: %d]\n", n,
        ic, h, w);
    int64_t oh = output_size(c, transposed, h), ow = output_size(c, transposed, w);
    if (extra)
        text_printf(&text, "input r : f32[N: %d, C: %d, H: %lld, W: %lld]\n", n, oc, (long long)oh,
                    (long long)ow);
    text_printf(&text, "h = x |> %s(c=%d, k=%dx%d, s=%d, p=(%d, %d), d=%d",
                transposed ? "tconv" : "conv", oc, c->k + c->k_from_size * h,
                c->k + c->k_from_size * w, c->s, c->pb, c->pe, c->d);
    if (transposed) text_printf(&text, ", a=%d", c->a);
    text_puts(&text, ")\n");
    text_puts(&text, extra ? "output y = h + r |> relu\n" : "output y = h\n");
    return text_str(&text);
}

static void sweep(const Case *cases, size_t n_cases, bool transposed) {
    Arena *arena = arena_create();
    uint64_t seed = 0;
    int ran[64] = {0};
    for (size_t i = 0; i < n_cases; i++)
        for (int s = 0; s < N_SIZES; s++, seed++) {
            int h = SIZES[s], w = SIZES[(s + i) % N_SIZES];
            if (output_size(&cases[i], transposed, h) == 0 ||
                output_size(&cases[i], transposed, w) == 0)
                continue;
            int ic = SIZES[(s * 3 + i) % N_SIZES], oc = SIZES[(s * 5 + 2 * i + 4) % N_SIZES];
            net_check_exact(arena,
                            layer_text(arena, &cases[i], transposed, h, w, ic, oc,
                                       1 + (int)(seed % 5 == 0), seed % 2),
                            seed);
            ran[i]++;
        }
    for (size_t i = 0; i < n_cases; i++)
        cr_expect_geq(ran[i], 5, "%s: %d sizes", cases[i].what, ran[i]);
    arena_destroy(arena);
}

Test(layers, conv_is_exact_on_integers) { sweep(CONVS, sizeof CONVS / sizeof CONVS[0], false); }

Test(layers, tconv_is_exact_on_integers) { sweep(TCONVS, sizeof TCONVS / sizeof TCONVS[0], true); }

Test(layers, pools_and_dense_are_exact_on_integers) {
    static const char *const layers[] = {"maxpool(k=2, s=2)",
                                         "maxpool(k=3, s=2, p=1)",
                                         "maxpool(k=3, s=1, p=(0, 2))",
                                         "maxpool(k=2, s=3)",
                                         "maxpool(k=3, s=2, round=ceil)",
                                         "maxpool(k=all)",
                                         "maxpool(k=2, s=1, d=3)",
                                         "avgpool(k=2, s=2)",
                                         "avgpool(k=4, s=2, p=1, count=all)",
                                         "avgpool(k=2, s=1) |> relu",
                                         "minpool(k=3, s=2, p=1)",
                                         "minpool(k=2, s=1, d=2) |> relu",
                                         "sumpool(k=3, s=1, p=(2, 0))",
                                         "sumpool(k=3, s=2, round=ceil) |> relu",
                                         "sumpool(k=all)",
                                         "lppool(k=3, s=2, p=1, n=1)",
                                         "flatten |> dense(c=17)",
                                         "flatten |> dense(c=40) |> relu"};
    Arena *arena = arena_create();
    enum { N_LAYERS = sizeof layers / sizeof layers[0] };
    int ran[N_LAYERS] = {0};
    uint64_t seed = 0;
    for (size_t i = 0; i < N_LAYERS; i++)
        for (int s = 2; s < N_SIZES; s++, seed++) {
            int h = SIZES[s], w = SIZES[(s + 2 * i) % N_SIZES], c = SIZES[(2 * s + i) % N_SIZES];
            if (h < 4 || w < 4) continue; /* every window above has its place */
            net_check_exact(
                arena,
                arena_printf(arena,
                             "net 1\nmodel m\nweights random(seed=1)\n"
                             "input x : f32[N: %d, C: %d, H: %d, W: %d]\noutput y = x |> %s\n",
                             1 + (int)(seed % 3), c, h, w, layers[i]),
                seed);
            ran[i]++;
        }
    for (int i = 0; i < N_LAYERS; i++) cr_expect_geq(ran[i], 4, "%s: %d sizes", layers[i], ran[i]);
    arena_destroy(arena);
}

/* Appends a template whose `%d`s are the numbers, in order. */
static void append_number(Text *text, const char *template, int first, int second) {
    int numbers[] = {first, second}, n = 0;
    for (const char *c = template; *c; c++) {
        if (c[0] == '%' && c[1] == 'd') {
            text_printf(text, "%d", numbers[n++]);
            c++;
        } else {
            text_append(text, c, 1);
        }
    }
}

/* Any axes in any order, 1 to 3 of them spatial, with and without a batch. */
Test(layers, axes_are_exact_on_integers) {
    static const char *const inputs[] = {"N: 1, C: 9, T: 33",
                                         "N: 2, T: 17, C: 8",
                                         "C: 3, T: 31",
                                         "N: 1, H: 9, W: 15, C: 17",
                                         "H: 9, W: 9, C: 8",
                                         "C: 16, H: 7, W: 8",
                                         "N: 2, H: 7, C: 9, W: 16",
                                         "C: 5, N: 2, H: 8, W: 9",
                                         "N: 1, C: 8, D: 5, H: 6, W: 7",
                                         "N: 2, D: 6, H: 5, W: 9, C: 3",
                                         "D: 5, H: 5, C: 17, W: 5",
                                         "H: 9, N: 3, W: 8, C: 8"};
    static const char *const layers[] = {"conv(c=9, k=3, p=1) |> relu",
                                         "conv(c=16, k=3, s=2, p=(0, 2))",
                                         "conv(c=5, k=2, d=2, p=causal)",
                                         "tconv(c=9, k=4, s=2, p=1)",
                                         "tconv(c=8, k=3, s=3, a=1)",
                                         "maxpool(k=3, s=2, p=1)",
                                         "avgpool(k=2, s=2)",
                                         "conv(c=8, k=1) |> maxpool(k=all)",
                                         "flatten |> dense(c=19)"};
    Arena *arena = arena_create();
    uint64_t seed = 0;
    for (size_t i = 0; i < sizeof inputs / sizeof inputs[0]; i++)
        for (size_t l = 0; l < sizeof layers / sizeof layers[0]; l++)
            net_check_exact(
                arena,
                arena_printf(arena,
                             "net 1\nmodel m\nweights random(seed=1)\ninput x : f32[%s]\n"
                             "output y = x |> %s\n",
                             inputs[i], layers[l]),
                seed++);
    arena_destroy(arena);
}

/* Groups of every width beside the vector's, depthwise, with multiplier, transposed. */
Test(layers, groups_are_exact_on_integers) {
    static const struct {
        int ic, oc, g;
    } shapes[] = {{8, 8, 8},   {16, 16, 16}, {17, 17, 17}, {33, 33, 33}, {8, 16, 8},
                  {9, 27, 9},  {32, 32, 8},  {32, 32, 4},  {12, 18, 6},  {16, 32, 2},
                  {48, 24, 3}, {40, 80, 10}, {64, 32, 32}, {3, 3, 3}};
    static const char *const layers[] = {
        "conv(c=%d, g=%d, k=3, p=1)", "conv(c=%d, g=%d, k=3, s=2, p=1) |> relu",
        "conv(c=%d, g=%d, k=5, d=2, p=(4, 3))", "tconv(c=%d, g=%d, k=4, s=2, p=1)",
        "conv(c=%d, g=%d, k=1)"};
    static const char *const inputs[] = {"N: 1, C: %d, H: 9, W: 17", "N: 2, H: 7, W: 8, C: %d",
                                         "C: %d, T: 31"};
    Arena *arena = arena_create();
    uint64_t seed = 0;
    for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++)
        for (size_t l = 0; l < sizeof layers / sizeof layers[0]; l++, seed++) {
            Text text = text_in(arena);
            text_puts(&text, "net 1\nmodel m\nweights random(seed=1)\ninput x : f32[");
            append_number(&text, inputs[seed % 3], shapes[i].ic, 0);
            text_puts(&text, "]\noutput y = x |> ");
            append_number(&text, layers[l], shapes[i].oc, shapes[i].g);
            text_puts(&text, "\n");
            net_check_exact(arena, text_str(&text), seed);
        }
    arena_destroy(arena);
}

/* Chains: more than 1,024 products in one output are cut, wherever the cut falls. */
Test(layers, long_sums_are_exact_on_integers) {
    static const struct {
        int ic, h, w, k;
    } shapes[] = {{1025, 3, 3, 1}, {129, 5, 7, 3},  {3, 40, 40, 33},
                  {20, 9, 150, 9}, {1, 40, 33, 33}, {600, 2, 2, 2}};
    Arena *arena = arena_create();
    for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++) {
        net_check_exact(
            arena,
            arena_printf(
                arena,
                "net 1\nmodel m\nweights random(seed=1)\ninput x : f32[N: 1, C: %d, H: %d, W: %d]\n"
                "output y = x |> conv(c=9, k=%d, p=1)\noutput z = x |> flatten |> dense(c=5)\n",
                shapes[i].ic, shapes[i].h, shapes[i].w, shapes[i].k),
            i);
    }
    arena_destroy(arena);
}

/* Images larger than the second-level cache, which are computed in blocks: a few, many, with
 * several images. */
Test(layers, blocks_are_exact_on_integers) {
    static const char *const layers[] = {
        "f32[N: 1, C: 1024, H: 9, W: 9]\noutput y = x |> conv(c=17, k=1) |> relu",
        "f32[N: 1, C: 512, H: 31, W: 33]\noutput y = x |> conv(c=24, k=1)",
        "f32[N: 3, C: 1024, H: 9, W: 8]\noutput y = x |> conv(c=16, k=1)",
        "f32[N: 1, H: 9, W: 11, C: 900]\noutput y = x |> conv(c=24, k=1)",
    };
    Arena *arena = arena_create();
    for (size_t i = 0; i < sizeof layers / sizeof layers[0]; i++)
        net_check_exact(arena,
                        arena_printf(arena,
                                     "net 1\nmodel m\nweights random(seed=1)\ninput x : %s\n",
                                     layers[i]),
                        i);
    arena_destroy(arena);
}

static double dot(const float *a, const float *b, int64_t n) {
    double sum = 0;
    for (int64_t i = 0; i < n; i++) sum += (double)a[i] * b[i];
    return sum;
}

/* <conv(x), y> = <x, tconv(y)> with the same weights, exactly, on integers and without biases, be
 * the kernel rotated or not. */
Test(layers, tconv_is_the_adjoint_of_conv) {
    static const struct {
        int ic, oc, h, w, k, s, d, pb, pe;
    } shapes[] = {{3, 5, 9, 8, 3, 1, 1, 1, 1},   {8, 16, 17, 15, 3, 2, 1, 1, 0},
                  {9, 7, 16, 33, 4, 3, 1, 2, 1}, {1, 1, 7, 7, 5, 2, 1, 2, 2},
                  {17, 2, 15, 9, 3, 2, 2, 2, 2}, {2, 33, 8, 31, 2, 3, 1, 0, 0}};
    Arena *arena = arena_create();
    for (size_t n = 0; n < 2 * sizeof shapes / sizeof shapes[0]; n++) {
        size_t i = n / 2;
        const int *v = &shapes[i].ic;
        ConvAxis axis = {
            .i = v[2], .k = v[4], .s = v[5], .d = v[6], .pad_lo = v[7], .pad_hi = v[8]};
        int64_t oh = 0, ow = 0;
        cr_assert_eq(conv_output_extent(&axis, &oh), CONV_OK);
        axis.i = v[3];
        cr_assert_eq(conv_output_extent(&axis, &ow), CONV_OK);
        const char *text = arena_printf(
            arena,
            "net 1\nmodel m\nweights random(seed=1)\ninput x : f32[N: 1, C: %d, H: %d, W: %d]\n"
            "input y : f32[N: 1, C: %d, H: %lld, W: %lld]\n"
            "f = x |> conv(c=%d, k=%d, s=%d, d=%d, p=(%d, %d), flip=%s, bias=none) @same\n"
            "b = y |> tconv(of f, weight=tied(f), bias=none)\noutput fx = f\noutput by = b\n",
            v[0], v[2], v[3], v[1], (long long)oh, (long long)ow, v[1], v[4], v[5], v[6], v[7],
            v[8], n % 2 ? "yes" : "no");
        CompiledNet net = {.arena = arena,
                           .graph = net_graph(arena, text, i, NUMBERS_INTEGER),
                           .cpu = cpu_host(arena)};
        cr_assert_eq(net.graph->params.len, 2u);
        CompileOptions options = {.cpu = net.cpu,
                                  .cpu_name = "native",
                                  .keep_values = true,
                                  .verify_each = true,
                                  .emit = EMIT_OBJECT};
        cr_assert_null(compile_graph(arena, net.graph, &options, &net.compiled));
        NetMemory m = net_memory(&net, true);
        net_fill_inputs(&net, &m, i, NUMBERS_INTEGER);
        cr_assert_eq(net_run(&net, &m), 0);
        const ModelInterface *model = &net.compiled.interface;
        cr_assert_eq(dot(m.outputs[0], m.inputs[1], model->inputs[1].elems),
                     dot(m.inputs[0], m.outputs[1], model->inputs[0].elems), "%s", text);
        net_memory_free(&m);
    }
    arena_destroy(arena);
}

/* NaN, infinities, -0 and denormals go where the definition sends them (contract.md 4). */
Test(layers, special_values) {
    static const float specials[] = {NAN,    INFINITY, -INFINITY, -0.0f,    0.0f,
                                     1e-42f, -1e-42f,  3.4e38f,   -3.4e38f, 1.0f};
    static const char *const layers[] = {
        "abs",
        "power(n=2.5)",
        "power(n=-3)",
        "power(n=3)",
        "sqrt",
        "reciprocal",
        "exp",
        "log",
        "abs |> log |> exp |> sqrt |> reciprocal",
        "relu",
        "tanh",
        "sigmoid",
        "silu",
        "gelu",
        "gelu(approximate=yes)",
        "mish",
        "softsign",
        "selu",
        "softplus",
        "elu",
        "elu(alpha=-0.3)",
        "leaky_relu(slope=0.25)",
        "leaky_relu(slope=-3)",
        "clip(lo=-1, hi=3)",
        "hard_sigmoid(slope=0.2)",
        "hard_swish",
        "maxpool(k=2, s=1) |> hard_swish |> clip(lo=0, hi=1e9)",
        "maxpool(k=2, s=1)",
        "maxpool(k=3, s=2, p=1)",
        "avgpool(k=2, s=2)",
        "minpool(k=2, s=1)",
        "minpool(k=3, s=2, p=1) |> prelu",
        "sumpool(k=2, s=2, p=1)",
        "lppool(k=2, s=2, n=1)",
        "lppool(k=2, s=1, n=2)",
        "lppool(k=2, s=3, n=2.5)",
        "prelu |> scale(by=-0.5, shift=2)",
        "batchnorm(eps=1e-3)",
        "instancenorm(eps=1e-3)",
        "groupnorm(g=3, eps=1e-3)",
        "layernorm(eps=1e-3)",
        "conv(c=9, k=3, p=1, bias=none) |> batchnorm(eps=1e-3)",
        "conv(c=9, k=3, p=1, weight=zeros) |> prelu",
        "conv(c=9, k=3, p=1) |> relu",
        "conv(c=2, k=5, p=3)",
        "conv(c=1, k=3, s=2, p=1)",
        "tconv(c=1, k=5, s=3, p=1)",
        "flatten |> dense(c=11)",
        "softmax(axis=W)",
        "log_softmax(axis=W)",
        "log_softmax(axis=C)",
        "flatten |> softmax(axis=C)",
        "argmax(axis=C)",
        "argmax(axis=W)",
        "matmul(constant(shape=[C: 9, S: 5], value=fill(0.05)), axis=C)",
        "matmul(constant(shape=[S: 9, W: 17], value=fill(0.05)), axis=W)",
        "pad(p=2, border=reflect)",
        "upsample(by=2x3, mode=linear, align=half)",
        "upsample(by=3, mode=linear, align=corners)",
        "tconv(c=3, k=2, s=2)"};
    Arena *arena = arena_create();
    for (size_t i = 0; i < sizeof layers / sizeof layers[0]; i++)
        for (int sparse = 1; sparse <= 7; sparse += 3) {
            const char *text = arena_printf(
                arena,
                "net 1\nmodel m\nweights random(seed=1)\ninput x : f32[N: 1, C: 9, H: 9, W: 17]\n"
                "output y = x |> %s\n",
                layers[i]);
            CompiledNet net = net_compile(arena, text, 1, NUMBERS_REAL, cpu_host(arena), true);
            NetMemory m = net_memory(&net, true);
            net_fill_inputs(&net, &m, 1, NUMBERS_REAL);
            float *x = m.inputs[0];
            for (int64_t e = 0; e < net.compiled.interface.inputs[0].elems; e += sparse)
                x[e] = specials[e * 7 / sparse % 10];
            cr_assert_eq(net_run(&net, &m), 0);
            const char *wrong = net_check(&net, &m, false);
            cr_assert_null(wrong, "%s: %s", layers[i], wrong);
            net_memory_free(&m);
            arena_reset(arena);
        }
    arena_destroy(arena);
}
