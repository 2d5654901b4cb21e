#include "enlarge.h"

#include "netc_runtime.h"
#include "superres.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { SIDE = TILE + 2 * HALO, LARGE_TILE = 2 * TILE, TAPS = 4 };

_Static_assert(SUPERRES_LUMA_ELEMS == SIDE * SIDE, "superres.net is built for such tiles");

static int clamp(int i, int n) { return i < 0 ? 0 : i >= n ? n - 1 : i; }

/* Pixels beyond the picture are those at its border. */
int enlarge_tile(const float *luma, int width, int height, int x, int y, float *result) {
    static _Alignas(SUPERRES_WORKSPACE_ALIGN) unsigned char workspace[SUPERRES_WORKSPACE_BYTES];
    static float in[SUPERRES_LUMA_ELEMS], out[SUPERRES_LARGE_ELEMS];
    for (int i = 0; i < SIDE; i++)
        for (int j = 0; j < SIDE; j++)
            in[i * SIDE + j] = luma[(size_t)clamp(y - HALO + i, height) * (size_t)width +
                                    (size_t)clamp(x - HALO + j, width)];
    int status = superres_run(in, out, workspace);
    if (status != NETC_OK) return status;
    for (int i = 0; i < LARGE_TILE; i++)
        memcpy(result + i * LARGE_TILE, out + (2 * HALO + i) * 2 * SIDE + 2 * HALO,
               LARGE_TILE * sizeof *result);
    return NETC_OK;
}

/* Keys' cubic (a = -1/2) a quarter of a pixel before and behind the middle of one: the weights of
 * the pixels -2 .. 1 and -1 .. 2 beside it. */
static const float CUBIC[2][TAPS] = {
    {-0.0234375f, 0.2265625f, 0.8671875f, -0.0703125f},
    {-0.0703125f, 0.8671875f, 0.2265625f, -0.0234375f},
};

/* Channel c of pixel (x, y) of the large picture. */
static float cubic(const Picture *small, int x, int y, int c) {
    const float *wx = CUBIC[x % 2], *wy = CUBIC[y % 2];
    int left = x / 2 - 2 + x % 2, top = y / 2 - 2 + y % 2;
    float sum = 0;
    for (int i = 0; i < TAPS; i++) {
        const uint8_t *row = small->bytes + (size_t)clamp(top + i, small->height) *
                                                (size_t)small->width * (size_t)small->channels;
        float line = 0;
        for (int j = 0; j < TAPS; j++)
            line += wx[j] * row[clamp(left + j, small->width) * small->channels + c];
        sum += wy[i] * line;
    }
    return sum;
}

/* From 0 to 255, as the colours are. */
static float luma_of(const float *colour, int n) {
    return n < 3 ? colour[0] : 0.299f * colour[0] + 0.587f * colour[1] + 0.114f * colour[2];
}

static uint8_t to_byte(float value) {
    return (uint8_t)(value <= 0 ? 0 : value >= 255 ? 255 : lrintf(value));
}

static float *luma_plane(const Picture *picture) {
    size_t pixels = (size_t)picture->width * (size_t)picture->height;
    float *plane = malloc(pixels * sizeof *plane);
    for (size_t i = 0; plane && i < pixels; i++) {
        float colour[MOST_CHANNELS];
        for (int c = 0; c < picture->channels; c++)
            colour[c] = picture->bytes[i * (size_t)picture->channels + (size_t)c];
        plane[i] = luma_of(colour, picture->channels) / 255;
    }
    return plane;
}

/* The pixels of `large` that come from the tile at (x, y) of `small`. */
static void colour_tile(const Picture *small, const float *luma, int x, int y, Picture *large) {
    int bottom = y + TILE < small->height ? y + TILE : small->height;
    int right = x + TILE < small->width ? x + TILE : small->width;
    int n = small->channels, colours = n < 3 ? 1 : 3;
    for (int i = 2 * y; i < 2 * bottom; i++)
        for (int j = 2 * x; j < 2 * right; j++) {
            uint8_t *pixel =
                large->bytes + ((size_t)i * (size_t)large->width + (size_t)j) * (size_t)n;
            float smooth[MOST_CHANNELS];
            for (int c = 0; c < n; c++) smooth[c] = cubic(small, j, i, c);
            float detail = 255 * luma[(i - 2 * y) * LARGE_TILE + j - 2 * x] - luma_of(smooth, n);
            for (int c = 0; c < n; c++) pixel[c] = to_byte(smooth[c] + (c < colours ? detail : 0));
        }
}

const char *enlarge(const Picture *small, Picture *large) {
    static float result[LARGE_TILE * LARGE_TILE];
    Picture made;
    if (!picture_new(&made, 2 * (int64_t)small->width, 2 * (int64_t)small->height, small->channels))
        return "it would be too large";
    float *luma = luma_plane(small);
    int status = luma ? NETC_OK : NETC_E_MEMORY;
    for (int y = 0; status == NETC_OK && y < small->height; y += TILE)
        for (int x = 0; status == NETC_OK && x < small->width; x += TILE) {
            status = enlarge_tile(luma, small->width, small->height, x, y, result);
            if (status == NETC_OK) colour_tile(small, result, x, y, &made);
        }
    free(luma);
    if (status != NETC_OK) {
        picture_free(&made);
        return netc_status_text(status);
    }
    *large = made;
    return NULL;
}
