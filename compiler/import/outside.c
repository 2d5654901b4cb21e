#include "import/outside.h"

#include "base/text.h"
#include "import/words.h"
#include "onnx/external.h"

/* Takes the tensor's bytes from the memory that is left for such numbers. */
static const char *take_memory(Import *im, const OnnxTensor *tensor, size_t *len) {
    *len = (size_t)tensor->elems * onnx_type_size(tensor->type);
    if (*len <= im->options->max_memory - im->outside) {
        im->outside += *len;
        return NULL;
    }
    Text text = text_in(im->arena);
    text_puts(&text, "with them, what is in other files needs ");
    text_count(&text, (long long)(im->outside + *len));
    text_puts(&text, " bytes, more than netc may use here (--max-memory)");
    return text_str(&text);
}

static const char *read_numbers(Import *im, OnnxTensor *own) {
    FileReader reader;
    const char *why = onnx_external_open(im->arena, im->options->path, own, &reader);
    if (why) return why;
    why = take_memory(im, own, &own->len);
    if (!why) {
        unsigned char *bytes = arena_alloc(im->arena, own->len);
        own->bytes = bytes;
        why = file_reader_get(&reader, own->offset, own->len, bytes);
    }
    file_reader_close(&reader);
    return why;
}

const OnnxTensor *tensor_here(Import *im, const OnnxTensor *tensor, const char **why) {
    if (!tensor->location) return tensor;
    OnnxTensor *own = ARENA_NEW(im->arena, OnnxTensor);
    *own = *tensor;
    *why = read_numbers(im, own);
    if (*why) {
        *why =
            arena_printf(im->arena, "the numbers of %s: %s", quoted(im->arena, tensor->name), *why);
        return NULL;
    }
    own->location = NULL;
    return own;
}
