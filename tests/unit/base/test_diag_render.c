/* The renderer, byte for byte: messages of the language's page, built by hand, and the cases in
 * which columns go wrong. */
#include "base/diag.h"

#include <criterion/criterion.h>
#include <string.h>

enum { MAX_LINES = 24 };

/* A source file and the messages about it. */
typedef struct Fixture {
    Arena *arena;
    Sources sources;
    Diags diags;
} Fixture;

static uint32_t add_lines(Fixture *fixture, const char *name, const char *const *lines) {
    Text text = text_in(fixture->arena);
    int last = 0;
    for (int i = 1; i < MAX_LINES; i++)
        if (lines[i]) last = i;
    for (int i = 1; i <= last; i++) text_printf(&text, "%s\n", lines[i] ? lines[i] : "");
    return sources_add(&fixture->sources, name, text_str(&text), text.len);
}

static Fixture *fixture_new(const char *name, const char *const *lines) {
    Arena *arena = arena_create();
    Fixture *fixture = ARENA_NEW(arena, Fixture);
    fixture->arena = arena;
    fixture->sources = (Sources){.arena = arena};
    fixture->diags = diags_in(arena, &fixture->sources);
    add_lines(fixture, name, lines);
    return fixture;
}

/* The first `needle` in a line. */
static Span at(Fixture *fixture, uint32_t line, const char *needle) {
    size_t len;
    const char *text = source_line(&fixture->sources, 0, line, &len);
    const char *found = strstr(text, needle);
    cr_assert(found && found < text + len, "`%s` is not in line %u", needle, line);
    uint32_t begin = (uint32_t)(found - fixture->sources.files.at[0]->text);
    return (Span){0, begin, begin + (uint32_t)strlen(needle)};
}

/* The point behind the first `needle` in a line. */
static Span behind(Fixture *fixture, uint32_t line, const char *needle) {
    Span span = at(fixture, line, needle);
    return (Span){0, span.end, span.end};
}

static void expect_text(Fixture *fixture, const Diag *diag, const char *want) {
    Text out = text_in(fixture->arena);
    diag_render(diag, &fixture->sources, false, &out);
    cr_assert_str_eq(text_str(&out), want, "got\n%s\nwant\n%s", text_str(&out), want);
    arena_destroy(fixture->arena);
}

Test(diag_render, never_closed) {
    const char *lines[MAX_LINES] = {
        [5] = "a = x |> conv(c=16, k=3, p=same", [6] = "b = a |> conv(c=16, k=3, p=same)"};
    Fixture *f = fixture_new("tiny.net", lines);
    Diag *d = diag_add(&f->diags, N0011, at(f, 5, "("), "this `(` is never closed");
    diag_here(d, "opened here");
    diag_label(d, at(f, 6, "b"),
               "a new statement starts in column 1, so the call must end before it");
    diag_note(d, "why: a call may run over several lines, but only if the continuation lines are "
                 "indented");
    DiagHelp *h = diag_help(
        d, FIX_MAYBE,
        "close it (applied for the rest of this check, so later errors are still reported)");
    diag_edit(h, behind(f, 5, "same"), ")");
    expect_text(
        f, d,
        "error[N0011]: this `(` is never closed\n"
        " --> tiny.net:5:14\n"
        "5 | a = x |> conv(c=16, k=3, p=same\n"
        "  |              ^ opened here\n"
        "6 | b = a |> conv(c=16, k=3, p=same)\n"
        "  | - a new statement starts in column 1, so the call must end before it\n"
        "  = why: a call may run over several lines, but only if the continuation lines are "
        "indented\n"
        "help: close it (applied for the rest of this check, so later errors are still reported)\n"
        "5 | a = x |> conv(c=16, k=3, p=same)\n"
        "  |                                +\n");
}

