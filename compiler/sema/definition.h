/* Definitions: what an expression computes gets a name. */
#ifndef NETC_SEMA_DEFINITION_H
#define NETC_SEMA_DEFINITION_H

#include "sema/scope.h"

/** Analyses `names = expression` in the current scope, where `item` declared its names (N0109). */
void analyse_bind(Sema *sema, const AstItem *item);

/** The expression of a definition under its first name; it may have several results if it has
 *  several names. */
Tensor infer_definition(Sema *sema, const AstItem *item, const AstName *name, size_t n_names,
                        const AstExpr *value);

/** Binds a name of the definition that was inferred last to what it computed. */
void bind_value(Sema *sema, const AstItem *item, const AstName *name, const Tensor *tensor);

#endif
