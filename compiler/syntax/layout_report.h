/* Messages of the layout filter: private to it. */
#ifndef NETC_SYNTAX_LAYOUT_REPORT_H
#define NETC_SYNTAX_LAYOUT_REPORT_H

#include "syntax/parse_state.h"

/** Whether a token can be the last one of an operand. */
bool ends_operand(int kind);

/** N0005: one bracket too many. */
void report_too_many_brackets(Parse *parse, Span where);

/** N0011: the brackets from number `depth` on are open where they may not be.
 *  @param next  the token that cannot stand inside them, T_EOF for the end of the file */
void report_unclosed(Parse *parse, size_t depth, const Token *next);

/** N0010: the `{` of a def stands on a line of its own. */
void report_brace_line(Parse *parse, const Token *brace);

/** N0010: a second statement on the line. */
void report_same_line(Parse *parse, const Token *keyword);

/** N0012: a line ends in `last`.
 *  @param next  first token of the line that is joined to it; NULL if none is */
void report_line_end(Parse *parse, const Token *last, const Token *next);

/** Whether `first` is `net` in other letters. */
bool is_edition_keyword(Parse *parse, const Token *first);

/** N0013: the file begins with `first` instead of its edition. */
void report_no_edition(Parse *parse, const Token *first);

/** N0014: a statement of the top level in the body of a def. */
void report_misplaced(Parse *parse, const Token *keyword);

#endif
