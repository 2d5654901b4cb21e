/* The window layers of random networks. */
#include "support/net_grow.h"

/* ---- windows ---- */

/* A window over i elements, in one of the ways it can lie; may turn out illegal. */
static ConvAxis pick_axis(Generator *g, int64_t i) {
    ConvAxis axis = {.i = i, .k = 1, .s = pick(g, 1, 3), .d = 1};
    bool padded = chance(g, 50);
    axis.pad_lo = padded ? pick(g, 0, 2) : 0;
    axis.pad_hi = padded ? pick(g, 0, 2) : 0;
    int64_t whole = i + axis.pad_lo + axis.pad_hi;
    switch (pick(g, 0, 9)) {
    case 0: axis.k = whole; break;
    case 1: axis.k = whole > 1 ? whole - 1 : 1; break;
    case 2: axis.k = i + pick(g, 1, 2); break;
    case 3:
        axis.k = pick(g, 1, 3);
        axis.s = axis.k + pick(g, 1, 2);
        break;
    case 4:
        axis.k = pick(g, 1, 2);
        axis.pad_lo = pick(g, 2, 4);
        break;
    case 5:
        axis.k = pick(g, 2, 4);
        axis.d = pick(g, 2, 3);
        break;
    default:
        axis.k = pick(g, 1, 5);
        axis.s = 1 + (axis.s == 3);
        break;
    }
    return axis;
}

static void pick_axes(Generator *g, const Made *from, ConvAxis *axis) {
    for (int n = 0; n < RANKS; n++)
        axis[n] = n < g->rank ? pick_axis(g, from->extent[n])
                              : (ConvAxis){.i = 1, .k = 1, .s = 1, .d = 1};
}

static const char *const pad_words[] = {[PAD_VALID] = "valid",
                                        [PAD_HALF] = "half",
                                        [PAD_SAME] = "same",
                                        [PAD_FULL] = "full",
                                        [PAD_CAUSAL] = "causal"};

/* Perhaps a word in place of the paddings. */
static const char *pick_word(Generator *g, ConvAxis *axis, bool transposed) {
    if (!chance(g, 30)) return NULL;
    PadWord word = (PadWord)pick(g, PAD_VALID, PAD_CAUSAL);
    for (int n = 0; n < g->rank; n++)
        (void)(transposed ? tconv_pad_word(word, &axis[n]) : conv_pad_word(word, &axis[n]));
    return pad_words[word];
}

/* Groups that divide both numbers of channels; the output's is made to fit. */
static int64_t pick_groups(Generator *g, const Made *from, Made *to) {
    if (from->c == 1 || !chance(g, 25)) return 1;
    int64_t groups = from->c;
    if (chance(g, 50)) {
        groups = pick(g, 1, from->c);
        while (from->c % groups != 0) groups--;
    }
    to->c = groups * pick(g, 1, groups == from->c ? 2 : 4);
    count(g, NET_GROUPS, groups > 1);
    count(g, NET_DEPTHWISE, groups == from->c);
    return groups;
}

/* The sizes and multiply-adds of a layer with this window; false if it is illegal or large. */
static bool plan_window(const Generator *g, const Made *from, const ConvAxis *axis, bool transposed,
                        int64_t groups, Made *to, int64_t *macs) {
    *macs = g->batch * from->c * to->c / groups;
    for (int n = 0; n < g->rank; n++) {
        ConvStatus status = transposed ? tconv_output_extent(&axis[n], &to->extent[n])
                                       : conv_output_extent(&axis[n], &to->extent[n]);
        if (status != CONV_OK) return false;
        TapAxis tap = {axis[n].i, to->extent[n],  axis[n].k, axis[n].s,
                       axis[n].d, axis[n].pad_lo, transposed};
        *macs *= tap_nnz(&tap);
    }
    return is_small(g, to, *macs);
}

