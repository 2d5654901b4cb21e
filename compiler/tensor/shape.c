/* Tensor types: look-up, comparison, printing. */
#include "tensor/shape.h"

#include "base/checked.h"

#include <string.h>

bool type_is_error(const TensorType *type) { return type->rank == 0; }

int type_axis(const TensorType *type, const char *name) {
    for (int i = 0; i < type->rank; i++)
        if (strcmp(type->axes[i].name, name) == 0) return i;
    return NO_AXIS;
}

int type_batch(const TensorType *type) { return type_axis(type, "N"); }

int type_channel(const TensorType *type) { return type_axis(type, "C"); }

int type_spatial(const TensorType *type, int indices[MAX_RANK]) {
    int n = 0;
    for (int i = 0; i < type->rank; i++)
        if (strcmp(type->axes[i].name, "N") != 0 && strcmp(type->axes[i].name, "C") != 0)
            indices[n++] = i;
    return n;
}

int64_t type_extent(const TensorType *type, int index) {
    return index == NO_AXIS ? 1 : type->axes[index].extent;
}

bool type_equal(const TensorType *a, const TensorType *b) {
    if (a->rank != b->rank || a->dtype != b->dtype) return false;
    for (int i = 0; i < a->rank; i++)
        if (a->axes[i].extent != b->axes[i].extent || strcmp(a->axes[i].name, b->axes[i].name) != 0)
            return false;
    return true;
}

bool type_elems(const TensorType *type, int64_t *out) {
    int64_t elems = 1;
    for (int i = 0; i < type->rank; i++)
        if (!checked_mul(elems, type->axes[i].extent, &elems) || elems > MAX_ELEMS) return false;
    *out = elems;
    return true;
}

void type_print_sizes(Text *text, const TensorType *type) {
    text_puts(text, "[");
    for (int i = 0; i < type->rank; i++)
        text_printf(text, "%s%lld", i ? ", " : "", (long long)type->axes[i].extent);
    text_puts(text, "]");
}

void type_print(Text *text, const TensorType *type) {
    text_printf(text, "%s[", dtype_name(type->dtype));
    for (int i = 0; i < type->rank; i++)
        text_printf(text, "%s%s: %lld", i ? ", " : "", type->axes[i].name,
                    (long long)type->axes[i].extent);
    text_puts(text, "]");
}

const char *type_sizes(Arena *arena, const TensorType *type) {
    Text text = text_in(arena);
    type_print_sizes(&text, type);
    return text_str(&text);
}
