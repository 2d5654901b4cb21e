/* The values of the guide's figures and of the cases that the guide leaves open, row by row of the
 * design's two tables: compiled, interpreted, and by the definition, bit for bit where the numbers
 * are whole. Then the work of the figures, and the emulation of
 * transposed layers by direct ones. */
#include "property/compiled_net.h"

#include "reference/reference.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* One layer, or a chain of them, on one input. Numbers are in row-major order; a lone slash ends a
 * row for the eye, "15/9" is a fraction. */
typedef struct Case {
    const char *row;
    const char *axes, *input;
    const char *layers, *weights; /* of the layers, one after another; biases are 0 */
    const char *output;
} Case;

/* Figures 1.1, 1.2, 1.5 and 1.6. */
#define X "3 3 2 1 0 / 0 0 1 3 1 / 3 1 2 2 3 / 2 0 0 2 2 / 2 0 0 0 1"
#define W "0 1 2 / 2 2 0 / 0 1 2"
#define G1 "12 12 17 / 10 17 19 / 9 6 14"
#define G2 "6 17 3 / 8 17 13 / 6 4 4"
#define TEN "10 10 10 / 10 10 10 / 10 10 10"
#define ONES_5X5 "1 1 1 1 1 / 1 1 1 1 1 / 1 1 1 1 1 / 1 1 1 1 1 / 1 1 1 1 1"
#define ONES_30 ONES_5X5 " 1 1 1 1 1 / "
#define ZEROS_3X3 "0 0 0 / 0 0 0 / 0 0 0"
#define MAP_5X5 "N: 1, C: 1, H: 5, W: 5"
#define MAP_3X3 "N: 1, C: 1, H: 3, W: 3"
#define MAPS_5X5 "N: 1, C: 2, H: 5, W: 5"
#define ONE_TO_5 "1 2 3 4 5"
#define ONE_TO_6 "1 2 3 4 5 6"
#define ONE_TO_7 "1 2 3 4 5 6 7"
#define POWERS "1 10 100"

