/* onnx/read: a whole model is read as it was written; every way its bytes can lie is told. */
#include "onnx/read.h"

#include "bytes.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

/* Reads bytes that are exactly as large as they are, so that a sanitizer sees a read past them. */
typedef struct Reading {
    Arena *arena;
    unsigned char *bytes;
    const OnnxModel *model;
    const char *why;
} Reading;

static Reading read_bytes(const void *bytes, size_t len) {
    Reading reading = {.arena = arena_create(), .bytes = malloc(len ? len : 1)};
    if (len > 0) memcpy(reading.bytes, bytes, len);
    reading.why = onnx_read(reading.arena, reading.bytes, len, &reading.model);
    cr_assert(!reading.why == !!reading.model);
    return reading;
}

static void done(Reading *reading) {
    arena_destroy(reading->arena);
    free(reading->bytes);
}

Test(read, a_whole_model) {
    Message bytes = whole_model();
    Reading reading = read_bytes(bytes.bytes, bytes.len);
    cr_assert(!reading.why, "%s", reading.why);
    const OnnxModel *model = reading.model;
    cr_assert(model->ir_version == 8 && strcmp(model->producer, "hand 1.0") == 0 &&
              strcmp(model->graph, "net") == 0 && model->n_opsets == 1 &&
              model->opsets[0].version == 17 && !*model->opsets[0].domain);
    cr_assert(model->n_inputs == 1 && model->n_outputs == 1 && model->n_nodes == 2 &&
              model->n_initializers == 1);
    const OnnxValueInfo *x = &model->inputs[0];
    cr_assert(strcmp(x->name, "x") == 0 && x->type == ONNX_FLOAT && x->has_shape && x->rank == 4 &&
              x->extent[0].size == -1 && strcmp(x->extent[0].name, "n") == 0 &&
              x->extent[1].size == 3);
    const OnnxTensor *w = &model->initializers[0];
    cr_assert(strcmp(w->name, "w") == 0 && w->rank == 4 && w->elems == 3 && w->len == 12 &&
              w->bytes > reading.bytes && w->bytes < reading.bytes + bytes.len);
    const OnnxNode *conv = &model->nodes[0];
    cr_assert(strcmp(conv->op, "Conv") == 0 && strcmp(conv->name, "first") == 0 &&
              conv->n_inputs == 3 && !*conv->inputs[2] && strcmp(conv->outputs[0], "c") == 0);
    const OnnxAttribute *a = onnx_attribute(conv, "pads");
    cr_assert(a && a->type == ONNX_ATTRIBUTE_INTS && a->n == 3 && a->ints[0] == 1 &&
              a->ints[1] == 2 && a->ints[2] == -1);
    a = onnx_attribute(conv, "group");
    cr_assert(a && a->type == ONNX_ATTRIBUTE_INT && a->i == 1);
    a = onnx_attribute(conv, "alpha");
    cr_assert(a && a->type == ONNX_ATTRIBUTE_FLOAT && a->f == 0.25f);
    a = onnx_attribute(conv, "auto_pad");
    cr_assert(a && a->type == ONNX_ATTRIBUTE_STRING && strcmp(a->s, "SAME_UPPER") == 0);
    a = onnx_attribute(conv, "floats");
    cr_assert(a && a->type == ONNX_ATTRIBUTE_FLOATS && a->n == 3 && a->floats[1] == -2 &&
              a->floats[2] == 3);
    a = onnx_attribute(conv, "words");
    cr_assert(a && a->type == ONNX_ATTRIBUTE_STRINGS && a->n == 2 &&
              strcmp(a->strings[1], "bc") == 0);
    a = onnx_attribute(conv, "value");
    int64_t four = 0;
    cr_assert(a && a->type == ONNX_ATTRIBUTE_TENSOR && a->tensor->elems == 1 &&
              onnx_tensor_ints(a->tensor, &four) && four == 4);
    a = onnx_attribute(conv, "body");
    cr_assert(a && a->type == ONNX_ATTRIBUTE_GRAPH);
    cr_assert_null(onnx_attribute(conv, "kernel_shape"));
    done(&reading);
}

