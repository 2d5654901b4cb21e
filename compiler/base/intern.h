/* One pointer per spelling: interned names compare by ==. */
#ifndef NETC_BASE_INTERN_H
#define NETC_BASE_INTERN_H

#include "base/arena.h"

typedef struct Interner Interner;

/** A new table whose strings live in `arena`. */
Interner *interner_create(Arena *arena);

/** The one copy of these `len` bytes, NUL-terminated. */
const char *intern(Interner *interner, const char *bytes, size_t len);

#endif
