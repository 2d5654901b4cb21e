/* Laws of the formatter on random programs: networks and the examples, with blanks, line breaks,
 * empty lines and comments wherever the language allows them. The result says the same, has the
 * same comments in their order, is formatted, and does not depend on what was mangled. */
#include "format/formatting.h"
#include "support/effort.h"
#include "support/net_generator.h"

#include "base/diag.h"
#include "base/file.h"
#include "syntax/parse.h"

#include <criterion/criterion.h>
#include <glob.h>
#include <string.h>

enum { NETWORKS = 300, MANGLINGS = 12 /* of each example */ };

/* A source of random numbers: the state of SplitMix64. */
typedef uint64_t Dice;

static uint32_t roll(Dice *dice, uint32_t sides) {
    uint64_t z = *dice += 0x9E3779B97F4A7C15;
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9;
    z = (z ^ z >> 27) * 0x94D049BB133111EB;
    return (uint32_t)((z ^ z >> 31) >> 33) % sides;
}

/* What is done to a text. */
typedef struct Mangler {
    const char *text; /* the program */
    Dice lines;       /* decides on line breaks and comments */
    Dice blanks;      /* decides on all else that says nothing */
    bool comments;    /* puts them in, and empty lines */
    int n_comments;   /* so far: each has its number */
    const char *newline;
    Text out;
} Mangler;

