/* Resize and Upsample. Whole factors of nearest and linear enlarging are `upsample`, every `by`th
 * element is a pool of single elements; whatever else a Resize does along an axis is a product with
 * the matrix of its weights (resample.h). */
#include "import/emit.h"
#include "import/handlers.h"
#include "import/resample.h"
#include "import/words.h"
#include "onnx/read.h"

#include <math.h>

/* True if an axis ends where its scale says, without a fraction left over. */
static bool is_exact(const Resize *resize, int axis, int64_t from) {
    double to = (double)resize->to[axis];
    return fabs(resize->scale[axis] * (double)from - to) <= 1e-6 * to;
}

/* The word of `align` for linear upsampling; NULL: netc has none. */
static const char *align_of(const Resize *resize) {
    if (strcmp(resize->coordinates, "align_corners") == 0) return "corners";
    if (strcmp(resize->coordinates, "asymmetric") == 0) return "asymmetric";
    if (strncmp(resize->coordinates, "half_pixel", strlen("half_pixel")) == 0 ||
        strcmp(resize->coordinates, "pytorch_half_pixel") == 0)
        return "half";
    return NULL;
}

/* The factor of an axis: how often each element stands there, or (`shrinks`) which of them are
 * left. 0: neither. */
static int64_t factor_of(const Resize *resize, const Value *x, int axis, bool *shrinks) {
    int64_t from = x->extent[axis], to = resize->to[axis];
    *shrinks = to < from;
    int64_t by = *shrinks ? (from + to - 1) / to : to / from;
    if (!*shrinks && to % from != 0) return 0;
    if (resize->kind == RESIZE_LINEAR && !*shrinks)
        return align_of(resize) && is_exact(resize, axis, from) ? by : 0;
    if (resize->kind != RESIZE_NEAREST) return 0;
    for (int64_t o = 0; o < to; o++)
        if (resize_nearest(resize, axis, from, o) != (*shrinks ? o * by : o / by)) return 0;
    return *shrinks && (from - 1) / by + 1 != to ? 0 : by;
}

/* Which axis the i-th number of a list is for: all of them, or those of `axes`; -1 after a report.
 */
static int axis_of(Import *im, Node *node, const int64_t *axes, size_t i, int rank) {
    return axes ? node_axis(im, node, "axes", axes[i], rank) : (int)i;
}

/* keep_aspect_ratio_policy: one scale for all, and the sizes that it gives. */
static void keep_aspect(const char *policy, const Value *x, Resize *resize, const bool *listed) {
    bool larger = strcmp(policy, "not_smaller") == 0;
    double one = 0;
    for (int i = 0; i < x->rank; i++)
        if (listed[i] && (one == 0 || (larger ? resize->scale[i] > one : resize->scale[i] < one)))
            one = resize->scale[i];
    for (int i = 0; i < x->rank; i++) {
        if (!listed[i]) continue;
        resize->scale[i] = one;
        resize->to[i] = (int64_t)floor(one * (double)x->extent[i] + 0.5);
    }
}

/* The part of the input that tf_crop_and_resize takes. False after a report. */
static bool read_crop(Import *im, Node *node, const Value *x, const int64_t *axes, size_t n,
                      Resize *resize) {
    enum { FARTHEST = 1000000 }; /* times an axis: places stay numbers that an int64 holds */
    const Constant *roi = node_constant(im, node, 1, "input `roi`", false);
    if (!roi) return false;
    if (roi->elems != 2 * (int64_t)n) {
        refuse(im, node, "the file is damaged", "its roi has %lld numbers for %zu axes",
               (long long)roi->elems, n);
        return false;
    }
    for (size_t i = 0; i < n; i++) {
        int axis = axis_of(im, node, axes, i, x->rank);
        double start = constant_number(roi, (int64_t)i),
               end = constant_number(roi, (int64_t)(n + i));
        if (!(fabs(start) <= FARTHEST && fabs(end) <= FARTHEST)) { /* NaN, too */
            refuse(im, node, "the file is damaged", "its roi goes from %g to %g times axis %d",
                   start, end, axis);
            return false;
        }
        resize->start[axis] = start;
        resize->end[axis] = end;
    }
    return true;
}

