/* onnx/write: what is written is read as it was. */
#include "onnx/write.h"

#include "bytes.h"
#include "onnx/read.h"

#include <criterion/criterion.h>
#include <string.h>

static unsigned char *join(Arena *arena, const OnnxBytes *bytes) {
    unsigned char *all = arena_alloc(arena, bytes->len), *to = all;
    for (size_t i = 0; i < bytes->n; i++) {
        memcpy(to, bytes->pieces[i].data, bytes->pieces[i].len);
        to += bytes->pieces[i].len;
    }
    cr_assert_eq((size_t)(to - all), bytes->len);
    return all;
}

/* The attributes that are read but not written. */
static bool is_written(const OnnxAttribute *attribute) {
    return attribute->type != ONNX_ATTRIBUTE_GRAPH && attribute->type != ONNX_ATTRIBUTE_OTHER;
}

static void expect_same_tensor(const OnnxTensor *a, const OnnxTensor *b) {
    cr_expect_str_eq(a->name, b->name);
    cr_expect(a->type == b->type && a->rank == b->rank && a->elems == b->elems && a->len == b->len);
    cr_expect(memcmp(a->extent, b->extent, sizeof a->extent) == 0);
    cr_expect(a->len == 0 || memcmp(a->bytes, b->bytes, a->len) == 0);
}

static void expect_same_attribute(const OnnxAttribute *a, const OnnxAttribute *b) {
    cr_assert(b && a->type == b->type && a->n == b->n, "%s", a->name);
    cr_expect(a->f == b->f && a->i == b->i, "%s", a->name);
    cr_expect_str_eq(a->s, b->s);
    if (a->tensor) expect_same_tensor(a->tensor, b->tensor);
    for (size_t i = 0; i < a->n; i++) {
        if (a->floats) cr_expect_eq(a->floats[i], b->floats[i]);
        if (a->ints) cr_expect_eq(a->ints[i], b->ints[i]);
        if (a->strings) cr_expect_str_eq(a->strings[i], b->strings[i]);
    }
}

static void expect_same_values(const OnnxValueInfo *a, const OnnxValueInfo *b, size_t n) {
    for (size_t i = 0; i < n; i++) {
        cr_expect_str_eq(a[i].name, b[i].name);
        cr_expect(a[i].type == b[i].type && a[i].has_shape == b[i].has_shape &&
                  a[i].rank == b[i].rank);
        for (int axis = 0; axis < a[i].rank; axis++) {
            cr_expect_eq(a[i].extent[axis].size, b[i].extent[axis].size);
            cr_expect_str_eq(a[i].extent[axis].name, b[i].extent[axis].name);
        }
    }
}

static void expect_same_model(const OnnxModel *a, const OnnxModel *b) {
    cr_expect_eq(a->ir_version, b->ir_version);
    cr_expect_str_eq(a->producer, b->producer);
    cr_expect_str_eq(a->graph, b->graph);
    cr_assert(a->n_opsets == b->n_opsets && a->n_nodes == b->n_nodes &&
              a->n_initializers == b->n_initializers && a->n_inputs == b->n_inputs &&
              a->n_outputs == b->n_outputs);
    cr_expect(a->opsets[0].version == b->opsets[0].version && !*b->opsets[0].domain);
    for (size_t i = 0; i < a->n_nodes; i++) {
        const OnnxNode *p = &a->nodes[i], *q = &b->nodes[i];
        cr_expect_str_eq(p->op, q->op);
        cr_expect_str_eq(p->name, q->name);
        cr_assert(p->n_inputs == q->n_inputs && p->n_outputs == q->n_outputs);
        for (size_t k = 0; k < p->n_inputs; k++) cr_expect_str_eq(p->inputs[k], q->inputs[k]);
        for (size_t k = 0; k < p->n_outputs; k++) cr_expect_str_eq(p->outputs[k], q->outputs[k]);
        cr_assert_eq(p->n_attributes, q->n_attributes);
        for (size_t k = 0; k < p->n_attributes; k++)
            expect_same_attribute(&p->attributes[k], onnx_attribute(q, p->attributes[k].name));
    }
    for (size_t i = 0; i < a->n_initializers; i++)
        expect_same_tensor(&a->initializers[i], &b->initializers[i]);
    expect_same_values(a->inputs, b->inputs, a->n_inputs);
    expect_same_values(a->outputs, b->outputs, a->n_outputs);
}

Test(write, what_was_read) {
    Arena *arena = arena_create();
    Message message = whole_model();
    const OnnxModel *read, *again;
    cr_assert_null(onnx_read(arena, message.bytes, message.len, &read));
    OnnxModel model = *read;
    OnnxNode *conv = &model.nodes[0];
    size_t n = 0;
    for (size_t i = 0; i < conv->n_attributes; i++)
        if (is_written(&conv->attributes[i])) conv->attributes[n++] = conv->attributes[i];
    conv->n_attributes = n;
    OnnxBytes bytes = onnx_write(arena, &model);
    const char *why = onnx_read(arena, join(arena, &bytes), bytes.len, &again);
    cr_assert(!why, "%s", why);
    expect_same_model(&model, again);
    arena_destroy(arena);
}

/* The numbers of a large tensor are a piece of their own, not a copy. */
Test(write, large_tensors_are_views) {
    enum { N = 1 << 16 };
    static float numbers[N];
    Arena *arena = arena_create();
    for (int i = 0; i < N; i++) numbers[i] = (float)i;
    OnnxTensor tensor = {.name = "w",
                         .type = ONNX_FLOAT,
                         .rank = 2,
                         .extent = {2, N / 2},
                         .elems = N,
                         .bytes = (const unsigned char *)numbers,
                         .len = sizeof numbers};
    OnnxOpset opset = {"", 17};
    OnnxModel model = {.ir_version = 8,
                       .producer = "",
                       .graph = "g",
                       .opsets = &opset,
                       .n_opsets = 1,
                       .initializers = &tensor,
                       .n_initializers = 1};
    OnnxBytes bytes = onnx_write(arena, &model);
    cr_assert_lt(arena_used(arena), 8192);
    bool viewed = false;
    for (size_t i = 0; i < bytes.n; i++) viewed |= bytes.pieces[i].data == numbers;
    cr_assert(viewed);
    const OnnxModel *again;
    const char *why = onnx_read(arena, join(arena, &bytes), bytes.len, &again);
    cr_assert(!why, "%s", why);
    expect_same_tensor(&tensor, &again->initializers[0]);
    arena_destroy(arena);
}
