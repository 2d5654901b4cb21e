/* tensor/search: every layer that takes a size to a size, against trying all of them, with windows
 * counted by sliding and transposed layers by scattering. */
#include "axis_sweep.h"
#include "tensor/search.h"

#include <criterion/criterion.h>
#include <stdio.h>

#define COUNT(table) (sizeof(table) / sizeof(table)[0])

enum { MOST = 12, NO_BORDER = 1 << 20 };

/* Cells from the first to the last that is written, less those that the padding takes away. */
static int64_t brute_transposed(const ConvAxis *axis) {
    int64_t cells = brute_kernel(axis) + axis->a;
    for (int64_t n = 1; n < axis->i; n++) cells += axis->s;
    for (int64_t n = 0; n < axis->pad_lo + axis->pad_hi; n++) cells--;
    return cells > 0 ? cells : 0;
}

static int64_t brute_extent(bool transposed, const ConvAxis *axis) {
    return transposed ? brute_transposed(axis) : brute_windows(axis);
}

/* True if some window lies on padding alone. */
static bool has_dead_window(const ConvAxis *axis, int64_t o) {
    TapTable table;
    brute_conv_taps(axis, o, &table);
    for (int64_t u = 0; u < o; u++) {
        bool any = false;
        for (int64_t t = 0; t < axis->k; t++) any |= table.read[u][t] != NO_DATA;
        if (!any) return true;
    }
    return false;
}

/* What a layer's problem is, for messages. */
static const char *layer_text(const SearchLayer *layer) {
    static char text[300];
    const SearchAxis *given = &layer->axis[0];
    snprintf(text, sizeof text,
             "%s %lld -> %lld, unknown %x, k=%lld s=%lld d=%lld p=(%lld, %lld)%s a=%lld%s%s",
             layer->transposed ? "tconv" : "conv", (long long)given->axis.i, (long long)given->o,
             given->unknown, (long long)given->axis.k, (long long)given->axis.s,
             (long long)given->axis.d, (long long)given->axis.pad_lo, (long long)given->axis.pad_hi,
             given->is_pair ? " apart" : "", (long long)given->axis.a,
             given->axis.ceil ? " ceil" : "", given->has_word ? " word" : "");
    return text;
}

static bool is_listed(const SearchResult *result, const SearchAxis *given, const ConvAxis *axis) {
    for (size_t i = 0; i < result->list.len; i++) {
        const Solution *found = &result->list.at[i];
        if ((!(given->unknown & UNKNOWN_K) || found->k == axis->k) &&
            (!(given->unknown & UNKNOWN_S) || found->s == axis->s) &&
            (!(given->unknown & UNKNOWN_D) || found->d == axis->d) &&
            (!(given->unknown & UNKNOWN_A) || found->a == axis->a) &&
            (!(given->unknown & UNKNOWN_P) ||
             (found->pad_lo == axis->pad_lo && found->pad_hi == axis->pad_hi)) &&
            found->ceil == axis->ceil)
            return true;
    }
    return false;
}

/* The bounds that search.h states, and no other. */
static bool within_bounds(const SearchLayer *layer, const SearchAxis *given, const ConvAxis *axis,
                          int64_t least_stride) {
    int64_t kernel = brute_kernel(axis), data = layer->transposed ? given->o : axis->i;
    int64_t windows = layer->transposed ? axis->i : given->o;
    bool open_p = given->unknown & UNKNOWN_P, word = given->has_word && given->word != PAD_VALID;
    bool open_kernel = given->unknown & (UNKNOWN_K | UNKNOWN_D);
    if (open_p && (!given->is_pair || given->open_lo) && axis->pad_lo >= kernel) return false;
    if (open_p && (!given->is_pair || given->open_hi) && axis->pad_hi >= kernel) return false;
    if (open_kernel && (open_p || word) && kernel > data) return false;
    if ((given->unknown & UNKNOWN_A) && axis->a >= axis->s) return false;
    if (!(given->unknown & UNKNOWN_A) && axis->a > 0 && axis->a >= axis->s && axis->a >= axis->d)
        return false;
    if ((given->unknown & UNKNOWN_D) && axis->k == 1 && axis->d > 1) return false;
    if ((given->unknown & UNKNOWN_S) && windows == 1 && axis->s != least_stride) return false;
    return axis->pad_lo <= given->pad_most && axis->pad_hi <= given->pad_most;
}

