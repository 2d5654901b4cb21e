/* One message for a fault inside a def, whatever number of its uses shows it. */
#ifndef NETC_SEMA_USES_H
#define NETC_SEMA_USES_H

#include "sema/scope.h"

/** How many messages there are when a use begins. */
typedef struct UseStart {
    size_t list, briefs;
} UseStart;

UseStart uses_begin(const Sema *sema);

/** The expansion of `use` is over: what was reported since its start is about the inside of its
 *  def. A fault that another use showed already is dropped.
 *  @param checked  false: an argument failed, so that the use cannot be said to pass
 *  @return how many messages were dropped */
size_t uses_end(Sema *sema, Use *use, UseStart start, bool checked);

/** Adds to every fault inside a def the uses that show it, and those that pass (language.md 3.1).
 */
void uses_explain(Sema *sema);

#endif
