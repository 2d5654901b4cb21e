/* Every program of every page does what its fence says, and every directive has something to show:
 * `fails` raises the code of its page and no other, `mended` raises nothing, any other no error. */
#include "driver/explain_run.h"

#include <criterion/criterion.h>

/* What is wrong with the outcome of a program, or NULL. */
static const char *judge(void *ctx, const Page *page, const Block *program, const ExplainRun *run) {
    Arena *arena = ctx;
    if (program->role == ROLE_FAILS) {
        if (run->n_codes == 0) return "a program that fails raises nothing";
        for (size_t i = 0; i < run->n_codes; i++)
            if (strcmp(diag_code_name(run->codes[i]), page->name) != 0)
                return arena_printf(arena, "a program that fails raises something else:\n%s",
                                    run->diagnostics);
        return NULL;
    }
    if (!run->graph || (program->role == ROLE_MENDED && run->n_codes > 0))
        return arena_printf(arena, "a program that is right raises\n%s", run->diagnostics);
    return NULL;
}

Test(pages, every_program_does_what_its_fence_says) {
    Arena *arena = arena_create();
    Explainer explainer = explain_with_front(arena, false);
    Topics topics = explain_topics(arena);
    for (size_t i = 0; i < topics.len; i++) {
        const char *wrong = explain_programs(&explainer, &topics.at[i], judge, arena);
        cr_expect_null(wrong, "%s", wrong);
    }
    arena_destroy(arena);
}

Test(pages, every_page_can_be_shown) {
    Arena *arena = arena_create();
    Explainer explainer = explain_with_front(arena, false);
    Topics topics = explain_topics(arena);
    for (size_t i = 0; i < topics.len; i++) {
        Text text = text_in(arena);
        const char *wrong = explain_terminal(&explainer, &topics.at[i], 80, &text);
        cr_expect_null(wrong, "%s", wrong);
        cr_expect(text.len > 0, "%s is empty", topics.at[i].name);
    }
    arena_destroy(arena);
}

Test(pages, every_topic_has_a_page) {
    Arena *arena = arena_create();
    Topics topics = explain_topics(arena);
    for (size_t i = 0; i < topics.len; i++)
        cr_expect(topics.at[i].source, "pages/%s/%s.md is missing", topics.at[i].group,
                  topics.at[i].file);
    arena_destroy(arena);
}

/* A file of pages/ that no topic has is a misspelt name. */
Test(pages, every_file_is_the_page_of_a_topic) {
    Arena *arena = arena_create();
    Topics topics = explain_topics(arena);
    for (size_t p = 0; p < n_page_sources; p++) {
        bool found = false;
        for (size_t i = 0; i < topics.len; i++) found |= topics.at[i].source == &page_sources[p];
        cr_expect(found, "pages/%s/%s.md is about nothing", page_sources[p].group,
                  page_sources[p].name);
    }
    arena_destroy(arena);
}
