/* Layers that move elements, through the whole compiler: every order of the axes, layouts that fit
 * the parts and layouts that do not, exact on integers. */
#include "property/orders.h"

#include <criterion/criterion.h>
#include <string.h>

static const Order ORDERS[] = {
    {"N: 1, C: 9, T: 33", "T", "T"},
    {"N: 2, T: 17, C: 8", "T", "T"},
    {"C: 3, T: 31", "T", "T"},
    {"N: 1, C: 16, H: 9, W: 11", "H", "W"},
    {"N: 3, C: 5, H: 6, W: 8", "H", "W"},
    {"N: 1, H: 9, W: 15, C: 17", "H", "W"},
    {"H: 9, W: 9, C: 8", "H", "W"},
    {"C: 16, H: 7, W: 8", "H", "W"},
    {"N: 2, H: 7, C: 9, W: 16", "H", "W"},
    {"C: 5, N: 2, H: 8, W: 9", "H", "W"},
    {"N: 1, C: 8, D: 5, H: 6, W: 7", "D", "W"},
    {"N: 2, D: 6, H: 5, W: 9, C: 3", "D", "W"},
    {"D: 5, H: 6, C: 17, W: 5", "D", "W"},
};

#define SWEEP(templates, numbers)                                                                  \
    order_sweep("f32", ORDERS, sizeof ORDERS / sizeof ORDERS[0], templates,                        \
                sizeof(templates) / sizeof(templates)[0], numbers)

Test(moves, parts_and_wholes_are_exact) {
    static const char *const templates[] = {
        "a, b = x |> split(axis=C, sizes=[x.C % 3 + 1, x.C - x.C % 3 - 1])\n"
        "output y = concat(b, a, x, axis=C)\n",
        "a, b = x |> split(axis=$F, sizes=[2, x.$F - 2])\n"
        "output y = concat(b, a, x, axis=$F) |> relu\noutput z = a\n",
        "a, b = x |> split(axis=$L, sizes=[x.$L - 3, 3])\n"
        "output y = concat(b, a, b, axis=$L) |> conv(c=9, k=3)\n",
        /* from channel blocks, at their borders and within them */
        "h = x |> conv(c=40, k=1)\na, b, c = h |> split(axis=C, sizes=[16, 8, 16])\n"
        "output y = concat(c, a, axis=C) |> conv(c=7, k=1)\noutput z = b\n",
        "h = x |> conv(c=27, k=1)\na, b, c = h |> split(axis=C, sizes=[8, 5, 14])\n"
        "d = concat(c, b |> relu, a, h, axis=C)\noutput y = d |> maxpool(k=2, s=1)\n"
        "output z = d\noutput w = b\n",
        "h = x |> conv(c=12, k=1)\ni = x |> conv(c=20, k=1)\n"
        "output y = concat(h, i, x, axis=C) |> conv(c=8, k=3, p=1)\n",
        "h = x |> conv(c=9, k=3, p=1) |> relu\n"
        "output y = concat(h, h, axis=$L) |> maxpool(k=3, s=2)\n",
        "h = x |> conv(c=1, k=1)\noutput y = concat(h, x, h, axis=C)\n",
    };
    SWEEP(templates, NUMBERS_INTEGER);
}

Test(moves, crops_and_pads_are_exact) {
    static const char *const templates[] = {
        "output y = x |> crop(p=(1, 2))\n",
        "h = x |> conv(c=9, k=1)\noutput y = h |> crop(p=1) |> relu\noutput z = h\n",
        "h = x |> conv(c=12, k=3)\noutput y = concat(x |> crop(to=h), h, axis=C)\n",
        "h = x |> conv(c=8, k=1) |> crop(p=(2, 0))\n"
        "output y = (h |> conv(c=8, k=3, p=1)) + h\noutput z = h |> maxpool(k=2, s=2)\n",
        "output y = x |> pad(p=(1, 2))\n",
        "output y = x |> conv(c=9, k=1) |> pad(p=(2, 1), value=3) |> conv(c=5, k=3) @second\n",
        "output y = x |> pad(p=(3, 1), border=reflect)\n",
        "output y = x |> conv(c=17, k=1) |> pad(p=(1, 4), border=reflect)\n",
        "output y = x |> pad(p=(2, 6), border=replicate) |> conv(c=4, k=2)\n",
        "output y = x |> conv(c=3, k=1) |> pad(p=(5, 1), border=circular)\n",
        "output y = x |> pad(p=(0, 3), border=circular) |> crop(p=(1, 2)) |> pad(p=1)\n",
    };
    SWEEP(templates, NUMBERS_INTEGER);
}

