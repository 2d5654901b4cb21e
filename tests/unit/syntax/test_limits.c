/* Limits, each at its value and one beyond; and 16 MiB of anything, in linear time on a small
 * stack. */
#include "base/intern.h"
#include "syntax/lookalike.h"
#include "syntax/parse.h"
#include "syntax/parsing.h"

#include <criterion/criterion.h>
#include <pthread.h>
#include <time.h>

#if defined(__SANITIZE_ADDRESS__)
enum { HUGE_BYTES = 1 << 20, LARGE_BYTES = 1 << 18, STACK_BYTES = 8 << 20 };
#else
enum { HUGE_BYTES = 16 << 20, LARGE_BYTES = 2 << 20, STACK_BYTES = 512 << 10 };
#endif

static void repeat(Text *text, const char *piece, size_t times) {
    size_t len = strlen(piece);
    for (size_t i = 0; i < times; i++) text_append(text, piece, len);
}

/* Parses before, `times` times piece, after; gives the messages' codes, in order: "N0005 N0010 ".
 */
static const char *codes_of(Arena *arena, const char *before, const char *piece, size_t times,
                            const char *after) {
    Text text = text_in(arena), out = text_in(arena);
    text_puts(&text, "net 1\n");
    text_puts(&text, before);
    repeat(&text, piece, times);
    text_puts(&text, after);
    Parsed *parsed = parsed_new(text.bytes, text.len);
    for (size_t i = 0; i < parsed->diags.list.len; i++)
        text_printf(&out, "%s ", diag_code_name(parsed->diags.list.at[i]->code));
    parsed_free(parsed);
    return text_str(&out);
}

Test(limits, each_at_its_value_and_beyond) {
    static const struct {
        const char *name, *before, *piece, *after;
        size_t times; /* that are allowed */
    } cases[] = {
        {"name", "", "a", " = x\n", MAX_NAME_BYTES},
        {"axis", "a = [", "A", ": 1]\n", MAX_NAME_BYTES},
        {"string", "a = \"", "s", "\"\n", MAX_TOKEN_BYTES - 2},
        {"real", "a = 0.", "1", "\n", MAX_TOKEN_BYTES - 2},
        {"parentheses", "a = ", "(", "x", MAX_BRACKETS},
        {"lists", "a = ", "[", "1", MAX_BRACKETS},
        {"axis maps", "a = f(p=", "{H: ", "1", MAX_BRACKETS - 1},
        {"calls", "a = ", "f(", "1", MAX_BRACKETS},
        {"sums", "a = 1", "+1", "\n", MAX_EXPR_DEPTH - 1},
        {"stages", "a = x", "|>f", "\n", MAX_EXPR_DEPTH - 1},
        {"signs", "a = ", "-", "1\n", MAX_EXPR_DEPTH - 1},
        {"entries", "a = [1", ",1", "]\n", MAX_SYNTAX_NODES / 2 - 3},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        Arena *arena = arena_create();
        bool brackets = strchr("([{f", cases[i].piece[0]) && !strstr(cases[i].piece, "|>");
        const char *at =
            codes_of(arena, cases[i].before, cases[i].piece, cases[i].times, cases[i].after);
        const char *beyond =
            codes_of(arena, cases[i].before, cases[i].piece, cases[i].times + 1, cases[i].after);
        cr_assert_str_eq(at, brackets ? "N0011 " : "", "%s at the limit: %s", cases[i].name, at);
        cr_assert_eq(strncmp(beyond, "N0005 ", 6), 0, "%s beyond the limit: %s", cases[i].name,
                     beyond);
        arena_destroy(arena);
    }
}

static double seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/* One parse of a long text on a thread of its own, where nothing may be asserted. */
typedef struct Job {
    const char *text;
    size_t len;
    double time;   /* seconds */
    bool verifies; /* the tree does, and the text is as it was */
} Job;

static void *run_job(void *data) {
    Job *job = data;
    double start = seconds();
    Arena *arena = arena_create();
    Sources sources = {.arena = arena};
    Diags diags = diags_in(arena, &sources);
    uint32_t file = sources_add(&sources, "t.net", job->text, job->len);
    const SourceFile *source = sources.files.at[file];
    const Ast *ast = parse_file(arena, interner_create(arena), &sources, file, &diags);
    job->verifies =
        !ast_verify(arena, ast, source) && memcmp(source->text, job->text, job->len) == 0;
    arena_destroy(arena);
    job->time = seconds() - start;
    return NULL;
}

