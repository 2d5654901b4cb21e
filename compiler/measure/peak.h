/* What the machine can do at most: multiply-adds of vectors and bytes read, one thread. The figures
 * that every other figure is a share of. */
#ifndef NETC_MEASURE_PEAK_H
#define NETC_MEASURE_PEAK_H

#include <stdbool.h>
#include <stddef.h>

/** Whether this CPU has vectors of `bits` (128, 256 or 512) bits with float arithmetic of that
 *  width: 128 always, 256 with AVX2 and FMA, 512 with AVX-512F. */
bool peak_has_width(int bits);

/** The widest of the widths that peak_has_width knows. */
int peak_widest(void);

/** Peak of fused multiply-adds on vectors of `bits` bits, the best of slices of about a millisecond
 *  over `seconds`. At 128 bits without FMA, multiplications and additions in equal number.
 *  @return GFLOP/s, a multiply-add counting 2; 0 if this CPU lacks the width */
double peak_fma(int bits, double seconds);

/** Bandwidth of reading `bytes` again and again, in the order of addresses, with the widest
 * vectors; the best pass over `seconds`.
 *  @param bytes  a multiple of 4096
 *  @return GB/s (10^9 bytes); 0 if the buffer cannot be allocated */
double peak_read(size_t bytes, double seconds);

/** Size of the second-level cache in bytes; 256 KiB if the system does not say. */
size_t peak_l2_bytes(void);

#endif
