/* Operators that move numbers: side by side, apart, and into borders. */
#include "base/checked.h"
#include "import/emit.h"
#include "import/handlers.h"
#include "import/shapes.h"
#include "import/table.h"
#include "import/words.h"

#include <math.h>

/* The `n` inputs of a Concat that are not empty, of which constants become tensors with the names
 * of `x`; NULL after a report. */
static Value **joined(Import *im, Node *node, const Value *x, int axis, size_t *n_joined) {
    size_t n = node->onnx->n_inputs;
    *n_joined = 0;
    Value **in = ARENA_ARRAY(im->arena, Value *, n);
    for (size_t i = 0; i < n; i++) {
        Value *value =
            node->onnx->inputs[i][0] ? table_get(im->names, node->onnx->inputs[i]) : NULL;
        const Constant *c = value ? value->constant : NULL;
        const int64_t *extent = c ? c->extent : value ? value->extent : NULL;
        int rank = c ? c->rank : value ? value->rank : 0;
        bool fits = value && rank == x->rank;
        for (int j = 0; j < rank && fits; j++) fits = j == axis || extent[j] == x->extent[j];
        if (!fits) {
            refuse(im, node, "the file is damaged", "its inputs of %s and %s do not fit",
                   sizes_text(im->arena, x->rank, x->extent), sizes_text(im->arena, rank, extent));
            return NULL;
        }
        if (c && c->elems == 0) continue;
        in[(*n_joined)++] = c ? emit_constant(im, node, c, value->onnx, rank, extent, x->axes)
                              : emit_rename(im, node, value, x->axes);
    }
    return in;
}

void import_concat(Import *im, Node *node) {
    Value *x = NULL; /* the first that the network computes: it gives the names of the axes */
    for (size_t i = 0; i < node->onnx->n_inputs && !x; i++) {
        x = node->onnx->inputs[i][0] ? table_get(im->names, node->onnx->inputs[i]) : NULL;
        if (x && x->constant) x = NULL;
    }
    int axis = x ? node_axis(im, node, "axis", node_int(im, node, "axis", 1), x->rank) : -1;
    size_t n = 0;
    Value **in = axis < 0 ? NULL : joined(im, node, x, axis, &n);
    if (in) node_give(im, node, 0, emit_concat(im, node, in, n, axis));
}

/* The sizes of the parts: a list, or equal ones but for the last. */
static int64_t *split_sizes(Import *im, Node *node, int64_t extent, size_t parts) {
    size_t n;
    const int64_t *list = node_list(im, node, 1, "split", &n);
    int64_t *sizes = ARENA_ARRAY(im->arena, int64_t, parts + 1), sum = 0;
    if (node->failed) return NULL;
    bool good = !list || n == parts;
    int64_t each = parts ? (extent + (int64_t)parts - 1) / (int64_t)parts : 0;
    for (size_t i = 0; i < parts; i++) {
        sizes[i] = !list ? (each < extent - sum ? each : extent - sum) : i < n ? list[i] : 0;
        good = good && sizes[i] >= 0 && sizes[i] <= extent - sum;
        sum += good ? sizes[i] : 0;
    }
    if (good && sum == extent) return sizes;
    refuse(im, node, "the file is damaged, or made for another size",
           "its parts are not the %lld elements of its axis", (long long)extent);
    return NULL;
}

void import_split(Import *im, Node *node) {
    Value *x = node_tensor(im, node, 0, 1, MAX_RANK);
    int axis = x ? node_axis(im, node, "axis", node_int(im, node, "axis", 0), x->rank) : -1;
    size_t parts = node->onnx->n_outputs;
    int64_t *sizes = axis < 0 ? NULL : split_sizes(im, node, x->extent[axis], parts);
    if (!sizes) return;
    for (size_t i = 0; i < parts; i++) { /* all in one part, and the others empty */
        if (sizes[i] == 0) node_give_nothing(im, node, i, x, axis);
        if (sizes[i] == x->extent[axis]) node_give(im, node, i, x);
    }
    for (size_t i = 0; i < parts; i++)
        if (sizes[i] == x->extent[axis]) return;
    Layer *layer = emit_layer(im, node, "split", x);
    emit_attr(im, layer, "axis", "%s", x->axes[axis]);
    Text text = text_in(im->arena);
    for (size_t i = 0; i < parts; i++) {
        int64_t extent[MAX_RANK];
        if (sizes[i] == 0) continue;
        for (int j = 0; j < x->rank; j++) extent[j] = j == axis ? sizes[i] : x->extent[j];
        text_printf(&text, "%s%lld", layer->n_out ? ", " : "", (long long)sizes[i]);
        node_give(im, node, i, emit_result(im, layer, x->rank, extent, x->axes));
    }
    emit_attr(im, layer, "sizes", "[%s]", text_str(&text));
}