Test(diag_render, foreign_attributes) {
    const char *lines[MAX_LINES] = {
        [5] = "y = x |> conv(out_channels=64, kernel_size=7, stride=2, padding=3)"};
    const char *names = "out_channels=64, kernel_size=7, stride=2, padding=3";
    Fixture *f = fixture_new("port.net", lines);
    Diag *d =
        diag_add(&f->diags, N0203, at(f, 5, names), "%s",
                 "`conv` has no attributes `out_channels`, `kernel_size`, `stride`, `padding`");
    diag_here(d, "these are the names of torch.nn.Conv2d");
    diag_note(d, "why: `.net` uses the paper's letters, one spelling each: c, k, s, p, d, g, a");
    DiagHelp *h = diag_help(d, FIX_AUTO, "the same layer in `.net`");
    diag_edit(h, at(f, 5, names), "c=64, k=7, s=2, p=3");
    expect_text(f, d,
                "error[N0203]: `conv` has no attributes `out_channels`, `kernel_size`, `stride`, "
                "`padding`\n"
                " --> port.net:5:15\n"
                "5 | y = x |> conv(out_channels=64, kernel_size=7, stride=2, padding=3)\n"
                "  |               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ these are "
                "the names of torch.nn.Conv2d\n"
                "  = why: `.net` uses the paper's letters, one spelling each: c, k, s, p, d, g, a\n"
                "help: the same layer in `.net` (safe to apply: `netc check --fix`)\n"
                "5 | y = x |> conv(c=64, k=7, s=2, p=3)\n"
                "  |               ~~~~~~~~~~~~~~~~~~~\n");
}

Test(diag_render, window_larger_than_input) {
    const char *lines[MAX_LINES] = {[6] = "c1 = image |> conv(c=6, k=5) |> tanh",
                                    [9] = "s4 = c3 |> avgpool(k=2, s=2)",
                                    [10] = "c5 = s4 |> conv(c=120, k=5) |> tanh"};
    Fixture *f = fixture_new("lenet5.net", lines);
    Diag *d = diag_add(&f->diags, N0301, at(f, 10, "conv(c=120, k=5)"), "%s",
                       "the window of `c5` (5) is larger than its input (4) along H and W");
    diag_here(d, "needs H ≥ 5 and W ≥ 5");
    diag_label(d, at(f, 9, "s4"), "[1, 16, 4, 4]");
    diag_note(d, "relationship 1: o = (i − k) + 1 = (4 − 5) + 1 = 0, and a layer must produce at "
                 "least one output");
    diag_note(d, "trace of H: image 28 → c1 24 → s2 12 → c3 8 → s4 4");
    diag_note(d, "the smallest image this network accepts is 32×32; 28×28 is 4 short");
    DiagHelp *h = diag_help(
        d, FIX_MAYBE, "make up the 4 with p=2 on the first layer (then c5 is [1, 120, 1, 1])");
    diag_edit(h, behind(f, 6, "k=5"), ", p=2");
    diag_help(d, FIX_MAYBE, "or shrink the window: `k=4` at line 10 fits exactly (o = 1)");
    expect_text(f, d,
                "error[N0301]: the window of `c5` (5) is larger than its input (4) along H and W\n"
                "  --> lenet5.net:10:12\n"
                " 9 | s4 = c3 |> avgpool(k=2, s=2)\n"
                "   | -- [1, 16, 4, 4]\n"
                "10 | c5 = s4 |> conv(c=120, k=5) |> tanh\n"
                "   |            ^^^^^^^^^^^^^^^^ needs H ≥ 5 and W ≥ 5\n"
                "   = relationship 1: o = (i − k) + 1 = (4 − 5) + 1 = 0, and a layer must produce "
                "at least one output\n"
                "   = trace of H: image 28 → c1 24 → s2 12 → c3 8 → s4 4\n"
                "   = the smallest image this network accepts is 32×32; 28×28 is 4 short\n"
                "help: make up the 4 with p=2 on the first layer (then c5 is [1, 120, 1, 1])\n"
                " 6 | c1 = image |> conv(c=6, k=5, p=2) |> tanh\n"
                "   |                            +++++\n"
                "help: or shrink the window: `k=4` at line 10 fits exactly (o = 1)\n");
}

