/* Element types. Edition 1 computes in f32; inputs may be u8, whole numbers 0 .. 255; the others
 * are what weight files may hold. */
#ifndef NETC_TENSOR_DTYPE_H
#define NETC_TENSOR_DTYPE_H

#include <stddef.h>

typedef enum Dtype { DTYPE_F32, DTYPE_F16, DTYPE_BF16, DTYPE_F64, DTYPE_U8 } Dtype;

/** Bytes of one element. */
size_t dtype_size(Dtype dtype);

/** "f32". */
const char *dtype_name(Dtype dtype);

#endif
