/* Reader of .npz files: zip archives of .npy files, stored or deflated, as numpy writes them.
 *
 * The archive is read strictly: its members stand one after another from the first byte of the
 * file to the central directory, and each local header says what the directory says. Of a deflated
 * member no more is inflated than is wanted. */
#ifndef NETC_WEIGHTS_NPZ_H
#define NETC_WEIGHTS_NPZ_H

#include "weights/weight_file.h"

/** Lists the tensors of file->reader: one a member, by its name without `.npy`.
 *  @return NULL, or what is wrong in words */
const char *npz_list(Arena *arena, WeightFile *file);

#endif
