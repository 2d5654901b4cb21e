/* onnx/tensor and onnx/numbers: numbers wherever a file may store them; sizes that do not agree. */
#include "onnx/tensor.h"

#include "bytes.h"
#include "onnx/read.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct Reading {
    Arena *arena;
    unsigned char *bytes;
    WireFile file;
    OnnxTensor tensor;
} Reading;

static Reading *read_tensor(const Message *message) {
    Reading *reading = calloc(1, sizeof *reading);
    reading->arena = arena_create();
    reading->bytes = malloc(message->len ? message->len : 1);
    memcpy(reading->bytes, message->bytes, message->len);
    reading->file =
        (WireFile){.arena = reading->arena, .bytes = reading->bytes, .len = message->len};
    bool good = onnx_read_tensor(wire_of(&reading->file), &reading->tensor);
    cr_assert(good == !reading->file.why);
    return reading;
}

static void done(Reading *reading) {
    arena_destroy(reading->arena);
    free(reading->bytes);
    free(reading);
}

static bool is_view(const Reading *reading) {
    return reading->tensor.bytes >= reading->bytes &&
           reading->tensor.bytes < reading->bytes + reading->file.len;
}

enum { RAW = 9 };

/* Three whole numbers of each type, in raw_data and in the type's own field, which has them packed
 * in two pieces and one by itself. */
Test(tensor, whole_numbers) {
    static const struct {
        int type;
        uint32_t field;
        int64_t numbers[3];
    } table[] = {{ONNX_UINT8, 5, {0, 7, 255}},
                 {ONNX_INT8, 5, {-128, -1, 127}},
                 {ONNX_UINT16, 5, {0, 300, 65535}},
                 {ONNX_INT16, 5, {-32768, -1, 32767}},
                 {ONNX_INT32, 5, {INT32_MIN, -1, INT32_MAX}},
                 {ONNX_BOOL, 5, {0, 1, 1}},
                 {ONNX_INT64, 7, {INT64_MIN, -1, INT64_MAX}},
                 {ONNX_UINT32, 11, {0, 1, UINT32_MAX}},
                 {ONNX_UINT64, 11, {0, 1, INT64_MAX}}};
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        for (int raw = 0; raw < 2; raw++) {
            Message tensor = tensor_of("t", table[i].type, (int64_t[]){3}, 1), bytes = {0};
            const int64_t *numbers = table[i].numbers;
            for (int k = 0; raw && k < 3; k++)
                put_bytes(&bytes, &numbers[k], onnx_type_size(table[i].type));
            if (raw) put_message(&tensor, RAW, &bytes);
            for (int k = 0; !raw && k < 2; k++) {
                Message one = {0};
                put_varint(&one, (uint64_t)numbers[k]);
                put_message(&tensor, table[i].field, &one);
            }
            if (!raw) put_int(&tensor, table[i].field, (uint64_t)numbers[2]);
            Reading *reading = read_tensor(&tensor);
            int64_t found[3] = {0};
            float floats[3];
            cr_expect(!reading->file.why && onnx_tensor_ints(&reading->tensor, found) &&
                          memcmp(found, numbers, sizeof found) == 0,
                      "type %d, raw %d: %s", table[i].type, raw,
                      reading->file.why ? reading->file.why : "other numbers");
            cr_expect_eq(is_view(reading), raw);
            cr_expect_not(onnx_tensor_floats(&reading->tensor, floats));
            done(reading);
        }
}

