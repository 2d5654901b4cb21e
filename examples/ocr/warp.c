#include "warp.h"

#include <math.h>

enum { COLOURS = 3 };

Grid grid_over(const Quad *quad, int width, int height) {
    const Point *at = quad->corner;
    return (Grid){at[0],
                  {(at[1].x - at[0].x) / width, (at[1].y - at[0].y) / width},
                  {(at[3].x - at[0].x) / height, (at[3].y - at[0].y) / height}};
}

static double clamp(double value, int extent) { return fmin(fmax(value, 0), extent - 1); }

/* Adds the colour between the middles of four pixels. */
static void add_sample(const Picture *picture, double x, double y, double sum[COLOURS]) {
    x = clamp(x - 0.5, picture->width);
    y = clamp(y - 0.5, picture->height);
    int left = (int)x, top = (int)y;
    double to_right = x - left, down = y - top;
    size_t row = (size_t)picture->width * COLOURS;
    const uint8_t *a = picture->bytes + (size_t)top * row + (size_t)left * COLOURS,
                  *b = left + 1 < picture->width ? a + COLOURS : a;
    size_t next = top + 1 < picture->height ? row : 0;
    for (int c = 0; c < COLOURS; c++) {
        double upper = a[c] + to_right * (b[c] - a[c]),
               lower = a[next + (size_t)c] + to_right * (b[next + (size_t)c] - a[next + (size_t)c]);
        sum[c] += upper + down * (lower - upper);
    }
}

static int samples_along(Point step) {
    double length = hypot(step.x, step.y);
    return length < 1.5 ? 1 : (int)lrint(length);
}

void warp(const Picture *picture, const Grid *g, int width, int height, float *planes, int rows,
          int stride) {
    int across = samples_along(g->right), along = samples_along(g->down);
    size_t plane = (size_t)rows * (size_t)stride;
    for (int y = 0; y < height; y++)
        for (int x = 0; x < width; x++) {
            double sum[COLOURS] = {0};
            for (int j = 0; j < along; j++)
                for (int i = 0; i < across; i++) {
                    double u = x + (i + 0.5) / across, v = y + (j + 0.5) / along;
                    add_sample(picture, g->origin.x + u * g->right.x + v * g->down.x,
                               g->origin.y + u * g->right.y + v * g->down.y, sum);
                }
            float *pixel = planes + (size_t)y * (size_t)stride + (size_t)x;
            for (int c = 0; c < COLOURS; c++)
                pixel[(size_t)(COLOURS - 1 - c) * plane] =
                    (float)(sum[c] / (across * along) / 127.5 - 1);
        }
}
