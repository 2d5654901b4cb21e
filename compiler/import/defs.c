/* A family of blocks as a def. Numbers in which they differ are said by the channels of the input
 * where these tell them (`x.C / 4`), by another number (`4 * c`), or are numbers of the def.
 * Labels: what the labels of a block have in common goes to the use, the rest stays inside. */
#include "import/blocks.h"

#include "import/def_names.h"
#include "import/emit.h"
#include "import/names.h"

#include <ctype.h>
#include <stdlib.h>

enum { MAX_NUMBERS = 6, MAX_FACTOR = 64 };

/* A number that differs: its value in each block, and how the body says it. */
typedef struct Column {
    int64_t *values;
    const char *name;
} Column;

typedef struct Making {
    Import *im;
    const Block *blocks;
    size_t n, len;
    Column columns[MAX_NUMBERS];
    size_t n_columns;
    int64_t *channels; /* of the first input of each block; 0: it has no C */
    bool failed;
} Making;

static Layer *layer_of(const Making *making, size_t block, size_t i) {
    return making->im->layers.at[making->blocks[block].first + i];
}

/* values = known · times / over in all blocks: the factors; false. */
static bool ratio(const int64_t *values, const int64_t *known, size_t n, int64_t *times,
                  int64_t *over) {
    if (known[0] < 1 || values[0] < 1) return false;
    *times = *over = 1;
    if (values[0] % known[0] == 0)
        *times = values[0] / known[0];
    else if (known[0] % values[0] == 0)
        *over = known[0] / values[0];
    else
        return false;
    if (*times > MAX_FACTOR || *over > MAX_FACTOR) return false;
    for (size_t i = 0; i < n; i++)
        if (values[i] * *over != known[i] * *times) return false;
    return true;
}

static const char *expression(Making *making, int64_t times, int64_t over, const char *name) {
    if (times != 1) return arena_printf(making->im->arena, "%lld * %s", (long long)times, name);
    if (over != 1) return arena_printf(making->im->arena, "%s / %lld", name, (long long)over);
    return name;
}

/* How the body says a number that has these values in the blocks; NULL: it is the same in all. */
static const char *say(Making *making, const int64_t *values, const char *letter) {
    bool same = true, counts_channels = letter[0] == 'c' || letter[0] == 'g';
    int64_t times, over;
    for (size_t i = 1; i < making->n; i++) same = same && values[i] == values[0];
    if (same) return NULL;
    if (counts_channels && ratio(values, making->channels, making->n, &times, &over))
        return expression(making, times, over, "x.C");
    for (size_t i = 0; i < making->n_columns; i++) {
        const Column *column = &making->columns[i];
        bool related = counts_channels == (column->name[0] == 'c' || column->name[0] == 'g');
        if (related && ratio(values, column->values, making->n, &times, &over) &&
            (counts_channels || (times == 1 && over == 1)))
            return expression(making, times, over, column->name);
    }
    if (making->n_columns == MAX_NUMBERS) {
        making->failed = true;
        return NULL;
    }
    size_t number = 1;
    for (size_t i = 0; i < making->n_columns; i++)
        number += making->columns[i].name[0] == letter[0];
    Column *made = &making->columns[making->n_columns++];
    made->values = ARENA_ARRAY(making->im->arena, int64_t, making->n);
    memcpy(made->values, values, making->n * sizeof *values);
    made->name = number == 1 ? letter : arena_printf(making->im->arena, "%s%zu", letter, number);
    return made->name;
}

static int64_t window_number(const Layer *layer, WindowNumber number) {
    const ConvAxis *axis = &layer->axis[0];
    switch (number) {
    case NUMBER_K: return axis->k;
    case NUMBER_S: return axis->s;
    case NUMBER_P: return axis->pad_lo;
    default: return axis->d;
    }
}

/* The numbers of layer `i` of the body, said. */
static void say_numbers(Making *making, size_t i, Layer *body) {
    static const char *const letters[WINDOW_NUMBERS] = {"k", "s", "p", "d"};
    int64_t *values = ARENA_ARRAY(making->im->arena, int64_t, making->n);
    for (size_t a = 0; a < body->n_attrs; a++) {
        const char *name = body->attrs[a].name;
        if (!body->def && strcmp(name, "c") != 0 && strcmp(name, "g") != 0) continue;
        for (size_t b = 0; b < making->n; b++)
            values[b] = strtoll(layer_of(making, b, i)->attrs[a].text, NULL, 10);
        const char *text = say(making, values, name);
        if (text) body->attrs[a].text = text;
    }
    for (int w = 0; w < WINDOW_NUMBERS && body->window; w++) {
        for (size_t b = 0; b < making->n; b++)
            values[b] = window_number(layer_of(making, b, i), (WindowNumber)w);
        body->said[w] = say(making, values, letters[w]);
    }
}

