/* The four programs of the language's page, and one with every form of the grammar, parse without a
 * message, to the trees kept beside them (UPDATE_GOLDEN=1 writes those). */
#include "base/file.h"
#include "syntax/parsing.h"

#include <criterion/criterion.h>
#include <stdlib.h>

static const char *const programs[] = {"lenet5", "dcgan", "unet", "kws", "everything"};

static void compare_golden(Parsed *parsed, const char *path, const char *got) {
    if (getenv("UPDATE_GOLDEN")) {
        const char *full = arena_printf(parsed->arena, "%s/%s", NETC_SOURCE_DIR, path);
        OutputFile file = {.path = full, .data = got, .len = strlen(got)};
        const char *which, *reason = files_write(parsed->arena, &file, 1, &which);
        cr_assert(!reason, "%s: %s", path, reason);
        return;
    }
    size_t len;
    const char *want = source_file_text(parsed->arena, path, &len);
    cr_assert_str_eq(got, want, "%s", path);
}

Test(programs, parse_to_their_trees) {
    for (size_t i = 0; i < sizeof programs / sizeof programs[0]; i++) {
        Arena *arena = arena_create();
        size_t len;
        const char *path = arena_printf(arena, "tests/golden/programs/%s", programs[i]);
        const char *text = source_file_text(arena, arena_printf(arena, "%s.net", path), &len);
        Parsed *parsed = parsed_new(text, len);
        cr_assert_str_eq(parsed_messages(parsed), "", "%s", programs[i]);
        compare_golden(parsed, arena_printf(arena, "%s.ast", path), parsed_tree(parsed));
        parsed_free(parsed);
        arena_destroy(arena);
    }
}
