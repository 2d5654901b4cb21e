/* Runs the very bytes of an object in this process (LLJIT). */
#ifndef NETC_CODEGEN_JIT_H
#define NETC_CODEGEN_JIT_H

#include "base/arena.h"

#include <stddef.h>

typedef struct Jit Jit;

/** Loads and links an object for this machine.
 *  @param why  the reason in words, in `arena`, on failure
 *  @return NULL on failure */
Jit *jit_load(Arena *arena, const char *object, size_t len, const char **why);

/** The address of a global symbol, or NULL. */
void *jit_symbol(Jit *jit, const char *name);

void jit_destroy(Jit *jit);

#endif
