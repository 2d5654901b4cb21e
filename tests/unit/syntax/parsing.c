/* One parse in memory, checked. */
#include "syntax/parsing.h"

#include "base/file.h"
#include "syntax/parse.h"

#include <criterion/criterion.h>

Parsed *parsed_new(const char *text, size_t len) {
    Arena *arena = arena_create();
    Parsed *parsed = ARENA_NEW(arena, Parsed);
    parsed->arena = arena;
    parsed->sources = (Sources){.arena = arena};
    parsed->diags = diags_in(arena, &parsed->sources);
    uint32_t file = sources_add(&parsed->sources, "t.net", text, len);
    Interner *interner = interner_create(arena);
    parsed->ast = parse_file(arena, interner, &parsed->sources, file, &parsed->diags);
    const SourceFile *source = parsed->sources.files.at[file];
    const char *wrong = ast_verify(arena, parsed->ast, source);
    cr_assert(!wrong, "%s in\n%.*s", wrong, (int)(len < 2000 ? len : 2000), text);
    cr_assert(len == 0 || memcmp(source->text, text, len) == 0, "the text was changed");
    cr_assert(!parsed->ast->damaged || parsed->diags.n_errors, "damaged without a message:\n%.*s",
              (int)(len < 2000 ? len : 2000), text);
    diags_sort(&parsed->diags);
    return parsed;
}

Parsed *parsed_string(const char *text) { return parsed_new(text, strlen(text)); }

void parsed_free(Parsed *parsed) { arena_destroy(parsed->arena); }

const char *parsed_messages(Parsed *parsed) {
    Text out = text_in(parsed->arena);
    for (size_t i = 0; i < parsed->diags.list.len; i++) {
        const Diag *diag = parsed->diags.list.at[i];
        Place place = source_place(&parsed->sources, 0, diag->primary.span.begin);
        text_printf(&out, "%u:%u %s %s\n", place.line, place.column, diag_code_name(diag->code),
                    diag->message);
    }
    return text_str(&out);
}

const char *parsed_tree(Parsed *parsed) {
    Text out = text_in(parsed->arena);
    ast_print(&out, parsed->ast);
    return text_str(&out);
}

const char *source_file_text(Arena *arena, const char *path, size_t *len) {
    Bytes bytes;
    const char *full = arena_printf(arena, "%s/%s", NETC_SOURCE_DIR, path);
    const char *reason = file_read(arena, full, (size_t)1 << 24, &bytes);
    cr_assert(!reason, "%s: %s", path, reason);
    *len = bytes.len;
    return bytes.data;
}
