/* A model is a symbol NAME_model of data, as large as the structure and with its version first. The
 * layout is that of every target with 64-bit pointers, and so this machine's; bytes are read as
 * little-endian whatever this machine is. */
#include "driver/model_read.h"

#include "driver/elf_image.h"
#include "netc_runtime.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define MODEL_FIELD(field) offsetof(struct netc_model, field)
#define TENSOR_FIELD(field) offsetof(struct netc_tensor, field)

enum { MODEL_BYTES = sizeof(struct netc_model), TENSOR_BYTES = sizeof(struct netc_tensor) };
static_assert(sizeof(void *) == 8 && MODEL_BYTES == 128 && TENSOR_BYTES == 72,
              "the host lays structures out as the targets do");

/* A program may hold more models, but nobody reads them. */
enum { MAX_MODELS = 1000, MAX_TENSORS = 65536 };

static uint64_t number(const unsigned char *at, int bytes) {
    uint64_t n = 0;
    for (int i = bytes - 1; i >= 0; i--) n = n << 8 | at[i];
    return n;
}

static ImagePlace field(ImagePlace structure, uint64_t offset) {
    structure.offset += offset;
    return structure;
}

static const char *read_string(const ElfImage *image, ImagePlace structure, uint64_t offset) {
    return elf_image_string(image, elf_image_follow(image, field(structure, offset)));
}

static bool read_tensor(const ElfImage *image, ImagePlace at, ReadTensor *out) {
    const unsigned char *bytes = elf_image_bytes(image, at, TENSOR_BYTES);
    if (!bytes) return false;
    *out = (ReadTensor){.name = read_string(image, at, 0),
                        .axes = read_string(image, at, TENSOR_FIELD(axes)),
                        .elems = number(bytes + TENSOR_FIELD(elems), 8)};
    uint64_t rank = number(bytes + TENSOR_FIELD(rank), 4);
    uint64_t type = number(bytes + TENSOR_FIELD(type), 4);
    if (!out->name || !out->axes || rank < 1 || rank > MAX_RANK || type > NETC_TYPE_U8)
        return false;
    out->rank = (int)rank;
    out->dtype = type == NETC_TYPE_U8 ? DTYPE_U8 : DTYPE_F32;
    for (int i = 0; i < out->rank; i++)
        out->extent[i] = (int64_t)number(bytes + TENSOR_FIELD(extent) + 8 * i, 8);
    return true;
}

static bool read_tensors(Arena *arena, const ElfImage *image, ImagePlace pointer, uint64_t n,
                         ReadTensors *out) {
    ImagePlace at = elf_image_follow(image, pointer);
    if (n > MAX_TENSORS) return false;
    for (uint64_t i = 0; i < n; i++) {
        ReadTensor tensor;
        if (!read_tensor(image, field(at, TENSOR_BYTES * i), &tensor)) return false;
        VEC_PUSH(arena, out, tensor);
    }
    return true;
}

static bool read_model(Arena *arena, const ElfImage *image, ImagePlace at, ReadModel *out) {
    const unsigned char *bytes = elf_image_bytes(image, at, MODEL_BYTES);
    if (!bytes) return false;
    *out = (ReadModel){.name = read_string(image, at, MODEL_FIELD(name)),
                       .compiler = read_string(image, at, MODEL_FIELD(compiler)),
                       .cpu = read_string(image, at, MODEL_FIELD(cpu)),
                       .workspace_bytes = number(bytes + MODEL_FIELD(workspace_bytes), 8),
                       .workspace_align = number(bytes + MODEL_FIELD(workspace_align), 8),
                       .threads_bytes = number(bytes + MODEL_FIELD(threads_bytes), 8),
                       .thread_bytes = number(bytes + MODEL_FIELD(thread_bytes), 8),
                       .stack_bytes = number(bytes + MODEL_FIELD(stack_bytes), 8),
                       .weights_bytes = number(bytes + MODEL_FIELD(weights_bytes), 8)};
    memcpy(out->hash, bytes + MODEL_FIELD(hash), sizeof out->hash);
    return out->name && out->compiler && out->cpu &&
           read_tensors(arena, image, field(at, MODEL_FIELD(inputs)),
                        number(bytes + MODEL_FIELD(n_inputs), 4), &out->inputs) &&
           read_tensors(arena, image, field(at, MODEL_FIELD(outputs)),
                        number(bytes + MODEL_FIELD(n_outputs), 4), &out->outputs);
}

static bool names_model(const char *name) {
    static const char TAIL[] = "_model";
    size_t len = strlen(name), tail = strlen(TAIL);
    return len > tail && strcmp(name + len - tail, TAIL) == 0;
}

static const char *read_elf(Arena *arena, const char *bytes, size_t len, ReadModels *out) {
    ElfImage image;
    const char *why = elf_image_open(arena, bytes, len, &image);
    if (why) return arena_printf(arena, "is %s", why);
    size_t n_tensors = 0;
    for (size_t i = 0; i < image.data.len; i++) {
        const ImageSymbol *symbol = &image.data.at[i];
        if (!names_model(symbol->name)) continue;
        const unsigned char *abi = elf_image_bytes(&image, symbol->at, 4);
        if (symbol->size != MODEL_BYTES || !abi || number(abi, 4) != NETC_MODEL_ABI) continue;
        ReadModel model;
        if (!read_model(arena, &image, symbol->at, &model))
            return "is damaged: the description of its model is not whole";
        n_tensors += model.inputs.len + model.outputs.len;
        if (out->len == MAX_MODELS || n_tensors > MAX_TENSORS)
            return "holds more models than netc lists";
        VEC_PUSH(arena, out, model);
    }
    return NULL;
}

/* The members of an archive; those that are no ELF objects (its own indices) are passed over. */
static const char *read_archive(Arena *arena, const char *bytes, size_t len, ReadModels *out) {
    enum { MAGIC = 8, HEADER = 60, AT_SIZE = 48, SIZE_DIGITS = 10 };
    for (size_t at = MAGIC; at < len;) {
        char digits[SIZE_DIGITS + 1] = "", *end;
        if (len - at < HEADER || memcmp(bytes + at + HEADER - 2, "`\n", 2) != 0)
            return "is damaged: an archive member has no header";
        memcpy(digits, bytes + at + AT_SIZE, SIZE_DIGITS);
        unsigned long long size = strtoull(digits, &end, 10);
        at += HEADER;
        if (end == digits || digits[0] == '-' || size > len - at)
            return "is damaged: an archive member ends behind the file";
        if (size >= 4 && memcmp(bytes + at,
                                "\x7f"
                                "ELF",
                                4) == 0) {
            const char *why = read_elf(arena, bytes + at, size, out);
            if (why) return why;
        }
        at += size + size % 2;
    }
    return NULL;
}

const char *models_read(Arena *arena, const char *bytes, size_t len, ReadModels *out) {
    static const char ARCHIVE[] = "!<arch>\n";
    bool is_archive = len >= strlen(ARCHIVE) && memcmp(bytes, ARCHIVE, strlen(ARCHIVE)) == 0;
    const char *why =
        is_archive ? read_archive(arena, bytes, len, out) : read_elf(arena, bytes, len, out);
    if (!why && out->len == 0) why = "holds no model that this netc can read";
    return why;
}