/* A range of an unknown: all values up to `most`, or the known one. */
typedef struct Range {
    int64_t lo, hi;
} Range;

static Range range_of(const SearchAxis *given, Unknown unknown, int64_t known, int64_t least,
                      int64_t most) {
    return given->unknown & unknown ? (Range){least, most} : (Range){known, known};
}

static bool gives(const SearchLayer *layer, const SearchAxis *given, ConvAxis *axis) {
    if (given->has_word && !(given->unknown & UNKNOWN_P)) {
        if (layer->transposed)
            tconv_pad_word(given->word, axis);
        else
            conv_pad_word(given->word, axis);
    }
    return brute_extent(layer->transposed, axis) == given->o &&
           (!layer->needs_data || !has_dead_window(axis, given->o));
}

/* Tries every layer with numbers up to `most`; each that does it and is within the bounds must be
 * listed, and each that is listed must be one of those tried.
 * @return how many there are */
static size_t check_layer(Arena *arena, const SearchLayer *layer, int64_t most) {
    const SearchAxis *given = &layer->axis[0];
    SearchResult result = search_layer(arena, layer);
    cr_assert_eq(result.stopped_at, 0);
    Range k = range_of(given, UNKNOWN_K, given->axis.k, 1, most);
    Range d = range_of(given, UNKNOWN_D, given->axis.d, 1, most);
    Range s = range_of(given, UNKNOWN_S, given->axis.s, 1, most);
    Range a = range_of(given, UNKNOWN_A, given->axis.a, 0, most);
    Range lo = range_of(given, UNKNOWN_P, given->axis.pad_lo, 0, most);
    Range hi = range_of(given, UNKNOWN_P, given->axis.pad_hi, 0, most);
    if (given->is_pair && !given->open_lo) lo = (Range){given->axis.pad_lo, given->axis.pad_lo};
    size_t found = 0;
    ConvAxis x = given->axis;
    for (int ceil = 0; ceil < 2; ceil++) {
        if (layer->open_round) x.ceil = ceil;
        if (x.ceil != ceil) continue;
        for (x.k = k.lo; x.k <= k.hi; x.k++)
            for (x.d = d.lo; x.d <= d.hi; x.d++)
                for (x.pad_lo = lo.lo; x.pad_lo <= lo.hi; x.pad_lo++)
                    for (x.pad_hi = hi.lo; x.pad_hi <= hi.hi; x.pad_hi++) {
                        if ((given->unknown & UNKNOWN_P) && !given->is_pair && x.pad_lo != x.pad_hi)
                            continue;
                        int64_t least_stride = 0;
                        for (x.s = s.lo; x.s <= s.hi; x.s++)
                            for (x.a = a.lo; x.a <= a.hi; x.a++) {
                                ConvAxis axis = x;
                                bool does = gives(layer, given, &axis);
                                bool legal = axis.a == 0 || axis.a < axis.s ||
                                             (!(given->unknown & UNKNOWN_A) && axis.a < axis.d) ||
                                             given->has_word;
                                does &= legal;
                                if (does && least_stride == 0) least_stride = axis.s;
                                does = does && (given->has_word ||
                                                within_bounds(layer, given, &axis, least_stride));
                                if (given->has_word)
                                    does = does && within_bounds(layer, given,
                                                                 &(ConvAxis){.i = axis.i,
                                                                             .k = axis.k,
                                                                             .s = axis.s,
                                                                             .d = axis.d},
                                                                 least_stride);
                                found += does;
                                bool listed = is_listed(&result, given, &axis);
                                cr_assert_eq(does, listed,
                                             "%s: k=%lld s=%lld d=%lld p=(%lld, %lld) a=%lld "
                                             "ceil=%d is %slisted",
                                             layer_text(layer), (long long)axis.k,
                                             (long long)axis.s, (long long)axis.d,
                                             (long long)axis.pad_lo, (long long)axis.pad_hi,
                                             (long long)axis.a, axis.ceil, listed ? "" : "not ");
                            }
                    }
    }
    cr_assert_eq(found, result.list.len, "%s: %zu do it, %zu are listed", layer_text(layer), found,
                 result.list.len);
    for (size_t i = 1; i < result.list.len; i++)
        cr_assert_leq(result.list.at[i - 1].deviations, result.list.at[i].deviations);
    return found;
}