/* Rows S1 .. X4: every system of the guide. */
static const Case SYSTEMS[] = {
    {"S1 a map as large as the kernel", MAP_5X5, X, "conv(c=1, k=5)", X, "78"},
    {"S1 dense", MAP_5X5, X, "flatten |> dense(c=1)", X, "78"},
    {"S1 a map of one element", "N: 1, C: 3, H: 1, W: 1", "1 2 3", "conv(c=2, k=1)",
     "1 10 100 / 3 2 1", "321 10"},
    {"S2 figure 1.1, G1", MAP_5X5, X, "conv(c=1, k=3)", W, G1},
    {"S3 figure 1.2, G2", MAP_5X5, X, "conv(c=1, k=3, s=2, p=1)", W, G2},
    {"S4 figure 1.3", MAPS_5X5, X " / " ONES_5X5, "conv(c=3, k=3)",
     W " / " ZEROS_3X3 " / " ZEROS_3X3 " / " W " / " W " / " W,
     G1 " / " TEN " / 22 22 27 / 20 27 29 / 19 16 24"},
    {"S5 three axes", "N: 1, C: 1, D: 4, H: 5, W: 6", ONES_30 ONES_30 ONES_30 ONES_30,
     "conv(c=1, k=3x2x3, s=1x2x2, p={D: 0, H: 1, W: 1})", "1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1",
     "6 9 9 / 12 18 18 / 12 18 18 / 6 9 9 / 12 18 18 / 12 18 18"},
    {"S6 figure 1.4", MAP_5X5, X, "conv(c=1, k=3, s=2)", W, "12 17 / 9 14"},
    {"S7 minimum", "N: 1, C: 1, T: 5", "5 1 4 2 3", "minpool(k=2, s=1)", "", "1 1 2 2"},
    {"S8 figure 1.5, G3", MAP_5X5, X, "avgpool(k=3, s=1)", "",
     "15/9 15/9 15/9 / 9/9 11/9 16/9 / 10/9 7/9 12/9"},
    {"S9 figure 1.6, G4", MAP_5X5, X, "maxpool(k=3, s=1)", "", "3 3 3 / 3 3 3 / 3 2 3"},
    {"S9 non-overlapping", "N: 1, C: 1, H: 4, W: 4", "1 2 3 4 / 5 6 7 8 / 4 3 2 1 / 8 7 6 5",
     "maxpool(k=2, s=2)", "", "6 8 / 8 6"},
    {"M2 G5", MAP_3X3, G1, "tconv(c=1, k=3)", W,
     "0 12 36 41 34 / 24 58 95 87 38 / 20 75 132 105 62 / 18 40 77 81 38 / 0 9 24 26 28"},
    {"M2 G6", MAP_3X3, G2, "tconv(c=1, k=3, s=2, p=1)", W,
     "12 34 34 6 6 / 14 28 34 68 16 / 16 34 34 26 26 / 14 28 21 42 17 / 12 8 8 8 8"},
    {"R14 figure 4.7, G7", MAP_3X3, G2, "tconv(c=1, k=3, s=2, p=1, a=1)", W,
     "12 34 34 6 6 0 / 14 28 34 68 16 32 / 16 34 34 26 26 0 / 14 28 21 42 17 34 / "
     "12 8 8 8 8 0 / 6 12 4 8 4 8"},
    {"T0 the transpose of that layer", MAP_5X5, X,
     "conv(c=1, k=3, s=2, p=1, bias=none) @down |> tconv(of down)", W " / " W,
     "12 34 34 6 6 / 14 28 34 68 16 / 16 34 34 26 26 / 14 28 21 42 17 / 12 8 8 8 8"},
    {"R15 figure 5.1, G10", "N: 1, C: 1, H: 7, W: 7",
     "0 1 2 3 4 5 6 / 7 8 9 10 11 12 13 / 14 15 16 17 18 19 20 / 21 22 23 24 25 26 27 / "
     "28 29 30 31 32 33 34 / 35 36 37 38 39 40 41 / 42 43 44 45 46 47 48",
     "conv(c=1, k=3, d=2)", W, "164 174 184 / 234 244 254 / 304 314 324"},
    {"X1 depthwise", MAPS_5X5, X " / " ONES_5X5, "conv(c=2, k=3, g=2)", W " / " W, G1 " / " TEN},
    {"X2 separable", MAPS_5X5, X " / " ONES_5X5,
     "conv(c=2, k=3, g=2, bias=none) @deep |> conv(c=1, k=1)", W " / " W " / 1 1",
     "22 22 27 / 20 27 29 / 19 16 24"},
    {"X3 causal", "N: 1, C: 1, T: 7", ONE_TO_7, "conv(c=1, k=3, d=2, p=causal)", POWERS,
     "100 200 310 420 531 642 753"},
    {"X4 lopsided", "N: 1, C: 1, T: 3", "1 2 3", "conv(c=1, k=3, p=(0, 2))", POWERS, "321 32 3"},
    {"X4 sum pooling", MAP_5X5, X, "sumpool(k=3, s=1)", "", "15 15 15 / 9 11 16 / 10 7 12"},
    {"X4 bilinear", "N: 1, C: 1, T: 3", "1 2 3", "upsample(by=2, mode=linear, align=half)", "",
     "1 1.25 1.75 2.25 2.75 3"},
    {"X4 bilinear, corners", "N: 1, C: 1, T: 2", "1 4",
     "upsample(by=2, mode=linear, align=corners)", "", "1 2 3 4"},
    {"X4 true convolution", MAP_5X5, X, "conv(c=1, k=3, flip=yes)", W,
     "18 20 19 / 10 9 17 / 11 8 14"},
};

