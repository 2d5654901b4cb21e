/* N0005, N0011 .. N0014. A statement that was reported already gets no second message. */
#include "syntax/layout_report.h"

#include "base/suggest.h"

#include "parser.h"

#include <ctype.h>
#include <strings.h>

/* Whether to speak of this statement; once. */
static bool speak(Parse *parse) {
    bool first = !parse->layout.reported;
    parse->layout.reported = true;
    return first && parse_may_report(parse);
}

void report_too_many_brackets(Parse *parse, Span where) {
    if (speak(parse))
        parse_report(parse, N0005, where,
                     "nested brackets exceed the limit %d (`netc limits`)" FACTS("limit"),
                     MAX_BRACKETS);
}

static const char *bracket_noun(const Bracket *bracket) {
    switch (bracket->closer) {
    case T_BODY_END: return "def";
    case ']': return "list";
    case '}': return "axis map";
    default: return bracket->is_call ? "call" : "parenthesis";
    }
}

static char closer_char(const Bracket *bracket) {
    return bracket->closer == T_BODY_END ? '}' : (char)bracket->closer;
}

static void label_next(Parse *parse, Diag *diag, const char *noun, const Token *next) {
    if (next->kind == T_EOF) {
        diag_note(diag, "the file ends before the %s does", noun);
        return;
    }
    Span where = next->span;
    if (next->kind == ')' || next->kind == ']' || next->kind == '}')
        diag_label(diag, where, "this closes a bracket further out");
    else if (next->indent == 0)
        diag_label(diag, where, "a new statement starts in column 1, so the %s must end before it",
                   noun);
    else
        diag_label(diag, where, "`%s` begins a new statement, so the %s must end before it",
                   parse_quote(parse, where), noun);
}

/* Whether the innermost bracket holds something whole, so that its closer alone would mend it. */
static bool is_whole(const Layout *layout) {
    const Bracket *innermost = &layout->open[layout->depth - 1];
    int last = layout->previous.kind;
    if (innermost->closer == T_BODY_END) return layout->returned;
    bool list = innermost->closer == ']' || innermost->is_call;
    return ends_operand(last) || (list && (last == '(' || last == '[' || last == ','));
}

void report_unclosed(Parse *parse, size_t depth, const Token *next) {
    if (!speak(parse)) return;
    const Layout *layout = &parse->layout;
    const Bracket *innermost = &layout->open[layout->depth - 1];
    const char *noun = bracket_noun(innermost);
    bool body = innermost->closer == T_BODY_END;
    Diag *diag =
        parse_report(parse, N0011, innermost->opener, "this `%s` is never closed" FACTS("bracket"),
                     parse_quote(parse, innermost->opener));
    diag_here(diag, "opened here");
    char closers[MAX_BRACKETS + 1];
    size_t n = 0;
    for (size_t i = layout->depth; i > depth; i--) {
        closers[n++] = closer_char(&layout->open[i - 1]);
        if (i < layout->depth && n <= 4)
            diag_label(diag, layout->open[i - 1].opener, "nor is this one");
    }
    closers[n] = '\0';
    label_next(parse, diag, noun, next);
    if (!body && next->indent == 0)
        diag_note(
            diag,
            "why: a %s may run over several lines, but only if the continuation lines are indented",
            noun);
    if (!is_whole(layout)) return;
    DiagHelp *help = diag_help(
        diag, FIX_MAYBE,
        "close it (applied for the rest of this check, so later errors are still reported)");
    diag_edit(help, span_after(layout->previous.span), "%s%s", body ? "\n" : "", closers);
}

/* The blanks before byte `begin`, and what is at `begin` up to `end`. */
static Span with_blanks_before(const Parse *parse, Span span) {
    const char *text = parse->source->text;
    while (span.begin > 0 && (text[span.begin - 1] == ' ' || text[span.begin - 1] == '\t'))
        span.begin--;
    return span;
}

void report_brace_line(Parse *parse, const Token *brace) {
    if (!speak(parse)) return;
    Span end = span_after(parse->layout.previous.span);
    Diag *diag = parse_report(parse, N0010, end, "unexpected end of line; expected `{`");
    diag_label(diag, brace->span, "it stands behind the `)`, on the same line");
    DiagHelp *help = diag_help(diag, FIX_AUTO, "move it");
    diag_edit(help, end, " {");
    diag_edit(help, brace->span, "%s", "");
}

void report_same_line(Parse *parse, const Token *keyword) {
    if (!speak(parse)) return;
    Diag *diag = parse_report(parse, N0010, keyword->span,
                              "unexpected `%s`; expected end of line" FACTS("token"),
                              parse_quote(parse, keyword->span));
    diag_note(
        diag,
        "a statement ends with its line; only a def whose body is one `return` stands on one line");
}

void report_line_end(Parse *parse, const Token *last, const Token *next) {
    if (!speak(parse)) return;
    const char *op = parse_quote(parse, last->span);
    bool stage = last->kind == T_PIPE || last->kind == T_ARROW;
    Diag *diag =
        stage ? parse_report(
                    parse, N0012, last->span,
                    "a line may not end in `%s`; begin the next line with `%s`" FACTS("operator -"),
                    op, op)
              : parse_report(parse, N0012, last->span,
                             "a line may not end in `%s`" FACTS("operator"), op);
    if (stage && next) {
        DiagHelp *help = diag_help(diag, FIX_AUTO, "move it");
        diag_edit(help, with_blanks_before(parse, last->span), "%s", "");
        diag_edit(help, (Span){parse->file, next->span.begin, next->span.begin}, "%s ", op);
    } else if (!stage) {
        diag_note(
            diag,
            "a statement ends with its line; inside ( ) it goes on, if its lines are indented");
    }
}

/* nt 1: one letter from the keyword, and a number behind. The byte after the token is the
 * scanner's. */
static bool is_edition_slip(Parse *parse, const Token *first) {
    const char *text = parse->source->text + first->span.begin;
    size_t len = first->span.end - first->span.begin;
    if (first->span.end >= parse->source->len) return false;
    const char *behind = text + len + 1;
    behind += strspn(behind, " ");
    return first->kind == T_NAME && isdigit((unsigned char)*behind) &&
           edit_distance(arena_strndup(parse->scratch, text, len), "net") == 1;
}

bool is_edition_keyword(Parse *parse, const Token *first) {
    const char *text = parse->source->text + first->span.begin;
    return (first->kind == T_AXIS && first->span.end - first->span.begin == 3 &&
            strncasecmp(text, "net", 3) == 0) ||
           is_edition_slip(parse, first);
}

void report_no_edition(Parse *parse, const Token *first) {
    if (!speak(parse)) return;
    Diag *diag =
        parse_report(parse, N0013, first->span, "the file must start with its language edition");
    DiagHelp *help = diag_help(diag, FIX_AUTO, "say which edition it is written in");
    if (is_edition_keyword(parse, first)) {
        diag_edit(help, first->span, "net");
        return;
    }
    uint32_t line = first->span.begin - first->indent;
    diag_edit(help, (Span){parse->file, line, line}, "net 1\n");
}

void report_misplaced(Parse *parse, const Token *keyword) {
    if (!speak(parse)) return;
    Diag *diag =
        parse_report(parse, N0014, keyword->span, "`%s` is not allowed inside `def`" FACTS("token"),
                     parse_quote(parse, keyword->span));
    diag_label(diag, parse->layout.open[0].opener, "the def begins here");
    diag_note(diag, "a def holds values and one `return`");
}
