/* components: sets of pixels against a labelling that repeats until nothing changes. */
#include "components.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

enum { WIDTH = 23, HEIGHT = 17, PIXELS = WIDTH * HEIGHT, ROUNDS = 200 };

/* Every pixel takes the least number of itself and its neighbours. */
static void label(const float *map, float threshold, int *labels) {
    for (int i = 0; i < PIXELS; i++) labels[i] = map[i] > threshold ? i : -1;
    for (int changed = 1; changed;) {
        changed = 0;
        for (int i = 0; i < PIXELS; i++)
            for (int j = 0; j < PIXELS; j++)
                if (labels[i] >= 0 && labels[j] >= 0 && labels[j] < labels[i] &&
                    abs(i % WIDTH - j % WIDTH) <= 1 && abs(i / WIDTH - j / WIDTH) <= 1)
                    labels[i] = labels[j], changed = 1;
    }
}

static void check_ends(const int *labels, int set, const Point *ends, int n) {
    int k = 0;
    for (int y = 0; y < HEIGHT; y++) {
        int low = WIDTH, high = -1;
        for (int x = WIDTH - 1; x >= 0; x--)
            if (labels[y * WIDTH + x] == set) low = x, high = high < 0 ? x : high;
        if (high < 0) continue;
        cr_assert_lt(k + 1, n);
        cr_assert(ends[k].x == low && ends[k].y == y && ends[k + 1].x == high &&
                  ends[k + 1].y == y);
        k += 2;
    }
    cr_assert_eq(k, n);
}

Test(components, are_those_of_the_definition) {
    static float map[PIXELS];
    static int labels[PIXELS];
    srand(1);
    for (int round = 0; round < ROUNDS; round++) {
        float threshold = 0.3f + 0.5f * (float)(round % 2);
        for (int i = 0; i < PIXELS; i++) map[i] = (float)(rand() % 100) / 100;
        label(map, threshold, labels);
        Components c;
        cr_assert(components_begin(&c, map, WIDTH, HEIGHT, threshold));
        for (int i = 0; i < PIXELS; i++) {
            if (labels[i] != i) continue;
            int n = components_next(&c);
            check_ends(labels, i, c.ends, n);
        }
        cr_assert_eq(components_next(&c), 0);
        components_end(&c);
    }
}

Test(components, of_extreme_maps) {
    static float map[PIXELS];
    Components c;
    cr_assert(components_begin(&c, map, WIDTH, HEIGHT, 0));
    cr_assert_eq(components_next(&c), 0);
    components_end(&c);
    for (int i = 0; i < PIXELS; i++) map[i] = 1;
    cr_assert(components_begin(&c, map, WIDTH, HEIGHT, 0));
    cr_assert_eq(components_next(&c), 2 * HEIGHT);
    cr_assert_eq(components_next(&c), 0);
    components_end(&c);
}
