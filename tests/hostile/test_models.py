"""`netc import` of models that were made to harm: each is refused with exit status 1 and words that
say why, or imported; within SECONDS and MEMORY, with nothing written that was not asked for, and
nothing printed that a terminal would obey.

Where MEMORY is 0 (a sanitized netc, which reserves more than any limit) there is no limit on it.
"""
import os
import pathlib
import resource
import subprocess
import tempfile
import unittest

from model_bytes import (INT64, attribute, field, fields, graph, model, node, outside, tensor,
                         varint)

NETC = os.environ["NETC"]
MEMORY = int(os.environ["MEMORY"])
SLOWER = 1 if MEMORY else 10
SECONDS = 10
MIB = 1 << 20
RELU = node("Relu", ["x"], ["y"])
CONV = node("Conv", ["x", "w"], ["y"])


def limits():
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS * SLOWER, SECONDS * SLOWER))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if MEMORY:
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def conv(**attributes):
    return model([node("Conv", ["x", "w"], ["y"], **attributes)],
                 tensors=[tensor("w", (4, 4, 3, 3), [1.0] * 144)])


def pool(**attributes):
    return model([node("MaxPool", ["x"], ["y"], **attributes)])


def computed(op, *constants, **attributes):
    """x + op(constants), each a tensor."""
    names = [f"c{i}" for i in range(len(constants))]
    return model([node(op, names, ["z"], **attributes), node("Add", ["x", "z"], ["y"])],
                 tensors=[tensor(name, *constant) for name, constant in zip(names, constants)])


def ints(*numbers):
    return ((len(numbers),), list(numbers), INT64)


def shaped(op, *lists, inputs=("x",), opset=17, **attributes):
    names = [f"c{i}" for i in range(len(lists))]
    return model([node(op, [*inputs, *names], ["y"], **attributes)], opset=opset,
                 tensors=[tensor(name, *ints(*numbers)) for name, numbers in zip(names, lists)])


def nested(depth):
    """A graph in an attribute of a node of a graph, and so on."""
    inner = node("Relu", ["x"], ["y"])
    for _ in range(depth):
        body = field(1, inner)
        inner = node("If", ["x"], ["y"]) + field(5, field(1, "then_branch") + field(6, body) +
                                                  field(20, 5))
    return model([inner])


def messages(depth):
    part = b""
    for _ in range(depth):
        part = field(7, part)
    return field(1, 8) + part