static void count_window(Generator *g, const ConvAxis *axis, const int64_t *o, bool transposed) {
    bool strided = false, skipping = false, dilated = false, lopsided = false, whole = false;
    bool one_less = false, beyond = false, dead = false, cropping = false, output_padding = false;
    bool overhang = false;
    for (int n = 0; n < g->rank; n++) {
        const ConvAxis *a = &axis[n];
        int64_t kernel = 0, padded = a->i + a->pad_lo + a->pad_hi;
        conv_effective_kernel(a->k, a->d, &kernel);
        strided |= a->s > 1;
        skipping |= a->s > kernel;
        dilated |= a->d > 1 && a->k > 1;
        lopsided |= a->pad_lo != a->pad_hi;
        output_padding |= a->a > 0;
        cropping |= transposed && (a->pad_lo > kernel - 1 || a->pad_hi > kernel - 1);
        if (transposed) continue;
        whole |= kernel == padded;
        one_less |= kernel == padded - 1;
        beyond |= kernel > a->i;
        dead |= conv_dead_windows(a, o[n]) > 0;
        overhang |= a->ceil && (o[n] - 1) * a->s + kernel > padded;
    }
    count(g, NET_STRIDED, strided);
    count(g, NET_SKIPPING, skipping);
    count(g, NET_DILATED, dilated);
    count(g, NET_LOPSIDED, lopsided);
    count(g, NET_WHOLE, whole);
    count(g, NET_ONE_LESS, one_less);
    count(g, NET_BEYOND, beyond);
    count(g, NET_ONLY_PADDING, dead);
    count(g, NET_ROUNDED_UP, overhang);
    count(g, NET_OUTPUT_PADDING, output_padding);
    count(g, NET_CROPPING, cropping);
}

/* ---- text ---- */

static void write_pad(Generator *g, const ConvAxis *axis) {
    if (axis->pad_lo == axis->pad_hi)
        text_printf(&g->text, "%lld", (long long)axis->pad_lo);
    else
        text_printf(&g->text, "(%lld, %lld)", (long long)axis->pad_lo, (long long)axis->pad_hi);
}

/* ", p=1", ", p=(0, 1)", ", p={H: 1, W: (0, 2)}", ", p=same"; nothing for none. */
static void write_pads(Generator *g, const ConvAxis *axis, const char *word) {
    bool alike = true;
    for (int n = 1; n < g->rank; n++)
        alike &= axis[n].pad_lo == axis[0].pad_lo && axis[n].pad_hi == axis[0].pad_hi;
    if (word) {
        text_printf(&g->text, ", p=%s", word);
    } else if (alike) {
        if (axis[0].pad_lo + axis[0].pad_hi == 0) return;
        text_puts(&g->text, ", p=");
        write_pad(g, &axis[0]);
    } else {
        for (int n = 0; n < g->rank; n++) {
            text_printf(&g->text, "%s%c: ", n ? ", " : ", p={", axis_letter(g, n));
            write_pad(g, &axis[n]);
        }
        text_puts(&g->text, "}");
    }
}

static void write_window(Generator *g, const ConvAxis *axis, const char *word, bool stride_needed) {
    int64_t k[RANKS], s[RANKS], d[RANKS];
    bool strided = stride_needed, dilated = false;
    for (int n = 0; n < RANKS; n++) {
        k[n] = axis[n].k;
        s[n] = axis[n].s;
        d[n] = axis[n].d;
        strided |= s[n] > 1;
        dilated |= d[n] > 1;
    }
    write_sizes(g, "k=", k);
    if (strided) write_sizes(g, ", s=", s);
    write_pads(g, axis, word);
    if (dilated) write_sizes(g, ", d=", d);
}

static void write_groups(Generator *g, int64_t groups) {
    if (groups > 1) text_printf(&g->text, ", g=%lld", (long long)groups);
}