Test(diag_render, asserted_size) {
    const char *lines[MAX_LINES] = {
        [6] = "pool = stem |> maxpool(k=3, s=2)                     -> [H: 56, W: 56]"};
    Fixture *f = fixture_new("resnet.net", lines);
    Diag *d = diag_add(&f->diags, N0310, at(f, 6, "H: 56, W: 56"), "%s",
                       "`pool` is 55×55, but the program asserts 56×56");
    diag_here(d, "asserted here");
    diag_label(d, at(f, 6, "maxpool(k=3, s=2)"), "H = W = 55");
    diag_note(d, "relationship 7: o = ⌊(i − k)/s⌋ + 1 = ⌊(112 − 3)/2⌋ + 1 = ⌊54.5⌋ + 1 = 55");
    diag_help(d, FIX_MAYBE,
              "two single edits give 56, and they are not the same network — choose "
              "the one your weights were trained with");
    DiagHelp *h = diag_help(d, FIX_MAYBE, "(PyTorch) pad: ⌊(112 + 2 − 3)/2⌋ + 1 = 56");
    diag_edit(h, behind(f, 6, "s=2"), ", p=1");
    h = diag_help(d, FIX_MAYBE, "(Caffe) round up: ⌈(112 − 3)/2⌉ + 1 = 56");
    diag_edit(h, behind(f, 6, "s=2"), ", round=ceil");
    expect_text(
        f, d,
        "error[N0310]: `pool` is 55×55, but the program asserts 56×56\n"
        " --> resnet.net:6:58\n"
        "6 | pool = stem |> maxpool(k=3, s=2)                     -> [H: 56, W: 56]\n"
        "  |                ----------------- H = W = 55\n"
        "  |                                                          ^^^^^^^^^^^^ asserted here\n"
        "  = relationship 7: o = ⌊(i − k)/s⌋ + 1 = ⌊(112 − 3)/2⌋ + 1 = ⌊54.5⌋ + 1 = 55\n"
        "help: two single edits give 56, and they are not the same network — choose the one your "
        "weights were trained with\n"
        "help: (PyTorch) pad: ⌊(112 + 2 − 3)/2⌋ + 1 = 56\n"
        "6 | pool = stem |> maxpool(k=3, s=2, p=1)                     -> [H: 56, W: 56]\n"
        "  |                                +++++\n"
        "help: (Caffe) round up: ⌈(112 − 3)/2⌉ + 1 = 56\n"
        "6 | pool = stem |> maxpool(k=3, s=2, round=ceil)                     -> [H: 56, W: 56]\n"
        "  |                                ++++++++++++\n");
}

Test(diag_render, sides_differ_in_a_def) {
    const char *lines[MAX_LINES] = {
        [8] = "  return x + f |> relu", [11] = "b2 = b1 |> block(c=128, s=2)"};
    Fixture *f = fixture_new("res.net", lines);
    Diag *d = diag_add(&f->diags, N0311, at(f, 8, "x + f"), "%s",
                       "the two sides of `+` have different shapes");
    diag_here(d, "x is [1, 64, 56, 56], f is [1, 128, 28, 28]: C, H and W differ");
    diag_label(d, at(f, 11, "block(c=128, s=2)"),
               "in this use of `block`; the use at line 10 is fine");
    diag_note(d, "relationship 6: f.H = ⌊(56 + 2·1 − 3)/2⌋ + 1 = 28; `+` never broadcasts");
    DiagHelp *h = diag_help(d, FIX_MAYBE, "%s",
                            "project the shortcut with a 1×1 convolution: (56 − 1)/2 → ⌊27.5⌋ + 1 "
                            "= 28, c = 128");
    diag_edit(h, at(f, 8, "x"), "(x |> conv(c=c, k=1, s=s))");
    expect_text(
        f, d,
        "error[N0311]: the two sides of `+` have different shapes\n"
        "  --> res.net:8:10\n"
        " 8 |   return x + f |> relu\n"
        "   |          ^^^^^ x is [1, 64, 56, 56], f is [1, 128, 28, 28]: C, H and W differ\n"
        "...\n"
        "11 | b2 = b1 |> block(c=128, s=2)\n"
        "   |            ----------------- in this use of `block`; the use at line 10 is fine\n"
        "   = relationship 6: f.H = ⌊(56 + 2·1 − 3)/2⌋ + 1 = 28; `+` never broadcasts\n"
        "help: project the shortcut with a 1×1 convolution: (56 − 1)/2 → ⌊27.5⌋ + 1 = 28, c = 128\n"
        " 8 |   return (x |> conv(c=c, k=1, s=s)) + f |> relu\n"
        "   |          ~~~~~~~~~~~~~~~~~~~~~~~~~~\n");
}

