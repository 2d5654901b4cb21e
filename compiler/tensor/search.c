/* The search: over the covered extent K and its pairs (k, d), the paddings, and last the strides,
 * which for given K and p are an interval. Each candidate is then held against the relationships of
 * every axis, so what the loops visit needs only to be enough.
 *
 * Both directions are one equation. A transposed layer's convolution has its output for data and
 * its input for windows, and with n = data + pad_lo + pad_hi - K
 *
 *     convolution   n/s + 1 = windows, rounded as said
 *     transposed    n = s(windows - 1) + a
 */
#include "tensor/search.h"

#include "base/checked.h"

#include <stdlib.h>

typedef struct Search {
    Arena *arena;
    const SearchLayer *layer;
    const SearchAxis *first; /* that with most windows: it bounds s best */
    int64_t tried;
    bool full; /* SEARCH_TRIED or SEARCH_FOUND was reached */
    SearchResult result;
} Search;

static int64_t least_of(int64_t a, int64_t b) { return a < b ? a : b; }

static int64_t most_of(int64_t a, int64_t b) { return a > b ? a : b; }

static int64_t data_of(const SearchLayer *layer, const SearchAxis *axis) {
    return layer->transposed ? axis->o : axis->axis.i;
}

static int64_t windows_of(const SearchLayer *layer, const SearchAxis *axis) {
    return layer->transposed ? axis->axis.i : axis->o;
}

/* The padding is not known before K is. */
static bool pad_grows(const SearchAxis *axis) {
    return (axis->unknown & UNKNOWN_P) || (axis->has_word && axis->word != PAD_VALID);
}

/* The axis with the solution's numbers for what is sought, its word put in.
 * @return false if it does not fit in 64 bits */
static bool put(const SearchLayer *layer, const SearchAxis *given, const Solution *solution,
                ConvAxis *out) {
    *out = given->axis;
    if (given->unknown & UNKNOWN_K) out->k = solution->k;
    if (given->unknown & UNKNOWN_S) out->s = solution->s;
    if (given->unknown & UNKNOWN_D) out->d = solution->d;
    if (given->unknown & UNKNOWN_A) out->a = solution->a;
    if (layer->open_round) out->ceil = solution->ceil;
    if (given->unknown & UNKNOWN_P) {
        if (!given->is_pair || given->open_lo) out->pad_lo = solution->pad_lo;
        if (!given->is_pair || given->open_hi) out->pad_hi = solution->pad_hi;
    } else if (given->has_word) {
        ConvStatus status =
            layer->transposed ? tconv_pad_word(given->word, out) : conv_pad_word(given->word, out);
        return status == CONV_OK;
    }
    return true;
}

static int64_t extent_of(const SearchLayer *layer, const ConvAxis *axis) {
    int64_t o;
    ConvStatus status =
        layer->transposed ? tconv_output_extent(axis, &o) : conv_output_extent(axis, &o);
    return status == CONV_OK ? o : 0;
}

/* One axis against its relationship and the bounds. */
static bool holds(const SearchLayer *layer, const SearchAxis *given, const Solution *solution) {
    ConvAxis axis;
    int64_t kernel;
    if (!put(layer, given, solution, &axis) ||
        conv_effective_kernel(axis.k, axis.d, &kernel) != CONV_OK)
        return false;
    if (pad_grows(given) && (given->unknown & (UNKNOWN_K | UNKNOWN_D)) &&
        kernel > data_of(layer, given))
        return false;
    bool open = given->unknown & UNKNOWN_P;
    if (open && (!given->is_pair || given->open_lo) && axis.pad_lo >= kernel) return false;
    if (open && (!given->is_pair || given->open_hi) && axis.pad_hi >= kernel) return false;
    if (axis.pad_lo > given->pad_most || axis.pad_hi > given->pad_most) return false;
    if (given->unknown & UNKNOWN_A
            ? axis.a >= axis.s
            : axis.a > 0 && axis.a >= axis.s && axis.a >= axis.d && !given->has_word)
        return false;
    return extent_of(layer, &axis) == given->o;
}

/* How far a solution is from what people use, as the number of ways in which it is unusual. The
 * usual layers are those of the networks that are quoted most: odd kernels up to 7 at half padding
 * (VGG, ResNet: 3/1/1, 7/2/3), windows that lie side by side (pools 2/2/0, patches 4/4/0 and
 * 16/16/0), twice the stride with p = (k - s)/2 (DCGAN 4/2/1), the whole input, all with s of 1, 2
 * or 4, d = 1, no rounding up and nothing left unread. Windows that skip data count twice: nobody
 * wants them but for the 1x1 shortcut. Of equally usual ones the smaller come first. */
