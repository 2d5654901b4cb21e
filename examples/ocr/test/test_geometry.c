/* geometry: hulls and rectangles against their definitions, on random points. */
#include "geometry.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { ROUNDS = 300, MOST_POINTS = 40 };

static unsigned state = 1;

static int random_below(int n) {
    state = state * 1664525u + 1013904223u;
    return (int)((state >> 8) % (unsigned)n);
}

/* Few enough places that points repeat and lie in rows. */
static int random_points(Point *points) {
    int n = 1 + random_below(MOST_POINTS), extent = 1 + random_below(12);
    for (int i = 0; i < n; i++)
        points[i] = (Point){random_below(extent), random_below(1 + extent / 2)};
    return n;
}

/* Positive if p lies clockwise of the way from a to b. */
static double side_of(Point a, Point b, Point p) {
    return (b.x - a.x) * (p.y - a.y) - (b.y - a.y) * (p.x - a.x);
}

static int is_one_of(const Point *points, int n, Point p) {
    for (int i = 0; i < n; i++)
        if (points[i].x == p.x && points[i].y == p.y) return 1;
    return 0;
}

Test(geometry, hull_has_all_points_on_one_side) {
    for (int round = 0; round < ROUNDS; round++) {
        Point points[MOST_POINTS], hull[MOST_POINTS];
        int n = random_points(points);
        memcpy(hull, points, sizeof hull);
        int corners = convex_hull(hull, n);
        cr_assert(corners >= 1 && corners <= n);
        for (int i = 0; i < corners; i++) {
            Point a = hull[i], b = hull[(i + 1) % corners], c = hull[(i + 2) % corners];
            cr_assert(is_one_of(points, n, a));
            if (corners > 2) cr_assert_gt(side_of(a, b, c), 0, "corner %d is none", i);
            for (int k = 0; k < n; k++) cr_assert_geq(side_of(a, b, points[k]), 0);
        }
        if (corners == 1)
            cr_assert(points[0].x == points[n - 1].x && points[0].y == points[n - 1].y);
    }
}

static double area_at(const Point *points, int n, double angle) {
    double x[2] = {INFINITY, -INFINITY}, y[2] = {INFINITY, -INFINITY};
    for (int i = 0; i < n; i++) {
        double u = points[i].x * cos(angle) + points[i].y * sin(angle),
               v = points[i].y * cos(angle) - points[i].x * sin(angle);
        x[0] = fmin(x[0], u), x[1] = fmax(x[1], u);
        y[0] = fmin(y[0], v), y[1] = fmax(y[1], v);
    }
    return (x[1] - x[0]) * (y[1] - y[0]);
}

Test(geometry, no_rectangle_is_smaller) {
    for (int round = 0; round < ROUNDS; round++) {
        Point points[MOST_POINTS], hull[MOST_POINTS];
        int n = random_points(points);
        memcpy(hull, points, sizeof hull);
        Rectangle r = smallest_rectangle(hull, convex_hull(hull, n));
        cr_assert_float_eq(hypot(r.along.x, r.along.y), 1, 1e-12);
        cr_assert_geq(r.along.x, fabs(r.along.y) - 1e-12);
        for (int i = 0; i < n; i++) {
            double dx = points[i].x - r.middle.x, dy = points[i].y - r.middle.y;
            cr_assert_leq(fabs(dx * r.along.x + dy * r.along.y), r.length / 2 + 1e-9);
            cr_assert_leq(fabs(dy * r.along.x - dx * r.along.y), r.height / 2 + 1e-9);
        }
        for (int degree = 0; degree < 90; degree++)
            cr_assert_leq(r.length * r.height, area_at(points, n, degree * acos(-1) / 180) + 1e-9);
    }
}

static void expect_quad(const Quad *quad, const double *expected) {
    for (int i = 0; i < 4; i++) {
        cr_expect_float_eq(quad->corner[i].x, expected[2 * i], 1e-9, "corner %d", i);
        cr_expect_float_eq(quad->corner[i].y, expected[2 * i + 1], 1e-9, "corner %d", i);
    }
}

Test(geometry, corners_go_clockwise_from_the_top_left_of_the_text) {
    Rectangle tilted = {{10, 20}, {0.8, 0.6}, 10, 5};
    Quad quad = rectangle_quad(&tilted);
    expect_quad(&quad, (double[]){7.5, 15, 15.5, 21, 12.5, 25, 4.5, 19});
    cr_expect_float_eq(quad_length(&quad), 10, 1e-9);
    cr_expect_float_eq(quad_height(&quad), 5, 1e-9);
    Quad turned = quad_turned(&quad);
    expect_quad(&turned, (double[]){12.5, 25, 4.5, 19, 7.5, 15, 15.5, 21});
}

Test(geometry, text_of_high_boxes_runs_downwards) {
    Rectangle square = {{0, 0}, {1, 0}, 2, 2.9}, high = {{0, 0}, {1, 0}, 2, 3};
    Quad quad = rectangle_quad(&square);
    expect_quad(&quad, (double[]){-1, -1.45, 1, -1.45, 1, 1.45, -1, 1.45});
    quad = rectangle_quad(&high);
    expect_quad(&quad, (double[]){1, -1.5, 1, 1.5, -1, 1.5, -1, -1.5});
    cr_expect_float_eq(quad_length(&quad), 3, 1e-9);
}
