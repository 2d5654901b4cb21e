/* Resize, Upsample, DepthToSpace, SpaceToDepth. */
#include "import/emit.h"
#include "import/handlers.h"
#include "import/words.h"
#include "onnx/read.h"

#include <math.h>

/* What a Resize does to its axes. */
typedef struct Resize {
    int rank;
    int64_t to[MAX_RANK];    /* extents of the result */
    double scale[MAX_RANK];  /* as the model says, or to / from */
    const char *coordinates; /* coordinate_transformation_mode */
    const char *nearest;     /* nearest_mode */
    bool linear;
} Resize;

/* The input element, not rounded, of output `o`. */
static double place_of(const Resize *resize, int axis, int64_t from, int64_t o) {
    double scale = resize->scale[axis], to = (double)resize->to[axis];
    const char *mode = resize->coordinates;
    if (strcmp(mode, "asymmetric") == 0) return (double)o / scale;
    if (strcmp(mode, "align_corners") == 0)
        return to == 1 ? 0 : (double)o * (double)(from - 1) / (to - 1);
    if (strcmp(mode, "pytorch_half_pixel") == 0 && to == 1) return 0;
    if (strcmp(mode, "tf_half_pixel_for_nn") == 0) return ((double)o + 0.5) / scale;
    return ((double)o + 0.5) / scale - 0.5;
}

