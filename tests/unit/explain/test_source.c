/* The format of page sources: what is read of them, what is refused and where, and that fixtures
 * become files that the compiler can read. */
#include "explain/fixture.h"
#include "weights/weight_file.h"

#include <criterion/criterion.h>

static const char *parse(Arena *arena, const char *text, Page *page) {
    PageSource source = {"codes", "N0301", text, strlen(text)};
    return page_parse(arena, &source, page);
}

Test(source, a_page_is_its_blocks_in_order) {
    static const char text[] =
        "What it is\n\nProse\nof two lines.\n```net fails -Wall --set n=2\nnet 1\n```\n"
        "{diagnostics}\nMore.\n\n```weights w.safetensors\nk F32 [2]\n```\n"
        "```net mended\nnet 1\n```\n```net -Wall\n```\n```text\na\n```\n"
        "```folder d\n```\n";
    Arena *arena = arena_create();
    Page page;
    const char *wrong = parse(arena, text, &page);
    cr_assert_null(wrong, "%s", wrong);
    cr_assert_str_eq(page.sentence, "What it is");
    static const BlockKind kinds[] = {BLOCK_PROSE,   BLOCK_PROGRAM,  BLOCK_DIRECTIVE,
                                      BLOCK_PROSE,   BLOCK_FIXTURE,  BLOCK_PROGRAM,
                                      BLOCK_PROGRAM, BLOCK_VERBATIM, BLOCK_FIXTURE};
    static const int lines[] = {3, 5, 8, 9, 11, 14, 17, 19, 22};
    cr_assert_eq(page.blocks.len, sizeof kinds / sizeof kinds[0], "%zu blocks", page.blocks.len);
    for (size_t i = 0; i < page.blocks.len; i++) {
        cr_assert_eq(page.blocks.at[i].kind, kinds[i], "block %zu", i);
        cr_assert_leq(lines[i] - 1, page.blocks.at[i].line, "block %zu", i);
        cr_assert_geq(lines[i], page.blocks.at[i].line, "block %zu", i);
    }
    cr_assert_eq(page.blocks.at[1].role, ROLE_FAILS);
    cr_assert_str_eq(page.blocks.at[1].options, "-Wall --set n=2");
    cr_assert_str_eq(page.blocks.at[1].text, "net 1\n");
    cr_assert_eq(page.blocks.at[4].fixture, FIXTURE_WEIGHTS);
    cr_assert_str_eq(page.blocks.at[4].name, "w.safetensors");
    cr_assert_eq(page.blocks.at[5].role, ROLE_MENDED);
    cr_assert_eq(page.blocks.at[6].role, ROLE_GOOD);
    cr_assert_str_eq(page.blocks.at[6].options, "-Wall");
    cr_assert_str_eq(page.blocks.at[7].name, "text");
    arena_destroy(arena);
}

Test(source, a_fault_of_a_page_is_named_with_its_line) {
    static const struct {
        const char *text, *words;
    } table[] = {
        {"", "codes/N0301.md:1: the first line must say"},
        {"\nProse\n", "codes/N0301.md:1: the first line must say"},
        {"A\n\n```net fails\nnet 1\n", "codes/N0301.md:3: this fence is never closed"},
        {"A\n```net wrong\n```\n", "codes/N0301.md:2: a program is"},
        {"A\n```file\n```\n", "codes/N0301.md:2: a fixture has one name"},
        {"A\n```file a b\n```\n", "codes/N0301.md:2: a fixture has one name"},
        {"A\n```net\n```\n{figur}\n", "codes/N0301.md:4: there is no such directive"},
        {"A\n{figure}\n", "codes/N0301.md:2: no program stands before"},
    };
    Arena *arena = arena_create();
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        Page page;
        const char *wrong = parse(arena, table[i].text, &page);
        cr_assert(wrong && strncmp(wrong, table[i].words, strlen(table[i].words)) == 0, "%s: %s",
                  table[i].text, wrong ? wrong : "accepted");
    }
    arena_destroy(arena);
}

Test(source, fixtures_become_files) {
    Arena *arena = arena_create();
    SemaFile file;
    Block bytes = {.fixture = FIXTURE_BYTES, .name = "a", .text = "a\\n\\\\\\x00\nb\\xfF\n"};
    cr_assert_null(fixture_make(arena, &bytes, &file));
    cr_assert_eq(file.len, 6u);
    cr_assert_eq(memcmp(file.bytes, "a\n\\\0b\xff\0\0", 8), 0);
    Block weights = {.fixture = FIXTURE_WEIGHTS,
                     .name = "w.safetensors",
                     .text =
                         "c1.conv.weight F32 [2, 3, 1, 1]\nc1.conv.bias F16 [2]\nscalar U8 []\n"};
    cr_assert_null(fixture_make(arena, &weights, &file));
    WeightFile *opened;
    const char *why = "";
    cr_assert_eq(weight_file_parse(arena, file.path, file.bytes, file.len, &opened, &why),
                 WEIGHT_FILE_OK, "%s", why);
    cr_assert_eq(opened->n_tensors, 3u);
    const WeightTensor *tensor = weight_file_find(opened, "c1.conv.weight");
    cr_assert(tensor && tensor->rank == 4 && tensor->extent[1] == 3 && tensor->elems == 6);
    arena_destroy(arena);
}

Test(source, a_fixture_that_cannot_be_made_says_why) {
    static const struct {
        FixtureKind kind;
        const char *text, *words;
    } table[] = {
        {FIXTURE_BYTES, "\\q", "escape"},
        {FIXTURE_BYTES, "\\x0", "escape"},
        {FIXTURE_BYTES, "\\", "escape"},
        {FIXTURE_WEIGHTS, "key\n", "KEY DTYPE [sizes]"},
        {FIXTURE_WEIGHTS, "key F99 [2]\n", "KEY DTYPE [sizes]"},
        {FIXTURE_WEIGHTS, "key F32 [two]\n", "KEY DTYPE [sizes]"},
        {FIXTURE_WEIGHTS, "key F32 [-2]\n", "KEY DTYPE [sizes]"},
        {FIXTURE_WEIGHTS, "key F32 [65536, 65536]\n", "too large"},
        {FIXTURE_WEIGHTS, "key F32 [4294967296, 4294967296]\n", "too large"},
    };
    Arena *arena = arena_create();
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        SemaFile file;
        Block block = {.fixture = table[i].kind, .name = "f", .text = table[i].text};
        const char *wrong = fixture_make(arena, &block, &file);
        cr_assert(wrong && strstr(wrong, table[i].words), "%s: %s", table[i].text,
                  wrong ? wrong : "accepted");
    }
    arena_destroy(arena);
}
