#include "detect.h"

#include "detector.h"
#include "netc_runtime.h"
#include "tiles.h"
#include "warp.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { SIDE = 736, OVERLAP = 128, MOST_SIDE = 2000 };

_Static_assert(DETECTOR_X_ELEMS == 3 * SIDE * SIDE, "the detector is built for such tiles");

/* What the detector makes of a picture. */
typedef struct Map {
    int width, height;
    Point pixel;        /* one of its pixels, in those of the picture */
    float *probability; /* [height, width] */
} Map;

static int map_new(Map *map, const Picture *picture) {
    double width = picture->width, height = picture->height,
           scale = fmin(MOST_SIDE / fmax(width, height), 1);
    map->width = (int)fmax(lrint(scale * width), 1);
    map->height = (int)fmax(lrint(scale * height), 1);
    map->pixel = (Point){width / map->width, height / map->height};
    map->probability = malloc((size_t)map->width * (size_t)map->height * sizeof(float));
    return map->probability != NULL;
}

/* The tile that begins at (x, y) of the map; beyond the picture it is grey. */
static int detect_tile(const Picture *picture, const Map *map, int x, int y, int right, int bottom,
                       float *result) {
    static _Alignas(DETECTOR_WORKSPACE_ALIGN) unsigned char workspace[DETECTOR_WORKSPACE_BYTES];
    static float in[DETECTOR_X_ELEMS];
    Grid grid = {{x * map->pixel.x, y * map->pixel.y}, {map->pixel.x, 0}, {0, map->pixel.y}};
    memset(in, 0, sizeof in);
    warp(picture, &grid, right - x, bottom - y, in, SIDE, SIDE);
    return detector_run(in, result, workspace);
}

static int detect_map(const Picture *picture, Map *map) {
    static float result[DETECTOR_SIGMOID_0_TMP_0_ELEMS];
    Tiles rows = tiles_over(map->height, SIDE, OVERLAP),
          columns = tiles_over(map->width, SIDE, OVERLAP);
    for (int i = 0; i < rows.count; i++)
        for (int j = 0; j < columns.count; j++) {
            int x = tiles_begin(&columns, j), right = tiles_end(&columns, j),
                first = tiles_first(&columns, j);
            int y = tiles_begin(&rows, i), bottom = tiles_end(&rows, i);
            int status = detect_tile(picture, map, x, y, right, bottom, result);
            if (status != NETC_OK) return status;
            for (int k = tiles_first(&rows, i); k < bottom; k++)
                memcpy(map->probability + (size_t)k * (size_t)map->width + first,
                       result + (k - y) * SIDE + (first - x),
                       (size_t)(right - first) * sizeof *result);
        }
    return NETC_OK;
}

const char *detect(const Picture *picture, Quads *quads) {
    Map map;
    if (!map_new(&map, picture)) return "memory is short";
    int status = detect_map(picture, &map);
    if (status == NETC_OK && !boxes_find(map.probability, map.width, map.height, quads))
        status = NETC_E_MEMORY;
    free(map.probability);
    if (status != NETC_OK) return netc_status_text(status);
    for (int i = 0; i < quads->count; i++)
        for (int k = 0; k < 4; k++) {
            quads->items[i].corner[k].x *= map.pixel.x;
            quads->items[i].corner[k].y *= map.pixel.y;
        }
    return NULL;
}
