/* Every fault that the text of a program can have, where it is found, and that it is found once:
 * what comes after it, in the same file, is still read. */
#include "syntax/parsing.h"

#include <criterion/criterion.h>

static const struct {
    const char *name;
    size_t len; /* texts may hold NULs */
    const char *text, *messages;
} cases[] = {
    {"a size with a cross", 34,
     "net 1\n"
     "a = x |> conv(c=64, k=3\xc3\x97"
     "3)\n",
     "2:24 N0001 character `\xc3\x97` is only allowed in comments and strings\n"},
    {"operators and quotes", 29,
     "net 1\n"
     "a = x \xc3\x97 y \xe2\x88\x92 \xe2\x80\x9cz\xe2\x80\x9d\n",
     "2:7 N0001 character `\xc3\x97` is only allowed in comments and strings\n"
     "2:11 N0001 character `\xe2\x88\x92` is only allowed in comments and strings\n"
     "2:13 N0001 character `\xe2\x80\x9c` is only allowed in comments and strings\n"},
    {"a Cyrillic letter in a name", 23,
     "net 1\n"
     "b\xd0\xbe"
     "b = x\n"
     "y = bob\n",
     "2:2 N0001 character `\xd0\xbe` is only allowed in comments and strings\n"},
    {"an accent in a name", 26,
     "net 1\n"
     "caf\xc3\xa9 = x\n"
     "y = caf\xc3\xa9\n",
     "2:4 N0001 character `\xc3\xa9` is only allowed in comments and strings\n"
     "3:8 N0001 character `\xc3\xa9` is only allowed in comments and strings\n"},
    {"words of another script", 21,
     "net 1\n"
     "\xe5\x8d\xb7\xe7\xa7\xaf = x \xe5\x8d\xb7\n",
     "2:1 N0001 character `\xe5\x8d\xb7` is only allowed in comments and strings\n"},
    {"no-break space", 13,
     "net 1\n"
     "a\xc2\xa0= x\n",
     "2:2 N0001 character U+00A0 is only allowed in comments and strings\n"},
    {"arrow", 20,
     "net 1\n"
     "a = x \xe2\x86\x92 [1]\n",
     "2:7 N0001 character `\xe2\x86\x92` is only allowed in comments and strings\n"},
    {"full width", 26,
     "net 1\n"
     "a = \xef\xbc\x88x\xef\xbc\x89 \xef\xbc\x8b \xef\xbc\x91\n",
     "2:5 N0001 character `\xef\xbc\x88` is only allowed in comments and strings\n"
     "2:7 N0001 character `\xef\xbc\x89` is only allowed in comments and strings\n"
     "2:9 N0001 character `\xef\xbc\x8b` is only allowed in comments and strings\n"
     "2:11 N0001 character `\xef\xbc\x91` is only allowed in comments and strings\n"},
    {"dollar", 16,
     "net 1\n"
     "a = x $ y\n",
     "2:7 N0001 character `$` is only allowed in comments and strings\n"},
    {"bar for stage", 19,
     "net 1\n"
     "a = x | relu\n",
     "2:7 N0001 character `|` is only allowed in comments and strings\n"},
    {"single quotes", 14,
     "net 1\n"
     "a = 'x'\n",
     "2:5 N0001 character `'` is only allowed in comments and strings\n"},
    {"semicolons", 38,
     "net 1\n"
     "a = x;\n"
     "b = y; c = z\n"
     "d = f(x; y)\n",
     "2:6 N0001 character `;` is only allowed in comments and strings\n"
     "3:6 N0001 character `;` is only allowed in comments and strings\n"
     "4:8 N0001 character `;` is only allowed in comments and strings\n"},
    {"NUL", 14,
     "net 1\n"
     "a = x\x00y\n",
     "2:6 N0001 character `\\x00` is only allowed in comments\n"},
    {"NUL in a string", 16,
     "net 1\n"
     "a = \"x\x00y\"\n",
     "2:7 N0001 character `\\x00` is only allowed in comments\n"},
    {"Latin-1 in a comment", 19,
     "net 1\n"
     "# caf\xe9\n"
     "a = x\n",
     "2:6 N0002 invalid UTF-8 at byte 11\n"},
    {"Latin-1 in a string", 17,
     "net 1\n"
     "a = \"caf\xe9\"\n",
     "2:9 N0002 invalid UTF-8 at byte 14\n"},
    {"Latin-1 in a name", 13,
     "net 1\n"
     "a\xe9 = x\n",
     "2:2 N0002 invalid UTF-8 at byte 7\n"},
    {"UTF-16", 8,
     "\xff\xfen\x00"
     "e\x00t\x00",
     "1:1 N0002 invalid UTF-8 at byte 0\n"},
    {"byte order mark and CRLF", 24,
     "\xef\xbb\xbfnet 1\r\n"
     "a = x\r\n"
     "b = (\r\n",
     "3:5 N0011 this `(` is never closed\n"},
    {"CR only", 18, "net 1\ra = x\rb = )\r", "3:5 N0010 unexpected `)`; expected an expression\n"},
    {"open string", 21,
     "net 1\n"
     "a = \"abc\n"
     "b = x\n",
     "2:5 N0003 unterminated string\n"},
    {"open string at the end of the file", 14,
     "net 1\n"
     "a = \"abc",
     "2:5 N0003 unterminated string\n"},
    {"numbers out of range", 63,
     "net 1\n"
     "a = 99999999999999999999\n"
     "b = 1e999\n"
     "c = 1e-999\n"
     "d = 0e-999\n",
     "2:5 N0004 number `99999999999999999999` is too large\n"
     "3:5 N0004 number `1e999` is too large\n"
     "4:5 N0004 number `1e-999` is too small\n"},
    {"the largest integer", 54,
     "net 1\n"
     "a = 9223372036854775807\n"
     "b = 9223372036854775808\n",
     "3:5 N0004 number `9223372036854775808` is too large\n"},
    {"malformed numbers", 86,
     "net 1\n"
     "a = 1.\n"
     "b = .5\n"
     "c = 3X5\n"
     "d = 16_000\n"
     "e = 64f\n"
     "g = 1x2x3x4\n"
     "h = 0x1F\n"
     "i = 1.5.2\n"
     "j = 0b1\n",
     "2:5 N0004 number `1.` is malformed\n"
     "3:5 N0004 number `.5` is malformed\n"
     "4:5 N0004 number `3X5` is malformed\n"
     "5:5 N0004 number `16_000` is malformed\n"
     "6:5 N0004 number `64f` is malformed\n"
     "7:5 N0004 number `1x2x3x4` is malformed\n"
     "8:5 N0004 number `0x1F` is malformed\n"
     "9:5 N0004 number `1.5.2` is malformed\n"
     "10:5 N0004 number `0b1` is malformed\n"},
    {"escapes", 64,
     "net 1\n"
     "a = \"\\q\" + \"\\u{D800}\" + \"\\u{0}\" + \"\\u{110000}\" + \"\\u{zz}\"\n",
     "2:6 N0006 `\\q` is not an escape\n"
     "2:13 N0006 `\\u{D800}` is no character that a string may hold\n"
     "2:26 N0006 `\\u{0}` is no character that a string may hold\n"
     "2:36 N0006 `\\u{110000}` is no character that a string may hold\n"
     "2:51 N0006 `\\u` is not an escape\n"},
    {"empty file", 0, "", "1:1 N0013 the file must start with its language edition\n"},
    {"comments only", 19,
     "\n"
     "\n"
     "# only a comment\n",
     "4:1 N0013 the file must start with its language edition\n"},
    {"no edition", 25,
     "model m\n"
     "input x : f32[1]\n",
     "1:1 N0013 the file must start with its language edition\n"},
    {"edition in capitals", 12,
     "Net 1\n"
     "a = x\n",
     "1:1 N0013 the file must start with its language edition\n"},
    {"another edition", 6, "net 2\n", ""},
    {"edition in words", 14,
     "net one\n"
     "a = x\n",
     "1:5 N0010 unexpected `one`; expected an integer\n"},
    {"edition without number", 10,
     "net\n"
     "a = x\n",
     "1:4 N0010 unexpected end of line; expected an integer\n"},
    {"edition and more on its line", 18,
     "net 1 a = x\n"
     "b = y\n",
     "1:7 N0010 unexpected `a`; expected end of line\n"},
    {"two editions", 18,
     "net 1\n"
     "net 1\n"
     "a = x\n",
     "2:1 N0010 unexpected `net`; expected a statement\n"},
    {"lines that end in an operator", 74,
     "net 1\n"
     "a = x |>\n"
     "  relu\n"
     "b = x ->\n"
     "  [1]\n"
     "c = 1 +\n"
     "  2\n"
     "d =\n"
     "  x\n"
     "e = x |>\n"
     "g = x |>",
     "2:7 N0012 a line may not end in `|>`; begin the next line with `|>`\n"
     "4:7 N0012 a line may not end in `->`; begin the next line with `->`\n"
     "6:7 N0012 a line may not end in `+`\n"
     "8:3 N0012 a line may not end in `=`\n"
     "10:7 N0012 a line may not end in `|>`; begin the next line with `|>`\n"
     "11:7 N0012 a line may not end in `|>`; begin the next line with `|>`\n"},
    {"lines that go on", 81,
     "net 1\n"
     "a = f(x,\n"
     "  y)\n"
     "b = (x\n"
     "  + y)\n"
     "c = [\n"
     "  1,\n"
     "  2\n"
     "]\n"
     "d = x |> f(p={H: 1,\n"
     "  W: 2\n"
     "})\n",
     ""},
    {"three open brackets", 29,
     "net 1\n"
     "a = f(g(x, [1, 2\n"
     "b = y\n",
     "2:12 N0011 this `[` is never closed\n"},
    {"an open list in a call", 28,
     "net 1\n"
     "a = f(x, [1, 2)\n"
     "b = y\n",
     "2:10 N0011 this `[` is never closed\n"},
    {"closers without opener", 28,
     "net 1\n"
     "a = f(x]\n"
     "b = y)\n"
     "c = }\n",
     "2:8 N0010 unexpected `]`; expected `)`, `,` or an operator\n"
     "3:6 N0010 unexpected `)`; expected end of line or an operator\n"
     "4:5 N0010 unexpected `}`; expected an expression\n"},
    {"open at the end of the file", 13,
     "net 1\n"
     "a = f(x",
     "2:6 N0011 this `(` is never closed\n"},
    {"open bracket before return", 49,
     "net 1\n"
     "def f(x) {\n"
     "  a = g(x\n"
     "  return a\n"
     "}\n"
     "b = f(x)\n",
     "3:8 N0011 this `(` is never closed\n"},
    {"open bracket before a bind of a def", 51,
     "net 1\n"
     "def f(x) {\n"
     "  a = g(x\n"
     "  b = h(a)\n"
     "  return b\n"
     "}\n",
     "3:8 N0011 this `(` is never closed\n"},
    {"a line as deep as its statement", 48,
     "net 1\n"
     "def f(x) {\n"
     "  a = g(x,\n"
     "  c=2)\n"
     "  return a\n"
     "}\n",
     ""},
    {"open def", 38,
     "net 1\n"
     "def f(x) {\n"
     "  return x\n"
     "\n"
     "b = f(x)\n",
     "2:10 N0011 this `{` is never closed\n"},
    {"open def without return", 42,
     "net 1\n"
     "def f(x) {\n"
     "  a = x\n"
     "\n"
     "output b = f(x)\n",
     "2:10 N0011 this `{` is never closed\n"},
    {"bind after return", 47,
     "net 1\n"
     "def f(x) {\n"
     "  return x\n"
     "  a = x\n"
     "}\n"
     "b = f(x)\n",
     "4:3 N0010 unexpected `a`; expected `}`\n"},
    {"def without return", 36,
     "net 1\n"
     "def f(x) {\n"
     "  a = x\n"
     "}\n"
     "b = f(x)\n",
     "4:1 N0010 unexpected `}`; expected a name or `return`\n"},
    {"brace on its own line", 39,
     "net 1\n"
     "def f(x)\n"
     "{\n"
     "  return x\n"
     "}\n"
     "b = f(x)\n",
     "2:9 N0010 unexpected end of line; expected `{`\n"},
    {"heads of defs", 69,
     "net 1\n"
     "def f() { return 1 }\n"
     "def g(x, 3) {\n"
     "  return x\n"
     "}\n"
     "def h(x)\n"
     "a = x\n",
     "2:7 N0010 unexpected `)`; expected a name\n"
     "3:10 N0010 unexpected `3`; expected a name\n"
     "6:9 N0010 unexpected end of line; expected `{`\n"},
    {"statements that a def cannot hold", 129,
     "net 1\n"
     "def f(x) {\n"
     "  input y : f32[1]\n"
     "  let n = 3\n"
     "  def g(x) {\n"
     "    return x\n"
     "  }\n"
     "  weights \"a\"\n"
     "  output z = x\n"
     "  return x\n"
     "}\n"
     "b = f(x)\n",
     "3:3 N0014 `input` is not allowed inside `def`\n"
     "4:3 N0014 `let` is not allowed inside `def`\n"
     "5:3 N0014 `def` is not allowed inside `def`\n"
     "8:3 N0014 `weights` is not allowed inside `def`\n"
     "9:3 N0014 `output` is not allowed inside `def`\n"},
    {"two statements on a line", 34,
     "net 1\n"
     "def f(x) { return x } b = x\n",
     "2:23 N0010 unexpected `b`; expected end of line\n"},
    {"two statements in a def of one line", 43,
     "net 1\n"
     "def f(x) { a = x return a }\n"
     "b = f(x)\n",
     "2:18 N0010 unexpected `return`; expected end of line\n"},
    {"binds", 45,
     "net 1\n"
     "a = x b\n"
     "c y = z\n"
     "inptu x : f32[1]\n"
     "X = y\n",
     "2:7 N0010 unexpected `b`; expected end of line or an operator\n"
     "3:3 N0010 unexpected `y`; expected `=` or `,`\n"
     "4:7 N0010 unexpected `x`; expected `=` or `,`\n"
     "5:1 N0010 unexpected `X`; expected a statement\n"},
    {"inputs", 72,
     "net 1\n"
     "input x f32[1]\n"
     "input y : f32\n"
     "input z : f32[N: ]\n"
     "input in : f32[1]\n",
     "2:9 N0010 unexpected `f32`; expected `:`\n"
     "3:14 N0010 unexpected end of line; expected `[`\n"
     "4:18 N0010 unexpected `]`; expected an expression\n"
     "5:7 N0104 `in` is reserved (a keyword)\n"},
    {"expressions", 97,
     "net 1\n"
     "a = x |> 3\n"
     "b = x -> y\n"
     "c = x |> \"f\"\n"
     "d = f(c=, k=3)\n"
     "e = [1, , 2]\n"
     "g = {H: 1, 2}\n"
     "h = x.\n"
     "i = ()\n",
     "2:10 N0010 unexpected `3`; expected a name or `repeat`\n"
     "3:10 N0010 unexpected `y`; expected `[`\n"
     "4:10 N0010 unexpected string; expected a name or `repeat`\n"
     "5:9 N0010 unexpected `,`; expected an expression\n"
     "6:9 N0010 unexpected `,`; expected `]` or an expression\n"
     "7:12 N0010 unexpected `2`; expected an axis\n"
     "8:7 N0010 unexpected end of line; expected a name or an axis\n"
     "9:6 N0010 unexpected `)`; expected an expression\n"},
    {"repeats", 93,
     "net 1\n"
     "a = x |> repeat f(x)\n"
     "b = repeat 3 f(x)\n"
     "c = x |> repeat 3 f\n"
     "d = x |> repeat k in 3 f(x)\n",
     "2:18 N0010 unexpected `(`; expected a name or `in`\n"
     "3:5 N0010 unexpected `repeat`; expected an expression\n"
     "4:20 N0010 unexpected end of line; expected `(` or `.`\n"
     "5:22 N0010 unexpected `3`; expected `[`\n"},
    {"the other statements", 95,
     "net 1\n"
     "import \"a\"\n"
     "import a as b\n"
     "model \"m\"\n"
     "model a b\n"
     "let a 3\n"
     "let 3 = a\n"
     "weights\n"
     "output\n"
     "output a b\n",
     "2:11 N0010 unexpected end of line; expected `as`\n"
     "3:8 N0010 unexpected `a`; expected a string\n"
     "4:7 N0010 unexpected string; expected a name\n"
     "5:9 N0010 unexpected `b`; expected end of line\n"
     "6:7 N0010 unexpected `3`; expected `=`\n"
     "7:5 N0010 unexpected `3`; expected a name\n"
     "8:8 N0010 unexpected end of line; expected an expression\n"
     "9:7 N0010 unexpected end of line; expected a name\n"
     "10:10 N0010 unexpected `b`; expected end of line or `=`\n"},
    {"keywords for names", 63,
     "net 1\n"
     "a = input |> relu\n"
     "b = f(in=3)\n"
     "repeat = x\n"
     "of = y\n"
     "return x\n",
     "2:5 N0104 `input` is reserved (a keyword)\n"
     "3:7 N0104 `in` is reserved (a keyword)\n"
     "4:1 N0010 unexpected `repeat`; expected a statement\n"
     "5:1 N0104 `of` is reserved (a keyword)\n"
     "6:1 N0010 unexpected `return`; expected a statement\n"},
    {"comments of C", 35,
     "net 1\n"
     "a = x // comment\n"
     "b = x * / y\n",
     "2:8 N0010 unexpected `/`; expected an expression\n"
     "3:9 N0010 unexpected `/`; expected an expression\n"},
    {"labels and unknowns", 50,
     "net 1\n"
     "a = @x\n"
     "b = x |> f @\n"
     "c = x |> f @3\n"
     "d = x ? y\n",
     "2:5 N0010 unexpected `@`; expected an expression\n"
     "3:13 N0010 unexpected end of line; expected a name or a string\n"
     "4:13 N0010 unexpected `3`; expected a name or a string\n"
     "5:7 N0010 unexpected `?`; expected end of line or an operator\n"},
    {"stray braces", 22,
     "net 1\n"
     "}\n"
     "a = x\n"
     "{\n"
     "b = y\n",
     "2:1 N0010 unexpected `}`; expected a statement\n"
     "4:1 N0010 unexpected `{`; expected a statement\n"},
    {"pairs, of, a lone sign", 48,
     "net 1\n"
     "a = (x, y, z)\n"
     "b = f(of 3)\n"
     "c = f(of)\n"
     "d = -\n",
     "2:10 N0010 unexpected `,`; expected `)` or an operator\n"
     "3:10 N0010 unexpected `3`; expected a name or a string\n"
     "4:9 N0010 unexpected `)`; expected a name or a string\n"
     "5:5 N0012 a line may not end in `-`\n"},
};

