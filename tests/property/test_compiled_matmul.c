/* Products of two tensors through the whole compiler: the columns side by side or not, on either
 * operand; every place of the axes; fewer columns than a vector, tails, sums of several chains.
 * Exact on integers. */
#include "property/compiled_net.h"

#include <criterion/criterion.h>

/* The axes of both tensors, and what is done with them. */
typedef struct Case {
    const char *x, *y, *layers;
} Case;

static const Case CASES[] = {
    {"N: 1, G: 8, T: 40, C: 15", "N: 1, G: 8, S: 40, C: 15", "matmul(y, axis=C)"},
    {"N: 1, G: 3, T: 19, S: 21", "N: 1, G: 3, S: 21, C: 17", "matmul(y, axis=S)"},
    {"N: 2, T: 33, C: 5", "N: 2, C: 5, S: 67", "matmul(y, axis=C) |> relu"},
    {"T: 17, C: 2100", "C: 2100, S: 19", "matmul(y, axis=C)"},
    {"C: 1030, T: 9", "S: 7, C: 1030", "matmul(y, axis=C)"},
    {"T: 1, C: 9", "C: 9, S: 130", "matmul(y, axis=C)"},
    {"T: 130, C: 9", "C: 9, S: 1", "matmul(y, axis=C)"},
    {"T: 50, C: 1", "C: 1, S: 3", "matmul(y, axis=C)"},
    {"C: 40", "C: 40, S: 41", "matmul(y, axis=C)"},
    {"C: 40", "S: 41, C: 40", "matmul(y, axis=C) |> clip(lo=-9, hi=9)"},
    {"N: 2, C: 12, T: 37", "N: 2, C: 12, S: 5", "matmul(y, axis=C)"},
    {"N: 2, S: 12, T: 37", "N: 2, C: 9, S: 12", "matmul(y, axis=S)"},
    {"T: 7, G: 3, C: 8, N: 2", "C: 8, S: 9, N: 2, G: 3", "matmul(y, axis=C)"},
    {"N: 2, G: 3, T: 7, K: 8", "C: 9, K: 8", "matmul(y, axis=K) |> prelu(weight=fill(0.5))"},
    {"N: 2, H: 5, W: 11, C: 8", "N: 2, C: 8, S: 18", "matmul(y, axis=C)"},
    {"N: 2, C: 8, H: 5, W: 11", "N: 2, C: 8, S: 6", "matmul(y, axis=C)"},
    {"N: 2, T: 8, S: 11", "C: 21, S: 11", "matmul(y, axis=S) |> scale(by=2, shift=1)"},
    {"N: 2, S: 8, T: 11", "C: 21, S: 8", "matmul(y, axis=S) |> scale(by=2, shift=1)"},
    {"N: 2, C: 5, T: 8, K: 11", "S: 21, K: 11", "matmul(y, axis=K) |> prelu(weight=fill(-1))"},
    {"N: 2, T: 6, C: 10", "N: 2, S: 6, C: 10",
     "matmul(y, axis=C) + matmul(x, y, axis=C) |> permute(order=[T, N, S])"},
    {"N: 2, G: 4, T: 6, C: 10", "N: 2, G: 4, S: 12, C: 10",
     "permute(order=[G, C, N, T]) |> matmul(y |> permute(order=[C, N, G, S]), axis=C)"},
    {"N: 1, C: 8, T: 21", "N: 1, S: 21, C: 8", "conv(c=16, k=1) |> split(axis=C, sizes=[8, 8])"},
};

Test(matmul, is_exact) {
    Arena *arena = arena_create();
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        const Case *c = &CASES[i];
        bool parts = i + 1 == sizeof CASES / sizeof CASES[0];
        const char *head =
            arena_printf(arena,
                         "net 1\nmodel m\nweights random(seed=1)\ninput x : f32[%s]\n"
                         "input y : f32[%s]\n",
                         c->x, c->y);
        const char *text =
            parts ? arena_printf(arena,
                                 "%sa, b = x |> %s\noutput z = b |> matmul(y, axis=C)\noutput w = "
                                 "a |> permute(order=[N, T, C]) |> matmul(b |> reshape(to=[N: 1, "
                                 "C: 8, S: 21]), axis=C)\n",
                                 head, c->layers)
                  : arena_printf(arena, "%soutput z = x |> %s\n", head, c->layers);
        net_check_exact(arena, text, i);
    }
    arena_destroy(arena);
}
