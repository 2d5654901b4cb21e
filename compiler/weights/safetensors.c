/* Reader of .safetensors: 8 bytes with the length of a JSON header, the header, then the data.
 *
 *     {"c1.conv.weight": {"dtype": "F32", "shape": [6, 1, 5, 5], "data_offsets": [0, 600]}, ...}
 *
 * Nothing is believed: every tensor's bytes are those its shape needs, and together the tensors
 * cover the data exactly once. Reasons quote only names, escaped. */
#include "weights/safetensors.h"

#include "base/checked.h"
#include "base/little_endian.h"
#include "base/text.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

enum {
    PREFIX_BYTES = 8,
    MAX_HEADER_BYTES = 16 << 20, /* some 100,000 tensors: more than a network has layers */
    MAX_SHOWN_NAME = 80
};

static const struct {
    const char *name;
    int64_t size; /* bytes of one element */
    int dtype;    /* a Dtype, or -1 */
} elements[] = {{"F32", 4, DTYPE_F32}, {"F16", 2, DTYPE_F16}, {"BF16", 2, DTYPE_BF16},
                {"F64", 8, DTYPE_F64}, {"BOOL", 1, -1},       {"U8", 1, -1},
                {"I8", 1, -1},         {"U16", 2, -1},        {"I16", 2, -1},
                {"U32", 4, -1},        {"I32", 4, -1},        {"U64", 8, -1},
                {"I64", 8, -1}};

/* What one parse works on. */
typedef struct Reader {
    Arena *arena;
    int64_t data;     /* where the bytes after the header begin */
    int64_t data_len; /* their number */
    int64_t *begin;   /* of each tensor, bytes after the header */
    int64_t *end;     /* one past its last byte */
    WeightTensor *tensors;
    size_t n_tensors;
    const char *why; /* NULL, or what is wrong */
} Reader;

/* Notes that `name` has a fault; false, for the caller to return. */
static bool fault(Reader *reader, const char *name, const char *what) {
    Text text = text_in(reader->arena);
    size_t len = strlen(name);
    text_puts(&text, "tensor `");
    text_quote(&text, name, len < MAX_SHOWN_NAME ? len : MAX_SHOWN_NAME);
    text_printf(&text, "%s` %s", len < MAX_SHOWN_NAME ? "" : "...", what);
    reader->why = text_str(&text);
    return false;
}

static bool read_shape(Reader *reader, WeightTensor *tensor, const json_t *shape) {
    if (!json_is_array(shape)) return fault(reader, tensor->name, "has no shape");
    if (json_array_size(shape) > MAX_WEIGHT_RANK)
        return fault(reader, tensor->name, "has more than 8 axes");
    tensor->rank = (int)json_array_size(shape);
    tensor->elems = 1;
    for (int axis = 0; axis < tensor->rank; axis++) {
        const json_t *extent = json_array_get(shape, (size_t)axis);
        if (!json_is_integer(extent) || json_integer_value(extent) < 0)
            return fault(reader, tensor->name, "has an extent that is not a whole number");
        tensor->extent[axis] = json_integer_value(extent);
        if (!checked_mul(tensor->elems, tensor->extent[axis], &tensor->elems))
            return fault(reader, tensor->name, "has more elements than 64 bits can count");
    }
    return true;
}

static bool read_offsets(Reader *reader, size_t index, const json_t *offsets) {
    const char *name = reader->tensors[index].name;
    const json_t *begin = json_array_get(offsets, 0), *end = json_array_get(offsets, 1);
    if (json_array_size(offsets) != 2 || !json_is_integer(begin) || !json_is_integer(end))
        return fault(reader, name, "has no pair of data_offsets");
    int64_t from = json_integer_value(begin), to = json_integer_value(end);
    if (from < 0 || from > to || to > reader->data_len)
        return fault(reader, name, "has offsets beyond the data");
    reader->begin[index] = from;
    reader->end[index] = to;
    reader->tensors[index].place = (WeightPlace){.at = reader->data + from, .len = to - from};
    return true;
}

/* The element type, and whether the shape needs just the bytes that the offsets give it. A type
 * that netc does not know may be of any size: it can be listed, never used. */
static bool read_dtype(Reader *reader, size_t index, const json_t *dtype) {
    WeightTensor *tensor = &reader->tensors[index];
    if (!json_is_string(dtype)) return fault(reader, tensor->name, "has no dtype");
    tensor->dtype_text = arena_strdup(reader->arena, json_string_value(dtype));
    tensor->dtype = -1;
    for (size_t n = 0; n < sizeof elements / sizeof elements[0]; n++) {
        if (strcmp(elements[n].name, tensor->dtype_text) != 0) continue;
        tensor->dtype = elements[n].dtype;
        int64_t bytes;
        if (!checked_mul(tensor->elems, elements[n].size, &bytes) ||
            bytes != reader->end[index] - reader->begin[index])
            return fault(reader, tensor->name, "has offsets that do not fit its shape");
        break;
    }
    return true;
}

