/* Expressions that nobody wrote: what the form of another framework is in .net. Each stands at the
 * place of what it stands for, and has its text. */
#ifndef NETC_SEMA_MADE_H
#define NETC_SEMA_MADE_H

#include "sema/analysis.h"

/** A value as .net has it; `value` is NULL where there is none. */
typedef struct Made {
    const AstExpr *value;
    const char *text;
} Made;

/** What the source has there, unchanged. */
Made made_as_written(Sema *sema, const AstExpr *expr);

/** "3", "-1", "1e-5", "1/6", "C" or "same": a number, an axis, a word. */
Made made_word(Sema *sema, Span span, const char *text);

Made made_integer(Sema *sema, Span span, int64_t number);

/** n numbers, one for each spatial axis: 3 where they are equal, else 3x5.
 *  @param n  1 to 3 */
Made made_per_axis(Sema *sema, Span span, const int64_t *numbers, int n);

/** (3, 5) or [3, 5] as a size of n axes (0: not known); none if it is none, or of another number.
 */
Made made_of_tuple(Sema *sema, const AstExpr *given, int n);

/** The whole numbers of 3, (3, 5), [3, 5] or 3x5. @return how many: 0 if it is none of these */
int numbers_in(const AstExpr *value, int64_t out[6]);

/** n paddings, one for each spatial axis: 1, 1x2, (0, 1), or {H: (0, 1), W: 2}.
 *  @param axes  their names, or NULL: then no value can be made that needs them */
Made made_pads(Sema *sema, Span span, const int64_t *before, const int64_t *after, int n,
               const char *const *axes);

#endif
