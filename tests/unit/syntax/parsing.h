/* One parse in memory, for tests: whatever the text, the tree must verify and the text must be as
 * it was. */
#ifndef NETC_TESTS_SYNTAX_PARSING_H
#define NETC_TESTS_SYNTAX_PARSING_H

#include "base/diag.h"
#include "syntax/ast.h"

typedef struct Parsed {
    Arena *arena;
    Sources sources;
    Diags diags;
    const Ast *ast;
} Parsed;

/** Parses `len` bytes; fails the running test if the tree does not verify. Free with parsed_free.
 */
Parsed *parsed_new(const char *text, size_t len);
Parsed *parsed_string(const char *text);
void parsed_free(Parsed *parsed);

/** All messages, one a line: "2:7 N0010 unexpected ...". */
const char *parsed_messages(Parsed *parsed);

/** The tree as ast_print shows it. */
const char *parsed_tree(Parsed *parsed);

/** The whole of a file below the source folder, NUL-terminated; fails the test if there is none. */
const char *source_file_text(Arena *arena, const char *path, size_t *len);

#endif
