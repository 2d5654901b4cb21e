/* A page as Markdown: its blocks in order, each program run once, where it stands. */
#include "explain/directive.h"
#include "explain/explain.h"
#include "explain/fixture.h"

#include <ctype.h>

/* A page while it is made. */
typedef struct Maker {
    const Explainer *explainer;
    Page page;
    const char *program_name; /* "n0301.net" */
    VEC(SemaFile) files;      /* the program, then the fixtures so far */
    bool has_weights;         /* one of them is no source */
    const Block *program;     /* the last that was run; NULL: none yet */
    ExplainRun run;           /* of it */
} Maker;

static const char *lower(Arena *arena, const char *word) {
    char *copy = arena_strdup(arena, word);
    for (char *c = copy; *c; c++) *c = (char)tolower((unsigned char)*c);
    return copy;
}

static const char *begin(Maker *maker, const Explainer *explainer, const Topic *topic) {
    Arena *arena = explainer->arena;
    *maker = (Maker){.explainer = explainer};
    VEC_PUSH(arena, &maker->files, (SemaFile){0});
    if (!topic->source) {
        maker->page = (Page){.group = topic->group, .name = topic->name, .sentence = ""};
        return NULL;
    }
    maker->program_name = arena_printf(arena, "%s.net", lower(arena, topic->source->name));
    return page_parse(arena, topic->source, &maker->page);
}

/* A fault of a block, with its place. */
static const char *fault(const Maker *maker, const Block *block, const char *what) {
    return arena_printf(maker->explainer->arena, "%s/%s.md:%d: %s", maker->page.group,
                        maker->page.name, block->line, what);
}

static const char *run_program(Maker *maker, const Block *block) {
    Arena *arena = maker->explainer->arena;
    Text text = text_in(arena);
    text_puts(&text, block->text);
    text_append(&text, "\0", 2); /* as SemaFile wants it */
    maker->files.at[0] = (SemaFile){maker->program_name, text.bytes, text.len - 2};
    maker->program = block;
    maker->run = (ExplainRun){0};
    SemaFiles files = {.at = maker->files.at, .n = maker->files.len, .alone = true};
    return maker->explainer->run(maker->explainer, &files, block->options, maker->has_weights,
                                 &maker->run);
}

static const char *add_fixture(Maker *maker, const Block *block) {
    SemaFile file;
    const char *wrong = fixture_make(maker->explainer->arena, block, &file);
    if (wrong) return wrong;
    VEC_PUSH(maker->explainer->arena, &maker->files, file);
    maker->has_weights |= block->fixture != FIXTURE_FILE;
    return NULL;
}

static void print_prose(Text *out, const char *prose, int level) {
    prose += strspn(prose, "\n");
    bool line_begins = true;
    for (const char *c = prose; *c; c++) { /* headings stand below that of the page */
        if (line_begins && *c == '#') text_fill(out, '#', (size_t)level - 1);
        line_begins = *c == '\n';
        text_append(out, c, 1);
    }
    while (out->len > 0 && out->bytes[out->len - 1] == '\n') out->bytes[--out->len] = '\0';
    text_puts(out, "\n");
}

static const char *print_summary(Maker *maker, Text *out) {
    const char *wrong = run_program(maker, maker->program); /* the plan uses the graph up */
    if (wrong) return wrong;
    if (!maker->run.graph) return "the program has an error";
    text_printf(out, "```text\n%s```\n",
                maker->explainer->summary(maker->explainer, (Graph *)maker->run.graph));
    return run_program(maker, maker->program);
}

static void print_program(Maker *maker, const Block *block, Text *out) {
    text_printf(out, "```net\n%s```\n", block->text);
    if (block->role != ROLE_FAILS) return;
    const char *command = maker->has_weights ? "build" : "check";
    text_printf(out, "\n```text\n$ netc %s %s%s%s\n%s```\n", command, block->options,
                *block->options ? " " : "", maker->program_name, maker->run.diagnostics);
}

