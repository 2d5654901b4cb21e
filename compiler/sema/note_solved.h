/* The `?` of a window and what they stand for, noted for sema_annotate. */
#ifndef NETC_SEMA_NOTE_SOLVED_H
#define NETC_SEMA_NOTE_SOLVED_H

#include "sema/window.h"

/** Appends to sema->solved what every `?` of a solved window stands for. */
void note_solved(Sema *sema, const LayerCall *call, const Window *window);

#endif
