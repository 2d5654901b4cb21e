/* Any bytes as an ONNX model. A model that is read has tensors of the sizes that their shapes
 * demand, and what is written of it is read as the same. */
#include "fuzz/fuzz.h"

#include "base/arena.h"
#include "onnx/read.h"
#include "onnx/write.h"

#include <string.h>

enum { MAX_ELEMS = 1 << 16 };

static bool is_printable(const char *words) {
    if (!*words) return false;
    for (; *words; words++)
        if ((unsigned char)*words < 0x20 || *words == 0x7F) return false;
    return true;
}

/* What is wrong with a tensor; NULL: nothing. */
static const char *check_tensor(Arena *arena, const OnnxTensor *tensor) {
    size_t size = onnx_type_size(tensor->type);
    if (tensor->rank < 0 || tensor->rank > ONNX_MAX_RANK || tensor->elems < 0) return "rank";
    for (int i = 0; i < tensor->rank; i++)
        if (tensor->extent[i] < 0) return "extent";
    if (tensor->location) return *tensor->location ? NULL : "location";
    if (size > 0 && tensor->len != (uint64_t)tensor->elems * size) return "size of a tensor";
    if (tensor->elems > MAX_ELEMS) return NULL;
    int64_t *ints = ARENA_ARRAY(arena, int64_t, (size_t)tensor->elems);
    float *floats = ARENA_ARRAY(arena, float, (size_t)tensor->elems);
    bool has_ints = onnx_tensor_ints(tensor, ints), has_floats = onnx_tensor_floats(tensor, floats);
    return has_ints && has_floats ? "type of a tensor" : NULL;
}

/* True if the writer takes the model: it has its numbers, and nothing that was not read. */
static bool is_writable(const OnnxModel *model) {
    for (size_t i = 0; i < model->n_initializers; i++)
        if (model->initializers[i].location) return false;
    for (size_t i = 0; i < model->n_nodes; i++)
        for (size_t k = 0; k < model->nodes[i].n_attributes; k++) {
            const OnnxAttribute *attribute = &model->nodes[i].attributes[k];
            if (attribute->type == ONNX_ATTRIBUTE_GRAPH || attribute->type == ONNX_ATTRIBUTE_OTHER)
                return false;
            if (attribute->tensor && attribute->tensor->location) return false;
        }
    return true;
}

static const char *check_model(Arena *arena, const OnnxModel *model) {
    const char *broken = NULL;
    for (size_t i = 0; i < model->n_initializers && !broken; i++)
        broken = check_tensor(arena, &model->initializers[i]);
    for (size_t i = 0; i < model->n_nodes && !broken; i++) {
        const OnnxNode *node = &model->nodes[i];
        if (!*node->op) broken = "operator";
        for (size_t k = 0; k < node->n_attributes && !broken; k++)
            if (node->attributes[k].tensor)
                broken = check_tensor(arena, node->attributes[k].tensor);
    }
    return broken;
}

static unsigned char *write_model(Arena *arena, const OnnxModel *model, size_t *len) {
    OnnxBytes bytes = onnx_write(arena, model);
    unsigned char *all = arena_alloc(arena, bytes.len), *to = all;
    for (size_t i = 0; i < bytes.n; i++) {
        memcpy(to, bytes.pieces[i].data, bytes.pieces[i].len);
        to += bytes.pieces[i].len;
    }
    *len = bytes.len;
    return all;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    Arena *arena = arena_create();
    const OnnxModel *model = NULL, *again = NULL;
    const char *why = onnx_read(arena, data, size, &model);
    fuzz_require(!why == (model != NULL), "either a model or a reason");
    fuzz_require(!why || is_printable(why), "a reason that can be printed");
    const char *broken = model ? check_model(arena, model) : NULL;
    fuzz_require(!broken, broken);
    if (model && is_writable(model)) {
        size_t len, len_again;
        const unsigned char *bytes = write_model(arena, model, &len);
        fuzz_require(!onnx_read(arena, bytes, len, &again), "what is written can be read");
        const unsigned char *bytes_again = write_model(arena, again, &len_again);
        fuzz_require(len == len_again && memcmp(bytes, bytes_again, len) == 0,
                     "what is written is read as the same");
    }
    arena_destroy(arena);
    return 0;
}
