/* tensor/conv_arith: the guide's relationships, the paddings, inverse solving, overflow. */
#include "axis_sweep.h"

#include <criterion/criterion.h>
#include <stdio.h>

#define COUNT(table) (sizeof(table) / sizeof(table)[0])

static const char *axis_text(const ConvAxis *axis) {
    static char text[200];
    snprintf(text, sizeof text, "i=%lld k=%lld s=%lld d=%lld p=(%lld, %lld) a=%lld%s",
             (long long)axis->i, (long long)axis->k, (long long)axis->s, (long long)axis->d,
             (long long)axis->pad_lo, (long long)axis->pad_hi, (long long)axis->a,
             axis->ceil ? " ceil" : "");
    return text;
}

static int64_t output_of(const ConvAxis *axis) {
    int64_t o = -1;
    return conv_output_extent(axis, &o) == CONV_OK ? o : -1;
}

static int64_t transposed_output_of(const ConvAxis *axis) {
    int64_t o = -1;
    return tconv_output_extent(axis, &o) == CONV_OK ? o : -1;
}

/* Rows R1..R7, R15 and X3 of arithmetic.md, the examples of the paper's figures. */
Test(conv_arith, relationships_of_convolution) {
    static const struct {
        const char *row;
        ConvAxis axis;
        int64_t o;
    } table[] = {
        {"R1 Fig 2.1", {.i = 4, .k = 3, .s = 1, .d = 1}, 2},
        {"R1 Fig 2.8a", {.i = 5, .k = 3, .s = 1, .d = 1}, 3},
        {"R2 Fig 2.2", {.i = 5, .k = 4, .s = 1, .d = 1, .pad_lo = 2, .pad_hi = 2}, 6},
        {"R3 Fig 2.3", {.i = 5, .k = 3, .s = 1, .d = 1, .pad_lo = 1, .pad_hi = 1}, 5},
        {"R4 Fig 2.4", {.i = 5, .k = 3, .s = 1, .d = 1, .pad_lo = 2, .pad_hi = 2}, 7},
        {"R5 Fig 2.5", {.i = 5, .k = 3, .s = 2, .d = 1}, 2},
        {"R6 Fig 2.6", {.i = 5, .k = 3, .s = 2, .d = 1, .pad_lo = 1, .pad_hi = 1}, 3},
        {"R6f Fig 2.7", {.i = 6, .k = 3, .s = 2, .d = 1, .pad_lo = 1, .pad_hi = 1}, 3},
        {"R7 Fig 1.5", {.i = 5, .k = 3, .s = 1, .d = 1}, 3},
        {"R7 non-overlapping", {.i = 5, .k = 2, .s = 2, .d = 1}, 2},
        {"R15 Fig 5.1", {.i = 7, .k = 3, .s = 1, .d = 2}, 3},
        {"X3 causal", {.i = 7, .k = 3, .s = 1, .d = 2, .pad_lo = 4}, 7},
        {"S1 dense", {.i = 9, .k = 9, .s = 1, .d = 1}, 1},
        {"S5 depth", {.i = 4, .k = 3, .s = 1, .d = 1}, 2},
        {"S5 height", {.i = 5, .k = 2, .s = 2, .d = 1, .pad_lo = 1, .pad_hi = 1}, 3},
        {"S5 width", {.i = 6, .k = 3, .s = 2, .d = 1, .pad_lo = 1, .pad_hi = 1}, 3},
        {"E4", {.i = 4, .k = 3, .s = 2, .d = 2}, -1},
        {"E8", {.i = 2, .k = 3, .s = 1, .d = 1, .pad_lo = 7, .pad_hi = 7}, 14},
    };
    for (size_t n = 0; n < COUNT(table); n++)
        cr_expect_eq(output_of(&table[n].axis), table[n].o, "%s", table[n].row);
    int64_t untouched = 77;
    cr_assert_eq(conv_output_extent(&(ConvAxis){.i = 4, .k = 5, .s = 1, .d = 1}, &untouched),
                 CONV_KERNEL_TOO_LARGE);
    cr_assert_eq(untouched, 77);
}

