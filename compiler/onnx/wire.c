/* Varints have at most 10 bytes and 64 bits; a longer one is a fault, as is a field number of 0 and
 * a group, which ONNX never uses. Every length is held against the end of its message before it is
 * used, so that offsets never leave the file and sums never overflow. */
#include "onnx/wire.h"

#include "base/float_bits.h"
#include "base/little_endian.h"
#include "base/text.h"
#include "base/utf8.h"

#include <assert.h>
#include <stdarg.h>
#include <string.h>

enum { MAX_VARINT_BYTES = 10 };

Wire wire_of(WireFile *file) { return (Wire){file, 0, file->len}; }

const char *wire_number(const WireFile *file, uint64_t n) {
    if (n > INT64_MAX) return "more than 9,223,372,036,854,775,807";
    Text text = text_in(file->arena);
    text_count(&text, (long long)n);
    return text_str(&text);
}

bool wire_fault(WireFile *file, size_t offset, const char *format, ...) {
    if (file->why) return false;
    va_list args;
    va_start(args, format);
    const char *what = arena_vprintf(file->arena, format, args);
    va_end(args);
    file->why = arena_printf(file->arena, "at byte %s: %s", wire_number(file, offset), what);
    return false;
}

bool wire_spend(WireFile *file, size_t offset, size_t n) {
    if (n > WIRE_MAX_PARTS - file->parts)
        return wire_fault(file, offset, "the model has more than %s parts",
                          wire_number(file, WIRE_MAX_PARTS));
    file->parts += n;
    return true;
}

/* *out is 0 on failure. */
static bool take_varint(Wire *message, uint64_t *out) {
    *out = 0;
    const unsigned char *bytes = message->file->bytes;
    size_t start = message->at;
    uint64_t value = 0;
    for (unsigned i = 0; i < MAX_VARINT_BYTES; i++) {
        if (message->at == message->end)
            return wire_fault(message->file, start,
                              "a number is cut off at the end of its message");
        unsigned char byte = bytes[message->at++];
        if (i == MAX_VARINT_BYTES - 1 && byte > 1) break;
        value |= (uint64_t)(byte & 0x7F) << 7 * i;
        if (byte < 0x80) {
            *out = value;
            return true;
        }
    }
    return wire_fault(message->file, start, "a number has more than 64 bits");
}

static bool take_fixed(Wire *message, size_t size, uint64_t *out) {
    *out = 0;
    if (message->end - message->at < size)
        return wire_fault(message->file, message->at,
                          "a number of %zu bytes is cut off at the end of its message", size);
    *out = little_endian(message->file->bytes + message->at, size);
    message->at += size;
    return true;
}

static bool take_payload(Wire *message, WireField *field) {
    WireFile *file = message->file;
    uint64_t len;
    size_t at = message->at;
    field->begin = at;
    switch (field->type) {
    case WIRE_VARINT: return take_varint(message, &field->value);
    case WIRE_FIXED64: return take_fixed(message, 8, &field->value);
    case WIRE_FIXED32: return take_fixed(message, 4, &field->value);
    case WIRE_LENGTH:
        if (!take_varint(message, &len)) return false;
        if (len > message->end - message->at)
            return wire_fault(file, at, "a length of %s goes beyond the end of its message at %s",
                              wire_number(file, len), wire_number(file, message->end));
        field->begin = message->at;
        field->len = (size_t)len;
        message->at += (size_t)len;
        return true;
    }
    return wire_fault(file, field->tag, "field %u has wire type %d, which ONNX does not use",
                      (unsigned)field->number, (int)field->type);
}

bool wire_next(Wire *message, WireField *field) {
    if (message->file->why || message->at == message->end) return false;
    *field = (WireField){.tag = message->at};
    uint64_t tag;
    if (!take_varint(message, &tag)) return false;
    if (tag > UINT32_MAX || tag < 8)
        return wire_fault(message->file, field->tag, "a field has the impossible number %s",
                          wire_number(message->file, tag / 8));
    field->number = (uint32_t)tag >> 3;
    field->type = (WireType)(tag & 7);
    return take_payload(message, field);
}

size_t wire_count(Wire message, uint32_t number) {
    size_t n = 0;
    for (WireField field; wire_next(&message, &field);) n += field.number == number;
    return n;
}

static bool expect(WireFile *file, const WireField *field, const char *what, WireType type) {
    return field->type == type || wire_fault(file, field->tag, "%s has wire type %d, not %d", what,
                                             (int)field->type, (int)type);
}

bool wire_int(WireFile *file, const WireField *field, const char *what, int64_t *out) {
    if (!expect(file, field, what, WIRE_VARINT)) return false;
    *out = (int64_t)field->value;
    return true;
}

bool wire_float(WireFile *file, const WireField *field, const char *what, float *out) {
    if (!expect(file, field, what, WIRE_FIXED32)) return false;
    *out = float_of_bits(field->value);
    return true;
}

bool wire_is_text(const WireFile *file, const WireField *field) {
    const char *bytes = (const char *)file->bytes + field->begin;
    for (size_t i = 0; i < field->len;) {
        size_t n = utf8_length(bytes + i, field->len - i);
        if (n == 0 || bytes[i] == 0) return false;
        i += n;
    }
    return true;
}

bool wire_text(WireFile *file, const WireField *field, const char *what, const char **out) {
    if (!expect(file, field, what, WIRE_LENGTH)) return false;
    if (!wire_is_text(file, field))
        return wire_fault(file, field->tag, "%s is not UTF-8 without NUL", what);
    *out = field->len == 0
               ? ""
               : arena_strndup(file->arena, (const char *)file->bytes + field->begin, field->len);
    return true;
}

bool wire_message(WireFile *file, const WireField *field, const char *what, Wire *out) {
    if (!expect(file, field, what, WIRE_LENGTH)) return false;
    *out = (Wire){file, field->begin, field->begin + field->len};
    return true;
}

WireNumbers wire_numbers(Wire message, uint32_t number, WireType type, const char *what) {
    assert(type != WIRE_LENGTH);
    return (WireNumbers){message, {message.file, 0, 0}, number, type, what};
}

static bool take_number(Wire *packed, WireType type, uint64_t *out) {
    return type == WIRE_VARINT ? take_varint(packed, out)
                               : take_fixed(packed, type == WIRE_FIXED64 ? 8 : 4, out);
}

bool wire_next_number(WireNumbers *numbers, uint64_t *out) {
    WireFile *file = numbers->message.file;
    while (numbers->packed.at == numbers->packed.end) {
        WireField field;
        if (!wire_next(&numbers->message, &field)) return false;
        if (field.number != numbers->number) continue;
        if (field.type == WIRE_LENGTH) {
            numbers->packed = (Wire){file, field.begin, field.begin + field.len};
            continue;
        }
        *out = field.value;
        return expect(file, &field, numbers->what, numbers->type);
    }
    return !file->why && take_number(&numbers->packed, numbers->type, out);
}
