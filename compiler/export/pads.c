/* Padding and cutting.
 *
 *     border=zero       Pad, constant        border=reflect    Pad, reflect
 *     border=replicate  Pad, edge            border=circular   axis by axis, Concat of
 *                                            [the last lo elements, all, the first hi elements]
 *
 * (Pad knows `wrap` only since opset 19.) */
#include "export/layers.h"

static bool all_zero(const Extents *numbers) {
    for (int i = 0; i < numbers->n; i++)
        if (numbers->at[i] != 0) return false;
    return true;
}

const char *put_slice(Builder *builder, const char *output, const char *input,
                      const Extents *extents, const Extents *first, const Extents *len) {
    Extents starts = {0}, ends = {0}, axes = {0};
    for (int i = 0; i < extents->n; i++) {
        if (len->at[i] == extents->at[i]) continue;
        starts.at[starts.n++] = first->at[i];
        ends.at[ends.n++] = first->at[i] + len->at[i];
        axes.at[axes.n++] = i;
    }
    if (axes.n == 0) return output ? PUT(builder, "Identity", output, input) : input;
    const char *from = constant_ints(builder, "starts", &starts),
               *to = constant_ints(builder, "ends", &ends),
               *along = constant_ints(builder, "axes", &axes);
    return PUT(builder, "Slice", output, input, from, to, along);
}

/* One axis of a circular border. `extents` has what the axes before it have become. */
static const char *put_circle(Builder *builder, const char *output, const char *input,
                              const Extents *extents, int axis, int64_t lo, int64_t hi) {
    Extents first = {.n = extents->n}, len = *extents;
    const char *parts[3];
    int n = 0;
    first.at[axis] = extents->at[axis] - lo;
    len.at[axis] = lo;
    if (lo > 0) parts[n++] = put_slice(builder, NULL, input, extents, &first, &len);
    parts[n++] = input;
    first.at[axis] = 0;
    len.at[axis] = hi;
    if (hi > 0) parts[n++] = put_slice(builder, NULL, input, extents, &first, &len);
    const char *name = put_node(builder, "Concat", output, n, parts);
    put_int(builder, "axis", axis);
    return name;
}

static const char *put_circular(Builder *builder, const char *output, const char *input,
                                const Extents *extents, const Extents *lo, const Extents *hi) {
    Extents grown = *extents;
    int last = 0;
    for (int i = 0; i < extents->n; i++)
        if (lo->at[i] + hi->at[i] > 0) last = i;
    for (int i = 0; i <= last; i++) {
        if (lo->at[i] + hi->at[i] == 0) continue;
        input =
            put_circle(builder, i == last ? output : NULL, input, &grown, i, lo->at[i], hi->at[i]);
        grown.at[i] += lo->at[i] + hi->at[i];
    }
    return input;
}

const char *put_pad(Builder *builder, const char *output, const char *input, const Extents *extents,
                    const Extents *lo, const Extents *hi, Border border, double value) {
    static const char *const modes[] = {[BORDER_ZERO] = "constant",
                                        [BORDER_REFLECT] = "reflect",
                                        [BORDER_REPLICATE] = "edge",
                                        [BORDER_CIRCULAR] = ""};
    if (all_zero(lo) && all_zero(hi))
        return output ? PUT(builder, "Identity", output, input) : input;
    if (border == BORDER_CIRCULAR) return put_circular(builder, output, input, extents, lo, hi);
    Extents pads = *lo;
    for (int i = 0; i < hi->n; i++) pads.at[pads.n++] = hi->at[i];
    const char *amounts = constant_ints(builder, "pads", &pads);
    const char *with = border == BORDER_ZERO ? constant_float(builder, "value", value) : NULL;
    const char *name = PUT(builder, "Pad", output, input, amounts, with);
    put_string(builder, "mode", modes[border]);
    return name;
}

void export_pad(Builder *builder) {
    const Node *node = builder->node;
    const TensorType *in = &node->inputs[0]->type, *out = &node->output->type;
    Form form = common_form(builder);
    Extents extents = extents_in(in, form), lo = {.n = extents.n}, hi = lo;
    for (int i = 0; i < in->rank; i++) {
        int axis = axis_in(in, i, form);
        lo.at[axis] = node->first[i];
        hi.at[axis] = out->axes[i].extent - in->axes[i].extent - node->first[i];
    }
    const char *x = input_in(builder, 0, form);
    put_pad(builder, output_in(builder, form), x, &extents, &lo, &hi, node->border,
            node->numbers.at[0]);
}
