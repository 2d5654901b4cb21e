/* The numbers of a tensor are in one of six fields, or in another file:
 *
 *     raw_data     any type, little-endian              a view
 *     float_data   f32                                  a view, if packed in one piece
 *     double_data  f64                                  a view, if packed in one piece
 *     int32_data   i32 i16 i8 u16 u8 bool, bits of f16 and bf16    varints: written anew
 *     int64_data   i64                                             varints: written anew
 *     uint64_data  u64 u32                                         varints: written anew
 *
 * So a file of weights is in memory once. Room for numbers written anew is made only after the
 * bytes of the message have been found to be as many as the numbers, at least. */
#include "onnx/tensor.h"

#include "base/checked.h"
#include "base/little_endian.h"
#include "base/text.h"

#include <string.h>

/* Fields of TensorProto. */
enum {
    DIMS = 1,
    DATA_TYPE = 2,
    SEGMENT = 3,
    FLOAT_DATA = 4,
    INT32_DATA = 5,
    INT64_DATA = 7,
    NAME = 8,
    RAW_DATA = 9,
    DOUBLE_DATA = 10,
    UINT64_DATA = 11,
    EXTERNAL_DATA = 13,
    DATA_LOCATION = 14
};
enum { KEY = 1, VALUE = 2 }; /* fields of StringStringEntryProto */
enum { LOCATION_DEFAULT = 0, LOCATION_EXTERNAL = 1 };
enum { MAX_SHOWN_NAME = 80 };

/* The types whose numbers netc reads: where they are if not in raw_data, and what they can be. */
static const struct {
    OnnxType type;
    size_t size; /* bytes of one number */
    uint32_t field;
    WireType wire;
    const char *what;
    int64_t least, most; /* of a varint */
} types[] = {
    {ONNX_FLOAT, 4, FLOAT_DATA, WIRE_FIXED32, "TensorProto.float_data", 0, 0},
    {ONNX_DOUBLE, 8, DOUBLE_DATA, WIRE_FIXED64, "TensorProto.double_data", 0, 0},
    {ONNX_UINT8, 1, INT32_DATA, WIRE_VARINT, "TensorProto.int32_data", 0, UINT8_MAX},
    {ONNX_INT8, 1, INT32_DATA, WIRE_VARINT, "TensorProto.int32_data", INT8_MIN, INT8_MAX},
    {ONNX_UINT16, 2, INT32_DATA, WIRE_VARINT, "TensorProto.int32_data", 0, UINT16_MAX},
    {ONNX_INT16, 2, INT32_DATA, WIRE_VARINT, "TensorProto.int32_data", INT16_MIN, INT16_MAX},
    {ONNX_INT32, 4, INT32_DATA, WIRE_VARINT, "TensorProto.int32_data", INT32_MIN, INT32_MAX},
    {ONNX_BOOL, 1, INT32_DATA, WIRE_VARINT, "TensorProto.int32_data", 0, 1},
    {ONNX_FLOAT16, 2, INT32_DATA, WIRE_VARINT, "TensorProto.int32_data", 0, UINT16_MAX},
    {ONNX_BFLOAT16, 2, INT32_DATA, WIRE_VARINT, "TensorProto.int32_data", 0, UINT16_MAX},
    {ONNX_INT64, 8, INT64_DATA, WIRE_VARINT, "TensorProto.int64_data", INT64_MIN, INT64_MAX},
    {ONNX_UINT32, 4, UINT64_DATA, WIRE_VARINT, "TensorProto.uint64_data", 0, UINT32_MAX},
    {ONNX_UINT64, 8, UINT64_DATA, WIRE_VARINT, "TensorProto.uint64_data", INT64_MIN, INT64_MAX}};
enum { N_TYPES = sizeof types / sizeof *types };

static int find_type(int type) {
    for (int i = 0; i < N_TYPES; i++)
        if ((int)types[i].type == type) return i;
    return -1;
}

size_t onnx_type_size(int type) {
    int index = find_type(type);
    return index < 0 ? 0 : types[index].size;
}

/* What one tensor is read with. */
typedef struct TensorReader {
    WireFile *file;
    Wire message;  /* the whole tensor */
    uint32_t data; /* the field that numbers were seen in, but for raw_data; 0: none */
    Wire raw;      /* what raw_data holds */
    int64_t location;
    OnnxTensor *out;
} TensorReader;