/* Rows E1 .. E25: what the guide leaves open. */
static const Case OPEN_CASES[] = {
    {"E1 same", "N: 1, C: 1, T: 6", ONE_TO_6, "conv(c=1, k=3, s=2, p=same)", POWERS, "321 543 65"},
    {"E1 half", "N: 1, C: 1, T: 6", ONE_TO_6, "conv(c=1, k=3, s=2, p=half)", POWERS, "210 432 654"},
    {"E1 lower", "N: 1, C: 1, T: 6", ONE_TO_6, "conv(c=1, k=3, s=2, p=(1, 0))", POWERS,
     "210 432 654"},
    {"E2", "N: 1, C: 1, T: 6", ONE_TO_6, "conv(c=1, k=1, s=2, p=same)", "1", "1 3 5"},
    {"E3 valid", "N: 1, C: 1, T: 4", "1 2 3 4", "conv(c=1, k=3, p=valid)", POWERS, "321 432"},
    {"E3 full", "N: 1, C: 1, T: 2", "1 2", "conv(c=1, k=3, p=full)", POWERS, "100 210 21 2"},
    {"E3 causal, strided", "N: 1, C: 1, T: 5", ONE_TO_5, "conv(c=1, k=3, s=2, p=causal)", POWERS,
     "100 321 543"},
    {"E8 mostly padding", "N: 1, C: 1, T: 2", "1 2", "conv(c=1, k=3, p=7)", POWERS,
     "0 0 0 0 0 100 210 21 2 0 0 0 0 0"},
    {"E8 dilated over its input", "N: 1, C: 1, T: 1", "5", "conv(c=1, k=2, p=1, d=2)", "1 1", "0"},
    {"E9 padding never wins", "N: 1, C: 1, T: 3", "-1 -2 -3", "maxpool(k=3, s=1, p=1)", "",
     "-1 -1 -2"},
    {"E9 nor of a minimum", "N: 1, C: 1, T: 3", "1 2 3", "minpool(k=3, s=1, p=1)", "", "1 1 2"},
    {"E10 rounded up", "N: 1, C: 1, T: 5", ONE_TO_5, "maxpool(k=2, s=2, round=ceil)", "", "2 4 5"},
    {"E10 not beyond the data", "N: 1, C: 1, T: 6", ONE_TO_6, "maxpool(k=1, s=2, round=ceil)", "",
     "1 3 5"},
    {"E11 overhang", "N: 1, C: 1, T: 5", ONE_TO_5, "avgpool(k=2, s=2, round=ceil, count=all)", "",
     "1.5 3.5 5"},
    {"E11 padding counts", "N: 1, C: 1, T: 5", ONE_TO_5,
     "avgpool(k=2, s=2, p=1, round=ceil, count=all)", "", "0.5 2.5 4.5"},
    {"E11 data count", "N: 1, C: 1, T: 5", ONE_TO_5,
     "avgpool(k=2, s=2, p=1, round=ceil, count=inside)", "", "1 2.5 4.5"},
    {"E11 same", "N: 1, C: 1, T: 5", ONE_TO_5, "avgpool(k=2, s=2, p=same, count=inside)", "",
     "1.5 3.5 5"},
    {"E11 4x4", "N: 1, C: 1, H: 4, W: 4", "1 2 3 4 / 5 6 7 8 / 9 10 11 12 / 13 14 15 16",
     "avgpool(k=3, s=2, round=ceil, count=all)", "", "6 7.5 / 12 13.5"},
    {"E11 7x7", "N: 1, C: 1, H: 7, W: 7",
     "0 1 2 3 4 5 6 / 7 8 9 10 11 12 13 / 14 15 16 17 18 19 20 / 21 22 23 24 25 26 27 / "
     "28 29 30 31 32 33 34 / 35 36 37 38 39 40 41 / 42 43 44 45 46 47 48",
     "avgpool(k=2, s=3, round=ceil, count=inside)", "", "4 7 9.5 / 25 28 30.5 / 42.5 45.5 48"},
    {"E12 equals", "N: 1, C: 1, T: 3", "3 3 3", "maxpool(k=2, s=1)", "", "3 3"},
    {"E12 NaN wins", "N: 1, C: 1, T: 4", "1 nan 2 3", "maxpool(k=2, s=1)", "", "nan nan 3"},
    {"E15 a rows are ordinary", "N: 1, C: 1, T: 3", "1 2 3", "tconv(c=1, k=3, s=2, p=1, a=1)",
     POWERS, "10 102 20 203 30 300"},
    {"E15 only bias", "N: 1, C: 1, T: 3", "1 2 3", "tconv(c=1, k=3, s=2, a=1)", POWERS,
     "1 10 102 20 203 30 300 0"},
    {"E16 same", "N: 1, C: 1, T: 3", "1 2 3", "tconv(c=1, k=3, s=2, p=same)", POWERS,
     "1 10 102 20 203 30"},
    {"E16 k=4, same", "N: 1, C: 1, T: 3", "1 2 3", "tconv(c=1, k=4, s=2, p=same)", "1 10 100 1000",
     "10 102 1020 203 2030 300"},
    {"E16 k=4", "N: 1, C: 1, T: 3", "1 2 3", "tconv(c=1, k=4, s=2, p=1)", "1 10 100 1000",
     "10 102 1020 203 2030 300"},
    {"E17 same", "N: 1, C: 1, T: 3", "1 2 3", "tconv(c=1, k=2, s=3, p=same)", "1 10",
     "1 10 0 2 20 0 3 30 0"},
    {"E17 p=0", "N: 1, C: 1, T: 3", "1 2 3", "tconv(c=1, k=2, s=3)", "1 10", "1 10 0 2 20 0 3 30"},
    {"E20", "N: 1, C: 1, T: 3", "1 2 3", "tconv(c=1, k=3, d=2)", POWERS, "1 2 13 20 130 200 300"},
    {"E21", "N: 1, C: 1, T: 7", ONE_TO_7, "conv(c=1, k=3, s=2, d=2)", POWERS, "531 753"},
    {"E22 conv", "N: 1, C: 2, T: 1", "1 2", "conv(c=2, k=1)", "1 10 / 100 1000", "21 2100"},
    {"E22 tconv", "N: 1, C: 2, T: 1", "1 2", "tconv(c=2, k=1)", "1 10 / 100 1000", "201 2010"},
    {"E22 groups", "N: 1, C: 2, T: 2", "1 2 / 3 4", "conv(c=2, k=1, g=2)", "10 / 100",
     "10 20 / 300 400"},
    {"E22 tconv in groups", "N: 1, C: 2, T: 1", "1 2", "tconv(c=4, k=1, g=2)", "1 10 / 100 1000",
     "1 10 200 2000"},
    {"E23 correlation", "N: 1, C: 1, T: 3", "1 2 3", "conv(c=1, k=3)", POWERS, "321"},
    {"E23 convolution", "N: 1, C: 1, T: 3", "1 2 3", "conv(c=1, k=3, flip=yes)", POWERS, "123"},
    {"E23 its transpose", "N: 1, C: 1, T: 3", "1 2 3",
     "conv(c=1, k=3, flip=yes, bias=none) @first |> tconv(of first, weight=tied(first))",
     POWERS " / " POWERS, "12300 1230 123"},
    {"E25 zero", "N: 1, C: 1, T: 4", "1 2 3 4", "conv(c=1, k=3, p=1)", POWERS, "210 321 432 43"},
    {"E25 reflect", "N: 1, C: 1, T: 4", "1 2 3 4", "conv(c=1, k=3, p=1, border=reflect)", POWERS,
     "212 321 432 343"},
    {"E25 replicate", "N: 1, C: 1, T: 4", "1 2 3 4", "conv(c=1, k=3, p=1, border=replicate)",
     POWERS, "211 321 432 443"},
    {"E25 circular", "N: 1, C: 1, T: 4", "1 2 3 4", "conv(c=1, k=3, p=1, border=circular)", POWERS,
     "214 321 432 143"},
};