/* The lists of a Slice: attributes before opset 10, inputs since. */
static const int64_t *slice_list(Import *im, Node *node, const char *name, size_t i, size_t *n) {
    if (im->opset < 10) return node_ints(im, node, name, n);
    return node_constant_ints(im, node, i, arena_printf(im->arena, "input `%s`", name), n);
}

bool slice_ranges(Import *im, Node *node, int rank, const int64_t *extent, int64_t *start,
                  int64_t *count, int64_t *step) {
    size_t n, n_ends, n_axes, n_steps = 0;
    const int64_t *starts = slice_list(im, node, "starts", 1, &n),
                  *ends = slice_list(im, node, "ends", 2, &n_ends),
                  *axes = slice_list(im, node, "axes", 3, &n_axes),
                  *steps = im->opset < 10 ? NULL : slice_list(im, node, "steps", 4, &n_steps);
    if (node->failed) return false;
    if (!starts || !ends || n != n_ends || (axes && n != n_axes) || (steps && n != n_steps) ||
        n > (size_t)rank) {
        refuse(im, node, "the file is damaged", "its lists have not the same length");
        return false;
    }
    for (int i = 0; i < rank; i++) {
        start[i] = 0;
        count[i] = extent[i];
        step[i] = 1;
    }
    for (size_t i = 0; i < n; i++) {
        int axis = node_axis(im, node, "axes", axes ? axes[i] : (int64_t)i, rank);
        if (axis < 0) return false;
        int64_t size = extent[axis], by = steps ? steps[i] : 1, first = starts[i], end = ends[i];
        if (by == 0 || by < -MAX_EXTENT || by > MAX_EXTENT) {
            refuse(im, node, "the file is damaged", "its step is %lld", (long long)by);
            return false;
        }
        first += first < 0 ? size : 0;
        end += end < 0 ? size : 0;
        int64_t least = by < 0 ? -1 : 0, most = by < 0 ? size - 1 : size;
        first = first < 0 ? 0 : first > most ? most : first;
        end = end < least ? least : end > size ? size : end;
        start[axis] = first;
        step[axis] = by;
        count[axis] = by > 0 ? ceil_div(end - first, by) : ceil_div(first - end, -by);
        if (count[axis] < 0) count[axis] = 0;
    }
    return true;
}

/* x backwards along an axis: every `step`th element from `start` on down. */
static Value *backwards(Import *im, Node *node, Value *x, int axis, int64_t start, int64_t count,
                        int64_t step) {
    if (count > MAX_WHOLE / x->extent[axis]) {
        refuse(im, node, NULL, "it turns %lld elements around, which is too much",
               (long long)count);
        return NULL;
    }
    int64_t *places = ARENA_ARRAY(im->arena, int64_t, (size_t)count);
    for (int64_t i = 0; i < count; i++) places[i] = start + i * step;
    return emit_take(im, node, x, axis, places, count);
}

void import_slice(Import *im, Node *node) {
    Value *x = node_tensor(im, node, 0, 1, MAX_RANK);
    int64_t start[MAX_RANK], count[MAX_RANK], step[MAX_RANK];
    if (!x || !slice_ranges(im, node, x->rank, x->extent, start, count, step)) return;
    for (int i = 0; i < x->rank && x; i++) {
        if (count[i] == 0) {
            node_give_nothing(im, node, 0, x, i);
            return;
        }
        if (step[i] < 0) {
            x = backwards(im, node, x, i, start[i], count[i], step[i]);
            continue;
        }
        int64_t covered = (count[i] - 1) * step[i] + 1;
        x = emit_part(im, node, x, i, start[i], covered);
        x = emit_stride(im, node, x, i, step[i]);
    }
    if (x) node_give(im, node, 0, x);
}

