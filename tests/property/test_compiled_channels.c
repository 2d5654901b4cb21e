/* Layers with numbers for each channel through the whole compiler, alone and fused, in every order
 * of axes and with channel counts around the vector widths: integers bit for bit. And the norms
 * that measure their input, within their bounds. */
#include "property/compiled_net.h"

#include <criterion/criterion.h>

static const int CHANNELS[] = {1, 3, 7, 8, 17, 33};
enum { N_CHANNELS = sizeof CHANNELS / sizeof CHANNELS[0] };

/* `$` stands for the channels. The first ones have space for a window. */
static const char *const INPUTS[] = {
    "N: 1, C: $, H: 3, W: 5",
    "N: 2, H: 3, W: 4, C: $",
    "C: $, T: 9",
    "H: 2, C: $, W: 7",
    "C: $, N: 3, T: 4",
    "T: 5, C: $",
    "N: 2, C: $, D: 2, H: 3, W: 2",
    "C: $, H: 2, N: 9",
    "D: 2, H: 1, W: 9, C: $",
    "N: 17, C: $, T: 1",
    "D: 5, C: $, N: 2, W: 1",
    "N: 3, C: $",
    "C: $",
};
enum { N_INPUTS = sizeof INPUTS / sizeof INPUTS[0], N_IMAGES = N_INPUTS - 2 };

/* The text with the number in place of every `$`. */
static const char *with_number(Arena *arena, const char *template, int number) {
    Text text = text_in(arena);
    for (const char *c = template; *c; c++)
        if (*c == '$')
            text_printf(&text, "%d", number);
        else
            text_append(&text, c, 1);
    return text_str(&text);
}

/* Each program on each of the first inputs. */
static void sweep(const char *const *programs, size_t n_programs, int n_inputs) {
    Arena *arena = arena_create();
    uint64_t seed = 0;
    for (size_t p = 0; p < n_programs; p++)
        for (int i = 0; i < n_inputs; i++, seed++) {
            const char *text =
                arena_printf(arena, "net 1\nmodel m\nweights random(seed=1)\ninput x : f32[%s]\n%s",
                             INPUTS[i], programs[p]);
            net_check_exact(arena, with_number(arena, text, CHANNELS[seed % N_CHANNELS]), seed);
        }
    arena_destroy(arena);
}

#define SWEEP(programs, n_inputs) sweep(programs, sizeof(programs) / sizeof(programs)[0], n_inputs)

Test(channels, learned_numbers_are_exact) {
    static const char *const programs[] = {
        "output y = x |> prelu\n",
        "output y = x |> batchnorm(eps=0)\n",
        "output y = x |> relu |> prelu |> batchnorm(eps=0) |> relu\n",
        "h = x |> batchnorm(eps=0)\noutput y = h - (x |> prelu)\noutput z = h\n",
        "output y = x + x |> prelu\n",
        "output y = x |> affine\n",
        "output y = x |> affine(weight=none) |> relu |> affine(bias=none) @b\n",
    };
    SWEEP(programs, N_INPUTS);
}

/* A number for all, with and without a shift. */
Test(channels, scale_by_numbers_is_exact) {
    static const char *const programs[] = {
        "output y = x |> scale(by=-2)\n",
        "output y = x |> scale(by=0.5, shift=3) |> prelu\n",
        "output y = x |> relu |> scale(by=3) |> relu\n",
    };
    SWEEP(programs, N_INPUTS);
}

/* A number for each image and channel. */
Test(channels, scale_by_a_tensor_is_exact) {
    static const char *const programs[] = {
        "output y = scale(x, x |> maxpool(k=all))\n",
        "output y = scale(x, x |> maxpool(k=all), shift=-1) |> relu\n",
        "h = x |> conv(c=$, k=1)\noutput y = scale(h, h |> maxpool(k=all)) + h\n",
        "h = x |> conv(c=$, k=1)\n"
        "output y = scale(h, x |> maxpool(k=all) |> flatten |> dense(c=$)) |> prelu |> "
        "scale(by=2, shift=1) @s\n",
    };
    SWEEP(programs, N_IMAGES);
}

/* A number for each channel, as written. */
Test(channels, scale_by_lists_is_exact) {
    static const char *const programs[] = {
        "output y = x |> scale(by=[1, -2, 0.5])\n",
        "output y = x |> scale(by=[3, 0, 1], shift=[-1, 2, 4])\n",
        "output y = x |> relu |> scale(by=1, shift=[1, 2, 3]) |> relu\n",
    };
    Arena *arena = arena_create();
    for (size_t p = 0; p < sizeof programs / sizeof programs[0]; p++)
        for (int i = 0; i < N_INPUTS; i++)
            net_check_exact(
                arena,
                with_number(
                    arena,
                    arena_printf(arena,
                                 "net 1\nmodel m\nweights random(seed=1)\ninput x : f32[%s]\n%s",
                                 INPUTS[i], programs[p]),
                    3),
                p * N_INPUTS + (uint64_t)i);
    arena_destroy(arena);
}

