/* DepthToSpace and SpaceToDepth. */
#include "import/emit.h"
#include "import/handlers.h"

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