/* Cut off anywhere, the file is refused: the end of the model is its last opset's. */
Test(read, cut_off_anywhere) {
    Message bytes = whole_model();
    for (size_t len = 0; len < bytes.len; len++) {
        Reading reading = read_bytes(bytes.bytes, len);
        cr_assert(reading.why || len == bytes.len - 4, "%zu of %zu bytes are no model", len,
                  bytes.len);
        done(&reading);
    }
}

/* Any byte changed to some others gives a fault or a model, and no read outside. */
Test(read, any_byte_changed) {
    Message bytes = whole_model();
    size_t faults = 0;
    for (size_t i = 0; i < bytes.len; i++)
        for (unsigned flip = 1; flip < 256; flip <<= 1) {
            Message changed = bytes;
            changed.bytes[i] ^= (unsigned char)flip;
            Reading reading = read_bytes(changed.bytes, changed.len);
            faults += !!reading.why;
            done(&reading);
        }
    cr_assert_gt(faults, 1000);
}

static const Message EMPTY = {.len = 0};

static Message with_graph(Message graph) { return model_of(&graph); }

static Message in_graph(uint32_t number, Message part) {
    Message graph = {0};
    put_message(&graph, number, &part);
    return model_of(&graph);
}

static Message bare(uint32_t number, Message part) {
    Message model = {0};
    put_message(&model, number, &part);
    return model;
}

static Message with_int(Message message, uint32_t number, uint64_t value) {
    put_int(&message, number, value);
    return message;
}

static Message with_text(Message message, uint32_t number, const char *text) {
    put_text(&message, number, text);
    return message;
}

static Message with_bytes(Message message, const char *bytes, size_t len) {
    put_bytes(&message, bytes, len);
    return message;
}

static Message with_message(Message message, uint32_t number, Message part) {
    put_message(&message, number, &part);
    return message;
}

#define RAW(literal) with_bytes(EMPTY, (literal), sizeof(literal) - 1)

/* `n` messages, one in the other, each in field `number`. */
static Message nested(uint32_t number, int n) {
    Message inner = {0};
    for (int i = 0; i < n; i++) inner = bare(number, inner);
    return inner;
}

Test(read, faults_of_the_wire_format) {
    const struct {
        const char *name;
        Message bytes;
        const char *why;
    } table[] = {
        {"empty", RAW(""), "has no graph"},
        {"text", RAW("netc"), ""},
        {"varint of 11 bytes", RAW("\x08\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x01"),
         "at byte 1: a number has more than 64 bits"},
        {"varint of 65 bits", RAW("\x08\x80\x80\x80\x80\x80\x80\x80\x80\x80\x02"),
         "at byte 1: a number has more than 64 bits"},
        {"varint without end", RAW("\x08\x80\x80"), "at byte 1: a number is cut off"},
        {"tag without payload", RAW("\x08"), "at byte 1: a number is cut off"},
        {"field 0", RAW("\x00\x01"), "at byte 0: a field has the impossible number 0"},
        {"field of 33 bits", RAW("\x80\x80\x80\x80\x10\x01"), "impossible number 536,870,912"},
        {"group", RAW("\x3b\x3c"), "at byte 0: field 7 has wire type 3"},
        {"end of a group", RAW("\x3c"), "field 7 has wire type 4"},
        {"wire type 6", RAW("\x3e"), "field 7 has wire type 6"},
        {"wire type 7", RAW("\x3f"), "field 7 has wire type 7"},
        {"length of 4 GiB", RAW("\x3a\xff\xff\xff\xff\x0f"),
         "at byte 1: a length of 4,294,967,295 goes beyond the end of its message at 6"},
        {"length of 64 bits", RAW("\x3a\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"),
         "more than 9,223,372,036,854,775,807 goes beyond"},
        {"8 bytes cut off", RAW("\x39\1\2\3\4\5\6\7"), "a number of 8 bytes is cut off"},
        {"4 bytes cut off", RAW("\x3d\1\2\3"), "a number of 4 bytes is cut off"},
        {"graph that is a number", with_int(EMPTY, 7, 1), "ModelProto.graph has wire type 0"},
        {"version that is a text", with_text(EMPTY, 1, "8"), "ir_version has wire type 2"},
        {"version that is a float", RAW("\x0d\1\2\3\4"), "ir_version has wire type 5"},
        {"length beyond its message, not the file",
         with_bytes(EMPTY, "\x3a\x02\x0a\x05\x08\x01\x08\x01\x08\x01", 10),
         "goes beyond the end of its message at 4"},
        {"two graphs", with_message(model_of(&EMPTY), 7, EMPTY),
         "ModelProto.graph comes a second time"},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        Reading reading = read_bytes(table[i].bytes.bytes, table[i].bytes.len);
        cr_expect(reading.why && strstr(reading.why, table[i].why), "%s: %s", table[i].name,
                  reading.why ? reading.why : "was read");
        done(&reading);
    }
}