Test(diag_render, three_places_and_a_gap) {
    const char *lines[MAX_LINES] = {[8] = "d2 = e2 |> maxpool(k=2, s=2)",
                                    [10] = "u2 = m |> tconv(c=64, k=2, s=2)",
                                    [11] = "t2 = concat(u2, e2, axis=C)"};
    Fixture *f = fixture_new("unet.net", lines);
    Diag *d = diag_add(&f->diags, N0312, at(f, 11, "concat(u2, e2, axis=C)"), "%s",
                       "cannot concatenate along C: `u2` is 178×178 and `e2` is 179×179");
    diag_here(d, "H and W must be equal");
    diag_label(d, at(f, 10, "tconv(c=64, k=2, s=2)"), "89 → 178");
    diag_label(d, at(f, 8, "maxpool(k=2, s=2)"),
               "179 → 89: the last row and column are dropped here");
    diag_note(d, "relationship 14: o′ = s(i′ − 1) + a + k − 2p = 2·88 + 0 + 2 − 0 = 178; a = (i − "
                 "k) mod s = (179 − 2) mod 2 = 1 is missing");
    DiagHelp *h = diag_help(d, FIX_MAYBE,
                            "let the compiler undo `d2`, whatever its size (solves a "
                            "= 1; the restored last row then holds only the bias, W0704)");
    diag_edit(h, at(f, 10, "c=64, k=2, s=2"), "of d2, c=64");
    diag_help(d, FIX_MAYBE,
              "or, better, drop nothing: `round=ceil` on d2 gives 179 → 90, and `of "
              "d2` then solves p = (0, 1)");
    expect_text(
        f, d,
        "error[N0312]: cannot concatenate along C: `u2` is 178×178 and `e2` is 179×179\n"
        "  --> unet.net:11:6\n"
        " 8 | d2 = e2 |> maxpool(k=2, s=2)\n"
        "   |            ----------------- 179 → 89: the last row and column are dropped here\n"
        "...\n"
        "10 | u2 = m |> tconv(c=64, k=2, s=2)\n"
        "   |           --------------------- 89 → 178\n"
        "11 | t2 = concat(u2, e2, axis=C)\n"
        "   |      ^^^^^^^^^^^^^^^^^^^^^^ H and W must be equal\n"
        "   = relationship 14: o′ = s(i′ − 1) + a + k − 2p = 2·88 + 0 + 2 − 0 = 178; a = (i − k) "
        "mod s = (179 − 2) mod 2 = 1 is missing\n"
        "help: let the compiler undo `d2`, whatever its size (solves a = 1; the restored last row "
        "then holds only the bias, W0704)\n"
        "10 | u2 = m |> tconv(of d2, c=64)\n"
        "   |                 ~~~~~~~~~~~\n"
        "help: or, better, drop nothing: `round=ceil` on d2 gives 179 → 90, and `of d2` then "
        "solves p = (0, 1)\n");
}

Test(diag_render, note_of_two_lines) {
    const char *lines[MAX_LINES] = {[5] = "y = x |> tconv(c=8, k=3, s=2, p=1, a=2)"};
    Fixture *f = fixture_new("up.net", lines);
    Diag *d = diag_add(&f->diags, N0320, at(f, 5, "a=2"), "%s",
                       "`a` must be smaller than the stride: a ∈ {0, 1}");
    diag_here(d, "a = 2, s = 2");
    diag_note(d, "relationship 14: o′ = s(i′ − 1) + a + k − 2p = 2·13 + a + 3 − 2 → 27 for a = 0, "
                 "28 for a = 1");
    diag_note(d, "why: a says which input size of the forward convolution is meant. conv(k=3, s=2, "
                 "p=1) takes 27 and 28 to 14, but 29 to 15,\n     so 29 is not an output its "
                 "transpose can have. (a pads nothing with zeros: it only selects rows to keep.)");
    DiagHelp *h = diag_help(d, FIX_MAYBE, "the largest output here is 28");
    Span two = behind(f, 5, "a=");
    two.end++;
    diag_edit(h, two, "1");
    expect_text(f, d,
                "error[N0320]: `a` must be smaller than the stride: a ∈ {0, 1}\n"
                " --> up.net:5:36\n"
                "5 | y = x |> tconv(c=8, k=3, s=2, p=1, a=2)\n"
                "  |                                    ^^^ a = 2, s = 2\n"
                "  = relationship 14: o′ = s(i′ − 1) + a + k − 2p = 2·13 + a + 3 − 2 → 27 for a = "
                "0, 28 for a = 1\n"
                "  = why: a says which input size of the forward convolution is meant. conv(k=3, "
                "s=2, p=1) takes 27 and 28 to 14, but 29 to 15,\n"
                "  =      so 29 is not an output its transpose can have. (a pads nothing with "
                "zeros: it only selects rows to keep.)\n"
                "help: the largest output here is 28\n"
                "5 | y = x |> tconv(c=8, k=3, s=2, p=1, a=1)\n"
                "  |                                      ~\n");
}

