/* How a size came about: the chain of values back to an input, and what it would take. */
#ifndef NETC_SEMA_TRACE_H
#define NETC_SEMA_TRACE_H

#include "sema/window.h"

/** For a window that does not fit on the axes `failed`: notes with the trace of each and the
 *  smallest input that fits; a fix by padding where the chain begins. */
void trace_too_large(Sema *sema, Diag *diag, const LayerCall *call, const Window *window,
                     const bool *failed);

/** "trace of H: image 28 → c1 24 → s2 12": the note, if there is more than one step, and in the map
 *  `facts` its steps. */
void trace_note(Sema *sema, Diag *diag, Fact *facts, const Value *value, const char *axis);

/** The same with a map of its own among the `sizes` of the facts. Where a flatten made the axis,
 *  also the traces of what it flattened. */
void trace_size(Sema *sema, Diag *diag, const Value *value, const char *axis);

/** trace_size of all axes but the batch; traces that are alike are one note. */
void trace_sizes(Sema *sema, Diag *diag, const Value *value);

/** trace_size of the axes of a window that failed; traces that are alike are one note. */
void trace_window(Sema *sema, Diag *diag, const Value *value, const Window *window,
                  const bool *failed);

#endif
