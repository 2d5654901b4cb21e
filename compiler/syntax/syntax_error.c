/* N0010: what was met, and what could have stood there. The grammar's set of expected tokens is
 * exact; it is put in a reader's words: a token that begins an expression stands for "an
 * expression", one that begins a statement for "a statement", the operators for "an operator". */
#include "base/suggest.h"
#include "parser.h"
#include "syntax/parse_state.h"
#include "syntax/scan.h"

#include <ctype.h>

static bool has(const char *const *set, size_t n, const char *token) {
    for (size_t i = 0; i < n; i++)
        if (strcmp(set[i], token) == 0) return true;
    return false;
}

static bool opens_expression(const char *token) {
    static const char *const tokens[] = {"name", "axis", "integer", "real number", "size", "string",
                                         "'?'",  "'-'",  "'('",     "'['",         "'{'",  "of"};
    return has(tokens, sizeof tokens / sizeof tokens[0], token);
}

/* Operators, and what may follow a name: of no help to who closed a bracket wrongly. */
static bool continues_operand(const char *token) {
    static const char *const tokens[] = {"|>",  "->",  "'+'", "'-'", "'*'", "'/'",
                                         "'%'", "'('", "'.'", "'@'", "'='"};
    return has(tokens, sizeof tokens / sizeof tokens[0], token);
}

/* A token's name in a message: kinds in words, characters and keywords as they are written. */
static void put_token(Text *out, const char *token) {
    static const struct {
        const char *token, *words;
    } kinds[] = {{"end of line", "end of line"},
                 {"end of file", "end of file"},
                 {"name", "a name"},
                 {"axis", "an axis"},
                 {"integer", "an integer"},
                 {"real number", "a real number"},
                 {"size", "a size"},
                 {"string", "a string"},
                 {"{ of a def", "`{`"},
                 {"} of a def", "`}`"}};
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        if (strcmp(kinds[i].token, token) != 0) continue;
        text_puts(out, kinds[i].words);
        return;
    }
    bool character = token[0] == '\'' && strlen(token) == 3;
    text_printf(out, "`%.*s`", character ? 1 : (int)strlen(token), character ? token + 1 : token);
}

/* The set in words, at most four of them: "`,`, `)` or an operator". */
static const char *expected_words(Arena *arena, const char *const *set, size_t n) {
    enum { SHOWN = 4 };
    const char *words[SHOWN];
    size_t n_words = 0;
    bool expression = has(set, n, "integer") && has(set, n, "name");
    bool statement = has(set, n, "let");
    bool operators = has(set, n, "|>") && has(set, n, "'+'");
    if (statement) return "a statement";
    for (size_t i = 0; i < n && n_words + (expression || operators) < SHOWN; i++) {
        if (expression && opens_expression(set[i])) continue;
        if (operators && continues_operand(set[i])) continue;
        Text word = text_in(arena);
        put_token(&word, set[i]);
        words[n_words++] = text_str(&word);
    }
    if (expression) words[n_words++] = "an expression";
    if (operators) words[n_words++] = "an operator";
    Text out = text_in(arena);
    for (size_t i = 0; i < n_words; i++) {
        if (i > 0) text_puts(&out, i + 1 == n_words ? " or " : ", ");
        text_puts(&out, words[i]);
    }
    return text_str(&out);
}

/* A keyword where a name is wanted: `input in : ...`. Not `repeat` and `of` in an expression, which
 * are in the wrong place rather than taken for names. */
static bool taken_for_name(const char *token, const char *const *expected, size_t n) {
    int kind = scan_keyword(token, strlen(token));
    if (kind == T_NAME || kind == T_RETURN || !has(expected, n, "name")) return false;
    if (has(expected, n, "let")) return kind == T_AS || kind == T_IN || kind == T_OF;
    return !(has(expected, n, "integer") && (kind == T_REPEAT || kind == T_OF));
}

static bool is_word(char c) { return isalnum((unsigned char)c) || c == '_'; }

/* The word that ends before `at`, on its line, blanks apart; empty if there is none. */
static Span word_before(const Parse *parse, uint32_t at) {
    const char *text = parse->source->text;
    while (at > 0 && text[at - 1] == ' ') at--;
    uint32_t begin = at;
    while (begin > 0 && is_word(text[begin - 1])) begin--;
    return (Span){parse->file, begin, at};
}

/* True of the comma behind `(3, 7`. */
static bool is_third(const Parse *parse, Span where) {
    const char *text = parse->source->text;
    uint32_t at = where.begin;
    int commas = 0;
    while (at > 0 && (isdigit((unsigned char)text[at - 1]) || strchr(", ", text[at - 1])))
        commas += text[--at] == ',';
    return commas == 1 && at > 0 && text[at - 1] == '(';
}

