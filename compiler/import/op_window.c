/* Conv and ConvTranspose. */
#include "import/geometry.h"
#include "import/handlers.h"
#include "import/words.h"

/* Input 1, the weight, with the axes of `x`; NULL after a report. */
static const Constant *weight_of(Import *im, Node *node, const Value *x) {
    const Constant *weight = node_constant(im, node, 1, "the weight", false);
    if (weight && (weight->rank != x->rank || weight->whole || weight->elems == 0)) {
        refuse(im, node, "the file is damaged",
               "its weight has the shape %s, its input has %d axes",
               sizes_text(im->arena, weight->rank, weight->extent), x->rank);
        return NULL;
    }
    return weight;
}

/* The groups, which must divide the channels in and out. */
static int64_t groups_of(Import *im, Node *node, int64_t in, int64_t out) {
    int64_t groups = node_int(im, node, "group", 1);
    if (groups >= 1 && in % groups == 0 && out % groups == 0) return groups;
    refuse_attribute(
        im, node, "group", "the file is damaged",
        "%lld does not divide the %lld channels of the input and the %lld of the output",
        (long long)groups, (long long)in, (long long)out);
    return 0;
}

/* What both have besides the geometry: parameters, groups, label. False after a report. */
static bool finish(Import *im, Node *node, Layer *layer, const Constant *weight, int64_t channels,
                   int64_t groups) {
    emit_attr(im, layer, "c", "%lld", (long long)channels);
    if (groups != 1) emit_attr(im, layer, "g", "%lld", (long long)groups);
    emit_param(layer, "weight", weight, node->in[1]->onnx);
    if (!node_given(node, 2)) {
        emit_source(layer, "bias", "none");
        return true;
    }
    const Constant *bias = node_constant(im, node, 2, "the bias", false);
    if (!bias) return false;
    if (bias->whole || bias->elems != channels) {
        refuse(im, node, "the file is damaged", "its bias has %lld numbers for %lld channels",
               (long long)bias->elems, (long long)channels);
        return false;
    }
    Constant row = constant_reshape(im->arena, bias, 1, &channels);
    emit_param(layer, "bias", &row, node->in[2]->onnx);
    return true;
}

/* The weight has these channels: `axis` 1 of a Conv's and 0 of a ConvTranspose's. */
static bool channels_agree(Import *im, Node *node, const Value *x, int64_t wanted) {
    if (x->extent[1] == wanted) return true;
    refuse(im, node, "the file is damaged", "its weight is for %lld channels, its input has %lld",
           (long long)wanted, (long long)x->extent[1]);
    return false;
}

void import_conv(Import *im, Node *node) {
    Value *x = node_tensor(im, node, 0, 3, MAX_RANK);
    const Constant *weight = x ? weight_of(im, node, x) : NULL;
    if (!weight) return;
    int64_t groups = groups_of(im, node, x->extent[1], weight->extent[0]);
    if (!groups || !channels_agree(im, node, x, groups * weight->extent[1])) return;
    x = emit_channels_first(im, node, x);
    Layer *layer = emit_layer(im, node, "conv", x);
    int64_t extent[MAX_RANK] = {x->extent[0], weight->extent[0]};
    if (!geometry_read(im, node, x, &weight->extent[2], layer) ||
        !geometry_sizes(im, node, layer, &extent[2]) ||
        !finish(im, node, layer, weight, weight->extent[0], groups))
        return;
    node_give(im, node, 0, emit_result(im, layer, x->rank, extent, x->axes));
}

