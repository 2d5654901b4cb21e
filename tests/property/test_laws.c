/* What must hold whatever the numbers are: two ways to one result, both in one network, compared
 * exactly. Interpreted for every vector width and compiled for this machine.
 *
 * A value `a_f` is made by the layer of `f`, with its parameters: any letter means the same ones,
 * `p` those for input channels in reverse order, `o` for output channels in reverse order. */
#include "property/compiled_net.h"

#include <criterion/criterion.h>
#include <string.h>

static const char HEAD[] = "net 1\nmodel m\nweights random(seed=1)\n";

/* ---- one set of parameters for several layers ---- */

static const Param *find_param(const Graph *graph, const char *key) {
    for (size_t i = 0; i < graph->params.len; i++)
        if (strcmp(graph->params.at[i]->key, key) == 0) return graph->params.at[i];
    cr_assert_fail("no parameter %s", key);
    return NULL;
}

/* The parameter with one of its axes in reverse order. */
static const float *reversed(Arena *arena, const Param *param, int axis) {
    float *out = ARENA_ARRAY(arena, float, (size_t)param->elems);
    int64_t inner = 1, n = param->extent[axis];
    for (int a = axis + 1; a < param->rank; a++) inner *= param->extent[a];
    for (int64_t i = 0; i < param->elems; i++) {
        int64_t at = i / inner % n;
        out[i] = param->data[i + (n - 1 - 2 * at) * inner];
    }
    return out;
}

static void share_params(Arena *arena, Graph *graph) {
    for (size_t i = 0; i < graph->params.len; i++) {
        Param *param = graph->params.at[i];
        if (param->key[1] != '_') continue;
        const Param *of = find_param(graph, param->key + 2);
        bool transposed = param->axes[0] == 'C' && param->rank > 1, is_weight = param->rank > 1;
        param->data = of->data;
        if (param->key[0] == 'p' && is_weight) param->data = reversed(arena, of, !transposed);
        if (param->key[0] == 'o') param->data = reversed(arena, of, transposed && is_weight);
    }
}

/* ---- two outputs of one network ---- */

static void compare(Arena *arena, const char *text, uint64_t seed, NetNumbers numbers,
                    const char *cpu, bool object) {
    CompiledNet net = {.arena = arena,
                       .graph = net_graph(arena, text, seed, numbers),
                       .cpu = cpu_model_find(arena, cpu)};
    share_params(arena, net.graph);
    CompileOptions options = {.cpu = net.cpu,
                              .cpu_name = cpu,
                              .keep_values = true,
                              .verify_each = true,
                              .emit = object ? EMIT_OBJECT : 0};
    const char *wrong = compile_graph(arena, net.graph, &options, &net.compiled);
    cr_assert_null(wrong, "%s: %s\n%s", cpu, wrong, text);
    NetMemory m = net_memory(&net, seed % 2);
    net_fill_inputs(&net, &m, seed, numbers);
    if (object)
        cr_assert_eq(net_run(&net, &m), 0);
    else
        wrong = net_interpret(&net, &m, 1 + (int)(seed % 3));
    cr_assert_null(wrong, "%s: %s\n%s", cpu, wrong, text);
    const ModelTensor *outputs = net.compiled.interface.outputs;
    cr_assert_eq(outputs[0].elems, outputs[1].elems, "%s", text);
    int64_t nonzero = 0;
    for (int64_t i = 0; i < outputs[0].elems; i++) {
        cr_assert_eq(m.outputs[0][i], m.outputs[1][i], "%s, element %lld: %.9g and %.9g\n%s", cpu,
                     (long long)i, m.outputs[0][i], m.outputs[1][i], text);
        nonzero += m.outputs[0][i] != 0;
    }
    cr_assert_gt(nonzero, outputs[0].elems / 8, "%s", text);
    net_memory_free(&m);
}

