/* The relationships R1 .. R15 as notes, with the numbers of an axis put in. */
#ifndef NETC_SEMA_RELATION_H
#define NETC_SEMA_RELATION_H

#include "base/diag.h"
#include "tensor/solve.h"

typedef enum WindowKind { WINDOW_CONV, WINDOW_POOL, WINDOW_TCONV } WindowKind;

/** "relationship 6: o = ⌊(i + 2p − k)/s⌋ + 1 = ⌊(5 + 2·1 − 3)/2⌋ + 1 = 3": the relationship that
 *  the axis is an instance of. An illegal axis gives the number that the formula gives. */
const char *relation_text(Arena *arena, WindowKind kind, const ConvAxis *axis);

/** The numbers alone: "⌊(5 + 2·1 − 3)/2⌋ + 1 = 3". */
const char *relation_numbers(Arena *arena, WindowKind kind, const ConvAxis *axis);

/** "relationship 6: f.H = ⌊(5 + 2·1 − 3)/2⌋ + 1 = 3": the numbers, of a size that is called so. */
const char *relation_of_size(Arena *arena, WindowKind kind, const ConvAxis *axis, const char *size);

/** The note of one axis: its relation_text, with its facts. */
void relation_note(Diag *diag, WindowKind kind, const ConvAxis *axis);

/** "relationship 14: o′ = s(i′ − 1) + a + k − 2p = 2·13 + a + 3 − 2·1 → 27 for a = 0": what an axis
 *  of a tconv gives for each a is in `sizes`. With the facts of the axis as it is. */
void relation_a_note(Diag *diag, const ConvAxis *axis, const char *sizes);

/** "relationship 14: o′ = s(i′ − 1) + a + k − 2p = 2·88 + 0 + 2 − 0 = 178": R14 in full, whatever
 * is 0 in it, with its facts. */
void relation_full_note(Diag *diag, const ConvAxis *axis);

/** The equation that the unknowns have to solve, a set of Unknown of which the axis says nothing:
 *  "relationship 2: o = (i − k) + 2p + 1 → 32 = (32 − 4) + 2p + 1". With its facts. */
void relation_equation_note(Diag *diag, WindowKind kind, const ConvAxis *axis, unsigned unknown,
                            int64_t o);

/** The numbers of an axis: relationship, i, k, s, p = [pb, pe] and o; d, a and round where they are
 *  not 1, 0 and down. Nothing where the map has another relationship already. */
void relation_facts(Fact *into, WindowKind kind, const ConvAxis *axis);

/** Adds the notes of the axes whose `wanted` is true: one if all have the same numbers, else one
 *  for each, with the axis's name before it. Facts: `axes`, and the numbers once, or in
 *  `by_axis` for each axis. */
void relation_notes(Diag *diag, WindowKind kind, int n, const ConvAxis *axes,
                    const char *const *names, const bool *wanted);

/** The facts of one axis after relation_notes: where its relationship is told. */
Fact *relation_facts_of(Diag *diag, const char *axis);

#endif
