#include "draw.h"

#include <math.h>

enum { COLOURS = 3, DIGIT_WIDTH = 3, DIGIT_HEIGHT = 5, ZOOM = 2, MARGIN = 2 };

static const double THICKNESS = 1.5;
static const uint8_t RED[COLOURS] = {214, 39, 40}, WHITE[COLOURS] = {255, 255, 255};

/* The digits, 3 pixels wide and 5 high: a bit for each, row by row from the highest. */
static const unsigned DIGITS[] = {075557, 026227, 071747, 071717, 055711,
                                  074717, 074757, 071122, 075757, 075717};

int picture_in_colour(const Picture *picture, Picture *coloured) {
    if (!picture_new(coloured, picture->width, picture->height, COLOURS)) return 0;
    size_t pixels = (size_t)picture->width * (size_t)picture->height;
    int n = picture->channels, has_colour = n >= COLOURS, has_opacity = n % 2 == 0;
    for (size_t i = 0; i < pixels; i++) {
        const uint8_t *pixel = picture->bytes + i * (size_t)n;
        int opacity = has_opacity ? pixel[n - 1] : 255;
        for (int c = 0; c < COLOURS; c++)
            coloured->bytes[i * COLOURS + (size_t)c] =
                (uint8_t)(255 - ((255 - pixel[has_colour ? c : 0]) * opacity + 127) / 255);
    }
    return 1;
}

/* x and y are at least 0. */
static void blend(Picture *picture, int x, int y, const uint8_t colour[COLOURS], double opacity) {
    if (x >= picture->width || y >= picture->height) return;
    uint8_t *pixel = picture->bytes + ((size_t)y * (size_t)picture->width + (size_t)x) * COLOURS;
    for (int c = 0; c < COLOURS; c++)
        pixel[c] = (uint8_t)lrint(pixel[c] + opacity * (colour[c] - pixel[c]));
}

static double distance_to(Point a, Point b, double x, double y) {
    double dx = b.x - a.x, dy = b.y - a.y, square = dx * dx + dy * dy,
           along = square > 0 ? ((x - a.x) * dx + (y - a.y) * dy) / square : 0;
    along = fmin(fmax(along, 0), 1);
    return hypot(a.x + along * dx - x, a.y + along * dy - y);
}

/* A pixel is as opaque as the line covers it. */
static void draw_line(Picture *picture, Point a, Point b) {
    double left = fmax(fmin(a.x, b.x) - 2, 0), right = fmin(fmax(a.x, b.x) + 2, picture->width),
           top = fmax(fmin(a.y, b.y) - 2, 0), bottom = fmin(fmax(a.y, b.y) + 2, picture->height);
    for (int y = (int)top; y < bottom; y++)
        for (int x = (int)left; x < right; x++) {
            double cover = THICKNESS / 2 + 0.5 - distance_to(a, b, x + 0.5, y + 0.5);
            if (cover > 0) blend(picture, x, y, RED, fmin(cover, 1));
        }
}

static void draw_digit(Picture *picture, int left, int top, int digit) {
    for (int y = 0; y < DIGIT_HEIGHT * ZOOM; y++)
        for (int x = 0; x < DIGIT_WIDTH * ZOOM; x++) {
            int bit = (DIGIT_HEIGHT - 1 - y / ZOOM) * DIGIT_WIDTH + DIGIT_WIDTH - 1 - x / ZOOM;
            if (DIGITS[digit] >> bit & 1) blend(picture, left + x, top + y, WHITE, 1);
        }
}

/* On a red ground around a point. */
static void draw_number(Picture *picture, double x, double y, int number, int width, int height) {
    int left = (int)fmax(fmin(x - width / 2.0, picture->width - width), 0),
        top = (int)fmax(fmin(y - height / 2.0, picture->height - height), 0);
    for (int i = 0; i < height; i++)
        for (int j = 0; j < width; j++) blend(picture, left + j, top + i, RED, 1);
    for (int right = left + width - MARGIN; number > 0; number /= 10) {
        draw_digit(picture, right - DIGIT_WIDTH * ZOOM, top + MARGIN, number % 10);
        right -= (DIGIT_WIDTH + 1) * ZOOM;
    }
}

void draw_box(Picture *picture, const Quad *quad, int number) {
    const Point *at = quad->corner;
    for (int i = 0; i < 4; i++) draw_line(picture, at[i], at[(i + 1) % 4]);

    int digits = 0;
    for (int rest = number; rest > 0; rest /= 10) digits++;
    int width = digits * (DIGIT_WIDTH + 1) * ZOOM - ZOOM + 2 * MARGIN,
        height = DIGIT_HEIGHT * ZOOM + 2 * MARGIN;
    double length = fmax(quad_length(quad), 1), away = (width + THICKNESS) / 2 / length;
    draw_number(picture, (at[0].x + at[3].x) / 2 - away * (at[1].x - at[0].x),
                (at[0].y + at[3].y) / 2 - away * (at[1].y - at[0].y), number, width, height);
}