Test(diag_render, unknown_and_its_assertion) {
    const char *lines[MAX_LINES] = {[5] = "y = x |> conv(c=32, k=4, p=?)    -> [H: 32, W: 32]"};
    Fixture *f = fixture_new("even.net", lines);
    Diag *d = diag_add(&f->diags, N0331, at(f, 5, "p=?"), "%s",
                       "no symmetric padding takes 32 to 32 with k = 4");
    diag_here(d, "to be solved");
    diag_label(d, at(f, 5, "H: 32, W: 32"), "from this");
    diag_note(d, "relationship 2: o = (i − k) + 2p + 1 → 32 = (32 − 4) + 2p + 1 → 2p = 3, which is "
                 "odd");
    diag_note(d, "relationship 3: half padding keeps the size only for odd k");
    DiagHelp *h = diag_help(d, FIX_MAYBE, "pad one side more (what p=same does)");
    diag_edit(h, at(f, 5, "?"), "(1, 2)");
    diag_help(d, FIX_MAYBE, "or use k=3 with p=1, or k=5 with p=2");
    expect_text(
        f, d,
        "error[N0331]: no symmetric padding takes 32 to 32 with k = 4\n"
        " --> even.net:5:26\n"
        "5 | y = x |> conv(c=32, k=4, p=?)    -> [H: 32, W: 32]\n"
        "  |                          ^^^ to be solved\n"
        "  |                                      ------------ from this\n"
        "  = relationship 2: o = (i − k) + 2p + 1 → 32 = (32 − 4) + 2p + 1 → 2p = 3, which is odd\n"
        "  = relationship 3: half padding keeps the size only for odd k\n"
        "help: pad one side more (what p=same does)\n"
        "5 | y = x |> conv(c=32, k=4, p=(1, 2))    -> [H: 32, W: 32]\n"
        "  |                            ~~~~~~\n"
        "help: or use k=3 with p=1, or k=5 with p=2\n");
}

Test(diag_render, wrong_weight) {
    const char *lines[MAX_LINES] = {
        [3] = "weights \"enc.npz\"", [5] = "b = x |> conv(c=128, k=3, s=2, p=1)"};
    Fixture *f = fixture_new("enc.net", lines);
    Diag *d = diag_add(&f->diags, N0503, at(f, 5, "conv(c=128, k=3, s=2, p=1)"), "%s",
                       "weight `b.conv.weight` has the wrong shape");
    diag_here(d, "needs [F: 128, C: 64, H: 3, W: 3]");
    diag_label(d, at(f, 3, "\"enc.npz\""), "holds f32 [3, 3, 64, 128]");
    diag_note(d, "the sizes agree as a set: this looks like a TensorFlow/Keras kernel, stored H, "
                 "W, C, F");
    DiagHelp *h = diag_help(d, FIX_MAYBE, "say so, and it is transposed at compile time");
    diag_edit(h, behind(f, 5, "p=1"),
              ", weight=file(\"enc.npz\", \"b.conv.weight\", axes=[H, W, C, F])");
    expect_text(f, d,
                "error[N0503]: weight `b.conv.weight` has the wrong shape\n"
                " --> enc.net:5:10\n"
                "3 | weights \"enc.npz\"\n"
                "  |         --------- holds f32 [3, 3, 64, 128]\n"
                "...\n"
                "5 | b = x |> conv(c=128, k=3, s=2, p=1)\n"
                "  |          ^^^^^^^^^^^^^^^^^^^^^^^^^^ needs [F: 128, C: 64, H: 3, W: 3]\n"
                "  = the sizes agree as a set: this looks like a TensorFlow/Keras kernel, stored "
                "H, W, C, F\n"
                "help: say so, and it is transposed at compile time\n"
                "5 | b = x |> conv(c=128, k=3, s=2, p=1, weight=file(\"enc.npz\", "
                "\"b.conv.weight\", axes=[H, W, C, F]))\n"
                "  |                                   "
                "++++++++++++++++++++++++++++++++++++++++++++++++++++++++++++\n");
}