Test(tensor, real_numbers) {
    static const struct {
        const char *name;
        int type;
        uint32_t field;
        bool packed, view;
    } table[] = {{"f32 raw", ONNX_FLOAT, RAW, true, true},
                 {"f32 packed", ONNX_FLOAT, 4, true, true},
                 {"f32 single", ONNX_FLOAT, 4, false, false},
                 {"f64 raw", ONNX_DOUBLE, RAW, true, true},
                 {"f64 packed", ONNX_DOUBLE, 10, true, true},
                 {"f64 single", ONNX_DOUBLE, 10, false, false},
                 {"f16 raw", ONNX_FLOAT16, RAW, true, true},
                 {"f16 single", ONNX_FLOAT16, 5, false, false},
                 {"bf16 raw", ONNX_BFLOAT16, RAW, true, true},
                 {"bf16 single", ONNX_BFLOAT16, 5, false, false}};
    static const float numbers[] = {1.0f, -2.5f, INFINITY, 0.0f};
    static const uint16_t halves[] = {0x3C00, 0xC100, 0x7C00, 0},
                          brains[] = {0x3F80, 0xC020, 0x7F80, 0};
    static const double doubles[] = {1, -2.5, HUGE_VAL, 0};
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        Message tensor = tensor_of("t", table[i].type, (int64_t[]){2, 2}, 2), bytes = {0};
        size_t size = onnx_type_size(table[i].type);
        const void *all = table[i].type == ONNX_FLOAT     ? (const void *)numbers
                          : table[i].type == ONNX_DOUBLE  ? (const void *)doubles
                          : table[i].type == ONNX_FLOAT16 ? (const void *)halves
                                                          : (const void *)brains;
        put_bytes(&bytes, all, 4 * size);
        if (table[i].packed) put_message(&tensor, table[i].field, &bytes);
        for (size_t k = 0; !table[i].packed && k < 4; k++) {
            uint64_t bits = 0;
            memcpy(&bits, bytes.bytes + k * size, size);
            put_tag(&tensor, table[i].field, size == 8 ? 1 : size == 4 ? 5 : 0);
            if (size == 2)
                put_varint(&tensor, bits);
            else
                put_bytes(&tensor, &bits, size);
        }
        Reading *reading = read_tensor(&tensor);
        float found[4] = {0};
        int64_t ints[4];
        cr_expect(!reading->file.why && onnx_tensor_floats(&reading->tensor, found) &&
                      memcmp(found, numbers, sizeof found) == 0,
                  "%s: %s", table[i].name, reading->file.why ? reading->file.why : "other numbers");
        cr_expect_eq(is_view(reading), table[i].view, "%s", table[i].name);
        cr_expect_not(onnx_tensor_ints(&reading->tensor, ints));
        done(reading);
    }
}

Test(tensor, beyond_int64) {
    Message tensor = tensor_of("t", ONNX_UINT64, (int64_t[]){1}, 1);
    put_int(&tensor, 11, UINT64_MAX);
    Reading *reading = read_tensor(&tensor);
    int64_t found;
    cr_assert(!reading->file.why);
    cr_assert_not(onnx_tensor_ints(&reading->tensor, &found));
    done(reading);
}

static Message with_raw(Message tensor, size_t len) {
    static const char zeros[64];
    put_field(&tensor, RAW, zeros, len);
    return tensor;
}

static Message with_int(Message tensor, uint32_t field, uint64_t value) {
    put_int(&tensor, field, value);
    return tensor;
}

static Message outside(const char *const *entries) {
    Message tensor = tensor_of("t", ONNX_FLOAT, (int64_t[]){2}, 1);
    for (; *entries; entries += 2) {
        Message entry = {0};
        put_text(&entry, 1, entries[0]);
        put_text(&entry, 2, entries[1]);
        put_message(&tensor, 13, &entry);
    }
    put_int(&tensor, 14, 1);
    return tensor;
}
#define OUTSIDE(...) outside((const char *const[]){__VA_ARGS__, NULL})

#define SHAPE(...) (int64_t[]){__VA_ARGS__}, sizeof((int64_t[]){__VA_ARGS__}) / sizeof(int64_t)