/* Rows R8..R14, and E15..E20 of section 2. */
Test(conv_arith, relationships_of_transposed_convolution) {
    static const struct {
        const char *row;
        ConvAxis axis;
        int64_t o;
    } table[] = {
        {"R8 Fig 4.1", {.i = 2, .k = 3, .s = 1, .d = 1}, 4},
        {"R9 Fig 4.2", {.i = 6, .k = 4, .s = 1, .d = 1, .pad_lo = 2, .pad_hi = 2}, 5},
        {"R10 Fig 4.3", {.i = 5, .k = 3, .s = 1, .d = 1, .pad_lo = 1, .pad_hi = 1}, 5},
        {"R11 Fig 4.4", {.i = 7, .k = 3, .s = 1, .d = 1, .pad_lo = 2, .pad_hi = 2}, 5},
        {"R12 Fig 4.5", {.i = 2, .k = 3, .s = 2, .d = 1}, 5},
        {"R13 Fig 4.6", {.i = 3, .k = 3, .s = 2, .d = 1, .pad_lo = 1, .pad_hi = 1}, 5},
        {"R14 Fig 4.7", {.i = 3, .k = 3, .s = 2, .d = 1, .pad_lo = 1, .pad_hi = 1, .a = 1}, 6},
        {"E14 least", {.i = 6, .k = 3, .s = 2, .d = 1, .pad_lo = 1, .pad_hi = 1}, 11},
        {"E17 p=0", {.i = 3, .k = 2, .s = 3, .d = 1}, 8},
        {"E17 a=1", {.i = 3, .k = 2, .s = 3, .d = 1, .a = 1}, 9},
        {"E19", {.i = 5, .k = 2, .s = 3, .d = 1}, 14},
        {"E20", {.i = 10, .k = 3, .s = 1, .d = 3, .pad_lo = 1, .pad_hi = 1}, 14},
        {"E20 d=2", {.i = 10, .k = 3, .s = 1, .d = 2}, 14},
        {"E20 strided", {.i = 50, .k = 3, .s = 2, .d = 3, .pad_lo = 4, .pad_hi = 4}, 97},
        {"nothing left", {.i = 2, .k = 3, .s = 1, .d = 1, .pad_lo = 2, .pad_hi = 2}, -1},
        {"one left", {.i = 3, .k = 3, .s = 1, .d = 1, .pad_lo = 2, .pad_hi = 2}, 1},
    };
    for (size_t n = 0; n < COUNT(table); n++)
        cr_expect_eq(transposed_output_of(&table[n].axis), table[n].o, "%s", table[n].row);
}

/* E10: PyTorch's and ONNX's rule; the last four are where rounding up alone is wrong. */
Test(conv_arith, rounding_up) {
    static const struct {
        int64_t i, k, s, p, floor, ceil;
    } table[] = {{4, 3, 2, 0, 1, 2}, {5, 2, 2, 0, 2, 3}, {6, 3, 3, 1, 2, 3}, {7, 2, 3, 0, 2, 3},
                 {5, 3, 3, 1, 2, 2}, {9, 4, 4, 2, 3, 3}, {6, 1, 2, 0, 3, 3}, {32, 1, 2, 0, 16, 16}};
    for (size_t n = 0; n < COUNT(table); n++) {
        ConvAxis axis = {.i = table[n].i, .k = table[n].k, .s = table[n].s, .d = 1};
        axis.pad_lo = axis.pad_hi = table[n].p;
        cr_expect_eq(output_of(&axis), table[n].floor, "%s", axis_text(&axis));
        axis.ceil = true;
        cr_expect_eq(output_of(&axis), table[n].ceil, "%s", axis_text(&axis));
    }
}

