/* One pass from the last node to the first: what a node takes is turned if what it gives is. */
#include "import/turned.h"

#include "import/table.h"

#include <string.h>

/* [N, spatial ..., C] -> [N, C, spatial ...]. */
static bool brings_last_to_second(const OnnxNode *node) {
    for (size_t a = 0; a < node->n_attributes; a++) {
        const OnnxAttribute *perm = &node->attributes[a];
        if (strcmp(perm->name, "perm") != 0 || perm->type != ONNX_ATTRIBUTE_INTS || perm->n < 3)
            continue;
        bool turns = perm->ints[0] == 0 && perm->ints[1] == (int64_t)perm->n - 1;
        for (size_t i = 2; i < perm->n; i++) turns = turns && perm->ints[i] == (int64_t)i - 1;
        return turns;
    }
    return false;
}

static bool keeps_axes(const char *op) {
    static const char *const ops[] = {"Cast", "Sub",      "Div",   "Mul",
                                      "Add",  "Identity", "Slice", "Resize"};
    for (size_t i = 0; i < sizeof ops / sizeof *ops; i++)
        if (strcmp(ops[i], op) == 0) return true;
    return false;
}

const struct NameTable *find_turned(Import *im, const size_t *order) {
    NameTable *turned = table_create(im->arena);
    for (size_t i = im->model->n_nodes; i-- > 0;) {
        const OnnxNode *node = &im->model->nodes[order[i]];
        bool turns = strcmp(node->op, "Transpose") == 0 && brings_last_to_second(node);
        bool hands_on =
            node->n_outputs == 1 && keeps_axes(node->op) && table_get(turned, node->outputs[0]);
        for (size_t k = 0; (turns || hands_on) && k < node->n_inputs; k++)
            table_set(turned, node->inputs[k], im);
    }
    return turned;
}