static int deviations_of(const SearchLayer *layer, const ConvAxis *axis, int64_t o, int64_t kernel,
                         int64_t unread) {
    int64_t k = axis->k, s = axis->s, lo = axis->pad_lo, hi = axis->pad_hi;
    bool whole = !layer->transposed && o == 1 && kernel == axis->i && lo + hi == 0;
    bool beside = whole || (k == s && axis->d == 1);
    int n = axis->d > 1;
    n += axis->ceil;
    n += !(s == 1 || s == 2 || s == 4 || beside);
    n += k % 2 == 0 && !beside && k != 2 * s;
    if (!beside) n += (k > 7) + (k > 15);
    if (kernel < s) n += k == 1 ? 1 : 2;
    n += lo != hi;
    n += lo + hi != 0 && lo + hi != kernel - 1 && lo + hi != kernel - s;
    n += axis->a > 1;
    n += !layer->transposed && unread > 0;
    return n;
}

static void keep(Search *search, const Solution *solution) {
    if (search->result.list.len >= SEARCH_FOUND) {
        search->full = true;
        return;
    }
    VEC_PUSH(search->arena, &search->result.list, *solution);
}

/* The divisor of an average, where it is sought: where nothing is padded and nothing sticks out
 * both are the same, and it need not be said. */
static void keep_counts(Search *search, Solution *solution, bool all_hold_data, bool padded) {
    const SearchLayer *layer = search->layer;
    if (!layer->open_count) {
        if (all_hold_data || !layer->needs_data) keep(search, solution);
        return;
    }
    if (all_hold_data) keep(search, solution);
    if (!padded && !solution->ceil) return;
    solution->count_all = true;
    keep(search, solution);
    solution->count_all = false;
}

/* Keeps a candidate that holds on every axis. */
static void try_solution(Search *search, Solution *solution) {
    const SearchLayer *layer = search->layer;
    if (++search->tried > SEARCH_TRIED) search->full = true;
    if (search->full) return;
    for (int i = 0; i < layer->n; i++)
        if (!holds(layer, &layer->axis[i], solution)) return;
    bool all_hold_data = true, padded = false;
    solution->deviations = 0;
    solution->unread = 0;
    for (int i = 0; i < layer->n; i++) {
        const SearchAxis *given = &layer->axis[i];
        ConvAxis axis;
        int64_t kernel = 1;
        put(layer, given, solution, &axis);
        conv_effective_kernel(axis.k, axis.d, &kernel);
        padded |= axis.pad_lo > 0 || axis.pad_hi > 0;
        if (!layer->transposed) {
            if (layer->needs_data || layer->open_count)
                all_hold_data &= conv_dead_windows(&axis, given->o) == 0;
            solution->unread = most_of(solution->unread, conv_unread_tail(&axis, given->o));
        }
        int deviations = deviations_of(layer, &axis, given->o, kernel, solution->unread);
        if (deviations > solution->deviations) solution->deviations = deviations;
    }
    keep_counts(search, solution, all_hold_data, padded);
}

/* The strides that take an axis to its size, the solution's other numbers being chosen. An output
 * padding that is sought is whatever is left over: then the convolution's floor decides. */
static ConvRange strides_of(const SearchLayer *layer, const SearchAxis *given,
                            const Solution *solution) {
    Solution tried = *solution;
    tried.s = 1;
    tried.a = 0;
    SolveAxis problem = {.transposed = layer->transposed,
                         .has_word = given->has_word && !(given->unknown & UNKNOWN_P),
                         .word = given->word,
                         .o = given->o};
    if (!put(layer, given, &tried, &problem.axis)) return (ConvRange){1, 0};
    if (given->unknown & UNKNOWN_A) {
        problem.transposed = false;
        problem.o = problem.axis.i;
        problem.axis.i = given->o;
        problem.axis.a = 0;
    }
    return solve_one(&problem, UNKNOWN_S);
}

/* Puts in the output padding that is left over, and tries. */
static void with_stride(Search *search, Solution *solution) {
    const SearchLayer *layer = search->layer;
    const SearchAxis *given = search->first;
    if (given->unknown & UNKNOWN_A) {
        ConvAxis axis;
        int64_t most;
        if (!put(layer, given, solution, &axis)) return;
        axis.a = axis.s - 1;
        if (tconv_output_extent(&axis, &most) != CONV_OK) return;
        solution->a = given->o - (most - axis.a);
        if (solution->a < 0 || solution->a > axis.a) return;
    }
    try_solution(search, solution);
}

