/* Interner: open addressing with FNV-1a, doubled at half load. */
#include "base/intern.h"

#include "base/hash.h"

#include <stdint.h>
#include <string.h>

typedef struct Entry {
    const char *string; /* NULL in a free slot */
    size_t len;         /* bytes */
    uint64_t hash;
} Entry;

struct Interner {
    Arena *arena;
    Entry *slots;
    size_t cap, len; /* cap is a power of two */
};

Interner *interner_create(Arena *arena) {
    Interner *interner = ARENA_NEW(arena, Interner);
    interner->arena = arena;
    interner->cap = 256;
    interner->slots = ARENA_ARRAY(arena, Entry, interner->cap);
    return interner;
}

static Entry *find_slot(Entry *slots, size_t cap, const char *bytes, size_t len, uint64_t hash) {
    size_t i = hash & (cap - 1);
    while (slots[i].string && !(slots[i].hash == hash && slots[i].len == len &&
                                memcmp(slots[i].string, bytes, len) == 0))
        i = (i + 1) & (cap - 1);
    return &slots[i];
}

static void grow(Interner *interner) {
    size_t cap = 2 * interner->cap;
    Entry *slots = ARENA_ARRAY(interner->arena, Entry, cap);
    for (size_t i = 0; i < interner->cap; i++) {
        Entry *old = &interner->slots[i];
        if (old->string) *find_slot(slots, cap, old->string, old->len, old->hash) = *old;
    }
    interner->slots = slots;
    interner->cap = cap;
}

const char *intern(Interner *interner, const char *bytes, size_t len) {
    uint64_t hash = fnv1a64(bytes, len, FNV1A64_START);
    Entry *slot = find_slot(interner->slots, interner->cap, bytes, len, hash);
    if (slot->string) return slot->string;
    if (2 * interner->len >= interner->cap) {
        grow(interner);
        slot = find_slot(interner->slots, interner->cap, bytes, len, hash);
    }
    *slot = (Entry){arena_strndup(interner->arena, bytes, len), len, hash};
    interner->len++;
    return slot->string;
}
