/* Loading a network's shared library, its buffers, and the comparison of two results. */
#include "model.h"

#include <dlfcn.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>

/* One 64-byte aligned buffer for each tensor; those of inputs are filled. */
static float **make_buffers(Arena *arena, const struct netc_tensor *tensors, unsigned count,
                            bool fill) {
    float **buffers = ARENA_ARRAY(arena, float *, count);
    for (unsigned i = 0; i < count; i++) {
        /* 16 elements at least: arena memory is 64-byte aligned from 64 bytes on. */
        size_t elems = tensors[i].elems;
        buffers[i] = ARENA_ARRAY(arena, float, elems < 16 ? 16 : elems);
        if (fill) input_fill(i, buffers[i], elems);
    }
    return buffers;
}

const char *model_open(Arena *arena, const char *path, const char *name, Model *out) {
    void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (!library) return arena_strdup(arena, dlerror());
    const char *symbol = arena_printf(arena, "%s_model", name);
    const struct netc_model *model = dlsym(library, symbol);
    if (!model) return arena_strdup(arena, dlerror());
    if (model->abi != NETC_MODEL_ABI)
        return arena_printf(arena, "%s has ABI %u, this program knows %u", symbol, model->abi,
                            (unsigned)NETC_MODEL_ABI);
    size_t align = model->workspace_align < 64 ? 64 : model->workspace_align;
    char *workspace = arena_alloc(arena, model->workspace_bytes + align);
    out->descriptor = model;
    out->inputs = make_buffers(arena, model->inputs, model->n_inputs, true);
    out->outputs = make_buffers(arena, model->outputs, model->n_outputs, false);
    out->workspace = workspace + (align - (uintptr_t)workspace % align) % align;
    return NULL;
}

bool model_call(void *model) {
    const Model *self = model;
    return self->descriptor->run((const void *const *)self->inputs, self->outputs, self->workspace,
                                 NULL, NULL) == 0;
}

void input_fill(unsigned index, float *data, size_t elems) {
    uint64_t state = index;
    for (size_t i = 0; i < elems; i++) {
        /* SplitMix64; the upper 24 bits as a multiple of 2^-23 in [-1, 1). */
        uint64_t z = state += UINT64_C(0x9E3779B97F4A7C15);
        z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
        z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
        z ^= z >> 31;
        data[i] = (float)((double)(z >> 40) * 0x1p-23 - 1.0);
    }
}

double output_difference(const float *a, const float *b, size_t elems) {
    double low = INFINITY, high = -INFINITY, largest = 0;
    for (size_t i = 0; i < elems; i++) {
        if (!isfinite(a[i]) || !isfinite(b[i])) return INFINITY;
        low = fmin(low, (double)b[i]);
        high = fmax(high, (double)b[i]);
        largest = fmax(largest, fabs((double)a[i] - (double)b[i]));
    }
    double range = high > low ? high - low : fmax(fabs(high), fabs(low));
    return largest == 0 ? 0 : range > 0 ? largest / range : INFINITY;
}
