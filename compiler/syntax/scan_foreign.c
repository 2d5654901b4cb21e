/* Characters that begin no token (N0001). One that looks like ASCII is read as what it looks like,
 * with the replacement as its fix, so that the rest of the statement is checked; any other ends the
 * reading of its statement. */
#include "base/utf8.h"
#include "parser.h"
#include "syntax/lookalike.h"
#include "syntax/scan.h"

/* The character as a message shows it: itself, or by number if one could not see it. */
static const char *shown(Parse *parse, const char *text, size_t len) {
    if (len == 1) {
        Text out = text_in(parse->scratch);
        text_puts(&out, "`");
        text_quote(&out, text, 1);
        text_puts(&out, "`");
        return text_str(&out);
    }
    uint32_t c = utf8_decode(text, len);
    Lookalike like = lookalike_find(c);
    bool blank = like.found && (like.ascii[0] == '\0' || like.ascii[0] == ' ');
    if (blank || utf8_width(c) == 0) return arena_printf(parse->scratch, "U+%04X", c);
    return arena_printf(parse->scratch, "`%.*s`", (int)len, text);
}

static Diag *report(Parse *parse, Span where, const char *character) {
    return parse_report(parse, N0001, where,
                        "character %s is only allowed in comments and strings" FACTS("character"),
                        character);
}

static Diag *report_control(Parse *parse, Span where) {
    return parse_report(parse, N0001, where,
                        "character `%s` is only allowed in comments" FACTS("character"),
                        parse_quote(parse, where));
}

static bool is_control(const char *text, size_t len) {
    return len == 1 && ((unsigned char)text[0] < ' ' || text[0] == '\x7f');
}

static void report_lookalike(Parse *parse, Span where, const char *text, size_t len,
                             const char *ascii) {
    if (!parse_may_report(parse)) return;
    Diag *diag = report(parse, where, shown(parse, text, len));
    DiagHelp *help = ascii[0] == '\0'  ? diag_help(diag, FIX_AUTO, "leave it out")
                     : ascii[0] == ' ' ? diag_help(diag, FIX_AUTO, "write a space")
                                       : diag_help(diag, FIX_AUTO, "write `%s`", ascii);
    diag_edit(help, where, "%s", ascii);
}

/* One that looks like nothing: once a line, whose statement is not read further. */
static int report_unknown(Parse *parse, Span where, const char *text, size_t len) {
    Scan *scan = &parse->scan;
    bool said = scan->unknown_seen && scan->unknown_line == scan->line_begin;
    scan->unknown_seen = true;
    scan->unknown_line = scan->line_begin;
    if (said || !parse_may_report(parse)) return T_ERROR;
    if (is_control(text, len))
        report_control(parse, where);
    else
        report(parse, where, shown(parse, text, len));
    return T_ERROR;
}

static bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static bool is_digit(char c) { return c >= '0' && c <= '9'; }

void scan_control(Parse *parse, Span where) {
    if (!parse->scan.bad_string && parse_may_report(parse)) report_control(parse, where);
    parse->scan.bad_string = true;
}

bool scan_ends_quote(Parse *parse, const char *text, size_t len) {
    const Scan *scan = &parse->scan;
    char looks = len == 1 ? text[0] : lookalike_find(utf8_decode(text, len)).ascii[0];
    bool same = scan->foreign_quote ? looks == scan->quote : text[0] == '"';
    if (!same) scan_quoted(parse, text, len);
    return same;
}

bool scan_word_foreign(Parse *parse, const char *text, size_t len, Span where) {
    Lookalike like = lookalike_find(utf8_decode(text, len));
    bool letter = is_letter(like.ascii[0]) || is_digit(like.ascii[0]);
    if (like.found && !letter) return false;
    if (like.found)
        report_lookalike(parse, where, text, len, like.ascii);
    else if (!parse->scan.bad_word && parse_may_report(parse))
        report(parse, where, shown(parse, text, len));
    parse->scan.bad_word |= !like.found;
    scan_word_more(parse, like.found ? like.ascii : text, like.found ? 1 : len);
    return true;
}

/* The token that a character makes by what it looks like, SCAN_NOTHING for a blank, T_ERROR if it
 * is none. */
static int kind_of(const char *ascii) {
    if (ascii[0] == '\0' || ascii[0] == ' ') return SCAN_NOTHING;
    if (strcmp(ascii, "->") == 0) return T_ARROW;
    if (strcmp(ascii, "|>") == 0) return T_PIPE;
    return strchr("-+*/%=,:.?@()[]{}", ascii[0]) ? ascii[0] : T_ERROR;
}

int scan_foreign(Parse *parse, const char *text, size_t len, Span where) {
    uint32_t c = utf8_decode(text, len);
    Lookalike like = lookalike_find(c);
    const char *ascii = like.ascii;
    if (!like.found) return report_unknown(parse, where, text, len);
    if (ascii[0] == '"' || ascii[0] == '\'') {
        scan_quote_begin(parse, where, ascii[0]);
        return SCAN_QUOTE;
    }
    if (ascii[0] == ';') return scan_semicolon(parse, where, false);
    bool times = c == 0xD7 && where.begin > 0 && is_digit(text[-1]); /* 3×5 is a size */
    bool letter = is_letter(ascii[0]);
    int kind = times ? T_ERROR : kind_of(ascii);
    if (kind == T_ERROR && !times && !letter && !is_digit(ascii[0]))
        return report_unknown(parse, where, text, len);
    report_lookalike(parse, where, text, len, times ? "x" : ascii);
    if (letter) scan_word_begin(parse, where, ascii, 1);
    return letter ? SCAN_WORD : kind;
}

int scan_semicolon(Parse *parse, Span where, bool ends_line) {
    if (parse_may_report(parse)) {
        Diag *diag = report(parse, where, "`;`");
        diag_note(diag, "a statement ends with its line");
        if (ends_line) diag_edit(diag_help(diag, FIX_AUTO, "leave it out"), where, "%s", "");
    }
    if (ends_line) return SCAN_NOTHING;
    return parse->layout.depth > parse->layout.outer_depth ? T_ERROR : T_EOL;
}

int scan_stray(Parse *parse, const char *text, Span where) {
    if (text[0] != '|') return report_unknown(parse, where, text, 1);
    report_lookalike(parse, where, text, 1, "|>");
    return T_PIPE;
}
