/* The way out of a negative padding (N0304). */
#ifndef NETC_SEMA_NEGATIVE_PAD_H
#define NETC_SEMA_NEGATIVE_PAD_H

#include "sema/infer.h"

/** Offers what a padding below 0 takes away as a crop: of the input of a convolution or pool, in
 *  place of a pad. What a crop below 0 adds is a pad. For numbers that are written out. */
void offer_crop(Sema *sema, Diag *diag, const LayerCall *call);

#endif