/* The same for mode=nearest. */
static int64_t nearest_of(const Resize *resize, int axis, int64_t from, int64_t o) {
    double x = place_of(resize, axis, from, o), half = x - floor(x);
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

/* The factor of an axis: how often each element stands there, or (`shrinks`) which of them are
 * left. 0: neither. */
static int64_t factor_of(const Resize *resize, const Value *x, int axis, bool *shrinks) {
    int64_t from = x->extent[axis], to = resize->to[axis];
    *shrinks = to < from;
    int64_t by = *shrinks ? (from + to - 1) / to : to / from;
    if (!*shrinks && to % from != 0) return 0;
    if (resize->linear) return *shrinks ? 0 : by;
    for (int64_t o = 0; o < to; o++)
        if (nearest_of(resize, axis, from, o) != (*shrinks ? o * by : o / by)) return 0;
    return *shrinks && (from - 1) / by + 1 != to ? 0 : by;
}

/* Scales or sizes, whatever the opset has. False after a report. */
static bool read_scales(Import *im, Node *node, const Value *x, Resize *resize) {
    bool is_upsample = strcmp(node->onnx->op, "Upsample") == 0;
    size_t at = is_upsample || im->opset < 11 ? 1 : 2, n_axes = 0;
    const int64_t *axes = node_ints(im, node, "axes", &n_axes);
    const OnnxAttribute *list = onnx_attribute(node->onnx, "scales");
    const Constant *scales = NULL, *sizes = NULL;
    if (node_given(node, 3) && at == 2)
        sizes = node_constant(im, node, 3, "input `sizes`", true);
    else if (!list)
        scales = node_constant(im, node, at, "input `scales`", true);
    if (node->failed) return false;
    size_t n = sizes ? (size_t)sizes->elems : scales ? (size_t)scales->elems : list ? list->n : 0;
    if (n != (axes ? n_axes : (size_t)x->rank)) {
        refuse(im, node, "the file is damaged", "it has %zu scales for %d axes", n, x->rank);
        return false;
    }
    resize->rank = x->rank;
    for (int i = 0; i < x->rank; i++) {
        resize->to[i] = x->extent[i];
        resize->scale[i] = 1;
    }
    for (size_t i = 0; i < n; i++) {
        int axis = axes ? node_axis(im, node, "axes", axes[i], x->rank) : (int)i;
        if (axis < 0) return false;
        double scale = sizes    ? constant_number(sizes, (int64_t)i) / (double)x->extent[axis]
                       : scales ? constant_number(scales, (int64_t)i)
                                : (double)list->floats[i];
        double to =
            sizes ? constant_number(sizes, (int64_t)i) : floor((double)x->extent[axis] * scale);
        if (!(to >= 1 && to <= (double)MAX_EXTENT)) {
            refuse(im, node, NULL, "its scale of %g leaves nothing, or too much", scale);
            return false;
        }
        resize->scale[axis] = scale;
        resize->to[axis] = (int64_t)to;
    }
    return true;
}

/* The word of `align` for linear upsampling; NULL: netc has none. */
static const char *align_of(const Resize *resize) {
    if (strcmp(resize->coordinates, "align_corners") == 0) return "corners";
    if (strcmp(resize->coordinates, "asymmetric") == 0) return "asymmetric";
    if (strcmp(resize->coordinates, "half_pixel") == 0 ||
        strcmp(resize->coordinates, "pytorch_half_pixel") == 0)
        return "half";
    return NULL;
}

static void upsample(Import *im, Node *node, Value *x, const Resize *resize) {
    int64_t by[MAX_RANK];
    for (int i = 0; i < x->rank; i++) {
        bool shrinks;
        by[i] = factor_of(resize, x, i, &shrinks);
        if (by[i] == 0 || (i < 2 && by[i] != 1)) {
            refuse(im, node, "whole factors of the axes behind the second can be said",
                   "it makes %lld of %lld along axis %d (%s, %s)", (long long)resize->to[i],
                   (long long)x->extent[i], i, resize->linear ? "linear" : "nearest",
                   quoted(im->arena, resize->coordinates));
            return;
        }
        if (!shrinks) continue;
        x = emit_stride(im, node, x, i, by[i]);
        by[i] = 1;
    }
    bool same = true;
    for (int i = 0; i < x->rank; i++) same = same && by[i] == 1;
    if (same) {
        node_give(im, node, 0, x);
        return;
    }
    x = emit_channels_first(im, node, x);
    Layer *layer = emit_layer(im, node, "upsample", x);
    emit_attr(im, layer, "by", "%s", axes_text(im->arena, x->rank - 2, by + 2, 0));
    emit_attr(im, layer, "mode", "%s", resize->linear ? "linear" : "nearest");
    if (resize->linear) emit_attr(im, layer, "align", "%s", align_of(resize));
    node_give(im, node, 0, emit_result(im, layer, x->rank, resize->to, x->axes));
}

void import_resize(Import *im, Node *node) {
    bool old = im->opset < 11; /* Upsample, and Resize in its first form */
    Resize resize = {0};
    const char *mode = node_string(im, node, "mode", "nearest");
    resize.coordinates =
        node_string(im, node, "coordinate_transformation_mode", old ? "asymmetric" : "half_pixel");
    resize.nearest = node_string(im, node, "nearest_mode", old ? "floor" : "round_prefer_floor");
    resize.linear = strcmp(mode, "linear") == 0;
    Value *x = node_tensor(im, node, 0, 3, MAX_RANK);
    if (!x || !read_scales(im, node, x, &resize)) return;
    if (!resize.linear && strcmp(mode, "nearest") != 0)
        refuse_attribute(im, node, "mode", NULL, "netc enlarges by nearest and linear, not by %s",
                         quoted(im->arena, mode));
    else if (strcmp(resize.coordinates, "tf_crop_and_resize") == 0)
        refuse_attribute(im, node, "coordinate_transformation_mode", NULL,
                         "netc does not crop while it enlarges");
    else if (strcmp(node_string(im, node, "keep_aspect_ratio_policy", "stretch"), "stretch") != 0)
        refuse_attribute(im, node, "keep_aspect_ratio_policy", NULL, "netc knows `stretch` only");
    else if (resize.linear && !align_of(&resize))
        refuse_attribute(im, node, "coordinate_transformation_mode", NULL,
                         "netc has no linear enlarging of the kind %s",
                         quoted(im->arena, resize.coordinates));
    else if (!node->failed)
        upsample(im, node, x, &resize);
}

/* The block size; 0 after a report. */
static int64_t block_of(Import *im, Node *node) {
    int64_t block = node_int(im, node, "blocksize", 0);
    if (block >= 1 && block <= 1024) return block;
    refuse_attribute(im, node, "blocksize", NULL, "%lld is no size", (long long)block);
    return 0;
}

void import_depth_to_space(Import *im, Node *node) {
    Value *x = node_tensor(im, node, 0, 4, 4);
    int64_t r = x ? block_of(im, node) : 0;
    const char *mode = node_string(im, node, "mode", "DCR");
    if (!r) return;
    if (x->extent[1] % (r * r) != 0) {
        refuse_attribute(im, node, "blocksize", "the file is damaged",
                         "%lld channels cannot be shared among %lld x %lld",
                         (long long)x->extent[1], (long long)r, (long long)r);
        return;
    }
    int64_t c = x->extent[1] / (r * r);
    int64_t extent[4] = {x->extent[0], c, x->extent[2] * r, x->extent[3] * r};
    x = emit_channels_first(im, node, x);
    Layer *layer = emit_layer(im, node, "pixel_shuffle", x);
    emit_attr(im, layer, "r", "%lld", (long long)r);
    if (strcmp(mode, "CRD") != 0 && c != 1 && r != 1) emit_attr(im, layer, "order", "dcr");
    node_give(im, node, 0, emit_result(im, layer, 4, extent, x->axes));
}

void import_space_to_depth(Import *im, Node *node) {
    Value *x = node_tensor(im, node, 0, 4, 4);
    int64_t r = x ? block_of(im, node) : 0;
    const char *mode = node_string(im, node, "mode", "DCR");
    if (!r) return;
    if (x->extent[2] % r != 0 || x->extent[3] % r != 0) {
        refuse_attribute(im, node, "blocksize", "the file is damaged",
                         "%lld x %lld pixels are not squares of %lld", (long long)x->extent[2],
                         (long long)x->extent[3], (long long)r);
        return;
    }
    int64_t c = x->extent[1];
    int64_t extent[4] = {x->extent[0], c * r * r, x->extent[2] / r, x->extent[3] / r};
    x = emit_channels_first(im, node, x);
    Layer *layer = emit_layer(im, node, "pixel_unshuffle", x);
    emit_attr(im, layer, "r", "%lld", (long long)r);
    if (strcmp(mode, "CRD") != 0 && c != 1 && r != 1) emit_attr(im, layer, "order", "dcr");
    node_give(im, node, 0, emit_result(im, layer, 4, extent, x->axes));
}