/* The length of what all labels of a block begin with, up to a dot or a slash; what is left of each
 * is not empty. */
static size_t common_label(const Making *making, size_t block) {
    const char *first = NULL;
    size_t common = 0;
    for (size_t i = 0; i < making->len; i++) {
        const char *label = layer_of(making, block, i)->label;
        if (!label) continue;
        if (!first) {
            first = label;
            common = strlen(first);
        }
        size_t same = 0;
        while (same < common && label[same] == first[same]) same++;
        if (same == strlen(label) && same > 0) same--;
        common = same;
    }
    while (common > 0 && first[common] != '.' && first[common] != '/') common--;
    return common;
}

/* Labels, split between the use and the body; none if the blocks do not agree. */
static void split_labels(Making *making, Layer **body, Layer **uses) {
    bool agree = true;
    size_t *common = ARENA_ARRAY(making->im->arena, size_t, making->n);
    for (size_t b = 0; b < making->n; b++) common[b] = common_label(making, b);
    for (size_t b = 0; b < making->n && agree; b++) {
        for (size_t i = 0; i < making->len && agree; i++) {
            const char *first = layer_of(making, 0, i)->label;
            const char *label = layer_of(making, b, i)->label;
            agree = !first == !label && common[b] > 0 &&
                    (!first || strcmp(first + common[0], label + common[b]) == 0);
        }
        for (size_t c = 0; c < b && agree; c++)
            agree = !uses[c]->label || strlen(uses[c]->label) != common[b] ||
                    strncmp(uses[c]->label,
                            layer_of(making, b, 0)->label ? layer_of(making, b, 0)->label : "",
                            common[b]) != 0;
        for (size_t i = 0; i < making->len && agree && !uses[b]->label; i++)
            if (layer_of(making, b, i)->label)
                uses[b]->label =
                    arena_strndup(making->im->arena, layer_of(making, b, i)->label, common[b]);
    }
    for (size_t b = 0; b < making->n && !agree; b++) uses[b]->label = NULL;
    for (size_t i = 0; i < making->len; i++)
        body[i]->label = agree && body[i]->label ? body[i]->label + common[0] + 1 : NULL;
}

/* What all uses are called by the model: the last part of their labels, if that is a word. */
static const char *label_name(Making *making, Layer *const *uses) {
    const char *word = NULL;
    for (size_t b = 0; b < making->n; b++) {
        const char *label = uses[b]->label, *dot = label ? strrchr(label, '.') : NULL;
        const char *last = dot ? dot + 1 : label;
        if (!last || !islower((unsigned char)last[0]) || (word && strcmp(word, last) != 0))
            return NULL;
        word = last;
    }
    return word && name_is_plain(word) ? word : NULL;
}

/* True if some block makes a picture smaller. */
static bool strides(Making *making) {
    for (size_t b = 0; b < making->n; b++)
        for (size_t i = 0; i < making->len; i++) {
            const Layer *layer = layer_of(making, b, i);
            for (int j = 0; j < layer->window && strcmp(layer->op, "tconv") != 0; j++)
                if (layer->axis[j].s > 1) return true;
            for (size_t a = 0; a < layer->n_attrs && layer->def; a++) /* of a def that takes it */
                if (layer->attrs[a].name[0] == 's' && strcmp(layer->attrs[a].text, "1") != 0)
                    return true;
        }
    return false;
}

/* A name that no layer and no other def has. */
static const char *def_name(Making *making, const Def *def, Layer *const *uses) {
    const char *word = label_name(making, uses), *name = word;
    if (!word) name = word = def_kind(making->im, def, strides(making));
    for (size_t n = 2;; n++) {
        bool taken = has_layer(making->im, name) || making->im->options->is_reserved(name);
        for (size_t i = 0; i < making->im->defs.len && !taken; i++)
            taken = strcmp(making->im->defs.at[i]->name, name) == 0;
        if (!taken) return name;
        name = arena_printf(making->im->arena, "%s%zu", word, n);
    }
}

/* A value of the body like one of the first block. */
static Value *body_value(Arena *arena, const Value *value) {
    Value *copy = ARENA_NEW(arena, Value);
    *copy = *value;
    copy->name = NULL;
    return copy;
}