/* The next number of a text; a lone slash is skipped. */
static bool next_number(const char **text, double *out) {
    const char *at = *text;
    while (*at == ' ' || (*at == '/' && (at[1] == ' ' || at[1] == 0))) at++;
    if (*at == 0) return false;
    char *end;
    *out = strtod(at, &end);
    cr_assert(end > at, "no number: %s", at);
    if (*end == '/') *out /= strtod(end + 1, &end);
    *text = end;
    return true;
}

static void read_numbers(const Case *c, const char **text, int64_t elems, float *out) {
    for (int64_t i = 0; i < elems; i++) {
        double number;
        cr_assert(next_number(text, &number), "%s: %lld numbers", c->row, (long long)i);
        out[i] = (float)number;
    }
}

static const char *case_text(Arena *arena, const Case *c) {
    return arena_printf(arena,
                        "net 1\nmodel m\nweights random(seed=1)\ninput x : f32[%s]\n"
                        "output y = x |> %s\n",
                        c->axes, c->layers);
}

/* Gives the parameters of a case's network the numbers of the case. */
static void set_weights(const Case *c, Graph *graph) {
    const char *weights = c->weights;
    double rest;
    for (size_t i = 0; i < graph->params.len; i++) {
        Param *param = graph->params.at[i];
        float *data = ARENA_ARRAY(graph->arena, float, (size_t)param->elems);
        if (param->rank > 1)
            read_numbers(c, &weights, param->elems, data);
        else
            memset(data, 0, (size_t)param->elems * sizeof(float));
        param->data = data;
    }
    cr_assert_not(next_number(&weights, &rest), "%s: too many weights", c->row);
}

