/* The typing rule of each operation, in one place: the builder asserts it, the verifier checks it.
 */
#ifndef NETC_LOOP_TYPE_H
#define NETC_LOOP_TYPE_H

#include "loop/loop.h"

/** NULL if the operands and the result of the statement have the types its operation demands, else
 *  the rule that is broken. Operands and result must be values of the function; FOR has no rule. */
const char *loop_typing(const LoopFn *fn, const LoopStmt *stmt);

#endif
