/* Tensors of uint8: an input that is a picture as it lies in memory, until the model casts it. */
#ifndef NETC_IMPORT_BYTES_H
#define NETC_IMPORT_BYTES_H

#include "import/node.h"

/** Makes an input one of u8, and f32 of it if something takes it: its name in the model stands for
 *  that from now on, and is noted as one of bytes. */
void bytes_add_input(Import *im, Value *input);

/** True if the tensor of that name is of bytes in the model. */
bool bytes_are(const Import *im, const char *onnx);

/** Refuses a node that would compute with bytes: ONNX does so modulo 256. Casts, and what only
 * moves elements, pass; what the latter give is noted as of bytes.
 *  @return false after a report */
bool bytes_pass(Import *im, Node *node);

#endif
