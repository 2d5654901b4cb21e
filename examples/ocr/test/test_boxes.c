/* boxes: bars drawn at known places. */
#include "boxes.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>

enum { WIDTH = 200, HEIGHT = 120 };

static float map[WIDTH * HEIGHT];

static void draw_bar(Rectangle bar, float value) {
    for (int y = 0; y < HEIGHT; y++)
        for (int x = 0; x < WIDTH; x++) {
            double dx = x + 0.5 - bar.middle.x, dy = y + 0.5 - bar.middle.y;
            if (fabs(dx * bar.along.x + dy * bar.along.y) <= bar.length / 2 &&
                fabs(dy * bar.along.x - dx * bar.along.y) <= bar.height / 2)
                map[y * WIDTH + x] = value;
        }
}

static void draw_level(double x, double y, double length, double height, float value) {
    draw_bar((Rectangle){{x, y}, {1, 0}, length, height}, value);
}

Test(boxes, grow_by_their_area_and_perimeter) {
    draw_level(60.5, 40.5, 61, 31, 0.29f); /* not above 0.3 */
    draw_level(60.5, 40.5, 41, 11, 1);     /* the middles of whose pixels are 40 and 10 apart */
    Quads quads;
    cr_assert(boxes_find(map, WIDTH, HEIGHT, &quads));
    cr_assert_eq(quads.count, 1);
    double growth = 2.0 * 40 * 10 / 100;
    cr_expect_float_eq(quads.items[0].corner[0].x, 60.5 - 20 - growth, 1e-9);
    cr_expect_float_eq(quads.items[0].corner[0].y, 40.5 - 5 - growth, 1e-9);
    cr_expect_float_eq(quad_length(quads.items), 40 + 2 * growth, 1e-9);
    cr_expect_float_eq(quad_height(quads.items), 10 + 2 * growth, 1e-9);
    free(quads.items);
}

Test(boxes, follow_tilted_text) {
    Rectangle bar = {{100, 60}, {cos(0.3), sin(0.3)}, 120, 16};
    draw_bar(bar, 1);
    Quads quads;
    cr_assert(boxes_find(map, WIDTH, HEIGHT, &quads));
    cr_assert_eq(quads.count, 1);
    const Point *at = quads.items[0].corner;
    cr_expect_float_eq(atan2(at[1].y - at[0].y, at[1].x - at[0].x), 0.3, 0.02);
    cr_expect_float_eq(quad_middle(quads.items).x, 100, 1);
    cr_expect_float_eq(quad_middle(quads.items).y, 60, 1);
    cr_expect_float_eq(quad_height(quads.items), 16 + 2 * 2.0 * 120 * 16 / 272, 2.5);
    free(quads.items);
}

Test(boxes, leave_out_what_is_thin_or_uncertain) {
    draw_level(50, 20.5, 40, 3, 1);     /* the middles of its rows are 2 apart */
    draw_level(50, 50, 40, 20, 0.45f);  /* above 0.3, but not 0.5 in the mean */
    draw_level(150, 50, 40, 20, 0.29f); /* not above 0.3 */
    Quads quads;
    cr_assert(boxes_find(map, WIDTH, HEIGHT, &quads));
    cr_assert_eq(quads.count, 0);
    cr_assert_null(quads.items);
    draw_level(50, 20, 40, 4, 1);
    draw_level(50, 50, 40, 20, 0.55f);
    cr_assert(boxes_find(map, WIDTH, HEIGHT, &quads));
    cr_assert_eq(quads.count, 2);
    free(quads.items);
}

Test(boxes, stand_in_the_order_of_reading) {
    draw_level(150, 20, 40, 10, 1);
    draw_level(50, 22, 40, 10, 1); /* a little lower, but in the same row */
    draw_level(150, 60, 40, 10, 1);
    draw_level(50, 60, 40, 10, 1);
    draw_level(100, 100, 40, 10, 1);
    const double expected[][2] = {{50, 22}, {150, 20}, {50, 60}, {150, 60}, {100, 100}};
    Quads quads;
    cr_assert(boxes_find(map, WIDTH, HEIGHT, &quads));
    cr_assert_eq(quads.count, 5);
    for (int i = 0; i < 5; i++) {
        cr_expect_float_eq(quad_middle(quads.items + i).x, expected[i][0], 1, "box %d", i);
        cr_expect_float_eq(quad_middle(quads.items + i).y, expected[i][1], 1, "box %d", i);
    }
    free(quads.items);
}

Test(boxes, of_many_sets) {
    for (int y = 0; y < HEIGHT; y += 6)
        for (int x = 0; x < WIDTH; x += 8)
            for (int i = 0; i < 4; i++)
                for (int j = 0; j < 6; j++) map[(y + i) * WIDTH + x + j] = 1;
    Quads quads;
    cr_assert(boxes_find(map, WIDTH, HEIGHT, &quads));
    cr_assert_eq(quads.count, HEIGHT / 6 * (WIDTH / 8));
    free(quads.items);
}
