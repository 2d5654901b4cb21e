/* The names of a file: declared by a first pass, so that a use before the definition and an
 * unknown name are told apart. */
#ifndef NETC_SEMA_SCOPE_H
#define NETC_SEMA_SCOPE_H

#include "sema/analysis.h"

/** Declares every name of the file (N0102, N0104). */
void scope_declare(Sema *sema);

/** The binding that `item` made for `name`; NULL if the name was taken by an earlier item. */
Binding *scope_own(Sema *sema, const AstItem *item, const char *name);

/** The binding of a name, whether defined or not; NULL if there is none. */
Binding *scope_find(Sema *sema, const char *name);

/** The binding of a name that is used at `use`; marks it used.
 *  @return NULL if it is unknown or not yet defined: reported (N0101, N0103) */
Binding *scope_use(Sema *sema, const AstName *use);

/** True if the file defines a layer (def) or an import prefix of this name. */
bool scope_has_def(Sema *sema, const char *name);
bool scope_has_import(Sema *sema, const char *name);

/** Reports W0708 for every value that nothing uses. */
void scope_warn_unused(Sema *sema);

#endif