/* A message with one place, its words and maybe a second one, in a file of one text. */
typedef struct OddCase {
    const char *name, *text;
    uint32_t begin, end;   /* primary span, bytes */
    uint32_t begin2, end2; /* secondary span, if not empty */
    const char *want;      /* after the line of the message */
} OddCase;

static Fixture *odd_fixture(const char *text) {
    Arena *arena = arena_create();
    Fixture *f = ARENA_NEW(arena, Fixture);
    f->arena = arena;
    f->sources = (Sources){.arena = arena};
    f->diags = diags_in(arena, &f->sources);
    sources_add(&f->sources, "t.net", text, strlen(text));
    return f;
}

Test(diag_render, columns_of_odd_characters) {
    static const OddCase cases[] = {
        {"tab", "\ta\tb\n", 3, 4, 0, 0, " --> t.net:1:4\n1 |     a    b\n  |          ^ here\n"},
        {"wide", "# \xe5\x8d\xb7\xe7\xa7\xaf x\n", 9, 10, 2, 8,
         " --> t.net:1:6\n1 | # \xe5\x8d\xb7\xe7\xa7\xaf x\n  |   ---- there\n  |        ^ here\n"},
        {"combining", "k\xcc\x82 x\n", 4, 5, 0, 0,
         " --> t.net:1:4\n1 | k\xcc\x82 x\n  |   ^ here\n"},
        {"escape", "a \x1b[31m x\n", 2, 3, 8, 9,
         " --> t.net:1:3\n1 | a \\x1B[31m x\n  |   ^^^^ here\n  |            - there\n"},
        {"direction", "a \xe2\x80\xae x\n", 6, 7, 0, 0,
         " --> t.net:1:5\n1 | a \\xE2\\x80\\xAE x\n  |                ^ here\n"},
        {"ill-formed", "a \xff\xfe x\n", 5, 6, 0, 0,
         " --> t.net:1:6\n1 | a \\xFF\\xFE x\n  |            ^ here\n"},
        {"end of line", "abc\ndef\n", 3, 3, 0, 0, " --> t.net:1:4\n1 | abc\n  |    ^ here\n"},
        {"line feed", "abc\ndef\n", 3, 4, 0, 0, " --> t.net:1:4\n1 | abc\n  |    ^ here\n"},
        {"end of file", "abc\n", 4, 4, 0, 0, " --> t.net:2:1\n2 |\n  | ^ here\n"},
        {"empty file", "", 0, 0, 0, 0, " --> t.net:1:1\n1 |\n  | ^ here\n"},
        {"CRLF", "abc\r\ndef\r\n", 5, 8, 0, 0, " --> t.net:2:1\n2 | def\n  | ^^^ here\n"},
        {"two lines", "y = conv(x,\n    c=1) z\n", 4, 20, 0, 0,
         " --> t.net:1:5\n1 | y = conv(x,\n  |     ^^^^^^^\n2 |     c=1) z\n  |     ^^^^ here\n"},
        {"five lines", "y = [\n 1,\n 2,\n 3\n]\n", 4, 18, 0, 0,
         " --> t.net:1:5\n1 | y = [\n  |     ^\n...\n5 | ]\n  | ^ here\n"},
        {"same place", "abc\n", 0, 3, 0, 1, " --> t.net:1:1\n1 | abc\n  | ^^^ here\n  | - there\n"},
        {"lines out of order", "abc\ndef\n", 4, 7, 0, 3,
         " --> t.net:2:1\n1 | abc\n  | --- there\n2 | def\n  | ^^^ here\n"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const OddCase *c = &cases[i];
        Fixture *f = odd_fixture(c->text);
        Diag *d = diag_add(&f->diags, N0010, (Span){0, c->begin, c->end}, "m");
        diag_here(d, "here");
        if (c->end2) diag_label(d, (Span){0, c->begin2, c->end2}, "there");
        Text out = text_in(f->arena);
        diag_render(d, &f->sources, false, &out);
        const char *want = arena_printf(f->arena, "error[N0010]: m\n%s", c->want);
        cr_assert_str_eq(text_str(&out), want, "%s: got\n%s\nwant\n%s", c->name, text_str(&out),
                         want);
        arena_destroy(f->arena);
    }
}

/* The row of `text` that is `number` rows below the first. */
static const char *row_of(Arena *arena, const char *text, int number) {
    for (; number > 0; number--) text = strchr(text, '\n') + 1;
    return arena_strndup(arena, text, strcspn(text, "\n"));
}

Test(diag_render, long_lines_are_cut_around_their_marks) {
    enum { LEN = 200000 };
    Arena *scratch = arena_create();
    char *text = arena_alloc(scratch, LEN + 2);
    for (int i = 0; i < LEN; i++) text[i] = (char)('a' + i % 26);
    text[LEN] = '\n';
    static const uint32_t places[] = {0,   1,   23,  90,    118,     119,
                                      120, 121, 500, 99999, LEN - 2, LEN - 1};
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        Fixture *f = odd_fixture(text);
        uint32_t at_byte = places[i];
        Diag *d = diag_add(&f->diags, N0010, (Span){0, at_byte, at_byte + 1}, "m");
        Text out = text_in(f->arena);
        diag_render(d, &f->sources, false, &out);
        const char *line = row_of(f->arena, text_str(&out), 2);
        const char *mark = row_of(f->arena, text_str(&out), 3);
        size_t column = strcspn(mark, "^");
        /* An ellipsis is three bytes and one column. */
        size_t cut = strncmp(line + 4, "…", 3) == 0 ? 2 : 0;
        cr_assert_eq(line[column + cut], text[at_byte], "byte %u:\n%s", at_byte, text_str(&out));
        cr_assert_leq(strlen(line), 4u + 120u + 4u, "byte %u", at_byte);
        arena_destroy(f->arena);
    }
    Fixture *f = odd_fixture(text);
    Diag *d = diag_add(&f->diags, N0010, (Span){0, 10, 12}, "m");
    diag_label(d, (Span){0, 5000, 5003}, "far");
    diag_label(d, (Span){0, 20, LEN}, "long");
    Text out = text_in(f->arena);
    diag_render(d, &f->sources, false, &out);
    int rows = 0;
    for (const char *p = text_str(&out); *p; p++) rows += *p == '\n';
    cr_assert_lt(out.len, 1200u, "%s", text_str(&out));
    cr_assert_geq(rows, 8, "the line is shown for each of its far marks:\n%s", text_str(&out));
    arena_destroy(f->arena);
    arena_destroy(scratch);
}

