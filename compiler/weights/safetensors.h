/* Reader of .safetensors files.
 *
 * Header length against the file's size, duplicate keys, overlapping or gapped offsets, element
 * type, and shape product against the bytes are all checked. A header may have 16 MiB. */
#ifndef NETC_WEIGHTS_SAFETENSORS_H
#define NETC_WEIGHTS_SAFETENSORS_H

#include "weights/weight_file.h"

/** Lists the tensors of file->reader, in any order. @return NULL, or what is wrong in words */
const char *safetensors_list(Arena *arena, WeightFile *file);

#endif
