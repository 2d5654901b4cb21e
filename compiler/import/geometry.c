/* Geometry of windows, by the rules of ONNX. */
#include "import/geometry.h"

#include "import/words.h"

/* A list of `n` numbers, each at least `least`; `fallback` for all where it is absent. */
static bool read_list(Import *im, Node *node, const char *name, size_t n, int64_t least,
                      int64_t fallback, int64_t *out) {
    size_t len;
    const int64_t *list = node_ints(im, node, name, &len);
    for (size_t i = 0; i < n; i++) out[i] = list && i < len ? list[i] : fallback;
    if (!list) return !node->failed;
    if (len != n) {
        refuse_attribute(im, node, name, "the file is damaged", "it has %zu numbers, not %zu", len,
                         n);
        return false;
    }
    for (size_t i = 0; i < n; i++) {
        if (out[i] >= least && out[i] <= MAX_EXTENT) continue;
        refuse_attribute(im, node, name, NULL, "%lld is not between %lld and %lld",
                         (long long)out[i], (long long)least, (long long)MAX_EXTENT);
        return false;
    }
    return true;
}

/* auto_pad: the padding that gives ceil(i / s). SAME_UPPER has the odd one at the end. */
static bool pad_automatically(Import *im, Node *node, const char *word, Layer *layer) {
    bool upper = strcmp(word, "SAME_UPPER") == 0;
    if (strcmp(word, "VALID") == 0) return true;
    if (!upper && strcmp(word, "SAME_LOWER") != 0) {
        refuse_attribute(im, node, "auto_pad", NULL, "%s is not a word that ONNX knows",
                         quoted(im->arena, word));
        return false;
    }
    for (int i = 0; i < layer->window; i++) {
        ConvAxis *axis = &layer->axis[i];
        if (conv_pad_word(PAD_SAME, axis) != CONV_OK) {
            refuse(im, node, NULL, "its sizes are beyond 64 bits");
            return false;
        }
        if (upper) continue;
        int64_t lo = axis->pad_lo;
        axis->pad_lo = axis->pad_hi;
        axis->pad_hi = lo;
    }
    return true;
}

bool geometry_read(Import *im, Node *node, const Value *x, const int64_t *kernel, Layer *layer) {
    int n = x->rank - 2;
    int64_t k[MAX_SPATIAL], s[MAX_SPATIAL], d[MAX_SPATIAL], pads[2 * MAX_SPATIAL];
    if (!kernel && !node_has(node, "kernel_shape")) {
        refuse_attribute(im, node, "kernel_shape", "the file is damaged", "it is missing");
        return false;
    }
    if (!read_list(im, node, "kernel_shape", (size_t)n, 1, 1, k) ||
        !read_list(im, node, "strides", (size_t)n, 1, 1, s) ||
        !read_list(im, node, "dilations", (size_t)n, 1, 1, d) ||
        !read_list(im, node, "pads", 2 * (size_t)n, 0, 0, pads))
        return false;
    layer->window = n;
    for (int i = 0; i < n; i++) {
        if (kernel && node_has(node, "kernel_shape") && k[i] != kernel[i]) {
            refuse_attribute(im, node, "kernel_shape", "the file is damaged",
                             "it says %lld, and the weight has %lld", (long long)k[i],
                             (long long)kernel[i]);
            return false;
        }
        layer->axis[i] = (ConvAxis){.i = x->extent[2 + i],
                                    .k = kernel ? kernel[i] : k[i],
                                    .s = s[i],
                                    .d = d[i],
                                    .pad_lo = pads[i],
                                    .pad_hi = pads[n + i]};
    }
    const char *word = node_string(im, node, "auto_pad", "NOTSET");
    if (strcmp(word, "NOTSET") == 0 || strcmp(word, "") == 0) return !node->failed;
    for (int i = 0; i < n; i++) layer->axis[i].pad_lo = layer->axis[i].pad_hi = 0;
    return pad_automatically(im, node, word, layer);
}

bool geometry_sizes(Import *im, Node *node, const Layer *layer, int64_t *extent) {
    for (int i = 0; i < layer->window; i++) {
        const ConvAxis *axis = &layer->axis[i];
        ConvStatus status = conv_output_extent(axis, &extent[i]);
        if (status == CONV_OK && extent[i] <= MAX_EXTENT) continue;
        int64_t k = axis->k;
        conv_effective_kernel(axis->k, axis->d, &k);
        if (status == CONV_KERNEL_TOO_LARGE)
            refuse(im, node, "a larger input (--input-shape) may help",
                   "its window of %lld is larger than its input: %lld, padded by %lld and %lld",
                   (long long)k, (long long)axis->i, (long long)axis->pad_lo,
                   (long long)axis->pad_hi);
        else
            refuse(im, node, NULL, "its sizes are too large");
        return false;
    }
    return true;
}

bool geometry_is_padded(const Layer *layer) {
    for (int i = 0; i < layer->window; i++)
        if (layer->axis[i].pad_lo || layer->axis[i].pad_hi) return true;
    return false;
}