Test(messages, each_fault_once_at_its_place) {
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        Parsed *parsed = parsed_new(cases[i].text, cases[i].len);
        cr_assert_str_eq(parsed_messages(parsed), cases[i].messages, "%s: got\n%s\nwant\n%s",
                         cases[i].name, parsed_messages(parsed), cases[i].messages);
        parsed_free(parsed);
    }
}

/* The text with the edits of a help, which do not overlap, applied from the last to the first. */
static Text edited(Arena *arena, const char *text, size_t len, const DiagHelp *help) {
    Text out = text_in(arena);
    size_t at = 0;
    for (;;) {
        const DiagEdit *next = NULL;
        for (size_t i = 0; i < help->edits.len; i++) {
            const DiagEdit *edit = &help->edits.at[i];
            if (edit->span.begin >= at && (!next || edit->span.begin < next->span.begin))
                next = edit;
        }
        if (!next) break;
        text_append(&out, text + at, next->span.begin - at);
        text_puts(&out, next->text);
        at = next->span.end > next->span.begin ? next->span.end : next->span.begin;
        if (next->span.end == next->span.begin) { /* an insertion: go on behind it */
            text_append(&out, text + at, at < len);
            at++;
        }
    }
    if (at < len) text_append(&out, text + at, len - at);
    return out;
}

