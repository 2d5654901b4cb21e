/* Layers, made. */
#include "import/emit.h"

#include "base/checked.h"
#include "import/words.h"

#include <math.h>
#include <stdarg.h>

const char *const *axes_usual(int rank, bool last) {
    static const char *const first_names[MAX_RANK][MAX_RANK] = {
        {"C"}, {"N", "C"}, {"N", "C", "T"}, {"N", "C", "H", "W"}, {"N", "C", "D", "H", "W"}};
    static const char *const last_names[MAX_RANK][MAX_RANK] = {
        {"C"}, {"N", "C"}, {"N", "T", "C"}, {"N", "H", "W", "C"}, {"N", "D", "H", "W", "C"}};
    return last ? last_names[rank - 1] : first_names[rank - 1];
}

int value_axis(const Value *value, const char *name) {
    for (int i = 0; i < value->rank; i++)
        if (strcmp(value->axes[i], name) == 0) return i;
    return NO_AXIS;
}

int64_t elems_of(const Value *value) {
    int64_t elems = 1;
    for (int i = 0; i < value->rank; i++) elems *= value->extent[i];
    return elems;
}

bool has_layer(const Import *im, const char *op) {
    for (size_t i = 0; i < im->options->styles.len; i++)
        if (strcmp(im->options->styles.at[i].name, op) == 0) return true;
    return false;
}

Layer *emit_joined(Import *im, const Node *node, const char *op, Value *const *in, size_t n) {
    Layer *layer = ARENA_NEW(im->arena, Layer);
    *layer = (Layer){.op = op, .n_in = n, .node = node->onnx, .number = node->number};
    layer->in = ARENA_ARRAY(im->arena, Value *, n);
    for (size_t i = 0; i < n; i++) layer->in[i] = in[i];
    VEC_PUSH(im->arena, &im->layers, layer);
    return layer;
}

Layer *emit_layer(Import *im, const Node *node, const char *op, Value *x) {
    return emit_joined(im, node, op, &x, 1);
}

void emit_attr(Import *im, Layer *layer, const char *name, const char *format, ...) {
    va_list args;
    va_start(args, format);
    layer->attrs[layer->n_attrs++] = (Attr){name, arena_vprintf(im->arena, format, args)};
    va_end(args);
}

void emit_number(Import *im, Layer *layer, const char *name, float number) {
    Node node = {.onnx = layer->node, .number = layer->number};
    if (!isfinite(number))
        refuse(im, &node, "the file is damaged", "a number of it, netc's `%s`, is not finite",
               name);
    emit_attr(im, layer, name, "%s", number_text(im->arena, isfinite(number) ? number : 0));
}

void emit_param(Layer *layer, const char *name, const Constant *numbers, const char *onnx) {
    layer->params[layer->n_params++] = (Param){.name = name, .numbers = *numbers, .onnx = onnx};
}

void emit_source(Layer *layer, const char *name, const char *text) {
    layer->params[layer->n_params++] = (Param){.name = name, .onnx = "", .text = text};
}

/* Reports a value beyond the limit of the language, and makes it small for what is computed of it.
 */
static void too_large(Import *im, const Layer *layer, Value *value) {
    Node node = {.onnx = layer->node, .number = layer->number};
    refuse(im, &node, "`netc limits` names the limits; a smaller input (--input-shape) may help",
           "its result would be %s; netc's sizes are 1 to %lld, and 2^40 elements in all",
           sizes_text(im->arena, value->rank, value->extent), (long long)MAX_EXTENT);
    for (int i = 0; i < value->rank; i++) value->extent[i] = 1;
}

/* The list has room for a power of two. */
static void append_result(Arena *arena, Layer *layer, Value *value) {
    size_t n = layer->n_out;
    if ((n & (n - 1)) == 0) {
        Value **out = ARENA_ARRAY(arena, Value *, n ? 2 * n : 1);
        for (size_t i = 0; i < n; i++) out[i] = layer->out[i];
        layer->out = out;
    }
    layer->out[layer->n_out++] = value;
}

