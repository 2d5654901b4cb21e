/* The JSON document of a summary (contract.md 6). Values per axis are arrays in axis order. */
#include "report/summary.h"

#include "report/json_out.h"

#include <math.h>

static json_t *tensors(const SummaryTensor *list, size_t n) {
    json_t *array = json_array();
    for (size_t i = 0; i < n; i++) {
        json_t *axes = json_array();
        for (int axis = 0; axis < list[i].type.rank; axis++)
            json_array_append_new(axes,
                                  json_pack("{s:s, s:I}", "name", list[i].type.axes[axis].name,
                                            "extent", (json_int_t)list[i].type.axes[axis].extent));
        json_array_append_new(array, json_pack("{s:s, s:s, s:o}", "name", list[i].name, "type",
                                               dtype_name(list[i].type.dtype), "axes", axes));
    }
    return array;
}

static json_t *window_values(const SummaryLayer *layer, int64_t (*value)(const ConvAxis *)) {
    json_t *array = json_array();
    for (int i = 0; i < layer->n_axes; i++)
        json_array_append_new(array, json_integer(value(&layer->window[i].arith)));
    return array;
}

static int64_t kernel(const ConvAxis *axis) { return axis->k; }
static int64_t stride(const ConvAxis *axis) { return axis->s; }
static int64_t dilation(const ConvAxis *axis) { return axis->d; }
static int64_t extra(const ConvAxis *axis) { return axis->a; }

static json_t *paddings(const SummaryLayer *layer) {
    json_t *array = json_array();
    for (int i = 0; i < layer->n_axes; i++)
        json_array_append_new(array, json_pack("[I, I]", (json_int_t)layer->window[i].arith.pad_lo,
                                               (json_int_t)layer->window[i].arith.pad_hi));
    return array;
}

/* An array of sizes, or the word "all". */
static json_t *receptive_fields(const SummaryLayer *layer) {
    json_t *array = json_array();
    for (int i = 0; i < layer->n_fields; i++) {
        if (layer->fields[i].all) {
            json_decref(array);
            return json_string("all");
        }
        json_array_append_new(array, json_integer((json_int_t)ceil(layer->fields[i].size)));
    }
    return array;
}

static json_t *layer_object(const SummaryLayer *layer) {
    json_t *object = json_object(), *out = json_array(), *unread = json_array();
    for (int i = 0; i < layer->out.rank; i++)
        json_array_append_new(out, json_integer(layer->out.axes[i].extent));
    for (int i = 0; i < layer->n_axes; i++)
        json_array_append_new(unread, json_integer(layer->unread[i]));
    json_object_set_new(object, "path", json_string(layer->path));
    json_object_set_new(object, "op", json_string(op_name(layer->op)));
    json_object_set_new(object, "k", window_values(layer, kernel));
    json_object_set_new(object, "s", window_values(layer, stride));
    json_object_set_new(object, "p", paddings(layer));
    json_object_set_new(object, "d", window_values(layer, dilation));
    json_object_set_new(object, "a", window_values(layer, extra));
    json_object_set_new(object, "out", out);
    json_object_set_new(object, "params", json_integer(layer->params));
    json_object_set_new(object, "macs", json_integer(layer->macs));
    json_object_set_new(object, "bytes", json_integer(layer->bytes));
    json_object_set_new(object, "rf", receptive_fields(layer));
    json_object_set_new(object, "unread", unread);
    json_object_set_new(object, "algorithm",
                        layer->algorithm ? json_string(layer->algorithm) : json_null());
    return object;
}

void summary_print_json(Text *out, const Summary *summary) {
    json_t *layers = json_array(), *document = json_object();
    for (size_t i = 0; i < summary->layers.len; i++)
        json_array_append_new(layers, layer_object(&summary->layers.at[i]));
    json_object_set_new(document, "model", json_string(summary->model));
    json_object_set_new(document, "inputs", tensors(summary->inputs.at, summary->inputs.len));
    json_object_set_new(document, "outputs", tensors(summary->outputs.at, summary->outputs.len));
    json_object_set_new(document, "layers", layers);
    json_t *smallest = json_array();
    for (int i = 0; i < summary->n_smallest; i++)
        json_array_append_new(smallest, json_integer((json_int_t)summary->smallest[i]));
    json_object_set_new(document, "smallest_input", smallest);
    json_object_set_new(document, "peak_bytes", json_integer((json_int_t)summary->peak_bytes));
    json_object_set_new(document, "workspace_bytes", json_integer(summary->workspace_bytes));
    json_out(out, document);
}