static void write_bias(Generator *g) {
    bool none = chance(g, 20);
    if (none) text_puts(&g->text, ", bias=none");
    count(g, NET_NO_BIAS, none);
}

/* Perhaps a border, over which a layer has no transpose, and a rotated kernel. */
static void write_border(Generator *g, Made *value, const ConvAxis *axis) {
    int border = chance(g, 20) ? (int)pick(g, REFLECT, CIRCULAR) : ZERO;
    for (int n = 0; n < g->rank; n++)
        if (!border_has_data(border, axis[n].i, axis[n].pad_lo) ||
            !border_has_data(border, axis[n].i, axis[n].pad_hi))
            border = ZERO;
    bool flip = chance(g, 15);
    if (border != ZERO) text_printf(&g->text, ", border=%s", border_words[border]);
    if (flip) text_puts(&g->text, ", flip=yes");
    value->is_conv = border == ZERO;
    count(g, NET_BORDER, border != ZERO);
    count(g, NET_FLIP, flip);
}

static void write_conv(Generator *g, Made *value, const ConvAxis *axis, const char *word,
                       int64_t groups, int64_t macs) {
    text_printf(&g->text, "conv(c=%lld, ", (long long)value->c);
    write_window(g, axis, word, false);
    write_groups(g, groups);
    write_border(g, value, axis);
    write_bias(g);
    text_puts(&g->text, ")");
    for (int n = 0; n < RANKS; n++) value->axis[n] = axis[n];
    g->macs += macs;
    count(g, NET_CONV, true);
    count(g, NET_PAD_WORD, word != NULL);
    count_window(g, axis, value->extent, false);
}

/* ---- layers ---- */

bool add_conv(Generator *g) {
    const Made *from = last(g);
    Made to = *from;
    int64_t macs;
    ConvAxis axis[RANKS];
    pick_axes(g, from, axis);
    const char *word = pick_word(g, axis, false);
    to.c = pick_size(g);
    to.c_in = from->c;
    int64_t groups = pick_groups(g, from, &to);
    if (!plan_window(g, from, axis, false, groups, &to, &macs)) return false;
    Made *value = begin(g, &to);
    text_printf(&g->text, "%s |> ", from->name);
    write_conv(g, value, axis, word, groups, macs);
    end(g, value, 50);
    return true;
}

bool add_tconv(Generator *g) {
    const Made *from = last(g);
    Made to = *from;
    ConvAxis axis[RANKS];
    int64_t macs, a[RANKS];
    for (int n = 0; n < RANKS; n++) {
        axis[n] = (ConvAxis){.i = from->extent[n], .k = 1, .s = 1, .d = 1};
        if (n >= g->rank) continue;
        axis[n].k = pick(g, 1, 5);
        axis[n].s = pick(g, 1, 3);
        if (chance(g, 25)) axis[n].d = pick(g, 2, 3);
        axis[n].pad_lo = chance(g, 50) ? pick(g, 0, 3) : 0;
        axis[n].pad_hi = chance(g, 50) ? pick(g, 0, 3) : 0;
    }
    const char *word = pick_word(g, axis, true);
    bool sized = word && (word == pad_words[PAD_SAME] || word == pad_words[PAD_CAUSAL]);
    bool with_a = !sized && chance(g, 40);
    for (int n = 0; n < RANKS; n++) {
        if (with_a && n < g->rank)
            axis[n].a = pick(g, 0, (axis[n].s > axis[n].d ? axis[n].s : axis[n].d) - 1);
        a[n] = axis[n].a;
    }
    to.c = pick_size(g);
    int64_t groups = pick_groups(g, from, &to);
    if (!plan_window(g, from, axis, true, groups, &to, &macs)) return false;
    Made *value = begin(g, &to);
    text_printf(&g->text, "%s |> tconv(c=%lld, ", from->name, (long long)to.c);
    write_window(g, axis, word, false);
    write_groups(g, groups);
    if (with_a) write_sizes(g, ", a=", a);
    write_bias(g);
    text_puts(&g->text, ")");
    g->macs += macs;
    count(g, NET_TCONV, true);
    count(g, NET_PAD_WORD, word != NULL);
    count_window(g, axis, to.extent, true);
    end(g, value, 50);
    return true;
}