/* Every set of unknowns, sizes that are met and missed, both directions and roundings. Numbers up
 * to MOST hold every solution: data and windows are at most 6 and what is known at most 2. */
Test(search, misses_nothing_and_invents_nothing) {
    static const struct {
        unsigned unknown;
        bool transposed, open_round, needs_data;
    } kinds[] = {
        {UNKNOWN_K, 0, 0, 0},
        {UNKNOWN_S, 0, 0, 0},
        {UNKNOWN_P, 0, 0, 0},
        {UNKNOWN_D, 0, 0, 0},
        {UNKNOWN_K | UNKNOWN_S, 0, 0, 0},
        {UNKNOWN_K | UNKNOWN_D, 0, 1, 0},
        {UNKNOWN_S | UNKNOWN_P, 0, 1, 1},
        {UNKNOWN_K | UNKNOWN_S | UNKNOWN_P, 0, 1, 1},
        {UNKNOWN_K | UNKNOWN_S | UNKNOWN_P | UNKNOWN_D, 0, 0, 0},
        {UNKNOWN_A, 1, 0, 0},
        {UNKNOWN_K, 1, 0, 0},
        {UNKNOWN_S | UNKNOWN_P, 1, 0, 0},
        {UNKNOWN_P | UNKNOWN_A, 1, 0, 0},
        {UNKNOWN_S | UNKNOWN_A, 1, 0, 0},
        {UNKNOWN_K | UNKNOWN_S | UNKNOWN_P | UNKNOWN_A, 1, 0, 0},
    };
    size_t solutions = 0, without = 0;
    for (size_t kind = 0; kind < COUNT(kinds); kind++)
        for (int64_t i = 1; i <= 6; i++)
            for (int64_t o = 1; o <= 6; o++)
                for (int variant = 0; variant < 8; variant++) {
                    int64_t known = 1 + variant % 2;
                    SearchLayer layer = {.transposed = kinds[kind].transposed,
                                         .open_round = kinds[kind].open_round,
                                         .needs_data = kinds[kind].needs_data,
                                         .n = 1};
                    bool ceil = variant / 2 % 2 && !layer.transposed && !layer.open_round;
                    layer.axis[0] = (SearchAxis){.axis = {.i = i,
                                                          .k = known + 1,
                                                          .s = 1 + variant / 4,
                                                          .d = known,
                                                          .pad_lo = variant / 2 % 2,
                                                          .pad_hi = variant / 4,
                                                          .ceil = ceil},
                                                 .unknown = kinds[kind].unknown,
                                                 .o = o,
                                                 .pad_most = NO_BORDER};
                    Arena *arena = arena_create();
                    size_t found = check_layer(arena, &layer, MOST);
                    solutions += found;
                    without += found == 0;
                    arena_destroy(arena);
                }
    cr_assert_geq(solutions, 10000);
    cr_assert_geq(without, 500);
}

