/* Source text -> Ast. The sole user of the generated scanner and parser. */
#ifndef NETC_SYNTAX_PARSE_H
#define NETC_SYNTAX_PARSE_H

#include "base/diag.h"
#include "base/intern.h"
#include "syntax/ast.h"

/** Longest token, deepest bracket, longest identifier (`netc limits`). */
enum { MAX_TOKEN_BYTES = 4096, MAX_BRACKETS = 256, MAX_NAME_BYTES = 64 };

/** Parses file number `file` of `sources`. Always gives a tree: what could not be read is left out
 *  and reported (N0001 .. N0014); several faults in one run, each once.
 *  @param arena     where the tree lives
 *  @param interner  gives the one copy of each name */
Ast *parse_file(Arena *arena, Interner *interner, Sources *sources, uint32_t file, Diags *diags);

#endif
