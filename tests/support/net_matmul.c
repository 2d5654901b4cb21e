/* Products of two tensors in random networks. */
#include "support/net_grow.h"

#include <string.h>

/* The last value and what it is multiplied with. */
typedef struct Operands {
    const Made *x, *y; /* y: NULL for a constant */
    int summed;        /* axis of both: -1 the channels */
    int own;           /* axis of y that is its columns, if it is a value */
    int64_t columns;
} Operands;

static int64_t extent_at(const Generator *g, const Made *value, char letter) {
    if (letter == 'N') return g->batch;
    Made copy = *value;
    for (int axis = -1; axis < g->rank; axis++)
        if (axis_letter(g, axis) == letter) return *extent_of(&copy, axis);
    return 1;
}

static void shuffle(Generator *g, char *letters) {
    for (int i = (int)strlen(letters) - 1; i > 0; i--) {
        int other = (int)pick(g, 0, i);
        char letter = letters[i];
        letters[i] = letters[other];
        letters[other] = letter;
    }
}

/* The letters of x that y has as well, and S for its columns, in any order. */
static char *letters_of_y(Generator *g, const Operands *o) {
    char *letters = ARENA_ARRAY(g->arena, char, MAX_RANK + 2);
    int n = 0, spatial = 1 + (o->summed >= 0); /* S, and what is summed along */
    for (const char *letter = o->x->order; *letter; letter++) {
        bool is_summed = *letter == axis_letter(g, o->summed);
        bool is_own = o->y && *letter == axis_letter(g, o->own);
        bool is_spatial = *letter != 'N' && *letter != 'C';
        bool is_left_out = !o->y && (chance(g, 40) || (is_spatial && spatial == MAX_SPATIAL));
        if (is_own) letters[n++] = 'S';
        if (is_own || (!is_summed && is_left_out)) continue;
        letters[n++] = *letter;
        spatial += is_spatial && !is_summed;
    }
    if (!o->y) letters[n++] = 'S';
    return letters;
}

static void write_letters(Generator *g, const Operands *o, const char *letters, bool sizes) {
    for (const char *letter = letters; *letter; letter++) {
        int64_t extent = *letter == 'S' ? o->columns : extent_at(g, o->x, *letter);
        text_printf(&g->text, "%s%c", letter == letters ? "" : ", ", *letter);
        if (sizes) text_printf(&g->text, ": %lld", (long long)extent);
    }
}

/* A constant, or an earlier value whose axis `own` is called S, perhaps with its axes moved. */
static void write_y(Generator *g, const Operands *o) {
    char *letters = letters_of_y(g, o);
    if (!o->y) {
        shuffle(g, letters);
        text_puts(&g->text, "constant(shape=[");
        write_letters(g, o, letters, true);
        text_puts(&g->text, "])");
        return;
    }
    text_printf(&g->text, "%s |> reshape(to=[", o->y->name);
    write_letters(g, o, letters, true);
    text_puts(&g->text, "])");
    if (!chance(g, 70)) return;
    shuffle(g, letters);
    text_puts(&g->text, " |> permute(order=[");
    write_letters(g, o, letters, false);
    text_puts(&g->text, "])");
}

/* An earlier value, or the last, of the size of x along all axes but the columns. */
static bool find_y(Generator *g, Operands *o) {
    Made *other = any_made(g);
    if (other->flat || strcmp(other->order, o->x->order) != 0) return false;
    for (int axis = -1; axis < g->rank; axis++)
        if (axis != o->own && *extent_of(other, axis) != extent_at(g, o->x, axis_letter(g, axis)))
            return false;
    o->y = other;
    o->columns = *extent_of(other, o->own);
    return o->x->degree + other->degree <= MAX_DEGREE;
}

/* The last value times another tensor; the columns take the place and the name of what is summed
 * along. */
bool add_matmul(Generator *g) {
    Operands o = {.x = last(g),
                  .summed = (int)pick(g, -1, g->rank - 1),
                  .own = (int)pick(g, -1, g->rank - 1),
                  .columns = pick_size(g)};
    bool crowded = g->rank == MAX_SPATIAL; /* C cannot become one more spatial axis */
    if (o.x->flat || (crowded && (o.summed < 0 || o.own < 0))) return false;
    if (o.own != o.summed && chance(g, 70) && !find_y(g, &o)) return false;
    Made to = *o.x;
    int64_t *extent = extent_of(&to, o.summed), elems = g->batch, terms = *extent;
    *extent = o.columns;
    for (int axis = -1; axis < g->rank; axis++) elems *= *extent_of(&to, axis);
    if (o.y) to.degree += o.y->degree;
    if (!is_small(g, &to, elems * terms)) return false;
    Made *value = begin(g, &to);
    text_printf(&g->text, "%s |> matmul(", o.x->name);
    write_y(g, &o);
    text_printf(&g->text, ", axis=%c)", axis_letter(g, o.summed));
    if (chance(g, 30)) text_puts(&g->text, " |> relu");
    text_puts(&g->text, " |> reshape(to=[");
    write_axes(g, &to);
    text_puts(&g->text, "])");
    count(g, NET_MATMUL, true);
    count(g, NET_MATMUL_CONSTANT, !o.y);
    end(g, value, 30);
    return true;
}
