/* Small questions about layers and their neighbours. */
#include "import/pattern.h"

#include "import/stated.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

Layer *made_by(const Value *value, const char *op) {
    Layer *layer = value->layer;
    if (value->stated) return NULL; /* a value of the program, not a step inside of a layer */
    return layer && !layer->dead && strcmp(layer->op, op) == 0 ? layer : NULL;
}

Layer *made_for(const Value *value, const char *op) {
    return value->uses == 1 ? made_by(value, op) : NULL;
}

const char *attr_said(const Layer *layer, const char *name) {
    for (size_t i = 0; i < layer->n_attrs; i++)
        if (strcmp(layer->attrs[i].name, name) == 0) return layer->attrs[i].text;
    return NULL;
}

bool attr_is(const Layer *layer, const char *name, double wanted) {
    const char *text = attr_said(layer, name);
    double number = text ? strtod(text, NULL) : 0;
    return text && fabs(number - wanted) <= 1e-6 * fabs(wanted);
}

Param *layer_param(Layer *layer, const char *name) {
    for (size_t i = 0; i < layer->n_params; i++)
        if (strcmp(layer->params[i].name, name) == 0) return &layer->params[i];
    return NULL;
}

bool layer_param_is_none(Layer *layer, const char *name) {
    const Param *param = layer_param(layer, name);
    return param && param->text && strcmp(param->text, "none") == 0;
}

bool become(Layer *layer, const char *op, Value *x) {
    layer->op = op;
    layer->in[0] = x;
    layer->n_in = 1;
    layer->n_attrs = layer->n_params = 0;
    layer->window = 0;
    return true;
}

void replace_by(Layer *layer, Value *x) {
    layer->out[0]->same = x;
    layer->dead = true;
    x->onnx = layer->out[0]->onnx;
    if (layer->out[0]->stated) x->stated = layer->out[0]->stated;
}

bool same_shape(const Value *a, const Value *b) {
    if (a->rank != b->rank) return false;
    for (int i = 0; i < a->rank; i++)
        if (a->extent[i] != b->extent[i] || strcmp(a->axes[i], b->axes[i]) != 0) return false;
    return true;
}