Value *emit_result(Import *im, Layer *layer, int rank, const int64_t *extent,
                   const char *const *axes) {
    Value *value = ARENA_NEW(im->arena, Value);
    *value = (Value){.onnx = "", .rank = rank, .layer = layer};
    int64_t elems = 1;
    for (int i = 0; i < rank; i++) {
        value->extent[i] = extent[i];
        value->axes[i] = axes[i];
        if (extent[i] < 1 || extent[i] > MAX_EXTENT || !checked_mul(elems, extent[i], &elems) ||
            elems > MAX_ELEMS)
            value->failed = true;
    }
    if (value->failed) too_large(im, layer, value);
    append_result(im->arena, layer, value);
    return value;
}

Value *emit_result_like(Import *im, Layer *layer, const Value *x) {
    return emit_result(im, layer, x->rank, x->extent, x->axes);
}

Value *emit_simple(Import *im, const Node *node, const char *op, Value *x) {
    return emit_result_like(im, emit_layer(im, node, op, x), x);
}

static bool same_axes(const Value *x, int rank, const int64_t *extent, const char *const *axes) {
    if (x->rank != rank) return false;
    for (int i = 0; i < rank; i++)
        if (x->extent[i] != extent[i] || strcmp(x->axes[i], axes[i]) != 0) return false;
    return true;
}

Value *emit_reshape(Import *im, const Node *node, Value *x, int rank, const int64_t *extent,
                    const char *const *axes) {
    if (same_axes(x, rank, extent, axes)) return x;
    return emit_result(im, emit_layer(im, node, "reshape", x), rank, extent, axes);
}

Value *emit_rename(Import *im, const Node *node, Value *x, const char *const *axes) {
    return emit_reshape(im, node, x, x->rank, x->extent, axes);
}

Value *emit_channels_first(Import *im, const Node *node, Value *x) {
    if (strcmp(x->axes[x->rank > 1], "C") == 0 && (x->rank == 1 || strcmp(x->axes[0], "N") == 0))
        return x;
    return emit_rename(im, node, x, axes_usual(x->rank, false));
}

Value *emit_channels_last(Import *im, const Node *node, Value *x) {
    if (strcmp(x->axes[x->rank - 1], "C") == 0 && (x->rank == 1 || strcmp(x->axes[0], "N") == 0))
        return x;
    return emit_rename(im, node, x, axes_usual(x->rank, true));
}

Value *emit_block(Import *im, const Node *node, Value *x, int first, int last) {
    int64_t extent[3] = {1, 1, 1};
    for (int i = 0; i < x->rank; i++) extent[i < first ? 0 : i <= last ? 1 : 2] *= x->extent[i];
    return emit_reshape(im, node, x, extent[2] == 1 ? 2 : 3, extent, axes_usual(3, false));
}

Value *emit_line(Import *im, const Node *node, Value *x, int axis) {
    int64_t extent[4] = {1, 1, 1, 1};
    for (int i = 0; i < x->rank; i++) extent[i < axis ? 1 : i == axis ? 2 : 3] *= x->extent[i];
    return emit_reshape(im, node, x, 4, extent, axes_usual(4, false));
}

Value *emit_from_line(Import *im, const Node *node, Value *line, const Value *x, int axis) {
    int64_t extent[MAX_RANK];
    for (int i = 0; i < x->rank; i++) extent[i] = i == axis ? line->extent[2] : x->extent[i];
    return emit_reshape(im, node, line, x->rank, extent, x->axes);
}

/* x repeated along its axes first .. last, which have extent 1, to those of `like`. */
static Value *repeat_axes(Import *im, const Node *node, Value *x, int first, int last,
                          const Value *like) {
    Value *line = emit_line(im, node, x, first);
    int64_t extent[MAX_RANK] = {1, line->extent[1], 1, line->extent[3]};
    for (int i = first; i <= last; i++) extent[2] *= like->extent[i];
    Layer *layer = emit_layer(im, node, "upsample", line);
    emit_attr(im, layer, "by", "{H: %lld, W: 1}", (long long)extent[2]);
    emit_attr(im, layer, "mode", "nearest");
    line = emit_result(im, layer, 4, extent, axes_usual(4, false));
    for (int i = 0; i < x->rank; i++)
        extent[i] = i < first || i > last ? x->extent[i] : like->extent[i];
    return emit_reshape(im, node, line, x->rank, extent, x->axes);
}

