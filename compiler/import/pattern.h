/* What the rules of rewriting ask of layers, and how they change them. */
#ifndef NETC_IMPORT_PATTERN_H
#define NETC_IMPORT_PATTERN_H

#include "import/ir.h"

/** The layer `op` that makes a value, or NULL. */
Layer *made_by(const Value *value, const char *op);

/** The same, if nobody else uses the value. */
Layer *made_for(const Value *value, const char *op);

/** The text of an attribute; NULL: it has none. */
const char *attr_said(const Layer *layer, const char *name);

/** An attribute that is a number, near to `wanted`. */
bool attr_is(const Layer *layer, const char *name, double wanted);

/** A parameter; NULL: there is none of the name. */
Param *layer_param(Layer *layer, const char *name);

/** True if the layer has the parameter, and its source is `none`. */
bool layer_param_is_none(Layer *layer, const char *name);

/** The layer is from now on what `op` makes of x, without attributes, parameters and window.
 *  @return true */
bool become(Layer *layer, const char *op, Value *x);

/** The layer is dead: its result is `x`, which takes its name. */
void replace_by(Layer *layer, Value *x);

/** The same axes and extents. */
bool same_shape(const Value *a, const Value *b);

#endif
