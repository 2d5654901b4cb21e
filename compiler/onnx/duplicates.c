/* Names are sorted, so that equal ones stand side by side: a table of hashes would be slow for
 * names that were chosen to collide. */
#include "onnx/duplicates.h"

#include "base/text.h"

#include <stdlib.h>
#include <string.h>

enum { MAX_SHOWN_NAME = 80 };

static int by_name(const void *a, const void *b) {
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Sorts names; the fault tells one that is there twice. "" is no name. */
static bool all_differ(WireFile *file, size_t offset, const char **names, size_t n,
                       const char *what) {
    if (n > 1) qsort(names, n, sizeof *names, by_name);
    for (size_t i = 1; i < n; i++) {
        if (!*names[i] || strcmp(names[i - 1], names[i]) != 0) continue;
        Text shown = text_in(file->arena);
        size_t len = strlen(names[i]);
        text_quote(&shown, names[i], len < MAX_SHOWN_NAME ? len : MAX_SHOWN_NAME);
        return wire_fault(file, offset, "two %s are called `%s%s`", what, text_str(&shown),
                          len < MAX_SHOWN_NAME ? "" : "...");
    }
    return true;
}

bool onnx_attributes_differ(WireFile *file, size_t offset, const OnnxNode *node) {
    const char **names = ARENA_ARRAY(file->arena, const char *, node->n_attributes);
    for (size_t i = 0; i < node->n_attributes; i++) names[i] = node->attributes[i].name;
    return all_differ(file, offset, names, node->n_attributes, "attributes of a node");
}

/* The values that nodes give and, beside them, those of one other kind. */
static bool values_differ(WireFile *file, size_t offset, const OnnxModel *model,
                          const char *const *others, size_t n_others) {
    size_t n = n_others;
    for (size_t i = 0; i < model->n_nodes; i++) n += model->nodes[i].n_outputs;
    const char **names = ARENA_ARRAY(file->arena, const char *, n);
    for (n = 0; n < n_others; n++) names[n] = others[n];
    for (size_t i = 0; i < model->n_nodes; i++)
        for (size_t k = 0; k < model->nodes[i].n_outputs; k++)
            names[n++] = model->nodes[i].outputs[k];
    return all_differ(file, offset, names, n, "values");
}

bool onnx_names_differ(WireFile *file, size_t offset, const OnnxModel *model) {
    const char **tensors = ARENA_ARRAY(file->arena, const char *, model->n_initializers),
               **inputs = ARENA_ARRAY(file->arena, const char *, model->n_inputs),
               **outputs = ARENA_ARRAY(file->arena, const char *, model->n_outputs);
    for (size_t i = 0; i < model->n_initializers; i++) tensors[i] = model->initializers[i].name;
    for (size_t i = 0; i < model->n_inputs; i++) inputs[i] = model->inputs[i].name;
    for (size_t i = 0; i < model->n_outputs; i++) outputs[i] = model->outputs[i].name;
    return values_differ(file, offset, model, tensors, model->n_initializers) &&
           values_differ(file, offset, model, inputs, model->n_inputs) &&
           all_differ(file, offset, outputs, model->n_outputs, "outputs of the model");
}
