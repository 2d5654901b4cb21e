/* Helpers of grammar/lexer.l: values of tokens, strings and words put together from pieces, limits,
 * and the messages N0001 .. N0006. Each token helper gives the kind of the token, or T_ERROR when
 * it reported a fault that leaves no token. */
#ifndef NETC_SYNTAX_SCAN_H
#define NETC_SYNTAX_SCAN_H

#include "syntax/parse_state.h"

/** What a helper may give instead of a token. */
enum {
    SCAN_NOTHING = -1, /* go on, as after a space */
    SCAN_WORD = -2,    /* a word with foreign characters begins */
    SCAN_QUOTE = -3    /* a string begins */
};

/** Makes the scanner of parse->source; `first` is the first byte to read. */
void scan_begin(Parse *parse, uint32_t first);

/** The generated scanner: the kind of the next raw token, 0 at the end. */
int scan_raw(Parse *parse, TokenValue *value, Span *where);

/** The kind of a keyword, or T_NAME. */
int scan_keyword(const char *text, size_t len);

/** Places: of a part of the text, and of its end. */
Span scan_place(Parse *parse, const char *text, size_t len);
Span scan_end(const Parse *parse);

int scan_newline(Parse *parse, Span where);

/* `##` comments: a line begins, false if something else stands before it there; its text; the end
 * of the line. */
bool scan_doc_line(Parse *parse, Span where);
void scan_doc_text(Parse *parse, const char *text, size_t len);
void scan_doc_end(Parse *parse, Span newline);

/* Whole tokens. */
int scan_name(Parse *parse, const char *text, size_t len, Span where, TokenValue *value);
int scan_integer(Parse *parse, const char *text, size_t len, Span where, TokenValue *value);
int scan_real(Parse *parse, const char *text, size_t len, Span where, TokenValue *value);
int scan_size(Parse *parse, const char *text, size_t len, Span where, TokenValue *value);
int scan_bad_number(Parse *parse, const char *text, size_t len, Span where);

/* Strings, piece by piece. */
void scan_quote_begin(Parse *parse, Span where, char quote);
void scan_quoted(Parse *parse, const char *text, size_t len);
void scan_escape(Parse *parse, char letter);
void scan_unicode_escape(Parse *parse, const char *text, Span where);
void scan_bad_escape(Parse *parse, Span where);
void scan_control(Parse *parse, Span where);
bool scan_ends_quote(Parse *parse, const char *text, size_t len); /* else it is a piece */
int scan_quote_end(Parse *parse, Span *where, TokenValue *value);
int scan_unterminated(Parse *parse, Span where);

/* Words that hold non-ASCII characters, piece by piece. */
void scan_word_begin(Parse *parse, Span where, const char *text, size_t len);
void scan_word_more(Parse *parse, const char *text, size_t len);
bool scan_word_foreign(Parse *parse, const char *text, size_t len, Span where);
int scan_word_end(Parse *parse, Span *where, TokenValue *value);

/* Characters that begin no token: non-ASCII ones, and the rest of ASCII. */
int scan_foreign(Parse *parse, const char *text, size_t len, Span where);
int scan_stray(Parse *parse, const char *text, Span where);

/** `;`: ends a statement, as its writer meant, unless a bracket is open. */
int scan_semicolon(Parse *parse, Span where, bool ends_line);

#endif