static const char *print_block(Maker *maker, const Block *block, int level, Text *out) {
    const char *wrong = NULL;
    switch (block->kind) {
    case BLOCK_PROSE: print_prose(out, block->text, level); break;
    case BLOCK_VERBATIM: text_printf(out, "```%s\n%s```\n", block->name, block->text); break;
    case BLOCK_PROGRAM:
        wrong = run_program(maker, block);
        if (!wrong) print_program(maker, block, out);
        break;
    case BLOCK_FIXTURE:
        wrong = add_fixture(maker, block);
        if (block->fixture == FIXTURE_FOLDER)
            text_printf(out, "`%s` is a folder.\n", block->name);
        else
            text_printf(out, "`%s`:\n\n```text\n%s```\n", block->name, block->text);
        break;
    case BLOCK_DIRECTIVE:
        wrong = block->directive == SHOWS_SUMMARY
                    ? print_summary(maker, out)
                    : directive_print(maker->explainer, &maker->page, block->directive, &maker->run,
                                      out);
        break;
    }
    return wrong ? fault(maker, block, wrong) : NULL;
}

/* Text that stands for itself in Markdown. */
static void print_escaped(Text *out, const char *text) {
    for (const char *c = text; *c; c++) {
        if (strchr("\\`*_[]<>|#", *c)) text_puts(out, "\\");
        text_append(out, c, 1);
    }
}

static void print_title(Text *out, const Topic *topic, int level) {
    bool is_code = strcmp(topic->group, "codes") == 0;
    text_fill(out, '#', (size_t)level);
    text_puts(out, " ");
    print_escaped(out, topic->name);
    if (*topic->sentence) text_puts(out, ": ");
    if (is_code)
        print_escaped(out, topic->sentence);
    else
        text_puts(out, topic->sentence);
    text_puts(out, "\n");
}

const char *explain_markdown(const Explainer *explainer, const Topic *topic, int level, Text *out) {
    Maker maker;
    const char *wrong = begin(&maker, explainer, topic);
    if (wrong) return wrong;
    print_title(out, topic, level);
    if (strcmp(topic->group, "codes") == 0 && topic->source)
        text_printf(out, "\n%s.\n", maker.page.sentence);
    for (size_t i = 0; i < maker.page.blocks.len && !wrong; i++) {
        text_puts(out, "\n");
        wrong = print_block(&maker, &maker.page.blocks.at[i], level, out);
    }
    return wrong;
}

/* The anchor that a heading gets where Markdown is shown; ours is written out, for titles change.
 */
static void print_anchor(Text *out, const Topic *topic) {
    text_printf(out, "<a id=\"%s\"></a>\n\n", lower(out->arena, topic->file));
}

const char *explain_reference(const Explainer *explainer, const Topics *topics, const char *group,
                              Text *out) {
    const char *wrong = NULL;
    bool is_library = strcmp(group, "std") == 0;
    text_printf(out, "# The %s of `.net`\n\n", is_library ? "library" : group);
    text_printf(out,
                "Generated: `netc explain --markdown %s` writes this page from "
                "`compiler/explain/pages/%s`, with what the compiler says of each program. To "
                "change it, edit those pages and build the target `explain_reference`.\n\n",
                group, group);
    for (size_t i = 0; i < topics->len; i++) {
        const Topic *topic = &topics->at[i];
        if (strcmp(topic->group, group) != 0) continue;
        text_puts(out, "- [");
        print_escaped(out, topic->name);
        text_printf(out, "](#%s): ", lower(out->arena, topic->file));
        if (strcmp(group, "codes") == 0)
            print_escaped(out, topic->sentence);
        else
            text_puts(out, topic->sentence);
        text_puts(out, "\n");
    }
    for (size_t i = 0; i < topics->len && !wrong; i++) {
        if (strcmp(topics->at[i].group, group) != 0) continue;
        text_puts(out, "\n");
        print_anchor(out, &topics->at[i]);
        wrong = explain_markdown(explainer, &topics->at[i], 2, out);
    }
    return wrong;
}

const char *explain_programs(const Explainer *explainer, const Topic *topic, ExplainVisit *visit,
                             void *ctx) {
    Maker maker;
    const char *wrong = begin(&maker, explainer, topic);
    for (size_t i = 0; i < maker.page.blocks.len && !wrong; i++) {
        const Block *block = &maker.page.blocks.at[i];
        if (block->kind == BLOCK_FIXTURE) wrong = add_fixture(&maker, block);
        if (block->kind == BLOCK_PROGRAM) wrong = run_program(&maker, block);
        if (block->kind == BLOCK_PROGRAM && !wrong)
            wrong = visit(ctx, &maker.page, block, &maker.run);
        if (wrong) wrong = fault(&maker, block, wrong);
    }
    return wrong;
}
