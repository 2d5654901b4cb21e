/* Building LoopFns: one call per operation, appended to the innermost open loop.
 *
 *     LoopBuilder *b = loop_builder(arena, "c1_conv");
 *     uint32_t x = loop_buffer(b, (LoopBuffer){...});
 *     LoopVar oc = loop_begin(b, LOOP_PARALLEL, "oc", loop_const(0), loop_const(4), NULL, 0);
 *     ...
 *     loop_end(b, NULL, NULL);
 *     LoopFn *fn = loop_finish(b);
 */
#ifndef NETC_LOOP_BUILD_H
#define NETC_LOOP_BUILD_H

#include "loop/loop.h"

typedef struct LoopBuilder LoopBuilder;

LoopBuilder *loop_builder(Arena *arena, const char *name);

/** The finished function; every loop must be closed. */
LoopFn *loop_finish(LoopBuilder *b);

/** Adds a buffer; gives its index. */
uint32_t loop_buffer(LoopBuilder *b, LoopBuffer buffer);

/* Affine expressions are values; terms live in the builder's arena. */
LoopAffine loop_const(int64_t constant);
LoopAffine loop_var(LoopBuilder *b, LoopVar var, int64_t coef);
LoopAffine loop_plus(LoopBuilder *b, LoopAffine a, LoopAffine c);
LoopAffine loop_offset(LoopAffine a, int64_t constant);
LoopAffine loop_scale(LoopBuilder *b, LoopAffine a, int64_t factor);

/** Opens a loop with one lower and one upper bound; `carried` are n initial values, replaced by
 *  the values inside the loop. */
LoopVar loop_begin(LoopBuilder *b, LoopForKind kind, const char *name, LoopAffine lo, LoopAffine hi,
                   LoopVal *carried, int n);

/** The same from the largest of several lower bounds to the smallest of several upper ones. */
LoopVar loop_begin_clipped(LoopBuilder *b, const char *name, const LoopAffine *lo, int n_lo,
                           const LoopAffine *hi, int n_hi, LoopVal *carried, int n);

/** Closes the innermost loop: `carried` are the values to yield, replaced by the values after. */
void loop_end(LoopBuilder *b, LoopVal *carried, int n);

/* Operations. Types follow from the operands; `lanes` is given where they cannot. */
LoopVal loop_load(LoopBuilder *b, int lanes, int active, uint32_t buffer, LoopAffine offset);
LoopVal loop_load_i32(LoopBuilder *b, int lanes, int active, uint32_t buffer, LoopAffine offset);
void loop_store(LoopBuilder *b, LoopVal value, int active, uint32_t buffer, LoopAffine offset);
void loop_prefetch(LoopBuilder *b, uint32_t buffer, LoopAffine offset);

/* The same at any address: rings. */
LoopVal loop_load_at(LoopBuilder *b, LoopType type, int active, LoopAddr addr);
void loop_store_at(LoopBuilder *b, LoopVal value, int active, LoopAddr addr);

LoopVal loop_f32(LoopBuilder *b, int lanes, float value);
LoopVal loop_i32(LoopBuilder *b, int lanes, int32_t value);
LoopVal loop_broadcast(LoopBuilder *b, LoopVal scalar, int lanes);
LoopVal loop_unary(LoopBuilder *b, LoopOp op, LoopVal a);
LoopVal loop_binary(LoopBuilder *b, LoopOp op, LoopVal a, LoopVal c);
LoopVal loop_compare(LoopBuilder *b, LoopPredicate predicate, LoopVal a, LoopVal c);
LoopVal loop_fma(LoopBuilder *b, LoopVal a, LoopVal c, LoopVal addend);
LoopVal loop_select(LoopBuilder *b, LoopVal condition, LoopVal yes, LoopVal no);
LoopVal loop_shuffle(LoopBuilder *b, LoopVal a, LoopVal c, const uint8_t *lanes, int n);
LoopVal loop_reduce(LoopBuilder *b, LoopOp op, LoopVal vector);

/** Lanes of a value. */
int loop_lanes(const LoopBuilder *b, LoopVal value);

#endif
