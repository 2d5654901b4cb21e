/* Helpers of the scanner: names, numbers and strings. Characters that begin no token are in
 * scan_foreign.c. A token longer than a limit is reported and shortened, so memory stays bounded
 * by the text. */
#include "syntax/scan.h"

#include "parser.h"

#include <float.h>
#include <locale.h>
#include <stdlib.h>

Span scan_place(Parse *parse, const char *text, size_t len) {
    uint32_t begin = (uint32_t)(text - parse->source->text);
    return (Span){parse->file, begin, begin + (uint32_t)len};
}

Span scan_end(const Parse *parse) {
    uint32_t len = (uint32_t)parse->source->len;
    return (Span){parse->file, len, len};
}

int scan_newline(Parse *parse, Span where) {
    parse->scan.line_begin = where.end;
    return T_EOL;
}

/* Goes on with the comment of the line above, or begins a new one. */
bool scan_doc_line(Parse *parse, Span where) {
    Scan *scan = &parse->scan;
    for (uint32_t i = scan->line_begin; i < where.begin; i++)
        if (parse->source->text[i] != ' ' && parse->source->text[i] != '\t') return false;
    if (scan->doc.len && scan->doc_next == scan->line_begin)
        text_puts(&scan->doc, "\n");
    else
        scan->doc.len = 0;
    return true;
}

void scan_doc_text(Parse *parse, const char *text, size_t len) {
    text_append(&parse->scan.doc, text, len);
}

void scan_doc_end(Parse *parse, Span newline) { parse->scan.doc_next = newline.end; }

/* Reports a token over its limit. */
static void report_long(Parse *parse, Span where, const char *what, size_t limit) {
    if (!parse_may_report(parse)) return;
    parse_report(parse, N0005, where,
                 "the bytes of this %s exceed the limit %zu (`netc limits`)" FACTS("token limit"),
                 what, limit);
}

static const struct {
    const char *text;
    int kind;
} keywords[] = {{"as", T_AS},          {"def", T_DEF},       {"import", T_IMPORT},
                {"in", T_IN},          {"input", T_INPUT},   {"let", T_LET},
                {"model", T_MODEL},    {"net", T_NET},       {"of", T_OF},
                {"output", T_OUTPUT},  {"repeat", T_REPEAT}, {"return", T_RETURN},
                {"weights", T_WEIGHTS}};

int scan_keyword(const char *text, size_t len) {
    for (size_t i = 0; i < sizeof keywords / sizeof keywords[0]; i++)
        if (strlen(keywords[i].text) == len && memcmp(keywords[i].text, text, len) == 0)
            return keywords[i].kind;
    return T_NAME;
}

int scan_name(Parse *parse, const char *text, size_t len, Span where, TokenValue *value) {
    if (len > MAX_NAME_BYTES) {
        report_long(parse, where, "name", MAX_NAME_BYTES);
        len = MAX_NAME_BYTES;
    }
    value->name = (AstName){parse->stopped ? "" : intern(parse->interner, text, len), where};
    return text[0] >= 'A' && text[0] <= 'Z' ? T_AXIS : scan_keyword(text, len);
}

/* N0004, with what the number should have been. */
static int report_number(Parse *parse, Span where, const char *fault, const char *note) {
    if (!parse_may_report(parse)) return T_ERROR;
    Diag *diag = parse_report(parse, N0004, where, "number `%s` is %s" FACTS("number fault"),
                              parse_quote(parse, where), fault);
    diag_note(diag, "%s", note);
    return T_ERROR;
}

static bool number_is_long(Parse *parse, size_t len, Span where) {
    if (len <= MAX_TOKEN_BYTES) return false;
    report_long(parse, where, "number", MAX_TOKEN_BYTES);
    return true;
}

/* The decimal digits at `*text`, moved past them; false if they do not fit. */
static bool read_digits(const char **text, const char *end, int64_t *out) {
    int64_t n = 0;
    for (; *text < end && **text >= '0' && **text <= '9'; ++*text)
        if (__builtin_mul_overflow(n, 10, &n) || __builtin_add_overflow(n, **text - '0', &n))
            return false;
    *out = n;
    return true;
}

static int report_too_large(Parse *parse, Span where) {
    return report_number(parse, where, "too large",
                         "the largest integer is 9,223,372,036,854,775,807");
}

int scan_integer(Parse *parse, const char *text, size_t len, Span where, TokenValue *value) {
    if (number_is_long(parse, len, where)) return T_ERROR;
    const char *at = text;
    return read_digits(&at, text + len, &value->integer) ? T_INT : report_too_large(parse, where);
}