static void over_strides(Search *search, Solution *solution) {
    const SearchLayer *layer = search->layer;
    const SearchAxis *given = search->first;
    if (!(given->unknown & UNKNOWN_S)) {
        solution->s = given->axis.s;
        with_stride(search, solution);
        return;
    }
    search->tried++;
    ConvRange range = strides_of(layer, given, solution);
    bool stands = windows_of(layer, given) == 1 && range.hi == SOLVE_MOST;
    if (stands && range.lo <= range.hi) {
        for (int i = 0; i < layer->n; i++)
            range.lo = most_of(range.lo, strides_of(layer, &layer->axis[i], solution).lo);
        range.hi = least_of(range.lo, range.hi);
        search->result.single_window = true;
    }
    for (solution->s = range.lo; solution->s <= range.hi && !search->full; solution->s++)
        with_stride(search, solution);
}

/* Symmetric paddings. Where s is known, n = data + 2p - K lies within a stride of that of the
 * wanted number of windows, rounded either way. */
static void over_symmetric(Search *search, Solution *solution) {
    const SearchLayer *layer = search->layer;
    const SearchAxis *given = search->first;
    int64_t data = data_of(layer, given), lo = 0, hi = solution->kernel - 1;
    if (!(given->unknown & UNKNOWN_S)) {
        int64_t s = most_of(given->axis.s, given->axis.a + 1), windows = windows_of(layer, given);
        int64_t least, most;
        if (checked_mul(s, windows - 2, &least) && checked_mul(s, windows + 1, &most)) {
            lo = most_of(lo, floor_div(least + solution->kernel - data, 2));
            hi = least_of(hi, ceil_div(most + solution->kernel - data, 2));
        }
    }
    for (int64_t p = lo; p <= hi && !search->full; p++) {
        solution->pad_lo = solution->pad_hi = p;
        over_strides(search, solution);
    }
}

static void over_paddings(Search *search, Solution *solution) {
    const SearchAxis *given = search->first;
    solution->pad_lo = given->axis.pad_lo;
    solution->pad_hi = given->axis.pad_hi;
    if (!(given->unknown & UNKNOWN_P)) {
        over_strides(search, solution);
    } else if (!given->is_pair) {
        over_symmetric(search, solution);
    } else {
        int64_t lo_most = given->open_lo ? solution->kernel - 1 : given->axis.pad_lo;
        int64_t hi_most = given->open_hi ? solution->kernel - 1 : given->axis.pad_hi;
        int64_t lo = given->open_lo ? 0 : lo_most, hi = given->open_hi ? 0 : hi_most;
        for (solution->pad_lo = lo; solution->pad_lo <= lo_most; solution->pad_lo++)
            for (solution->pad_hi = hi; solution->pad_hi <= hi_most && !search->full;
                 solution->pad_hi++)
                over_strides(search, solution);
    }
}

static void with_kernel(Search *search, Solution *solution, int64_t k, int64_t d) {
    solution->k = k;
    solution->d = d;
    over_paddings(search, solution);
}

/* All pairs (k, d) that cover K. */
static void over_pairs(Search *search, Solution *solution) {
    const SearchAxis *given = search->first;
    bool open_k = given->unknown & UNKNOWN_K, open_d = given->unknown & UNKNOWN_D;
    int64_t reach = solution->kernel - 1, k = given->axis.k, d = given->axis.d;
    if (!open_k && !open_d) {
        with_kernel(search, solution, k, d);
    } else if (!open_k) {
        if (k == 1 ? reach == 0 : reach > 0 && reach % (k - 1) == 0)
            with_kernel(search, solution, k, k == 1 ? 1 : reach / (k - 1));
    } else if (!open_d) {
        if (reach % d == 0) with_kernel(search, solution, reach / d + 1, d);
    } else if (reach == 0) {
        with_kernel(search, solution, 1, 1);
    } else {
        for (int64_t factor = 1; factor <= reach / factor; factor++) {
            search->tried++;
            if (reach % factor != 0) continue;
            with_kernel(search, solution, reach / factor + 1, factor);
            if (factor != reach / factor) with_kernel(search, solution, factor + 1, reach / factor);
        }
    }
}

/* The extents K that may do. */
static ConvRange kernels_of(Search *search) {
    const SearchLayer *layer = search->layer;
    const SearchAxis *given = search->first;
    ConvRange range = {1, SOLVE_MOST};
    if (!(given->unknown & (UNKNOWN_K | UNKNOWN_D))) {
        if (conv_effective_kernel(given->axis.k, given->axis.d, &range.lo) != CONV_OK)
            return (ConvRange){1, 0};
        range.hi = range.lo;
        return range;
    }
    int64_t data = data_of(layer, given), windows = windows_of(layer, given);
    if (pad_grows(given)) {
        for (int i = 0; i < layer->n; i++) data = least_of(data, data_of(layer, &layer->axis[i]));
        range.hi = search->result.kernel_most = data;
        return range;
    }
    int64_t padded = data;
    if (!given->has_word) padded += given->axis.pad_lo + given->axis.pad_hi;
    range.hi = padded;
    int64_t s = most_of(given->axis.s, given->axis.a + 1), least, most;
    if (!(given->unknown & UNKNOWN_S) && checked_mul(s, windows + 1, &most) &&
        checked_mul(s, windows - 2, &least)) {
        range.lo = most_of(range.lo, padded - most);
        range.hi = least_of(range.hi, padded - least);
    }
    return range;
}