/* `output_shape`: the padding follows from it, by ONNX's rule. False after a report. */
static bool pad_to_shape(Import *im, Node *node, Layer *layer) {
    size_t n;
    const int64_t *shape = node_ints(im, node, "output_shape", &n);
    size_t spatial = (size_t)layer->window;
    if (n == spatial + 2)
        shape += 2; /* some exporters write N and C, too */
    else if (n != spatial) {
        refuse_attribute(im, node, "output_shape", "the file is damaged",
                         "it has %zu numbers for %d axes", n, layer->window);
        return false;
    }
    bool upper = strcmp(node_string(im, node, "auto_pad", "NOTSET"), "SAME_UPPER") == 0;
    for (int i = 0; i < layer->window; i++) {
        ConvAxis *axis = &layer->axis[i];
        axis->pad_lo = axis->pad_hi = 0;
        int64_t whole = 0;
        if (tconv_output_extent(axis, &whole) != CONV_OK || shape[i] < 1 || shape[i] > MAX_EXTENT) {
            refuse_attribute(im, node, "output_shape", NULL, "%lld cannot be made of %lld",
                             (long long)shape[i], (long long)axis->i);
            return false;
        }
        int64_t more = whole - shape[i]; /* to cut off */
        if (more < 0) {
            axis->a += -more;
            continue;
        }
        axis->pad_lo = upper ? more / 2 : more - more / 2;
        axis->pad_hi = more - axis->pad_lo;
    }
    return true;
}

/* auto_pad of a ConvTranspose: the result is s times its input. */
static void pad_same(Layer *layer, bool upper) {
    for (int i = 0; i < layer->window; i++) {
        ConvAxis *axis = &layer->axis[i];
        axis->pad_lo = axis->pad_hi = 0;
        int64_t whole = 0;
        if (tconv_output_extent(axis, &whole) != CONV_OK) continue;
        int64_t more = whole - axis->i * axis->s;
        if (more < 0) axis->a -= more;
        if (more <= 0) continue;
        axis->pad_lo = upper ? more / 2 : more - more / 2;
        axis->pad_hi = more - axis->pad_lo;
    }
}

static bool read_tconv(Import *im, Node *node, const Value *x, const Constant *weight,
                       Layer *layer) {
    size_t n;
    if (!geometry_read(im, node, x, &weight->extent[2], layer)) return false;
    const int64_t *room = node_ints(im, node, "output_padding", &n);
    if (room && n != (size_t)layer->window && n != 0) {
        refuse_attribute(im, node, "output_padding", "the file is damaged",
                         "it has %zu numbers for %d axes", n, layer->window);
        return false;
    }
    for (int i = 0; i < layer->window; i++) {
        ConvAxis *axis = &layer->axis[i];
        axis->a = room && n ? room[i] : 0;
        if (axis->a >= 0 && axis->a < (axis->s > axis->d ? axis->s : axis->d)) continue;
        refuse_attribute(im, node, "output_padding", NULL,
                         "%lld is not below the stride and the dilation (%lld, %lld)",
                         (long long)axis->a, (long long)axis->s, (long long)axis->d);
        return false;
    }
    const char *word = node_string(im, node, "auto_pad", "NOTSET");
    if (node_has(node, "output_shape")) return pad_to_shape(im, node, layer);
    if (strncmp(word, "SAME_", 5) == 0) pad_same(layer, strcmp(word, "SAME_UPPER") == 0);
    return !node->failed;
}

void import_tconv(Import *im, Node *node) {
    Value *x = node_tensor(im, node, 0, 3, MAX_RANK);
    const Constant *weight = x ? weight_of(im, node, x) : NULL;
    if (!weight || !channels_agree(im, node, x, weight->extent[0])) return;
    int64_t groups = groups_of(im, node, x->extent[1], x->extent[1]), channels = 0;
    if (!groups) return;
    channels = weight->extent[1] * groups;
    x = emit_channels_first(im, node, x);
    Layer *layer = emit_layer(im, node, "tconv", x);
    int64_t extent[MAX_RANK] = {x->extent[0], channels};
    if (!read_tconv(im, node, x, weight, layer) ||
        !finish(im, node, layer, weight, channels, groups))
        return;
    for (int i = 0; i < layer->window; i++) {
        const ConvAxis *axis = &layer->axis[i];
        if (tconv_output_extent(axis, &extent[2 + i]) == CONV_OK && extent[2 + i] <= MAX_EXTENT &&
            axis->a < (axis->s > axis->d ? axis->s : axis->d))
            continue;
        refuse(im, node, NULL,
               "its geometry is not that of a transposed convolution (size %lld, stride %lld, "
               "padding %lld and %lld, output padding %lld)",
               (long long)axis->i, (long long)axis->s, (long long)axis->pad_lo,
               (long long)axis->pad_hi, (long long)axis->a);
        return;
    }
    node_give(im, node, 0, emit_result(im, layer, x->rank, extent, x->axes));
}
