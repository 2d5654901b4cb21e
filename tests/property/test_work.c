/* Exact work: the multiply-adds that the loops do are the taps that fall on data, for each pair of
 * channels, and no other. Random convolutions and transposed ones with 1 to 3 spatial axes. Lanes
 * are output channels here, which stand last and fill their vectors: none is idle. And little code:
 * that of a border does not grow with the dilation. */
#include "property/compiled_net.h"

#include "tensor/tap.h"

#include <criterion/criterion.h>

enum { LAYERS = 90, CHANNELS_OUT = 64 };

static uint64_t random_number(uint64_t *state) {
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return *state >> 33;
}

static int64_t pick(uint64_t *state, int64_t least, int64_t most) {
    return least + (int64_t)(random_number(state) % (uint64_t)(most - least + 1));
}

/* One layer: its text, and its products by counting windows. */
typedef struct Layer {
    const char *text;
    int64_t products;
} Layer;

/* Products along one axis: every pair of a window's position and a tap, if it falls on data. */
static int64_t count_axis(const ConvAxis *axis, int64_t outputs, bool transposed) {
    int64_t products = 0, positions = transposed ? axis->i : outputs,
            data = transposed ? outputs : axis->i;
    for (int64_t at = 0; at < positions; at++)
        for (int64_t tap = 0; tap < axis->k; tap++) {
            int64_t x = axis->s * at + axis->d * tap - axis->pad_lo;
            products += x >= 0 && x < data;
        }
    return products;
}

/* A legal layer; one in three depthwise, one in three in 4 groups. */
static Layer make_layer(Arena *arena, uint64_t seed) {
    static const char *const names[] = {"T", "HW", "DHW"};
    static const int64_t most[] = {40, 12, 5};
    uint64_t state = seed;
    int rank = (int)(seed % 3) + 1;
    bool transposed = pick(&state, 0, 1);
    int64_t groups = seed % 9 < 3 ? 1 : seed % 9 < 6 ? CHANNELS_OUT : 4;
    int64_t c = groups == 1 ? pick(&state, 1, 5) : groups == 4 ? 8 : CHANNELS_OUT;
    Layer layer = {.products = c / groups * CHANNELS_OUT};
    Text input = text_in(arena), k = text_in(arena), s = text_in(arena), d = text_in(arena),
         p = text_in(arena);
    for (int a = 0; a < rank; a++) {
        ConvAxis axis;
        int64_t o = 0;
        do {
            axis = (ConvAxis){.i = pick(&state, 1, most[rank - 1]),
                              .k = pick(&state, 1, 4),
                              .s = pick(&state, 1, 3),
                              .d = pick(&state, 0, 3) ? pick(&state, 1, 2) : pick(&state, 3, 17),
                              .pad_lo = pick(&state, 0, 3),
                              .pad_hi = pick(&state, 0, 3)};
        } while ((transposed ? tconv_output_extent(&axis, &o) : conv_output_extent(&axis, &o)) !=
                 CONV_OK);
        const char *cross = a ? "x" : "";
        text_printf(&input, ", %c: %lld", names[rank - 1][a], (long long)axis.i);
        text_printf(&k, "%s%lld", cross, (long long)axis.k);
        text_printf(&s, "%s%lld", cross, (long long)axis.s);
        text_printf(&d, "%s%lld", cross, (long long)axis.d);
        text_printf(&p, "%s%c: (%lld, %lld)", a ? ", " : "", names[rank - 1][a],
                    (long long)axis.pad_lo, (long long)axis.pad_hi);
        layer.products *= count_axis(&axis, o, transposed);
    }
    layer.text =
        arena_printf(arena,
                     "net 1\nmodel m\nweights random(seed=1)\n"
                     "input x : f32[N: 1%s, C: %lld]\n"
                     "output y = x |> %s(c=%d, k=%s, s=%s, p={%s}, d=%s, g=%lld)\n",
                     text_str(&input), (long long)c, transposed ? "tconv" : "conv", CHANNELS_OUT,
                     text_str(&k), text_str(&s), text_str(&p), text_str(&d), (long long)groups);
    return layer;
}

Test(work, is_that_of_the_taps_on_data) {
    static const char *const cpus[] = {"x86-64", "x86-64-v3", "x86-64-v4"};
    Arena *arena = arena_create();
    int64_t products = 0;
    for (uint64_t seed = 0; seed < LAYERS; seed++) {
        Layer layer = make_layer(arena, seed);
        const char *cpu = cpus[seed / 3 % 3];
        CompiledNet net = net_compile(arena, layer.text, seed, NUMBERS_INTEGER,
                                      cpu_model_find(arena, cpu), false);
        NetMemory m = net_memory(&net, true);
        net_fill_inputs(&net, &m, seed, NUMBERS_INTEGER);
        int64_t done = net_count_work(&net, &m).fma_lanes;
        cr_expect_eq(done, layer.products, "%s: %lld multiply-adds for %lld\n%s", cpu,
                     (long long)done, (long long)layer.products, layer.text);
        products += layer.products;
        net_memory_free(&m);
        arena_reset(arena);
    }
    cr_assert_gt(products, 1000000);
    arena_destroy(arena);
}

/* Values of the loops of a convolution that looks d steps back, on AVX2. */
static size_t values_of_dilation(Arena *arena, int d) {
    const char *text = arena_printf(arena,
                                    "net 1\nmodel m\nweights random(seed=1)\n"
                                    "input x : f32[N: 1, C: 32, T: 4096]\n"
                                    "output y = x |> conv(c=32, k=2, d=%d, p={T: (%d, 0)})\n",
                                    d, d);
    CompiledNet net =
        net_compile(arena, text, 1, NUMBERS_INTEGER, cpu_model_find(arena, "x86-64-v3"), false);
    size_t values = 0;
    for (size_t f = 0; f < net.compiled.program->fns.len; f++)
        values += net.compiled.program->fns.at[f]->values.len;
    return values;
}

Test(work, of_one_border_is_one_piece_of_code) {
    Arena *arena = arena_create();
    size_t narrow = values_of_dilation(arena, 16), wide = values_of_dilation(arena, 1024);
    cr_expect_leq(wide, narrow, "%zu values where the dilation is 1024, %zu where it is 16", wide,
                  narrow);
    arena_destroy(arena);
}
