/* Offsets of the workspace. */
#ifndef NETC_PLAN_ARENA_PLAN_H
#define NETC_PLAN_ARENA_PLAN_H

#include "plan/plan.h"

/** Gives every workspace tensor that is not a view an offset, and views that of what they view;
 *  sets workspace_bytes and peak_bytes. With `keep` no bytes are shared at all. */
void plan_arena(Plan *plan, bool keep);

#endif
