/* One statement of a LoopFn: its typing rule (the builder asserts it, the verifier checks it) and
 * its printed form (for messages). */
#ifndef NETC_LOOP_STMT_H
#define NETC_LOOP_STMT_H

#include "loop/loop.h"

/** NULL if the operands and the result of the statement have the types its operation demands, else
 *  the rule that is broken. Operands and result must be values of the function; FOR has no rule. */
const char *loop_typing(const LoopFn *fn, const LoopStmt *stmt);

/** Appends the statement on one line; of a FOR its head only. */
void loop_print_stmt(Text *out, const LoopFn *fn, const LoopStmt *stmt);

#endif