int scan_size(Parse *parse, const char *text, size_t len, Span where, TokenValue *value) {
    if (number_is_long(parse, len, where)) return T_ERROR;
    const char *at = text, *end = text + len;
    value->size.count = 0;
    for (; at < end; at += at < end) {
        if (!read_digits(&at, end, &value->size.at[value->size.count++]))
            return report_too_large(parse, where);
    }
    return T_SIZE;
}

/* strtod reads the decimal point of the process's locale, and a host may have set one. */
static double read_real(const char *text, size_t len) {
    char copy[MAX_TOKEN_BYTES + 16];
    const char *point = localeconv()->decimal_point;
    const char *dot = memchr(text, '.', len);
    size_t whole = dot ? (size_t)(dot - text) : len, used = whole;
    memcpy(copy, text, whole);
    if (dot) {
        size_t point_len = strnlen(point, 8);
        memcpy(copy + used, point, point_len);
        memcpy(copy + used + point_len, dot + 1, len - whole - 1);
        used += point_len + len - whole - 1;
    }
    copy[used] = '\0';
    return strtod(copy, NULL);
}

int scan_real(Parse *parse, const char *text, size_t len, Span where, TokenValue *value) {
    if (number_is_long(parse, len, where)) return T_ERROR;
    value->real = read_real(text, len);
    if (value->real > DBL_MAX)
        return report_number(parse, where, "too large",
                             "the largest real number is 1.7976931348623157e308");
    size_t mantissa = strcspn(text, "eE");
    bool is_zero = strcspn(text, "123456789") >= (mantissa < len ? mantissa : len);
    if (value->real == 0 && !is_zero)
        return report_number(parse, where, "too small",
                             "the smallest real number above 0 is 4.9406564584124654e-324");
    return T_REAL;
}

static bool is_digit(char c) { return c >= '0' && c <= '9'; }

/* What a malformed number was meant to be: 16_000, .5, 1., 007 or 3X5 without its fault; "" for any
 * other. */
static const char *mended_number(Parse *parse, const char *text, size_t len) {
    char plain[64]; /* without underscores, X as x */
    size_t n = 0, points = 0, times = 0;
    for (size_t i = 0; i < len; i++) {
        char c = text[i] == 'X' ? 'x' : text[i];
        if (c == '_') continue;
        points += c == '.';
        times += c == 'x';
        if (n == sizeof plain || (!is_digit(c) && c != '.' && c != 'x')) return "";
        plain[n++] = c;
    }
    if (points > 1 || times > 2 || (points && times)) return "";
    Text out = text_in(parse->scratch);
    bool first = true; /* nothing of the integer is written yet */
    for (size_t i = 0; i < n; i++) {
        bool last = i + 1 == n || plain[i + 1] == 'x';
        if (plain[i] == 'x' && (first || last)) return "";
        if (plain[i] == '0' && first && !last && is_digit(plain[i + 1])) continue;
        if (plain[i] == '.' && first) text_puts(&out, "0");
        text_append(&out, &plain[i], 1);
        if (plain[i] == '.' && last) text_puts(&out, "0");
        first = plain[i] == 'x';
    }
    return text_str(&out);
}

int scan_bad_number(Parse *parse, const char *text, size_t len, Span where) {
    if (number_is_long(parse, len, where) || !parse_may_report(parse)) return T_ERROR;
    const char *mended = mended_number(parse, text, len);
    if (!mended[0])
        return report_number(parse, where, "malformed",
                             "numbers are 64, 0.2, 1e-5, and sizes of 2 or 3 axes, 3x5");
    Diag *diag = parse_report(parse, N0004, where, "number `%s` is malformed" FACTS("number"),
                              parse_quote(parse, where));
    diag_edit(diag_help(diag, FIX_MAYBE, "write it so"), where, "%s", mended);
    return T_ERROR;
}

static void add_piece(Parse *parse, const char *text, size_t len) {
    Scan *scan = &parse->scan;
    if (scan->token_bytes < MAX_TOKEN_BYTES) {
        size_t room = MAX_TOKEN_BYTES - scan->token_bytes;
        memcpy(scan->piece + scan->token_bytes, text, len < room ? len : room);
    }
    scan->token_bytes += (uint32_t)len;
}

void scan_quote_begin(Parse *parse, Span where, char quote) {
    Scan *scan = &parse->scan;
    scan->token_begin = where.begin;
    scan->token_bytes = 0;
    scan->quote = quote;
    scan->foreign_quote = where.end - where.begin > 1 || quote != '"';
    scan->opening_quote = where;
    scan->bad_string = false;
}

void scan_quoted(Parse *parse, const char *text, size_t len) { add_piece(parse, text, len); }

