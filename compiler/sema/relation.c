/* Formulas for people. Which of R1 .. R15 an axis is an instance of is told by what is trivial in
 * it: stride 1, no padding, dilation 1, a = 0. The numbers are those conv_arith computes with; the
 * formula is also shown where it gives no legal size, to say why. */
#include "sema/relation.h"

#include "base/checked.h"

typedef struct Formula {
    Text letters, numbers; /* the same terms twice */
} Formula;

/* A number with the typographer's minus, as in the formulas. */
static void print_number(Text *text, int64_t number) {
    text_printf(text, "%s%lld", number < 0 ? "−" : "", (long long)(number < 0 ? -number : number));
}

static void print_result(Text *text, int64_t number) {
    text_puts(text, " = ");
    print_number(text, number);
}

/* Appends the same to both sides. */
static void both(Formula *formula, const char *text) {
    text_puts(&formula->letters, text);
    text_puts(&formula->numbers, text);
}

static void term(Formula *formula, const char *letter, int64_t number) {
    text_puts(&formula->letters, letter);
    text_printf(&formula->numbers, "%lld", (long long)number);
}

static void paddings(Formula *formula, const ConvAxis *axis, const char *sign) {
    if (axis->pad_lo == 0 && axis->pad_hi == 0) return;
    both(formula, sign);
    if (axis->pad_lo == axis->pad_hi) {
        text_puts(&formula->letters, "2p");
        text_printf(&formula->numbers, "2·%lld", (long long)axis->pad_lo);
        return;
    }
    term(formula, "pb", axis->pad_lo);
    both(formula, sign);
    term(formula, "pe", axis->pad_hi);
}

static int64_t effective_kernel(const ConvAxis *axis) {
    int64_t kernel = axis->k;
    conv_effective_kernel(axis->k, axis->d, &kernel);
    return kernel;
}

static int conv_number(WindowKind kind, const ConvAxis *axis) {
    bool padded = axis->pad_lo || axis->pad_hi, even = axis->pad_lo == axis->pad_hi;
    if (axis->d > 1) return 15;
    if (kind == WINDOW_POOL && !padded) return 7;
    if (axis->s > 1) return padded ? 6 : 5;
    if (!padded) return 1;
    if (even && axis->pad_lo == axis->k - 1) return 4;
    return even && axis->k % 2 == 1 && axis->pad_lo == axis->k / 2 ? 3 : 2;
}

/* n/s for people: 54.5 where that is short and exact, else 109/3. */
static void print_quotient(Text *text, int64_t n, int64_t s) {
    if (s == 2 && n == -1) {
        text_puts(text, "−0.5");
    } else if (s == 2) {
        print_number(text, n / 2);
        text_puts(text, ".5");
    } else {
        print_number(text, n);
        text_printf(text, "/%lld", (long long)s);
    }
}

/* o = ⌊(i + 2p − k)/s⌋ + 1, in the plain form (i − k) + 2p + 1 where s = 1. */
static const char *conv_text(Arena *arena, WindowKind kind, const ConvAxis *axis, bool letters) {
    Formula formula = {text_in(arena), text_in(arena)};
    int64_t kernel = effective_kernel(axis), room, o;
    int number = conv_number(kind, axis);
    bool divides = axis->s > 1;
    const char *open = axis->ceil ? "⌈" : "⌊", *close = axis->ceil ? "⌉" : "⌋";
    if (divides) both(&formula, open);
    both(&formula, "(");
    term(&formula, "i", axis->i);
    if (divides) paddings(&formula, axis, " + ");
    both(&formula, " − ");
    term(&formula, axis->d > 1 ? "k̂" : "k", kernel);
    both(&formula, ")");
    if (divides) {
        both(&formula, "/");
        term(&formula, "s", axis->s);
        both(&formula, close);
    } else {
        paddings(&formula, axis, " + ");
    }
    both(&formula, " + 1");
    Text text = text_in(arena);
    if (letters)
        text_printf(&text, "relationship %d: o = %s = ", number, text_str(&formula.letters));
    text_puts(&text, text_str(&formula.numbers));
    if (!checked_add(axis->i, axis->pad_lo, &room) || !checked_add(room, axis->pad_hi, &room) ||
        !checked_sub(room, kernel, &room))
        return text_str(&text);
    if (divides && floor_mod(room, axis->s) != 0) {
        text_printf(&text, " = %s", open);
        print_quotient(&text, room, axis->s);
        text_printf(&text, "%s + 1", close);
    }
    ConvStatus status = conv_output_extent(axis, &o);
    if (status != CONV_OK) o = (axis->ceil ? ceil_div : floor_div)(room, axis->s) + 1;
    print_result(&text, o);
    if (letters && axis->d > 1)
        text_printf(&text, ", where k̂ = d(k − 1) + 1 = %lld·%lld + 1 = %lld", (long long)axis->d,
                    (long long)(axis->k - 1), (long long)kernel);
    return text_str(&text);
}

