/* A crit-bit tree: leaves are names, a branch tells the first bit in which the names on its two
 * sides differ. No choice of names makes a look-up cost more than the length of the name, which a
 * table of hashes cannot promise. */
#include "import/table.h"

#include <string.h>

/* A leaf (mask 0) or a branch. A byte behind the end of a name counts as 0. */
typedef struct Place {
    const char *name;
    void *what;
    size_t byte;
    unsigned char mask; /* one bit of that byte */
    struct Place *side[2];
} Place;

struct NameTable {
    Arena *arena;
    Place *root;
};

NameTable *table_create(Arena *arena) {
    NameTable *table = ARENA_NEW(arena, NameTable);
    table->arena = arena;
    return table;
}

static size_t side_of(const Place *branch, const char *name, size_t len) {
    return branch->byte < len && ((unsigned char)name[branch->byte] & branch->mask) != 0;
}

/* The leaf of `name`, if it has one; else one that agrees with it in all bits that were asked. */
static Place *leaf_like(const NameTable *table, const char *name) {
    size_t len = strlen(name);
    Place *place = table->root;
    while (place && place->mask) place = place->side[side_of(place, name, len)];
    return place;
}

void *table_get(const NameTable *table, const char *name) {
    const Place *leaf = leaf_like(table, name);
    return leaf && strcmp(leaf->name, name) == 0 ? leaf->what : NULL;
}

static Place *add_leaf(NameTable *table, const char *name, void *what) {
    Place *leaf = ARENA_NEW(table->arena, Place);
    *leaf = (Place){.name = name, .what = what};
    return leaf;
}

/* A branch for the first bit in which `name` differs from `other`. */
static Place *add_branch(NameTable *table, const char *name, const char *other) {
    Place *branch = ARENA_NEW(table->arena, Place);
    size_t byte = 0;
    while (name[byte] == other[byte]) byte++;
    unsigned differ = (unsigned char)name[byte] ^ (unsigned char)other[byte];
    while (differ & (differ - 1)) differ &= differ - 1;
    *branch = (Place){.byte = byte, .mask = (unsigned char)differ};
    return branch;
}

void table_set(NameTable *table, const char *name, void *what) {
    Place *like = leaf_like(table, name);
    if (like && strcmp(like->name, name) == 0) {
        like->what = what;
        return;
    }
    Place *leaf = add_leaf(table, name, what);
    if (!like) {
        table->root = leaf;
        return;
    }
    Place *branch = add_branch(table, name, like->name), **at = &table->root;
    size_t len = strlen(name);
    while ((*at)->mask && ((*at)->byte < branch->byte ||
                           ((*at)->byte == branch->byte && (*at)->mask > branch->mask)))
        at = &(*at)->side[side_of(*at, name, len)];
    size_t side = side_of(branch, name, len);
    branch->side[side] = leaf;
    branch->side[!side] = *at;
    *at = branch;
}