Test(tensor, faults) {
    const struct {
        const char *name;
        Message tensor;
        const char *why;
    } table[] = {
        {"negative extent", tensor_of("t", ONNX_FLOAT, SHAPE(2, -1)), "has a negative extent"},
        {"17 axes", tensor_of("t", ONNX_FLOAT, (int64_t[17]){0}, 17), "more than 16 axes"},
        {"too many elements", tensor_of("t", ONNX_FLOAT, SHAPE(INT64_C(1) << 32, INT64_C(1) << 31)),
         "more elements than 64 bits can count"},
        {"too many bytes", tensor_of("t", ONNX_DOUBLE, SHAPE(INT64_C(1) << 60)),
         "more bytes than 64 bits can count"},
        {"no numbers", tensor_of("t", ONNX_FLOAT, SHAPE(2)), "has 0 bytes, but its shape needs 8"},
        {"too few bytes", with_raw(tensor_of("t", ONNX_FLOAT, SHAPE(2, 3)), 20),
         "tensor `t` has 20 bytes, but its shape needs 24"},
        {"too many bytes in raw_data", with_raw(tensor_of("t", ONNX_FLOAT, SHAPE(2)), 9),
         "has 9 bytes, but its shape needs 8"},
        {"numbers of no extent", with_raw(tensor_of("t", ONNX_FLOAT, SHAPE(0)), 4),
         "has 4 bytes, but its shape needs 0"},
        {"raw_data twice as typed",
         with_int(with_raw(tensor_of("t", ONNX_INT32, SHAPE(1)), 4), 5, 1),
         "has its numbers twice"},
        {"two typed fields", with_int(with_int(tensor_of("t", ONNX_INT32, SHAPE(1)), 5, 1), 7, 1),
         "has numbers of two types"},
        {"typed field of another type", with_int(tensor_of("t", ONNX_FLOAT, SHAPE(1)), 5, 1),
         "has numbers of another type than its own"},
        {"too few ints", with_int(tensor_of("t", ONNX_INT64, SHAPE(2)), 7, 1),
         "has fewer numbers than its shape needs"},
        {"far too few ints", with_int(tensor_of("t", ONNX_INT64, SHAPE(INT64_C(1) << 40)), 7, 1),
         "has fewer numbers than its shape needs"},
        {"too many ints", with_int(with_int(tensor_of("t", ONNX_INT64, SHAPE(1)), 7, 1), 7, 1),
         "has more numbers than its shape needs"},
        {"256 in u8", with_int(tensor_of("t", ONNX_UINT8, SHAPE(1)), 5, 256),
         "has a number that its type cannot hold"},
        {"-1 in u8", with_int(tensor_of("t", ONNX_UINT8, SHAPE(1)), 5, UINT64_MAX),
         "has a number that its type cannot hold"},
        {"128 in i8", with_int(tensor_of("t", ONNX_INT8, SHAPE(1)), 5, 128),
         "has a number that its type cannot hold"},
        {"2 in bool", with_int(tensor_of("t", ONNX_BOOL, SHAPE(1)), 5, 2),
         "has a number that its type cannot hold"},
        {"2^32 in u32", with_int(tensor_of("t", ONNX_UINT32, SHAPE(1)), 11, UINT64_C(1) << 32),
         "has a number that its type cannot hold"},
        {"float_data of varints", with_int(tensor_of("t", ONNX_FLOAT, SHAPE(1)), 4, 1),
         "TensorProto.float_data has wire type 0, not 5"},
        {"raw_data of a varint", with_int(tensor_of("t", ONNX_FLOAT, SHAPE(1)), 9, 1),
         "TensorProto.raw_data has wire type 0, not 2"},
        {"segments", with_int(tensor_of("t", ONNX_FLOAT, SHAPE(1)), 3, 1), "cut into segments"},
        {"place 2", with_int(tensor_of("t", ONNX_FLOAT, SHAPE(0)), 14, 2),
         "at a place that netc does not know"},
        {"inside and outside", with_raw(OUTSIDE("location", "w.bin"), 8),
         "says that they are in another file"},
        {"outside without location", OUTSIDE("offset", "8"), "does not say which file"},
        {"outside, location empty", OUTSIDE("location", ""), "does not say which file"},
        {"outside, negative offset", OUTSIDE("location", "w", "offset", "-1"),
         "an offset of external data that is no whole number"},
        {"outside, huge offset", OUTSIDE("location", "w", "offset", "9223372036854775808"),
         "an offset of external data that is no whole number"},
        {"outside, length in words", OUTSIDE("location", "w", "length", "all"),
         "a length of external data that is no whole number"},
        {"outside, another length", OUTSIDE("location", "w", "length", "12"),
         "has 12 bytes in another file, but its shape needs 8"},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        Reading *reading = read_tensor(&table[i].tensor);
        cr_expect(reading->file.why && strstr(reading->file.why, table[i].why), "%s: %s",
                  table[i].name, reading->file.why ? reading->file.why : "was read");
        cr_expect_lt(arena_used(reading->arena), 4096);
        done(reading);
    }
}

Test(tensor, what_is_allowed) {
    const struct {
        const char *name;
        Message tensor;
        int64_t elems;
    } table[] = {
        {"no axes", with_raw(tensor_of("t", ONNX_FLOAT, NULL, 0), 4), 1},
        {"nothing, hugely", tensor_of("t", ONNX_FLOAT, SHAPE(INT64_MAX, INT64_MAX, 0)), 0},
        {"unknown type", with_raw(tensor_of("t", 23, SHAPE(7)), 3), 7},
        {"text", tensor_of("t", ONNX_STRING, SHAPE(2)), 2},
        {"empty raw_data beside ints",
         with_raw(with_int(tensor_of("t", ONNX_INT64, SHAPE(1)), 7, 1), 0), 1},
        {"outside", OUTSIDE("location", "w.bin", "offset", "16", "length", "8", "checksum", "?"),
         2},
        {"outside, to its end", OUTSIDE("location", "w.bin"), 2},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        Reading *reading = read_tensor(&table[i].tensor);
        cr_expect(!reading->file.why && reading->tensor.elems == table[i].elems, "%s: %s",
                  table[i].name, reading->file.why ? reading->file.why : "other elements");
        done(reading);
    }
}

Test(tensor, outside) {
    Message tensor = OUTSIDE("location", "a/w.bin", "offset", "16", "length", "8");
    Reading *reading = read_tensor(&tensor);
    cr_assert_str_eq(reading->tensor.location, "a/w.bin");
    cr_assert_eq(reading->tensor.offset, 16);
    cr_assert_eq(reading->tensor.outside, 8);
    cr_assert_null(reading->tensor.bytes);
    done(reading);
}
