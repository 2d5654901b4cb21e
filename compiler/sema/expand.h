/* Uses of defs and repetitions: a def is expanded anew at each use. */
#ifndef NETC_SEMA_EXPAND_H
#define NETC_SEMA_EXPAND_H

#include "sema/infer.h"
#include "sema/scope.h"

/** The results of a def at one use, whose tensors were inferred and whose path is set. Reports what
 *  is wrong with the arguments (N0105, N0203 .. N0207), the limits (N0005, N0350), and what the
 *  body gives. */
Tensor expand_def(Sema *sema, const LayerCall *call, Def *def);

/** Binds the parameters of the def in `scope`, which no name is in yet: tensors by position, the
 *  others by name or default.
 *  @return false if an argument is wrong or missing: reported */
bool bind_arguments(Sema *sema, const LayerCall *call, Def *def, Scope *scope);

/** x |> repeat n f(...), x |> repeat v in [...] f(v=v). */
Tensor infer_repeat(Sema *sema, const AstExpr *expr, const Tensor *piped);

#endif
