/* A residual unit is one block, a chain of them is several: the text says so with a `repeat`, or a
 * line each. A network is a chain of units, so any run of them that occurs twice would be shorter
 * as a def, and nobody would know it again. */
#include "import/units.h"

#include "import/emit.h"

bool begins_line(const Layer *layer) {
    return layer->def || layer->window > 0 || layer->n_in != 1 || layer->n_out != 1 ||
           strcmp(layer->op, "dense") == 0 || strcmp(layer->op, "upsample") == 0;
}

/* A sum of tensors, or several of a concat. */
static bool joins(const Layer *layer) {
    return strcmp(layer->op, "+") == 0 || (strcmp(layer->op, "concat") == 0 && layer->n_in > 1);
}

/* A gate of the channels: a unit while it is not a def, so that it becomes one; then it is a line.
 */
static bool gates(const Layer *layer) {
    return strcmp(layer->op, "scale") == 0 && layer->n_in == 2;
}

bool ends_unit(const Layer *layer) {
    if (!layer->def) return joins(layer) || gates(layer);
    const Def *def = layer->def;
    for (size_t i = def->n_body; i-- > 0;) {
        if (gates(def->body[i])) return false;
        if (ends_unit(def->body[i])) return def->n_params == 1;
        if (begins_line(def->body[i])) return false;
    }
    return false;
}

/* True if behind layer `at` of the block only one value of it and of its inputs is used. */
static bool is_cut(Layer *const *layers, size_t first, size_t len, size_t at) {
    const Value *through = NULL;
    for (size_t i = at + 1; i < len; i++)
        for (size_t j = 0; j < layers[i]->n_in; j++) {
            const Value *value = layers[i]->in[j];
            bool later = value->uses > first + at + 1 && value->uses <= first + len;
            if (later || value == through) continue;
            if (through) return false;
            through = value;
        }
    return true;
}

bool is_one_unit(Layer *const *layers, size_t first, size_t len) {
    bool ended = false, begun = false; /* a unit; a line outside of one */
    size_t start = 0;                  /* of the piece between two cuts */
    for (size_t i = 0; i < len; i++) {
        if (i + 1 < len && !is_cut(layers, first, len, i)) continue;
        bool unit = false, line = false, takes_all = false;
        for (size_t j = start; j <= i; j++) {
            bool ends = ends_unit(layers[j]) && (j > start || layers[j]->def);
            unit = unit || ends;
            line = line || begins_line(layers[j]);
            takes_all = takes_all || (ends && strcmp(layers[j]->op, "concat") != 0);
        }
        if ((ended && line) || (takes_all && begun)) return false;
        ended = ended || unit;
        begun = begun || (line && !unit); /* what squeezes before branches belongs to them */
        start = i + 1;
    }
    return true;
}