/* Scales or sizes, whatever the opset has. False after a report. */
static bool read_scales(Import *im, Node *node, const Value *x, Resize *resize) {
    bool is_upsample = strcmp(node->onnx->op, "Upsample") == 0;
    size_t at = is_upsample || im->opset < 11 ? 1 : 2, n_axes = 0;
    const int64_t *axes = node_ints(im, node, "axes", &n_axes);
    size_t n_scales;
    const float *list = node_floats(im, node, "scales", &n_scales);
    const Constant *scales = NULL, *sizes = NULL;
    if (node_given(node, 3) && at == 2)
        sizes = node_constant(im, node, 3, "input `sizes`", true);
    else if (!list)
        scales = node_constant(im, node, at, "input `scales`", true);
    if (node->failed) return false;
    size_t n = sizes ? (size_t)sizes->elems : scales ? (size_t)scales->elems : n_scales;
    if (n != (axes ? n_axes : (size_t)x->rank)) {
        refuse(im, node, "the file is damaged", "it has %zu scales for %d axes", n, x->rank);
        return false;
    }
    bool listed[MAX_RANK] = {false};
    for (int i = 0; i < x->rank; i++) {
        resize->to[i] = x->extent[i];
        resize->scale[i] = resize->end[i] = 1;
    }
    for (size_t i = 0; i < n; i++) {
        int axis = axis_of(im, node, axes, i, x->rank);
        if (axis < 0) return false;
        double scale = sizes    ? constant_number(sizes, (int64_t)i) / (double)x->extent[axis]
                       : scales ? constant_number(scales, (int64_t)i)
                                : (double)list[i];
        double to =
            sizes ? constant_number(sizes, (int64_t)i) : floor((double)x->extent[axis] * scale);
        if (!(to >= 1 && to <= (double)MAX_EXTENT)) {
            refuse(im, node, NULL, "its scale of %g leaves nothing, or too much", scale);
            return false;
        }
        resize->scale[axis] = scale;
        resize->to[axis] = (int64_t)to;
        listed[axis] = true;
    }
    const char *policy = node_string(im, node, "keep_aspect_ratio_policy", "stretch");
    if (sizes && strcmp(policy, "stretch") != 0) keep_aspect(policy, x, resize, listed);
    for (int i = 0; i < x->rank; i++) {
        if (resize->to[i] >= 1 && resize->to[i] <= MAX_EXTENT) continue;
        refuse(im, node, NULL, "it makes %lld of %lld along axis %d", (long long)resize->to[i],
               (long long)x->extent[i], i);
        return false;
    }
    if (strcmp(resize->coordinates, "tf_crop_and_resize") != 0) return true;
    return read_crop(im, node, x, axes, n, resize);
}

/* x along one axis by the matrix of its weights; NULL after a report. */
static Value *resample(Import *im, Node *node, Value *x, const Resize *resize, int axis) {
    int64_t from = x->extent[axis], to = resize->to[axis], shape[2] = {to, from};
    if (strcmp(resize->coordinates, "align_corners") == 0 && !is_exact(resize, axis, from)) {
        refuse(im, node, "give it `sizes` instead of `scales`",
               "%lld x %g leaves a fraction along axis %d, which ONNX counts with align_corners "
               "and its runtimes do not",
               (long long)from, resize->scale[axis], axis);
        return NULL;
    }
    if (to > MAX_WHOLE / from) {
        refuse(im, node, "whole factors of the axes behind the second need no such matrix",
               "it makes %lld of %lld along axis %d, and their matrix of weights is too large",
               (long long)to, (long long)from, axis);
        return NULL;
    }
    if (!node_computes(im, node, to * from)) return NULL;
    float *weights = ARENA_ARRAY(im->arena, float, (size_t)(to * from));
    for (int64_t o = 0; o < to; o++) resize_row(resize, axis, from, o, weights + o * from);
    Constant matrix = constant_of_floats(weights, 2, shape);
    return emit_matrix(im, node, x, axis, &matrix);
}