Test(diag_render, other_files_and_no_place) {
    const char *lines[MAX_LINES] = {[1] = "net 1", [2] = "import \"b.net\" as b"};
    const char *others[MAX_LINES] = {[1] = "net 1", [12] = "def f(x) { return x }"};
    Fixture *f = fixture_new("a.net", lines);
    uint32_t other = add_lines(f, "b\x1b.net", others);
    Diag *d = diag_add(&f->diags, N0209, at(f, 2, "b.net"), "`f` uses itself");
    uint32_t begin = source_line_start(&f->sources, other, 12);
    diag_label(d, (Span){other, begin + 4, begin + 5}, "here");
    DiagHelp *h = diag_help(d, FIX_MAYBE, "rename it");
    diag_edit(h, (Span){other, begin + 4, begin + 5}, "g");
    Text out = text_in(f->arena);
    diag_render(d, &f->sources, false, &out);
    diag_render(diag_add_global(&f->diags, N0401, "the model has no output"), &f->sources, false,
                &out);
    Diag *warning = diag_add_global(&f->diags, W0708, "`%s` is never used", "a\nb");
    diag_note(warning, "one\n  two");
    diag_render(warning, &f->sources, false, &out);
    const char *want = "error[N0209]: `f` uses itself\n"
                       "  --> a.net:2:9\n"
                       " 2 | import \"b.net\" as b\n"
                       "   |         ^^^^^\n"
                       "  ::: b\\x1B.net:12:5\n"
                       "12 | def f(x) { return x }\n"
                       "   |     - here\n"
                       "help: rename it\n"
                       "  ::: b\\x1B.net:12:5\n"
                       "12 | def g(x) { return x }\n"
                       "   |     ~\n"
                       "error[N0401]: the model has no output\n"
                       "warning[W0708]: `a\\x0Ab` is never used\n"
                       "  = one\n"
                       "  =   two\n";
    cr_assert_str_eq(text_str(&out), want, "got\n%s", text_str(&out));
    arena_destroy(f->arena);
}

