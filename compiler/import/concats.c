/* See concats.h. */
#include "import/concats.h"

#include "import/pattern.h"

#include <string.h>

/* A concat as it was before it was changed. */
typedef struct Begin {
    Layer *layer;
    Value **in;
    size_t n_in;
} Begin;

/* The earlier concat is the beginning of the layer, and not all of it. */
static bool is_beginning(const Begin *earlier, const Layer *layer) {
    if (!earlier->layer || earlier->n_in >= layer->n_in) return false;
    if (strcmp(attr_said(earlier->layer, "axis"), attr_said(layer, "axis")) != 0) return false;
    return memcmp(earlier->in, layer->in, earlier->n_in * sizeof(Value *)) == 0;
}

static void take(Arena *arena, Layer *layer, const Begin *earlier) {
    size_t others = layer->n_in - earlier->n_in;
    Value **in = ARENA_ARRAY(arena, Value *, 1 + others);
    in[0] = earlier->layer->out[0];
    memcpy(in + 1, layer->in + earlier->n_in, others * sizeof(Value *));
    layer->in = in;
    layer->n_in = 1 + others;
}

/* Of those with the same first input the last one counts: in a dense block each is the beginning
 * of the next. Values say by `user` where theirs is. */
void stack_concats(Import *im) {
    VEC(Begin) begins = {0};
    VEC_PUSH(im->arena, &begins, (Begin){0}); /* of values that begin none */
    for (size_t i = 0; i < im->layers.len; i++) {
        const Layer *layer = im->layers.at[i];
        for (size_t j = 0; j < layer->n_in; j++) layer->in[j]->user = 0;
    }
    for (size_t i = 0; i < im->layers.len; i++) {
        Layer *layer = im->layers.at[i];
        bool stated = layer->out[0]->stated != NULL; /* as it is in the program */
        if (layer->dead || stated || strcmp(layer->op, "concat") != 0) continue;
        Begin now = {layer, layer->in, layer->n_in};
        size_t *last = &layer->in[0]->user;
        if (is_beginning(&begins.at[*last], layer)) take(im->arena, layer, &begins.at[*last]);
        *last = begins.len;
        VEC_PUSH(im->arena, &begins, now);
    }
}