static bool fault(TensorReader *reader, const char *what) {
    Text name = text_in(reader->file->arena);
    size_t len = strlen(reader->out->name);
    text_quote(&name, reader->out->name, len < MAX_SHOWN_NAME ? len : MAX_SHOWN_NAME);
    return wire_fault(reader->file, reader->message.at, "tensor `%s%s` %s", text_str(&name),
                      len < MAX_SHOWN_NAME ? "" : "...", what);
}

static bool read_extents(TensorReader *reader) {
    OnnxTensor *out = reader->out;
    WireNumbers dims = wire_numbers(reader->message, DIMS, WIRE_VARINT, "TensorProto.dims");
    bool empty = false;
    for (uint64_t extent; wire_next_number(&dims, &extent); out->rank++) {
        if (out->rank == ONNX_MAX_RANK) return fault(reader, "has more than 16 axes");
        if ((int64_t)extent < 0) return fault(reader, "has a negative extent");
        empty = empty || extent == 0;
        out->extent[out->rank] = (int64_t)extent;
    }
    out->elems = !empty;
    for (int axis = 0; !empty && axis < out->rank; axis++)
        if (!checked_mul(out->elems, out->extent[axis], &out->elems))
            return fault(reader, "has more elements than 64 bits can count");
    return !reader->file->why;
}

/* The bytes of all numbers; false: they cannot be counted. */
static bool bytes_of(const OnnxTensor *tensor, size_t size, int64_t *out) {
    return checked_mul(tensor->elems, (int64_t)size, out);
}

static bool sizes_differ(TensorReader *reader, const char *where, uint64_t found, int64_t needed) {
    const WireFile *file = reader->file;
    return fault(reader, arena_printf(file->arena, "has %s bytes%s, but its shape needs %s",
                                      wire_number(file, found), where,
                                      wire_number(file, (uint64_t)needed)));
}

/* Numbers of a fixed size that are packed in one piece need not be copied. */
static bool view_packed(TensorReader *reader, uint32_t number) {
    Wire message = reader->message;
    WireField only = {0};
    for (WireField field; wire_next(&message, &field);) {
        if (field.number != number) continue;
        if (only.number || field.type != WIRE_LENGTH) return false;
        only = field;
    }
    if (!only.number) return false;
    reader->out->bytes = reader->file->bytes + only.begin;
    reader->out->len = only.len;
    return true;
}

static bool write_anew(TensorReader *reader, int type) {
    OnnxTensor *out = reader->out;
    WireFile *file = reader->file;
    WireNumbers numbers =
        wire_numbers(reader->message, types[type].field, types[type].wire, types[type].what);
    size_t size = types[type].size, most = reader->message.end - reader->message.at;
    if ((uint64_t)out->elems > most) return fault(reader, "has fewer numbers than its shape needs");
    unsigned char *to = arena_calloc(file->arena, (size_t)out->elems, size);
    int64_t n = 0;
    for (uint64_t value; wire_next_number(&numbers, &value); n++) {
        if (n == out->elems) return fault(reader, "has more numbers than its shape needs");
        if (types[type].wire == WIRE_VARINT &&
            ((int64_t)value < types[type].least || (int64_t)value > types[type].most))
            return fault(reader, "has a number that its type cannot hold");
        put_little_endian(to + (size_t)n * size, size, value);
    }
    if (!file->why && n < out->elems)
        return fault(reader, "has fewer numbers than its shape needs");
    out->bytes = to;
    out->len = (size_t)n * size;
    return !file->why;
}

static bool read_numbers(TensorReader *reader) {
    OnnxTensor *out = reader->out;
    int type = find_type(out->type);
    out->len = reader->raw.end - reader->raw.at;
    if (out->len > 0 && reader->data) return fault(reader, "has its numbers twice");
    if (out->len > 0) out->bytes = reader->file->bytes + reader->raw.at;
    if (type < 0) return true;
    if (reader->data && reader->data != types[type].field)
        return fault(reader, "has numbers of another type than its own");
    bool fixed = types[type].wire != WIRE_VARINT;
    if (reader->data && !(fixed && view_packed(reader, reader->data)))
        return write_anew(reader, type);
    int64_t needed;
    if (!bytes_of(out, types[type].size, &needed))
        return fault(reader, "has more bytes than 64 bits can count");
    return out->len == (uint64_t)needed || sizes_differ(reader, "", out->len, needed);
}

