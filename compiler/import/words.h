/* Names and numbers as they are shown and written. */
#ifndef NETC_IMPORT_WORDS_H
#define NETC_IMPORT_WORDS_H

#include "base/arena.h"

#include <stdbool.h>
#include <stdint.h>

/** True for the words of the language that no name can be. */
bool is_language_word(const char *name);

/** A name of the model between backticks, safe to print; a long one is cut. */
const char *quoted(Arena *arena, const char *name);

/** A finite number as the language writes it, with the fewest digits that give the same f32:
 *  "1e-5", "0.1", "6". */
const char *number_text(Arena *arena, float number);

/** "1x3x224x224"; "?" where an extent is below 0. */
const char *sizes_text(Arena *arena, int rank, const int64_t *extent);

/** Numbers of the spatial axes: "3", "3x5"; "" where all are `fallback`. */
const char *axes_text(Arena *arena, int n, const int64_t *numbers, int64_t fallback);

/** Paddings of the spatial axes: "1", "(0, 1)", "{H: (0, 1), W: 2}"; "" where all are 0. */
const char *pads_text(Arena *arena, int n, const char *const *names, const int64_t *lo,
                      const int64_t *hi);

#endif