Test(moves, growing_is_exact) {
    static const char *const templates[] = {
        "output y = x |> upsample(by=2, mode=nearest)\n",
        "output y = x |> conv(c=17, k=1) |> upsample(by=3, mode=nearest) |> relu\n",
        "output y = x |> upsample(by=2, mode=linear, align=half)\n",
        "output y = x |> conv(c=9, k=1) |> upsample(by=4, mode=linear, align=half)\n",
        "output y = x |> conv(c=3, k=1) |> crop(p=1) |> upsample(by=2, mode=linear, align=half)\n",
        "output y = x |> conv(c=16, k=1) |> upsample(by=1, mode=linear, align=corners)\n",
    };
    SWEEP(templates, NUMBERS_INTEGER);
}

Test(moves, growing_keeps_its_bound) {
    static const char *const templates[] = {
        "output y = x |> upsample(by=3, mode=linear, align=half)\n",
        "output y = x |> conv(c=9, k=1) |> upsample(by=5, mode=linear, align=half)\n",
        "output y = x |> upsample(by=2, mode=linear, align=corners)\n",
        "output y = x |> upsample(by=3, mode=linear, align=asymmetric)\n",
        "output y = x |> conv(c=9, k=1) |> upsample(by=2, mode=linear, align=asymmetric)\n",
        "output y = x |> conv(c=8, k=1) |> upsample(by=3, mode=linear, align=corners)\n",
        "output y = x |> crop(p=(2, 1)) |> upsample(by=4, mode=linear, align=corners)\n",
    };
    SWEEP(templates, NUMBERS_REAL);
}

/* Few inputs, where every interval of align=corners has another length; one; none to blend. */
Test(moves, short_axes_grow) {
    Arena *arena = arena_create();
    uint64_t seed = 0;
    for (int i = 1; i <= 6; i++)
        for (int by = 1; by <= 7; by += 1 + (i > 3))
            for (int corners = 0; corners < 2; corners++, seed++)
                net_check_text(
                    arena,
                    arena_printf(arena,
                                 "net 1\nmodel m\ninput x : f32[N: 1, C: %d, T: %d]\n"
                                 "output y = x |> upsample(by=%d, mode=linear, align=%s)\n",
                                 seed % 2 ? 3 : 8, i, by, corners ? "corners" : "half"),
                    seed, NUMBERS_REAL);
    arena_destroy(arena);
}

Test(moves, pixel_shuffle_is_exact) {
    static const struct {
        const char *before, *behind; /* the channels */
        int n;                       /* spatial axes */
    } inputs[] = {{"N: 2, C: ", ", T: 9", 1},       {"T: 10, C: ", "", 1},
                  {"N: 1, C: ", ", H: 5, W: 9", 2}, {"N: 2, H: 4, W: 7, C: ", "", 2},
                  {"H: 3, C: ", ", W: 8", 2},       {"N: 1, C: ", ", D: 2, H: 3, W: 4", 3}};
    Arena *arena = arena_create();
    uint64_t seed = 0;
    for (size_t i = 0; i < sizeof inputs / sizeof inputs[0]; i++)
        for (int r = 1; r <= 3; r++)
            for (int c = 1; c <= 17; c += 8, seed++) {
                int factor = inputs[i].n == 1 ? r : inputs[i].n == 2 ? r * r : r * r * r;
                const char *conv = arena_printf(arena, "conv(c=%d, k=1) |> ", factor * c);
                const char *order = seed % 5 < 2 ? ", order=dcr" : "";
                const char *back = seed % 4 < 2 ? "" : " |> scale(by=2) |> pixel_unshuffle(r=";
                if (*back)
                    back = arena_printf(arena, "%s%d%s)", back, r, seed % 3 ? "" : ", order=dcr");
                net_check_exact(
                    arena,
                    arena_printf(arena,
                                 "net 1\nmodel m\nweights random(seed=1)\ninput x : f32[%s%d%s]\n"
                                 "output y = x |> %spixel_shuffle(r=%d%s)%s%s\n",
                                 inputs[i].before, c * factor, inputs[i].behind,
                                 seed % 2 ? conv : "", r, order, back,
                                 seed % 3 || *back ? "" : " |> conv(c=5, k=2) @second"),
                    seed);
            }
    arena_destroy(arena);
}

