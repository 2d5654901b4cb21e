/* warp: pictures whose bilinear samples are known. */
#include "warp.h"

#include <criterion/criterion.h>
#include <math.h>

enum { WIDTH = 20, HEIGHT = 15, SIDE = 6, STRIDE = 9, ROWS = 8 };

static uint8_t bytes[WIDTH * HEIGHT * 3];
static float planes[3 * ROWS * STRIDE];

/* Red grows to the right, green downwards, blue is the same everywhere. */
static Picture ramp(void) {
    for (int y = 0; y < HEIGHT; y++)
        for (int x = 0; x < WIDTH; x++) {
            uint8_t *pixel = bytes + (y * WIDTH + x) * 3;
            pixel[0] = (uint8_t)(10 * x), pixel[1] = (uint8_t)(12 * y), pixel[2] = 51;
        }
    return (Picture){WIDTH, HEIGHT, 3, bytes};
}

static float at(int plane, int y, int x) { return planes[(plane * ROWS + y) * STRIDE + x]; }

static void expect(int y, int x, Point place) {
    cr_expect_float_eq(at(0, y, x), 51 / 127.5 - 1, 1e-6);
    cr_expect_float_eq(at(1, y, x), 12 * (place.y - 0.5) / 127.5 - 1, 1e-6);
    cr_expect_float_eq(at(2, y, x), 10 * (place.x - 0.5) / 127.5 - 1, 1e-6);
}

/* Whatever the steps, the mean of samples of a plane is its value in their middle. */
Test(warp, samples_planes_exactly) {
    const Grid grids[] = {{{3, 4}, {1, 0}, {0, 1}},
                          {{8, 3}, {0.8, 0.6}, {-0.6, 0.8}},
                          {{2, 2}, {2.4, 0.1}, {-0.1, 1.9}},
                          {{15, 11}, {-0.5, -0.3}, {0.3, -0.5}}};
    Picture picture = ramp();
    for (size_t i = 0; i < sizeof grids / sizeof *grids; i++) {
        const Grid *g = grids + i;
        warp(&picture, g, SIDE, SIDE - 1, planes, ROWS, STRIDE);
        for (int y = 0; y < SIDE - 1; y++)
            for (int x = 0; x < SIDE; x++)
                expect(y, x,
                       (Point){g->origin.x + (x + 0.5) * g->right.x + (y + 0.5) * g->down.x,
                               g->origin.y + (x + 0.5) * g->right.y + (y + 0.5) * g->down.y});
    }
}

Test(warp, takes_means_where_it_shrinks) {
    for (int i = 0; i < WIDTH * HEIGHT * 3; i++) bytes[i] = i / 3 % WIDTH % 4 ? 0 : 255;
    Picture picture = {WIDTH, HEIGHT, 3, bytes};
    Grid grid = {{0, 0}, {4, 0}, {0, 2}};
    warp(&picture, &grid, WIDTH / 4, SIDE, planes, ROWS, STRIDE);
    for (int y = 0; y < SIDE; y++)
        for (int x = 0; x < WIDTH / 4; x++) cr_expect_float_eq(at(0, y, x), -0.5, 1e-6);
}

Test(warp, repeats_the_border_beyond_it_and_leaves_the_rest) {
    Picture picture = ramp();
    for (int i = 0; i < 3 * ROWS * STRIDE; i++) planes[i] = 7;
    Grid grid = {{-1000, 1e9}, {1, 0}, {0, 1}};
    warp(&picture, &grid, SIDE, SIDE, planes, ROWS, STRIDE);
    expect(0, 0, (Point){0.5, HEIGHT - 0.5});
    expect(SIDE - 1, SIDE - 1, (Point){0.5, HEIGHT - 0.5});
    cr_expect_eq(at(0, 0, SIDE), 7);
    cr_expect_eq(at(0, SIDE, 0), 7);
    cr_expect_eq(at(2, ROWS - 1, STRIDE - 1), 7);
    grid.origin.x = 1e9;
    warp(&picture, &grid, SIDE, SIDE, planes, ROWS, STRIDE);
    expect(0, 0, (Point){WIDTH - 0.5, HEIGHT - 0.5});
}

Test(warp, grid_covers_a_rectangle) {
    Quad quad = {{{2, 1}, {10, 7}, {7, 11}, {-1, 5}}};
    Grid g = grid_over(&quad, 4, 2);
    cr_expect_float_eq(g.origin.x + 4 * g.right.x + 2 * g.down.x, 7, 1e-12);
    cr_expect_float_eq(g.origin.y + 4 * g.right.y + 2 * g.down.y, 11, 1e-12);
    cr_expect_float_eq(g.origin.x + 4 * g.right.x, 10, 1e-12);
    cr_expect_float_eq(g.origin.y + 2 * g.down.y, 5, 1e-12);
}