/* Sizes, leftover and the way back, over all geometries of the sweep. */
Test(conv_arith, sizes_agree_with_sliding_windows) {
    int64_t legal = 0, rounded_up = 0, undone = 0;
    for (ConvAxis axis = {0}; sweep_next(&axis);) {
        for (int up = 0; up < 2; up++) {
            ConvAxis forward = axis;
            forward.ceil = up;
            int64_t windows = brute_windows(&forward), o = -1;
            ConvStatus status = conv_output_extent(&forward, &o);
            cr_assert_eq(status, windows ? CONV_OK : CONV_KERNEL_TOO_LARGE, "%s",
                         axis_text(&forward));
            if (windows == 0) continue;
            cr_assert_eq(o, windows, "%s", axis_text(&forward));
            legal += !up;
            rounded_up += up && windows > brute_windows(&axis);

            ConvAxis back = {0};
            cr_assert_eq(conv_transpose_of(&forward, &back), CONV_OK, "%s", axis_text(&forward));
            cr_assert(back.i == o && back.a >= 0 && back.pad_lo == forward.pad_lo && !back.ceil,
                      "%s", axis_text(&forward));
            cr_assert(back.a == 0 || back.pad_hi == forward.pad_hi, "%s", axis_text(&forward));
            cr_assert_eq(transposed_output_of(&back), forward.i, "%s", axis_text(&forward));
            if (up) continue;
            int64_t leftover = -1;
            cr_assert_eq(conv_leftover(&axis, &leftover), CONV_OK);
            cr_assert_eq(leftover, back.a, "%s", axis_text(&axis));
            undone++;
        }
    }
    cr_assert_geq(legal, 1527);
    cr_assert_geq(rounded_up, 500);
    cr_assert_eq(undone, legal);
}

/* The table of paddings, each word by its numbers and by what it promises. */
Test(conv_arith, pad_words) {
    static const struct {
        const char *name;
        PadWord word;
        int64_t i, k, s, d, lo, hi, o;
    } table[] = {{"valid", PAD_VALID, 7, 3, 2, 1, 0, 0, 3},
                 {"half odd", PAD_HALF, 7, 5, 1, 1, 2, 2, 7},
                 {"half even", PAD_HALF, 5, 4, 1, 1, 2, 2, 6},
                 {"half d=2", PAD_HALF, 9, 3, 1, 2, 2, 2, 9},
                 {"same E1v", PAD_SAME, 6, 3, 2, 1, 0, 1, 3},
                 {"same odd", PAD_SAME, 5, 3, 2, 1, 1, 1, 3},
                 {"same k=4", PAD_SAME, 32, 4, 1, 1, 1, 2, 32},
                 {"same E2 s>k", PAD_SAME, 6, 1, 2, 1, 0, 0, 3},
                 {"full", PAD_FULL, 5, 3, 1, 1, 2, 2, 7},
                 {"full d=2", PAD_FULL, 5, 3, 1, 2, 4, 4, 9},
                 {"causal", PAD_CAUSAL, 7, 3, 1, 2, 4, 0, 7},
                 {"causal s=2", PAD_CAUSAL, 7, 3, 2, 1, 2, 0, 4}};
    for (size_t n = 0; n < COUNT(table); n++) {
        ConvAxis axis = {.i = table[n].i, .k = table[n].k, .s = table[n].s, .d = table[n].d};
        axis.pad_lo = axis.pad_hi = 99;
        cr_assert_eq(conv_pad_word(table[n].word, &axis), CONV_OK);
        cr_expect(axis.pad_lo == table[n].lo && axis.pad_hi == table[n].hi, "%s: %s", table[n].name,
                  axis_text(&axis));
        cr_expect_eq(output_of(&axis), table[n].o, "%s", table[n].name);
    }
    for (ConvAxis axis = {0}; sweep_next(&axis);) {
        int64_t same = (axis.i + axis.s - 1) / axis.s;
        for (int up = 0; up < 2; up++) {
            ConvAxis padded = axis;
            padded.ceil = up;
            cr_assert_eq(conv_pad_word(PAD_SAME, &padded), CONV_OK);
            cr_assert_eq(output_of(&padded), same, "same %s", axis_text(&padded));
            int64_t lopsided = padded.pad_hi - padded.pad_lo;
            cr_assert(lopsided == 0 || lopsided == 1, "same %s", axis_text(&padded));
        }
        ConvAxis padded = axis;
        cr_assert_eq(conv_pad_word(PAD_CAUSAL, &padded), CONV_OK);
        cr_assert_eq(output_of(&padded), same, "causal %s", axis_text(&padded));
        cr_assert_eq(padded.pad_lo, brute_kernel(&axis) - 1, "causal %s", axis_text(&padded));
    }
}

