/* Bytes stand in the table of values as the f32 that the layer makes of them: a Cast to float then
 * does nothing, and what moves elements moves those. Only arithmetic would differ. */
#include "import/bytes.h"

#include "import/emit.h"
#include "import/table.h"
#include "import/words.h"

#include <string.h>

void bytes_add_input(Import *im, Value *input) {
    static const OnnxNode conversion = {.op = "Cast", .domain = "", .name = ""};
    input->is_u8 = true;
    if (!im->bytes) im->bytes = table_create(im->arena);
    table_set(im->bytes, input->onnx, im);
    if (!table_get(im->wanted, input->onnx)) return;
    Node node = {.onnx = &conversion};
    table_set(im->names, input->onnx, emit_simple(im, &node, "f32", input));
}

bool bytes_are(const Import *im, const char *onnx) {
    return im->bytes && table_get(im->bytes, onnx);
}

static bool is_one_of(const char *op, const char *const *ops, size_t n) {
    for (size_t i = 0; i < n; i++)
        if (strcmp(ops[i], op) == 0) return true;
    return false;
}

#define IS_ONE_OF(op, ops) is_one_of(op, ops, sizeof(ops) / sizeof *(ops))

bool bytes_pass(Import *im, Node *node) {
    static const char *const moves[] = {"Identity", "Transpose", "Reshape",      "Flatten",
                                        "Squeeze",  "Unsqueeze", "Slice",        "Split",
                                        "Expand",   "Tile",      "DepthToSpace", "SpaceToDepth"};
    static const char *const others[] = {"Cast", "CastLike", "Shape", "Size"};
    const OnnxNode *onnx = node->onnx;
    const char *bytes = NULL;
    for (size_t i = 0; i < onnx->n_inputs && !bytes; i++)
        if (bytes_are(im, onnx->inputs[i])) bytes = onnx->inputs[i];
    if (!bytes || IS_ONE_OF(onnx->op, others)) return true;
    if (!IS_ONE_OF(onnx->op, moves)) {
        refuse(im, node, "cast it to float before",
               "%s is of bytes, with which ONNX computes modulo 256", quoted(im->arena, bytes));
        return false;
    }
    for (size_t i = 0; i < onnx->n_outputs; i++) table_set(im->bytes, onnx->outputs[i], im);
    return true;
}