/* The two sides apart, one of them known, and a border that ends early. */
Test(search, lopsided_paddings) {
    size_t solutions = 0;
    for (int64_t i = 1; i <= 6; i++)
        for (int64_t o = 1; o <= 7; o++)
            for (int mode = 0; mode < 6; mode++) {
                SearchLayer layer = {.transposed = mode >= 4, .n = 1};
                layer.axis[0] =
                    (SearchAxis){.axis = {.i = i, .k = 3, .s = 1 + mode % 2, .d = 1, .pad_lo = 1},
                                 .unknown = UNKNOWN_P | (mode == 2 ? UNKNOWN_S : 0),
                                 .is_pair = true,
                                 .open_lo = mode != 1,
                                 .open_hi = true,
                                 .o = o,
                                 .pad_most = mode == 3 ? i - 1 : NO_BORDER};
                Arena *arena = arena_create();
                solutions += check_layer(arena, &layer, MOST);
                arena_destroy(arena);
            }
    cr_assert_geq(solutions, 100);
}

/* Words that depend on what is sought. */
Test(search, words) {
    static const PadWord words[] = {PAD_VALID, PAD_HALF, PAD_SAME, PAD_FULL, PAD_CAUSAL};
    static const unsigned unknown[] = {UNKNOWN_K, UNKNOWN_S, UNKNOWN_D, UNKNOWN_K | UNKNOWN_S};
    size_t solutions = 0;
    for (size_t w = 0; w < COUNT(words); w++)
        for (size_t u = 0; u < COUNT(unknown); u++)
            for (int64_t i = 1; i <= 6; i++)
                for (int64_t o = 1; o <= 8; o++)
                    for (int mode = 0; mode < 3; mode++) {
                        SearchLayer layer = {.transposed = mode == 2, .n = 1};
                        layer.axis[0] = (SearchAxis){
                            .axis = {.i = i, .k = 2, .s = 2, .d = 1, .ceil = mode == 1},
                            .unknown = unknown[u],
                            .has_word = true,
                            .word = words[w],
                            .o = o,
                            .pad_most = NO_BORDER};
                        Arena *arena = arena_create();
                        solutions += check_layer(arena, &layer, 2 * MOST);
                        arena_destroy(arena);
                    }
    cr_assert_geq(solutions, 1000);
}

/* One number for all axes: what does it on each of them alone, and nothing else. */
Test(search, axes_share_what_is_sought) {
    Arena *arena = arena_create();
    SearchLayer both = {.n = 2};
    both.axis[0] = (SearchAxis){.axis = {.i = 9, .k = 1, .s = 1, .d = 1},
                                .unknown = UNKNOWN_K | UNKNOWN_S | UNKNOWN_P,
                                .o = 3,
                                .pad_most = NO_BORDER};
    both.axis[1] = both.axis[0];
    both.axis[1].axis.i = 14;
    both.axis[1].o = 5;
    SearchLayer first = both, second = both;
    first.n = second.n = 1;
    second.axis[0] = both.axis[1];
    SearchResult all = search_layer(arena, &both), one = search_layer(arena, &first);
    SearchResult other = search_layer(arena, &second);
    size_t shared = 0;
    for (size_t i = 0; i < one.list.len; i++) {
        const Solution *found = &one.list.at[i];
        ConvAxis axis = {.i = 14,
                         .k = found->k,
                         .s = found->s,
                         .d = 1,
                         .pad_lo = found->pad_lo,
                         .pad_hi = found->pad_hi};
        bool listed = is_listed(&all, &both.axis[0], &axis);
        bool does = is_listed(&other, &second.axis[0], &axis);
        cr_assert_eq(listed, does, "k=%lld s=%lld p=%lld", (long long)found->k, (long long)found->s,
                     (long long)found->pad_lo);
        shared += does;
    }
    cr_assert_eq(shared, all.list.len);
    cr_assert_geq(shared, 3);
    arena_destroy(arena);
}

