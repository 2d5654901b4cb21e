/* Names: what the model calls things, as identifiers of the language, each once. */
#ifndef NETC_IMPORT_NAMES_H
#define NETC_IMPORT_NAMES_H

#include "import/ir.h"
#include "import/table.h"

/** Gives labels to layers with parameters: the name of the module or the node that they come from.
 */
void name_layers(Import *im);

/** Names of one scope of the text. */
typedef struct NameScope {
    Arena *arena;
    NameTable *taken;
    bool (*is_reserved)(const char *name);
} NameScope;

/** A new, empty scope. */
NameScope name_scope(Import *im);

/** The scope has this identifier from now on. */
void name_keep(NameScope *scope, const char *name);

/** An identifier like `wanted` that the scope has not yet; it has it then. */
const char *name_take(NameScope *scope, const char *wanted);

/** What a value would like to be called: after the module, the node or the value of the model. */
const char *name_wanted(Import *im, const Layer *layer, const Value *value);

/** A string of the language with the name in it. */
const char *name_string(Arena *arena, const char *name);

/** True if a name can stand as it is: `[a-z_][A-Za-z0-9_]*`, no keyword. */
bool name_is_plain(const char *name);

#endif