/* Whole numbers are exact, fractions within two roundings. */
static void check_output(const Case *c, const char *how, const ModelTensor *tensor,
                         const float *got) {
    const char *output = c->output;
    double want, rest;
    for (int64_t i = 0; i < tensor->elems; i++) {
        cr_assert(next_number(&output, &want), "%s: %lld outputs", c->row, (long long)i);
        double error = want == floor(want) ? 0 : fabs(want) * 0x1p-23;
        bool same = isnan(want) ? isnan(got[i]) : fabs(got[i] - want) <= error;
        cr_expect(same, "%s, %s: output %lld is %.9g, should be %.9g", c->row, how, (long long)i,
                  got[i], want);
    }
    cr_assert_not(next_number(&output, &rest), "%s: too few outputs", c->row);
}

static void check_case(Arena *arena, const Case *c) {
    static const char *const cpus[] = {"x86-64", "x86-64-v4", "native"};
    for (int i = 0; i < 3; i++) {
        bool object = i == 2;
        CompiledNet net = {.arena = arena,
                           .graph = net_graph(arena, case_text(arena, c), 1, NUMBERS_INTEGER),
                           .cpu = cpu_model_find(arena, cpus[i])};
        set_weights(c, net.graph);
        CompileOptions options = {.cpu = net.cpu,
                                  .cpu_name = cpus[i],
                                  .keep_values = true,
                                  .verify_each = true,
                                  .emit = object ? EMIT_OBJECT : 0};
        const char *wrong = compile_graph(arena, net.graph, &options, &net.compiled);
        cr_assert_null(wrong, "%s, %s: %s", c->row, cpus[i], wrong);
        NetMemory memory = net_memory(&net, true);
        const char *input = c->input;
        read_numbers(c, &input, net.compiled.interface.inputs[0].elems, memory.inputs[0]);
        if (object)
            cr_assert_eq(net_run(&net, &memory), 0);
        else
            cr_assert_null(net_interpret(&net, &memory, 2));
        check_output(c, cpus[i], &net.compiled.interface.outputs[0], memory.outputs[0]);
        wrong = net_check(&net, &memory, false);
        cr_assert_null(wrong, "%s, %s: %s", c->row, cpus[i], wrong);
        net_memory_free(&memory);
        arena_reset(arena);
    }
}

static void check_cases(const Case *cases, size_t n) {
    Arena *arena = arena_create();
    for (size_t i = 0; i < n; i++) check_case(arena, &cases[i]);
    arena_destroy(arena);
}

Test(guide, systems) { check_cases(SYSTEMS, sizeof SYSTEMS / sizeof SYSTEMS[0]); }

Test(guide, open_cases) { check_cases(OPEN_CASES, sizeof OPEN_CASES / sizeof OPEN_CASES[0]); }

/* The multiply-adds of the figures and of their transposes for each pair of channels: what the
 * matrix holds that is not 0, and nothing else. Lanes are channels here, and fill their vectors. */
