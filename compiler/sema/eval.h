/* Checked integer expressions: lets, sizes, attributes. */
#ifndef NETC_SEMA_EVAL_H
#define NETC_SEMA_EVAL_H

#include "sema/analysis.h"

/** The value of an integer expression.
 *  @param wanted  what it is for, in a message: "`c`", "the size of `H`"
 *  @return false if it has none: reported (N0101, N0103, N0105 .. N0108), or a consequence of what
 *          was reported */
bool eval_integer(Sema *sema, const AstExpr *expr, const char *wanted, int64_t *out);

/** True for an expression that can only be a number: 64, n, x.C / 2. */
bool is_number(Sema *sema, const AstExpr *expr);

#endif
