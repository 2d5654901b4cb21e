/* A statement ends where its value is used twice, where it is an output, and before the next
 * window: one convolution, with what follows it, is a line; or with what is before it, where a norm
 * is. */
#include "import/statements.h"

static void count_uses(Layer *const *layers, size_t n, Value *const *ends, size_t n_ends) {
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < layers[i]->n_out; j++) layers[i]->out[j]->uses = 0;
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < layers[i]->n_in; j++) {
            layers[i]->in[j]->user = i;
            layers[i]->in[j]->uses++;
        }
    for (size_t i = 0; i < n_ends; i++) ends[i]->uses += 2; /* it has a name anyway */
}

static bool is_infix(const Layer *layer) { return strchr("+-*/", layer->op[0]) != NULL; }

/* A line of its own: it computes most, or makes another size. */
static bool is_heavy(const Layer *layer) {
    static const char *const heavy[] = {"conv", "tconv", "dense", "upsample"};
    for (size_t i = 0; i < sizeof heavy / sizeof *heavy; i++)
        if (strcmp(heavy[i], layer->op) == 0) return true;
    return layer->def || (layer->window > 0 && !layer->all);
}

static bool is_norm(const Layer *layer) { return strcmp(layer->op, "batchnorm") == 0; }

/* A norm in front of the next line, not behind this one: the chain has begun with one, or is a
 * block.
 */
static bool is_norm_before(const Layer *layer, const Layer *follower, bool begun_by_norm) {
    bool behind = is_heavy(layer) && (begun_by_norm || layer->def);
    return behind && is_norm(follower);
}

Statements statements_of(Import *im, Layer *const *layers, size_t n, Value *const *ends,
                         size_t n_ends) {
    count_uses(layers, n, ends, n_ends);
    enum { LONGEST = 100 }; /* stages of a chain; the language takes about a thousand */
    size_t *next = ARENA_ARRAY(im->arena, size_t, n);   /* the layer that continues, + 1 */
    size_t *before = ARENA_ARRAY(im->arena, size_t, n); /* layers of the chain before this one */
    bool *begun = ARENA_ARRAY(im->arena, bool, n), *heavy = ARENA_ARRAY(im->arena, bool, n),
         *normed = ARENA_ARRAY(im->arena, bool, n); /* of the chain so far */
    for (size_t i = 0; i < n; i++) {
        const Layer *layer = layers[i];
        normed[i] = normed[i] || (!begun[i] && is_norm(layer));
        heavy[i] = heavy[i] || is_heavy(layer);
        if (layer->n_out != 1) continue;
        size_t user = layer->out[0]->user;
        if (layer->out[0]->uses != 1) continue;
        const Layer *follower = layers[user];
        if (before[i] + 1 == LONGEST || is_infix(follower) || follower->in[0] != layer->out[0] ||
            strcmp(follower->op, "concat") == 0 || (heavy[i] && is_heavy(follower)) ||
            is_norm_before(layer, follower, normed[i]))
            continue;
        next[i] = user + 1;
        begun[user] = true;
        before[user] = before[i] + 1;
        heavy[user] = heavy[i];
        normed[user] = normed[i];
    }
    Statements made = {ARENA_ARRAY(im->arena, Statement, n), 0};
    Statement *ending = ARENA_ARRAY(im->arena, Statement, n); /* by last layer */
    for (size_t i = 0; i < n; i++) {
        if (begun[i]) continue;
        size_t count = 1, last = i;
        for (; next[last]; last = next[last] - 1) count++;
        ending[last] = (Statement){ARENA_ARRAY(im->arena, Layer *, count), count};
        for (size_t k = 0, at = i; k < count; k++, at = next[at] - 1)
            ending[last].layers[k] = layers[at];
    }
    for (size_t i = 0; i < n; i++)
        if (ending[i].n) made.at[made.len++] = ending[i];
    return made;
}
