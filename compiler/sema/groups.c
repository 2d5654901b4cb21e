/* See groups.h. */
#include "sema/groups.h"

#include "sema/trace.h"

/* Divisors are sought one by one, up to this number. */
enum { MOST_SEARCHED = 1 << 20 };

static int64_t greatest_common_divisor(int64_t a, int64_t b) {
    while (b) {
        int64_t rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

/* "1, 2, 4, 8"; of very many only the first. */
static const char *divisors_of(Arena *arena, int64_t n) {
    enum { MOST = 24 };
    Text text = text_in(arena);
    int shown = 0;
    for (int64_t d = 1; d <= n && shown < MOST; d++) {
        if (n % d != 0) continue;
        text_printf(&text, "%s%lld", shown ? ", " : "", (long long)d);
        shown++;
    }
    if (shown == MOST) text_puts(&text, ", …");
    return text_str(&text);
}

/* The divisors of `common` next to g on either side, or, where g divides the input's channels, the
 * numbers of output channels that it divides, too. */
static void offer_numbers(Diag *diag, const LayerCall *call, int64_t g, int64_t c, int64_t channels,
                          int64_t common) {
    if (channels % g == 0 && call->attrs[ATTR_C].arg) {
        int64_t fewer = c - c % g;
        if (fewer > 0)
            edit_attr(diag_help(diag, FIX_MAYBE, "fewer channels: a multiple of g"), call->expr,
                      ATTR_C, arena_printf(diag->arena, "%lld", (long long)fewer));
        if (fewer + g <= MAX_EXTENT)
            edit_attr(diag_help(diag, FIX_MAYBE, "more channels: a multiple of g"), call->expr,
                      ATTR_C, arena_printf(diag->arena, "%lld", (long long)(fewer + g)));
    }
    int64_t below = g < common ? g : common, above = g + 1;
    while (common % below != 0) below--;
    while (above < common && common % above != 0) above++;
    edit_attr(diag_help(diag, FIX_MAYBE, "the nearest number of groups below"), call->expr, ATTR_G,
              arena_printf(diag->arena, "%lld", (long long)below));
    if (above <= common)
        edit_attr(diag_help(diag, FIX_MAYBE, "the nearest number of groups above"), call->expr,
                  ATTR_G, arena_printf(diag->arena, "%lld", (long long)above));
}

bool groups_divide(Sema *sema, const LayerCall *call, int64_t g, int64_t c) {
    const TensorType *type = &call->input.value->type;
    int64_t channels = type_extent(type, type_channel(type));
    if (channels % g == 0 && c % g == 0) return true;
    int64_t common = greatest_common_divisor(channels, c);
    const AstArg *arg = call->attrs[ATTR_G].arg;
    Diag *diag =
        diag_add(sema->diags, N0340, arg ? arg->span : call->span,
                 "g = %lld must divide both x.C = %lld and c = %lld; the common divisors "
                 "are %s" FACTS("g channels c divisors[]"),
                 (long long)g, (long long)channels, (long long)c, divisors_of(sema->arena, common));
    diag_here(diag, "g = %lld", (long long)g);
    diag_label(diag, call->input.value->span, "C = %lld", (long long)channels);
    diag_note(diag, "why: each group makes c/g = %lld/%lld channels from x.C/g = %lld/%lld",
              (long long)c, (long long)g, (long long)channels, (long long)g);
    trace_size(sema, diag, call->input.value, "C");
    if (arg && common <= MOST_SEARCHED) offer_numbers(diag, call, g, c, channels, common);
    return false;
}

bool group_divides(Sema *sema, const LayerCall *call, int64_t g) {
    const TensorType *type = &call->input.value->type;
    int64_t channels = type_extent(type, type_channel(type));
    if (channels % g == 0) return true;
    Diag *diag = diag_add(
        sema->diags, N0340, call->attrs[ATTR_G].arg->span,
        "g = %lld must divide x.C = %lld; the divisors are %s" FACTS("g channels divisors[]"),
        (long long)g, (long long)channels, divisors_of(sema->arena, channels));
    diag_here(diag, "g = %lld", (long long)g);
    diag_label(diag, call->input.value->span, "C = %lld", (long long)channels);
    return false;
}
