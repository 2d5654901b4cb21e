/* The builder and the printer: what is built is what is printed, word by word. */
#include "loop/build.h"

#include <criterion/criterion.h>

static const char matmul_text[] = "fn matmul:\n"
                                  "  buffer x: input 0, 200704 elements, align 4\n"
                                  "  buffer w: weights + 64, 2048 elements, align 64\n"
                                  "  buffer y: output 0, 1792 elements, align 4\n"
                                  "  for oc in part(0, 4):\n"
                                  "    for y in 0, 56:\n"
                                  "      %1 = f32x8 0.5\n"
                                  "      %7 = for ic in 0, 64 with %2 = %1:\n"
                                  "        %3 = load f32x8 w[512*oc + 8*ic]\n"
                                  "        %4 = load f32 x[56*y + 3136*ic]\n"
                                  "        %5 = broadcast f32x8 %4\n"
                                  "        %6 = fma %3 %5 %2\n"
                                  "        yield %6\n"
                                  "      store y[448*oc + 8*y] %7\n";

Test(build, prints_a_nest_with_carried_values) {
    Arena *arena = arena_create();
    LoopBuilder *b = loop_builder(arena, "matmul");
    uint32_t x = loop_buffer(
        b, (LoopBuffer){.name = "x", .space = LOOP_INPUT, .elems = 64 * 3136, .align = 4});
    uint32_t w = loop_buffer(
        b,
        (LoopBuffer){.name = "w", .space = LOOP_WEIGHTS, .offset = 64, .elems = 2048, .align = 64});
    uint32_t y = loop_buffer(
        b, (LoopBuffer){.name = "y", .space = LOOP_OUTPUT, .elems = 4 * 448, .align = 4});
    LoopVar oc = loop_begin(b, LOOP_PARALLEL, "oc", loop_const(0), loop_const(4), NULL, 0);
    LoopVar row = loop_begin(b, LOOP_SERIAL, "y", loop_const(0), loop_const(56), NULL, 0);
    LoopVal sum = loop_f32(b, 8, 0.5f);
    LoopVar ic = loop_begin(b, LOOP_SERIAL, "ic", loop_const(0), loop_const(64), &sum, 1);
    LoopVal weights = loop_load(b, 8, 8, w, loop_plus(b, loop_var(b, ic, 8), loop_var(b, oc, 512)));
    LoopVal pixel =
        loop_load(b, 1, 1, x, loop_plus(b, loop_var(b, row, 56), loop_var(b, ic, 3136)));
    sum = loop_fma(b, weights, loop_broadcast(b, pixel, 8), sum);
    loop_end(b, &sum, 1);
    loop_store(b, sum, 8, y, loop_plus(b, loop_var(b, oc, 448), loop_var(b, row, 8)));
    loop_end(b, NULL, 0);
    loop_end(b, NULL, 0);
    Text text = text_in(arena);
    loop_print(&text, loop_finish(b));
    cr_assert_str_eq(text_str(&text), matmul_text);
    arena_destroy(arena);
}

static const char all_text[] = "fn all:\n"
                               "  buffer m: workspace + 128, 100 elements, align 64\n"
                               "  buffer t: local, 16 elements, align 64\n"
                               "  for i in unrolled(0, 2):\n"
                               "    for j in max(0, -i + 1), min(3, -2*i + 7):\n"
                               "      prefetch m[-i + j + 1]\n"
                               "      %1 = load f32x4 m[i - 1 + 8*((i + j) mod 3)] active 3\n"
                               "      %2 = load i32x4 m[16*((j) mod 2)]\n"
                               "      %3 = neg %1\n"
                               "      %4 = abs %3\n"
                               "      %5 = sqrt %4\n"
                               "      %6 = to_i32 %5\n"
                               "      %7 = to_f32 %6\n"
                               "      %8 = as_i32 %7\n"
                               "      %9 = as_f32 %8\n"
                               "      %10 = i32x4 -7\n"
                               "      %11 = add %10 %2\n"
                               "      %12 = shl %11 %10\n"
                               "      %13 = max %7 %9\n"
                               "      %14 = compare le %13 %1\n"
                               "      %15 = select %14 %13 %1\n"
                               "      %16 = shuffle %15 %1 [0 4 1 5 2 6 3 7]\n"
                               "      %17 = reduce_add %16\n"
                               "      %18 = reduce_max %16\n"
                               "      %23, %24 = for k in 0, 0 with %19, %20 = %17, %18:\n"
                               "        %21 = sub %19 %20\n"
                               "        %22 = div %19 %20\n"
                               "        yield %22, %21\n"
                               "      store t[0] %16 active 5\n"
                               "      store t[5] %23\n";