static bool is_word(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

static void put_blanks(Mangler *m, uint32_t least) {
    for (uint32_t n = least + roll(&m->blanks, 4); n > 0; n--)
        text_puts(&m->out, roll(&m->blanks, 4) ? " " : "\t");
}

static void put_comment(Mangler *m) {
    static const char *const words[] = {"", " a \"b", "# doc", " netc: allow W0705", " é", " c  "};
    text_printf(&m->out, "#%s %d", words[roll(&m->lines, 6)], m->n_comments++);
    put_blanks(m, 0);
}

/* Ends a line, sometimes with a comment, and adds lines of comments or of nothing. */
static void put_line_end(Mangler *m) {
    put_blanks(m, 0);
    if (m->comments && roll(&m->lines, 6) == 0) put_comment(m);
    text_puts(&m->out, m->newline);
    while (m->comments && roll(&m->lines, 8) == 0) {
        put_blanks(m, 0);
        if (roll(&m->lines, 2)) put_comment(m);
        text_puts(&m->out, m->newline);
    }
}

/* Whether the bytes between two tokens of the program end a line. */
static bool ends_line(const char *text, uint32_t at, uint32_t end) {
    return memchr(text + at, '\n', end - at) != NULL;
}

/* What stands between two tokens: `inside` brackets, or not. */
static void put_gap(Mangler *m, const SourceToken *before, const SourceToken *token, bool inside) {
    const char *text = m->text;
    const char *next = text + token->span.begin;
    bool goes_on = token->kind == TOKEN_MARK && (next[0] == '|' || strncmp(next, "->", 2) == 0);
    bool line = ends_line(text, before->span.end, token->span.begin);
    if (line && !inside && !goes_on) { /* the next statement */
        put_line_end(m);
        put_blanks(m, 0);
    } else if ((inside || goes_on) && token->kind != TOKEN_KEYWORD && roll(&m->lines, 10) == 0) {
        put_line_end(m);
        put_blanks(m, inside);
    } else {
        put_blanks(m, is_word(text[before->span.end - 1]) && is_word(next[0]));
    }
}

/* The tokens of the program, each where it was, with other things between them. */
static void put_tokens(Mangler *m, const SourceTokens *tokens) {
    int open = 0;
    for (size_t i = 0; i < tokens->len; i++) {
        const SourceToken *token = &tokens->at[i];
        const char *at = m->text + token->span.begin;
        if (i > 0) put_gap(m, token - 1, token, open > 0);
        text_append(&m->out, at, token->span.end - token->span.begin);
        bool body = open == 0 && (*at == '{' || *at == '}');
        if (token->kind != TOKEN_MARK || body) continue;
        open += *at == '(' || *at == '[' || *at == '{';
        open -= *at == ')' || *at == ']' || *at == '}';
    }
}

/* The program, mangled; equal numbers give equal results. */
static Text mangled(Arena *arena, const char *text, size_t len, Dice lines, Dice blanks,
                    bool comments) {
    Sources sources = {.arena = arena};
    Diags diags = diags_in(arena, &sources);
    SourceTokens tokens = {0};
    uint32_t file = sources_add(&sources, "net", text, len);
    parse_file_with_tokens(arena, interner_create(arena), &sources, file, &diags, &tokens);
    cr_assert_eq(diags.n_errors, 0, "%s", text);
    Mangler m = {.text = sources.files.at[file]->text,
                 .lines = lines,
                 .blanks = blanks,
                 .comments = comments,
                 .out = text_in(arena)};
    static const char *const newlines[] = {"\n", "\r\n", "\r"};
    m.newline = newlines[roll(&m.blanks, 3)];
    if (roll(&m.blanks, 4) == 0) text_puts(&m.out, "\xef\xbb\xbf");
    put_tokens(&m, &tokens);
    if (roll(&m.lines, 2)) put_line_end(&m);
    return m.out;
}

/* The program without its comments and empty lines, which mangling does not carry over. */
static const char *bare(Arena *arena, const char *text, size_t len) {
    Text out = text_in(arena);
    bool quoted = false, comment = false;
    for (size_t i = 0; i < len; i++) {
        if (text[i] == '"' && !comment) quoted = !quoted;
        if (text[i] == '#' && !quoted) comment = true;
        if (text[i] == '\n') comment = false;
        bool empty = text[i] == '\n' && (out.len == 0 || text_str(&out)[out.len - 1] == '\n');
        if (!comment && !empty) text_append(&out, &text[i], 1);
    }
    return text_str(&out);
}

static void hold_laws(Arena *arena, const char *name, const char *text, uint64_t seed) {
    const char *plain = formatted(arena, name, text, strlen(text));
    cr_assert(plain, "%s: has faults", name);
    Text a = mangled(arena, text, strlen(text), seed, seed + 1, false);
    const char *got = formatted(arena, name, text_str(&a), a.len);
    cr_assert(got, "%s: mangled, it has faults:\n%s", name, text_str(&a));
    cr_assert_str_eq(got, plain, "%s: blanks and line breaks matter:\n%s\nbecomes\n%s", name,
                     text_str(&a), got);
    Text b = mangled(arena, text, strlen(text), seed, seed + 2, true);
    Text c = mangled(arena, text, strlen(text), seed, seed + 3, true);
    const char *with = formatted(arena, name, text_str(&b), b.len);
    cr_assert(with, "%s: with comments, it has faults:\n%s", name, text_str(&b));
    got = formatted(arena, name, text_str(&c), c.len);
    cr_assert(got, "%s: with comments, it has faults:\n%s", name, text_str(&c));
    cr_assert_str_eq(got, with, "%s: blanks matter:\n%s\nbecomes\n%s", name, text_str(&c), got);
}

Test(format, of_random_networks) {
    Arena *arena = arena_create();
    uint64_t networks = effort_setting("NETC_NETWORKS", effort_cases(NETWORKS));
    for (uint64_t seed = 1; seed <= networks; seed++) {
        const char *text = net_generate(arena, seed, NULL);
        hold_laws(arena, arena_printf(arena, "seed %llu", (unsigned long long)seed),
                  bare(arena, text, strlen(text)), seed);
        arena_reset(arena);
    }
    arena_destroy(arena);
}

/* Defs, repeats, maps, imports: what the generator does not write. */
Test(format, of_examples) {
    glob_t files;
    cr_assert_eq(glob(NETC_SOURCE_DIR "/examples/*/*.net", 0, NULL, &files), 0);
    cr_assert_eq(glob(NETC_SOURCE_DIR "/compiler/std/*.net", GLOB_APPEND, NULL, &files), 0);
    cr_assert_eq(glob(NETC_SOURCE_DIR "/tests/golden/programs/*.net", GLOB_APPEND, NULL, &files),
                 0);
    cr_assert_geq(files.gl_pathc, 45);
    uint64_t manglings = effort_setting("NETC_MANGLINGS", effort_cases(MANGLINGS));
    for (size_t i = 0; i < files.gl_pathc; i++) {
        Arena *arena = arena_create();
        Bytes bytes;
        const char *why = file_read(arena, files.gl_pathv[i], 1 << 20, &bytes);
        cr_assert_null(why, "%s: %s", files.gl_pathv[i], why);
        const char *text = bare(arena, bytes.data, bytes.len);
        for (uint64_t seed = 0; seed < manglings; seed++)
            hold_laws(arena, files.gl_pathv[i], text, 1000 * i + seed);
        arena_destroy(arena);
    }
    globfree(&files);
}
