/* Sources that a layer names for a parameter of its own: weight=zeros, bias=file("b.npy") ... */
#ifndef NETC_SEMA_SOURCES_H
#define NETC_SEMA_SOURCES_H

#include "sema/attrs.h"
#include "weights/source.h"

/** The source that the call's attribute `role` says for `param` of `node`.
 *  @param random  what `random` means for it
 *  @return NULL if it is wrong: reported (N0208, N0327, N0501 .. N0508), or its file is missing and
 *          may be */
const WeightSource *own_source(Sema *sema, const LayerCall *call, Node *node, AttrName role,
                               const Param *param, RandomRule random);

/** Random numbers by the rule. */
const WeightSource *random_source(Sema *sema, RandomRule rule, uint64_t seed);

/** tied(L), value being the call: the parameter of the same name of an earlier layer (N0101, N0327,
 *  N0508). A transposed layer takes over the rotation of its kernel. */
const WeightSource *tied_source(Sema *sema, const LayerCall *call, Node *node, AttrName role,
                                const Param *param, const AstExpr *value);

#endif