void scan_escape(Parse *parse, char letter) {
    char c = letter == 'n' ? '\n' : letter == 't' ? '\t' : letter;
    add_piece(parse, &c, 1);
}

static void report_escape(Parse *parse, Span where, const char *fault) {
    parse->scan.bad_string = true;
    if (!parse_may_report(parse)) return;
    Diag *diag = parse_report(parse, N0006, where, "`%s` is %s" FACTS("escape fault"),
                              parse_quote(parse, where), fault);
    diag_note(diag, "a string knows \\\" \\\\ \\n \\t and \\u{...} with a hexadecimal number");
}

void scan_unicode_escape(Parse *parse, const char *text, Span where) {
    uint32_t c = (uint32_t)strtoul(text + 3, NULL, 16);
    if (c < 0x20 || c == 0x7f || (c >= 0xD800 && c <= 0xDFFF) || c > 0x10FFFF) {
        report_escape(parse, where, "no character that a string may hold");
        return;
    }
    char bytes[4];
    size_t n = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    for (size_t i = n; i-- > 1; c >>= 6) bytes[i] = (char)(0x80 | (c & 0x3f));
    bytes[0] = (char)(n == 1 ? c : (0xf00u >> n & 0xf0u) | c);
    add_piece(parse, bytes, n);
}

void scan_bad_escape(Parse *parse, Span where) { report_escape(parse, where, "not an escape"); }

int scan_quote_end(Parse *parse, Span *where, TokenValue *value) {
    Scan *scan = &parse->scan;
    Span closing = *where;
    where->begin = scan->token_begin;
    if (scan->foreign_quote && parse_may_report(parse)) {
        Diag *diag = parse_report(
            parse, N0001, scan->opening_quote,
            "character `%s` is only allowed in comments and strings" FACTS("character"),
            parse_quote(parse, scan->opening_quote));
        DiagHelp *help = diag_help(diag, FIX_AUTO, "strings stand in straight double quotes");
        diag_edit(help, scan->opening_quote, "\"");
        diag_edit(help, closing, "\"");
    }
    if (scan->bad_string) return T_ERROR;
    if (where->end - where->begin > MAX_TOKEN_BYTES) {
        report_long(parse, *where, "string", MAX_TOKEN_BYTES);
        return T_ERROR;
    }
    const char *bytes = arena_strndup(parse->arena, scan->piece, scan->token_bytes);
    value->string = (AstString){bytes, scan->token_bytes};
    return T_STRING;
}

int scan_unterminated(Parse *parse, Span where) {
    const Scan *scan = &parse->scan;
    Span line = {parse->file, scan->token_begin, where.begin};
    if (!parse_may_report(parse)) return T_ERROR;
    Diag *diag = parse_report(parse, N0003, line, "unterminated string");
    diag_here(diag, "a string ends on the line on which it begins");
    if (scan->foreign_quote) return T_ERROR;
    DiagHelp *help = diag_help(diag, FIX_MAYBE, "close it where it ends");
    diag_edit(help, span_after(line), "\"");
    return T_ERROR;
}

void scan_word_begin(Parse *parse, Span where, const char *text, size_t len) {
    parse->scan.token_begin = where.begin;
    parse->scan.token_bytes = 0;
    parse->scan.bad_word = false;
    add_piece(parse, text, len);
}

void scan_word_more(Parse *parse, const char *text, size_t len) { add_piece(parse, text, len); }

int scan_word_end(Parse *parse, Span *where, TokenValue *value) {
    const Scan *scan = &parse->scan;
    *where = (Span){parse->file, scan->token_begin, where->begin};
    size_t len = scan->token_bytes < MAX_TOKEN_BYTES ? scan->token_bytes : MAX_TOKEN_BYTES;
    return scan_name(parse, scan->piece, len, *where, value);
}

static TokenClass class_of(int kind) {
    switch (kind) {
    case T_NAME:
    case T_AXIS: return TOKEN_WORD;
    case T_INT:
    case T_REAL:
    case T_SIZE:
    case T_STRING: return TOKEN_LITERAL;
    case T_PIPE:
    case T_ARROW: return TOKEN_MARK;
    default: return kind < 256 ? TOKEN_MARK : TOKEN_KEYWORD;
    }
}

Token scan_next(Parse *parse) {
    Token token = {0};
    token.kind = scan_raw(parse, &token.value, &token.span);
    token.indent = token.span.begin - parse->scan.line_begin;
    if (parse->tokens && token.kind != T_EOL && token.kind != T_EOF)
        VEC_PUSH(parse->arena, parse->tokens, ((SourceToken){token.span, class_of(token.kind)}));
    return token;
}