Test(guide, work_of_the_figures) {
    static const struct {
        const char *figure;
        int i, o, p, k, s, d, work;
    } figures[] = {{"2.1", 4, 2, 0, 3, 1, 1, 36},  {"2.2", 5, 6, 2, 4, 1, 1, 324},
                   {"2.3", 5, 5, 1, 3, 1, 1, 169}, {"2.4", 5, 7, 2, 3, 1, 1, 225},
                   {"2.5", 5, 2, 0, 3, 2, 1, 36},  {"2.6", 5, 3, 1, 3, 2, 1, 49},
                   {"2.7", 6, 3, 1, 3, 2, 1, 64},  {"5.1", 7, 3, 0, 3, 1, 2, 81}};
    static const char *const cpus[] = {"x86-64", "x86-64-v3", "x86-64-v4"};
    enum {
        FIGURES = sizeof figures / sizeof figures[0],
        CHANNELS_IN = 4,
        CHANNELS_OUT = 192 /* a multiple of every tile */
    };
    Arena *arena = arena_create();
    for (int f = 0; f < FIGURES; f++)
        for (int transposed = 0; transposed < 2; transposed++)
            for (int c = 0; c < 3; c++) {
                int from = transposed ? figures[f].o : figures[f].i,
                    to = transposed ? figures[f].i : figures[f].o;
                int a = transposed
                            ? (to + 2 * figures[f].p - figures[f].d * (figures[f].k - 1) - 1) %
                                  figures[f].s
                            : 0;
                const char *text = arena_printf(
                    arena,
                    "net 1\nmodel m\nweights random(seed=1)\n"
                    "input x : f32[N: 1, H: %d, W: %d, C: %d]\n"
                    "output y = x |> %s(c=%d, k=%d, s=%d, p=%d, d=%d%s) -> [H: %d, W: %d]\n",
                    from, from, CHANNELS_IN, transposed ? "tconv" : "conv", CHANNELS_OUT,
                    figures[f].k, figures[f].s, figures[f].p, figures[f].d,
                    !transposed ? "" : arena_printf(arena, ", a=%d", a), to, to);
                CompiledNet net = net_compile(arena, text, 1, NUMBERS_INTEGER,
                                              cpu_model_find(arena, cpus[c]), false);
                NetMemory memory = net_memory(&net, true);
                net_fill_inputs(&net, &memory, 1, NUMBERS_INTEGER);
                int64_t got = net_count_work(&net, &memory).fma_lanes;
                int64_t want = (int64_t)figures[f].work * CHANNELS_IN * CHANNELS_OUT;
                cr_expect_eq(got, want, "figure %s%s, %s: %lld for %lld", figures[f].figure,
                             transposed ? " transposed" : "", cpus[c], (long long)got,
                             (long long)want);
                net_memory_free(&memory);
                arena_reset(arena);
            }
    arena_destroy(arena);
}

/* The last value of a network of one input, by the definition. */
static double *define(Arena *arena, const Graph *graph, const float *input) {
    float **values = ARENA_ARRAY(arena, float *, graph->values.len);
    double *last = NULL;
    for (size_t n = 0; n < graph->nodes.len; n++) {
        const Node *node = graph->nodes.at[n];
        size_t elems = (size_t)value_elems(node->output);
        values[node->output->id] = ARENA_ARRAY(arena, float, elems);
        if (node->op == OP_INPUT) {
            memcpy(values[node->output->id], input, elems * sizeof(float));
            continue;
        }
        const float **inputs = ARENA_ARRAY(arena, const float *, (size_t)node->n_inputs);
        for (int i = 0; i < node->n_inputs; i++) inputs[i] = values[node->inputs[i]->id];
        double *bound = ARENA_ARRAY(arena, double, elems);
        last = ARENA_ARRAY(arena, double, elems);
        reference_node(node, inputs, last, bound, NULL);
        for (size_t i = 0; i < elems; i++) values[node->output->id][i] = (float)last[i];
    }
    return last;
}

enum { IN = 2, OUT = 3, MOST = 64 };

/* Whole numbers that follow from a place. */
static float whole_number(int64_t i) { return (float)((i * 7 + i / 5) % 11 - 5); }

