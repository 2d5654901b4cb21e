/* The arguments of one call in another framework's form, as attributes of a layer of .net. */
#ifndef NETC_SEMA_FOREIGN_MEND_H
#define NETC_SEMA_FOREIGN_MEND_H

#include "sema/foreign_call.h"
#include "sema/foreign_form.h"
#include "sema/made.h"

/** The work on one call. */
typedef struct Mend {
    Sema *sema;
    const LayerCall *call;
    const ForeignForm *form; /* NULL: a layer of .net */
    const LayerDef *layer;
    Made attrs[ATTR_NAMES];
    const AstArg *args[ATTR_NAMES]; /* that gave them; NULL: the framework's default */
    const AstExpr *channels;        /* what in_channels says, or NULL */
    int64_t multiplier;
    const AstArg *lower; /* that says SAME_LOWER, or NULL */
    bool keeps_space, lacks_bias;
    bool is_darknet;
    const char *behind[MAX_STEPS_BEHIND];
    int n_behind;
    bool changes; /* something is not as it is written in .net */
} Mend;

/** Fills `mend` with what the call says. The plain arguments are `parameters`, in order.
 *  @return false if not all can be said */
bool mend_arguments_of(Mend *mend, const char *parameters);

/** The attribute of the layer that is called `name`; -1 if there is none. */
int own_name(const LayerDef *layer, const char *name);

/** The type of the input; NULL if it is not known. */
const TensorType *mend_input(const Mend *mend);

#endif
