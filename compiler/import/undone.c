/* The language takes k, s, p, d and a from the layer that is undone, and the sizes with them. */
#include "import/undone.h"

#include "import/names.h"
#include "import/pattern.h"

#include <string.h>

enum {
    MOST_LAYERS = 8192, /* of a network in which they are sought */
    MOST_TCONVS = 256
};

static bool can_be_undone(const Layer *layer) {
    bool windows = strcmp(layer->op, "conv") == 0 || strstr(layer->op, "pool") != NULL;
    return windows && layer->window > 0 && !layer->all && !attr_said(layer, "border");
}

/* The same window, from the tconv's result to its input; it makes a picture smaller. */
static bool undoes(const Layer *tconv, const Layer *layer) {
    bool shrinks = false;
    if (layer->window != tconv->window || layer->in[0]->rank != tconv->in[0]->rank) return false;
    for (int i = 0; i < layer->window; i++) {
        const ConvAxis *a = &layer->axis[i], *b = &tconv->axis[i];
        int64_t small = 0, large = 0;
        if (a->k != b->k || a->s != b->s || a->d != b->d || a->pad_lo != b->pad_lo ||
            a->pad_hi != b->pad_hi || a->ceil || conv_output_extent(a, &small) != CONV_OK ||
            tconv_output_extent(b, &large) != CONV_OK || small != b->i || large != a->i)
            return false;
        shrinks = shrinks || a->s > 1;
    }
    for (int i = 0; i < layer->in[0]->rank; i++)
        if (strcmp(layer->in[0]->axes[i], tconv->in[0]->axes[i]) != 0) return false;
    return shrinks;
}

/* The last layer before number `at` that its input depends on and that it undoes; NULL. */
static const Layer *find_before(Import *im, size_t at, bool *needed) {
    Layer *const *layers = im->layers.at;
    memset(needed, 0, (at + 1) * sizeof *needed);
    needed[at] = true;
    for (size_t i = at + 1; i-- > 0;) {
        if (!needed[i]) continue;
        if (i < at && can_be_undone(layers[i]) && undoes(layers[at], layers[i])) return layers[i];
        for (size_t j = 0; j < layers[i]->n_in; j++) {
            size_t made = layers[i]->in[j]->uses; /* by which layer, + 1 */
            if (made > 0) needed[made - 1] = true;
        }
    }
    return NULL;
}

void find_undone(Import *im) {
    size_t n = im->layers.len, tconvs = 0;
    if (n > MOST_LAYERS) return;
    for (size_t i = 0; i < im->inputs.len; i++) im->inputs.at[i]->uses = 0;
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < im->layers.at[i]->n_out; j++) im->layers.at[i]->out[j]->uses = i + 1;
    bool *needed = ARENA_ARRAY(im->arena, bool, n + 1);
    for (size_t i = 0; i < n && tconvs < MOST_TCONVS; i++) {
        if (strcmp(im->layers.at[i]->op, "tconv") != 0) continue;
        im->layers.at[i]->undoes = find_before(im, i, needed);
        tconvs++;
    }
}

/* How many windows a layer of the text stands for. */
static size_t count_windows(const Layer *layer) {
    if (!layer->def) return layer->window > 0 || layer->all || strcmp(layer->op, "dense") == 0;
    size_t n = (layer->repeats ? layer->repeats : 1) * layer->def->n_body, windows = 0;
    for (size_t i = 0; i < n; i++) windows += count_windows(layer->members[i]);
    return windows;
}

static bool holds(const Layer *layer, const Layer *wanted) {
    if (layer == wanted) return true;
    size_t n = layer->def ? (layer->repeats ? layer->repeats : 1) * layer->def->n_body : 0;
    for (size_t i = 0; i < n; i++)
        if (holds(layer->members[i], wanted)) return true;
    return false;
}

/* The value of the one statement that holds a layer, where that is its one window; else its label.
 */
static const char *name_of(Import *im, const Statements *all, const Layer *wanted) {
    for (size_t i = 0; i < all->len; i++) {
        const Statement *statement = &all->at[i];
        const Layer *last = statement->layers[statement->n - 1];
        size_t windows = 0;
        bool here = false, outside = false;
        for (size_t j = 0; j < statement->n; j++) {
            windows += count_windows(statement->layers[j]);
            here = here || holds(statement->layers[j], wanted);
            outside = outside || statement->layers[j] == wanted;
        }
        if (!here) continue;
        if (windows == 1 && last->n_out == 1) return last->out[0]->name;
        if (!outside || !wanted->label) return NULL;
        return name_is_plain(wanted->label) ? wanted->label : name_string(im->arena, wanted->label);
    }
    return NULL;
}

void name_undone(Import *im, const Statements *all) {
    for (size_t i = 0; i < im->layers.len; i++) {
        Layer *layer = im->layers.at[i];
        if (layer->undoes) layer->of = name_of(im, all, layer->undoes);
    }
}
