#include "components.h"

#include <limits.h>
#include <stdlib.h>

int components_begin(Components *c, const float *map, int width, int height, float threshold) {
    size_t pixels = (size_t)width * (size_t)height, rows = (size_t)height;
    *c = (Components){.width = width,
                      .height = height,
                      .left = malloc(pixels),
                      .stack = malloc(pixels * sizeof *c->stack),
                      .low = malloc(rows * sizeof *c->low),
                      .high = malloc(rows * sizeof *c->high),
                      .ends = malloc(2 * rows * sizeof *c->ends)};
    if (!c->left || !c->stack || !c->low || !c->high || !c->ends) {
        components_end(c);
        return 0;
    }
    for (size_t i = 0; i < pixels; i++) c->left[i] = map[i] > threshold;
    for (int y = 0; y < height; y++) c->low[y] = INT_MAX, c->high[y] = -1;
    return 1;
}

void components_end(Components *c) {
    free(c->left);
    free(c->stack);
    free(c->low);
    free(c->high);
    free(c->ends);
    *c = (Components){0};
}

static int smaller(int a, int b) { return a < b ? a : b; }
static int larger(int a, int b) { return a > b ? a : b; }

/* Takes the neighbours of a pixel that are left. */
static int push_neighbours(Components *c, int x, int y, int depth) {
    int bottom = smaller(y + 1, c->height - 1), right = smaller(x + 1, c->width - 1);
    for (int i = larger(y - 1, 0); i <= bottom; i++)
        for (int j = larger(x - 1, 0); j <= right; j++) {
            size_t at = (size_t)i * (size_t)c->width + (size_t)j;
            if (!c->left[at]) continue;
            c->left[at] = 0;
            c->stack[depth++] = (int)at;
        }
    return depth;
}

int components_next(Components *c) {
    size_t pixels = (size_t)c->width * (size_t)c->height;
    while (c->at < pixels && !c->left[c->at]) c->at++;
    if (c->at == pixels) return 0;
    int top = (int)(c->at / (size_t)c->width), bottom = top, depth = 1;
    c->left[c->at] = 0;
    c->stack[0] = (int)c->at;
    while (depth > 0) {
        int at = c->stack[--depth], x = at % c->width, y = at / c->width;
        c->low[y] = smaller(c->low[y], x);
        c->high[y] = larger(c->high[y], x);
        bottom = larger(bottom, y);
        depth = push_neighbours(c, x, y, depth);
    }
    int n = 0;
    for (int y = top; y <= bottom; y++) {
        c->ends[n++] = (Point){c->low[y], y};
        c->ends[n++] = (Point){c->high[y], y};
        c->low[y] = INT_MAX, c->high[y] = -1;
    }
    return n;
}
