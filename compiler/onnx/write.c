/* Messages are written from the inside: the length of one stands before it. Small ones are texts;
 * the graph is a list of pieces, of which those with the numbers of large tensors are views, and
 * its length is their sum. Fields stand in the order of their numbers, as protobuf's own writers
 * put them. */
#include "onnx/write.h"

#include "base/little_endian.h"
#include "base/text.h"
#include "base/vec.h"

#include <assert.h>

/* Numbers of at least so many bytes are not copied. */
enum { VIEWED_BYTES = 256 };

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "the numbers of a tensor are views");

static void put_varint(Text *out, uint64_t value) {
    unsigned char bytes[10];
    size_t n = 0;
    for (; value > 0x7F; value >>= 7) bytes[n++] = (unsigned char)(value | 0x80);
    bytes[n++] = (unsigned char)value;
    text_append(out, bytes, n);
}

static void put_tag(Text *out, unsigned number, unsigned wire_type) {
    put_varint(out, number << 3 | wire_type);
}

static void put_int(Text *out, unsigned number, int64_t value) {
    put_tag(out, number, 0);
    put_varint(out, (uint64_t)value);
}

static void put_float(Text *out, unsigned number, float value) {
    uint32_t bits;
    unsigned char bytes[4];
    memcpy(&bits, &value, sizeof bits);
    put_little_endian(bytes, sizeof bytes, bits);
    put_tag(out, number, 5);
    text_append(out, bytes, sizeof bytes);
}

static void put_length(Text *out, unsigned number, size_t len) {
    put_tag(out, number, 2);
    put_varint(out, len);
}

static void put_message(Text *out, unsigned number, const Text *message) {
    put_length(out, number, message->len);
    text_append(out, text_str(message), message->len);
}

static void put_text(Text *out, unsigned number, const char *text) {
    put_length(out, number, strlen(text));
    text_puts(out, text);
}

/* Fields whose default is "". */
static void put_some_text(Text *out, unsigned number, const char *text) {
    if (*text) put_text(out, number, text);
}

/* All of TensorProto up to its numbers: dims data_type name, and the tag and length of raw_data. */
static void put_tensor_head(Text *out, const OnnxTensor *tensor) {
    for (int axis = 0; axis < tensor->rank; axis++) put_int(out, 1, tensor->extent[axis]);
    put_int(out, 2, tensor->type);
    put_some_text(out, 8, tensor->name);
    put_length(out, 9, tensor->len);
}

static void put_attribute(Text *out, const OnnxAttribute *attribute) {
    Text message = text_in(out->arena), tensor = text_in(out->arena);
    put_text(&message, 1, attribute->name);
    switch (attribute->type) {
    case ONNX_ATTRIBUTE_FLOAT: put_float(&message, 2, attribute->f); break;
    case ONNX_ATTRIBUTE_INT: put_int(&message, 3, attribute->i); break;
    case ONNX_ATTRIBUTE_STRING: put_text(&message, 4, attribute->s); break;
    case ONNX_ATTRIBUTE_TENSOR:
        put_tensor_head(&tensor, attribute->tensor);
        text_append(&tensor, attribute->tensor->bytes, attribute->tensor->len);
        put_message(&message, 5, &tensor);
        break;
    case ONNX_ATTRIBUTE_FLOATS:
        for (size_t i = 0; i < attribute->n; i++) put_float(&message, 7, attribute->floats[i]);
        break;
    case ONNX_ATTRIBUTE_INTS:
        for (size_t i = 0; i < attribute->n; i++) put_int(&message, 8, attribute->ints[i]);
        break;
    case ONNX_ATTRIBUTE_STRINGS:
        for (size_t i = 0; i < attribute->n; i++) put_text(&message, 9, attribute->strings[i]);
        break;
    case ONNX_ATTRIBUTE_GRAPH:
    case ONNX_ATTRIBUTE_OTHER: assert(!"an attribute that netc does not write"); break;
    }
    put_int(&message, 20, attribute->type);
    put_message(out, 5, &message);
}

