/* The wire format of Protocol Buffers, as far as ONNX uses it: a cursor over the fields of one
 * message.
 *
 * A message is a list of fields, each a tag (8 * number + wire type) and a payload: a varint, 4 or
 * 8 bytes, or a length and as many bytes, which may be a message again. Nothing is copied and
 * nothing believed: a payload lies within its message, a message within the one around it. The
 * first fault is kept and ends every cursor of the file. */
#ifndef NETC_ONNX_WIRE_H
#define NETC_ONNX_WIRE_H

#include "base/arena.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Parts of a model (messages, names, numbers in lists) that one file may have beside the numbers
 *  of its tensors. A part takes some 100 bytes of memory and may take 2 of the file. */
#define WIRE_MAX_PARTS (4 << 20)

typedef enum WireType {
    WIRE_VARINT = 0,
    WIRE_FIXED64 = 1,
    WIRE_LENGTH = 2,
    WIRE_FIXED32 = 5
} WireType;

/** The file that is read. */
typedef struct WireFile {
    Arena *arena; /* of words, names and parts */
    const unsigned char *bytes;
    size_t len;
    size_t parts;    /* made so far */
    const char *why; /* the first fault, as words; NULL: none yet */
} WireFile;

/** What is left of a message. Copy it to read the message twice. */
typedef struct Wire {
    WireFile *file;
    size_t at, end; /* bytes of the file */
} Wire;

typedef struct WireField {
    uint32_t number;
    WireType type;
    size_t tag;        /* byte of the file */
    size_t begin, len; /* of the payload */
    uint64_t value;    /* of a varint, or the bits of a fixed one */
} WireField;

/** The whole file as a message. */
Wire wire_of(WireFile *file);

/** The next field of a message.
 *  @return false: there is none, or the file has a fault */
bool wire_next(Wire *message, WireField *field);

/** How often the field comes in what is left of a message. */
size_t wire_count(Wire message, uint32_t number);

/** Counts `n` parts that are about to be made; false: the file has too many. */
bool wire_spend(WireFile *file, size_t offset, size_t n);

/** Notes a fault at byte `offset`, unless there is one already.
 *  @return false, for the caller to return */
bool wire_fault(WireFile *file, size_t offset, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/** `n` with commas between thousands, for the words of a fault. */
const char *wire_number(const WireFile *file, uint64_t n);

/** The payload of a field as what its declaration says; `what` names it in a fault
 *  ("TensorProto.name"). A text is well-formed UTF-8 without NUL, copied into the arena.
 *  @return false: it has another wire type, or it is no such text */
bool wire_int(WireFile *file, const WireField *field, const char *what, int64_t *out);
bool wire_float(WireFile *file, const WireField *field, const char *what, float *out);
bool wire_text(WireFile *file, const WireField *field, const char *what, const char **out);
bool wire_message(WireFile *file, const WireField *field, const char *what, Wire *out);

/** True if the bytes of a field are what wire_text takes. */
bool wire_is_text(const WireFile *file, const WireField *field);

/** A cursor over the numbers of a repeated field, packed (many in one payload), each in a field of
 *  its own, or both, as protobuf allows. */
typedef struct WireNumbers {
    Wire message; /* what comes after `packed` */
    Wire packed;  /* what is left of a packed payload */
    uint32_t number;
    WireType type;    /* of a number: not WIRE_LENGTH */
    const char *what; /* names the field in a fault */
} WireNumbers;

WireNumbers wire_numbers(Wire message, uint32_t number, WireType type, const char *what);

/** The next number: a varint or the bits of a fixed one.
 *  @return false: there is none, or the file has a fault */
bool wire_next_number(WireNumbers *numbers, uint64_t *out);

#endif
