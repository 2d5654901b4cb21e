/* The layer stands for no node: it is called after the numbers. */
#include "import/held.h"

#include "import/emit.h"

bool may_be_held(const Constant *numbers) {
    return !numbers->whole && numbers->elems > 0 && numbers->rank >= 1 && numbers->rank <= MAX_RANK;
}

Value *hold_constant(Import *im, const char *onnx, const Constant *numbers,
                     const char *const *axes) {
    OnnxNode *origin = ARENA_NEW(im->arena, OnnxNode);
    *origin = (OnnxNode){.name = onnx, .op = "Constant", .domain = ""};
    const Node node = {.onnx = origin, .number = im->model->n_nodes};
    Layer *layer = emit_joined(im, &node, "constant", NULL, 0);
    emit_param(layer, "value", numbers, onnx);
    Value *value = emit_result(im, layer, numbers->rank, numbers->extent, axes);
    Text shape = text_in(im->arena);
    for (int i = 0; i < value->rank; i++)
        text_printf(&shape, "%s%s: %lld", i ? ", " : "", axes[i], (long long)value->extent[i]);
    emit_attr(im, layer, "shape", "[%s]", text_str(&shape));
    value->onnx = onnx;
    return value;
}
