/* The defs of std/blocks.net, as they are written there. */
#ifndef NETC_EXPLAIN_LIBRARY_H
#define NETC_EXPLAIN_LIBRARY_H

#include "base/arena.h"
#include "base/vec.h"

typedef struct LibraryDef {
    const char *name;
    const char *text; /* its lines, from `def` to the closing bracket */
} LibraryDef;

typedef VEC(LibraryDef) LibraryDefs;

/** All of them, in the order of the file. */
LibraryDefs library_defs(Arena *arena);

#endif
