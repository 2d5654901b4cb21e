/* What the arguments of a call become: the attributes of a layer in the table's order, without
 * those that only say their default. */
#ifndef NETC_FORMAT_CANONICAL_H
#define NETC_FORMAT_CANONICAL_H

#include "format/format.h"

typedef VEC(size_t) Indices;

/** Lists the arguments of a CALL that stay, in canonical order, by their index.
 *  @return false if they stay as they are: `out` is not filled then */
bool canonical_arguments(const LayerStyles *styles, Arena *arena, const AstExpr *call,
                         Indices *out);

/** Calls visit(context, call) for every CALL with brackets in the tree. */
void canonical_each_call(const Ast *ast, void (*visit)(void *context, AstExpr *call),
                         void *context);

#endif