static void put_node(Text *out, const OnnxNode *node) {
    Text message = text_in(out->arena);
    for (size_t i = 0; i < node->n_inputs; i++) put_text(&message, 1, node->inputs[i]);
    for (size_t i = 0; i < node->n_outputs; i++) put_text(&message, 2, node->outputs[i]);
    put_some_text(&message, 3, node->name);
    put_text(&message, 4, node->op);
    for (size_t i = 0; i < node->n_attributes; i++) put_attribute(&message, &node->attributes[i]);
    put_some_text(&message, 7, node->domain);
    put_message(out, 1, &message);
}

static void put_value(Text *out, unsigned number, const OnnxValueInfo *value) {
    Text shape = text_in(out->arena), tensor = text_in(out->arena), type = text_in(out->arena),
         message = text_in(out->arena);
    for (int axis = 0; axis < value->rank; axis++) {
        Text extent = text_in(out->arena);
        if (value->extent[axis].size >= 0)
            put_int(&extent, 1, value->extent[axis].size);
        else
            put_some_text(&extent, 2, value->extent[axis].name);
        put_message(&shape, 1, &extent);
    }
    put_int(&tensor, 1, value->type);
    if (value->has_shape) put_message(&tensor, 2, &shape);
    put_message(&type, 1, &tensor);
    put_text(&message, 1, value->name);
    put_message(&message, 2, &type);
    put_message(out, number, &message);
}

/* The pieces so far, and the text that is to be the next one. */
typedef struct Writer {
    Arena *arena;
    VEC(Piece) pieces;
    Text text;
    size_t len; /* of the pieces */
} Writer;

static void add_piece(Writer *writer, const void *bytes, size_t len) {
    if (len > 0) VEC_PUSH(writer->arena, &writer->pieces, (Piece){bytes, len});
    writer->len += len;
}

static void end_text(Writer *writer) {
    add_piece(writer, text_str(&writer->text), writer->text.len);
    writer->text = text_in(writer->arena);
}

static void put_initializer(Writer *writer, const OnnxTensor *tensor) {
    assert(!tensor->location);
    Text head = text_in(writer->arena);
    put_tensor_head(&head, tensor);
    put_length(&writer->text, 5, head.len + tensor->len);
    text_append(&writer->text, text_str(&head), head.len);
    if (tensor->len < VIEWED_BYTES) {
        text_append(&writer->text, tensor->bytes, tensor->len);
    } else {
        end_text(writer);
        add_piece(writer, tensor->bytes, tensor->len);
    }
}

static void put_graph(Writer *writer, const OnnxModel *model) {
    for (size_t i = 0; i < model->n_nodes; i++) put_node(&writer->text, &model->nodes[i]);
    put_text(&writer->text, 2, model->graph);
    for (size_t i = 0; i < model->n_initializers; i++)
        put_initializer(writer, &model->initializers[i]);
    for (size_t i = 0; i < model->n_inputs; i++) put_value(&writer->text, 11, &model->inputs[i]);
    for (size_t i = 0; i < model->n_outputs; i++) put_value(&writer->text, 12, &model->outputs[i]);
    end_text(writer);
}

OnnxBytes onnx_write(Arena *arena, const OnnxModel *model) {
    Writer writer = {.arena = arena, .text = text_in(arena)};
    VEC_PUSH(arena, &writer.pieces, (Piece){NULL, 0}); /* becomes what stands before the graph */
    put_graph(&writer, model);
    Text head = text_in(arena);
    put_int(&head, 1, model->ir_version);
    put_some_text(&head, 2, model->producer);
    put_length(&head, 7, writer.len);
    writer.pieces.at[0] = (Piece){text_str(&head), head.len};
    for (size_t i = 0; i < model->n_opsets; i++) {
        Text opset = text_in(arena);
        put_some_text(&opset, 1, model->opsets[i].domain);
        put_int(&opset, 2, model->opsets[i].version);
        put_message(&writer.text, 8, &opset);
    }
    for (size_t i = 0; i < model->n_properties; i++) {
        Text property = text_in(arena);
        put_text(&property, 1, model->properties[i].key);
        put_text(&property, 2, model->properties[i].value);
        put_message(&writer.text, 14, &property);
    }
    end_text(&writer);
    return (OnnxBytes){writer.pieces.at, writer.pieces.len, head.len + writer.len};
}
