/* `of L`: the layer that a transposed layer undoes. */
#ifndef NETC_SEMA_OF_H
#define NETC_SEMA_OF_H

#include "sema/window.h"

/** Makes a layer one that `of` and `tied` find under the name of the definition that is being
 * analysed. */
void hold_window(Sema *sema, const WindowLayer *layer);

/** Makes it one that they find under a label. */
void label_window(Sema *sema, const char *label, const WindowLayer *layer);

/** Those that a name, or a string (labels only), means.
 *  @param missing  of a label that does not exist: "no convolution or pool has this label"
 *  @return false if it means nothing: reported (N0101, N0103), or a consequence */
bool layers_named(Sema *sema, const AstName *given, bool is_string, const char *missing,
                  const WindowLayer **out);

/** The only window among layers; NULL if there is none, or several. */
const WindowLayer *only_window(const WindowLayer *layers);

/** The layer that call->of names, by value or label: N0101, N0327.
 *  @return NULL if there is none (reported), or if it failed */
const Node *of_layer(Sema *sema, const LayerCall *call);

/** The window that undoes `forward`: N0325, N0326. Needs an image with the axes of the layer.
 *  @return false if it does not fit: reported */
bool of_window(Sema *sema, const LayerCall *call, const Node *forward, Window *out);

#endif