/* The places of a Gather, from 0 on; NULL after a report. */
static const int64_t *gather_places(Import *im, Node *node, const Constant *list, int64_t size) {
    if (!list->whole || list->elems == 0 || list->elems > MAX_WHOLE / size) {
        refuse(im, node, NULL, "its places are none, too many, or not whole");
        return NULL;
    }
    if (!node_computes(im, node, list->elems)) return NULL;
    int64_t *places = ARENA_ARRAY(im->arena, int64_t, (size_t)list->elems);
    for (int64_t i = 0; i < list->elems; i++) {
        places[i] = list->ints[i] + (list->ints[i] < 0 ? size : 0);
        if (places[i] >= 0 && places[i] < size) continue;
        refuse(im, node, "the file is damaged", "there is no element %lld of %lld",
               (long long)list->ints[i], (long long)size);
        return NULL;
    }
    return places;
}

void import_gather(Import *im, Node *node) {
    Value *x = node_tensor(im, node, 0, 1, MAX_RANK);
    const Constant *list = x ? node_constant(im, node, 1, "its second input", false) : NULL;
    int axis = list ? node_axis(im, node, "axis", node_int(im, node, "axis", 0), x->rank) : -1;
    const int64_t *places = axis < 0 ? NULL : gather_places(im, node, list, x->extent[axis]);
    if (!places) return;
    Value *part = emit_take(im, node, x, axis, places, list->elems);
    if (list->rank == 1) {
        node_give(im, node, 0, part);
        return;
    }
    int64_t extent[MAX_RANK + CONSTANT_RANK]; /* the list's axes in the place of this one */
    int rank = 0;
    for (int i = 0; i < x->rank; i++) {
        for (int j = 0; i == axis && j < list->rank; j++) extent[rank++] = list->extent[j];
        if (i != axis) extent[rank++] = x->extent[i];
    }
    if (rank == 0) extent[rank++] = 1; /* a single number is [C: 1] */
    if (rank > MAX_RANK)
        refuse(im, node, NULL, "its result has %d axes, netc has up to %d", rank, MAX_RANK);
    else
        node_give(im, node, 0, emit_reshape(im, node, part, rank, extent, axes_usual(rank, false)));
}

/* How often a Tile repeats each axis; NULL after a report. */
static const int64_t *tile_repeats(Import *im, Node *node, const Value *x) {
    size_t n;
    const int64_t *repeats = node_constant_ints(im, node, 1, "input `repeats`", &n);
    bool good = repeats && n == (size_t)x->rank;
    for (int i = 0; good && i < x->rank; i++)
        good = repeats[i] >= 1 && repeats[i] <= MAX_EXTENT / x->extent[i];
    if (!good && !node->failed) refuse(im, node, NULL, "it repeats nothing, or not each axis");
    return good ? repeats : NULL;
}

void import_tile(Import *im, Node *node) {
    Value *x = node_tensor(im, node, 0, 1, MAX_RANK);
    const int64_t *repeats = x ? tile_repeats(im, node, x) : NULL;
    if (!repeats) return;
    for (int i = 0; i < x->rank; i++) {
        if (repeats[i] == 1) continue;
        int64_t extent[4] = {1, 1, 1, 1}, result[MAX_RANK];
        for (int j = 0; j < x->rank; j++) {
            extent[j < i ? 1 : 3] *= x->extent[j];
            result[j] = x->extent[j] * (j == i ? repeats[i] : 1);
        }
        Value like = {.rank = 4, .extent = {1, extent[1], repeats[i], extent[3]}};
        for (int j = 0; j < 4; j++) like.axes[j] = axes_usual(4, false)[j];
        Value *all = emit_expand(im, node,
                                 emit_reshape(im, node, x, 4, extent, axes_usual(4, false)), &like);
        x = emit_reshape(im, node, all, x->rank, result, x->axes);
    }
    node_give(im, node, 0, x);
}

/* A sum of all elements before each: a product with a matrix of ones on one side of the diagonal.
 */
