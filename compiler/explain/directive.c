/* Tables and figures of a program, from its graph; attributes, from the table of layers. */
#include "explain/directive.h"

#include "explain/figure.h"
#include "explain/library.h"
#include "sema/attrs.h"
#include "sema/relation.h"

/* The last convolution, transposed convolution or pool; NULL if there is none. */
static const Node *last_window(const Graph *graph) {
    const Node *last = NULL;
    for (size_t i = 0; graph && i < graph->nodes.len; i++) {
        const Node *node = graph->nodes.at[i];
        if (op_is_window(node->op) && node->op != OP_DENSE) last = node;
    }
    return last;
}

static void print_relation(Text *out, const Node *node) {
    WindowKind kind = node->op == OP_TCONV   ? WINDOW_TCONV
                      : op_is_pool(node->op) ? WINDOW_POOL
                                             : WINDOW_CONV;
    const TensorType *type = &node->inputs[0]->type;
    const char *first = relation_text(out->arena, kind, &node->window[0].arith);
    int spatial[MAX_RANK];
    type_spatial(type, spatial);
    bool alike = true;
    for (int i = 1; i < node->n_axes; i++)
        alike &= strcmp(relation_text(out->arena, kind, &node->window[i].arith), first) == 0;
    if (alike) text_printf(out, "%s\n", first);
    for (int i = 0; i < (alike ? 0 : node->n_axes); i++)
        text_printf(out, "%s: %s\n", type->axes[spatial[i]].name,
                    relation_text(out->arena, kind, &node->window[i].arith));
}

/* "y.conv.weight  [F: 4, C: 3, H: 3, W: 3]", keys in one column. */
static void print_weights(Text *out, const Graph *graph) {
    int width = 0;
    for (size_t i = 0; i < graph->params.len; i++) {
        int len = (int)strlen(graph->params.at[i]->key);
        if (len > width) width = len;
    }
    for (size_t i = 0; i < graph->params.len; i++) {
        const Param *param = graph->params.at[i];
        text_printf(out, "%-*s  [", width, param->key);
        const char *name = param->axes;
        for (int axis = 0; axis < param->rank; axis++) {
            size_t len = strcspn(name, " ");
            text_printf(out, "%s%.*s: %lld", axis ? ", " : "", (int)len, name,
                        (long long)param->extent[axis]);
            name += len + (name[len] == ' ');
        }
        text_puts(out, "]\n");
    }
}

static const char *const kinds[] = {
    [KIND_COUNT] = "a whole number, at least 1",
    [KIND_AXES] = "a whole number for each spatial axis, at least 1: `3`, `3x5`, `{H: 3, W: 5}`",
    [KIND_ROOM] = "a whole number for each spatial axis, at least 0",
    [KIND_PAD] = ("for each spatial axis a number, `(begin, end)`, or a word: `valid`, `half`, "
                  "`same`, `full`, `causal`"),
    [KIND_WORD] = "",
    [KIND_AXIS] = "the name of an axis",
    [KIND_NUMBER] = "a number",
    [KIND_NUMBERS] = "a number, or a list of one for each channel",
    [KIND_LIST] = "a list of whole numbers, at least 1",
    [KIND_SHAPE] = "all axes with their sizes: `[N: 1, C: 8]`",
    [KIND_ORDER] = "the axes of the input in their new order: `[N, H, W, C]`",
    [KIND_TENSOR] = "a value, for its sizes",
    [KIND_SOURCE] = "where the numbers come from: a file, `random(seed=1)`, a list, "};

/* The words of a list split by blanks: `floor`, `ceil`. Gives word number `index`, or NULL. */
static const char *word_at(Arena *arena, const char *words, int64_t index) {
    for (; *words; words += strspn(words, " ")) {
        size_t len = strcspn(words, " ");
        if (index-- == 0) return arena_strndup(arena, words, len);
        words += len;
    }
    return NULL;
}

static void print_words(Text *out, const char *words) {
    const char *word;
    for (int i = 0; (word = word_at(out->arena, words, i)); i++)
        text_printf(out, "%s`%s`", i ? ", " : "", word);
}

static void print_default(Text *out, const AttrDef *attr) {
    if (attr->need == NEED_NEEDED) {
        text_puts(out, "must be given");
        if (attr->kind == KIND_NUMBER && *attr->words) text_printf(out, ": %s", attr->words);
    } else if (attr->need == NEED_RULE) {
        text_puts(out, "see below");
    } else if (attr->kind == KIND_SOURCE) {
        text_puts(out, "the `weights` line");
    } else if (attr->kind == KIND_WORD) {
        text_printf(out, "`%s`", word_at(out->arena, attr->words, attr->fallback));
    } else {
        text_printf(out, "%lld", (long long)attr->fallback);
    }
}

static const char *print_attributes(Text *out, const char *name) {
    const LayerDef *layer = layer_find(name);
    if (!layer || layer->n_attrs == 0) return "this layer has no attributes";
    text_puts(out, "| attribute | value | without it |\n|---|---|---|\n");
    for (int i = 0; i < layer->n_attrs; i++) {
        const AttrDef *attr = &layer->attrs[i];
        text_printf(out, "| `%s` | %s", attr_text(attr->name), kinds[attr->kind]);
        if (attr->kind == KIND_AXES && *attr->words) text_puts(out, ", or ");
        if (attr->kind != KIND_NUMBER) print_words(out, attr->words);
        text_puts(out, " | ");
        print_default(out, attr);
        text_puts(out, " |\n");
    }
    return NULL;
}

static const char *print_definition(Text *out, const char *name) {
    LibraryDefs defs = library_defs(out->arena);
    for (size_t i = 0; i < defs.len; i++) {
        if (strcmp(defs.at[i].name, name) != 0) continue;
        text_printf(out, "```text\n%s```\n", defs.at[i].text);
        return NULL;
    }
    return "std has no def of this name";
}

/* What is shown of a legal program. */
static const char *print_facts(const Explainer *explainer, Directive directive, const Graph *graph,
                               Text *out) {
    const Node *window = last_window(graph);
    if (directive == SHOWS_WEIGHTS && graph->params.len == 0) return "the program has no weights";
    if (directive != SHOWS_WEIGHTS && !window) return "the program has no window layer";
    text_puts(out, "```text\n");
    if (directive == SHOWS_WEIGHTS) print_weights(out, graph);
    if (directive == SHOWS_RELATION) print_relation(out, window);
    if (directive == SHOWS_FIGURE) figure_print(out, window, explainer->colour);
    text_puts(out, "```\n");
    return NULL;
}

const char *directive_print(const Explainer *explainer, const Page *page, Directive directive,
                            const ExplainRun *run, Text *out) {
    if (directive == SHOWS_ATTRIBUTES) return print_attributes(out, page->name);
    if (directive == SHOWS_DEFINITION) return print_definition(out, page->name);
    if (directive == SHOWS_DIAGNOSTICS) {
        if (!*run->diagnostics) return "the compiler has nothing to say of the program";
        text_printf(out, "```text\n%s```\n", run->diagnostics);
        return NULL;
    }
    if (!run->graph) return "the program has an error";
    return print_facts(explainer, directive, run->graph, out);
}