/* T0e: the input with zeros between its elements, padded by what the transposed layer lacks (or
 * cropped by what it has too much), under the rotated kernel with its channels swapped. */
static void check_emulation(Arena *arena, const ConvAxis *axis) {
    int64_t o = 0, kernel = axis->d * (axis->k - 1) + 1;
    if (tconv_output_extent(axis, &o) != CONV_OK) return;
    int64_t wide = axis->s * (axis->i - 1) + 1, lo = kernel - 1 - axis->pad_lo,
            hi = kernel - 1 - axis->pad_hi + axis->a;
    float x[IN * MOST] = {0}, stretched[IN * MOST] = {0}, weight[IN * OUT * MOST],
                 swapped[IN * OUT * MOST];
    for (int64_t c = 0; c < IN; c++)
        for (int64_t i = 0; i < axis->i; i++)
            x[c * axis->i + i] = stretched[c * wide + i * axis->s] = whole_number(c * axis->i + i);
    for (int64_t c = 0; c < IN; c++)
        for (int64_t f = 0; f < OUT; f++)
            for (int64_t t = 0; t < axis->k; t++)
                swapped[(f * IN + c) * axis->k + t] = weight[(c * OUT + f) * axis->k + t] =
                    whole_number((c * OUT + f) * axis->k + t + 3);
    const char *head = "net 1\nmodel m\nweights random(seed=1)\ninput x : f32[C: 2, T: ";
    Graph *transposed = net_graph(
        arena,
        arena_printf(arena,
                     "%s%lld]\noutput y = x |> tconv(c=3, k=%lld, s=%lld, d=%lld, a=%lld, "
                     "p=(%lld, %lld), bias=none)\n",
                     head, (long long)axis->i, (long long)axis->k, (long long)axis->s,
                     (long long)axis->d, (long long)axis->a, (long long)axis->pad_lo,
                     (long long)axis->pad_hi),
        1, NUMBERS_INTEGER);
    const char *direct_text =
        arena_printf(arena,
                     "%s%lld]\noutput y = x |> pad(p=(%lld, %lld)) |> crop(p=(%lld, %lld)) |> "
                     "conv(c=3, k=%lld, d=%lld, flip=yes, bias=none)\n",
                     head, (long long)wide, (long long)(lo > 0 ? lo : 0),
                     (long long)(hi > 0 ? hi : 0), (long long)(lo < 0 ? -lo : 0),
                     (long long)(hi < 0 ? -hi : 0), (long long)axis->k, (long long)axis->d);
    Graph *direct = net_graph(arena, direct_text, 1, NUMBERS_INTEGER);
    transposed->params.at[0]->data = weight;
    direct->params.at[0]->data = swapped;
    const double *want = define(arena, transposed, x), *got = define(arena, direct, stretched);
    cr_assert_eq(value_elems(direct->outputs.at[0].value), OUT * o, "%s", direct_text);
    for (int64_t n = 0; n < OUT * o; n++)
        cr_assert_eq(got[n], want[n], "output %lld: %g, transposed %g\n%s", (long long)n, got[n],
                     want[n], direct_text);
}

Test(guide, emulation_by_a_direct_convolution) {
    Arena *arena = arena_create();
    int64_t compared = 0;
    for (int64_t i = 1; i <= 4; i++)
        for (int64_t k = 1; k <= 4; k++)
            for (int64_t s = 1; s <= 3; s++)
                for (int64_t d = 1; d <= 2; d++)
                    for (int64_t p = 0; p < 9; p++)
                        for (int64_t a = 0; a < s; a++) {
                            ConvAxis axis = {i, k, s, d, p % 3 * 2, p / 3 * 2, a, false};
                            int64_t o;
                            if (tconv_output_extent(&axis, &o) != CONV_OK) continue;
                            check_emulation(arena, &axis);
                            arena_reset(arena);
                            compared++;
                        }
    arena_destroy(arena);
    cr_assert_geq(compared, 1000, "%lld", (long long)compared);
    fprintf(stderr, "guide: %lld transposed layers equal their emulation\n", (long long)compared);
}
