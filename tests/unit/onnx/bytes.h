/* Bytes of protobuf messages, put together by hand: right and wrong ones. */
#ifndef NETC_TESTS_ONNX_BYTES_H
#define NETC_TESTS_ONNX_BYTES_H

#include <stddef.h>
#include <stdint.h>

typedef struct Message {
    unsigned char bytes[2048];
    size_t len;
} Message;

void put_bytes(Message *message, const void *bytes, size_t len);
void put_varint(Message *message, uint64_t value);
void put_tag(Message *message, uint32_t number, unsigned wire_type);

/** Fields: a varint, 4 bytes, bytes behind their length, a text, a message. */
void put_int(Message *message, uint32_t number, uint64_t value);
void put_float(Message *message, uint32_t number, float value);
void put_field(Message *message, uint32_t number, const void *bytes, size_t len);
void put_text(Message *message, uint32_t number, const char *text);
void put_message(Message *message, uint32_t number, const Message *part);

/** A tensor of one type and its extents (up to a negative one), without numbers. */
Message tensor_of(const char *name, int type, const int64_t *extents, size_t rank);

/** A node: one input, one output. */
Message node_of(const char *op, const char *input, const char *output);

/** A value of f32: its extents, -1 for `n`. */
Message value_of(const char *name, const int64_t *extents, size_t rank);

/** A model with this graph: IR version 8, opset 17. */
Message model_of(const Message *graph);

/** A model of a bit of everything: x [n,3,8,8], a Conv with lists, text, float and tensor among its
 *  attributes, a Relu, y. */
Message whole_model(void);

#endif