Test(conv_arith, pad_words_of_transposed_layers) {
    static const struct {
        const char *name;
        PadWord word;
        int64_t i, k, s, d, lo, hi, a, o;
    } table[] = {{"valid keeps a", PAD_VALID, 3, 3, 2, 1, 0, 0, 1, 8},
                 {"half keeps a", PAD_HALF, 3, 3, 2, 1, 1, 1, 1, 6},
                 {"full keeps a", PAD_FULL, 4, 3, 2, 1, 2, 2, 1, 6},
                 {"same E16", PAD_SAME, 3, 3, 2, 1, 0, 1, 0, 6},
                 {"same k=4", PAD_SAME, 3, 4, 2, 1, 1, 1, 0, 6},
                 {"same E17 s>k", PAD_SAME, 3, 2, 3, 1, 0, 0, 1, 9},
                 {"same d=2", PAD_SAME, 3, 3, 1, 2, 2, 2, 0, 3},
                 {"causal", PAD_CAUSAL, 3, 3, 2, 1, 0, 1, 0, 6},
                 {"causal k=5", PAD_CAUSAL, 3, 5, 2, 1, 0, 3, 0, 6},
                 {"causal s>k", PAD_CAUSAL, 3, 1, 3, 1, 0, 0, 2, 9}};
    for (size_t n = 0; n < COUNT(table); n++) {
        ConvAxis axis = {
            .i = table[n].i, .k = table[n].k, .s = table[n].s, .d = table[n].d, .a = 1};
        axis.pad_lo = axis.pad_hi = 99;
        cr_assert_eq(tconv_pad_word(table[n].word, &axis), CONV_OK);
        cr_expect(axis.pad_lo == table[n].lo && axis.pad_hi == table[n].hi && axis.a == table[n].a,
                  "%s: %s", table[n].name, axis_text(&axis));
        cr_expect_eq(transposed_output_of(&axis), table[n].o, "%s", table[n].name);
    }
    for (ConvAxis axis = {0}; sweep_next(&axis);)
        for (int causal = 0; causal < 2; causal++) {
            ConvAxis padded = axis;
            cr_assert_eq(tconv_pad_word(causal ? PAD_CAUSAL : PAD_SAME, &padded), CONV_OK);
            cr_assert_eq(transposed_output_of(&padded), axis.s * axis.i, "%s", axis_text(&padded));
            cr_assert(padded.a == 0 || padded.pad_lo + padded.pad_hi == 0, "%s",
                      axis_text(&padded));
        }
}

/* U-Net on 358: the two pools that round up and what undoes them (language.md 2.9). */
Test(conv_arith, transpose_of_a_rounded_up_pool) {
    static const struct {
        int64_t i, o, pad_hi, a;
        bool ceil;
    } table[] = {{179, 90, 1, 0, true}, {358, 179, 0, 0, true}, {179, 89, 0, 1, false}};
    for (size_t n = 0; n < COUNT(table); n++) {
        ConvAxis pool = {.i = table[n].i, .k = 2, .s = 2, .d = 1, .ceil = table[n].ceil}, back;
        cr_assert_eq(conv_transpose_of(&pool, &back), CONV_OK);
        cr_expect(back.i == table[n].o && back.pad_lo == 0 && back.pad_hi == table[n].pad_hi &&
                      back.a == table[n].a,
                  "%s gives %lld %s", axis_text(&pool), (long long)back.i, axis_text(&back));
    }
}