static void agree(Arena *arena, const char *text, uint64_t seed, NetNumbers numbers) {
    static const char *const cpus[] = {"x86-64", "x86-64-v3", "x86-64-v4", "native"};
    for (int c = 0; c < 4; c++) compare(arena, text, seed, numbers, cpus[c], c == 3);
    arena_reset(arena);
}

/* ---- linear layers ---- */

/* Without biases; for an image of 6 channels, and what of it is left in 1-D and 3-D. */
static const char *const LINEAR[] = {
    "conv(c=7, k=3, p=1, bias=none)",
    "conv(c=9, k=4x3, s=2, p=(1, 2), bias=none)",
    "conv(c=12, k=3, d=2, p=2, g=3, bias=none)",
    "conv(c=6, k=3, g=6, border=reflect, p=1, flip=yes, bias=none)",
    "conv(c=2, k=1, bias=none)",
    "tconv(c=5, k=3, s=2, p=1, a=1, bias=none)",
    "tconv(c=3, k=4, s=2, p=1, bias=none)",
    "tconv(c=6, k=2, s=3, g=2, bias=none)",
    "flatten |> dense(c=11, bias=none)",
    "avgpool(k=2, s=2)",
    "sumpool(k=3, s=2, p=1)",
    "upsample(by=2x3, mode=nearest)",
    "pad(p=2, border=circular)",
    "crop(p=(1, 2))",
    "permute(order=[H, C, N, W])",
};
enum { N_LINEAR = sizeof LINEAR / sizeof LINEAR[0] };

static const char IMAGE[] = "f32[N: 2, C: 6, H: 7, W: 9]";

/* f(2x - 3y) = 2f(x) - 3f(y) */
Test(laws, linearity) {
    Arena *arena = arena_create();
    for (int l = 0; l < N_LINEAR; l++)
        agree(arena,
              arena_printf(arena,
                           "%sinput x : %s\ninput y : %s\n"
                           "f = (x |> scale(by=2)) - (y |> scale(by=3)) |> %s\n"
                           "a_f = x |> %s\nb_f = y |> %s\noutput f\n"
                           "output r = (a_f |> scale(by=2)) - (b_f |> scale(by=3))\n",
                           HEAD, IMAGE, IMAGE, LINEAR[l], LINEAR[l], LINEAR[l]),
              (uint64_t)l, NUMBERS_INTEGER);
    arena_destroy(arena);
}

/* f(8x) = 8f(x), bit for bit on any numbers: for linear layers, and those that only compare. */
Test(laws, powers_of_two) {
    static const char *const others[] = {"maxpool(k=3, s=2, p=1)", "minpool(k=2, s=1)",
                                         "lppool(k=2, s=2, n=2)",  "relu",
                                         "leaky_relu(slope=0.3)",  "prelu"};
    enum { N_OTHERS = sizeof others / sizeof others[0] };
    Arena *arena = arena_create();
    for (int l = 0; l < N_LINEAR + N_OTHERS; l++) {
        const char *layer = l < N_LINEAR ? LINEAR[l] : others[l - N_LINEAR];
        agree(arena,
              arena_printf(arena,
                           "%sinput x : %s\nf = x |> scale(by=8) |> %s\na_f = x |> %s\n"
                           "output f\noutput r = a_f |> scale(by=8)\n",
                           HEAD, IMAGE, layer, layer),
              (uint64_t)l, NUMBERS_REAL);
    }
    arena_destroy(arena);
}

/* ---- images by themselves ---- */

