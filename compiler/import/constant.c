/* Constants. A real one is read through strides: of the model's bytes, whatever their type, or of
 * floats that were computed. */
#include "import/constant.h"

#include "base/checked.h"
#include "onnx/read.h"

#include <math.h>

/* The product of the extents is at most MAX_ELEMS, but part of it may be anything beside a 0. */
static void set_shape(Constant *out, int rank, const int64_t *extent) {
    bool empty = false;
    for (int i = 0; i < rank; i++) empty = empty || extent[i] == 0;
    out->rank = rank;
    out->elems = !empty;
    for (int i = rank - 1; i >= 0; i--) {
        out->extent[i] = extent[i];
        out->stride[i] = out->elems;
        out->elems *= extent[i];
    }
}

static bool is_real(int type) {
    return type == ONNX_FLOAT || type == ONNX_FLOAT16 || type == ONNX_DOUBLE ||
           type == ONNX_BFLOAT16;
}

bool constant_of(Arena *arena, const OnnxTensor *tensor, Constant *out) {
    if (tensor->rank > CONSTANT_RANK || tensor->elems > MAX_ELEMS) return false;
    for (int i = 0; i < tensor->rank; i++)
        if (tensor->extent[i] > MAX_EXTENT) return false;
    *out = (Constant){0};
    set_shape(out, tensor->rank, tensor->extent);
    if (is_real(tensor->type)) {
        out->tensor = tensor;
        return true;
    }
    if (tensor->location || tensor->elems > MAX_WHOLE) return false;
    int64_t *ints = ARENA_ARRAY(arena, int64_t, (size_t)tensor->elems);
    out->whole = true;
    out->ints = ints;
    return onnx_tensor_ints(tensor, ints);
}

Constant constant_of_ints(const int64_t *ints, int rank, const int64_t *extent) {
    Constant made = {.whole = true, .ints = ints};
    set_shape(&made, rank, extent);
    return made;
}

Constant constant_of_floats(const float *floats, int rank, const int64_t *extent) {
    Constant made = {.floats = floats};
    set_shape(&made, rank, extent);
    return made;
}

Constant constant_fill(Arena *arena, float number, int rank, const int64_t *extent) {
    float *one = ARENA_NEW(arena, float);
    *one = number;
    Constant made = constant_of_floats(one, rank, extent);
    for (int i = 0; i < rank; i++) made.stride[i] = 0;
    return made;
}

/* One element of the source, by its place there. */
static float element(const Constant *constant, int64_t at) {
    if (constant->floats) return constant->floats[at];
    size_t size = onnx_type_size(constant->tensor->type);
    OnnxTensor one = *constant->tensor;
    one.elems = 1;
    one.len = size;
    one.bytes += (size_t)at * size;
    float number = 0;
    onnx_tensor_floats(&one, &number);
    return number;
}

static int64_t place_of(const Constant *constant, int64_t index) {
    int64_t at = constant->offset;
    for (int i = constant->rank - 1; i >= 0; i--) {
        at += index % constant->extent[i] * constant->stride[i];
        index /= constant->extent[i];
    }
    return at;
}

double constant_number(const Constant *constant, int64_t index) {
    if (constant->whole) return (double)constant->ints[index];
    return (double)element(constant, place_of(constant, index));
}

bool constant_is_dense(const Constant *constant) {
    int64_t stride = 1;
    for (int i = constant->rank - 1; i >= 0; i--) {
        if (constant->extent[i] != 1 && constant->stride[i] != stride) return false;
        stride *= constant->extent[i];
    }
    return true;
}

/* Numbers that lie one after another in the source. */
static void copy_run(const Constant *constant, int64_t at, int64_t count, float *out) {
    if (constant->floats) {
        memcpy(out, constant->floats + at, (size_t)count * sizeof *out);
        return;
    }
    size_t size = onnx_type_size(constant->tensor->type);
    OnnxTensor part = *constant->tensor;
    part.elems = count;
    part.len = size * (size_t)count;
    part.bytes += (size_t)at * size;
    onnx_tensor_floats(&part, out);
}

void constant_copy(const Constant *constant, int64_t first, int64_t count, float *out) {
    if (constant->whole) {
        for (int64_t i = 0; i < count; i++) out[i] = (float)constant->ints[first + i];
        return;
    }
    if (constant_is_dense(constant)) {
        copy_run(constant, constant->offset + first, count, out);
        return;
    }
    for (int64_t i = 0; i < count; i++) out[i] = element(constant, place_of(constant, first + i));
}

const float *constant_all(Arena *arena, const Constant *constant) {
    float *out = ARENA_ARRAY(arena, float, (size_t)constant->elems);
    constant_copy(constant, 0, constant->elems, out);
    return out;
}

Constant constant_reshape(Arena *arena, const Constant *constant, int rank, const int64_t *extent) {
    if (constant->whole) return constant_of_ints(constant->ints, rank, extent);
    if (!constant_is_dense(constant)) {
        double number;
        if (constant->elems > 0 && constant_same(constant, &number))
            return constant_fill(arena, (float)number, rank, extent);
        return constant_of_floats(constant_all(arena, constant), rank, extent);
    }
    Constant made = *constant;
    set_shape(&made, rank, extent);
    return made;
}

Constant constant_permute(Arena *arena, const Constant *constant, const int *order) {
    Constant made = *constant;
    for (int i = 0; i < constant->rank; i++) {
        made.extent[i] = constant->extent[order[i]];
        made.stride[i] = constant->stride[order[i]];
    }
    if (!constant->whole) return made;
    int64_t *ints = ARENA_ARRAY(arena, int64_t, (size_t)constant->elems);
    for (int64_t i = 0; i < constant->elems; i++) ints[i] = constant->ints[place_of(&made, i)];
    return constant_of_ints(ints, constant->rank, made.extent);
}

bool constant_same(const Constant *constant, double *number) {
    bool one = !constant->whole;
    for (int i = 0; i < constant->rank; i++) one = one && constant->stride[i] == 0;
    *number = constant_number(constant, 0);
    for (int64_t i = 1; i < constant->elems && !one; i++)
        if (constant_number(constant, i) != *number) return false;
    return true;
}

bool constant_is(const Constant *constant, double number) {
    double same;
    return constant->elems > 0 && constant_same(constant, &same) && same == number;
}
