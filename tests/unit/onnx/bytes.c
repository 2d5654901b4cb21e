/* What the specification of the wire format says, written down plainly. */
#include "bytes.h"

#include <assert.h>
#include <string.h>

void put_bytes(Message *message, const void *bytes, size_t len) {
    assert(len <= sizeof message->bytes - message->len);
    if (len > 0) memcpy(message->bytes + message->len, bytes, len);
    message->len += len;
}

void put_varint(Message *message, uint64_t value) {
    do {
        unsigned char byte = (unsigned char)((value & 0x7F) | (value > 0x7F ? 0x80 : 0));
        put_bytes(message, &byte, 1);
        value >>= 7;
    } while (value > 0);
}

void put_tag(Message *message, uint32_t number, unsigned wire_type) {
    put_varint(message, (uint64_t)number << 3 | wire_type);
}

void put_int(Message *message, uint32_t number, uint64_t value) {
    put_tag(message, number, 0);
    put_varint(message, value);
}

void put_float(Message *message, uint32_t number, float value) {
    put_tag(message, number, 5);
    put_bytes(message, &value, 4);
}

void put_field(Message *message, uint32_t number, const void *bytes, size_t len) {
    put_tag(message, number, 2);
    put_varint(message, len);
    put_bytes(message, bytes, len);
}

void put_text(Message *message, uint32_t number, const char *text) {
    put_field(message, number, text, strlen(text));
}

void put_message(Message *message, uint32_t number, const Message *part) {
    put_field(message, number, part->bytes, part->len);
}

Message tensor_of(const char *name, int type, const int64_t *extents, size_t rank) {
    Message tensor = {0};
    for (size_t i = 0; i < rank; i++) put_int(&tensor, 1, (uint64_t)extents[i]);
    put_int(&tensor, 2, (uint64_t)type);
    put_text(&tensor, 8, name);
    return tensor;
}

Message node_of(const char *op, const char *input, const char *output) {
    Message node = {0};
    put_text(&node, 1, input);
    put_text(&node, 2, output);
    put_text(&node, 4, op);
    return node;
}

Message value_of(const char *name, const int64_t *extents, size_t rank) {
    Message shape = {0}, tensor = {0}, type = {0}, value = {0};
    for (size_t i = 0; i < rank; i++) {
        Message extent = {0};
        if (extents[i] < 0)
            put_text(&extent, 2, "n");
        else
            put_int(&extent, 1, (uint64_t)extents[i]);
        put_message(&shape, 1, &extent);
    }
    put_int(&tensor, 1, 1);
    put_message(&tensor, 2, &shape);
    put_message(&type, 1, &tensor);
    put_text(&value, 1, name);
    put_message(&value, 2, &type);
    return value;
}

Message model_of(const Message *graph) {
    Message model = {0}, opset = {0};
    put_int(&opset, 2, 17);
    put_int(&model, 1, 8);
    put_text(&model, 2, "hand");
    put_text(&model, 3, "1.0");
    put_message(&model, 7, graph);
    put_message(&model, 8, &opset);
    return model;
}

static void put_attribute(Message *node, const char *name, int type, const Message *content) {
    Message attribute = {0};
    put_text(&attribute, 1, name);
    put_bytes(&attribute, content->bytes, content->len);
    put_int(&attribute, 20, (uint64_t)type);
    put_message(node, 5, &attribute);
}

Message whole_model(void) {
    Message graph = {0}, conv = node_of("Conv", "x", "c"), relu = node_of("Relu", "c", "y");
    Message pads = {0}, pads_packed = {0}, alpha = {0}, text = {0}, list = {0}, words = {0},
            constant = {0}, sub = {0}, group = {0};
    put_text(&conv, 1, "w");
    put_text(&conv, 1, "");
    put_text(&conv, 3, "first");
    put_int(&pads, 8, 1);
    put_varint(&pads_packed, 2);
    put_varint(&pads_packed, UINT64_MAX);
    put_message(&pads, 8, &pads_packed);
    put_attribute(&conv, "pads", 7, &pads);
    put_int(&group, 3, 1);
    put_attribute(&conv, "group", 2, &group);
    put_float(&alpha, 2, 0.25f);
    put_attribute(&conv, "alpha", 1, &alpha);
    put_text(&text, 4, "SAME_UPPER");
    put_attribute(&conv, "auto_pad", 3, &text);
    put_field(&list, 7, (float[]){1.5f, -2.0f}, 8);
    put_float(&list, 7, 3.0f);
    put_attribute(&conv, "floats", 6, &list);
    put_text(&words, 9, "a");
    put_text(&words, 9, "bc");
    put_attribute(&conv, "words", 8, &words);
    Message number = tensor_of("", 7, NULL, 0), four = {0};
    put_varint(&four, 4);
    put_message(&number, 7, &four);
    put_message(&constant, 5, &number);
    put_attribute(&conv, "value", 4, &constant);
    put_message(&sub, 6, &(Message){0});
    put_attribute(&conv, "body", 5, &sub);

    Message weight = tensor_of("w", 1, (int64_t[]){1, 3, 1, 1}, 4);
    put_field(&weight, 9, (float[]){0.5f, 1, 2}, 12);
    Message x = value_of("x", (int64_t[]){-1, 3, 8, 8}, 4),
            y = value_of("y", (int64_t[]){-1, 1, 8, 8}, 4);
    put_message(&graph, 1, &conv);
    put_message(&graph, 1, &relu);
    put_text(&graph, 2, "net");
    put_message(&graph, 5, &weight);
    put_message(&graph, 11, &x);
    put_message(&graph, 12, &y);
    put_field(&graph, 13, "", 0); /* value_info, which is not read */
    return model_of(&graph);
}