/* A batch is its images one by one. */
Test(laws, batch_of_three_is_three_runs) {
    static const char *const others[] = {
        "conv(c=7, k=3, p=1) |> batchnorm(eps=0) |> relu",
        "tconv(c=3, k=4, s=2, p=1) |> tanh",
        "flatten |> dense(c=10) |> softmax(axis=C)",
        "maxpool(k=3, s=2, round=ceil)",
        "gelu",
        "prelu",
        "upsample(by=2, mode=linear, align=half)",
    };
    enum { N_OTHERS = sizeof others / sizeof others[0] };
    Arena *arena = arena_create();
    for (int l = 0; l < N_LINEAR - 1 + N_OTHERS; l++) {
        const char *layer = l < N_LINEAR - 1 ? LINEAR[l] : others[l - N_LINEAR + 1];
        agree(arena,
              arena_printf(arena,
                           "%sinput x : f32[N: 3, C: 6, H: 7, W: 9]\nf = x |> %s\n"
                           "u, v, w = x |> split(axis=N, sizes=[1, 1, 1])\n"
                           "a_f = u |> %s\nb_f = v |> %s\nc_f = w |> %s\n"
                           "output f\noutput r = concat(a_f, b_f, c_f, axis=N)\n",
                           HEAD, layer, layer, layer, layer),
              (uint64_t)l, NUMBERS_INTEGER);
    }
    arena_destroy(arena);
}

/* Where the image closes on itself, a shifted image has a shifted result. */
Test(laws, shift) {
    static const struct {
        const char *input, *layer, *axis;
        int first, rest;
    } table[] = {
        {"N: 1, C: 5, H: 8, W: 11", "conv(c=9, k=3, p=1, border=circular) |> relu", "W", 4, 7},
        {"N: 1, C: 5, H: 8, W: 11", "conv(c=9, k=3, p=1, border=circular) |> relu", "H", 3, 5},
        {"N: 2, C: 4, T: 37", "conv(c=3, k=5, d=2, p=4, border=circular)", "T", 20, 17},
        {"D: 4, H: 5, W: 6, C: 8", "conv(c=8, k=3, p=1, g=8, border=circular)", "D", 1, 3},
        {"N: 1, H: 6, W: 9, C: 17", "conv(c=2, k=3x1, p={H: 1, W: 0}, border=circular)", "W", 8, 1},
    };
    Arena *arena = arena_create();
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        const char *axis = table[i].axis;
        int first = table[i].first, rest = table[i].rest;
        agree(arena,
              arena_printf(arena,
                           "%sinput x : f32[%s]\nu, v = x |> split(axis=%s, sizes=[%d, %d])\n"
                           "f = concat(v, u, axis=%s) |> %s\na_f = x |> %s\n"
                           "s, t = a_f |> split(axis=%s, sizes=[%d, %d])\n"
                           "output f\noutput r = concat(t, s, axis=%s)\n",
                           HEAD, table[i].input, axis, first, rest, axis, table[i].layer,
                           table[i].layer, axis, first, rest, axis),
              i, NUMBERS_INTEGER);
    }
    arena_destroy(arena);
}

/* ---- channels ---- */

static const char *const DENSE_CHANNELS[] = {
    "conv(c=5, k=3, p=1)",
    "conv(c=5, k=4, s=3, p=(2, 1)) |> relu",
    "tconv(c=5, k=3, s=2, p=1, a=1)",
    "tconv(c=5, k=2, s=2)",
};
enum { N_DENSE = sizeof DENSE_CHANNELS / sizeof DENSE_CHANNELS[0] };

/* Channels in reverse order, weights likewise: the same sums; or the same sums in reverse order. */
Test(laws, permuted_channels) {
    Arena *arena = arena_create();
    for (int l = 0; l < N_DENSE; l++) {
        const char *layer = DENSE_CHANNELS[l];
        agree(arena,
              arena_printf(arena,
                           "%sinput x : f32[N: 1, C: 5, H: 7, W: 9]\nf = x |> %s\n"
                           "a, b, c, d, e = x |> split(axis=C, sizes=[1, 1, 1, 1, 1])\n"
                           "p_f = concat(e, d, c, b, a, axis=C) |> %s\noutput f\noutput p_f\n",
                           HEAD, layer, layer),
              (uint64_t)l, NUMBERS_INTEGER);
        agree(arena,
              arena_printf(arena,
                           "%sinput x : f32[N: 1, C: 5, H: 7, W: 9]\nf = x |> %s\no_f = x |> %s\n"
                           "a, b, c, d, e = o_f |> split(axis=C, sizes=[1, 1, 1, 1, 1])\n"
                           "output f\noutput r = concat(e, d, c, b, a, axis=C)\n",
                           HEAD, layer, layer),
              (uint64_t)l, NUMBERS_INTEGER);
    }
    arena_destroy(arena);
}