void import_cumsum(Import *im, Node *node) {
    Value *x = node_tensor(im, node, 0, 1, MAX_RANK);
    const Constant *number = x ? node_constant(im, node, 1, "input `axis`", false) : NULL;
    if (!number) return;
    if (!number->whole || number->elems != 1) {
        refuse(im, node, "the file is damaged", "its axis is no whole number");
        return;
    }
    int axis = node_axis(im, node, "axis", number->ints[0], x->rank);
    bool own = node_int(im, node, "exclusive", 0) == 0,
         back = node_int(im, node, "reverse", 0) != 0;
    if (axis < 0 || node->failed) return;
    int64_t n = x->extent[axis], extent[2] = {n, n};
    if (n > MAX_WHOLE / n) {
        refuse(im, node, NULL, "it sums %lld elements, which is too much", (long long)n);
        return;
    }
    if (!node_computes(im, node, n * n)) return;
    float *ones = ARENA_ARRAY(im->arena, float, (size_t)(n * n));
    for (int64_t i = 0; i < n * n; i++) {
        int64_t before = back ? i % n - i / n : i / n - i % n;
        ones[i] = before > 0 || (own && before == 0) ? 1 : 0;
    }
    Constant matrix = constant_of_floats(ones, 2, extent);
    node_give(im, node, 0, emit_matrix(im, node, x, axis, &matrix));
}

/* Whatever a Pad adds, before and behind each axis. False after a report. */
static bool pad_amounts(Import *im, Node *node, const Value *x, int64_t *lo, int64_t *hi) {
    size_t n, n_axes = 0;
    const int64_t *pads = im->opset < 11 ? node_ints(im, node, "pads", &n)
                                         : node_constant_ints(im, node, 1, "input `pads`", &n);
    const int64_t *axes = im->opset < 18 || !node_given(node, 3)
                              ? NULL
                              : node_constant_ints(im, node, 3, "input `axes`", &n_axes);
    size_t count = axes ? n_axes : (size_t)x->rank;
    if (node->failed) return false;
    if (!pads || n != 2 * count) {
        refuse(im, node, "the file is damaged", "it has %zu paddings for %zu axes", n, count);
        return false;
    }
    for (int i = 0; i < x->rank; i++) lo[i] = hi[i] = 0;
    for (size_t i = 0; i < count; i++) {
        int axis = axes ? node_axis(im, node, "axes", axes[i], x->rank) : (int)i;
        if (axis < 0) return false;
        lo[axis] = pads[i];
        hi[axis] = pads[count + i];
        if (lo[axis] >= -MAX_EXTENT && lo[axis] <= MAX_EXTENT && hi[axis] >= -MAX_EXTENT &&
            hi[axis] <= MAX_EXTENT)
            continue;
        refuse(im, node, NULL, "its paddings are too large");
        return false;
    }
    return true;
}

static const char *border_of(Import *im, Node *node) {
    static const char *const words[][2] = {
        {"constant", "zero"}, {"reflect", "reflect"}, {"edge", "replicate"}, {"wrap", "circular"}};
    const char *mode = node_string(im, node, "mode", "constant");
    for (size_t i = 0; i < 4; i++)
        if (strcmp(words[i][0], mode) == 0) return words[i][1];
    refuse_attribute(im, node, "mode", NULL, "netc has no border %s", quoted(im->arena, mode));
    return NULL;
}

static bool is_spatial(const char *axis) {
    return strcmp(axis, "N") != 0 && strcmp(axis, "C") != 0;
}

/* True if only spatial axes are padded. */
static bool pads_spatial(const Value *x, const int64_t *lo, const int64_t *hi) {
    bool some = false;
    for (int i = 0; i < x->rank; i++) {
        if (is_spatial(x->axes[i]))
            some = true;
        else if (lo[i] || hi[i])
            return false;
    }
    return some;
}

/* Whether a border made of the data has data enough; a report if not. */
static bool border_reaches(Import *im, Node *node, const Value *x, const int64_t *lo,
                           const int64_t *hi, const char *border) {
    bool mirrors = strcmp(border, "reflect") == 0;
    if (!mirrors && strcmp(border, "circular") != 0) return true;
    for (int i = 0; i < x->rank; i++) {
        int64_t most = x->extent[i] - mirrors, p = lo[i] > hi[i] ? lo[i] : hi[i];
        if (p <= most) continue;
        refuse(im, node, "repeat the elements at the border: mode=edge",
               "it pads %lld around %lld elements, at most %lld with this border", (long long)p,
               (long long)x->extent[i], (long long)most);
        return false;
    }
    return true;
}