W = ((4, 4, 1, 1), [1.0] * 16)
HUGE = 1 << 40
# name -> the model, and words of the refusal
REFUSED = {
    # bytes
    "nothing": (b"", "no graph"),
    "wrong wire type": (field(1, "eight"), "wire type 2, not 0"),
    "a group": (varint(7 << 3 | 3), "wire type 3"),
    "a field number of 0": (b"\x00\x00", "impossible number"),
    "a length beyond the end": (varint(7 << 3 | 2) + varint(1 << 40) + b"x", "beyond the end"),
    "a length beyond 64 bits": (varint(7 << 3 | 2) + b"\xff" * 10 + b"\x01", "64 bits"),
    "messages inside each other": (messages(5000), "cannot be said"),
    "graphs inside each other": (nested(500), "run-time control flow"),
    "two graphs": (model([RELU]) + field(7, graph([RELU])), "second time"),
    "a name that is no UTF-8": (model([RELU], more=field(2, b"\xff")), "UTF-8"),
    "a name with NUL": (model([node("Relu", ["x"], ["y\0z"])]), "NUL"),
    # versions
    "opset 0": (model([RELU], opset=0), "does not say which opset"),
    "opset 6": (model([RELU], opset=6), "opset 6 of ONNX; netc reads 7 to"),
    "opset 9999": (model([RELU], opset=9999), "opset 9999"),
    "opset -1": (model([RELU], opset=-1), "opset -1"),
    "no opset": (model([RELU], opset=None), "does not say which opset"),
    "IR version 0": (model([RELU], version=0), "IR version 0"),
    "IR version 4 thousand million": (model([RELU], version=1 << 32), "IR version 4294967296"),
    "another domain": (model([node("Relu", ["x"], ["y"], domain="evil\x1b[2J")]), "domain"),
    "an operator that is none": (model([node("R\x1b[2Jelu\n", ["x"], ["y"])]), "no such layer"),
    # graphs
    "no output": (model([RELU], outputs=()), "no output"),
    "no node": (model([]), "nothing makes the output"),
    "an output that nothing makes": (model([RELU], outputs=("q",)), "nothing makes the output `q`"),
    "an input that nothing makes": (model([node("Relu", ["q"], ["y"])]), "nothing makes its input"),
    "a node of itself": (model([node("Relu", ["y"], ["y"])]), "circle"),
    "a circle of two": (model([node("Relu", ["b"], ["y"]), node("Relu", ["y"], ["b"])]), "circle"),
    "one value twice": (model([RELU, RELU]), "two values are called `y`"),
    "one initializer twice": (model([CONV], tensors=[tensor("w", *W)] * 2), "called `w`"),
    "one input twice": (model([RELU], inputs=(("x", (1, 2)), ("x", (1, 2)))), "called `x`"),
    "one output twice": (model([RELU], outputs=("y", "y")), "called `y`"),
    "one attribute twice": (model([RELU + fields(5, [attribute("a", 1), attribute("a", 2)])]),
                            "attributes of a node"),
    "a sparse tensor": (model([RELU], rest=field(15, b"")), "sparse"),
    "an input of texts": (model([RELU], inputs=(("x", (1, 2), 8),)), "type 8"),
    "an input of no axis": (model([RELU], inputs=(("x", ()),)), "0 axes"),
    "an input of 6 axes": (model([RELU], inputs=(("x", (1,) * 6),)), "6 axes"),
    "an input of 17 axes": (model([RELU], inputs=(("x", (1,) * 17),)), "more than 16 axes"),
    "an input of size 0": (model([RELU], inputs=(("x", (1, 0)),)), "not known"),
    "an input too large": (model([RELU], inputs=(("x", (1 << 30, 1 << 30)),)), "2^40 elements"),
    # tensors
    "too few bytes": (model([CONV], tensors=[tensor("w", (4, 4, 1, 1), [1.0] * 15)]), "60 bytes"),
    "too many bytes": (model([CONV], tensors=[tensor("w", (4, 4, 1, 1), [1.0] * 17)]), "68 bytes"),
    "a negative extent": (model([CONV], tensors=[tensor("w", (4, -4, 1, 1), [])]), "negative"),
    "more elements than 2^63": (model([CONV], tensors=[tensor("w", (1 << 32,) * 2, [])]),
                                "more elements than 64 bits"),
    "more bytes than 2^63": (model([CONV], tensors=[tensor("w", (1 << 31, 1 << 31), [])]),
                             "64 bits"),
    "an extent of 0 beside large ones": (model([CONV], tensors=[tensor("w", (1 << 31,) * 6 + (0,),
                                                                       [])]), "netc cannot read"),
    "a tensor of 17 axes": (model([CONV], tensors=[tensor("w", (1,) * 17, [1.0])]), "16 axes"),
    "quantized weights": (model([CONV], tensors=[tensor("w", (4, 4, 1, 1), kind=3, raw=bytes(16))]),
                          "4x4x1x1"),
    "numbers twice": (model([CONV], tensors=[tensor("w", (1,), [1.0], more=field(4, 1.0))]),
                      "twice"),
    # windows
    "strides of 0": (conv(strides=[0, 1]), "`strides`: 0"),
    "strides below 0": (conv(strides=[-1, 1]), "`strides`: -1"),
    "dilations of 0": (conv(dilations=[1, 0]), "`dilations`: 0"),
    "paddings below 0": (conv(pads=[0, 0, -1, 0]), "`pads`: -1"),
    "paddings of 2^62": (conv(pads=[1 << 62, 0, 0, 0]), "`pads`"),
    "three strides": (conv(strides=[1, 1, 1]), "3 numbers, not 2"),
    "strides that are a text": (conv(strides="ab"), "another type"),
    "group 0": (conv(group=0), "`group`: 0"),
    "group that does not divide": (conv(group=3), "`group`: 3"),
    "a kernel that is not the weight's": (conv(kernel_shape=[2, 2]), "kernel_shape"),
    "a word of auto_pad": (conv(auto_pad="\x1b[31mSAME"), "auto_pad"),
    "a window larger than its input": (pool(kernel_shape=[5, 5]), "larger than its input"),
    "a kernel of 0": (pool(kernel_shape=[0, 1]), "`kernel_shape`: 0"),
    "a kernel of 2^63": (pool(kernel_shape=[1, -(1 << 63)]), "kernel_shape"),
    "no kernel": (pool(), "missing"),
    "a window of 2^31": (pool(kernel_shape=[3, 3], dilations=[(1 << 31) - 1, 1]), "larger than"),
    "a weight of three axes": (model([CONV], tensors=[tensor("w", (4, 4, 1), [1.0] * 16)]), "axes"),
    "a weight for other channels": (model([CONV], tensors=[tensor("w", (4, 3, 1, 1), [1.0] * 12)]),
                                    "3 channels"),
    "no weight": (model([node("Conv", ["x"], ["y"])]), "the weight is missing"),
    "no input": (model([node("Conv", [], ["y"])]), "no input"),
    "Shape of nothing": (model([node("Shape", [], ["s"]), node("Reshape", ["x", "s"], ["y"])]),
                         "missing"),
    "an output that it has not": (model([node("Relu", ["x"], ["z", "y"])]), "output number 2, `y`"),
    "an input left out": (model([node("Concat", ["x", ""], ["y"], axis=0)]), "do not fit"),
    "a constant left out": (model([node("Concat", ["w", ""], ["y"], axis=0)],
                                  tensors=[tensor("w", *W)]), "no input number 2"),
    "a number that is not finite": (model([node("LeakyRelu", ["x"], ["y"], alpha=float("nan"))]),
                                    "not finite"),
    # sizes
    "Reshape to -1 and 0": (shaped("Reshape", [-1, 0, 0, 0, 0]), "cannot make"),
    "Reshape to two -1": (shaped("Reshape", [-1, -1]), "cannot make"),
    "Reshape to 2^62": (shaped("Reshape", [1 << 62, 4]), "cannot make"),
    "Reshape to 9 axes": (shaped("Reshape", [1] * 9), "9 axes"),
    "Transpose to one axis twice": (model([node("Transpose", ["x"], ["y"], perm=[0, 0, 1, 2])]),
                                    "no order"),
    "Squeeze of an axis of 4": (shaped("Squeeze", [1]), "4 elements"),
    "Unsqueeze to 2^31": (shaped("Unsqueeze", [1 << 31]), "no axis"),
    "Gather beyond the end": (shaped("Gather", [(1 << 63) - 1, 0]), "no element"),
    "Slice by 0": (shaped("Slice", [0], [1], [0], [0]), "step is 0"),
    "Slice of nothing": (shaped("Slice", [3], [1], [1], [1]), "nothing"),
    "Split to nothing": (shaped("Split", [4, 0], axis=1), "parts"),
    "Pad by 2^62": (shaped("Pad", [1 << 62] * 8), "too large"),
    "Expand to 2^62": (shaped("Expand", [1 << 62, 1, 1, 1]), "cannot make"),
    "Tile to 2^40": (shaped("Tile", [HUGE, 1, 1, 1]), "repeats"),
    "Tile beyond all memory": (shaped("Tile", [1 << 20, 1 << 20, 1, 1]), "2^40"),
    "Resize to 2^31": (model([node("Resize", ["x", "", "s"], ["y"], mode="nearest")],
                             tensors=[tensor("s", (4,), [1.0, 1.0, 1.0, 5e8])]), "more than"),
    "Resize by 0": (model([node("Resize", ["x", "", "s"], ["y"])],
                          tensors=[tensor("s", (4,), [1.0, 1.0, 0.0, 1.0])]), "scale of 0"),
    "Resize of a part that is no number": (
        model([node("Resize", ["x", "r", "", "t"], ["y"], coordinate_transformation_mode="tf_crop_and_resize")],
              tensors=[tensor("r", (8,), [0.0, 0.0, float("nan"), 0.0, 1.0, 1.0, 1.0, 1.0]), tensor("t", *ints(1, 1, 2, 2))]),
        "its roi goes from nan to 1"),
    "Pad that mirrors more than there is": (
        model([node("Pad", ["x", "p"], ["y"], mode="reflect")], tensors=[tensor("p", *ints(0, 0, 9, 0, 0, 0, 0, 0))]),
        "it pads 9 around"),
    "Resize by whole numbers": (model([node("Upsample", ["x"], ["y"], scales=[1, 1, 2, 2])],
                                      opset=7), "another type"),
    # constants
    "ConstantOfShape of 2^40": (computed("ConstantOfShape", ints(HUGE)), "no shape"),
    "ConstantOfShape of 2^40 in parts": (computed("ConstantOfShape", ints(1 << 20, 1 << 20),
                                                  value=tensor("", (1,), [1], INT64)), "more than"),
    "Range of 2^40": (computed("Range", ((), [0], INT64), ((), [HUGE], INT64), ((), [1], INT64)),
                      "too far"),
    "Range that never ends": (computed("Range", ((), [0], INT64), ((), [9], INT64),
                                       ((), [0], INT64)), "nowhere"),
    "Expand of a constant": (computed("Expand", ((), [3], INT64), ints(1 << 20, 1 << 20)), "more than"),
    "Concat of large constants": (
        model([node("ConstantOfShape", ["s"], ["z"]), node("Concat", ["z"] * 9000, ["q"], axis=0),
               node("Add", ["x", "q"], ["y"])], tensors=[tensor("s", *ints(1 << 20, 1 << 20))]),
        "more than"),
    "a matrix of 4 TB": (
        model([node("ConstantOfShape", ["s"], ["z"]), node("MatMul", ["x", "z"], ["y"])],
              inputs=(("x", (1, 1 << 20)),), tensors=[tensor("s", *ints(1 << 20, 1 << 20))]),
        "--max-memory"),
    "sums of constants, each doubled": (
        model([node("Concat", [f"c{i}"] * 2, [f"c{i + 1}"], axis=0) for i in range(60)] +
              [node("Add", ["x", "c60"], ["y"])], tensors=[tensor("c0", *ints(1, 2))]), "more than"),
    # other files
    "a file above": (model([CONV], tensors=[outside("w", (4, 4, 1, 1), "../w.bin")]),
                     "not in the folder"),
    "an absolute file": (model([CONV], tensors=[outside("w", (4, 4, 1, 1), "/etc/passwd")]),
                         "not in the folder"),
    "a link that leads out": (model([CONV], tensors=[outside("w", (4, 4, 1, 1), "link")]), "link"),
    "a folder that leads out": (model([CONV], tensors=[outside("w", (4, 4, 1, 1), "out/passwd")]),
                                "`out/passwd`"),
    "a folder": (model([CONV], tensors=[outside("w", (4, 4, 1, 1), "folder")]), "`folder`"),
    "a file that is none": (model([CONV], tensors=[outside("w", (4, 4, 1, 1), "w\x1b[2J")]),
                            "No such file"),
    "an offset beyond the end": (model([CONV], tensors=[outside("w", (4, 4, 1, 1), "w.bin", 1)]),
                                 "beyond its end"),
    "an offset of 2^63": (model([CONV], tensors=[outside("w", (4, 4, 1, 1), "w.bin", 1 << 63)]),
                          "no whole number"),
    "a length of another shape": (model([CONV], tensors=[outside("w", (4, 4, 1, 1), "w.bin", 0, 4)]),
                                  "4 bytes"),
    "a sparse file of 8 GB": (model([CONV], tensors=[outside("w", (1 << 31, 1, 1, 1), "sparse")]),
                              "netc"),
    "a constant in a file above": (model([node("Constant", [], ["w"],
                                               value=outside("t", (4, 4, 1, 1), "../w.bin")), CONV]),
                                   "not in the folder"),
}
# name -> the model: what is strange and no harm
TAKEN = {
    "a node that nothing needs": model([RELU, node("Sigmoid", ["x"], ["z"])]),
    "more inputs than the operator has": model([node("Relu", ["x", "x", "x"], ["y"])]),
    "a kernel as a computed product": conv(kernel_shape=[3, 3], strides=[2, 1], group=1),
    "numbers in the file beside it": model([CONV], tensors=[outside("w", (4, 4, 1, 1), "w.bin")]),
    "a constant beside it": model([node("Constant", [], ["w"],
                                        value=outside("t", (4, 4, 1, 1), "w.bin")), CONV]),
    "an empty file's end": model([RELU]) + field(99, b"x" * 1000),
    "a keyword of C": model([node("Relu", ["x"], ["int"])], outputs=("int",)),
}
NAMES = ["", " ", "a b", "a/b", "a_b", "a.b", "net", "model", "input", "output", "return", "repeat",
         "x", "X", "7", "_", "\u00e4", "\u4e2d\u6587", "\U0001f525", "\x1b[2J\x07", "\"", "\\", "a\nb",
         "\u202e", "'; rm -rf /", "%s%n", "y" * 5000, "int", "C", "N", "all", "a__b", "A/B", "conv"]


