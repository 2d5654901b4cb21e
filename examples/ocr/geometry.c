#include "geometry.h"

#include <math.h>
#include <stdlib.h>

static const double UPRIGHT = 1.5; /* height by length from which on text runs downwards */

static Point plus(Point a, Point b) { return (Point){a.x + b.x, a.y + b.y}; }
static Point minus(Point a, Point b) { return (Point){a.x - b.x, a.y - b.y}; }
static Point times(double s, Point a) { return (Point){s * a.x, s * a.y}; }
static double dot(Point a, Point b) { return a.x * b.x + a.y * b.y; }
static double cross(Point a, Point b) { return a.x * b.y - a.y * b.x; }

/* A quarter of a turn clockwise. */
static Point turned(Point a) { return (Point){-a.y, a.x}; }

static int by_x_then_y(const void *a, const void *b) {
    const Point *p = a, *q = b;
    if (p->x != q->x) return p->x < q->x ? -1 : 1;
    return (p->y > q->y) - (p->y < q->y);
}

/* @return how many points are different from the others */
static int sort_and_merge(Point *points, int n) {
    qsort(points, (size_t)n, sizeof *points, by_x_then_y);
    int count = 1;
    for (int i = 1; i < n; i++)
        if (by_x_then_y(points + i, points + count - 1) != 0) points[count++] = points[i];
    return count;
}

/* Puts a corner behind a chain of n, of which those go that now lie inside. */
static int chain(Point *corners, int n, int least, Point next) {
    while (n > least &&
           cross(minus(corners[n - 1], corners[n - 2]), minus(next, corners[n - 1])) <= 0)
        n--;
    corners[n] = next;
    return n + 1;
}

/* Andrew's monotone chains: the upper one from left to right, the lower one back. */
int convex_hull(Point *points, int n) {
    n = sort_and_merge(points, n);
    Point *corners = malloc((2 * (size_t)n + 1) * sizeof *corners);
    if (!corners) return 0;
    int count = 0;
    for (int i = 0; i < n; i++) count = chain(corners, count, 1, points[i]);
    int upper = count;
    for (int i = n - 2; i >= 0; i--) count = chain(corners, count, upper, points[i]);
    if (count > 1) count--; /* the first corner again */
    for (int i = 0; i < count; i++) points[i] = corners[i];
    free(corners);
    return count;
}

static Rectangle rectangle_along(const Point *hull, int n, Point along) {
    Point down = turned(along);
    double left = INFINITY, right = -INFINITY, top = INFINITY, bottom = -INFINITY;
    for (int i = 0; i < n; i++) {
        double x = dot(hull[i], along), y = dot(hull[i], down);
        left = fmin(left, x), right = fmax(right, x);
        top = fmin(top, y), bottom = fmax(bottom, y);
    }
    Point middle = plus(times((left + right) / 2, along), times((top + bottom) / 2, down));
    return (Rectangle){middle, along, right - left, bottom - top};
}

/* The same rectangle, said by the side that is nearest to a line of text. */
static Rectangle to_the_right(Rectangle r) {
    if (fabs(r.along.x) < fabs(r.along.y))
        r = (Rectangle){r.middle, turned(r.along), r.height, r.length};
    if (r.along.x < 0) r.along = times(-1, r.along);
    return r;
}

Rectangle smallest_rectangle(const Point *hull, int n) {
    Rectangle best = rectangle_along(hull, n, (Point){1, 0});
    if (n == 1) return best;
    best.length = best.height = INFINITY;
    for (int i = 0; i < n; i++) {
        Point edge = minus(hull[(i + 1) % n], hull[i]);
        Rectangle r = rectangle_along(hull, n, times(1 / sqrt(dot(edge, edge)), edge));
        if (r.length * r.height < best.length * best.height) best = r;
    }
    return to_the_right(best);
}

Quad rectangle_quad(const Rectangle *r) {
    Point right = times(r->length / 2, r->along), down = times(r->height / 2, turned(r->along));
    Quad quad = {{minus(minus(r->middle, right), down), minus(plus(r->middle, right), down),
                  plus(plus(r->middle, right), down), plus(minus(r->middle, right), down)}};
    if (r->height < UPRIGHT * r->length) return quad;
    return (Quad){{quad.corner[1], quad.corner[2], quad.corner[3], quad.corner[0]}};
}

Quad quad_turned(const Quad *quad) {
    return (Quad){{quad->corner[2], quad->corner[3], quad->corner[0], quad->corner[1]}};
}

Point quad_middle(const Quad *quad) { return times(0.5, plus(quad->corner[0], quad->corner[2])); }

static double distance(Point a, Point b) { return hypot(a.x - b.x, a.y - b.y); }

double quad_length(const Quad *quad) { return distance(quad->corner[0], quad->corner[1]); }
double quad_height(const Quad *quad) { return distance(quad->corner[0], quad->corner[3]); }