Test(diag_render, edits_of_every_sort) {
    const char *lines[MAX_LINES] = {[1] = "model m",
                                    [2] = "a = x |>",
                                    [3] = "  relu |> dropout",
                                    [9] = "b = (x)",
                                    [10] = "c = d"};
    Fixture *f = fixture_new("t.net", lines);
    Diag *d = diag_add(&f->diags, N0010, at(f, 1, "model"), "m");
    DiagHelp *h = diag_help(d, FIX_AUTO, "put in a line");
    diag_edit(h, (Span){0, 0, 0}, "net 1\n");
    h = diag_help(d, FIX_MAYBE, "move it");
    diag_edit(h, at(f, 2, " |>"), "%s", "");
    Span relu = at(f, 3, "relu");
    diag_edit(h, (Span){0, relu.begin, relu.begin}, "|> ");
    h = diag_help(d, FIX_MAYBE, "leave it out");
    diag_edit(h, at(f, 3, " |> dropout"), "%s", "");
    h = diag_help(d, FIX_MAYBE, "far apart, the last one first");
    diag_edit(h, at(f, 10, "d"), "e");
    diag_edit(h, at(f, 9, ")"), "]");
    diag_edit(h, at(f, 9, "("), "[");
    diag_edit(h, at(f, 1, "m"), "n");
    h = diag_help(d, FIX_HOLE, "several lines");
    diag_edit(h, behind(f, 9, "(x)"), "\ne = f");
    expect_text(f, d,
                "error[N0010]: m\n"
                "  --> t.net:1:1\n"
                " 1 | model m\n"
                "   | ^^^^^\n"
                "help: put in a line (safe to apply: `netc check --fix`)\n"
                " 1 | net 1\n"
                "   | +++++\n"
                "help: move it\n"
                " 2 | a = x\n"
                " 3 |   |> relu |> dropout\n"
                "   |   +++\n"
                "help: leave it out\n"
                " 3 |   relu |> dropout\n"
                "   |       -----------\n"
                "help: far apart, the last one first\n"
                " 1 | nodel m\n"
                "   | ~\n"
                "...\n"
                " 9 | b = [x]\n"
                "   |     ~~~\n"
                "10 | c = e\n"
                "   |     ~\n"
                "help: several lines\n"
                " 9 | b = (x)\n"
                "10 | e = f\n"
                "   | +++++\n");
}

Test(diag_render, colour_changes_no_text) {
    const char *lines[MAX_LINES] = {[1] = "a = b |> c"};
    Fixture *f = fixture_new("t.net", lines);
    Diag *d = diag_add(&f->diags, N0201, at(f, 1, "c"), "unknown layer `c`");
    diag_here(d, "not known");
    diag_label(d, at(f, 1, "b"), "input");
    diag_note(d, "a note");
    diag_edit(diag_help(d, FIX_MAYBE, "use conv"), at(f, 1, "c"), "conv");
    Text plain = text_in(f->arena), colour = text_in(f->arena), stripped = text_in(f->arena);
    diag_render(d, &f->sources, false, &plain);
    diag_render(d, &f->sources, true, &colour);
    cr_assert(strstr(text_str(&colour), "\x1b[1;31merror[N0201]\x1b[0m"));
    for (const char *p = text_str(&colour); *p; p++) {
        if (*p == '\x1b')
            p = strchr(p, 'm');
        else
            text_append(&stripped, p, 1);
    }
    cr_assert_str_eq(text_str(&stripped), text_str(&plain));
    arena_destroy(f->arena);
}
