/* Softmax: y[i] = exp(x[i] - m) / S along one axis, m the largest x and S the sum of the exps.
 *
 * The bound of compiled code, which does these steps in f32, with d[i] = m - x[i] >= 0:
 *   - x[i] - m is rounded once, an error of at most u d[i] in the exponent, so the exp has a
 *     relative error of u d[i]; its own 2 ulp are at most 4u, or 2t below the normal range;
 *   - S >= 1 inherits the mean of these, u D + 4u with D = sum of y[j] d[j], and 2t for each of its
 *     K terms; the sum rounds min(K, 1024) + n times (contract.md 4, n chains);
 *   - the division, or a reciprocal and a product, rounds at most twice, and once to t.
 * Together, with 3u for what is of second order:
 *
 *     |error| <= (d[i] + D + min(K, 1024) + n + 13) u y[i] + (2K + 3) t
 *
 * log_softmax: y[i] = (x[i] - m) - log S. x[i] - m rounds once more, log S has the relative error
 * of S and 2 ulp of its own, at most 4u log S, and the difference rounds to u |y[i]|:
 *
 *     |error| <= (2 d[i] + D + min(K, 1024) + n + 13 + 5 log S) u + t
 *
 * and none is promised where y[i] is beyond f32. */
#include "reference/element.h"

#include <float.h>
#include <math.h>

/* One line of elements along the axis. */
typedef struct Line {
    const float *x;
    Element *y;
    int64_t stride, extent;
} Line;

static double largest(const Line *line) {
    double m = line->x[0];
    for (int64_t i = 1; i < line->extent; i++) {
        double x = line->x[i * line->stride];
        if (isnan(x) || x > m) m = x;
        if (isnan(m)) break;
    }
    return m;
}

static void finish_softmax(const Line *line, double m, double sum, double roundings) {
    double terms = (double)line->extent;
    for (int64_t i = 0; i < line->extent; i++) {
        Element *element = &line->y[i * line->stride];
        double distance = m - line->x[i * line->stride], y = exp(-distance) / sum;
        double relative = y > 0.0 ? (distance + roundings) * UNIT_ROUNDOFF * y : 0.0;
        *element = (Element){.value = y, .error = relative + (2.0 * terms + 3.0) * SMALLEST};
    }
}

static void finish_log_softmax(const Line *line, double m, double sum, double roundings) {
    for (int64_t i = 0; i < line->extent; i++) {
        double distance = m - line->x[i * line->stride], y = -distance - log(sum);
        double error = (2.0 * distance + roundings + 5.0 * log(sum)) * UNIT_ROUNDOFF + SMALLEST;
        if (isfinite(y) && fabs(y) + error > FLT_MAX) error = INFINITY;
        line->y[i * line->stride] = (Element){.value = y, .error = error};
    }
}

static void softmax_line(const Line *line, bool is_log) {
    double m = largest(line), sum = 0.0, mean_distance = 0.0;
    for (int64_t i = 0; i < line->extent; i++) sum += exp(line->x[i * line->stride] - m);
    for (int64_t i = 0; i < line->extent; i++) {
        double distance = m - line->x[i * line->stride], y = exp(-distance) / sum;
        if (y > 0.0) mean_distance += y * distance;
    }
    double terms = (double)line->extent;
    double roundings = fmin(terms, 1024.0) + ceil(terms / 1024.0) + 13.0 + mean_distance;
    (is_log ? finish_log_softmax : finish_softmax)(line, m, sum, roundings);
}

void reference_softmax(const Node *node, const float *input, Element *elements) {
    const TensorType *type = &node->output->type;
    int64_t inner = 1, outer = 1, extent = type->axes[node->axis].extent;
    for (int axis = 0; axis < node->axis; axis++) outer *= type->axes[axis].extent;
    for (int axis = node->axis + 1; axis < type->rank; axis++) inner *= type->axes[axis].extent;
    for (int64_t o = 0; o < outer; o++)
        for (int64_t i = 0; i < inner; i++) {
            int64_t first = o * extent * inner + i;
            softmax_line(&(Line){input + first, elements + first, inner, extent},
                         node->op == OP_LOG_SOFTMAX);
        }
}
