/* Layers of the sizes people use: no loop that multiplies touches vector registers on the stack
 * or copies many, whichever tiles the planner chose (performance.md 8.3); and whatever kind of
 * layer it is, of the arithmetic in its loops nine parts in ten are done on whole vectors, and
 * vectors stay in registers. */
#include "property/compiled_net.h"

#include "support/asm_scan.h"

#include <criterion/criterion.h>
#include <stdio.h>

/* FMAs for each copy. */
enum { FMA_PER_COPY = 8 };

static const char *const LAYERS[] = {
    "3x32x32: conv(c=64, k=7, s=2, p=3) |> relu",
    "64x28x28: conv(c=64, k=3, p=1) |> relu",
    "64x14x14: conv(c=128, k=3, s=2, p=1) |> relu",
    "64x14x14: conv(c=64, k=1) |> relu",
    "48x7x7: conv(c=96, k=3, p=1)",
    "64x8x8: conv(c=96, k=1)",
    "48x8x8: tconv(c=24, k=4, s=2, p=1) |> relu",
    "40x12x12: tconv(c=48, k=4, s=2, p=1) |> relu",
    "48x24x24: conv(c=48, k=5, p=2, g=48)",
    "12x33x33: conv(c=2, k=3, p=1)",
    "12x40x40: conv(c=4, k=5, p=2)",
    "12x40x40: tconv(c=2, k=3, s=2, p=1)",
    "24x20x20: conv(c=24, k=3, p=1) |> relu",
    "16x30x30: conv(c=12, k=5, p=2, d=2)",
    "16x40x40: conv(c=3, k=9, p=4)",
    "32x24x24: conv(c=1, k=1) |> sigmoid",
    "32x20x20: conv(c=1, k=3, p=1)",
    "64x8x8: tconv(c=32, k=4, s=2, p=1) |> relu",
    "64x16x16: tconv(c=3, k=4, s=2, p=1) |> relu",
    "32x16x16: tconv(c=64, k=3, s=2, p=1, a=1)",
    "56x16x24: tconv(c=1, k=9, s=2, p=4, a=1)",
    "32x20x20: conv(c=32, k=3, p=1, g=32) |> relu",
    "32x20x20: conv(c=32, k=3, p=1, g=8) |> relu",
    "64x8x40: matmul(constant(shape=[C: 64, S: 40]), axis=C) |> relu",
    "4x197x64: matmul(constant(shape=[C: 4, S: 197, W: 64]), axis=W)",
    "4x197x197: matmul(constant(shape=[C: 4, W: 197, S: 64]), axis=W)",
    "8x40x40: matmul(constant(shape=[C: 8, W: 40, S: 15]), axis=W)",
    "64x4x4: flatten |> dense(c=120) |> tanh",
};

/* "3x32x32: conv(...)": a network of that input and those layers. */
static const char *net_text(Arena *arena, const char *layer) {
    int c = 0, h = 0, w = 0, body = 0;
    cr_assert(sscanf(layer, "%dx%dx%d: %n", &c, &h, &w, &body) == 3 && body > 0, "%s", layer);
    return arena_printf(arena,
                        "net 1\nmodel t\nweights random(seed=1)\n"
                        "input x : f32[N: 1, C: %d, H: %d, W: %d]\ny = x |> %s\noutput y\n",
                        c, h, w, layer + body);
}

/* A few copies are harmless; accumulators that wander make one for each. A product without FMA
 * overwrites a factor, of which it may need a copy. */
static int most_copies(const AsmLoop *loop, bool has_fma) {
    if (!has_fma) return loop->fma;
    return loop->fma / FMA_PER_COPY;
}

/* Checks every loop that multiplies; gives the number of their multiply-adds. */
static int check_loops(Arena *arena, const Compiled *compiled, const char *name) {
    int fma = 0;
    for (size_t i = 0; i < compiled->program->fns.len; i++) {
        const char *function = arena_printf(arena, "t_%s", compiled->program->fns.at[i]->name);
        AsmLoops loops = asm_innermost_loops(arena, compiled->output.assembly, function);
        for (size_t k = 0; k < loops.len; k++) {
            const AsmLoop *loop = &loops.at[k];
            if (loop->fma == 0) continue;
            int len = (int)loop->len;
            cr_expect_eq(loop->stack_vector, 0, "%s: spills:\n%.*s", name, len, loop->text);
            cr_expect_leq(loop->moves, most_copies(loop, compiled->program->fma),
                          "%s: %d copies:\n%.*s", name, loop->moves, len, loop->text);
            fma += loop->fma;
        }
    }
    return fma;
}

