/* What is done to the finished bytes of an object, through LLVM's object reader. */
#ifndef NETC_CODEGEN_OBJECT_H
#define NETC_CODEGEN_OBJECT_H

#include "base/arena.h"

#include <stddef.h>
#include <stdint.h>

/** Checks that the object refers to nothing outside but memcpy, memset and memmove, and what the
 *  format adds: _fltused and __chkstk in COFF, bzero in Mach-O.
 *  @return NULL, or the reason in words */
const char *object_check_symbols(Arena *arena, const char *object, size_t len);

/** The place in the file of byte `offset` of the data that `symbol`, as C spells it, names.
 *  @return NULL, or the reason in words */
const char *object_locate(Arena *arena, const char *object, size_t len, const char *symbol,
                          uint64_t offset, size_t *place);

#endif