/* ---- the adjoint ---- */

static double dot(const float *a, const float *b, int64_t n) {
    double sum = 0;
    for (int64_t i = 0; i < n; i++) sum += (double)a[i] * b[i];
    return sum;
}

/* <conv(x), y> = <x, tconv(y)> with the same weights: [F, C/g, ...] of the one are the other's
 * [C, F/g, ...]. Interpreted: the compiled layers are held to it in test_compiled_layers. */
Test(laws, adjoint) {
    static const struct {
        const char *x, *y, *conv; /* y has the axes of conv(x) */
    } table[] = {
        {"N: 1, C: 3, T: 40", "N: 1, C: 5, T: 20", "c=5, k=4, s=2, p=1"},
        {"C: 8, T: 17", "C: 8, T: 7", "c=8, k=3, s=2, d=2, g=8"},
        {"N: 2, C: 6, H: 7, W: 9", "N: 2, C: 4, H: 7, W: 5", "c=4, k=3, s=1x2, p=1, g=2"},
        {"N: 1, H: 8, W: 5, C: 4", "N: 1, H: 4, W: 5, C: 9", "c=9, k=2x1, s=2x1"},
        {"N: 1, C: 2, D: 4, H: 5, W: 6", "N: 1, C: 3, D: 2, H: 3, W: 3",
         "c=3, k=3x2x3, s=1x2x2, p={D: 0, H: 1, W: 1}"},
        {"D: 3, H: 4, W: 4, C: 16", "D: 5, H: 4, W: 3, C: 16",
         "c=16, k=1x3x2, p={D: 1, H: 1, W: 0}, g=16"},
    };
    static const char *const cpus[] = {"x86-64", "x86-64-v3", "x86-64-v4"};
    Arena *arena = arena_create();
    for (size_t i = 0; i < 3 * sizeof table / sizeof table[0]; i++) {
        const char *cpu = cpus[i % 3], *conv = table[i / 3].conv;
        const char *text =
            arena_printf(arena,
                         "%sinput x : f32[%s]\ninput y : f32[%s]\nf = x |> conv(%s, bias=none)\n"
                         "t = y |> tconv(of f, bias=none)\noutput f\noutput t\n",
                         HEAD, table[i / 3].x, table[i / 3].y, conv);
        CompiledNet net = {.arena = arena,
                           .graph = net_graph(arena, text, i, NUMBERS_INTEGER),
                           .cpu = cpu_model_find(arena, cpu)};
        cr_assert_eq(net.graph->params.len, 2u);
        cr_assert_eq(net.graph->params.at[0]->elems, net.graph->params.at[1]->elems, "%s", text);
        net.graph->params.at[1]->data = net.graph->params.at[0]->data;
        CompileOptions options = {.cpu = net.cpu, .cpu_name = cpu, .verify_each = true};
        cr_assert_null(compile_graph(arena, net.graph, &options, &net.compiled));
        NetMemory m = net_memory(&net, true);
        net_fill_inputs(&net, &m, i, NUMBERS_INTEGER);
        cr_assert_null(net_interpret(&net, &m, 1));
        const ModelInterface *model = &net.compiled.interface;
        cr_assert_eq(model->outputs[0].elems, model->inputs[1].elems, "%s", text);
        cr_assert_eq(model->outputs[1].elems, model->inputs[0].elems, "%s", text);
        double forward = dot(m.outputs[0], m.inputs[1], model->inputs[1].elems);
        cr_assert_eq(forward, dot(m.inputs[0], m.outputs[1], model->inputs[0].elems), "%s: %s", cpu,
                     text);
        cr_assert_neq(forward, 0, "%s", text);
        net_memory_free(&m);
        arena_reset(arena);
    }
    arena_destroy(arena);
}
