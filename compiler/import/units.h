/* What a reader takes for one block. */
#ifndef NETC_IMPORT_UNITS_H
#define NETC_IMPORT_UNITS_H

#include "import/ir.h"

/** True if a layer begins a line of text: windows, sums, joins. */
bool begins_line(const Layer *layer);

/** True if a layer ends a unit: it joins what went apart before, or is a use of a def that does. */
bool ends_unit(const Layer *layer);

/** True if layers first .. first+len-1 of a list, which begins at `layers`, are a unit or a part of
 * one: nothing follows a sum that everything comes together in, but what belongs to its line.
 * Value.user is the last layer that uses a value. */
bool is_one_unit(Layer *const *layers, size_t first, size_t len);

#endif
