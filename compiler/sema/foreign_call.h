/* A call in another framework's form, put into .net as a whole: its layer, its numbers without
 * names, its attributes, and what that framework takes for granted. */
#ifndef NETC_SEMA_FOREIGN_CALL_H
#define NETC_SEMA_FOREIGN_CALL_H

#include "sema/attrs.h"

enum { MAX_STEPS_BEHIND = 3 };

/** What a call means. */
typedef struct ForeignCall {
    const LayerDef *layer;
    const AstExpr *call;                     /* as if it had been written in .net */
    const AstExpr *behind[MAX_STEPS_BEHIND]; /* further steps: an activation, flatten */
    int n_behind;
} ForeignCall;

/** True if the argument is positional and no tensor: a number, a pair, a string, True. */
bool is_plain(Sema *sema, const AstArg *arg);

/** The name of a layer of another framework without the prefix of its module: `nn.Conv2d`, unless
 *  the file imports something as `nn`; NULL if it is no such layer. */
const char *foreign_name(Sema *sema, const AstPath *callee);

/** The layer of .net of which another framework's layer is a case; NULL if there is none. */
const char *foreign_kin(const char *name);

/** Puts a call of the layer, or of another framework's, into .net where there is something to
 *  put and all of it can be said, and reports it: N0201, N0203 or N0207 with the one mended line.
 *  @param call   its tensors are gathered; `layer` is NULL if the name is not one of .net
 *  @param alone  the call stands for one step, as in `repeat`: there can be none behind it
 *  @return false if there is nothing to report, or not all can be said: nothing is reported */
bool mend_foreign_call(Sema *sema, const LayerCall *call, bool alone, ForeignCall *out);

#endif
