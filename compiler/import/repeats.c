/* Uses of a def that follow each other:
 *
 *     x |> f(d=1) |> f(d=1)                   -> x |> repeat 2 f(d=1)
 *     x |> f(d=1) |> f(d=2) |> f(d=4)         -> x |> repeat d in [1, 2, 4] f(d=d)
 *     x |> f @"l.0" |> f @"l.1"               -> x |> repeat 2 f @l
 *
 * Labels other than these keep their uses apart: the keys of weights would not be the model's. */
#include "import/blocks.h"

/* The attribute in which two uses differ: n_attrs if in none, n_attrs + 1 if in several. */
static size_t difference(const Layer *a, const Layer *b) {
    size_t found = a->n_attrs;
    for (size_t i = 0; i < a->n_attrs; i++) {
        if (strcmp(a->attrs[i].text, b->attrs[i].text) == 0) continue;
        if (found < a->n_attrs) return a->n_attrs + 1;
        found = i;
    }
    return found;
}

/* The part of a label before `.number`, its length; 0: it does not end so. */
static size_t numbered(Arena *arena, const char *label, size_t number) {
    const char *end = arena_printf(arena, ".%zu", number);
    size_t len = label ? strlen(label) : 0, tail = strlen(end);
    return len > tail && strcmp(label + len - tail, end) == 0 ? len - tail : 0;
}

/* True if `next` continues a run of `count` uses that begins with `first`. */
static bool continues(Import *im, const Layer *first, const Layer *last, const Layer *next,
                      size_t count, size_t *differs) {
    if (first->repeats || next->repeats) return false; /* they have a list of their own */
    if (next->def != first->def || next->n_in != 1 || next->in[0] != last->out[0]) return false;
    for (size_t i = 0; i < im->outputs.len; i++)
        if (im->outputs.at[i] == last->out[0]) return false;
    size_t here = difference(first, next), n = first->n_attrs;
    if (here > n || (here < n && *differs < n && *differs != here)) return false;
    if (!first->label != !next->label) return false;
    if (first->label) {
        size_t stem = numbered(im->arena, first->label, 0);
        if (!stem || numbered(im->arena, next->label, count) != stem ||
            strncmp(first->label, next->label, stem) != 0)
            return false;
    }
    if (here < n) *differs = here;
    return true;
}

/* One use for those of the list from `at` on. */
static void join(Import *im, size_t at, size_t count, size_t differs) {
    Layer *first = im->layers.at[at];
    size_t n = first->def->n_body;
    Layer **members = ARENA_ARRAY(im->arena, Layer *, count * n);
    Text list = text_in(im->arena);
    for (size_t r = 0; r < count; r++) {
        const Layer *use = im->layers.at[at + r];
        memcpy(members + r * n, use->members, n * sizeof *members);
        if (differs < first->n_attrs)
            text_printf(&list, "%s%s", r ? ", " : "", use->attrs[differs].text);
    }
    if (differs < first->n_attrs) {
        const char *name = first->attrs[differs].name;
        first->over = arena_printf(im->arena, "%s in [%s]", name, text_str(&list));
        first->attrs[differs].text = name;
    }
    if (first->label)
        first->label = arena_strndup(im->arena, first->label, numbered(im->arena, first->label, 0));
    first->members = members;
    first->repeats = count;
    first->out[0] = im->layers.at[at + count - 1]->out[0];
    first->out[0]->layer = first;
}

void repeat_uses(Import *im) {
    size_t kept = 0;
    for (size_t i = 0, next; i < im->layers.len; i = next) {
        Layer *first = im->layers.at[i];
        size_t differs = first->n_attrs;
        next = i + 1;
        while (
            first->def && first->n_in == 1 && next < im->layers.len &&
            im->layers.at[next - 1]->out[0]->user == next &&
            continues(im, first, im->layers.at[next - 1], im->layers.at[next], next - i, &differs))
            next++;
        if (next - i > 1) join(im, i, next - i, differs);
        im->layers.at[kept++] = first;
    }
    im->layers.len = kept;
}