static void add_advice(Parse *parse, Diag *diag, const char *token, Span where,
                       const char *const *expected, size_t n) {
    const char *text = parse->source->text + where.begin;
    if (strcmp(token, "'/'") == 0 && where.begin > 0 && text[-1] == '/')
        diag_note(diag, "a comment begins with `#`");
    else if (strcmp(token, "axis") == 0 && has(expected, n, "name") && !has(expected, n, "integer"))
        diag_note(diag, "a name begins with a lower-case letter; `%s` would be an axis",
                  parse_quote(parse, where));
    else if (strcmp(token, "','") == 0 && is_third(parse, where))
        diag_note(diag, "one number for each of three axes is a size: 3x7x7");
    else if (strcmp(token, "'.'") == 0 && word_before(parse, where.begin).begin < where.begin)
        diag_note(diag, "a name has one prefix at most, and layers of other frameworks need none");
    else if (strcmp(token, "'('") == 0 && where.begin > 0 && text[-1] == ')')
        diag_note(diag, "a layer and its tensor are one call: x |> f(c=8), or f(x, c=8)");
    else if (strcmp(token, "repeat") == 0)
        diag_note(diag, "`repeat` stands after `|>`: x |> repeat 3 f(...)");
}

/* The keywords that may stand where a word does, by what is before it. */
static const char *keywords_at(const Parse *parse, Span word) {
    const char *text = parse->source->text;
    uint32_t at = word.begin;
    while (at > 0 && text[at - 1] == ' ') at--;
    if (at == 0 || text[at - 1] == '\n' || text[at - 1] == '\r' || text[at - 1] == '{')
        return "model import let def return input output weights";
    if (at > 1 && text[at - 2] == '|' && text[at - 1] == '>') return "repeat";
    if (text[at - 1] == '(' || text[at - 1] == ',') return "of";
    Span variable = word_before(parse, word.begin), keyword = word_before(parse, variable.begin);
    return keyword.end - keyword.begin == 6 && strncmp(text + keyword.begin, "repeat", 6) == 0
               ? "in"
               : "";
}

/* A keyword with a slip in it was read as a name, or stands here as one: `inut x : ...`. */
static void offer_keyword(Parse *parse, Diag *diag, Span where, const char *const *expected,
                          size_t n) {
    const char *text = parse->source->text;
    Span words[] = {word_before(parse, where.begin), where};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        Span word = words[i];
        if (word.begin == word.end || !is_word(text[word.begin])) continue;
        const char *written =
            arena_strndup(parse->scratch, text + word.begin, word.end - word.begin);
        if (scan_keyword(written, word.end - word.begin) != T_NAME) continue;
        Suggestion suggestion = suggest_among_few(written);
        if (word.begin < where.begin)
            suggest_words(&suggestion, parse->scratch, keywords_at(parse, word));
        for (size_t j = 0; word.begin == where.begin && j < n; j++)
            if (scan_keyword(expected[j], strlen(expected[j])) != T_NAME)
                suggest_offer(&suggestion, expected[j]);
        suggest_edits(&suggestion, diag, word);
    }
}

/* `repeat 4 step`: where the brackets were to open, which may be empty. */
static void offer_brackets(Parse *parse, Diag *diag, Span where, const char *const *expected,
                           size_t n) {
    Span word = word_before(parse, where.begin), count = word_before(parse, word.begin);
    Span keyword = word_before(parse, count.begin);
    const char *text = parse->source->text + keyword.begin;
    if (!has(expected, n, "'('") || word.begin == word.end || keyword.end - keyword.begin != 6 ||
        strncmp(text, "repeat", 6) != 0)
        return;
    Span end = {parse->file, word.end, word.end};
    diag_edit(diag_help(diag, FIX_AUTO, "a repeated layer has brackets, if nothing is in them"),
              end, "()");
}

void parse_report_unexpected(Parse *parse, const char *token, Span where,
                             const char *const *expected, size_t n_expected) {
    bool said = parse->layout.reported || parse->stopped;
    layout_skip(parse);
    if (said || !parse_may_report(parse)) return;
    const char *text = parse_quote(parse, where);
    if (taken_for_name(token, expected, n_expected)) {
        Diag *diag =
            parse_report(parse, N0104, where, "`%s` is reserved (a keyword)" FACTS("name"), text);
        diag_here(diag, "not a name");
        return;
    }
    Text met = text_in(parse->scratch);
    bool by_kind = strcmp(token, "end of line") == 0 || strcmp(token, "string") == 0;
    if (by_kind)
        text_puts(&met, token);
    else
        text_printf(&met, "`%s`", text);
    Diag *diag =
        parse_report(parse, N0010, where, "unexpected %s; expected %s" FACTS("token expected"),
                     text_str(&met), expected_words(parse->scratch, expected, n_expected));
    add_advice(parse, diag, token, where, expected, n_expected);
    offer_keyword(parse, diag, where, expected, n_expected);
    offer_brackets(parse, diag, where, expected, n_expected);
}
