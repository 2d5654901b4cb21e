/* The packed weights in the object.
 *
 * LLVM would hold them in three copies more: as a constant, as a fragment of a section, and while
 * the object grows. So the module has a stand-in of their size, and the weights are written over it
 * in the finished object. */
#ifndef NETC_CODEGEN_WEIGHTS_H
#define NETC_CODEGEN_WEIGHTS_H

#include "codegen/ir.h"

#include <stddef.h>

/** Adds the constant PREFIX_weights, of `len` bytes (0, or at least 64), as a stand-in.
 *  @return its address, or NULL of the module if there are no weights */
LLVMValueRef weights_stand_in(Ir *ir, size_t len);

/** Gives the constant its numbers, for what is not an object: text and bitcode of the module. */
void weights_into_module(Ir *ir, LLVMValueRef stand_in, const unsigned char *weights, size_t len);

#endif
