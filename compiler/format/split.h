/* The first two steps of pieces_of. */
#ifndef NETC_FORMAT_SPLIT_H
#define NETC_FORMAT_SPLIT_H

#include "format/pieces.h"

/** Finds the comments, and where tokens and comments stand in lines. The list of tokens lives in
 *  `arena`. */
void split_gaps(Pieces *pieces, Arena *arena, const SourceFile *source, const SourceTokens *tokens);

/** Finds the comments alone. */
void split_comments(Pieces *pieces, const SourceFile *source, const SourceTokens *tokens);

/** Finds the statements: each token is in one. False if that fails. */
bool split_statements(Pieces *pieces, const Ast *ast);

#endif