/* A fix is only offered if the fault is gone with it and no other one comes. */
Test(messages, fixes_mend) {
    size_t n_fixes = 0;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        Parsed *parsed = parsed_new(cases[i].text, cases[i].len);
        size_t n = parsed->diags.list.len;
        for (size_t j = 0; j < n; j++) {
            const Diag *diag = parsed->diags.list.at[j];
            for (size_t k = 0; k < diag->helps.len; k++) {
                const DiagHelp *help = diag->helps.at[k];
                if (!help->edits.len) continue;
                Text text = edited(parsed->arena, cases[i].text, cases[i].len, help);
                Parsed *again = parsed_new(text.bytes, text.len);
                cr_assert_lt(again->diags.list.len, n, "%s: %s: with its fix\n%s\nstill\n%s",
                             cases[i].name, diag->message, text_str(&text), parsed_messages(again));
                parsed_free(again);
                n_fixes++;
            }
        }
        parsed_free(parsed);
    }
    cr_assert_geq(n_fixes, 30u);
}

/* Whatever is written for a number: if a way out is offered, it is one. */
Test(messages, numbers_are_mended) {
    static const char letters[] = "019._xXe";
    enum { N = sizeof letters - 1, MAX_DIGITS = 4 };
    size_t offered = 0;
    for (int n = 1, total = N; n <= MAX_DIGITS; n++, total *= N) {
        for (int i = 0; i < total; i++) {
            char text[32] = "net 1\na = ";
            size_t begin = strlen(text), len = begin;
            for (int rest = i, k = 0; k < n; k++, rest /= N) text[len++] = letters[rest % N];
            if (text[begin] != '.' && (text[begin] < '0' || text[begin] > '9')) continue;
            Parsed *parsed = parsed_new(text, len);
            bool fault = parsed->diags.list.len && parsed->diags.list.at[0]->code == N0004;
            if (fault && parsed->diags.list.at[0]->helps.len) {
                Text mended =
                    edited(parsed->arena, text, len, parsed->diags.list.at[0]->helps.at[0]);
                Parsed *again = parsed_new(mended.bytes, mended.len);
                cr_assert_eq(again->diags.list.len, 0u, "%s for %.*s", text_str(&mended), (int)len,
                             text);
                parsed_free(again);
                offered++;
            }
            parsed_free(parsed);
        }
    }
    cr_assert_gt(offered, 300u);
}

