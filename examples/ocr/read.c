#include "read.h"

#include "decode.h"
#include "direction.h"
#include "line1280.h"
#include "line320.h"
#include "line640.h"
#include "netc_runtime.h"
#include "warp.h"

#include <math.h>
#include <string.h>

enum { HEIGHT = 48, DIRECTION_WIDTH = 192, STEP = 8, MOST_WIDTH = MOST_STEPS * STEP };

static const float UPSIDE_DOWN = 0.9f; /* probability from which on a line is turned */

_Static_assert(DIRECTION_X_ELEMS == 3 * HEIGHT * DIRECTION_WIDTH, "lines of this size");
_Static_assert(LINE1280_X_ELEMS == 3 * HEIGHT * MOST_WIDTH, "lines of this size");
_Static_assert(LINE1280_SOFTMAX_11_TMP_0_ELEMS == MOST_STEPS * CHARACTER_COUNT, "one for each");

/* The recogniser, built for lines of several widths. */
static _Alignas(64) unsigned char workspace320[LINE320_WORKSPACE_BYTES],
    workspace640[LINE640_WORKSPACE_BYTES], workspace1280[LINE1280_WORKSPACE_BYTES];

static const struct Reader {
    int width;
    int (*run)(const float *x, float *probabilities, void *workspace);
    void *workspace;
} READERS[] = {{320, line320_run, workspace320},
               {640, line640_run, workspace640},
               {1280, line1280_run, workspace1280}};

/* How wide a line is when it is HEIGHT pixels high. */
static int width_of(const Quad *quad, int most) {
    double width = ceil(HEIGHT * quad_length(quad) / quad_height(quad));
    return width < most ? (int)width : most;
}

/* The line at the left of an input of a network, grey behind it. */
static void line_input(const Picture *picture, const Quad *quad, int width, float *in, int stride) {
    Grid grid = grid_over(quad, width, HEIGHT);
    memset(in, 0, 3 * HEIGHT * (size_t)stride * sizeof *in);
    warp(picture, &grid, width, HEIGHT, in, HEIGHT, stride);
}

static int is_upside_down(const Picture *picture, const Quad *quad, int *answer) {
    static _Alignas(DIRECTION_WORKSPACE_ALIGN) unsigned char workspace[DIRECTION_WORKSPACE_BYTES];
    static float in[DIRECTION_X_ELEMS];
    float out[DIRECTION_SAVE_INFER_MODEL_SCALE_0_TMP_1_ELEMS];
    line_input(picture, quad, width_of(quad, DIRECTION_WIDTH), in, DIRECTION_WIDTH);
    int status = direction_run(in, out, workspace);
    *answer = status == NETC_OK && out[1] > UPSIDE_DOWN;
    return status;
}

const char *read_line(const Picture *picture, const Quad *quad, Line *line) {
    static float in[3 * HEIGHT * MOST_WIDTH], probabilities[MOST_STEPS * CHARACTER_COUNT];
    int is_turned, status = is_upside_down(picture, quad, &is_turned);
    if (status != NETC_OK) return netc_status_text(status);
    line->quad = is_turned ? quad_turned(quad) : *quad;

    int width = width_of(quad, MOST_WIDTH);
    const struct Reader *reader = READERS;
    while (reader->width < width) reader++;
    line_input(picture, &line->quad, width, in, reader->width);
    status = reader->run(in, probabilities, reader->workspace);
    if (status != NETC_OK) return netc_status_text(status);
    line->confidence =
        decode(probabilities, reader->width / STEP, CHARACTER_COUNT, CHARACTERS, line->text);
    return NULL;
}
