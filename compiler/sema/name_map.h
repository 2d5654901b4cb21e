/* A map from interned names to pointers. A zeroed NameMap is empty. */
#ifndef NETC_SEMA_NAME_MAP_H
#define NETC_SEMA_NAME_MAP_H

#include "base/arena.h"

#include <stddef.h>

typedef struct NameEntry {
    const char *name; /* interned; NULL in a free slot */
    void *item;
} NameEntry;

typedef struct NameMap {
    NameEntry *slots;
    size_t cap, len; /* cap is a power of two, or 0 */
} NameMap;

/** What the name maps to; NULL if it is not in the map. */
void *name_map_get(const NameMap *map, const char *name);

/** Maps the name to `item` (not NULL), whatever it was mapped to before. */
void name_map_put(Arena *arena, NameMap *map, const char *name, void *item);

#endif