Test(read, faults_of_the_graph) {
    const int64_t two[] = {2}, most[] = {INT64_MAX};
    const Message x = value_of("x", two, 1), w = tensor_of("w", 1, (int64_t[]){0}, 1);
    const Message node = node_of("Relu", "x", "y");
    Message graph = {0};
    const struct {
        const char *name;
        Message bytes;
        const char *why;
    } table[] = {
        {"no operator", in_graph(1, with_text(EMPTY, 1, "x")), "a node has no operator"},
        {"empty node", in_graph(1, EMPTY), "a node has no operator"},
        {"node that is a number", with_graph(RAW("\x08\x01")), "GraphProto.node has wire type 0"},
        {"name that is no UTF-8", in_graph(1, with_text(node, 3, "a\xc0\x80")),
         "NodeProto.name is not UTF-8 without NUL"},
        {"half a surrogate", in_graph(1, with_text(node, 1, "\xed\xa0\x80")),
         "NodeProto.input is not UTF-8"},
        {"name with NUL", in_graph(5, with_bytes(EMPTY, "\x42\x03\x61\x00\x62", 5)),
         "TensorProto.name is not UTF-8 without NUL"},
        {"attribute without a name", in_graph(1, with_message(node, 5, EMPTY)),
         "an attribute has no name"},
        {"two attributes of a name",
         in_graph(1, with_message(with_message(node, 5, with_text(EMPTY, 1, "k")), 5,
                                  with_text(EMPTY, 1, "k"))),
         "two attributes of a node are called `k`"},
        {"tensor attribute without one",
         in_graph(1, with_message(node, 5, with_int(with_text(EMPTY, 1, "k"), 20, 4))),
         "an attribute of type TENSOR has no tensor"},
        {"two tensors in an attribute",
         in_graph(1, with_message(node, 5, with_message(with_message(EMPTY, 5, w), 5, w))),
         "AttributeProto.t comes a second time"},
        {"float that is an int", in_graph(1, with_message(node, 5, with_int(EMPTY, 2, 1))),
         "AttributeProto.f has wire type 0, not 5"},
        {"ints that are floats",
         in_graph(1, with_message(
                         node, 5,
                         with_bytes(with_int(with_text(EMPTY, 1, "k"), 20, 7), "\x45\1\2\3\4", 5))),
         "AttributeProto.ints has wire type 5, not 0"},
        {"half a packed float",
         in_graph(1,
                  with_message(node, 5,
                               with_text(with_int(with_text(EMPTY, 1, "k"), 20, 6), 7, "123456"))),
         "a number of 4 bytes is cut off"},
        {"two nodes give y",
         model_of(
             (graph = EMPTY, put_message(&graph, 1, &node), put_message(&graph, 1, &node), &graph)),
         "two values are called `y`"},
        {"two tensors of a name",
         model_of((graph = EMPTY, put_message(&graph, 5, &w), put_message(&graph, 5, &w), &graph)),
         "two values are called `w`"},
        {"two inputs of a name",
         model_of(
             (graph = EMPTY, put_message(&graph, 11, &x), put_message(&graph, 11, &x), &graph)),
         "two values are called `x`"},
        {"two outputs of a name",
         model_of(
             (graph = EMPTY, put_message(&graph, 12, &x), put_message(&graph, 12, &x), &graph)),
         "two outputs of the model are called `x`"},
        {"17 axes of a value", in_graph(11, value_of("x", (int64_t[17]){0}, 17)),
         "a value has more than 16 axes"},
        {"sparse tensor", in_graph(15, EMPTY), "the model has a sparse tensor"},
        {"escapes in a name", in_graph(5, tensor_of("\033[31m", 1, most, 1)),
         "tensor `\\x1B[31m` has more bytes than 64 bits can count"},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        Reading reading = read_bytes(table[i].bytes.bytes, table[i].bytes.len);
        cr_expect(reading.why && strstr(reading.why, table[i].why), "%s: %s", table[i].name,
                  reading.why ? reading.why : "was read");
        done(&reading);
    }
}

