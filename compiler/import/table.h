/* A table from names to pointers: the values of a model by name. */
#ifndef NETC_IMPORT_TABLE_H
#define NETC_IMPORT_TABLE_H

#include "base/arena.h"

#include <stdbool.h>

typedef struct NameTable NameTable;

NameTable *table_create(Arena *arena);

/** What was set for `name`, or NULL. */
void *table_get(const NameTable *table, const char *name);

/** Sets what stands for `name`, anew where it stands for something already. The name must outlive
 *  the table. */
void table_set(NameTable *table, const char *name, void *what);

#endif
