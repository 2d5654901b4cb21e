/* Enlarges numbers tile by tile, as the program does.
 *
 *     superres_tiles WIDTH HEIGHT <luma >large     f32, row by row */
#include "enlarge.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int main(int argc, char **argv) {
    if (argc != 3) return 2;
    int width = atoi(argv[1]), height = atoi(argv[2]);
    if (width < 1 || height < 1) return 2;
    size_t pixels = (size_t)width * (size_t)height;
    float *luma = malloc(pixels * sizeof *luma), *large = malloc(4 * pixels * sizeof *large);
    if (!luma || !large || fread(luma, sizeof *luma, pixels, stdin) != pixels) return 1;
    for (int y = 0; y < height; y += TILE)
        for (int x = 0; x < width; x += TILE) {
            static float tile[4 * TILE * TILE];
            if (enlarge_tile(luma, width, height, x, y, tile) != 0) return 1;
            int columns = x + TILE < width ? TILE : width - x;
            for (int i = 0; i < 2 * TILE && 2 * y + i < 2 * height; i++)
                memcpy(large + (size_t)(2 * y + i) * 2 * (size_t)width + 2 * x, tile + i * 2 * TILE,
                       2 * (size_t)columns * sizeof *large);
        }
    int status = fwrite(large, sizeof *large, 4 * pixels, stdout) != 4 * pixels;
    free(luma);
    free(large);
    return status;
}