/* A whole number in decimal digits, as `offset` and `length` of external data. */
static bool parse_count(const char *text, int64_t *out) {
    int64_t n = 0;
    if (!*text) return false;
    for (; *text; text++)
        if (*text < '0' || *text > '9' || !checked_mul(n, 10, &n) ||
            !checked_add(n, *text - '0', &n))
            return false;
    *out = n;
    return true;
}

static bool read_outside_entry(TensorReader *reader, Wire entry) {
    WireFile *file = reader->file;
    OnnxTensor *out = reader->out;
    const char *key = "", *value = "";
    for (WireField field; wire_next(&entry, &field);) {
        if (field.number == KEY && !wire_text(file, &field, "StringStringEntryProto.key", &key))
            return false;
        if (field.number == VALUE &&
            !wire_text(file, &field, "StringStringEntryProto.value", &value))
            return false;
    }
    if (strcmp(key, "location") == 0) out->location = value;
    if (strcmp(key, "offset") == 0 && !parse_count(value, &out->offset))
        return fault(reader, "has an offset of external data that is no whole number");
    if (strcmp(key, "length") == 0 && !parse_count(value, &out->outside))
        return fault(reader, "has a length of external data that is no whole number");
    return !file->why;
}

static bool read_outside(TensorReader *reader) {
    OnnxTensor *out = reader->out;
    if (reader->raw.at < reader->raw.end || reader->data)
        return fault(reader, "has numbers, and says that they are in another file");
    out->outside = -1;
    Wire message = reader->message, entry;
    for (WireField field; wire_next(&message, &field);)
        if (field.number == EXTERNAL_DATA &&
            (!wire_spend(reader->file, field.tag, 1) ||
             !wire_message(reader->file, &field, "TensorProto.external_data", &entry) ||
             !read_outside_entry(reader, entry)))
            return false;
    if (reader->file->why) return false;
    if (!out->location || !*out->location)
        return fault(reader, "does not say which file its numbers are in");
    int64_t needed;
    if (!bytes_of(out, onnx_type_size(out->type), &needed))
        return fault(reader, "has more bytes than 64 bits can count");
    if (out->outside >= 0 && out->outside != needed && onnx_type_size(out->type) > 0)
        return sizes_differ(reader, " in another file", (uint64_t)out->outside, needed);
    return true;
}

/* What a field says by itself. */
static bool read_field(TensorReader *reader, const WireField *field) {
    WireFile *file = reader->file;
    OnnxTensor *out = reader->out;
    int64_t number;
    switch (field->number) {
    case DATA_TYPE:
        if (!wire_int(file, field, "TensorProto.data_type", &number)) return false;
        out->type = (int32_t)number;
        return true;
    case NAME: return wire_text(file, field, "TensorProto.name", &out->name);
    case DATA_LOCATION:
        return wire_int(file, field, "TensorProto.data_location", &reader->location);
    case SEGMENT: return wire_fault(file, field->tag, "a tensor is cut into segments");
    case RAW_DATA: return wire_message(file, field, "TensorProto.raw_data", &reader->raw);
    case FLOAT_DATA:
    case INT32_DATA:
    case INT64_DATA:
    case DOUBLE_DATA:
    case UINT64_DATA:
        if (field->type == WIRE_LENGTH && field->len == 0) return true;
        if (reader->data && reader->data != field->number)
            return wire_fault(file, field->tag, "a tensor has numbers of two types");
        reader->data = field->number;
        return true;
    default: return true;
    }
}

bool onnx_read_tensor(Wire message, OnnxTensor *out) {
    *out = (OnnxTensor){.name = ""};
    TensorReader reader = {.file = message.file, .message = message, .out = out};
    for (WireField field; wire_next(&message, &field);)
        if (!read_field(&reader, &field)) return false;
    if (message.file->why || !read_extents(&reader)) return false;
    if (reader.location == LOCATION_EXTERNAL) return read_outside(&reader);
    if (reader.location != LOCATION_DEFAULT)
        return fault(&reader, "has its numbers at a place that netc does not know");
    return read_numbers(&reader);
}
