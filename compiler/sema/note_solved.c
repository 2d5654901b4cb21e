/* `?` alone stands for all axes, and is replaced by one number or, where the axes differ, by a size
 * such as 3x5; `?` in a map stands for its axis. */
#include "sema/note_solved.h"

#include <assert.h>

/* What was found of one unknown along an axis. A padding that is sought is the same on both sides.
 */
static int64_t found(const Window *window, Unknown unknown, int axis) {
    const ConvAxis *solved = &window->axis[axis];
    switch (unknown) {
    case UNKNOWN_K: return solved->k;
    case UNKNOWN_S: return solved->s;
    case UNKNOWN_P: break;
    case UNKNOWN_D: return solved->d;
    case UNKNOWN_A: return solved->a;
    }
    assert(solved->pad_lo == solved->pad_hi);
    return solved->pad_lo;
}

static const char *found_text(Sema *sema, const Window *window, Unknown unknown) {
    bool alike = true;
    Text each = text_in(sema->arena);
    int64_t first = found(window, unknown, 0);
    for (int i = 0; i < window->n; i++) {
        int64_t number = found(window, unknown, i);
        alike &= number == first;
        text_printf(&each, "%s%lld", i ? "x" : "", (long long)number);
    }
    return alike ? arena_printf(sema->arena, "%lld", (long long)first) : text_str(&each);
}

static void note(Sema *sema, const AstExpr *unknown, const char *text) {
    const SolvedUnknown solved = {unknown->span, sema->solved->len, text};
    VEC_PUSH(sema->arena, sema->solved, solved);
}

static void note_axes(Sema *sema, const LayerCall *call, const Window *window, AttrName attr,
                      Unknown unknown) {
    for (int i = 0; i < window->n; i++) {
        if (!(window->unknown[i] & unknown)) continue;
        long long number = found(window, unknown, i);
        note(sema, attr_axis_expr(sema, call, attr, i), arena_printf(sema->arena, "%lld", number));
    }
}

void note_solved(Sema *sema, const LayerCall *call, const Window *window) {
    static const struct {
        AttrName attr;
        Unknown unknown;
    } parts[] = {{ATTR_K, UNKNOWN_K},
                 {ATTR_S, UNKNOWN_S},
                 {ATTR_P, UNKNOWN_P},
                 {ATTR_D, UNKNOWN_D},
                 {ATTR_A, UNKNOWN_A}};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        const AstExpr *value = call->attrs[parts[i].attr].value;
        if (value && value->kind == AST_UNKNOWN)
            note(sema, value, found_text(sema, window, parts[i].unknown));
        else if (value)
            note_axes(sema, call, window, parts[i].attr, parts[i].unknown);
    }
}
