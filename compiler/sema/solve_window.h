/* `?` as the value of k, s, p, d or a: solved from the assertion on the same stage. */
#ifndef NETC_SEMA_SOLVE_WINDOW_H
#define NETC_SEMA_SOLVE_WINDOW_H

#include "sema/window.h"

/** Puts what was found into each axis with unknowns, and its padding into window->pad. The rest of
 *  these axes is as written; their paddings are not placed yet.
 *  @return false if there is nothing to solve from (N0330), no solution (N0331), several (N0332),
 *          or too much is asked (N0333): reported; or if the assertion is wrong, which reports
 *          itself */
bool window_solve(Sema *sema, const LayerCall *call, Window *window);

#endif