/* Small whole numbers are often equal: the first of them wins, in a lane and among lanes. */
Test(moves, argmax_is_exact) {
    static const char *const inputs[] = {"N: 2, C: 21, H: 5, W: 9",
                                         "N: 1, C: 3, H: 17, W: 5",
                                         "T: 40, C: 1",
                                         "N: 3, H: 3, W: 4, C: 37",
                                         "C: 70, T: 2",
                                         "H: 2, C: 8, W: 8",
                                         "N: 1, C: 4, D: 2, H: 3, W: 33"};
    Arena *arena = arena_create();
    uint64_t seed = 0;
    for (size_t i = 0; i < sizeof inputs / sizeof inputs[0]; i++)
        for (const char *axis = inputs[i]; axis; axis = strchr(axis, ',')) {
            while (*axis == ',' || *axis == ' ') axis++;
            net_check_exact(arena,
                            arena_printf(arena,
                                         "net 1\nmodel m\nweights random(seed=1)\n"
                                         "input x : f32[%s]\noutput y = x |> %sargmax(axis=%c)\n",
                                         inputs[i], seed % 3 ? "" : "conv(c=9, k=1) |> ", *axis),
                            seed);
            seed++;
        }
    arena_destroy(arena);
}

/* Parts and wholes as operands of what is fused into a store, and as its destination. */
Test(moves, parts_beside_epilogues_are_exact) {
    static const char *const templates[] = {
        "h = x |> conv(c=29, k=1)\na, b, c, d = h |> split(axis=C, sizes=[8, 5, 8, 8])\n"
        "f = x |> conv(c=8, k=1)\ng = f + c |> relu\ni = a |> conv(c=8, k=1)\n"
        "output y = d * i + g\noutput z = b - (g |> conv(c=5, k=1)) |> relu\n",
        "h = x |> conv(c=9, k=1)\nf = h |> conv(c=9, k=3)\n"
        "output y = f - (h |> crop(to=f)) |> relu\n",
        "h = x |> conv(c=8, k=1)\na, b, c = h |> split(axis=$L, sizes=[1, x.$L - 2, 1])\n"
        "f = x |> crop(to=b) |> conv(c=8, k=1)\noutput y = concat(a, f + b |> relu, c, axis=$L)\n",
        "a = x |> conv(c=16, k=1) |> relu\nb = x |> conv(c=8, k=3, p=1) |> relu\n"
        "c = a |> conv(c=8, k=1) |> clip(lo=-9, hi=9)\nd = (x |> conv(c=3, k=1)) - (a |> conv(c=3, "
        "k=1) @last)\ne = concat(a, b, c, d, x, b, a |> relu, axis=C)\n"
        "output y = e |> relu\noutput z = e |> conv(c=4, k=1)\n",
        "a, b, c, d, e = x |> split(axis=$F, sizes=[1, 1, 1, 1, x.$F - 4])\n"
        "output y = concat(e, d |> relu, b, a, c, d, axis=$F)\n",
    };
    SWEEP(templates, NUMBERS_INTEGER);
}

/* Convolutions over what stands around their input, and with rotated kernels. */
Test(moves, borders_and_rotated_kernels_are_exact) {
    static const char *const templates[] = {
        "output y = x |> conv(c=9, k=3, p=1, border=reflect) |> relu\n",
        "output y = x |> conv(c=8, k=2, s=2, p=(2, 3), border=circular)\n",
        "h = x |> conv(c=8, k=1)\n"
        "output y = (h |> conv(c=8, k=3, d=2, p=half, border=replicate)) - h |> relu\n",
        "output y = x |> conv(c=x.C, g=x.C, k=3, p=(0, 2), border=reflect, flip=yes)\n",
        "output y = x |> conv(c=17, k=2, flip=yes)\n",
        "output y = x |> conv(c=5, k=3, s=2, p=1, flip=yes) |> relu\n",
        "h = x |> conv(c=12, k=1)\n"
        "output y = h |> conv(c=24, g=3, k=4, p=same, border=circular, flip=yes)\n",
    };
    SWEEP(templates, NUMBERS_INTEGER);
}

