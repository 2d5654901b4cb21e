#include "tiles.h"

#include <stdint.h>

Tiles tiles_over(int extent, int side, int overlap) {
    if (extent <= side) return (Tiles){extent, side, 1};
    int step = side - overlap;
    return (Tiles){extent, side, (extent - overlap + step - 1) / step};
}

int tiles_begin(const Tiles *t, int i) {
    if (t->count == 1) return 0;
    return (int)((int64_t)i * (t->extent - t->side) / (t->count - 1));
}

int tiles_end(const Tiles *t, int i) {
    int end = tiles_begin(t, i) + t->side;
    return end < t->extent ? end : t->extent;
}

int tiles_first(const Tiles *t, int i) {
    return i == 0 ? 0 : (tiles_end(t, i - 1) + tiles_begin(t, i)) / 2;
}
