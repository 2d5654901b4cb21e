/* Numbers as files hold them, to f32. */
#ifndef NETC_WEIGHTS_CONVERT_H
#define NETC_WEIGHTS_CONVERT_H

#include "tensor/dtype.h"

#include <stdint.h>

/** Converts `elems` little-endian numbers: f32 keeps its bits, f16, bf16 and u8 widen exactly, f64
 * is rounded to nearest.
 *  @param bytes  elems * dtype_size(dtype) bytes, of any alignment; those of f32 may be `out` */
void convert_to_f32(Dtype dtype, const char *bytes, int64_t elems, float *out);

#endif
