/* See groups.h. */
#include "sema/groups.h"

#include "sema/trace.h"

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
