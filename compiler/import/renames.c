/* See renames.h. */
#include "import/renames.h"

#include "import/emit.h"
#include "import/pattern.h"

#include <string.h>

enum { MOST_PARTS = 8 };

/* The axis along which a crop takes away: the only one, or NO_AXIS. */
static int cropped_axis(const Layer *crop) {
    const Value *x = crop->in[0], *y = crop->out[0];
    int axis = NO_AXIS;
    for (int i = 0; i < x->rank; i++) {
        if (x->extent[i] == y->extent[i]) continue;
        if (axis != NO_AXIS) return NO_AXIS;
        axis = i;
    }
    return axis;
}

/* Where the part begins along that axis: said by the crop's geometry. */
static int64_t begin_of(const Layer *crop, int axis) {
    int spatial = 0;
    for (int i = 0; i < axis; i++) {
        const char *name = crop->in[0]->axes[i];
        spatial += strcmp(name, "N") != 0 && strcmp(name, "C") != 0;
    }
    return crop->axis[spatial].pad_lo;
}

/* The crops of x along `axis` in their order; 0 if they are not all of it, each part once. */
static size_t parts_of(const Import *im, const Value *x, int axis, Layer **parts) {
    size_t n = 0;
    for (size_t i = 0; i < im->layers.len; i++) {
        Layer *layer = im->layers.at[i];
        if (layer->dead || strcmp(layer->op, "crop") != 0 || layer->in[0] != x ||
            cropped_axis(layer) != axis)
            continue;
        if (n == MOST_PARTS) return 0;
        size_t at = n++;
        for (; at > 0 && begin_of(parts[at - 1], axis) > begin_of(layer, axis); at--)
            parts[at] = parts[at - 1];
        parts[at] = layer;
    }
    int64_t end = 0;
    for (size_t i = 0; i < n; i++) {
        if (begin_of(parts[i], axis) != end) return 0;
        end += parts[i]->out[0]->extent[axis];
    }
    return n > 1 && end == x->extent[axis] ? n : 0;
}

bool join_parts(Import *im, Layer *layer) {
    Layer *parts[MOST_PARTS];
    /* netc's own models say which parts are a split; others are a border */
    bool may = strcmp(layer->op, "crop") == 0 && !im->stated;
    int axis = may ? cropped_axis(layer) : NO_AXIS;
    size_t n = axis == NO_AXIS ? 0 : parts_of(im, layer->in[0], axis, parts);
    if (n == 0) return false;
    Value **out = ARENA_ARRAY(im->arena, Value *, n);
    Text sizes = text_in(im->arena);
    for (size_t i = 0; i < n; i++) {
        out[i] = parts[i]->out[0];
        text_printf(&sizes, "%s%lld", i ? ", " : "", (long long)out[i]->extent[axis]);
    }
    for (size_t i = 0; i < n; i++) {
        parts[i]->dead = parts[i] != layer;
        out[i]->layer = layer;
    }
    become(layer, "split", layer->in[0]);
    layer->out = out;
    layer->n_out = n;
    emit_attr(im, layer, "axis", "%s", layer->in[0]->axes[axis]);
    emit_attr(im, layer, "sizes", "[%s]", text_str(&sizes));
    return true;
}

/* The names in front of the scale are those behind it. */
bool join_names(Layer *layer) {
    Layer *scale = strcmp(layer->op, "reshape") == 0 ? made_for(layer->in[0], "scale") : NULL;
    Layer *before = scale && scale->n_in == 1 ? made_for(scale->in[0], "reshape") : NULL;
    const char *by = before ? attr_said(scale, "by") : NULL;
    if (!by || by[0] == '[' || before->out[0]->stated || scale->out[0]->stated) return false;
    const Value *to = layer->out[0];
    Value *of[] = {before->out[0], scale->out[0]};
    for (int i = 0; i < 2; i++) {
        of[i]->rank = to->rank;
        memcpy(of[i]->extent, to->extent, sizeof to->extent);
        memcpy(of[i]->axes, to->axes, sizeof to->axes);
    }
    replace_by(layer, scale->out[0]);
    return true;
}

/* What the product of x itself would be has the axes of x, but the columns in the place of the one
 * that is summed along. */
static bool is_in_place(const Value *result, const Value *x, const char *summed) {
    if (result->rank != x->rank) return false;
    for (int i = 0; i < x->rank; i++)
        if (strcmp(x->axes[i], summed) == 0 ? value_axis(x, result->axes[i]) != NO_AXIS
                                            : strcmp(x->axes[i], result->axes[i]) != 0)
            return false;
    return true;
}

bool join_permutes(Layer *layer) {
    Layer *matmul = strcmp(layer->op, "permute") == 0 ? made_for(layer->in[0], "matmul") : NULL;
    Layer *before = matmul ? made_for(matmul->in[0], "permute") : NULL;
    if (!before || !is_in_place(layer->out[0], before->in[0], attr_said(matmul, "axis")))
        return false;
    Value *result = matmul->out[0];
    const Value *to = layer->out[0];
    matmul->in[0] = before->in[0];
    memcpy(result->extent, to->extent, sizeof to->extent);
    memcpy(result->axes, to->axes, sizeof to->axes);
    replace_by(layer, result);
    return true;
}
