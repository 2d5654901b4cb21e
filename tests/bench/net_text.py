"""Reads the part of `.net` that the benchmarks use and gives its layers with shapes and work counts.

Takes the text of a network (conv, tconv, pools, dense, batchnorm, flatten, concat, +, activations; no
def; integers are literals, `let`s and `x.H`) and gives a Net: one Layer for each layer in order, sizes known. Written from the language's rules and not
from the compiler, so that the peer's model and the compiler's object meet only in their results.
"""

import math
import re
from dataclasses import dataclass, field

WINDOW = ("conv", "tconv", "maxpool", "avgpool")
LAYERS = WINDOW + (
    "dense", "batchnorm", "flatten", "concat", "relu", "tanh", "sigmoid", "softmax", "add")

TOKEN = re.compile(
    r"""\s*(\|>|->|"[^"]*"|\d+(?:x\d+)+|\d+(?:\.\d*)?(?:[eE][-+]?\d+)?|[A-Za-z_]\w*|[][(){},:=+@.])"""
)


class NetError(Exception):
    """The text is outside the part of the language that this reader knows."""


@dataclass
class Layer:
    """One layer, sizes known."""

    op: str
    inputs: list  # of Value
    key: str  # path of its parameters: `c1.conv`, or its label
    attrs: dict = field(default_factory=dict)  # as written
    k: tuple = ()  # per spatial axis, elements
    s: tuple = ()
    d: tuple = ()
    pad: tuple = ()  # pairs (begin, end) per spatial axis
    a: tuple = ()  # output padding per spatial axis
    out: object = None  # Value
    params: dict = field(default_factory=dict)  # name -> (shape, fan_in)
    multiply_adds: int = 0  # those on data
    multiply_adds_counted: int = 0  # with those on padding


@dataclass
class Value:
    """A tensor: its name in the text (or a generated one) and its extents, batch first."""

    name: str
    shape: tuple
    layers: list = field(default_factory=list)  # window layers written in its bind


@dataclass
class Net:
    """A network whose every size is known."""

    model: str = ""
    weights: tuple = ()  # ("random", seed) or ("file", name)
    inputs: list = field(default_factory=list)
    outputs: list = field(default_factory=list)  # of (name, Value)
    layers: list = field(default_factory=list)

    @property
    def multiply_adds(self):
        return sum(layer.multiply_adds for layer in self.layers)

    @property
    def multiply_adds_counted(self):
        return sum(layer.multiply_adds_counted for layer in self.layers)

    @property
    def parameter_count(self):
        return sum(math.prod(s) for l in self.layers for s, _ in l.params.values())


# --- size rules, one spatial axis ---------------------------------------------------------------


