/* The table of element types. */
#include "tensor/dtype.h"

static const struct {
    const char *name;
    size_t size;
} table[] = {[DTYPE_F32] = {"f32", 4},
             [DTYPE_F16] = {"f16", 2},
             [DTYPE_BF16] = {"bf16", 2},
             [DTYPE_F64] = {"f64", 8},
             [DTYPE_U8] = {"u8", 1}};

size_t dtype_size(Dtype dtype) { return table[dtype].size; }

const char *dtype_name(Dtype dtype) { return table[dtype].name; }