/* What netc does not read is passed over, and what protobuf allows is allowed. */
Test(read, what_is_allowed) {
    const int64_t two[] = {2};
    Message x = value_of("x", two, 1), w = tensor_of("x", 1, (int64_t[]){0}, 1);
    Message node = node_of("Relu", "x", "y"), graph = {0};
    put_text(&node, 4, "Tanh"); /* the last one counts */
    put_message(&node, 5, &(Message){.bytes = "\x0a\x01k\x22\x01\xff", .len = 6});
    put_message(&graph, 11, &x);
    put_message(&graph, 5, &w); /* the input's default */
    put_message(&graph, 1, &node);
    put_text(&graph, 2, "first");
    put_text(&graph, 2, "last");
    Message model = model_of(&graph), bomb = nested(6, 300);
    put_message(&model, 14, &bomb); /* metadata_props */
    put_int(&model, 1000, 3);
    put_tag(&model, 1001, 1);
    put_bytes(&model, "12345678", 8);
    put_message(&model, 25, &EMPTY);
    put_int(&model, 1, 9);
    Reading reading = read_bytes(model.bytes, model.len);
    cr_assert(!reading.why, "%s", reading.why);
    cr_assert_str_eq(reading.model->graph, "last");
    cr_assert_str_eq(reading.model->nodes[0].op, "Tanh");
    cr_assert_eq(reading.model->nodes[0].attributes[0].type, ONNX_ATTRIBUTE_OTHER);
    cr_assert_eq(reading.model->ir_version, 9);
    cr_assert_eq(reading.model->n_functions, 1);
    done(&reading);
}

/* Graphs in graphs, as deep as the file is long: the outermost attribute's is not read. */
Test(read, nesting_without_end) {
    enum { DEEP = 200000, ROOM = 12 * DEEP };
    unsigned char *bytes = malloc(ROOM);
    size_t start = ROOM;
    for (int i = 0; i < DEEP; i++) {
        size_t len = ROOM - start;
        unsigned char head[8], *to = head;
        *to++ = "\x32\x2a\x0a"[i % 3]; /* attribute.g, node.attribute, graph.node */
        for (; len > 0x7F; len >>= 7) *to++ = (unsigned char)(len | 0x80);
        *to++ = (unsigned char)len;
        start -= (size_t)(to - head);
        memcpy(bytes + start, head, (size_t)(to - head));
    }
    bytes[start] = 0x3a; /* model.graph */
    Reading reading = read_bytes(bytes + start, ROOM - start);
    cr_assert(reading.why || reading.model);
    done(&reading);
    free(bytes);
}

/* Memory is bounded by more than the file's length: a part may take two bytes of it. */
Test(read, too_many_parts) {
    enum { LEN = (12 << 20) + 1 };
    unsigned char *bytes = calloc(LEN, 1);
    memcpy(bytes, "\x3a\xfc\xff\xff\x05", 5);
    for (size_t i = 5; i + 1 < LEN; i += 2) bytes[i] = 0x0a; /* nodes without anything */
    Reading reading = read_bytes(bytes, LEN);
    cr_assert(reading.why && strstr(reading.why, "more than 4,194,304 parts"), "%s", reading.why);
    cr_assert_lt(arena_used(reading.arena), 1 << 20);
    done(&reading);
    free(bytes);
}