/* The transpose of a conv or pool that gave the last value's size, the latest or an earlier one. */
bool add_tconv_of(Generator *g) {
    const Made *from = last(g), *undone = any_made(g);
    if (!(undone->is_conv || undone->is_pool) || !same_extents(g, from, undone)) return false;
    Made to = *from;
    bool other_channels = chance(g, 50);
    int64_t macs;
    to.c = other_channels ? pick_size(g) : undone->c_in;
    ConvAxis axis[RANKS];
    for (int n = 0; n < g->rank; n++)
        if (conv_transpose_of(&undone->axis[n], &axis[n]) != CONV_OK) return false;
    if (!plan_window(g, from, axis, true, 1, &to, &macs)) return false;
    Made *value = begin(g, &to);
    text_printf(&g->text, "%s |> tconv(of %s, g=1", from->name, undone->name);
    if (other_channels) text_printf(&g->text, ", c=%lld", (long long)to.c);
    text_puts(&g->text, ")");
    g->macs += macs;
    count(g, undone->is_conv ? NET_TCONV_OF_CONV : NET_TCONV_OF_POOL, true);
    count_window(g, axis, to.extent, true);
    end(g, value, 50);
    return true;
}

/* The pools, and what each takes. */
static const struct PoolKind {
    NetFeature feature;
    const char *name, *rest;
    bool dilates, needs_data;
} pools[] = {
    {NET_MAXPOOL, "maxpool", "", true, true},        {NET_MAXPOOL, "maxpool", "", true, true},
    {NET_MINPOOL, "minpool", "", true, true},        {NET_AVGPOOL, "avgpool", "", false, true},
    {NET_AVGPOOL, "avgpool", "", false, true},       {NET_SUMPOOL, "sumpool", "", false, false},
    {NET_LPPOOL, "lppool", ", n=2", false, false},   {NET_LPPOOL, "lppool", ", n=1", false, false},
    {NET_LPPOOL, "lppool", ", n=3.5", false, false},
};

bool add_pool(Generator *g) {
    const Made *from = last(g);
    Made to = *from;
    const struct PoolKind *kind = &pools[pick(g, 0, (int64_t)(sizeof pools / sizeof pools[0]) - 1)];
    bool up = chance(g, 40), all = chance(g, 50), dead = false;
    bool average = kind->feature == NET_AVGPOOL;
    int64_t macs;
    ConvAxis axis[RANKS];
    pick_axes(g, from, axis);
    for (int n = 0; n < RANKS && !kind->dilates; n++) axis[n].d = 1;
    const char *word = pick_word(g, axis, false);
    bool padded = word != NULL || up;
    for (int n = 0; n < g->rank; n++) {
        axis[n].ceil = up;
        padded |= axis[n].pad_lo + axis[n].pad_hi > 0;
    }
    if (!plan_window(g, from, axis, false, from->c, &to, &macs)) return false;
    for (int n = 0; n < g->rank; n++) dead |= conv_dead_windows(&axis[n], to.extent[n]) > 0;
    if (dead && kind->needs_data && !(average && padded && all)) return false;
    to.c_in = from->c;
    Made *value = begin(g, &to);
    text_printf(&g->text, "%s |> %s(", from->name, kind->name);
    write_window(g, axis, word, true);
    if (up) text_puts(&g->text, ", round=ceil");
    if (average && padded) text_printf(&g->text, ", count=%s", all ? "all" : "inside");
    text_printf(&g->text, "%s)", kind->rest);
    value->is_pool = true;
    for (int n = 0; n < RANKS; n++) value->axis[n] = axis[n];
    g->macs += macs;
    count(g, kind->feature, true);
    count(g, NET_COUNT_ALL, average && padded && all);
    count(g, NET_PAD_WORD, word != NULL);
    count_window(g, axis, to.extent, false);
    end(g, value, 25);
    return true;
}

