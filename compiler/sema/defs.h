/* The defs of a file before any is used. */
#ifndef NETC_SEMA_DEFS_H
#define NETC_SEMA_DEFS_H

#include "sema/scope.h"

/** N0102 for a name whose first definition is at `first`. */
void report_defined(Sema *sema, const AstName *name, Span first);

/** Declares a def and checks its head: N0102, N0104, N0208. */
void def_declare(Sema *sema, Module *module, const AstItem *item);

/** N0209 for every def that uses itself by way of other defs of the file; it becomes unusable. */
void defs_refuse_recursion(Sema *sema, Module *module);

/** N0209 for a def that is used while it is expanded: a layer parameter brought it there. */
void report_active(Sema *sema, Span where, const Def *def);

/** The kind of a parameter. */
typedef enum ParamKind {
    PARAM_TENSOR,
    PARAM_INT,
    PARAM_FLOAT,
    PARAM_PAD,
    PARAM_LAYER,
    PARAM_UNKNOWN /* reported */
} ParamKind;

ParamKind param_kind(const AstParam *param);

#endif
