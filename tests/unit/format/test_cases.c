/* Texts written to be awkward, and what becomes of them. */
#include "format/formatting.h"

#include <criterion/criterion.h>

/* `before` and `after` follow a line `net 1`, unless they begin with '^'. */
typedef struct Case {
    const char *name, *before, *after;
} Case;

#define L20 "abcdefghijklmnopqrst"

static const Case cases[] = {
    {"blanks", "a=x|>conv( c = 6,k=3 )  \n", "a = x |> conv(c=6, k=3)\n"},
    {"tabs", "a\t=\tx\t|>\trelu\n", "a = x |> relu\n"},
    {"nothing else", "", ""},
    {"no final newline", "a = x", "a = x\n"},
    {"byte order mark and CRLF", "^\xef\xbb\xbfnet 1\r\n\r\na = x\r\n", "^net 1\n\na = x\n"},
    {"CR alone", "a = x\rb = y\r", "a = x\nb = y\n"},
    {"empty lines", "\n\n\na = x\n\n \t\n\nb = y\n\n\n", "\na = x\n\nb = y\n"},
    {"before the edition", "^\n\n# one\n\n\n\n# two\nnet   1\n", "^# one\n\n# two\nnet 1\n"},
    {"only comments behind", "^net 1 # e\n# f\n\n\n# g", "^net 1    # e\n# f\n\n# g\n"},
    {"signs and operators", "let a = - 1+2*-  3 -(-4)/ 5%6\n",
     "let a = -1 + 2 * -3 - (-4) / 5 % 6\n"},
    {"a sign behind a bracket", "a = f(x, v=-1, w=[-1,- 2], u=(-1,-2))\n",
     "a = f(x, v=-1, w=[-1, -2], u=(-1, -2))\n"},
    {"operators in the value of an attribute",
     "a = f(x * y, v = (1 + - 2) / 6, w = [x.C % 2, - 1], u = {H: - n * 2}, g(y - 1)) + 1\n",
     "a = f(x * y, v=(1+-2)/6, w=[x.C%2, -1], u={H: -n*2}, g(y - 1)) + 1\n"},
    {"tensors and stages in the value of an attribute",
     "a = f(v = x + y |> g -> [H: n - 1], w = h(x - y))\n",
     "a = f(v=x+y |> g -> [H: n-1], w=h(x-y))\n"},
    {"the default of a parameter is no attribute", "def f(x, c: int=x.C/4) { return x }\n",
     "def f(x, c: int = x.C / 4) { return x }\n"},
    {"brackets that say nothing stay", "a = ((x))+(y)\n", "a = ((x)) + (y)\n"},
    {"a bracket behind an operator", "a = x*(y+z)\n", "a = x * (y + z)\n"},
    {"numbers and strings as written", "weights \"a # b\\\"\\u{e9}\"\nlet e = 1.50e-05\n",
     "weights \"a # b\\\"\\u{e9}\"\nlet e = 1.50e-05\n"},
    {"extents and paths", "import \"f.net\"as b\na = x|>b . f( c = x . C )\n",
     "import \"f.net\" as b\na = x |> b.f(c=x.C)\n"},
    {"labels", "a = x|>conv(c=1,k=1)@ h|>conv(c=1,k=1)@\"f.0\"\n",
     "a = x |> conv(c=1, k=1) @h |> conv(c=1, k=1) @\"f.0\"\n"},
    {"inputs line up", "input x:f32[N:1,C:2]\ninput long:f32[C:2,]\n",
     "input x    : f32[N: 1, C: 2]\ninput long : f32[C: 2]\n"},
    {"maps, pairs, sizes", "a = x|>f(k=3x5,p={H:(0,1),W:same},b=?)\n",
     "a = x |> f(k=3x5, p={H: (0, 1), W: same}, b=?)\n"},
    {"repeat", "a=x|>repeat 3 f()|>repeat d in[1,2]g(d=d)|>repeat n h(c=1)\n",
     "a = x |> repeat 3 f() |> repeat d in [1, 2] g(d=d) |> repeat n h(c=1)\n"},
    {"empty brackets of a stage", "a = x |> relu() |> f( )\nb = relu()\n",
     "a = x |> relu |> f\nb = relu()\n"},
    {"commas at the end", "a = f(x,[1,2,],c=1,)\n", "a = f(x, [1, 2], c=1)\n"},
    {"several names", "a,b=x|>split(axis=C,sizes=[1,2])\n",
     "a, b = x |> split(axis=C, sizes=[1, 2])\n"},
    {"=, -> and comments line up",
     "a = x->[1,2] # one\nlonger = x |> relu\nc = x |> tanh -> [H:3] # two\n",
     "a      = x            -> [1, 2]    # one\n"
     "longer = x |> relu\n"
     "c      = x |> tanh    -> [H: 3]    # two\n"},
    {"another kind of line is another run", "a = x\nlonger = x\noutput y = a\noutput zz\n",
     "a      = x\nlonger = x\noutput y = a\noutput zz\n"},
    {"an empty line ends a run", "a = x\n\nlonger = x\n", "a = x\n\nlonger = x\n"},
    {"a comment ends a run", "a = x\n# c\nlonger = x\n", "a = x\n# c\nlonger = x\n"},
    {"comments line up across kinds", "let a = 1 # a\nb = x # b\n",
     "let a = 1    # a\nb = x        # b\n"},
    {"-> of other kinds lines up if it is near",
     "a = x |> tanh -> [1]\noutput y = a |> relu -> [2]\noutput z\nb = longer -> [3]\n",
     "a = x |> tanh           -> [1]\n"
     "output y = a |> relu    -> [2]\n"
     "output z\n"
     "b = longer              -> [3]\n"},
    {"and where it would be far it does not",
     "a = x -> [1]\noutput yy = aaa |> relu -> [2]\nb = xxxxxxxx |> y -> [3]\n",
     "a = x    -> [1]\n"
     "output yy = aaa |> relu    -> [2]\n"
     "b = xxxxxxxx |> y          -> [3]\n"},
    {"an assertion inside a chain", "a = x->[1,2]|>relu->[1,2]\n",
     "a = x -> [1, 2] |> relu    -> [1, 2]\n"},
    {"wide characters in columns", "a = x # é\nb = f(x, \"日本\") # c\n",
     "a = x               # é\nb = f(x, \"日本\")    # c\n"},

    {"the order of attributes", "a = x |> conv(bias=none, p=1, k=3, c=6)\n",
     "a = x |> conv(c=6, k=3, p=1, bias=none)\n"},
    {"tensors stay first", "a = concat(axis=C, x, y)\nb = conv(k=1, x, c=1)\n",
     "a = concat(x, y, axis=C)\nb = conv(x, c=1, k=1)\n"},
    {"order inside an argument", "a = conv(k=3, x |> conv(k=1, c=2), c=6)\n",
     "a = conv(x |> conv(c=2, k=1), c=6, k=3)\n"},
    {"a def's attributes keep their order", "a = x |> f(k=3, c=6) |> b.conv(k=3, c=6)\n",
     "a = x |> f(k=3, c=6) |> b.conv(k=3, c=6)\n"},
    {"an attribute that is wrong or twice",
     "a = x |> conv(k=3, z=1, s=1)\nb = x |> conv(k=3, k=3, s=1)\n",
     "a = x |> conv(k=3, z=1, s=1)\nb = x |> conv(k=3, k=3, s=1)\n"},
    {"defaults", "a = x |> conv(c=1, k=1, s=1, p=valid, d=1, g=1, border=zero, flip=no)\n",
     "a = x |> conv(c=1, k=1)\n"},
    {"defaults of others",
     "a = x |> maxpool(k=2, s=1, p=0, d=1, round=floor) |> elu(alpha=1.0) |> elu(alpha=1)\n"
     "b = elu(x, alpha=1)\nc = pad(x, p=1, border=zero, value=0.0)\n",
     "a = x |> maxpool(k=2, s=1) |> elu |> elu\nb = elu(x)\nc = pad(x, p=1)\n"},
    {"not quite defaults", "a = x |> conv(c=1, k=1, s=1x1, p=(0, 0), d=n, g={H: 1}, s=2)\n",
     "a = x |> conv(c=1, k=1, s=1x1, p=(0, 0), d=n, g={H: 1}, s=2)\n"},
    {"a fault is not hidden",
     "a = x |> tconv(c=1, k=1, p=same, a=0)\nb = x |> pad(p=1, border=reflect, value=0)\n",
     "a = x |> tconv(c=1, k=1, p=same, a=0)\nb = x |> pad(p=1, border=reflect, value=0)\n"},
    {"a=0 beside a number", "a = x |> tconv(c=1, k=1, p=1, a=0)\n",
     "a = x |> tconv(c=1, k=1, p=1)\n"},
    {"nothing is dropped beside of", "a = x |> tconv(g=1, of c1, s=1)\n",
     "a = x |> tconv(of c1, s=1, g=1)\n"},

    {"a statement over lines that fits", "a = x\n  |> relu\n  -> [1,\n 2]\n",
     "a = x |> relu    -> [1, 2]\n"},
    {"a chain that does not fit",
     "aaaa = xxxx |> conv(c=16, k=3, p=same) |> conv(c=16, k=3, p=same) |> conv(c=16, k=3, p=same) "
     "|> relu -> [1, 2]\n",
     "aaaa = xxxx\n"
     "  |> conv(c=16, k=3, p=same)\n"
     "  |> conv(c=16, k=3, p=same)\n"
     "  |> conv(c=16, k=3, p=same)\n"
     "  |> relu    -> [1, 2]\n"},
    {"assertions of stages line up",
     "aaaa = xxxx -> [H: 1] |> conv(c=16, k=3, p=same) -> [H: 3] |> conv(c=16, k=3, p=same) -> [H: "
     "5] -> [W: 5] |> relu # c\n",
     "aaaa = xxxx                     -> [H: 1]\n"
     "  |> conv(c=16, k=3, p=same)    -> [H: 3]\n"
     "  |> conv(c=16, k=3, p=same)    -> [H: 5]\n"
     "  -> [W: 5]\n"
     "  |> relu    # c\n"},
    {"a call that does not fit",
     "aaaa = f(xxxx, first=" L20 ", second=" L20 ", third=" L20 ", fourth=[1, 2])\n",
     "aaaa = f(xxxx, first=" L20 ", second=" L20 ", third=" L20 ",\n"
     "         fourth=[1, 2])\n"},
    {"a hundred columns", "a = x |> f(" L20 L20 ", " L20 L20 ", bcde)\n",
     "a = x |> f(" L20 L20 ", " L20 L20 ", bcde)\n"},
    {"a hundred and one", "a = x |> f(" L20 L20 ", " L20 L20 ", bcdef)\n",
     "a = x\n  |> f(" L20 L20 ", " L20 L20 ", bcdef)\n"},
    {"elements of elements",
     "a = f(w=[[1000000000, 2000000000, 3000000000], [1000000000, 2000000000, 3000000000], "
     "[1000000000, 2000000000, 3000000000]])\n",
     "a = f(w=[[1000000000, 2000000000, 3000000000], [1000000000, 2000000000, 3000000000],\n"
     "         [1000000000, 2000000000, 3000000000]])\n"},
    {"a bracket far to the right", "a = " L20 L20 " + y" L20 L20 "(" L20 ", " L20 ", " L20 ")\n",
     "a = " L20 L20 " + y" L20 L20 "(\n"
     "    " L20 ", " L20 ", " L20 ")\n"},
    {"no place to break", "a = " L20 L20 " + " L20 L20 " + " L20 L20 "\n",
     "a = " L20 L20 " + " L20 L20 " + " L20 L20 "\n"},
    {"parameters that do not fit",
     "def f(x, " L20 ": int = 1, p" L20 ": int = 1, q" L20
     ": int = 1, r: pad = half) {\n  return x\n}\n",
     "def f(x, " L20 ": int = 1, p" L20 ": int = 1,\n"
     "      q" L20 ": int = 1, r: pad = half) {\n"
     "  return x\n}\n"},

    {"a short def", "def f( x,c:int ){\nreturn x|>relu\n}\n",
     "def f(x, c: int) { return x |> relu }\n"},
    {"a def", "def f(x,y){\n\n\nh=x+y\n\n\nreturn h,x\n\n}\nlet a = 1\n",
     "def f(x, y) {\n  h = x + y\n\n  return h, x\n}\nlet a = 1\n"},
    {"comments in a def",
     "def f(x) { # head\n\n# first\nh = x # h\n\n# last\n return h # r\n# end\n\n} # brace\n",
     "def f(x) {    # head\n\n  # first\n  h = x    # h\n\n  # last\n  return h    # r\n  # end\n} "
     "   # brace\n"},
    {"a brace behind the return", "def f(x) {\nh = x\nreturn h } # c\n",
     "def f(x) {\n  h = x\n  return h\n}    # c\n"},
    {"documents and what only looks like one", "let a = f(x, ## a\n\n\n 1) ## b\nb = x\n",
     "let a = f(x,    ## a\n  1)            ## b\nb = x\n"},
    {"documents", "## a\n## b\nlet a = 1 ## c\n\n## d\nb = x\n",
     "## a\n## b\nlet a = 1    ## c\n\n## d\nb = x\n"},

    {"comments between lines", "a = x # one\n# two\n\n# three\n   |> relu # four\n",
     "a = x    # one\n  # two\n\n  # three\n  |> relu    # four\n"},
    {"comments in brackets",
     "a = x |> conv( # here\n k=3, # kernel\n   # own\n  c=64, # channels\n )\n",
     "a = x |> conv(    # here\n  k=3,            # kernel\n  # own\n  c=64    # "
     "channels\n)\n"},
    {"comments in a list", "a = f([[1, # one\n 2], # two\n [3,\n 4]\n ], # all\n c=1)\n",
     "a = f([[1,    # one\n  2],         # two\n  [3,\n    4]\n],            # all\n  c=1)\n"},
    {"a comment before a comma at the end", "a = f(x # one\n  ,)\nb = f(x # two\n  , # three\n )\n",
     "a = f(x    # one\n)\nb = f(x    # two\n  # three\n)\n"},
    {"comments in parameters", "def f(x, # data\n c: int # channels\n) {\n return x\n}\n",
     "def f(x,    # data\n  c: int    # channels\n) {\n  return x\n}\n"},
    {"an allowed warning keeps its line",
     "a = x |> conv(s=2, k=3, c=6) # netc: allow W0701\n"
     "b = x |> conv(c=16, k=3, p=same) |> conv(c=16, k=3, p=same) |> conv(c=16, k=3, s=7) |> relu "
     "# netc: allow W0701\n"
     "c = x |> conv(c=6, k=3)\n |> conv(c=6, k=3) #netc:allow W0701\n",
     "a = x |> conv(c=6, k=3, s=2)    # netc: allow W0701\n"
     "b = x |> conv(c=16, k=3, p=same) |> conv(c=16, k=3, p=same) |> conv(c=16, k=3, s=7) |> relu  "
     "  # netc: allow W0701\n"
     "c = x |> conv(c=6, k=3)\n  |> conv(c=6, k=3)    #netc:allow W0701\n"},
    {"an allowed warning of a def",
     "def f(x) {\n return x |> conv(k=1, c=1) } # netc: allow W0705\n"
     "def g(x) { return x } # netc: allow W0705\n"
     "def h(x) {\n return x\n} # netc: allow W0705\n",
     "def f(x) {\n  return x |> conv(c=1, k=1)    # netc: allow W0705\n}\n"
     "def g(x) { return x }    # netc: allow W0705\n"
     "def h(x) {\n  return x\n}    # netc: allow W0705\n"},
};

static const char *whole(Arena *arena, const char *text) {
    return text[0] == '^' ? text + 1 : arena_printf(arena, "net 1\n%s", text);
}

Test(format, awkward_texts) {
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        Arena *arena = arena_create();
        const Case *c = &cases[i];
        const char *before = whole(arena, c->before);
        const char *got = formatted(arena, c->name, before, strlen(before));
        cr_assert(got, "%s: has faults", c->name);
        cr_expect_str_eq(got, whole(arena, c->after), "%s:\n%s\nwanted:\n%s", c->name, got,
                         whole(arena, c->after));
        arena_destroy(arena);
    }
}

Test(format, texts_with_faults_are_refused) {
    static const char *const texts[] = {"",
                                        "a = x\n",
                                        "net 1\na = \n",
                                        "net 1\na = x +\n  y\n",
                                        "net 1\na = f(x\nb = y\n",
                                        "net 1\na = \"\xff\"\n"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        Arena *arena = arena_create();
        cr_expect_null(formatted(arena, texts[i], texts[i], strlen(texts[i])), "%s", texts[i]);
        arena_destroy(arena);
    }
}
