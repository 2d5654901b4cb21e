/* draw: colours, outlines, and boxes beyond the picture. */
#include "draw.h"

#include <criterion/criterion.h>
#include <string.h>

static uint8_t *pixel_at(const Picture *picture, int x, int y) {
    return picture->bytes + (y * picture->width + x) * picture->channels;
}

Test(draw, colours_of_every_kind_of_picture) {
    static uint8_t kinds[][4] = {{100}, {100, 52}, {10, 20, 30}, {10, 20, 30, 0}};
    static const uint8_t expected[][3] = {
        {100, 100, 100}, {223, 223, 223}, {10, 20, 30}, {255, 255, 255}};
    for (int i = 0; i < 4; i++) {
        Picture picture = {1, 1, i + 1, kinds[i]}, coloured;
        cr_assert(picture_in_colour(&picture, &coloured));
        cr_assert_eq(coloured.channels, 3);
        cr_expect_arr_eq(coloured.bytes, expected[i], 3, "%d channels", i + 1);
        picture_free(&coloured);
    }
}

Test(draw, an_outline_and_a_number) {
    Picture picture;
    cr_assert(picture_new(&picture, 80, 60, 3));
    Quad quad = {{{30, 20}, {70, 20}, {70, 40}, {30, 40}}};
    draw_box(&picture, &quad, 1);
    static const uint8_t red[] = {214, 39, 40}, black[3] = {0};
    for (int x = 32; x < 68; x++) {
        cr_expect_gt(*pixel_at(&picture, x, 20), 107);
        cr_expect_gt(*pixel_at(&picture, x, 39), 107);
        cr_expect_arr_eq(pixel_at(&picture, x, 30), black, 3);
    }
    cr_expect_gt(*pixel_at(&picture, 69, 30), 107);
    cr_expect_arr_eq(pixel_at(&picture, 20, 24), red, 3, "the ground of the number");
    cr_expect_eq(pixel_at(&picture, 22, 34)[1], 255, "the foot of 1");
    cr_expect_eq(pixel_at(&picture, 26, 26)[1], 39, "nothing right of its top");
    picture_free(&picture);
}

Test(draw, nothing_beyond_the_picture) {
    Picture picture;
    for (int side = 1; side < 40; side += 6) {
        cr_assert(picture_new(&picture, side, 40 - side, 3));
        for (int shift = -60; shift <= 60; shift += 15) {
            Quad quad = {{{shift, -9}, {90, shift}, {50, 50}, {-1e6, shift}}};
            draw_box(&picture, &quad, 1234567890);
        }
        picture_free(&picture);
    }
}
