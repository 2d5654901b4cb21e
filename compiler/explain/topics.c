/* The list of what can be explained, from the tables of codes and of layers. */
#include "explain/explain.h"

#include "base/suggest.h"
#include "explain/library.h"
#include "sema/foreign_call.h"

#include <ctype.h>
#include <stdio.h>

enum { RELATIONSHIPS = 15, MAX_NEAR = 3 };

static const char *const groups[] = {"codes", "relationships", "layers", "std"};

/* The operators are layers, too; a name of a file spells them. */
static const struct {
    const char *name, *page;
} operators[] = {{"+", "plus"}, {"-", "minus"}, {"*", "times"}, {"/", "over"}};

/* The first line of a page. */
static const char *first_line(Arena *arena, const PageSource *source) {
    return source ? arena_strndup(arena, source->text, strcspn(source->text, "\n")) : "";
}

static void add(Arena *arena, Topics *topics, const char *group, const char *name,
                const char *page) {
    Topic topic = {.group = group, .name = name, .file = page, .source = page_source(group, page)};
    topic.sentence = first_line(arena, topic.source);
    VEC_PUSH(arena, topics, topic);
}

/* The template of a code with its places in guillemets: <x> is no place in Markdown. A > after a
 * blank is the relation. */
static const char *code_sentence(Arena *arena, const char *text) {
    Text out = text_in(arena);
    int depth = 0;
    for (const char *c = text; *c; c++) {
        bool opens = *c == '<', closes = *c == '>' && depth > 0 && c > text && c[-1] != ' ';
        depth += opens - closes;
        if (opens || closes)
            text_puts(&out, opens ? "‹" : "›");
        else
            text_append(&out, c, 1);
    }
    return text_str(&out);
}

Topics explain_topics(Arena *arena) {
    Topics topics = {0};
    for (int code = 0; code < DIAG_CODES; code++) {
        const char *name = diag_code_name((DiagCode)code);
        add(arena, &topics, groups[0], name, name);
        topics.at[topics.len - 1].sentence = code_sentence(arena, diag_code_text((DiagCode)code));
    }
    for (int r = 1; r <= RELATIONSHIPS; r++) {
        const char *name = arena_printf(arena, "R%d", r);
        add(arena, &topics, groups[1], name, name);
    }
    for (int i = 0; layer_at(i); i++)
        add(arena, &topics, groups[2], layer_at(i)->name, layer_at(i)->name);
    for (size_t i = 0; i < sizeof operators / sizeof operators[0]; i++)
        add(arena, &topics, groups[2], operators[i].name, operators[i].page);
    LibraryDefs defs = library_defs(arena);
    for (size_t i = 0; i < defs.len; i++)
        add(arena, &topics, groups[3], defs.at[i].name, defs.at[i].name);
    return topics;
}

static const char *upper(Arena *arena, const char *word) {
    char *copy = arena_strdup(arena, word);
    for (char *c = copy; *c; c++) *c = (char)toupper((unsigned char)*c);
    return copy;
}

static bool equal_but_case(const char *a, const char *b) {
    while (*a && toupper((unsigned char)*a) == toupper((unsigned char)*b)) a++, b++;
    return *a == *b;
}

static bool is_meant(const Topic *topic, const char *word) {
    if (equal_but_case(topic->name, word)) return true;
    if (strcmp(topic->file, word) == 0) return true;
    return topic->group == groups[1] && strcmp(topic->name + 1, word) == 0;
}

const Topic *explain_find(const Topics *topics, const char *word) {
    for (size_t i = 0; i < topics->len; i++)
        if (is_meant(&topics->at[i], word)) return &topics->at[i];
    return NULL;
}

/* The topics at the least distance from the word, as far as they are near at all: at most a third
 * of its letters, and one in any case. */
static size_t nearest(Arena *arena, const Topics *topics, const char *word,
                      const char *near[MAX_NEAR]) {
    const char *wanted = upper(arena, word);
    int allowed = (int)strlen(wanted) / 3, least = allowed > 1 ? allowed : 1;
    size_t n = 0;
    for (size_t i = 0; i < topics->len; i++) {
        int distance = edit_distance(wanted, upper(arena, topics->at[i].name));
        if (distance >= (int)strlen(wanted) || distance > least) continue;
        if (distance < least) n = 0;
        least = distance;
        if (n < MAX_NEAR) near[n++] = topics->at[i].name;
    }
    return n;
}

const char *explain_near(Arena *arena, const Topics *topics, const char *word) {
    const char *near[MAX_NEAR], *ours = foreign_layer(word);
    if (!ours) ours = foreign_kin(word);
    if (ours) return arena_printf(arena, "; the layer is called `%s` here", ours);
    size_t n = nearest(arena, topics, word, near);
    Text text = text_in(arena);
    for (size_t i = 0; i < n; i++)
        text_printf(&text, "%s`%s`",
                    i == 0      ? "; did you mean "
                    : i + 1 < n ? ", "
                                : " or ",
                    near[i]);
    if (n > 0) text_puts(&text, "?");
    return text_str(&text);
}

void explain_list(Text *out, const Topics *topics, const char *group) {
    const char *last = group;
    int width = 0;
    for (size_t i = 0; i < topics->len; i++) {
        int len = (int)strlen(topics->at[i].name);
        if ((!group || strcmp(topics->at[i].group, group) == 0) && len > width) width = len;
    }
    for (size_t i = 0; i < topics->len; i++) {
        const Topic *topic = &topics->at[i];
        if (group && strcmp(topic->group, group) != 0) continue;
        if (!group && topic->group != last) {
            text_printf(out, "%s%s:\n", i ? "\n" : "", topic->group);
            last = topic->group;
        }
        text_printf(out, "  %-*s %s\n", width, topic->name, topic->sentence);
    }
}