/* Fused into every kernel that stores, in images. */
Test(channels, fused_into_every_kernel) {
    static const char *const layers[] = {
        "conv(c=$, k=3, p=1) |> prelu",
        "conv(c=$, k=3, s=2, p=1) |> batchnorm(eps=0) |> relu |> batchnorm(eps=0) @b",
        "conv(c=$, k=3, p=1, g=$) |> relu |> prelu",
        "conv(c=$, k=1, bias=none) |> prelu |> batchnorm(eps=0)",
        "tconv(c=$, k=4, s=2, p=1) |> prelu",
        "tconv(c=$, k=3, s=2, g=$, bias=none) |> batchnorm(eps=0) |> prelu",
        "conv(c=3, k=3, g=1) |> prelu |> batchnorm(eps=0) |> prelu @p",
        "tconv(c=3, k=4, s=2, p=1) |> batchnorm(eps=0) |> prelu",
        "maxpool(k=2, s=2) |> prelu",
        "avgpool(k=2, s=1) |> batchnorm(eps=0)",
        "minpool(k=2, s=1) |> affine |> relu |> affine(weight=none) @b",
        "flatten |> dense(c=$) |> batchnorm(eps=0) |> prelu",
    };
    static const char *const inputs[] = {"N: 2, C: $, H: 5, W: 6", "H: 5, W: 4, C: $",
                                         "C: $, T: 17", "N: 1, D: 3, C: $, H: 4, W: 3"};
    Arena *arena = arena_create();
    uint64_t seed = 0;
    for (size_t l = 0; l < sizeof layers / sizeof layers[0]; l++)
        for (int c = 0; c < N_CHANNELS; c++, seed++) {
            const char *text = arena_printf(
                arena,
                "net 1\nmodel m\nweights random(seed=1)\ninput x : f32[%s]\noutput y = x |> %s\n",
                inputs[(seed + l) % 4], layers[l]);
            net_check_exact(arena, with_number(arena, text, CHANNELS[c]), seed);
        }
    arena_destroy(arena);
}

/* Alone and fused, from every layout, in sets of every size; behind a large mean, which a variance
 * of x^2 would drown in. */
Test(channels, norms_are_within_their_bounds) {
    static const char *const programs[] = {
        "output y = x |> instancenorm(eps=1e-5) |> relu\n",
        "output y = x |> layernorm(eps=1e-5)\n",
        "output y = x |> groupnorm(g=1, eps=1e-3, weight=none) |> prelu\n",
        "output y = x |> groupnorm(g=$, eps=1e-5, bias=none)\n",
        "output y = (x |> layernorm(eps=1e-5, weight=none, bias=none)) + x\n",
        "output y = x |> scale(by=0.125, shift=5000) |> groupnorm(g=1, eps=1e-5)\n",
        "output y = x |> conv(c=$, k=1) |> instancenorm(eps=1e-5) |> conv(c=$, k=1) @b |> "
        "layernorm(eps=1e-5) |> silu |> conv(c=$, k=1) @c |> groupnorm(g=1, eps=1e-5)\n",
    };
    static const struct {
        int channels, groups;
    } grouped[] = {{4, 2}, {12, 3}, {24, 2}, {32, 8}, {32, 16}, {48, 3}, {40, 4}, {96, 2}};
    Arena *arena = arena_create();
    uint64_t seed = 0;
    for (size_t p = 0; p < sizeof programs / sizeof programs[0]; p++)
        for (int i = 0; i < N_IMAGES; i++, seed++)
            net_check_text(
                arena,
                with_number(
                    arena,
                    arena_printf(arena,
                                 "net 1\nmodel m\nweights random(seed=1)\ninput x : f32[%s]\n%s",
                                 INPUTS[i], programs[p]),
                    CHANNELS[seed % N_CHANNELS]),
                seed, NUMBERS_REAL);
    for (size_t n = 0; n < sizeof grouped / sizeof grouped[0]; n++)
        for (int i = 0; i < 3; i++, seed++)
            net_check_text(
                arena,
                with_number(arena,
                            arena_printf(arena,
                                         "net 1\nmodel m\nweights random(seed=1)\n"
                                         "input x : f32[%s]\n"
                                         "h = x |> groupnorm(g=%d, eps=1e-5) |> conv(c=$, k=1)\n"
                                         "output y = h |> groupnorm(g=%d, eps=1e-5) |> prelu\n",
                                         INPUTS[i], grouped[n].groups, grouped[n].groups),
                            grouped[n].channels),
                seed, NUMBERS_REAL);
    /* sums of several chains: along rows, across them, and with what is left of a vector */
    static const char *const long_sets[] = {
        "f32[C: 2, H: 131, W: 137]\noutput y = x |> instancenorm(eps=1e-5)\n",
        "f32[H: 40, W: 41, C: 3]\noutput y = x |> groupnorm(g=1, eps=1e-5)\n",
        "f32[T: 1100, C: 9]\noutput y = x |> instancenorm(eps=1e-5)\n",
        "f32[T: 2, C: 17001]\noutput y = x |> layernorm(eps=1e-5)\n",
    };
    for (size_t n = 0; n < sizeof long_sets / sizeof long_sets[0]; n++, seed++)
        net_check_text(arena,
                       arena_printf(arena, "net 1\nmodel m\nweights random(seed=1)\ninput x : %s",
                                    long_sets[n]),
                       seed, NUMBERS_REAL);
    arena_destroy(arena);
}
