/* What holds for every text, found without the formatter's own tokens. */
#include "format/formatting.h"

#include "driver/layer_styles.h"
#include "syntax/parse.h"

#include <criterion/criterion.h>

enum { LIMIT = 16 << 20 };

static FormatStatus run(Arena *arena, const char *text, size_t len, Text *out) {
    Sources sources = {.arena = arena};
    Diags diags = diags_in(arena, &sources);
    LayerStyles styles = layer_styles(arena);
    *out = text_in(arena);
    return format_source(&styles, "t.net", text, len, LIMIT, &diags, out);
}

/* The place behind the comment at `at`. */
static size_t comment_end(const char *text, size_t len, size_t at) {
    while (at < len && text[at] != '\n' && text[at] != '\r') at++;
    return at;
}

/* The place behind the string at `at`. */
static size_t string_end(const char *text, size_t len, size_t at) {
    for (at++; at < len && text[at] != '"'; at++) at += text[at] == '\\';
    return at + 1;
}

static void add_trimmed(Text *out, const char *text, size_t begin, size_t end) {
    while (end > begin && (text[end - 1] == ' ' || text[end - 1] == '\t')) end--;
    text_append(out, text + begin, end - begin);
    text_puts(out, "\n");
}

const char *comments_of(Arena *arena, const char *text, size_t len) {
    Text out = text_in(arena);
    for (size_t i = 0; i < len;) {
        if (text[i] == '#') {
            size_t end = comment_end(text, len, i);
            add_trimmed(&out, text, i, end);
            i = end;
        } else {
            i = text[i] == '"' ? string_end(text, len, i) : i + 1;
        }
    }
    return text_str(&out);
}

/* The tree of a text in canonical form, with the places left out. */
static Ast *tree_of(Arena *arena, const char *text, size_t len) {
    Sources *sources = ARENA_NEW(arena, Sources);
    sources->arena = arena;
    Diags diags = diags_in(arena, sources);
    uint32_t file = sources_add(sources, "t.net", text, len);
    Ast *ast = parse_file(arena, interner_create(arena), sources, file, &diags);
    LayerStyles styles = layer_styles(arena);
    format_canonical(&styles, ast, arena);
    return ast;
}

const char *formatted(Arena *arena, const char *name, const char *text, size_t len) {
    Text once, twice;
    FormatStatus status = run(arena, text, len, &once);
    if (status == FORMAT_FAULTS) return NULL;
    cr_assert_eq(status, FORMAT_DONE, "%s: status %d:\n%s", name, (int)status, text);
    const char *result = text_str(&once);
    cr_assert_eq(run(arena, result, once.len, &twice), FORMAT_DONE, "%s: the second time", name);
    cr_assert(once.len == twice.len && memcmp(result, text_str(&twice), once.len) == 0,
              "%s: formatted once:\n%s\ntwice:\n%s", name, result, text_str(&twice));
    cr_assert_str_eq(comments_of(arena, text, len), comments_of(arena, result, once.len),
                     "%s: the comments differ:\n%s", name, result);
    cr_assert(ast_equal(tree_of(arena, text, len), tree_of(arena, result, once.len)),
              "%s: the trees differ:\n%s", name, result);
    return result;
}