Value *emit_stride(Import *im, const Node *node, Value *x, int axis, int64_t step) {
    if (step == 1) return x;
    Value *line = emit_line(im, node, x, axis);
    int64_t extent[4] = {1, line->extent[1], (line->extent[2] - 1) / step + 1, line->extent[3]};
    Layer *layer = emit_layer(im, node, "maxpool", line);
    emit_attr(im, layer, "k", "1");
    emit_attr(im, layer, "s", "{H: %lld, W: 1}", (long long)step);
    line = emit_result(im, layer, 4, extent, axes_usual(4, false));
    return emit_from_line(im, node, line, x, axis);
}

/* x without `lo` elements before and `hi` behind along a spatial axis. */
static Value *crop(Import *im, const Node *node, Value *x, int axis, int64_t lo, int64_t hi) {
    int64_t extent[MAX_RANK];
    Layer *layer = emit_layer(im, node, "crop", x);
    Text text = text_in(im->arena);
    for (int i = 0, spatial = 0; i < x->rank; i++) {
        extent[i] = x->extent[i] - (i == axis ? lo + hi : 0);
        if (strcmp(x->axes[i], "N") == 0 || strcmp(x->axes[i], "C") == 0) continue;
        if (i == axis) layer->axis[spatial] = (ConvAxis){.pad_lo = lo, .pad_hi = hi};
        spatial++;
        text_printf(&text, text.len ? ", %s: " : "{%s: ", x->axes[i]);
        if (i == axis)
            text_printf(&text, "(%lld, %lld)", (long long)lo, (long long)hi);
        else
            text_puts(&text, "0");
    }
    emit_attr(im, layer, "p", "%s}", text_str(&text));
    return emit_result(im, layer, x->rank, extent, x->axes);
}

Value *emit_part(Import *im, const Node *node, Value *x, int axis, int64_t start, int64_t count) {
    int64_t behind = x->extent[axis] - start - count, sizes[3] = {start, count, behind};
    if (start == 0 && behind == 0) return x;
    bool spatial = strcmp(x->axes[axis], "N") != 0 && strcmp(x->axes[axis], "C") != 0;
    if (spatial) return crop(im, node, x, axis, start, behind);
    Layer *layer = emit_layer(im, node, "split", x);
    emit_attr(im, layer, "axis", "%s", x->axes[axis]);
    Value *wanted = NULL;
    Text text = text_in(im->arena);
    for (int i = 0; i < 3; i++) {
        if (sizes[i] == 0) continue;
        int64_t extent[MAX_RANK];
        for (int j = 0; j < x->rank; j++) extent[j] = j == axis ? sizes[i] : x->extent[j];
        text_printf(&text, "%s%lld", layer->n_out ? ", " : "", (long long)sizes[i]);
        Value *part = emit_result(im, layer, x->rank, extent, x->axes);
        if (i == 1) wanted = part;
    }
    emit_attr(im, layer, "sizes", "[%s]", text_str(&text));
    return wanted;
}

Value *emit_expand(Import *im, const Node *node, Value *x, const Value *like) {
    int64_t extent[MAX_RANK];
    for (int i = 0; i < like->rank; i++) {
        int from = i - (like->rank - x->rank);
        extent[i] = from < 0 ? 1 : x->extent[from];
    }
    Value *value = emit_reshape(im, node, x, like->rank, extent, like->axes);
    for (int first = 0, last; first < like->rank; first = last + 1) {
        last = first;
        if (value->extent[first] == like->extent[first]) continue;
        while (last + 1 < like->rank && value->extent[last + 1] == 1) last++;
        value = repeat_axes(im, node, value, first, last, like);
    }
    return value;
}

Value *emit_scale(Import *im, const Node *node, Value *x, double by, double shift) {
    if (by == 1 && shift == 0) return x;
    Layer *layer = emit_layer(im, node, "scale", x);
    emit_number(im, layer, "by", (float)by);
    if (shift != 0) emit_number(im, layer, "shift", (float)shift);
    return emit_result_like(im, layer, x);
}

Value *emit_infix(Import *im, const Node *node, const char *op, Value *a, Value *b) {
    Value *in[2] = {a, emit_rename(im, node, b, a->axes)};
    return emit_result_like(im, emit_joined(im, node, op, in, 2), a);
}