static int tconv_number(const ConvAxis *axis) {
    bool padded = axis->pad_lo || axis->pad_hi, even = axis->pad_lo == axis->pad_hi;
    if (axis->a > 0) return 14;
    if (axis->s > 1) return padded ? 13 : 12;
    if (!padded) return 8;
    if (even && axis->pad_lo == axis->k - 1) return 11;
    return even && axis->k % 2 == 1 && axis->pad_lo == axis->k / 2 ? 10 : 9;
}

/* o′ = s(i′ − 1) + a + k − 2p; with stride 1 the form i′ + (k − 1) − 2p. */
static const char *tconv_text(Arena *arena, const ConvAxis *axis, bool letters) {
    Formula formula = {text_in(arena), text_in(arena)};
    int64_t kernel = effective_kernel(axis);
    int number = tconv_number(axis);
    const char *kernel_letter = axis->d > 1 ? "k̂" : "k";
    if (axis->s == 1 && axis->a == 0) {
        term(&formula, "i′", axis->i);
        both(&formula, " + (");
        term(&formula, kernel_letter, kernel);
        both(&formula, " − 1)");
    } else {
        text_puts(&formula.letters, "s(i′ − 1)");
        text_printf(&formula.numbers, "%lld·%lld", (long long)axis->s, (long long)(axis->i - 1));
        if (axis->a > 0) {
            both(&formula, " + ");
            term(&formula, "a", axis->a);
        }
        both(&formula, " + ");
        term(&formula, kernel_letter, kernel);
    }
    paddings(&formula, axis, " − ");
    Text text = text_in(arena);
    if (letters)
        text_printf(&text, "relationship %d: o′ = %s = ", number, text_str(&formula.letters));
    text_puts(&text, text_str(&formula.numbers));
    ConvAxis whole = *axis; /* the formula's number, also below 1: cut off nothing */
    whole.pad_lo = whole.pad_hi = 0;
    int64_t uncut;
    if (tconv_output_extent(&whole, &uncut) == CONV_OK &&
        checked_sub(uncut, axis->pad_lo, &uncut) && checked_sub(uncut, axis->pad_hi, &uncut))
        print_result(&text, uncut);
    if (letters && axis->d > 1)
        text_printf(&text, ", where k̂ = d(k − 1) + 1 = %lld·%lld + 1 = %lld", (long long)axis->d,
                    (long long)(axis->k - 1), (long long)kernel);
    return text_str(&text);
}

const char *relation_text(Arena *arena, WindowKind kind, const ConvAxis *axis) {
    return kind == WINDOW_TCONV ? tconv_text(arena, axis, true)
                                : conv_text(arena, kind, axis, true);
}

const char *relation_numbers(Arena *arena, WindowKind kind, const ConvAxis *axis) {
    return kind == WINDOW_TCONV ? tconv_text(arena, axis, false)
                                : conv_text(arena, kind, axis, false);
}

static bool same_numbers(const ConvAxis *a, const ConvAxis *b) {
    return a->i == b->i && a->k == b->k && a->s == b->s && a->d == b->d && a->pad_lo == b->pad_lo &&
           a->pad_hi == b->pad_hi && a->a == b->a && a->ceil == b->ceil;
}

void relation_notes(Diag *diag, WindowKind kind, int n, const ConvAxis *axes,
                    const char *const *names, const bool *wanted) {
    int first = -1;
    bool alike = true;
    for (int i = 0; i < n; i++) {
        if (!wanted[i]) continue;
        if (first < 0) first = i;
        alike &= same_numbers(&axes[first], &axes[i]);
    }
    for (int i = 0; i < n; i++) {
        if (!wanted[i] || (alike && i != first)) continue;
        const char *text = relation_text(diag->arena, kind, &axes[i]);
        if (alike)
            diag_note(diag, "%s", text);
        else
            diag_note(diag, "%s: %s", names[i], text);
    }
}
