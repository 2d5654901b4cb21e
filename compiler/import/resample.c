/* Weights of a Resize. */
#include "import/resample.h"

#include <math.h>
#include <string.h>

static bool is_mode(const Resize *resize, const char *mode) {
    return strcmp(resize->coordinates, mode) == 0;
}

bool resize_knows(const char *coordinates) {
    static const char *const modes[] = {
        "half_pixel", "half_pixel_symmetric", "pytorch_half_pixel", "align_corners",
        "asymmetric", "tf_half_pixel_for_nn", "tf_crop_and_resize"};
    for (size_t i = 0; i < sizeof modes / sizeof *modes; i++)
        if (strcmp(modes[i], coordinates) == 0) return true;
    return false;
}

/* The input element, not rounded, of output `o`: in f32, as ONNX Runtime computes it, because the
 * rounding decides which element is near where two are. */
static float place_of(const Resize *resize, int axis, int64_t from, int64_t o) {
    float scale = (float)resize->scale[axis], to = (float)resize->to[axis], at = (float)o;
    float last = (float)(from - 1), half = (at + 0.5f) / scale - 0.5f;
    if (is_mode(resize, "asymmetric")) return at / scale;
    if (is_mode(resize, "align_corners")) return to == 1 ? 0 : at * last / (to - 1);
    if (is_mode(resize, "pytorch_half_pixel") && to == 1) return 0;
    if (is_mode(resize, "tf_half_pixel_for_nn")) return (at + 0.5f) / scale;
    if (is_mode(resize, "half_pixel_symmetric")) /* the middles of both lie on each other */
        return half + (float)from / 2 * (1 - to / (scale * (float)from));
    if (is_mode(resize, "tf_crop_and_resize")) {
        float start = (float)resize->start[axis], end = (float)resize->end[axis];
        return to == 1 ? (start + end) * last / 2
                       : start * last + at * (end - start) * last / (to - 1);
    }
    return half;
}

int64_t resize_nearest(const Resize *resize, int axis, int64_t from, int64_t o) {
    double x = (double)place_of(resize, axis, from, o), half = x - floor(x);
    if (strcmp(resize->nearest, "floor") == 0)
        x = floor(x);
    else if (strcmp(resize->nearest, "ceil") == 0)
        x = ceil(x);
    else if (strcmp(resize->nearest, "round_prefer_ceil") == 0)
        x = floor(x + 0.5);
    else
        x = half == 0.5 ? floor(x) : floor(x + 0.5);
    return x<0 ? 0 : x>(double)(from - 1) ? from - 1 : (int64_t)x;
}

/* The kernel at distance x: a triangle, or the cubic convolution of Keys (1981). */
static double kernel(const Resize *resize, double x) {
    double a = resize->cubic;
    x = fabs(x);
    if (resize->kind == RESIZE_LINEAR) return x < 1 ? 1 - x : 0;
    if (x <= 1) return ((a + 2) * x - (a + 3)) * x * x + 1;
    return x < 2 ? ((a * x - 5 * a) * x + 8 * a) * x - 4 * a : 0;
}

void resize_row(const Resize *resize, int axis, int64_t from, int64_t o, float *row) {
    double x = (double)place_of(resize, axis, from, o), sum = 0, scale = resize->scale[axis];
    double stretch = resize->stretches && scale < 1 ? scale : 1;
    double reach = (resize->kind == RESIZE_CUBIC ? 2 : 1) / stretch;
    if (is_mode(resize, "tf_crop_and_resize") && !(x >= 0 && x <= (double)(from - 1))) return;
    if (resize->kind == RESIZE_NEAREST) {
        row[resize_nearest(resize, axis, from, o)] = 1;
        return;
    }
    int64_t first = (int64_t)ceil(x - reach), last = (int64_t)floor(x + reach);
    for (int64_t j = first; j <= last; j++)
        if (!resize->excludes || (j >= 0 && j < from))
            sum += kernel(resize, (x - (double)j) * stretch);
    for (int64_t j = first; j <= last; j++) {
        if (resize->excludes && (j < 0 || j >= from)) continue;
        double weight = kernel(resize, (x - (double)j) * stretch) / sum;
        row[j < 0 ? 0 : j >= from ? from - 1 : j] += (float)weight;
    }
}