/* The inputs of one size against trying every value. */
Test(conv_arith, inputs_of_a_size) {
    enum { TRIED = 40 };
    int64_t solved = 0;
    for (ConvAxis axis = {0}; sweep_next(&axis);) {
        if (axis.i > 1 || axis.pad_lo > 2 || axis.pad_hi > 2) continue;
        for (int64_t o = 1; o <= 8; o++) {
            ConvRange range = conv_solve_input(&axis, o);
            for (int64_t i = 1; i < TRIED; i++) {
                ConvAxis with = axis;
                with.i = i;
                bool is = brute_windows(&with) == o;
                cr_assert_eq(is, range.lo <= i && i <= range.hi, "o=%lld: %s", (long long)o,
                             axis_text(&with));
                solved += is;
            }
        }
    }
    cr_assert_geq(solved, 5000);
    ConvAxis axis = {.i = 5, .k = 3, .s = 1, .d = 1};
    cr_assert_gt(conv_solve_input(&axis, 0).lo, conv_solve_input(&axis, 0).hi);
}

/* Dead windows and the unread tail against looking at every cell. */
Test(conv_arith, dead_windows_and_unread_tails) {
    int64_t with_dead = 0, stepping_over = 0, with_tail = 0;
    for (ConvAxis axis = {0}; sweep_next(&axis);)
        for (int up = 0; up < 2; up++) {
            axis.ceil = up;
            int64_t o = brute_windows(&axis);
            if (o == 0) continue;
            TapTable table;
            brute_conv_taps(&axis, o, &table);
            int64_t dead = 0, over = 0, end = 0;
            for (int64_t u = 0; u < o; u++) {
                bool lives = false;
                for (int64_t t = 0; t < axis.k; t++) lives |= table.read[u][t] != NO_DATA;
                int64_t begin = u * axis.s - axis.pad_lo;
                dead += !lives;
                over += !lives && begin < 0 && begin + brute_kernel(&axis) > 0;
                end = begin + brute_kernel(&axis);
            }
            int64_t tail = 0;
            for (int64_t x = 0; x < axis.i; x++) tail += x >= end;
            cr_assert_eq(conv_dead_windows(&axis, o), dead, "%s", axis_text(&axis));
            cr_assert_eq(conv_unread_tail(&axis, o), tail, "%s", axis_text(&axis));
            with_dead += dead > 0;
            stepping_over += over > 0;
            with_tail += tail > 0;
        }
    cr_assert(with_dead > 1000 && stepping_over > 100 && with_tail > 500, "%lld %lld %lld",
              (long long)with_dead, (long long)stepping_over, (long long)with_tail);
}

/* Dead windows of dilated kernels far wider than their input, where counting one by one would be
 * slow, against counting one by one on sizes where it is not; then a huge one in closed form. */
Test(conv_arith, dead_windows_of_wide_dilation) {
    for (int64_t d = 2; d < 40; d += 3)
        for (int64_t s = 1; s < 45; s += 4)
            for (int64_t i = 1; i < d; i += 2) {
                ConvAxis axis = {.i = i, .k = 3, .s = s, .d = d, .pad_lo = 2 * d, .pad_hi = 2 * d};
                int64_t o = brute_windows(&axis), dead = 0;
                for (int64_t u = 0; u < o; u++) {
                    bool lives = false;
                    for (int64_t t = 0; t < 3; t++) {
                        int64_t x = u * s - axis.pad_lo + t * d;
                        lives |= x >= 0 && x < i;
                    }
                    dead += !lives;
                }
                cr_assert_eq(conv_dead_windows(&axis, o), dead, "%s", axis_text(&axis));
            }
    /* i = 1, s = 1: exactly the windows with a tap on element 0 live, k of them. */
    ConvAxis huge = {.i = 1, .k = 3, .s = 1, .d = INT64_C(1) << 40};
    huge.pad_lo = huge.pad_hi = INT64_C(1) << 42;
    int64_t o = output_of(&huge);
    cr_assert_eq(conv_dead_windows(&huge, o), o - 3);
}