def conv_extent(i, k, s, d, pad, ceil=False):
    """R15: output extent of a convolution or pool."""
    room = i + sum(pad) - (d * (k - 1) + 1)
    if room < 0:
        raise NetError(f"window {k} is larger than its input {i}")
    o = (-(-room // s) if ceil else room // s) + 1
    return o - 1 if ceil and (o - 1) * s >= i + pad[0] else o


def tconv_extent(i, k, s, d, pad, a):
    """R14 with dilation: output extent of a transposed convolution."""
    return s * (i - 1) + d * (k - 1) + 1 + a - sum(pad)


def taps_on_data(i, o, k, s, d, pad):
    """Number of pairs (output, tap) of a convolution that read data and not padding."""
    return sum(0 <= s * q + d * t - pad[0] < i for q in range(o) for t in range(k))


def padding(word, i, k, s, d, transposed):
    """The pair (begin, end) and output padding that a `p=` stands for."""
    k_eff = d * (k - 1) + 1
    if isinstance(word, int):
        return (word, word), 0
    if isinstance(word, tuple):
        return word, 0
    if word == "valid":
        return (0, 0), 0
    if word == "half":
        return (k_eff // 2, k_eff // 2), 0
    if word == "full":
        return (k_eff - 1, k_eff - 1), 0
    if word not in ("same", "causal"):
        raise NetError(f"p={word}")
    if transposed:
        total, a = max(k_eff - s, 0), max(s - k_eff, 0)
        return ((0, total) if word == "causal" else (total // 2, total - total // 2)), a
    if word == "causal":
        return (k_eff - 1, 0), 0
    total = max((-(-i // s) - 1) * s + k_eff - i, 0)
    return (total // 2, total - total // 2), 0


# --- text -----------------------------------------------------------------------------------------


def statements(text):
    """The token lists of the statements: a line, with the lines that continue it."""
    joined, depth = [], 0
    for line in text.splitlines():
        line = re.sub(r'("[^"]*")|#.*', lambda m: m.group(1) or "", line).rstrip()
        if not line.strip():
            continue
        if depth > 0 or line.lstrip().startswith(("|>", "->")):
            joined[-1] += " " + line
        else:
            joined.append(line)
        depth += sum(line.count(c) for c in "([{") - sum(line.count(c) for c in ")]}")
    for line in joined:
        tokens, at = [], 0
        while at < len(line):
            match = TOKEN.match(line, at)
            if not match:
                raise NetError(f"cannot read `{line[at:]}`")
            tokens.append(match.group(1))
            at = match.end()
        yield tokens


class Reader:
    """A recursive-descent reader of one statement after the other, which builds the Net."""

    def __init__(self, text):
        self.net = Net()
        self.lets = {}
        self.values = {}
        self.labels = {}
        for self.tokens in statements(text):
            self.at = 0
            self.statement()
            if self.at != len(self.tokens):
                raise NetError(f"`{self.tokens[self.at]}` in `{' '.join(self.tokens)}`")

    def peek(self):
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

    def next(self):
        token = self.peek()
        self.at += 1
        return token

    def take(self, token):
        if self.peek() != token:
            return False
        self.at += 1
        return True

    def want(self, token):
        if not self.take(token):
            raise NetError(f"`{token}` expected before `{self.peek()}`")

    def statement(self):
        word = self.next()
        if word == "net":
            self.want("1")
        elif word == "model":
            self.net.model = self.next()
        elif word == "let":
            name = self.next()
            self.want("=")
            self.lets[name] = self.integer()
        elif word == "weights":
            self.weights()
        elif word == "input":
            self.input()
        elif word == "output":
            name = self.next()
            value = self.bind(name) if self.take("=") else self.values[name]
            self.net.outputs.append((name, value))
        else:
            self.want("=")
            self.bind(word)

    def weights(self):
        token = self.next()
        if token.startswith('"'):
            self.net.weights = ("file", token[1:-1])
            return
        if token != "random":
            raise NetError(f"weights {token}")
        for expected in ("(", "seed", "="):
            self.want(expected)
        self.net.weights = ("random", int(self.next()))
        self.want(")")

    def input(self):
        name = self.next()
        for expected in (":", "f32"):
            self.want(expected)
        axes = self.brackets()
        self.axes = "".join(axes)
        if self.axes not in ("NC", "NCT", "NCHW", "NCDHW"):
            raise NetError(f"input axes {list(axes)}")
        value = Value(name, tuple(axes.values()))
        self.values[name] = value
        self.net.inputs.append(value)

    def integer(self):
        word = self.next()
        if word.isdigit():
            return int(word)
        if word in self.lets:
            return self.lets[word]
        self.want(".")
        shape = self.values[word].shape
        return shape[self.axes.index(self.next())]

    def brackets(self):
        """`[N: 1, C: 3]` or `[1, 3]`; axes without a name are numbered."""
        self.want("[")
        entries = {}
        while not self.take("]"):
            named = self.peek().isupper() and self.tokens[self.at + 1] == ":"
            axis = self.next() if named else len(entries)
            if named:
                self.want(":")
            entries[axis] = self.integer()
            self.take(",")
        return entries

    def bind(self, name):
        self.name, self.window = name, []
        value = self.expression()
        value = Value(name, value.shape, self.window) if value.name in self.values else value
        value.layers = self.window
        self.values[name] = value
        return value

    def expression(self):
        value = self.primary()
        while self.take("+"):
            value = self.add("add", [value, self.primary()], {}, None)
        while self.peek() in ("|>", "->"):
            if self.take("->"):
                self.check(value, self.brackets())
                continue
            self.next()
            value = self.stage(self.next(), [value])
        return value

    def check(self, value, axes):
        for axis, extent in axes.items():
            got = value.shape[axis if isinstance(axis, int) else self.axes.index(axis)]
            if got != extent:
                raise NetError(f"{self.name} has {got} where {extent} is asserted")

    def primary(self):
        if self.take("("):
            value = self.expression()
            self.want(")")
            return value
        word = self.next()
        if self.peek() == "(":
            return self.stage(word, [])
        if word not in self.values:
            raise NetError(f"`{word}` is not a value")
        return self.values[word]

    def stage(self, op, tensors):
        attrs = {}
        if self.take("("):
            while not self.take(")"):
                self.argument(tensors, attrs)
                self.take(",")
        label = self.next().strip('"') if self.take("@") else None
        return self.add(op, tensors, attrs, label)

    def argument(self, tensors, attrs):
        if self.take("of"):
            name = self.next().strip('"')
            if name not in self.labels and len(self.values[name].layers) != 1:
                raise NetError(f"`of {name}`: not one window layer")
            attrs["of"] = self.labels.get(name) or self.values[name].layers[0]
        elif self.at + 1 < len(self.tokens) and self.tokens[self.at + 1] == "=":
            name = self.next()
            self.next()
            attrs[name] = self.attribute()
        else:
            tensors.append(self.expression())

    def attribute(self):
        word = self.next()
        if word == "(":
            begin = self.integer()
            self.want(",")
            end = self.integer()
            self.want(")")
            return begin, end
        if word == "{":
            axes = {}
            while not self.take("}"):
                axis = self.next()
                self.want(":")
                axes[axis] = self.attribute()
                self.take(",")
            return axes
        if "x" in word and word[0].isdigit():
            return dict(zip(self.axes[2:], map(int, word.split("x"))))
        if re.fullmatch(r"\d+(\.\d*)?([eE][-+]?\d+)?", word):
            return int(word) if word.isdigit() else float(word)
        return self.lets.get(word, word)

    # --- layers -----------------------------------------------------------------------------------

    def add(self, op, inputs, attrs, label):
        if op not in LAYERS:
            raise NetError(f"layer `{op}`")
        unknown = set(attrs) - {
            "c", "k", "s", "p", "d", "a", "g", "of", "round", "count", "axis", "bias", "eps"}
        if unknown:
            raise NetError(f"attributes {unknown} of `{op}`")
        layer = Layer(op, inputs, label or f"{self.name}.{op}", attrs)
        shape = inputs[0].shape
        if op == "add" and shape != inputs[1].shape:
            raise NetError("`+` of different shapes")
        if op in WINDOW:
            shape = self.window_shape(layer)
            self.window.append(layer)
        elif op == "dense":
            self.parameters(layer, (attrs["c"], shape[1]), attrs["c"], shape[1])
            layer.multiply_adds = layer.multiply_adds_counted = shape[0] * shape[1] * attrs["c"]
            shape = (shape[0], attrs["c"])
        elif op == "batchnorm":
            for name in ("weight", "bias", "running_mean", "running_var"):
                layer.params[name] = ((shape[1],), 1)
        elif op == "concat":
            axis = self.axes.index(attrs["axis"])
            total = sum(value.shape[axis] for value in inputs)
            shape = (*shape[:axis], total, *shape[axis + 1 :])
        elif op == "flatten":
            shape = (shape[0], math.prod(shape[1:]))
        if label:
            self.labels[label] = layer
        layer.out = Value(f"v{len(self.net.layers)}", shape)
        self.net.layers.append(layer)
        return layer.out

    def window_shape(self, layer):
        """Resolves k, s, d, p, a per axis and gives the shape of the output."""
        n, c, *extents = layer.inputs[0].shape
        transposed, of = layer.op == "tconv", layer.attrs.get("of")
        axes = []
        for axis, i in enumerate(extents):
            if of:
                axes.append(self.undo(of, axis, i))
                continue
            at = {name: value[self.axes[2 + axis]] if isinstance(value, dict) else value
                  for name, value in layer.attrs.items()}
            if at["k"] == "all":
                at["k"], at["s"] = i, 1
            geometry = at["k"], at.get("s", 1), at.get("d", 1)
            pad, a = padding(at.get("p", "valid"), i, *geometry, transposed)
            axes.append((*geometry, pad, at.get("a", a)))
        layer.k, layer.s, layer.d, layer.pad, layer.a = zip(*axes)
        if transposed:
            out = [tconv_extent(i, *axis) for i, axis in zip(extents, axes)]
            pairs = zip(out, extents, axes)
        else:
            ceil = layer.attrs.get("round") == "ceil"
            out = [conv_extent(i, *axis[:4], ceil) for i, axis in zip(extents, axes)]
            pairs = zip(extents, out, axes)
        channels = layer.attrs.get("c", of.inputs[0].shape[1] if of else c)
        if layer.op in ("conv", "tconv"):
            on_data = [taps_on_data(i, o, *axis[:4]) for i, o, axis in pairs]
            self.count(layer, n, c, channels, on_data, extents if transposed else out)
        return (n, channels, *out)

    @staticmethod
    def undo(of, axis, i):
        """Geometry of `tconv(of L)` along one axis (R14): its output has L's input size."""
        k, s, d, pad = of.k[axis], of.s[axis], of.d[axis], of.pad[axis]
        target = of.inputs[0].shape[2 + axis]
        if i != of.out.shape[2 + axis]:
            raise NetError("`of` undoes another size")
        e = target - tconv_extent(i, k, s, d, pad, 0)
        return (k, s, d, pad, e) if e >= 0 else (k, s, d, (pad[0], pad[1] - e), 0)

    def count(self, layer, n, c, f, on_data, windows):
        transposed, groups = layer.op == "tconv", layer.attrs.get("g", 1)
        pairs = n * c * f // groups
        layer.multiply_adds = pairs * math.prod(on_data)
        layer.multiply_adds_counted = pairs * math.prod(windows) * math.prod(layer.k)
        reach = [-(-k // s) for k, s in zip(layer.k, layer.s)] if transposed else layer.k
        first = (c, f // groups) if transposed else (f, c // groups)
        self.parameters(layer, (*first, *layer.k), f, c // groups * math.prod(reach))

    @staticmethod
    def parameters(layer, shape, channels, fan_in):
        layer.params["weight"] = (shape, fan_in)
        if layer.attrs.get("bias") != "none":
            layer.params["bias"] = ((channels,), fan_in)


def read(text):
    """The network that `text` describes."""
    return Reader(text).net


# --- parameters -----------------------------------------------------------------------------------


def fnv1a64(data):
    state = 0xCBF29CE484222325
    for byte in data:
        state = (state ^ byte) * 0x100000001B3 % 2**64
    return state


def random_weights(key, seed, fan_in, shape):
    """`weights random(seed=..)` of the language, bit by bit: SplitMix64 from FNV-1a-64(key) xor seed,
    uniform in [-1, 1) times sqrt(6 / fan_in), rounded once."""
    import numpy as np

    count = np.arange(1, math.prod(shape) + 1, dtype=np.uint64)
    z = count * np.uint64(0x9E3779B97F4A7C15) + np.uint64(fnv1a64(key.encode()) ^ seed)
    z = (z ^ z >> np.uint64(30)) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ z >> np.uint64(27)) * np.uint64(0x94D049BB133111EB)
    z = z ^ z >> np.uint64(31)
    t = (z >> np.uint64(40)).astype(np.float64) * 2.0**-23 - 1.0
    return (t * math.sqrt(6.0 / fan_in)).astype(np.float32).reshape(shape)


# First numbers of `c1.conv.weight`, shape [6, 1, 5, 5], seed 1.
GOLDEN = (("c1.conv.weight", 1, 25, (6, 1, 5, 5)), (0x3E6AE43C, 0x3E25D1FB, 0xBE450A8B))


def check_golden():
    """Fails if random_weights differs from the language's golden bits."""
    import numpy as np

    arguments, bits = GOLDEN
    got = random_weights(*arguments).ravel()[: len(bits)].view(np.uint32)
    assert tuple(int(b) for b in got) == bits, [hex(b) for b in got]