Test(messages, every_code_of_this_room_is_met) {
    static const char *const codes[] = {"N0001", "N0002", "N0003", "N0004", "N0006", "N0010",
                                        "N0011", "N0012", "N0013", "N0014", "N0104"};
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++) {
        bool met = false;
        for (size_t j = 0; j < sizeof cases / sizeof cases[0]; j++)
            met = met || strstr(cases[j].messages, codes[i]);
        cr_assert(met, "%s", codes[i]);
    }
}

/* No more than MAX_SYNTAX_MESSAGES, and the rest of the file is read all the same. */
Test(messages, are_bounded) {
    Arena *arena = arena_create();
    Text text = text_in(arena);
    text_puts(&text, "net 1\n");
    for (int i = 0; i < 500; i++) text_puts(&text, "a = )\n");
    text_puts(&text, "output last\n");
    Parsed *parsed = parsed_new(text.bytes, text.len);
    cr_assert_eq(parsed->diags.list.len, 100u);
    const AstItem *last = parsed->ast->items.at[parsed->ast->items.len - 1];
    cr_assert(last->kind == AST_OUTPUT && strcmp(last->output.name.text, "last") == 0);
    cr_assert_eq(parsed->ast->items.len, 502u);
    parsed_free(parsed);
    arena_destroy(arena);
}