/* What people use comes first. */
Test(search, order) {
    static const struct {
        int64_t i, o;
        bool transposed;
        unsigned unknown;
        int64_t k, s, p, place;
    } table[] = {
        {224, 56, false, UNKNOWN_K | UNKNOWN_S | UNKNOWN_P, 4, 4, 0, 0},
        {224, 56, false, UNKNOWN_K | UNKNOWN_S | UNKNOWN_P, 7, 4, 3, 2},
        {112, 56, false, UNKNOWN_K | UNKNOWN_S | UNKNOWN_P, 2, 2, 0, 0},
        {112, 56, false, UNKNOWN_K | UNKNOWN_S | UNKNOWN_P, 3, 2, 1, 1},
        {56, 56, false, UNKNOWN_K | UNKNOWN_S | UNKNOWN_P, 3, 1, 1, 1},
        {224, 14, false, UNKNOWN_K | UNKNOWN_S | UNKNOWN_P, 16, 16, 0, 0},
        {16, 32, true, UNKNOWN_K | UNKNOWN_S | UNKNOWN_P, 4, 2, 1, 1},
    };
    Arena *arena = arena_create();
    for (size_t row = 0; row < COUNT(table); row++) {
        SearchLayer layer = {.transposed = table[row].transposed, .n = 1};
        layer.axis[0] = (SearchAxis){.axis = {.i = table[row].i, .k = 1, .s = 1, .d = 1},
                                     .unknown = table[row].unknown,
                                     .o = table[row].o,
                                     .pad_most = NO_BORDER};
        SearchResult result = search_layer(arena, &layer);
        int64_t place = -1;
        for (size_t i = 0; i < result.list.len && place < 0; i++) {
            const Solution *found = &result.list.at[i];
            if (found->k == table[row].k && found->s == table[row].s &&
                found->pad_lo == table[row].p)
                place = (int64_t)i;
        }
        cr_expect(place >= 0 && place <= table[row].place, "%lld -> %lld: k=%lld s=%lld at %lld",
                  (long long)table[row].i, (long long)table[row].o, (long long)table[row].k,
                  (long long)table[row].s, (long long)place);
    }
    arena_destroy(arena);
}

/* Inputs of a size, by trying them. */
Test(search, inputs) {
    int64_t met = 0;
    for (ConvAxis axis = {0}; sweep_next(&axis);) {
        if (axis.i > 1) continue;
        for (int mode = 0; mode < 8; mode++)
            for (int64_t o = 1; o <= 5; o += 2) {
                SearchLayer layer = {.transposed = mode % 4 == 2, .n = 1};
                layer.axis[0] = (SearchAxis){.axis = axis, .o = o, .pad_most = NO_BORDER};
                layer.axis[0].axis.ceil = mode % 4 == 1;
                layer.axis[0].has_word = mode >= 4;
                layer.axis[0].word = mode % 4 == 3 ? PAD_SAME : PAD_HALF;
                ConvRange range = search_input(&layer, 0);
                for (int64_t i = 1; i <= 24; i++) {
                    ConvAxis tried = layer.axis[0].axis;
                    tried.i = i;
                    bool does = gives(&layer, &layer.axis[0], &tried);
                    cr_assert_eq(does, i >= range.lo && i <= range.hi, "%s: %lld",
                                 layer_text(&layer), (long long)i);
                    met += does;
                }
            }
    }
    cr_assert_geq(met, 1000);
}

/* A search without end stops, and says where. */
Test(search, stops) {
    Arena *arena = arena_create();
    SearchLayer layer = {.n = 1};
    layer.axis[0] = (SearchAxis){.axis = {.i = 1000000, .k = 1, .s = 1, .d = 1},
                                 .unknown = UNKNOWN_K | UNKNOWN_S | UNKNOWN_P | UNKNOWN_D,
                                 .o = 10,
                                 .pad_most = NO_BORDER};
    SearchResult result = search_layer(arena, &layer);
    cr_assert_gt(result.stopped_at, 0);
    cr_assert_leq(result.list.len, SEARCH_FOUND);
    /* What the equation bounds is found at any size. */
    layer.axis[0] = (SearchAxis){.axis = {.i = SOLVE_MOST, .k = 1, .s = 1, .d = 1},
                                 .unknown = UNKNOWN_K,
                                 .o = 1,
                                 .pad_most = NO_BORDER};
    result = search_layer(arena, &layer);
    cr_assert_eq(result.list.len, 1);
    cr_assert_eq(result.list.at[0].k, SOLVE_MOST);
    arena_destroy(arena);
}