static int compare(const void *left, const void *right) {
    const Solution *a = left, *b = right;
    int64_t uneven_a = llabs(a->pad_hi - a->pad_lo), uneven_b = llabs(b->pad_hi - b->pad_lo);
    const int64_t keys[][2] = {{a->deviations, b->deviations},
                               {a->kernel, b->kernel},
                               {a->d, b->d},
                               {a->s, b->s},
                               {a->ceil, b->ceil},
                               {uneven_a, uneven_b},
                               {a->pad_lo, b->pad_lo},
                               {a->pad_hi, b->pad_hi},
                               {a->a, b->a},
                               {a->count_all, b->count_all}};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        if (keys[i][0] != keys[i][1]) return keys[i][0] < keys[i][1] ? -1 : 1;
    return 0;
}

/* Steps of K that can be no kernel are not worth a loop: where one of k and d is known, K - 1 is a
 * multiple of it. */
static int64_t kernel_step(const SearchAxis *given) {
    bool open_k = given->unknown & UNKNOWN_K, open_d = given->unknown & UNKNOWN_D;
    if (open_k && !open_d) return given->axis.d;
    if (open_d && !open_k && given->axis.k > 1) return given->axis.k - 1;
    return 1;
}

SearchResult search_layer(Arena *arena, const SearchLayer *layer) {
    Search search = {.arena = arena, .layer = layer, .first = &layer->axis[0]};
    for (int i = 1; i < layer->n; i++)
        if (windows_of(layer, &layer->axis[i]) > windows_of(layer, search.first))
            search.first = &layer->axis[i];
    search.result.padding_bounded = search.first->unknown & UNKNOWN_P;
    ConvRange kernels = kernels_of(&search);
    int64_t step = kernel_step(search.first);
    int64_t begin = 1 + ceil_div(kernels.lo - 1, step) * step;
    if (kernels.lo == kernels.hi) begin = kernels.lo;
    for (int64_t kernel = begin; kernel <= kernels.hi && !search.full; kernel += step) {
        Solution solution = {.kernel = kernel};
        search.tried++;
        for (int ceil = 0; ceil <= 1; ceil++) {
            solution.ceil = ceil;
            if (layer->open_round || ceil == search.first->axis.ceil)
                over_pairs(&search, &solution);
        }
        if (search.full) search.result.stopped_at = kernel;
    }
    search.result.tried = search.tried;
    if (search.result.list.len > 0)
        qsort(search.result.list.at, search.result.list.len, sizeof *search.result.list.at,
              compare);
    return search.result;
}

int64_t search_output(const SearchLayer *layer, int axis) {
    ConvAxis known;
    return put(layer, &layer->axis[axis], &(Solution){0}, &known) ? extent_of(layer, &known) : 0;
}

static int64_t output_from(const SearchLayer *layer, int axis, int64_t input) {
    SearchLayer tried = *layer;
    tried.axis[axis].axis.i = input;
    return search_output(&tried, axis);
}

/* The size never falls as the input grows, whatever the rounding and the word. */
ConvRange search_input(const SearchLayer *layer, int axis) {
    int64_t ends[2], wanted = layer->axis[axis].o;
    for (int beyond = 0; beyond < 2; beyond++) {
        int64_t lo = 1, hi = SOLVE_MOST + 1;
        while (lo < hi) {
            int64_t mid = lo + (hi - lo) / 2, o = output_from(layer, axis, mid);
            if (beyond ? o > wanted : o >= wanted)
                hi = mid;
            else
                lo = mid + 1;
        }
        ends[beyond] = lo;
    }
    return (ConvRange){ends[0], ends[1] - 1};
}

static bool is_reached(Arena *arena, const SearchLayer *layer, int64_t o) {
    if (o < 1) return false;
    SearchLayer tried = *layer;
    tried.n = 1;
    tried.axis[0].o = o;
    return search_layer(arena, &tried).list.len > 0;
}

void search_nearest(Arena *arena, const SearchLayer *layer, int64_t reach, int64_t *below,
                    int64_t *above) {
    int64_t wanted = layer->axis[0].o;
    *below = *above = 0;
    for (int64_t by = 1; by <= reach && (*below == 0 || *above == 0); by++) {
        if (*below == 0 && is_reached(arena, layer, wanted - by)) *below = wanted - by;
        if (*above == 0 && is_reached(arena, layer, wanted + by)) *above = wanted + by;
    }
}
