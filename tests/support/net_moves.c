/* The layers of random networks that move elements. */
#include "support/net_grow.h"

#include <string.h>

/* Of the same order of axes, and of the same size along all but `axis` (-1: the channels). */
static bool fits_beside(const Generator *g, const Made *a, const Made *b, int axis) {
    if (a->flat || b->flat || strcmp(a->order, b->order) != 0) return false;
    if (axis >= 0 && a->c != b->c) return false;
    for (int n = 0; n < g->rank; n++)
        if (n != axis && a->extent[n] != b->extent[n]) return false;
    return true;
}

/* The last value and earlier ones beside each other, along the channels or a spatial axis. */
bool add_concat(Generator *g) {
    enum { MOST = 4 };
    Made *parts[MOST] = {last(g)};
    Made to = *parts[0];
    int axis = (int)pick(g, -1, g->rank - 1), n = 1, most = (int)pick(g, 2, MOST);
    for (int attempt = 0; attempt < 2 * MOST && n < most; attempt++) {
        Made *other = any_made(g);
        if (!fits_beside(g, other, parts[0], axis)) continue;
        *extent_of(&to, axis) += *extent_of(other, axis);
        parts[n++] = other;
    }
    if (n == 1 || !is_small(g, &to, 0)) return false;
    Made *value = begin(g, &to);
    text_puts(&g->text, "concat(");
    for (int i = n; i-- > 0;) text_printf(&g->text, "%s, ", parts[i]->name);
    text_printf(&g->text, "axis=%c)", axis_letter(g, axis));
    count(g, NET_CONCAT, true);
    count(g, NET_CONCAT_CHANNELS, axis < 0);
    end(g, value, 30);
    return true;
}

/* Two parts of the last value; the second one is the next statement's input. */
bool add_split(Generator *g) {
    Made from = *last(g), head = from, tail = from;
    int axis = (int)pick(g, -1, g->rank - 1);
    int64_t whole = *extent_of(&from, axis);
    if (whole < 2 || g->n_made + 2 > MAX_VALUES) return false;
    int64_t at = whole > 16 && chance(g, 40) ? 8 : pick(g, 1, whole - 1);
    *extent_of(&head, axis) = at;
    *extent_of(&tail, axis) = whole - at;
    Made *first = &g->made[g->n_made++];
    *first = head;
    first->is_conv = first->is_pool = false;
    first->name = arena_printf(g->arena, "v%d", g->n_made - 1);
    text_printf(&g->text, "%s, ", first->name);
    begin(g, &tail);
    text_printf(&g->text, "%s |> split(axis=%c, sizes=[%lld, %lld])\n", from.name,
                axis_letter(g, axis), (long long)at, (long long)(whole - at));
    count(g, NET_SPLIT, true);
    return true;
}

/* The middle of the last value, as large as another one. */
bool add_crop_to(Generator *g) {
    const Made *from = last(g), *like = any_made(g);
    Made to = *from;
    if (like == from || like->flat || strcmp(like->order, from->order) != 0) return false;
    for (int n = 0; n < g->rank; n++) {
        if (like->extent[n] > from->extent[n]) return false;
        to.extent[n] = like->extent[n];
    }
    Made *value = begin(g, &to);
    text_printf(&g->text, "%s |> crop(to=%s)", from->name, like->name);
    count(g, NET_CROP_TO, true);
    end(g, value, 30);
    return true;
}

/* p={H: (1, 2), W: (0, 3)} */
static void write_sides(Generator *g, const int64_t *p) {
    for (int n = 0; n < g->rank; n++)
        text_printf(&g->text, "%s%c: (%lld, %lld)", n ? ", " : "p={", axis_letter(g, n),
                    (long long)p[2 * n], (long long)p[2 * n + 1]);
    text_puts(&g->text, "}");
}

bool add_crop(Generator *g) {
    const Made *from = last(g);
    Made to = *from;
    int64_t p[2 * RANKS];
    for (int n = 0; n < 2 * g->rank; n++) {
        p[n] = pick(g, 0, 2);
        to.extent[n / 2] -= p[n];
        if (to.extent[n / 2] < 1) return false;
    }
    Made *value = begin(g, &to);
    text_printf(&g->text, "%s |> crop(", from->name);
    write_sides(g, p);
    text_puts(&g->text, ")");
    count(g, NET_CROP, true);
    end(g, value, 30);
    return true;
}

