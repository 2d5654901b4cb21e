/* Formulas for people. Which of R1 .. R15 an axis is an instance of is told by what is trivial in
 * it: stride 1, no padding, dilation 1, a = 0. The numbers are those conv_arith computes with; the
 * formula is also shown where it gives no legal size, to say why. */
#include "sema/relation.h"

#include "base/checked.h"

typedef struct Formula {
    Text letters, numbers; /* the same terms twice */
    unsigned unknown;      /* a set of Unknown: letters on both sides */
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

/* @param of  the Unknown that the term depends on; 0 for one that is always known */
static void term(Formula *formula, const char *letter, int64_t number, unsigned of) {
    text_puts(&formula->letters, letter);
    if (formula->unknown & of)
        text_puts(&formula->numbers, letter);
    else
        text_printf(&formula->numbers, "%lld", (long long)number);
}

static void paddings(Formula *formula, const ConvAxis *axis, const char *sign) {
    if (axis->pad_lo == 0 && axis->pad_hi == 0) return;
    both(formula, sign);
    if (axis->pad_lo == axis->pad_hi) {
        text_puts(&formula->letters, "2");
        text_puts(&formula->numbers, formula->unknown & UNKNOWN_P ? "2" : "2·");
        term(formula, "p", axis->pad_lo, UNKNOWN_P);
        return;
    }
    term(formula, "pb", axis->pad_lo, 0);
    both(formula, sign);
    term(formula, "pe", axis->pad_hi, 0);
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

/* The letters for the kernel, and what it depends on. */
static void kernel_term(Formula *formula, const ConvAxis *axis) {
    bool dilated = axis->d > 1;
    term(formula, dilated ? "k̂" : "k", effective_kernel(axis),
         UNKNOWN_K | (dilated ? UNKNOWN_D : 0));
}

/* ⌊(i + 2p − k)/s⌋ + 1, in the plain form (i − k) + 2p + 1 where s = 1. */
static Formula conv_formula(Arena *arena, const ConvAxis *axis, unsigned unknown) {
    Formula formula = {text_in(arena), text_in(arena), unknown};
    bool divides = axis->s > 1;
    if (divides) both(&formula, axis->ceil ? "⌈" : "⌊");
    both(&formula, "(");
    term(&formula, "i", axis->i, 0);
    if (divides) paddings(&formula, axis, " + ");
    both(&formula, " − ");
    kernel_term(&formula, axis);
    both(&formula, ")");
    if (divides) {
        both(&formula, "/");
        term(&formula, "s", axis->s, UNKNOWN_S);
        both(&formula, axis->ceil ? "⌉" : "⌋");
    } else {
        paddings(&formula, axis, " + ");
    }
    both(&formula, " + 1");
    return formula;
}

/* n of the law, i + pb + pe − k̂. */
static bool room_of(const ConvAxis *axis, int64_t *room) {
    return checked_add(axis->i, axis->pad_lo, room) && checked_add(*room, axis->pad_hi, room) &&
           checked_sub(*room, effective_kernel(axis), room);
}

/* The size that the formula gives, also where it is no legal one. */
static bool conv_result(const ConvAxis *axis, int64_t *o) {
    int64_t room;
    if (!room_of(axis, &room)) return false;
    if (conv_output_extent(axis, o) != CONV_OK)
        *o = (axis->ceil ? ceil_div : floor_div)(room, axis->s) + 1;
    return true;
}

static const char *conv_text(Arena *arena, WindowKind kind, const ConvAxis *axis, bool letters) {
    Formula formula = conv_formula(arena, axis, 0);
    int64_t kernel = effective_kernel(axis), room, o;
    int number = conv_number(kind, axis);
    bool divides = axis->s > 1;
    const char *open = axis->ceil ? "⌈" : "⌊", *close = axis->ceil ? "⌉" : "⌋";
    Text text = text_in(arena);
    if (letters)
        text_printf(&text, "relationship %d: o = %s = ", number, text_str(&formula.letters));
    text_puts(&text, text_str(&formula.numbers));
    if (!room_of(axis, &room) || !conv_result(axis, &o)) return text_str(&text);
    if (divides && floor_mod(room, axis->s) != 0) {
        text_printf(&text, " = %s", open);
        print_quotient(&text, room, axis->s);
        text_printf(&text, "%s + 1", close);
    }
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

/* s(i′ − 1) + a + k − 2p; with stride 1 the form i′ + (k − 1) − 2p. */
static Formula tconv_formula(Arena *arena, const ConvAxis *axis, unsigned unknown) {
    Formula formula = {text_in(arena), text_in(arena), unknown};
    if (axis->s == 1 && axis->a == 0) {
        term(&formula, "i′", axis->i, 0);
        both(&formula, " + (");
        kernel_term(&formula, axis);
        both(&formula, " − 1)");
    } else {
        term(&formula, "s", axis->s, UNKNOWN_S);
        text_puts(&formula.letters, "(i′ − 1)");
        text_printf(&formula.numbers, "·%lld", (long long)(axis->i - 1));
        if (axis->a > 0) {
            both(&formula, " + ");
            term(&formula, "a", axis->a, UNKNOWN_A);
        }
        both(&formula, " + ");
        kernel_term(&formula, axis);
    }
    paddings(&formula, axis, " − ");
    return formula;
}

/* The size that the formula gives, also below 1: nothing is cut off. */
static bool tconv_result(const ConvAxis *axis, int64_t *o) {
    ConvAxis whole = *axis;
    whole.pad_lo = whole.pad_hi = 0;
    return tconv_output_extent(&whole, o) == CONV_OK && checked_sub(*o, axis->pad_lo, o) &&
           checked_sub(*o, axis->pad_hi, o);
}

static const char *tconv_text(Arena *arena, const ConvAxis *axis, bool letters) {
    Formula formula = tconv_formula(arena, axis, 0);
    int64_t kernel = effective_kernel(axis);
    int number = tconv_number(axis);
    Text text = text_in(arena);
    if (letters)
        text_printf(&text, "relationship %d: o′ = %s = ", number, text_str(&formula.letters));
    text_puts(&text, text_str(&formula.numbers));
    int64_t o;
    if (tconv_result(axis, &o)) print_result(&text, o);
    if (letters && axis->d > 1)
        text_printf(&text, ", where k̂ = d(k − 1) + 1 = %lld·%lld + 1 = %lld", (long long)axis->d,
                    (long long)(axis->k - 1), (long long)kernel);
    return text_str(&text);
}

static int relationship_of(WindowKind kind, const ConvAxis *axis) {
    return kind == WINDOW_TCONV ? tconv_number(axis) : conv_number(kind, axis);
}

const char *relation_text(Arena *arena, WindowKind kind, const ConvAxis *axis) {
    return kind == WINDOW_TCONV ? tconv_text(arena, axis, true)
                                : conv_text(arena, kind, axis, true);
}

const char *relation_numbers(Arena *arena, WindowKind kind, const ConvAxis *axis) {
    return kind == WINDOW_TCONV ? tconv_text(arena, axis, false)
                                : conv_text(arena, kind, axis, false);
}

const char *relation_of_size(Arena *arena, WindowKind kind, const ConvAxis *axis,
                             const char *size) {
    return arena_printf(arena, "relationship %d: %s = %s", relationship_of(kind, axis), size,
                        relation_numbers(arena, kind, axis));
}

/* The axis with values for the unknowns for which the formula keeps their letters, and which make
 * it no special case: R3, R4, R10 and R11 say what some p and k are to each other. */
static ConvAxis with_letters(const ConvAxis *axis, unsigned unknown) {
    ConvAxis general = *axis;
    if (unknown & UNKNOWN_S) general.s = 2;
    if (unknown & UNKNOWN_D) general.d = 2;
    if (unknown & UNKNOWN_A) general.a = 1;
    if (unknown & UNKNOWN_P) general.pad_lo = general.pad_hi = axis->k + 1;
    if (unknown & UNKNOWN_K) general.k = general.pad_lo + general.pad_hi + 2;
    return general;
}

/* "relationship 2: o = (i − k) + 2p + 1 → 32 = (32 − 4) + 2p + 1". */
static const char *relation_equation(Arena *arena, WindowKind kind, const ConvAxis *axis,
                                     unsigned unknown, int64_t o) {
    bool transposed = kind == WINDOW_TCONV;
    ConvAxis general = with_letters(axis, unknown);
    int number = relationship_of(kind, &general);
    Formula formula = transposed ? tconv_formula(arena, &general, unknown)
                                 : conv_formula(arena, &general, unknown);
    const char *k_hat = "";
    if (unknown & UNKNOWN_D)
        k_hat = arena_printf(arena, ", where k̂ = d·%lld + 1", (long long)(axis->k - 1));
    else if (axis->d > 1 && (unknown & UNKNOWN_K))
        k_hat = arena_printf(arena, ", where k̂ = %lld(k − 1) + 1", (long long)axis->d);
    return arena_printf(arena, "relationship %d: %s = %s → %lld = %s%s", number,
                        transposed ? "o′" : "o", text_str(&formula.letters), (long long)o,
                        text_str(&formula.numbers), k_hat);
}

/* The numbers of an axis that are known, each under its name. */
static void put_knowns(Fact *into, const ConvAxis *axis, unsigned unknown) {
    fact_put(into, "i=%lld", (long long)axis->i);
    if (!(unknown & UNKNOWN_K)) fact_put(into, "k=%lld", (long long)axis->k);
    if (!(unknown & UNKNOWN_S)) fact_put(into, "s=%lld", (long long)axis->s);
    if (!(unknown & UNKNOWN_P))
        fact_put(fact_list(into, "p"), "%lld %lld", (long long)axis->pad_lo,
                 (long long)axis->pad_hi);
    if (!(unknown & UNKNOWN_D) && axis->d != 1) fact_put(into, "d=%lld", (long long)axis->d);
    if (!(unknown & UNKNOWN_A) && axis->a != 0) fact_put(into, "a=%lld", (long long)axis->a);
    if (axis->ceil) fact_put(into, "round=%s", "ceil");
}

static void put_numbers(Fact *into, WindowKind kind, const ConvAxis *axis) {
    int64_t o;
    put_knowns(into, axis, 0);
    if (kind == WINDOW_TCONV ? tconv_result(axis, &o) : conv_result(axis, &o))
        fact_put(into, "o=%lld", (long long)o);
}

void relation_facts(Fact *into, WindowKind kind, const ConvAxis *axis) {
    if (fact_get(into, "relationship")) return;
    fact_put(into, "relationship=%d", relationship_of(kind, axis));
    put_numbers(into, kind, axis);
}

void relation_note(Diag *diag, WindowKind kind, const ConvAxis *axis) {
    diag_note(diag, "%s", relation_text(diag->arena, kind, axis));
    relation_facts(diag->facts, kind, axis);
}

void relation_equation_note(Diag *diag, WindowKind kind, const ConvAxis *axis, unsigned unknown,
                            int64_t o) {
    static const char *const letters[] = {"k", "s", "p", "d", "a"};
    ConvAxis general = with_letters(axis, unknown);
    diag_note(diag, "%s", relation_equation(diag->arena, kind, axis, unknown, o));
    diag_facts(diag, "relationship=%d", relationship_of(kind, &general));
    Fact *sought = fact_list(diag->facts, "unknown");
    for (int i = 0; i < 5; i++)
        if (unknown & 1u << i) fact_put(sought, "%s", letters[i]);
    put_knowns(diag->facts, axis, unknown);
    diag_facts(diag, "o=%lld", (long long)o);
}

/* The numbers under R14, though they may be those of a special case. */
static void facts_of_14(Fact *into, const ConvAxis *axis) {
    fact_put(into, "relationship=%d", 14);
    put_numbers(into, WINDOW_TCONV, axis);
}

void relation_a_note(Diag *diag, const ConvAxis *axis, const char *sizes) {
    ConvAxis general = with_letters(axis, UNKNOWN_A);
    Formula formula = tconv_formula(diag->arena, &general, UNKNOWN_A);
    diag_note(diag, "relationship 14: o′ = %s = %s → %s", text_str(&formula.letters),
              text_str(&formula.numbers), sizes);
    facts_of_14(diag->facts, axis);
}

void relation_full_note(Diag *diag, const ConvAxis *axis) {
    bool dilated = axis->d > 1, even = axis->pad_lo == axis->pad_hi;
    int64_t o = 0;
    Text text = text_in(diag->arena);
    text_printf(&text, "relationship 14: o′ = s(i′ − 1) + a + %s − %s = %lld·%lld + %lld + %lld − ",
                dilated ? "k̂" : "k", even ? "2p" : "pb − pe", (long long)axis->s,
                (long long)(axis->i - 1), (long long)axis->a, (long long)effective_kernel(axis));
    if (even && axis->pad_lo == 0)
        text_puts(&text, "0");
    else if (even)
        text_printf(&text, "2·%lld", (long long)axis->pad_lo);
    else
        text_printf(&text, "%lld − %lld", (long long)axis->pad_lo, (long long)axis->pad_hi);
    if (tconv_result(axis, &o)) print_result(&text, o);
    diag_note(diag, "%s", text_str(&text));
    facts_of_14(diag->facts, axis);
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
    if (alike && first >= 0)
        diag_facts(diag, "relationship=%d", relationship_of(kind, &axes[first]));
    Fact *told = fact_get(diag->facts, "axes") ? NULL : fact_list(diag->facts, "axes");
    Fact *each = alike ? diag->facts : fact_map(diag->facts, "by_axis");
    for (int i = 0; i < n; i++) {
        if (!wanted[i]) continue;
        if (told) fact_put(told, "%s", names[i]);
        if (alike && i != first) continue;
        if (alike)
            put_numbers(each, kind, &axes[i]);
        else
            relation_facts(fact_map(each, names[i]), kind, &axes[i]);
        const char *text = relation_text(diag->arena, kind, &axes[i]);
        if (alike)
            diag_note(diag, "%s", text);
        else
            diag_note(diag, "%s: %s", names[i], text);
    }
}

Fact *relation_facts_of(Diag *diag, const char *axis) {
    if (!fact_get(diag->facts, "by_axis")) return diag->facts;
    return fact_map(fact_map(diag->facts, "by_axis"), axis);
}
