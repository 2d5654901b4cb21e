/* `of L`: the layer that a transposed layer undoes. */
#ifndef NETC_SEMA_OF_H
#define NETC_SEMA_OF_H

#include "sema/window.h"

/** Makes a layer one that `of` finds under the name of the definition that is being analysed. */
void hold_window(Sema *sema, const WindowLayer *layer);

/** Makes it one that `of` finds under a label. */
void label_window(Sema *sema, const char *label, const WindowLayer *layer);

/** The layer that call->of names, by value or label: N0101, N0327.
 *  @return NULL if there is none (reported), or if it failed */
const Node *of_layer(Sema *sema, const LayerCall *call);

/** The window that undoes `forward`: N0325, N0326. Needs an image with the axes of the layer.
 *  @return false if it does not fit: reported */
bool of_window(Sema *sema, const LayerCall *call, const Node *forward, Window *out);

#endif