Test(build, prints_every_kind_of_statement) {
    Arena *arena = arena_create();
    LoopBuilder *b = loop_builder(arena, "all");
    uint32_t m = loop_buffer(
        b, (LoopBuffer){
               .name = "m", .space = LOOP_WORKSPACE, .offset = 128, .elems = 100, .align = 64});
    uint32_t t =
        loop_buffer(b, (LoopBuffer){.name = "t", .space = LOOP_LOCAL, .elems = 16, .align = 64});
    LoopVar i = loop_begin(b, LOOP_UNROLLED, "i", loop_const(0), loop_const(2), NULL, 0);
    LoopAffine lo[] = {loop_const(0), loop_offset(loop_var(b, i, -1), 1)};
    LoopAffine hi[] = {loop_const(3), loop_offset(loop_scale(b, loop_var(b, i, 1), -2), 7)};
    LoopVar j = loop_begin_clipped(b, "j", lo, 2, hi, 2, NULL, 0);
    LoopAffine i_plus_j = loop_plus(b, loop_var(b, j, 1), loop_var(b, i, 1));
    loop_prefetch(b, m, loop_offset(loop_plus(b, i_plus_j, loop_var(b, i, -2)), 1));
    LoopVal f = loop_load_at(b, (LoopType){LOOP_F32, 4}, 3,
                             (LoopAddr){.buffer = m,
                                        .offset = loop_offset(loop_var(b, i, 1), -1),
                                        .ring = 3,
                                        .ring_index = i_plus_j,
                                        .ring_stride = 8});
    LoopVal n = loop_load_at(
        b, (LoopType){LOOP_I32, 4}, 4,
        (LoopAddr){.buffer = m, .ring = 2, .ring_index = loop_var(b, j, 1), .ring_stride = 16});
    LoopVal u = f;
    for (LoopOp op = LOOP_NEG; op <= LOOP_SQRT; op++) u = loop_unary(b, op, u);
    LoopVal whole = loop_unary(b, LOOP_TO_F32, loop_unary(b, LOOP_TO_I32, u));
    LoopVal back = loop_unary(b, LOOP_AS_F32, loop_unary(b, LOOP_AS_I32, whole));
    LoopVal seven = loop_i32(b, 4, -7);
    loop_binary(b, LOOP_SHL, loop_binary(b, LOOP_ADD, seven, n), seven);
    LoopVal larger = loop_binary(b, LOOP_MAX, whole, back);
    LoopVal chosen = loop_select(b, loop_compare(b, LOOP_LE, larger, f), larger, f);
    LoopVal mixed = loop_shuffle(b, chosen, f, (const uint8_t[]){0, 4, 1, 5, 2, 6, 3, 7}, 8);
    LoopVal pair[] = {loop_reduce(b, LOOP_REDUCE_ADD, mixed),
                      loop_reduce(b, LOOP_REDUCE_MAX, mixed)};
    loop_begin(b, LOOP_SERIAL, "k", loop_const(0), loop_scale(b, loop_var(b, i, 3), 0), pair, 2);
    LoopVal difference = loop_binary(b, LOOP_SUB, pair[0], pair[1]);
    LoopVal quotient = loop_binary(b, LOOP_DIV, pair[0], pair[1]);
    pair[0] = quotient;
    pair[1] = difference;
    loop_end(b, pair, 2);
    loop_store(b, mixed, 5, t, loop_const(0));
    loop_store(b, pair[0], 1, t, loop_const(5));
    loop_end(b, NULL, 0);
    loop_end(b, NULL, 0);
    Text text = text_in(arena);
    loop_print(&text, loop_finish(b));
    cr_assert_str_eq(text_str(&text), all_text);
    cr_assert_eq(loop_lanes(b, mixed), 8);
    arena_destroy(arena);
}