class Hostile(unittest.TestCase):
    def setUp(self):
        self.home = tempfile.TemporaryDirectory()
        self.folder = pathlib.Path(self.home.name, "m")
        self.folder.mkdir()
        (self.folder / "folder").mkdir()
        (self.folder / "w.bin").write_bytes(bytes(64))
        (pathlib.Path(self.home.name) / "w.bin").write_bytes(bytes(64))
        (self.folder / "link").symlink_to("../w.bin")
        (self.folder / "out").symlink_to("/etc")
        with open(self.folder / "sparse", "wb") as sparse:
            sparse.truncate(8 << 30)

    def tearDown(self):
        self.home.cleanup()

    def run_netc(self, *arguments):
        run = subprocess.run([NETC, *arguments], cwd=self.folder, capture_output=True, check=False,
                             preexec_fn=limits, timeout=60 * SLOWER, stdin=subprocess.DEVNULL)
        said = (run.stdout + run.stderr).decode()
        obeyed = "".join(map(chr, (*range(10), *range(11, 32), 127, *range(0x80, 0xA0))))
        self.assertFalse(set(said) & set(obeyed), ascii(said[:2000]))
        return run.returncode, said

    def import_model(self, made):
        """Exit status, words, and the files that there are afterwards and were not before."""
        (self.folder / "m.onnx").write_bytes(made)
        for written in self.folder.glob("made.*"):
            written.unlink()
        before = set(os.listdir(self.folder))
        status, said = self.run_netc("import", "m.onnx", "-o", "made.net", "--max-memory=256M")
        return status, said, set(os.listdir(self.folder)) - before

    def refuses(self, made, words):
        status, said, written = self.import_model(made)
        self.assertEqual(status, 1, said[-2000:])
        self.assertIn(words, said)
        self.assertEqual(written, set())

    def takes(self, made):
        status, said, written = self.import_model(made)
        self.assertEqual(status, 0, said[-2000:])
        self.assertIn("made.net", written)
        self.assertLessEqual(written, {"made.net", "made.safetensors"})
        self.assertEqual(self.run_netc("check", "made.net")[0], 0)

    def test_refused(self):
        for name, (made, words) in REFUSED.items():
            with self.subTest(model=name):
                self.refuses(made, words)

    def test_taken(self):
        for name, made in TAKEN.items():
            with self.subTest(model=name):
                self.takes(made)

    def test_cut_off(self):
        whole = conv(kernel_shape=[3, 3])
        for size in range(0, len(whole), 40):
            with self.subTest(size=size):
                self.refuses(whole[:size], "is no ONNX model")

    def test_names(self):
        """Names of nodes, values, weights and inputs that are no identifiers, or become the same."""
        nodes, last = [], "x y"
        for i, name in enumerate(NAMES):
            out = f"{name}" if name and i % 2 else f"v{i}"
            nodes += [node("Conv", [last, f"{name}|.weight"], [f"{i}|{name}"], name=name),
                      node("Sigmoid", [f"{i}|{name}"], [out + "|"], name=name)]
            last = out + "|"
        weights = [tensor(f"{name}|.weight", (4, 4, 1, 1), [float(i)] * 16)
                   for i, name in enumerate(NAMES)]
        self.takes(model(nodes, inputs=(("x y", (1, 4, 4, 4)),), outputs=(last,), tensors=weights))

    def test_large_file(self):
        """A file of 3 GiB, most of it a hole."""
        with open(self.folder / "m.onnx", "wb") as file:
            file.write(model([RELU]) + varint(99 << 3 | 2) + varint(3 << 30))
            file.truncate(3 << 30)
        status, said = self.run_netc("import", "m.onnx", "-o", "made.net", "--max-memory=256M")
        self.assertEqual(status, 1)
        self.assertIn("cannot read m.onnx", said)
        self.assertFalse((self.folder / "made.net").exists())

    def large(self, made, status, words):
        """Linear time: a hundred thousand of anything take a fraction of SECONDS."""
        got, said, written = self.import_model(made)
        self.assertEqual((got, words in said), (status, True), said[-1000:])
        self.assertEqual(bool(written), status == 0)

    def test_many_nodes(self):
        """What a hundred thousand nodes, or a fifth of them, could make quadratic."""
        most, n = (100_000, 20_000) if MEMORY else (10_000, 2_000)
        backwards = [node("Identity", [f"v{i + 1}"], [f"v{i}"]) for i in range(most)]
        self.large(model(backwards + [node("Identity", ["x"], [f"v{most}"]),
                                      node("Relu", ["v0"], ["y"])]), 0, "1 layer,")
        chain = [node("Relu", [f"v{i}" if i else "x"], [f"v{i + 1}"]) for i in range(most)]
        self.large(model(chain, outputs=(f"v{most}",)), 1 if MEMORY else 0,
                   "netc takes up to 65536" if MEMORY else "10000 layers")
        self.large(model(chain[:n], outputs=(f"v{n}",)), 0, f"{n} layers")
        shape = [node("Shape", ["x"], ["v0"])] + [
            node("Add", [f"v{i}", "zero"], [f"v{i + 1}"]) for i in range(n)]
        self.large(model(shape + [node("Reshape", ["x", f"v{n}"], ["z"]), node("Relu", ["z"], ["y"])],
                         tensors=[tensor("zero", *ints(0))]), 0, "1 layer,")
        wide = [node("Relu", ["x"], [f"v{i}"], name="same") for i in range(n)]
        self.large(model(wide, outputs=[f"v{i}" for i in range(n)]), 0, f"{n} layers")
        unknown = [node("Evil", ["x"], [f"v{i}"]) for i in range(n)]
        self.large(model(unknown, outputs=("v0",)), 1, f"{n} reasons")
        parts = [f"v{i}" for i in range(n)]
        self.large(model([node("Split", ["x"], parts, axis=0), node("Concat", parts, ["y"], axis=0)],
                         inputs=(("x", (n, 1)),)), 0, "2 layers")


if __name__ == "__main__":
    unittest.main()