/* Layers of the body: copies of the first block's, with values of their own. */
static Def *make_body(Making *making) {
    Arena *arena = making->im->arena;
    const Block *block = &making->blocks[0];
    Def *def = ARENA_NEW(arena, Def);
    *def = (Def){.body = ARENA_ARRAY(arena, Layer *, making->len),
                 .n_body = making->len,
                 .n_params = block->n_in};
    for (size_t k = 0; k < block->n_in; k++) def->params[k] = body_value(arena, block->in[k]);
    for (size_t i = 0; i < making->len; i++) {
        const Layer *layer = layer_of(making, 0, i);
        Layer *copy = def->body[i] = ARENA_NEW(arena, Layer);
        *copy = *layer;
        copy->in = ARENA_ARRAY(arena, Value *, layer->n_in);
        copy->out = ARENA_ARRAY(arena, Value *, layer->n_out);
        for (size_t j = 0; j < layer->n_out; j++) {
            copy->out[j] = body_value(arena, layer->out[j]);
            copy->out[j]->layer = copy;
            if (layer->out[j] == block->result) def->result = copy->out[j];
        }
        for (size_t j = 0; j < layer->n_in; j++) {
            for (size_t k = 0; k < block->n_in; k++)
                if (block->in[k] == layer->in[j]) copy->in[j] = def->params[k];
            size_t made = layer->in[j]->uses; /* by which layer + 1 (blocks.c) */
            if (copy->in[j]) continue;
            const Layer *maker = making->im->layers.at[made - 1];
            for (size_t o = 0; o < maker->n_out; o++)
                if (maker->out[o] == layer->in[j])
                    copy->in[j] = def->body[made - 1 - block->first]->out[o];
        }
        say_numbers(making, i, copy);
    }
    return def;
}

static Layer *make_use(Making *making, const Def *def, size_t b) {
    Arena *arena = making->im->arena;
    const Block *block = &making->blocks[b];
    Layer *use = ARENA_NEW(arena, Layer);
    const Layer *last = layer_of(making, b, making->len - 1);
    *use = (Layer){.op = "use", .n_in = block->n_in, .n_out = 1, .node = last->node, .def = def};
    use->number = last->number;
    use->in = ARENA_ARRAY(arena, Value *, block->n_in);
    for (size_t k = 0; k < block->n_in; k++) use->in[k] = block->in[k];
    use->out = ARENA_ARRAY(arena, Value *, 1);
    use->out[0] = block->result;
    use->members = ARENA_ARRAY(arena, Layer *, making->len);
    for (size_t i = 0; i < making->len; i++) use->members[i] = layer_of(making, b, i);
    for (size_t c = 0; c < making->n_columns; c++)
        emit_attr(making->im, use, making->columns[c].name, "%lld",
                  (long long)making->columns[c].values[b]);
    return use;
}

/* The list with the uses in place of the blocks. */
static void put_uses(Making *making, Layer **uses) {
    Import *im = making->im;
    size_t kept = 0, block = 0;
    for (size_t i = 0; i < im->layers.len; i++) {
        if (block < making->n && i == making->blocks[block].first) {
            im->layers.at[kept++] = uses[block];
            uses[block]->out[0]->layer = uses[block];
            i += making->len - 1;
            block++;
            continue;
        }
        im->layers.at[kept++] = im->layers.at[i];
    }
    im->layers.len = kept;
}

bool make_def(Import *im, const Block *blocks, size_t n, size_t len) {
    Making making = {.im = im, .blocks = blocks, .n = n, .len = len};
    making.channels = ARENA_ARRAY(im->arena, int64_t, n);
    for (size_t b = 0; b < n; b++) {
        int channel = value_axis(blocks[b].in[0], "C");
        making.channels[b] = channel == NO_AXIS ? 0 : blocks[b].in[0]->extent[channel];
    }
    Def *def = make_body(&making);
    if (making.failed) return false;
    def->n_numbers = making.n_columns;
    def->numbers = ARENA_ARRAY(im->arena, const char *, making.n_columns);
    for (size_t c = 0; c < making.n_columns; c++) def->numbers[c] = making.columns[c].name;
    Layer **uses = ARENA_ARRAY(im->arena, Layer *, n);
    for (size_t b = 0; b < n; b++) uses[b] = make_use(&making, def, b);
    split_labels(&making, def->body, uses);
    def->name = def_name(&making, def, uses);
    put_uses(&making, uses);
    VEC_PUSH(im->arena, &im->defs, def);
    return true;
}
