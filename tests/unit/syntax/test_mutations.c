/* Damaged programs: whatever is done to a valid one, the parse ends with a tree that verifies, the
 * text as it was, and messages whose places lie in the file and can be rendered. */
#include "syntax/parsing.h"

#include <criterion/criterion.h>

static const char *const seeds[] = {
    "tests/golden/programs/lenet5.net", "tests/golden/programs/dcgan.net",
    "tests/golden/programs/unet.net", "tests/golden/programs/kws.net",
    "tests/golden/programs/everything.net"};

/* What is put in besides single bytes: tokens, halves of tokens, and what scanners trip on. */
static const char *const pieces[] = {"(",
                                     ")",
                                     "[",
                                     "]",
                                     "{",
                                     "}",
                                     "|>",
                                     "->",
                                     "\n",
                                     "\r",
                                     "\r\n",
                                     "\n\n",
                                     " ",
                                     "\t",
                                     ",",
                                     "=",
                                     ":",
                                     ".",
                                     "@",
                                     "?",
                                     "+",
                                     "-",
                                     "*",
                                     "/",
                                     "%",
                                     "\"",
                                     "'",
                                     "#",
                                     "##",
                                     ";",
                                     "|",
                                     ">",
                                     "\\",
                                     "\\u{",
                                     "x",
                                     "N",
                                     "1",
                                     "0x3",
                                     "3x5x7",
                                     "1e5",
                                     "9e999",
                                     "99999999999999999999",
                                     "_",
                                     "net 1\n",
                                     "model ",
                                     "import ",
                                     " as ",
                                     "let ",
                                     "def f(x) {",
                                     "return ",
                                     "input ",
                                     "output ",
                                     "weights ",
                                     "repeat ",
                                     " in ",
                                     "of ",
                                     "\xc3\x97",
                                     "\xd1\x81",
                                     "\xe2\x80\x9c",
                                     "\xe2\x80\x8b",
                                     "\xef\xbb\xbf",
                                     "\xff",
                                     "\xc3",
                                     "\xed\xa0\x80",
                                     "\xf0\x9f\x98\x80",
                                     "\x1b[31m",
                                     "\x7f"};

/* SplitMix64. */
static uint64_t next_random(uint64_t *state) {
    uint64_t z = *state += 0x9E3779B97F4A7C15u;
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
    z = (z ^ z >> 27) * 0x94D049BB133111EBu;
    return z ^ z >> 31;
}

static size_t below(uint64_t *state, size_t n) { return n ? (size_t)(next_random(state) % n) : 0; }

/* Replaces text[at .. at+gone-1]; false if the text would get too long. */
static void splice(Text *text, size_t at, size_t gone, const char *bytes, size_t len) {
    Text out = text_in(text->arena);
    text_append(&out, text->bytes, at);
    text_append(&out, bytes, len);
    text_append(&out, text->bytes + at + gone, text->len - at - gone);
    *text = out;
}

static void mutate(Text *text, uint64_t *state) {
    size_t at = below(state, text->len + 1), rest = text->len - at;
    size_t n = below(state, rest < 40 ? rest + 1 : 40);
    const char *piece = pieces[below(state, sizeof pieces / sizeof pieces[0])];
    char byte = (char)below(state, 256);
    switch (below(state, 7)) {
    case 0: splice(text, at, n, "", 0); break;
    case 1: splice(text, at, 0, piece, strlen(piece)); break;
    case 2: splice(text, at, n < 4 ? n : 4, piece, strlen(piece)); break;
    case 3: splice(text, at, 0, &byte, 1); break;
    case 4: splice(text, at, rest > 0, &byte, 1); break;
    case 5: splice(text, below(state, text->len + 1), 0, text->bytes + at, n); break;
    case 6: text->len = at; break; /* cut off */
    }
}

static void check_places(Parsed *parsed, size_t len, const Diag *diag) {
    Span span = diag->primary.span;
    cr_assert(span.begin <= span.end && span.end <= len, "%s %u-%u", diag->message, span.begin,
              span.end);
    for (size_t i = 0; i < diag->helps.len; i++) {
        const DiagHelp *help = diag->helps.at[i];
        for (size_t j = 0; j < help->edits.len; j++)
            cr_assert(help->edits.at[j].span.end <= len, "%s: an edit outside", diag->message);
    }
    Text out = text_in(parsed->arena);
    diag_render(diag, &parsed->sources, false, &out);
    cr_assert(out.len > 0);
}

Test(mutations, always_give_a_tree) {
    enum { ROUNDS = 12000 };
    uint64_t state = 1;
    size_t damaged = 0, whole = 0;
    Arena *arena = arena_create(), *round = arena_create();
    const char *texts[sizeof seeds / sizeof seeds[0]];
    size_t lens[sizeof seeds / sizeof seeds[0]];
    for (size_t i = 0; i < sizeof seeds / sizeof seeds[0]; i++)
        texts[i] = source_file_text(arena, seeds[i], &lens[i]);
    for (int i = 0; i < ROUNDS; i++) {
        size_t seed = (size_t)i % (sizeof seeds / sizeof seeds[0]);
        Text text = text_in(round);
        text_append(&text, texts[seed], lens[seed]);
        for (size_t n = 1 + below(&state, 6); n > 0; n--) mutate(&text, &state);
        Parsed *parsed = parsed_new(text.bytes, text.len);
        for (size_t j = 0; j < parsed->diags.list.len; j++)
            check_places(parsed, text.len, parsed->diags.list.at[j]);
        damaged += parsed->diags.n_errors > 0;
        whole += parsed->diags.n_errors == 0;
        parsed_free(parsed);
        arena_reset(round);
    }
    cr_assert(damaged > ROUNDS / 2 && whole > ROUNDS / 50, "%zu damaged, %zu whole", damaged,
              whole);
    arena_destroy(round);
    arena_destroy(arena);
}
