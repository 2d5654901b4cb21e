/* Open addressing, at most half full, FNV-1a. */
#include "import/table.h"

#include "base/hash.h"

#include <stdint.h>
#include <string.h>

typedef struct Entry {
    const char *name; /* NULL: free */
    void *what;
} Entry;

struct NameTable {
    Arena *arena;
    Entry *entries;
    size_t size; /* a power of two */
    size_t used;
};

NameTable *table_create(Arena *arena) {
    NameTable *table = ARENA_NEW(arena, NameTable);
    *table = (NameTable){arena, ARENA_ARRAY(arena, Entry, 64), 64, 0};
    return table;
}

/* The entry of `name`, or the free one where it goes. */
static Entry *place_of(const NameTable *table, const char *name) {
    size_t at = (size_t)fnv1a64(name, strlen(name), FNV1A64_START) & (table->size - 1);
    while (table->entries[at].name && strcmp(table->entries[at].name, name) != 0)
        at = (at + 1) & (table->size - 1);
    return &table->entries[at];
}

void *table_get(const NameTable *table, const char *name) { return place_of(table, name)->what; }

static void grow(NameTable *table) {
    Entry *old = table->entries;
    size_t n = table->size;
    table->size = 2 * n;
    table->entries = ARENA_ARRAY(table->arena, Entry, table->size);
    for (size_t i = 0; i < n; i++)
        if (old[i].name) *place_of(table, old[i].name) = old[i];
}

void table_set(NameTable *table, const char *name, void *what) {
    Entry *entry = place_of(table, name);
    if (!entry->name && 2 * ++table->used > table->size) {
        grow(table);
        entry = place_of(table, name);
    }
    *entry = (Entry){name, what};
}
