/* Pools. */
#include "import/geometry.h"
#include "import/handlers.h"
#include "import/words.h"

/* A pool's layer on [N, C, spatial ...] with its windows and rounding; NULL after a report. */
static Layer *pool(Import *im, Node *node, const char *op) {
    Value *x = node_tensor(im, node, 0, 3, MAX_RANK);
    if (!x) return NULL;
    x = emit_channels_first(im, node, x);
    Layer *layer = emit_layer(im, node, op, x);
    if (!geometry_read(im, node, x, NULL, layer)) return NULL;
    bool ceil = node_int(im, node, "ceil_mode", 0) != 0;
    for (int i = 0; i < layer->window; i++) layer->axis[i].ceil = ceil;
    return node->failed ? NULL : layer;
}

static bool is_dilated(const Layer *layer) {
    for (int i = 0; i < layer->window; i++)
        if (layer->axis[i].d != 1 && layer->axis[i].k != 1) return true;
    return false;
}

/* Pools without dilation in netc. */
static bool refuse_dilation(Import *im, Node *node, Layer *layer) {
    if (is_dilated(layer))
        refuse_attribute(im, node, "dilations", NULL, "netc's %s has no dilation", layer->op);
    for (int i = 0; i < layer->window; i++) layer->axis[i].d = 1;
    return node->failed;
}

static void give(Import *im, Node *node, Layer *layer) {
    const Value *x = layer->in[0];
    int64_t extent[MAX_RANK] = {x->extent[0], x->extent[1]};
    if (!geometry_sizes(im, node, layer, &extent[2])) return;
    bool whole = true; /* where nothing is left over, rounding up is rounding down */
    for (int i = 0; i < layer->window; i++) {
        ConvAxis down = layer->axis[i];
        int64_t floor_extent = 0;
        down.ceil = false;
        conv_output_extent(&down, &floor_extent);
        whole = whole && floor_extent == extent[2 + i];
    }
    for (int i = 0; i < layer->window; i++) layer->axis[i].ceil = layer->axis[i].ceil && !whole;
    node_give(im, node, 0, emit_result(im, layer, x->rank, extent, x->axes));
}

void import_maxpool(Import *im, Node *node) {
    if (node_wants(im, node, 1))
        refuse(im, node,
               "use a transposed convolution, or nearest upsampling, instead of unpooling",
               "its second output %s is the places of the largest, which netc does not keep",
               quoted(im->arena, node->onnx->outputs[1]));
    Layer *layer = node->failed ? NULL : pool(im, node, "maxpool");
    if (layer) give(im, node, layer);
}

void import_avgpool(Import *im, Node *node) {
    Layer *layer = pool(im, node, "avgpool");
    if (!layer || refuse_dilation(im, node, layer)) return;
    bool all = node_int(im, node, "count_include_pad", 0) != 0;
    give(im, node, layer);
    bool padded = geometry_is_padded(layer);
    if (padded || layer->axis[0].ceil)
        emit_attr(im, layer, "count", "%s", padded && all ? "all" : "inside");
}

/* The norm that an LpPool takes. */
static void emit_power(Import *im, Node *node, Layer *layer) {
    int64_t p = node_int(im, node, "p", 2);
    if (p < 1 || p > MAX_EXTENT)
        refuse_attribute(im, node, "p", "the file is damaged", "%lld is no norm", (long long)p);
    else
        emit_attr(im, layer, "n", "%lld", (long long)p);
}

void import_lppool(Import *im, Node *node) {
    Layer *layer = pool(im, node, "lppool");
    if (!layer || refuse_dilation(im, node, layer)) return;
    emit_power(im, node, layer);
    give(im, node, layer);
}

void import_global_pool(Import *im, Node *node) {
    Value *x = node_tensor(im, node, 0, 3, MAX_RANK);
    if (!x) return;
    bool lp = strcmp(node->onnx->op, "GlobalLpPool") == 0;
    bool max = strcmp(node->onnx->op, "GlobalMaxPool") == 0;
    x = emit_channels_first(im, node, x);
    Layer *layer = emit_layer(im, node, lp ? "lppool" : max ? "maxpool" : "avgpool", x);
    layer->all = true;
    if (lp) emit_power(im, node, layer);
    int64_t extent[MAX_RANK] = {x->extent[0], x->extent[1], 1, 1, 1};
    node_give(im, node, 0, emit_result(im, layer, x->rank, extent, x->axes));
}
