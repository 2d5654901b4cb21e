/* Inputs of u8 through the whole compiler, between guard pages: their conversion alone, in front of
 * every kind of layer, in every order of the axes. */
#include "property/orders.h"

#include <criterion/criterion.h>

static const Order ORDERS[] = {
    {"N: 1, H: 9, W: 13, C: 3", "H", "W"}, {"H: 8, W: 8, C: 4", "H", "W"},
    {"N: 2, C: 3, H: 7, W: 17", "H", "W"}, {"C: 1, H: 12, W: 9", "H", "W"},
    {"N: 3, H: 6, C: 5, W: 8", "H", "W"},  {"N: 1, C: 9, T: 33", "T", "T"},
    {"N: 2, H: 5, W: 9, C: 17", "H", "W"}, {"N: 1, D: 5, H: 6, W: 7, C: 2", "D", "W"},
};

#define SWEEP(templates, numbers)                                                                  \
    order_sweep("u8", ORDERS, sizeof ORDERS / sizeof ORDERS[0], templates,                         \
                sizeof(templates) / sizeof(templates)[0], numbers)

Test(bytes, in_front_of_layers_are_exact) {
    static const char *const templates[] = {
        "output y = x |> f32\n",
        "output y = x |> f32 |> relu\n",
        "output y = x |> f32 |> scale(by=2, shift=-1)\n",
        "output y = x |> f32 |> affine |> relu\n",
        "output y = x |> f32 |> prelu |> affine |> affine @b\n",
        "output y = x |> f32 |> affine |> conv(c=4, k=3)\n",
        "output y = x |> f32 |> conv(c=9, k=3, p=1) |> relu\n",
        "output y = x |> f32 |> conv(c=2, k=3)\n",
        "output y = x |> f32 |> scale(by=2, shift=-3) |> conv(c=8, k=3, p=1)\n",
        "output y = x |> f32 |> tconv(c=5, k=3, s=2)\n",
        "output y = x |> f32 |> maxpool(k=3, s=2)\noutput z = x |> f32 |> minpool(k=2, s=1)\n",
        "output y = x |> f32 |> sumpool(k=2, s=2)\n",
        "output y = x |> f32 |> flatten |> relu\n",
        "output y = x |> f32 |> pad(p=2, value=7)\noutput z = x |> f32 |> pad(p=1, "
        "border=reflect)\n",
        "output y = x |> f32 |> crop(p=1) |> scale(by=2)\noutput z = x |> f32 |> crop(p=2)\n",
        "output y = x |> f32 |> upsample(by=2, mode=nearest)\n",
        "a, b = x |> f32 |> split(axis=$L, sizes=[2, x.$L - 2])\n"
        "output y = concat(b, a, x |> f32, axis=$L)\noutput z = b |> conv(c=3, k=1)\n",
        "f = x |> f32\noutput y = f + f\noutput z = f * (f |> relu) - f\n",
        "f = x |> f32\noutput y = f + (f |> conv(c=x.C, k=1))\noutput z = max(f, f |> conv(c=x.C, "
        "k=3, p=1) |> relu)\n",
        "output y = x |> f32 |> argmax(axis=$L)\noutput z = x |> f32 |> argmax(axis=C)\n",
    };
    SWEEP(templates, NUMBERS_INTEGER);
}

Test(bytes, in_front_of_layers_keep_their_bounds) {
    static const char *const templates[] = {
        "output y = x |> f32 |> conv(c=9, k=3, p=1) |> tanh\n",
        "output y = x |> f32 |> scale(by=1/255, shift=-1/2) |> conv(c=8, k=3, s=2, p=1)\n",
        "output y = x |> f32 |> scale(by=1/127.5, shift=-1) |> sigmoid\n",
        "output y = x |> f32 |> avgpool(k=2, s=2)\noutput z = x |> f32 |> softmax(axis=C)\n",
        "output y = x |> f32 |> instancenorm(eps=1e-5)\n",
        "output y = x |> f32 |> upsample(by=2, mode=linear, align=half)\n",
    };
    SWEEP(templates, NUMBERS_REAL);
}

/* Order of the axes changed on the way. */
Test(bytes, turned_are_exact) {
    static const char *const programs[] = {
        "input x : u8[N: 1, H: 17, W: 21, C: 3]\n"
        "output y = x |> f32 |> permute(order=[N, C, H, W]) |> conv(c=16, k=3, s=2, p=1)\n",
        "input x : u8[H: 16, W: 33, C: 3]\n"
        "output y = x |> f32 |> permute(order=[C, H, W])\n",
        "input x : u8[N: 1, H: 9, W: 15, C: 4]\n"
        "output y = x |> f32 |> scale(by=2, shift=-1) |> permute(order=[N, C, W, H]) |> relu\n",
        "input x : u8[N: 1, C: 3, H: 15, W: 16]\n"
        "output y = x |> f32 |> permute(order=[N, H, W, C]) |> flatten |> dense(c=7)\n",
        "input x : u8[N: 2, H: 6, W: 6, C: 3]\n"
        "output y = x |> f32 |> reshape(to=[N: 2, C: 108]) |> dense(c=9)\n",
        "input x : u8[N: 1, C: 1, H: 9, W: 9]\ninput w : u8[N: 1, C: 1, H: 9, W: 9]\n"
        "input v : f32[N: 1, C: 1, H: 9, W: 9]\n"
        "output y = f32(x) - f32(w) + v |> conv(c=3, k=3)\noutput z = f32(w)\n",
    };
    Arena *arena = arena_create();
    for (size_t i = 0; i < sizeof programs / sizeof programs[0]; i++)
        for (uint64_t seed = 0; seed < 4; seed++)
            net_check_exact(
                arena,
                arena_printf(arena, "net 1\nmodel m\nweights random(seed=1)\n%s", programs[i]),
                seed);
    arena_destroy(arena);
}

/* Every byte, by vectors of every width and their rests. */
Test(bytes, become_the_same_numbers) {
    static const char *const cpus[] = {"x86-64", "x86-64-v3", "x86-64-v4", "native"};
    static const int elems[] = {1, 3, 7, 8, 15, 31, 64, 256, 301};
    Arena *arena = arena_create();
    for (size_t i = 0; i < sizeof elems / sizeof elems[0]; i++)
        for (int c = 0; c < 4; c++) {
            const char *text = arena_printf(
                arena, "net 1\nmodel m\ninput x : u8[C: %d]\noutput y = x |> f32\n", elems[i]);
            CompiledNet net =
                net_compile(arena, text, 1, NUMBERS_REAL, cpu_model_find(arena, cpus[c]), c == 3);
            NetMemory memory = net_memory(&net, i % 2);
            unsigned char *x = memory.inputs[0];
            for (int e = 0; e < elems[i]; e++) x[e] = (unsigned char)(255 - e);
            if (c == 3)
                cr_assert_eq(net_run(&net, &memory), 0);
            else
                cr_assert_null(net_interpret(&net, &memory, 2));
            for (int e = 0; e < elems[i]; e++)
                cr_assert_eq(memory.outputs[0][e], (float)x[e], "%s: byte %d of %d", cpus[c], e,
                             elems[i]);
            net_memory_free(&memory);
        }
    arena_destroy(arena);
}