static bool read_tensor(Reader *reader, const char *name, const json_t *value) {
    size_t index = reader->n_tensors++;
    WeightTensor *tensor = &reader->tensors[index];
    tensor->name = arena_strdup(reader->arena, name);
    if (!json_is_object(value)) return fault(reader, name, "is not described by an object");
    return read_shape(reader, tensor, json_object_get(value, "shape")) &&
           read_offsets(reader, index, json_object_get(value, "data_offsets")) &&
           read_dtype(reader, index, json_object_get(value, "dtype"));
}

static bool read_metadata(Reader *reader, const json_t *value) {
    bool strings = json_is_object(value);
    const char *key;
    json_t *entry;
    json_object_foreach((json_t *)value, key, entry) strings = strings && json_is_string(entry);
    if (!strings) reader->why = "its __metadata__ is not a map from strings to strings";
    return strings;
}

static bool read_header(Reader *reader, json_t *header) {
    size_t count = json_object_size(header);
    reader->tensors = ARENA_ARRAY(reader->arena, WeightTensor, count);
    reader->begin = ARENA_ARRAY(reader->arena, int64_t, count);
    reader->end = ARENA_ARRAY(reader->arena, int64_t, count);
    const char *name;
    json_t *value;
    json_object_foreach(header, name, value) {
        bool good = strcmp(name, "__metadata__") == 0 ? read_metadata(reader, value)
                                                      : read_tensor(reader, name, value);
        if (!good) return false;
    }
    return true;
}

/* The bytes of one tensor, for sorting. */
typedef struct Extent {
    int64_t begin, end;
    const char *name;
} Extent;

static int by_offset(const void *a, const void *b) {
    const Extent *x = a, *y = b;
    if (x->begin != y->begin) return x->begin < y->begin ? -1 : 1;
    return (x->end > y->end) - (x->end < y->end);
}

static bool covers_data_once(Reader *reader) {
    Extent *extents = ARENA_ARRAY(reader->arena, Extent, reader->n_tensors);
    for (size_t n = 0; n < reader->n_tensors; n++)
        extents[n] = (Extent){reader->begin[n], reader->end[n], reader->tensors[n].name};
    if (reader->n_tensors > 0) qsort(extents, reader->n_tensors, sizeof extents[0], by_offset);
    int64_t covered = 0;
    for (size_t n = 0; n < reader->n_tensors; n++) {
        if (extents[n].begin < covered)
            return fault(reader, extents[n].name, "overlaps the tensor before it");
        if (extents[n].begin > covered)
            return fault(reader, extents[n].name, "leaves a gap after the tensor before it");
        covered = extents[n].end;
    }
    if (covered == reader->data_len) return true;
    reader->why = arena_printf(reader->arena, "%lld bytes at its end belong to no tensor",
                               (long long)(reader->data_len - covered));
    return false;
}

static const char *not_json(Arena *arena, const json_error_t *error) {
    if (json_error_code(error) == json_error_duplicate_key)
        return "its header names a tensor or a field twice";
    return arena_printf(arena, "its header is not JSON (at byte %d)",
                        PREFIX_BYTES + error->position);
}

/* Finds where the header ends; NULL, or what is wrong. */
static const char *find_header(const FileReader *reader, size_t *header_len) {
    unsigned char prefix[PREFIX_BYTES + 1];
    if (reader->size < PREFIX_BYTES) return "it is shorter than the 8 bytes of its header's length";
    prefix[PREFIX_BYTES] = 0;
    size_t len = reader->size > PREFIX_BYTES ? PREFIX_BYTES + 1 : PREFIX_BYTES;
    const char *why = file_reader_get(reader, 0, len, prefix);
    if (why) return why;
    uint64_t length = little_endian(prefix, PREFIX_BYTES);
    if (length > (uint64_t)reader->size - PREFIX_BYTES)
        return "its header goes beyond the end of the file";
    if (length > MAX_HEADER_BYTES) return "its header is larger than 16 MiB";
    if (length == 0 || prefix[PREFIX_BYTES] != '{') return "its header does not begin with {";
    *header_len = (size_t)length;
    return NULL;
}

const char *safetensors_list(Arena *arena, WeightFile *file) {
    size_t header_len;
    const char *why = find_header(&file->reader, &header_len);
    if (why) return why;
    char *text = arena_alloc(arena, header_len);
    why = file_reader_get(&file->reader, PREFIX_BYTES, header_len, text);
    if (why) return why;
    json_error_t error;
    json_t *header = json_loadb(text, header_len, JSON_REJECT_DUPLICATES, &error);
    if (!header) return not_json(arena, &error);
    Reader reader = {.arena = arena, .data = PREFIX_BYTES + (int64_t)header_len};
    reader.data_len = file->reader.size - reader.data;
    bool good = read_header(&reader, header) && covers_data_once(&reader);
    json_decref(header);
    if (!good) return reader.why;
    file->tensors = reader.tensors;
    file->n_tensors = reader.n_tensors;
    return NULL;
}
