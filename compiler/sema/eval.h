/* Checked expressions of numbers: lets, sizes, attributes. */
#ifndef NETC_SEMA_EVAL_H
#define NETC_SEMA_EVAL_H

#include "sema/analysis.h"

/** The value of an integer expression.
 *  @param wanted  what it is for, in a message: "`c`", "the size of `H`"
 *  @return false if it has none: reported (N0101, N0103, N0105 .. N0108), or a consequence of what
 *          was reported */
bool eval_integer(Sema *sema, const AstExpr *expr, const char *wanted, int64_t *out);

/** The value of an expression where a real number is wanted. Arithmetic is that of double, so that
 *  1/6 is what it looks like; the result is finite. False as above. */
bool eval_real(Sema *sema, const AstExpr *expr, const char *wanted, double *out);

/** The same, rounded to f32; N0004 if it is larger than any. */
bool eval_f32(Sema *sema, const AstExpr *expr, const char *wanted, double *out);

/** True for an expression that can only be a number: 64, n, x.C / 2. */
bool is_number(Sema *sema, const AstExpr *expr);

/** True for an expression of numbers in which some number is a real one. */
bool is_real(Sema *sema, const AstExpr *expr);

#endif
