/* Open addressing on the pointer of the interned name, doubled at half load. */
#include "sema/name_map.h"

#include <stdint.h>

static NameEntry *find_slot(const NameMap *map, const char *name) {
    /* Interned strings are 16 bytes apart or more: the low bits say nothing. */
    size_t at = (size_t)(((uint64_t)(uintptr_t)name * UINT64_C(0x9E3779B97F4A7C15)) >> 32);
    at &= map->cap - 1;
    while (map->slots[at].name && map->slots[at].name != name) at = (at + 1) & (map->cap - 1);
    return &map->slots[at];
}

void *name_map_get(const NameMap *map, const char *name) {
    return map->cap ? find_slot(map, name)->item : NULL;
}

void name_map_put(Arena *arena, NameMap *map, const char *name, void *item) {
    if (2 * map->len >= map->cap) {
        NameMap grown = {.cap = map->cap ? 2 * map->cap : 8, .len = map->len};
        grown.slots = ARENA_ARRAY(arena, NameEntry, grown.cap);
        for (size_t i = 0; i < map->cap; i++)
            if (map->slots[i].name) *find_slot(&grown, map->slots[i].name) = map->slots[i];
        *map = grown;
    }
    NameEntry *slot = find_slot(map, name);
    map->len += slot->name == NULL;
    *slot = (NameEntry){name, item};
}