Test(conv_arith, overflow_is_reported) {
    const int64_t big = INT64_MAX;
    int64_t o = 77;
    ConvAxis back = {.i = 77};
    ConvAxis out_of_range[] = {{.i = big, .k = 1, .s = 1, .d = 1, .pad_lo = 1},
                               {.i = big, .k = 1, .s = 1, .d = 1, .pad_hi = big},
                               {.i = 1, .k = 3, .s = 1, .d = big},
                               {.i = 1, .k = big, .s = 1, .d = 2},
                               {.i = 1, .k = 2, .s = 1, .d = big, .pad_lo = big}};
    for (size_t n = 0; n < COUNT(out_of_range); n++) {
        ConvAxis *axis = &out_of_range[n];
        cr_expect_eq(conv_output_extent(axis, &o), CONV_OVERFLOW, "%s", axis_text(axis));
        cr_expect_eq(conv_leftover(axis, &o), CONV_OVERFLOW, "%s", axis_text(axis));
        cr_expect_eq(conv_transpose_of(axis, &back), CONV_OVERFLOW, "%s", axis_text(axis));
    }
    ConvAxis transposed[] = {{.i = big, .k = 1, .s = 2, .d = 1},
                             {.i = 2, .k = 2, .s = big, .d = 1},
                             {.i = 2, .k = 1, .s = big - 1, .d = 1, .a = 1},
                             {.i = 1, .k = 3, .s = 1, .d = big}};
    for (size_t n = 0; n < COUNT(transposed); n++)
        cr_expect_eq(tconv_output_extent(&transposed[n], &o), CONV_OVERFLOW, "%s",
                     axis_text(&transposed[n]));
    for (int word = PAD_VALID; word <= PAD_CAUSAL; word++) {
        ConvAxis axis = {.i = 1, .k = 3, .s = 1, .d = big, .pad_lo = 5};
        cr_expect_eq(conv_pad_word((PadWord)word, &axis), CONV_OVERFLOW);
        cr_expect_eq(tconv_pad_word((PadWord)word, &axis), CONV_OVERFLOW);
        cr_expect_eq(axis.pad_lo, 5);
    }
    cr_assert(o == 77 && back.i == 77, "outputs are untouched on failure");
}

Test(conv_arith, the_largest_sizes_that_fit) {
    const int64_t big = INT64_MAX;
    cr_expect_eq(output_of(&(ConvAxis){.i = big, .k = 1, .s = 1, .d = 1}), big);
    cr_expect_eq(output_of(&(ConvAxis){.i = big, .k = 1, .s = 1, .d = 1, .ceil = true}), big);
    cr_expect_eq(output_of(&(ConvAxis){.i = big, .k = 1, .s = big, .d = 1, .ceil = true}), 1);
    cr_expect_eq(output_of(&(ConvAxis){.i = 2, .k = 2, .s = 1, .d = big - 1, .pad_lo = big - 2}),
                 1);
    cr_expect_eq(transposed_output_of(&(ConvAxis){.i = big, .k = 1, .s = 1, .d = 1}), big);
    cr_expect_eq(transposed_output_of(
                     &(ConvAxis){.i = 1, .k = 1, .s = 1, .d = 1, .pad_lo = big, .pad_hi = big}),
                 -1);
    ConvAxis axis = {.i = big, .k = 1, .s = 1, .d = 1};
    cr_expect_eq(conv_solve_input(&axis, big).lo, big);
    axis.s = 2;
    cr_expect_gt(conv_solve_input(&axis, big).lo, conv_solve_input(&axis, big).hi);
    cr_expect_eq(conv_solve_input(&axis, big / 2 + 1).hi, big);
}
