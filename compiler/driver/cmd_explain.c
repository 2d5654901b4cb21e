/* `netc explain`: the page of a code, a relationship, a layer or a def of std; lists of them; the
 * reference. */
#include "driver/commands.h"
#include "driver/console.h"
#include "driver/explain_run.h"

static bool is_group(const char *word) {
    return strcmp(word, "codes") == 0 || strcmp(word, "relationships") == 0 ||
           strcmp(word, "layers") == 0 || strcmp(word, "std") == 0;
}

static ExitStatus unknown(Arena *arena, const Topics *topics, const char *word) {
    Text name = text_in(arena);
    text_quote(&name, word, strlen(word));
    console_fail(STATUS_USAGE, "there is no page about `%s`%s", text_str(&name),
                 explain_near(arena, topics, word));
    return console_fail(STATUS_USAGE, "`netc explain --list` names all pages");
}

ExitStatus cmd_explain(Arena *arena, const Options *options) {
    Topics topics = explain_topics(arena);
    Text text = text_in(arena);
    const char *word = options->files.len > 0 ? options->files.at[0] : NULL, *wrong = NULL;
    bool group = word && is_group(word);
    if (options->list || (group && !options->markdown)) {
        if (word && !group)
            return console_usage(CMD_EXPLAIN,
                                 "`--list` lists `codes`, `relationships`, `layers`, `std` or all");
        explain_list(&text, &topics, word);
        return console_print(&text);
    }
    if (!word)
        return console_usage(CMD_EXPLAIN,
                             "`netc explain` needs a code, relationship, layer or def of std");
    bool colour = console_output_colour() && !options->markdown;
    Explainer explainer = explain_with_front(arena, colour);
    const Topic *topic = group ? NULL : explain_find(&topics, word);
    if (!group && !topic) return unknown(arena, &topics, word);
    if (group)
        wrong = explain_reference(&explainer, &topics, word, &text);
    else if (options->markdown)
        wrong = explain_markdown(&explainer, topic, 1, &text);
    else
        wrong = explain_terminal(&explainer, topic, console_width(), &text);
    if (wrong) return console_fail(STATUS_INTERNAL, "internal error: %s", wrong);
    return console_print(&text);
}