/* Every axis in turn becomes the first, the others follow; and back. */
Test(moves, permuted_axes_are_exact) {
    static const char *const layers[] = {
        "relu",    "conv(c=11, k=2x3, p=1) |> relu", "conv(c=16, k=1)",
        "flatten", "pad(p=1) |> maxpool(k=2, s=1)",  "conv(c=8, k=1) |> flatten |> dense(c=3)"};
    static const char *const inputs[] = {"N: 2, C: 9, H: 5, W: 8", "N: 1, C: 16, H: 4, W: 6",
                                         "N: 2, H: 5, W: 7, C: 8", "N: 3, C: 4, H: 1, W: 9"};
    static const char *const orders[] = {"N, C, W, H", "N, H, W, C", "C, N, H, W", "H, N, C, W",
                                         "W, H, C, N"};
    Arena *arena = arena_create();
    uint64_t seed = 0;
    for (size_t l = 0; l < sizeof layers / sizeof layers[0]; l++)
        for (size_t i = 0; i < sizeof inputs / sizeof inputs[0]; i++)
            for (size_t o = (l + i) % 2; o < sizeof orders / sizeof orders[0]; o += 2, seed++)
                net_check_exact(
                    arena,
                    arena_printf(arena,
                                 "net 1\nmodel m\nweights random(seed=1)\ninput x : f32[%s]\n"
                                 "h = x |> conv(c=%d, k=1)\np = %s |> permute(order=[%s])\n"
                                 "output y = p |> %s\noutput z = p\n",
                                 inputs[i], seed % 3 ? 8 : 5, seed % 4 ? "h" : "x", orders[o],
                                 layers[l]),
                    seed);
    arena_destroy(arena);
}

/* Images beside each other, and what may not be there: a batch, channels, a spatial axis. */
Test(moves, any_axis_will_do) {
    static const char *const programs[] = {
        "input x : f32[N: 2, C: 5, H: 6, W: 7]\noutput y = concat(x, x |> relu, axis=N)\n",
        "input x : f32[N: 5, C: 9, H: 6, W: 7]\n"
        "a, b = x |> conv(c=9, k=1) |> split(axis=N, sizes=[2, 3])\noutput y = b\noutput z = a\n",
        "input x : f32[N: 3, C: 5]\na, b = x |> dense(c=21) |> split(axis=C, sizes=[8, 13])\n"
        "output y = concat(b, a, axis=C) |> dense(c=7)\noutput z = b |> relu\n",
        "input x : f32[C: 21]\na, b = x |> split(axis=C, sizes=[16, 5])\n"
        "output y = concat(b, a, axis=C)\n",
        "input x : f32[H: 9, W: 17]\na, b = x |> split(axis=W, sizes=[9, 8])\n"
        "output y = concat(b, a, axis=W) |> pad(p=(2, 1), border=reflect)\n",
        "input x : f32[N: 1, C: 1, H: 1, W: 1]\n"
        "output y = concat(x, x, axis=C) |> pad(p=(3, 2), border=replicate)\n",
        /* the same elements under other axes */
        "input x : f32[N: 2, C: 6, H: 4, W: 6]\nh = x |> conv(c=8, k=1)\n"
        "output y = h |> reshape(to=[N: 4, C: 12, T: 8]) |> conv(c=5, k=3) @second\n"
        "output z = h |> reshape(to=[H: 32, C: 2, W: 6]) |> relu\n",
        "input x : f32[H: 6, N: 3, C: 4, W: 5]\nf = x |> flatten\n"
        "output y = f |> reshape(to=[N: 3, C: 8, T: 15]) |> maxpool(k=2, s=2)\noutput z = f\n",
        "input x : f32[H: 6, W: 5, N: 2]\noutput y = x |> flatten |> dense(c=4)\n"
        "output z = x |> permute(order=[W, N, H])\n",
        /* one value in many places */
        "input x : f32[N: 1, C: 8, H: 4, W: 4]\nh = x |> conv(c=8, k=1)\n"
        "output y = concat(h, h, x, h, x, h, h, h, axis=C)\noutput z = h\n",
        "input x : f32[N: 2, C: 8, H: 4, W: 4]\na = x |> conv(c=8, k=1)\n"
        "b = concat(x, a, axis=C) |> relu\nc = concat(b, x |> conv(c=16, k=1), axis=C)\n"
        "d = concat(c, b, axis=C)\noutput y = d |> conv(c=3, k=1)\noutput z = c\n",
    };
    Arena *arena = arena_create();
    for (size_t i = 0; i < sizeof programs / sizeof programs[0]; i++)
        net_check_exact(
            arena, arena_printf(arena, "net 1\nmodel m\nweights random(seed=1)\n%s", programs[i]),
            i);
    arena_destroy(arena);
}