static bool is_same(const Resize *resize, const Value *x, int axis) {
    return resize->to[axis] == x->extent[axis] && resize->scale[axis] == 1 &&
           resize->start[axis] == 0 && resize->end[axis] == 1;
}

static void apply(Import *im, Node *node, Value *x, const Resize *resize) {
    int64_t by[MAX_RANK], extent[MAX_RANK];
    bool larger = false;
    for (int i = 0; i < x->rank; i++) {
        bool shrinks = false;
        if (!node_computes(im, node, resize->to[i])) return; /* each place may be looked at */
        by[i] = is_same(resize, x, i) ? 1 : factor_of(resize, x, i, &shrinks);
        if (by[i] == 0 || (i < 2 && by[i] != 1 && !shrinks)) {
            x = resample(im, node, x, resize, i);
            if (!x) return;
            by[i] = 1;
        } else if (shrinks) {
            x = emit_stride(im, node, x, i, by[i]);
            by[i] = 1;
        }
        larger = larger || by[i] != 1;
    }
    if (!larger) {
        node_give(im, node, 0, x);
        return;
    }
    x = emit_channels_first(im, node, x);
    for (int i = 0; i < x->rank; i++) extent[i] = x->extent[i] * by[i];
    Layer *layer = emit_layer(im, node, "upsample", x);
    emit_attr(im, layer, "by", "%s", axes_text(im->arena, x->rank - 2, by + 2, 0));
    emit_attr(im, layer, "mode", "%s", resize->kind == RESIZE_LINEAR ? "linear" : "nearest");
    if (resize->kind == RESIZE_LINEAR) emit_attr(im, layer, "align", "%s", align_of(resize));
    node_give(im, node, 0, emit_result(im, layer, x->rank, extent, x->axes));
}

/* The attributes; false after a report. */
static bool read_attributes(Import *im, Node *node, Resize *resize) {
    static const char *const kinds[] = {"nearest", "linear", "cubic"};
    bool old = im->opset < 11; /* Upsample, and Resize in its first form */
    const char *mode = node_string(im, node, "mode", "nearest");
    resize->coordinates =
        node_string(im, node, "coordinate_transformation_mode", old ? "asymmetric" : "half_pixel");
    resize->nearest = node_string(im, node, "nearest_mode", old ? "floor" : "round_prefer_floor");
    resize->cubic = (double)node_float(im, node, "cubic_coeff_a", -0.75f);
    resize->stretches = node_int(im, node, "antialias", 0) != 0;
    resize->excludes = node_int(im, node, "exclude_outside", 0) != 0;
    int kind = 0;
    while (kind < 3 && strcmp(kinds[kind], mode) != 0) kind++;
    resize->kind = (ResizeKind)kind;
    if (kind == 3)
        refuse_attribute(im, node, "mode", NULL,
                         "netc enlarges by nearest, linear and cubic, not by %s",
                         quoted(im->arena, mode));
    else if (!resize_knows(resize->coordinates))
        refuse_attribute(im, node, "coordinate_transformation_mode", NULL,
                         "netc knows no coordinates %s", quoted(im->arena, resize->coordinates));
    else if (strcmp(resize->coordinates, "tf_crop_and_resize") == 0 &&
             node_float(im, node, "extrapolation_value", 0) != 0)
        refuse_attribute(im, node, "extrapolation_value", NULL, "netc fills with 0 only");
    return !node->failed;
}

void import_resize(Import *im, Node *node) {
    Resize resize = {0};
    Value *x = node_tensor(im, node, 0, 1, MAX_RANK);
    if (x && read_attributes(im, node, &resize) && read_scales(im, node, x, &resize))
        apply(im, node, x, &resize);
}