bool add_pad(Generator *g) {
    const Made *from = last(g);
    Made to = *from;
    int border = (int)pick(g, ZERO, CIRCULAR);
    int64_t p[2 * RANKS];
    for (int n = 0; n < 2 * g->rank; n++) {
        p[n] = pick(g, 0, 3);
        if (!border_has_data(border, from->extent[n / 2], p[n])) return false;
        to.extent[n / 2] += p[n];
    }
    if (!is_small(g, &to, 0)) return false;
    Made *value = begin(g, &to);
    text_printf(&g->text, "%s |> pad(", from->name);
    write_sides(g, p);
    text_printf(&g->text, ", border=%s", border_words[border]);
    if (border == ZERO && chance(g, 50)) text_puts(&g->text, ", value=-0.75");
    text_puts(&g->text, ")");
    count(g, NET_PAD, true);
    count(g, NET_PAD_BORDER, border != ZERO);
    end(g, value, 30);
    return true;
}

static void write_permute(Generator *g, const char *order) {
    for (const char *letter = order; *letter; letter++)
        text_printf(&g->text, "%s%c", letter == order ? " |> permute(order=[" : ", ", *letter);
    text_puts(&g->text, "])");
}

/* The last value in another order of its axes, to stay so or through a function and back. */
bool add_permute(Generator *g) {
    const Made *from = last(g);
    Made to = *from;
    bool back = chance(g, 50);
    char *order = back ? arena_strdup(g->arena, from->order) : any_order(g);
    for (int i = (int)strlen(order) - 1; back && i > 0; i--) {
        int other = (int)pick(g, 0, i);
        char letter = order[i];
        order[i] = order[other];
        order[other] = letter;
    }
    if (!back) to.order = order;
    Made *value = begin(g, &to);
    text_puts(&g->text, from->name);
    write_permute(g, order);
    if (back) {
        if (chance(g, 50)) text_puts(&g->text, " |> relu");
        write_permute(g, from->order);
    }
    count(g, NET_PERMUTE, true);
    end(g, value, 30);
    return true;
}

/* Rows become channels, or channels rows. */
bool add_reshape(Generator *g) {
    const Made *from = last(g);
    Made to = *from;
    int64_t n = chance(g, 50) ? from->extent[0] : 1;
    to.c = from->c * n;
    to.extent[0] = from->extent[0] / n;
    if (n == 1) {
        if (from->c % 2 != 0) return false;
        to.c = from->c / 2;
        to.extent[0] = from->extent[0] * 2;
    }
    Made *value = begin(g, &to);
    text_printf(&g->text, "%s |> reshape(to=[", from->name);
    write_axes(g, &to);
    text_puts(&g->text, "])");
    count(g, NET_RESHAPE, true);
    end(g, value, 30);
    return true;
}

bool add_upsample(Generator *g) {
    static const char *const modes[] = {"nearest", "linear, align=half", "linear, align=corners",
                                        "linear, align=asymmetric"};
    const Made *from = last(g);
    Made to = *from;
    int mode = (int)pick(g, 0, 3);
    int64_t by[RANKS];
    for (int n = 0; n < g->rank; n++) to.extent[n] *= by[n] = pick(g, 1, 4);
    if (!is_small(g, &to, 0)) return false;
    Made *value = begin(g, &to);
    text_printf(&g->text, "%s |> upsample(", from->name);
    write_sizes(g, "by=", by);
    text_printf(&g->text, ", mode=%s)", modes[mode]);
    count(g, NET_UPSAMPLE, true);
    count(g, NET_LINEAR, mode > 0);
    end(g, value, 30);
    return true;
}

bool add_flatten(Generator *g) {
    const Made *from = last(g);
    Made to = {.flat = true,
               .order = g->batched ? "NC" : "C",
               .extent = {1, 1, 1},
               .c = from->c,
               .degree = from->degree};
    for (int n = 0; n < g->rank; n++) to.c *= from->extent[n];
    Made *value = begin(g, &to);
    text_printf(&g->text, "%s |> flatten", from->name);
    count(g, NET_FLATTEN, true);
    end(g, value, 0);
    return true;
}

/* Of the axis one element is left, a number below its extent. */
bool add_argmax(Generator *g) {
    const Made *from = last(g);
    Made to = *from;
    int axis = (int)pick(g, -1, from->flat ? -1 : g->rank - 1);
    *extent_of(&to, axis) = 1;
    to.degree = 1;
    Made *value = begin(g, &to);
    text_printf(&g->text, "%s |> argmax(axis=%c)", from->name, axis_letter(g, axis));
    count(g, NET_ARGMAX, true);
    end(g, value, 30);
    return true;
}
