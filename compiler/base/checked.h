/* 64-bit arithmetic on sizes that detects overflow. A bare * or + on sizes is a defect.
 *
 * Each function stores the result and returns true, or returns false and leaves *out untouched. */
#ifndef NETC_BASE_CHECKED_H
#define NETC_BASE_CHECKED_H

#include <stdbool.h>
#include <stdint.h>

static inline bool checked_add(int64_t a, int64_t b, int64_t *out) {
    int64_t r;
    if (__builtin_add_overflow(a, b, &r)) return false;
    *out = r;
    return true;
}

static inline bool checked_sub(int64_t a, int64_t b, int64_t *out) {
    int64_t r;
    if (__builtin_sub_overflow(a, b, &r)) return false;
    *out = r;
    return true;
}

static inline bool checked_mul(int64_t a, int64_t b, int64_t *out) {
    int64_t r;
    if (__builtin_mul_overflow(a, b, &r)) return false;
    *out = r;
    return true;
}

/** Quotient rounded towards minus infinity; b >= 1. C's `/` rounds towards zero, which turns an
 *  illegal window into a legal one. */
static inline int64_t floor_div(int64_t a, int64_t b) {
    int64_t q = a / b;
    return q - (a % b < 0);
}

/** Quotient rounded towards plus infinity; b >= 1. */
static inline int64_t ceil_div(int64_t a, int64_t b) {
    int64_t q = a / b;
    return q + (a % b > 0);
}

/** The remainder in 0 .. b-1; b >= 1. */
static inline int64_t floor_mod(int64_t a, int64_t b) {
    int64_t r = a % b;
    return r < 0 ? r + b : r;
}

#endif
