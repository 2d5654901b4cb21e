#include "boxes.h"

#include "components.h"

#include <math.h>
#include <stdlib.h>

static const float TEXT = 0.3f;       /* pixels above are of text */
static const double LEAST_MEAN = 0.5; /* of the pixels of a box */
static const double LEAST_SIDE = 3;   /* of a box before it grows, in pixels */
static const double GROWTH = 2;

static double clamp(double value, double most) { return fmin(fmax(value, 0), most); }

/* The mean of the pixels whose middles lie in a rectangle. */
static double mean_inside(const float *map, int width, int height, const Rectangle *r) {
    double reach = hypot(r->length, r->height) / 2, sum = 0, count = 0;
    int left = (int)clamp(floor(r->middle.x - reach), width - 1),
        right = (int)clamp(ceil(r->middle.x + reach), width - 1),
        top = (int)clamp(floor(r->middle.y - reach), height - 1),
        bottom = (int)clamp(ceil(r->middle.y + reach), height - 1);
    for (int y = top; y <= bottom; y++)
        for (int x = left; x <= right; x++) {
            double dx = x - r->middle.x, dy = y - r->middle.y;
            if (fabs(dx * r->along.x + dy * r->along.y) > r->length / 2 ||
                fabs(dy * r->along.x - dx * r->along.y) > r->height / 2)
                continue;
            sum += map[(size_t)y * (size_t)width + (size_t)x];
            count++;
        }
    return count > 0 ? sum / count : 0;
}

static int add(Quads *quads, int *room, const Quad *quad) {
    if (quads->count == *room) {
        int more = *room ? 2 * *room : 16;
        Quad *items = realloc(quads->items, (size_t)more * sizeof *items);
        if (!items) return 0;
        quads->items = items;
        *room = more;
    }
    quads->items[quads->count++] = *quad;
    return 1;
}

static int by_middle_y(const void *a, const void *b) {
    double p = quad_middle(a).y, q = quad_middle(b).y;
    return (p > q) - (p < q);
}

static int by_middle_x(const void *a, const void *b) {
    double p = quad_middle(a).x, q = quad_middle(b).x;
    return (p > q) - (p < q);
}

static void sort_to_read(Quads *quads) {
    Quad *items = quads->items;
    if (quads->count) qsort(items, (size_t)quads->count, sizeof *items, by_middle_y);
    for (int first = 0, end; first < quads->count; first = end) {
        double bottom = quad_middle(items + first).y + quad_height(items + first) / 2;
        for (end = first + 1; end < quads->count && quad_middle(items + end).y < bottom;) end++;
        qsort(items + first, (size_t)(end - first), sizeof *items, by_middle_x);
    }
}

int boxes_find(const float *map, int width, int height, Quads *quads) {
    Components components;
    Quads found = {0};
    int room = 0, ok = components_begin(&components, map, width, height, TEXT);
    if (!ok) return 0;
    for (int n; ok && (n = components_next(&components)) > 0;) {
        ok = (n = convex_hull(components.ends, n)) > 0;
        if (!ok) break;
        Rectangle r = smallest_rectangle(components.ends, n);
        if (fmin(r.length, r.height) < LEAST_SIDE) continue;
        if (mean_inside(map, width, height, &r) < LEAST_MEAN) continue;
        double growth = GROWTH * r.length * r.height / (2 * (r.length + r.height));
        r.length += 2 * growth;
        r.height += 2 * growth;
        r.middle.x += 0.5; /* from the middles of pixels to their corners */
        r.middle.y += 0.5;
        Quad quad = rectangle_quad(&r);
        ok = add(&found, &room, &quad);
    }
    components_end(&components);
    if (!ok) {
        free(found.items);
        return 0;
    }
    sort_to_read(&found);
    *quads = found;
    return 1;
}
