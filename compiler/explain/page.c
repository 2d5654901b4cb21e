/* Reader of pages: line by line; a fence or a directive ends the prose before it. */
#include "explain/page.h"

#include "base/text.h"

#include <string.h>

static const char *const roles[ROLES] = {
    [ROLE_GOOD] = "", [ROLE_FAILS] = "fails", [ROLE_MENDED] = "mended"};

static const char *const fixtures[FIXTURES] = {[FIXTURE_WEIGHTS] = "weights",
                                               [FIXTURE_BYTES] = "bytes",
                                               [FIXTURE_FILE] = "file",
                                               [FIXTURE_FOLDER] = "folder"};

static const char *const directives[DIRECTIVES] = {
    [SHOWS_DIAGNOSTICS] = "{diagnostics}", [SHOWS_SUMMARY] = "{summary}",
    [SHOWS_WEIGHTS] = "{weights}",         [SHOWS_RELATION] = "{relation}",
    [SHOWS_FIGURE] = "{figure}",           [SHOWS_ATTRIBUTES] = "{attributes}",
    [SHOWS_DEFINITION] = "{definition}"};

typedef struct Reader {
    Arena *arena;
    const char *at, *end; /* what is not read yet */
    int line;             /* of the line that was read last */
    Page *page;
    Text prose;        /* lines that no block has yet */
    int prose_line;    /* where they begin */
    bool has_program;  /* one was read */
    const char *wrong; /* NULL, or the first fault */
} Reader;

const PageSource *page_source(const char *group, const char *name) {
    for (size_t i = 0; i < n_page_sources; i++)
        if (strcmp(page_sources[i].group, group) == 0 && strcmp(page_sources[i].name, name) == 0)
            return &page_sources[i];
    return NULL;
}

static void fault(Reader *reader, int line, const char *what) {
    if (!reader->wrong)
        reader->wrong = arena_printf(reader->arena, "%s/%s.md:%d: %s", reader->page->group,
                                     reader->page->name, line, what);
}

/* The next line without its end; NULL after the last. */
static const char *next_line(Reader *reader) {
    if (reader->at == reader->end) return NULL;
    const char *stop = memchr(reader->at, '\n', (size_t)(reader->end - reader->at));
    size_t len = (size_t)((stop ? stop : reader->end) - reader->at);
    const char *line = arena_strndup(reader->arena, reader->at, len);
    reader->at = stop ? stop + 1 : reader->end;
    reader->line++;
    return line;
}

static Block *add(Reader *reader, BlockKind kind, int line, const char *text) {
    Block block = {.kind = kind, .line = line, .text = text, .options = "", .name = ""};
    VEC_PUSH(reader->arena, &reader->page->blocks, block);
    return &reader->page->blocks.at[reader->page->blocks.len - 1];
}

static bool is_blank(const char *text) { return text[strspn(text, " \n")] == '\0'; }

static void end_prose(Reader *reader) {
    const char *text = text_str(&reader->prose);
    if (!is_blank(text)) add(reader, BLOCK_PROSE, reader->prose_line, text);
    reader->prose = text_in(reader->arena);
}

/* The first word of `text`; *rest is what follows it. */
static const char *first_word(Reader *reader, const char *text, const char **rest) {
    text += strspn(text, " ");
    size_t len = strcspn(text, " ");
    *rest = text + len + strspn(text + len, " ");
    return arena_strndup(reader->arena, text, len);
}

static int find_word(const char *const *words, int n, const char *word) {
    for (int i = 0; i < n; i++)
        if (strcmp(words[i], word) == 0) return i;
    return -1;
}

/* What the words after the ``` make of a block. */
static void classify(Reader *reader, Block *block, const char *info) {
    const char *rest, *language = first_word(reader, info, &rest);
    int fixture = find_word(fixtures, FIXTURES, language);
    if (strcmp(language, "net") == 0) {
        block->kind = BLOCK_PROGRAM;
        const char *options, *word = first_word(reader, rest, &options);
        int role = find_word(roles, ROLES, word);
        block->role = role > 0 ? (ProgramRole)role : ROLE_GOOD;
        block->options = role > 0 ? options : rest;
        if (*block->options && *block->options != '-')
            fault(reader, block->line, "a program is `fails`, `mended` or neither");
        reader->has_program = true;
    } else if (fixture >= 0) {
        block->kind = BLOCK_FIXTURE;
        block->fixture = (FixtureKind)fixture;
        block->name = first_word(reader, rest, &rest);
        if (!*block->name || *rest) fault(reader, block->line, "a fixture has one name");
    } else {
        block->name = language;
    }
}

static void read_fence(Reader *reader, const char *opener) {
    int line = reader->line;
    Text text = text_in(reader->arena);
    for (;;) {
        const char *next = next_line(reader);
        if (!next) fault(reader, line, "this fence is never closed");
        if (!next || strcmp(next, "```") == 0) break;
        text_printf(&text, "%s\n", next);
    }
    classify(reader, add(reader, BLOCK_VERBATIM, line, text_str(&text)), opener + 3);
}

static void read_directive(Reader *reader, const char *line) {
    int directive = find_word(directives, DIRECTIVES, line);
    if (directive < 0) fault(reader, reader->line, "there is no such directive");
    bool of_page = directive == SHOWS_ATTRIBUTES || directive == SHOWS_DEFINITION;
    if (!of_page && !reader->has_program)
        fault(reader, reader->line, "no program stands before this directive");
    add(reader, BLOCK_DIRECTIVE, reader->line, "")->directive = (Directive)directive;
}

const char *page_parse(Arena *arena, const PageSource *source, Page *out) {
    *out = (Page){.group = source->group, .name = source->name};
    Reader reader = {.arena = arena,
                     .at = source->text,
                     .end = source->text + source->len,
                     .page = out,
                     .prose = text_in(arena)};
    const char *line = next_line(&reader);
    out->sentence = line ? line : "";
    if (is_blank(out->sentence))
        fault(&reader, 1, "the first line must say what the page is about");
    while ((line = next_line(&reader))) {
        bool fence = strncmp(line, "```", 3) == 0, directive = line[0] == '{';
        if (fence || directive) end_prose(&reader);
        if (fence)
            read_fence(&reader, line);
        else if (directive)
            read_directive(&reader, line);
        if (fence || directive) continue;
        if (reader.prose.len == 0) reader.prose_line = reader.line;
        text_printf(&reader.prose, "%s\n", line);
    }
    end_prose(&reader);
    return reader.wrong;
}