/* A residual block: a conv that keeps the shape, joined with its own input. */
bool add_block(Generator *g) {
    const Made *from = last(g);
    Made to = *from;
    int64_t macs;
    ConvAxis axis[RANKS];
    for (int n = 0; n < RANKS; n++) {
        int64_t k = n < g->rank ? pick(g, 1, 4) : 1;
        axis[n] = (ConvAxis){.i = from->extent[n], .k = k, .s = 1, .d = 1};
        conv_pad_word(PAD_SAME, &axis[n]);
    }
    if (!plan_window(g, from, axis, false, 1, &to, &macs)) return false;
    const char *sign = pick_join(g, from->degree, from->degree, &to.degree);
    if (!sign) return false;
    bool swapped = chance(g, 30);
    to.c_in = from->c;
    Made *value = begin(g, &to);
    if (swapped) text_printf(&g->text, "%s%s", from->name, sign);
    text_printf(&g->text, "(%s |> ", from->name);
    write_conv(g, value, axis, "same", 1, macs);
    if (chance(g, 30)) {
        text_puts(&g->text, " |> relu");
        count(g, NET_RELU, true);
    }
    text_puts(&g->text, ")");
    if (!swapped) text_printf(&g->text, "%s%s", sign, from->name);
    end(g, value, 60);
    return true;
}

/* A conv that makes the channels, and the shuffle. */
bool add_pixel_shuffle(Generator *g) {
    const Made *from = last(g);
    Made to = *from, wide = *from;
    int64_t r = pick(g, 1, 3), macs = 0;
    ConvAxis axis[RANKS];
    to.c = wide.c = pick_size(g);
    for (int n = 0; n < g->rank; n++) {
        axis[n] = (ConvAxis){.i = from->extent[n], .k = 1, .s = 1, .d = 1};
        wide.c *= r;
        to.extent[n] *= r;
    }
    if (!plan_window(g, from, axis, false, 1, &wide, &macs) || !is_small(g, &to, macs))
        return false;
    Made *value = begin(g, &to);
    text_printf(&g->text, "%s |> conv(c=%lld, k=1) |> pixel_shuffle(r=%lld%s)", from->name,
                (long long)wide.c, (long long)r, chance(g, 30) ? ", order=dcr" : "");
    g->macs += macs;
    count(g, NET_PIXEL_SHUFFLE, true);
    end(g, value, 30);
    return true;
}

/* Squares of pixels as channels. */
bool add_pixel_unshuffle(Generator *g) {
    const Made *from = last(g);
    Made to = *from;
    int64_t r = pick(g, 1, 3);
    for (int n = 0; n < g->rank; n++) {
        if (to.extent[n] % r != 0) return false;
        to.extent[n] /= r;
        to.c *= r;
    }
    Made *value = begin(g, &to);
    text_printf(&g->text, "%s |> pixel_unshuffle(r=%lld%s)", from->name, (long long)r,
                chance(g, 30) ? ", order=dcr" : "");
    count(g, NET_PIXEL_UNSHUFFLE, true);
    end(g, value, 30);
    return true;
}

bool add_dense(Generator *g) {
    const Made *from = last(g);
    Made to = *from;
    to.c = pick_size(g);
    int64_t macs = g->batch * from->c * to.c;
    if (!is_small(g, &to, macs)) return false;
    Made *value = begin(g, &to);
    text_printf(&g->text, "%s |> dense(c=%lld", from->name, (long long)to.c);
    write_bias(g);
    text_puts(&g->text, ")");
    g->macs += macs;
    count(g, NET_DENSE, true);
    end(g, value, 50);
    return true;
}