/* x padded along its spatial axes in one layer; lo and hi are of all axes. NULL after a report. */
static Value *pad_spatial(Import *im, Node *node, Value *x, const int64_t *lo, const int64_t *hi,
                          const char *border, float value) {
    int64_t extent[MAX_RANK], before[MAX_RANK], behind[MAX_RANK];
    const char *names[MAX_RANK];
    int n = 0;
    if (!border_reaches(im, node, x, lo, hi, border)) return NULL;
    Layer *layer = emit_layer(im, node, "pad", x);
    for (int i = 0; i < x->rank; i++) {
        extent[i] = x->extent[i];
        if (!is_spatial(x->axes[i])) continue;
        names[n] = x->axes[i];
        before[n] = lo[i];
        behind[n] = hi[i];
        extent[i] += lo[i] + hi[i];
        if (n < MAX_SPATIAL) layer->axis[n] = (ConvAxis){.pad_lo = lo[i], .pad_hi = hi[i]};
        n++;
    }
    const char *amounts = pads_text(im->arena, n, names, before, behind);
    emit_attr(im, layer, "p", "%s", amounts[0] ? amounts : "0");
    if (strcmp(border, "zero") != 0) emit_attr(im, layer, "border", "%s", border);
    if (isinf(value) && value < 0) /* the least of all numbers, for a maxpool behind it */
        emit_attr(im, layer, "value", "-inf");
    else if (value != 0)
        emit_number(im, layer, "value", value);
    return emit_result(im, layer, x->rank, extent, x->axes);
}

void import_pad(Import *im, Node *node) {
    Value *x = node_tensor(im, node, 0, 1, MAX_RANK);
    int64_t lo[MAX_RANK], hi[MAX_RANK];
    const char *border = x ? border_of(im, node) : NULL;
    if (!border || !pad_amounts(im, node, x, lo, hi)) return;
    float value = node_float(im, node, "value", 0);
    const Constant *given = im->opset < 11 || !node_given(node, 2)
                                ? NULL
                                : node_constant(im, node, 2, "input `constant_value`", true);
    if (given && given->elems == 1) value = (float)constant_number(given, 0);
    if (strcmp(border, "zero") != 0) value = 0;
    for (int i = 0; i < x->rank; i++) {
        int64_t cut_lo = lo[i] < 0 ? -lo[i] : 0, cut_hi = hi[i] < 0 ? -hi[i] : 0;
        if (cut_lo + cut_hi >= x->extent[i]) {
            refuse(im, node, NULL, "its negative paddings leave nothing of axis %d", i);
            return;
        }
        x = emit_part(im, node, x, i, cut_lo, x->extent[i] - cut_lo - cut_hi);
        lo[i] = lo[i] < 0 ? 0 : lo[i];
        hi[i] = hi[i] < 0 ? 0 : hi[i];
    }
    if (pads_spatial(x, lo, hi)) {
        x = pad_spatial(im, node, x, lo, hi, border, value);
        if (x) node_give(im, node, 0, x);
        return;
    }
    bool outer = false, inner = false;
    for (int i = 0; i < x->rank; i++) *(i < 2 ? &outer : &inner) |= lo[i] || hi[i];
    if (inner) {
        x = emit_channels_first(im, node, x);
        int64_t inner_lo[MAX_RANK] = {0}, inner_hi[MAX_RANK] = {0};
        for (int i = 2; i < x->rank; i++) inner_lo[i] = lo[i], inner_hi[i] = hi[i];
        x = pad_spatial(im, node, x, inner_lo, inner_hi, border, value);
        if (!x) return;
    }
    for (int i = 0; i < 2 && i < x->rank && outer; i++) { /* N and C, as an axis of their own */
        if (lo[i] == 0 && hi[i] == 0) continue;
        int64_t line_lo[4] = {0, 0, lo[i], 0}, line_hi[4] = {0, 0, hi[i], 0};
        Value *line = emit_line(im, node, x, i);
        line = pad_spatial(im, node, line, line_lo, line_hi, border, value);
        if (!line) return;
        x = emit_from_line(im, node, line, x, i);
    }
    node_give(im, node, 0, x);
}
