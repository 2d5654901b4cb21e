/* Open addressing with FNV-1a, doubled at half load: the names are those of one program, which
 * harms nobody but its author by being slow. */
#include "export/names.h"

#include "base/hash.h"

#include <string.h>

static const char **find_slot(const Names *names, const char *name) {
    size_t i = fnv1a64(name, strlen(name), FNV1A64_START) & (names->cap - 1);
    while (names->slots[i] && strcmp(names->slots[i], name) != 0) i = (i + 1) & (names->cap - 1);
    return &names->slots[i];
}

static void grow(Names *names) {
    Names larger = {.arena = names->arena, .cap = names->cap ? 2 * names->cap : 64};
    larger.slots = ARENA_ARRAY(names->arena, const char *, larger.cap);
    larger.len = names->len;
    for (size_t i = 0; i < names->cap; i++)
        if (names->slots[i]) *find_slot(&larger, names->slots[i]) = names->slots[i];
    *names = larger;
}

bool names_add(Names *names, const char *name) {
    if (2 * names->len >= names->cap) grow(names);
    const char **slot = find_slot(names, name);
    if (*slot) return false;
    *slot = name;
    names->len++;
    return true;
}

const char *names_unique(Names *names, const char *wanted) {
    const char *name = wanted;
    for (unsigned n = 2; !names_add(names, name); n++)
        name = arena_printf(names->arena, "%s.%u", wanted, n);
    return name;
}