Test(registers, hold_every_tile) {
    static const char *const CPUS[] = {"x86-64", "x86-64-v2", "x86-64-v3", "x86-64-v4", "armv8-a"};
    enum { N_CPUS = sizeof CPUS / sizeof CPUS[0], N_LAYERS = sizeof LAYERS / sizeof LAYERS[0] };
    for (size_t i = 0; i < (size_t)N_CPUS * N_LAYERS; i++) {
        Arena *arena = arena_create();
        const char *cpu = CPUS[i % N_CPUS], *layer = LAYERS[i / N_CPUS];
        Graph *graph = net_graph(arena, net_text(arena, layer), 1, NUMBERS_REAL);
        CompileOptions options = {
            .cpu = cpu_model_find(arena, cpu), .cpu_name = cpu, .emit = EMIT_ASSEMBLY};
        Compiled compiled;
        const char *wrong = compile_graph(arena, graph, &options, &compiled);
        cr_assert_null(wrong, "%s: %s", layer, wrong);
        const char *name = arena_printf(arena, "%s, %s", cpu, layer);
        cr_assert_gt(check_loops(arena, &compiled, name), 0, "%s: no loop multiplies", name);
        arena_destroy(arena);
    }
}

/* One layer of each kind and rank. */
static const char *const KINDS[] = {
    "f32[N: 1, C: 64, T: 512]\noutput y = x |> conv(c=32, k=4, s=2, p=1)",
    "f32[N: 1, C: 32, H: 28, W: 28]\noutput y = x |> conv(c=64, k=3, p=1)",
    "f32[N: 1, C: 16, D: 8, H: 16, W: 16]\noutput y = x |> conv(c=32, k=3, p=1)",
    "f32[N: 1, C: 64, T: 256]\noutput y = x |> tconv(c=32, k=4, s=2, p=1)",
    "f32[N: 1, C: 64, H: 16, W: 16]\noutput y = x |> tconv(c=32, k=3, s=2, p=1, a=1)",
    "f32[N: 1, C: 16, D: 8, H: 8, W: 8]\noutput y = x |> tconv(c=16, k=2, s=2)",
    "f32[N: 1, C: 16, H: 32, W: 32]\noutput y = x |> tconv(c=3, k=4, s=2, p=1)",
    "f32[N: 1, C: 144, H: 28, W: 28]\noutput y = x |> conv(c=144, k=3, p=1, g=144)",
    "f32[N: 1, C: 128, H: 14, W: 14]\noutput y = x |> conv(c=128, k=3, p=1, g=32)",
    "f32[N: 1, C: 64, H: 28, W: 28]\noutput y = x |> maxpool(k=3, s=2, p=1)",
    "f32[N: 1, C: 64, H: 28, W: 28]\noutput y = x |> avgpool(k=3, s=1, p=1, count=inside)",
    "f32[N: 1, C: 512]\noutput y = x |> dense(c=128) |> relu",
    "f32[N: 1, C: 8, H: 32, W: 32]\noutput y = x |> gelu",
    "f32[N: 1, C: 8, H: 32, W: 32]\noutput y = x |> softmax(axis=W)",
};

static void check_packed(Arena *arena, const Compiled *compiled, const char *name) {
    int packed = 0, scalar = 0;
    for (size_t i = 0; i < compiled->program->fns.len; i++) {
        const char *function = arena_printf(arena, "t_%s", compiled->program->fns.at[i]->name);
        AsmLoops loops = asm_innermost_loops(arena, compiled->output.assembly, function);
        for (size_t k = 0; k < loops.len; k++) {
            const AsmLoop *loop = &loops.at[k];
            if (loop->fma > 0)
                cr_assert_eq(loop->stack_vector, 0, "%s: spills:\n%.*s", name, (int)loop->len,
                             loop->text);
            packed += loop->packed;
            scalar += loop->scalar;
        }
    }
    cr_assert_gt(packed, 0, "%s: no loop computes", name);
    cr_assert_leq(10 * scalar, packed + scalar, "%s: %d scalar instructions beside %d packed ones",
                  name, scalar, packed);
}

Test(registers, arithmetic_is_packed) {
    static const char *const CPUS[] = {"x86-64", "x86-64-v3", "x86-64-v4"};
    for (size_t i = 0; i < 3 * sizeof KINDS / sizeof KINDS[0]; i++) {
        Arena *arena = arena_create();
        const char *cpu = CPUS[i % 3], *layer = KINDS[i / 3];
        const char *text =
            arena_printf(arena, "net 1\nmodel t\nweights random(seed=1)\ninput x : %s\n", layer);
        Graph *graph = net_graph(arena, text, 1, NUMBERS_REAL);
        CompileOptions options = {
            .cpu = cpu_model_find(arena, cpu), .cpu_name = cpu, .emit = EMIT_ASSEMBLY};
        Compiled compiled;
        const char *wrong = compile_graph(arena, graph, &options, &compiled);
        cr_assert_null(wrong, "%s: %s", layer, wrong);
        check_packed(arena, &compiled, arena_printf(arena, "%s, %s", cpu, layer));
        arena_destroy(arena);
    }
}