static double time_of(const char *name, const char *text, size_t len) {
    Job job = {.text = text, .len = len};
    pthread_attr_t attributes;
    pthread_t thread;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, STACK_BYTES);
    cr_assert_eq(pthread_create(&thread, &attributes, run_job, &job), 0);
    pthread_join(thread, NULL);
    pthread_attr_destroy(&attributes);
    cr_assert(job.verifies, "%s", name);
    return job.time;
}

/* A long text and an eighth of it: no more than eight times the time, give or take a factor. */
static void expect_linear(const char *name, const char *text, size_t len) {
    double part = time_of(name, text, len / 8), whole = time_of(name, text, len);
    cr_assert_lt(whole, 8 * 4 * part + 0.2, "%s: %g s, an eighth of it %g s", name, whole, part);
}

Test(limits, long_texts_take_linear_time, .timeout = 300) {
    static const struct {
        const char *name, *before, *piece;
        size_t bytes;
    } cases[] = {
        {"comment", "#", "x", HUGE_BYTES},
        {"spaces", "", " ", HUGE_BYTES},
        {"list", "a = [", "1,", HUGE_BYTES},
        {"brackets", "a = ", "[", HUGE_BYTES},
        {"doc comment", "##", "x", LARGE_BYTES},
        {"lines", "", "\n", LARGE_BYTES},
        {"calls", "a = ", "f(-", LARGE_BYTES},
        {"axis maps", "a = ", "{H:", LARGE_BYTES},
        {"signs", "a = ", "-", LARGE_BYTES},
        {"sum", "a = x", "+y", LARGE_BYTES},
        {"stages", "a = x", "|>f", LARGE_BYTES},
        {"name", "", "n", LARGE_BYTES},
        {"digits", "a = ", "9", LARGE_BYTES},
        {"string", "a = \"", "s", LARGE_BYTES},
        {"escapes", "a = \"", "\\q", LARGE_BYTES},
        {"quotes", "", "\"'", LARGE_BYTES},
        {"binds", "", "a=b\n", LARGE_BYTES},
        {"defs", "", "def f(x){return x}\n", LARGE_BYTES},
        {"body", "def f(x){", "a=b\n", LARGE_BYTES},
        {"faults", "", "?\n", LARGE_BYTES},
        {"bytes", "", "\xff", LARGE_BYTES},
        {"crosses", "", "\xc3\x97", LARGE_BYTES},
        {"letters", "", "\xd1\x81", LARGE_BYTES},
        {"accents", "", "\xc3\xa9", LARGE_BYTES},
        {"marks", "", "\xe2\x80\x8b", LARGE_BYTES},
        {"semicolons", "", ";  ", LARGE_BYTES},
        {"dollars", "", "$", LARGE_BYTES},
    };
    Arena *arena = arena_create();
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        Text text = text_in(arena);
        text_puts(&text, "net 1\n");
        text_puts(&text, cases[i].before);
        repeat(&text, cases[i].piece, (cases[i].bytes - text.len) / strlen(cases[i].piece));
        expect_linear(cases[i].name, text.bytes, text.len);
        arena_reset(arena);
    }
    /* NULs, at which flex looks twice. */
    char *nuls = arena_alloc(arena, LARGE_BYTES);
    for (const char *before = "\n#\""; *before; before++) {
        memcpy(nuls, "net 1\n", 6);
        nuls[6] = *before;
        expect_linear("NULs", nuls, LARGE_BYTES);
    }
    arena_destroy(arena);
}

/* A look-alike is mended by what it looks like. */
Test(limits, lookalikes) {
    size_t found = 0;
    for (uint32_t c = 0x80; c < 0x10000; c++) {
        Lookalike like = lookalike_find(c);
        if (!like.found) continue;
        found++;
        for (const char *a = like.ascii; *a; a++) cr_assert(*a >= ' ' && *a < 0x7f, "U+%04X", c);
    }
    cr_assert_geq(found, 200u);
    static const struct {
        uint32_t code_point;
        const char *ascii;
    } samples[] = {{0xD7, "*"},  {0x2212, "-"}, {0x201C, "\""}, {0x2192, "->"}, {0xA0, " "},
                   {0x200B, ""}, {0x441, "c"},  {0xFF10, "0"},  {0xFF5C, "|"},  {0xFEFF, ""}};
    for (size_t i = 0; i < sizeof samples / sizeof samples[0]; i++)
        cr_assert_str_eq(lookalike_find(samples[i].code_point).ascii, samples[i].ascii, "U+%04X",
                         samples[i].code_point);
    cr_assert(!lookalike_find(0xE9).found && !lookalike_find(0x5377).found);
}
