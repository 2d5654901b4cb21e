#!/usr/bin/env python3
"""Writes the models of this folder, with inputs and the answers of ONNX Runtime.

    python3 make.py        (needs onnx, onnxruntime and numpy)

NAME.onnx is a network with random weights, NAME.in.npy its input, NAME.out.npy what ONNX Runtime
makes of it. tests/run/import.sh holds `netc import` and `netc run` to the answers.
"""
import pathlib

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

HERE = pathlib.Path(__file__).parent


class Model:
    """A graph under construction: every method gives the name of its value."""

    def __init__(self, name, shape, opset=17, seed=1, bytes=False):
        self.name, self.shape, self.opset, self.bytes = name, shape, opset, bytes
        self.random = np.random.default_rng(seed)
        self.nodes, self.weights = [], []

    def const(self, array, name=None):
        name = name or f"c{len(self.weights)}"
        self.weights.append(numpy_helper.from_array(np.asarray(array), name))
        return name

    def normal(self, *shape, name=None, scale=0.3):
        return self.const((scale * self.random.standard_normal(shape)).astype(np.float32), name)

    def op(self, kind, *inputs, outputs=1, name="", **attributes):
        out = [f"v{len(self.nodes)}_{i}" for i in range(outputs)]
        self.nodes.append(helper.make_node(kind, inputs, out, name=name, **attributes))
        return out[0] if outputs == 1 else out

    def conv(self, x, module, c_in, c, k, bias=True, group=1, **attributes):
        w = self.normal(c, c_in // group, k, k, name=module + ".weight")
        b = [self.normal(c, name=module + ".bias")] if bias else []
        path = "/" + module.replace(".", "/")
        return self.op("Conv", x, w, *b, name=path + "/Conv", group=group, kernel_shape=[k, k],
                       **attributes)

    def norm(self, x, module, c):
        p = [self.const(f(c).astype(np.float32), module + "." + n) for n, f in
             (("weight", lambda c: self.random.uniform(0.5, 1.5, c)),
              ("bias", lambda c: self.random.normal(size=c)),
              ("running_mean", lambda c: 0.1 * self.random.normal(size=c)),
              ("running_var", lambda c: self.random.uniform(0.5, 1.5, c)))]
        return self.op("BatchNormalization", x, *p, epsilon=1e-5)

    def finish(self, result):
        self.nodes[-1].output[0] = "result"
        result = "result"
        graph = helper.make_graph(
            self.nodes, self.name,
            [helper.make_tensor_value_info(
                "image", TensorProto.UINT8 if self.bytes else TensorProto.FLOAT, self.shape)],
            [helper.make_tensor_value_info(result, TensorProto.FLOAT, None)], self.weights)
        model = helper.make_model(graph, ir_version=8,
                                  opset_imports=[helper.make_opsetid("", self.opset)],
                                  producer_name="netc tests")
        onnx.save(model, HERE / f"{self.name}.onnx")
        session = onnxruntime.InferenceSession(model.SerializeToString(),
                                               providers=["CPUExecutionProvider"])
        x = self.random.standard_normal([d if isinstance(d, int) else 1 for d in self.shape])
        x = np.clip(128 + 60 * x, 0, 255).astype(np.uint8) if self.bytes else x.astype(np.float32)
        np.save(HERE / f"{self.name}.in.npy", x)
        np.save(HERE / f"{self.name}.out.npy", session.run(None, {"image": x})[0])


def residual():
    """Convolutions with batch norms, blocks with shortcuts, a head."""
    m = Model("residual", ["batch", 3, 16, 16])
    x = m.op("Relu", m.norm(m.conv("image", "conv1", 3, 8, 3, bias=False, pads=[1, 1, 1, 1],
                                   strides=[2, 2]), "bn1", 8))
    x = m.op("MaxPool", x, kernel_shape=[3, 3], strides=[2, 2], ceil_mode=1)
    for layer in range(2):
        for block in range(2):
            p = f"layer{layer}.{block}"
            y = m.op("Relu", m.norm(m.conv(x, p + ".conv1", 8, 8, 3, bias=False,
                                           pads=[1, 1, 1, 1]), p + ".bn1", 8))
            y = m.norm(m.conv(y, p + ".conv2", 8, 8, 3, bias=False, pads=[1, 1, 1, 1]),
                       p + ".bn2", 8)
            x = m.op("Relu", m.op("Add", y, x))
    x = m.op("Flatten", m.op("GlobalAveragePool", x))
    m.op("Gemm", x, m.normal(10, 8, name="fc.weight"), m.normal(10, name="fc.bias"), transB=1)
    m.finish(x)


def mobile():
    """Depthwise convolutions, squeeze-excite, hard activations, paddings apart from windows."""
    m = Model("mobile", [1, 4, 12, 12])
    x = m.op("Pad", "image", m.const(np.array([0, 0, 0, 0, 0, 0, 1, 1], np.int64)))
    x = m.op("HardSwish", m.conv(x, "stem", 4, 8, 3, strides=[2, 2]))
    s = m.op("ReduceMean", x, axes=[2, 3], keepdims=1)
    s = m.op("Relu", m.conv(s, "se.down", 8, 4, 1))
    s = m.op("HardSigmoid", m.conv(s, "se.up", 4, 8, 1), alpha=1 / 6)
    x = m.op("Mul", s, x)
    x = m.conv(x, "dw", 8, 8, 3, group=8, auto_pad="SAME_UPPER")
    x = m.op("Clip", x, m.const(np.float32(0)), m.const(np.float32(6)))
    y = m.conv(x, "silu", 8, 8, 1)
    x = m.op("Mul", y, m.op("Sigmoid", y))
    y = m.op("Add", x, m.const(np.float32(3)))
    y = m.op("Clip", y, m.const(np.float32(0)), m.const(np.float32(6)))
    x = m.op("Div", m.op("Mul", x, y), m.const(np.float32(6)))
    x = m.op("PRelu", x, m.normal(8, 1, 1, name="act.weight"))
    x = m.op("AveragePool", x, kernel_shape=[2, 2], strides=[2, 2], pads=[0, 0, 1, 1])
    m.finish(x)


def shapes():
    """Shapes computed from shapes; parts, orders, channel shuffle."""
    m = Model("shapes", [1, 8, 4, 6], opset=13)
    shape = m.op("Shape", "image")
    take = lambda i: m.op("Gather", shape, m.const(np.array(i, np.int64)))
    axis0 = m.const(np.array([0], np.int64))
    half = m.op("Div", take(1), m.const(np.array(2, np.int64)))
    dims = [m.op("Unsqueeze", d, axis0) for d in
            (take(0), m.const(np.array(2, np.int64)), half, take(2), take(3))]
    x = m.op("Reshape", "image", m.op("Concat", *dims, axis=0))
    x = m.op("Transpose", x, perm=[0, 2, 1, 3, 4])
    x = m.op("Reshape", x, m.const(np.array([0, -1, 4, 6], np.int64)))
    a, b = m.op("Split", x, outputs=2, axis=1)
    a = m.op("Slice", a, m.const(np.array([0, 1], np.int64)), m.const(np.array([4, 99], np.int64)),
             m.const(np.array([2, 3], np.int64)), m.const(np.array([2, 1], np.int64)))
    a = m.op("Pad", a, m.const(np.array([0, 0, 1, 0, 0, 0, 1, 1], np.int64)), mode="reflect")
    b = m.op("Neg", b)
    x = m.op("Concat", a, b, axis=1)
    x = m.op("Mul", x, m.normal(1, 8, 1, 1))
    x = m.op("Add", x, m.normal(4, 1))
    x = m.op("Softmax", x, axis=1)
    x = m.op("Squeeze", m.op("ReduceMax", x, axes=[3]), m.const(np.array([3], np.int64)))
    m.finish(x)


def enlarge():
    """A small decoder: transposed convolutions, both kinds of enlarging, pixel shuffle."""
    m = Model("enlarge", [1, 3, 5, 7])
    x = m.op("ConvTranspose", "image", m.normal(3, 4, 4, 4), m.normal(4), strides=[2, 2],
             pads=[1, 1, 1, 1])
    x = m.op("LeakyRelu", x, alpha=0.2)
    x = m.op("ConvTranspose", x, m.normal(4, 2, 3, 3), strides=[2, 2], pads=[1, 1, 1, 1],
             output_padding=[1, 1], group=2)
    x = m.op("Resize", x, "", m.const(np.array([1, 1, 2, 2], np.float32)), mode="linear")
    x = m.op("Resize", x, "", m.const(np.array([1, 1, 1, 2], np.float32)), mode="nearest",
             coordinate_transformation_mode="asymmetric", nearest_mode="floor")
    x = m.op("DepthToSpace", x, blocksize=2, mode="CRD")
    m.op("Tanh", x)
    m.finish(x)


def tokens():
    """Channels last: matrices on the last axis, a norm, gelu as its formula."""
    m = Model("tokens", [1, 6, 4, 4])
    x = m.conv("image", "embed", 6, 8, 2, strides=[2, 2])
    x = m.op("Transpose", m.op("Reshape", x, m.const(np.array([1, 8, -1], np.int64))),
             perm=[0, 2, 1])
    for i in range(2):
        y = m.op("LayerNormalization", x, m.normal(8, name=f"blocks.{i}.norm.weight"),
                 m.normal(8, name=f"blocks.{i}.norm.bias"), axis=-1)
        y = m.op("MatMul", y, m.normal(8, 16, name=f"onnx::MatMul_{i}"))
        y = m.op("Add", m.normal(16, name=f"blocks.{i}.fc1.bias"), y)
        e = m.op("Erf", m.op("Div", y, m.const(np.float32(2 ** 0.5))))
        e = m.op("Add", e, m.const(np.float32(1)))
        y = m.op("Mul", m.op("Mul", y, e), m.const(np.float32(0.5)))
        y = m.op("MatMul", y, m.normal(16, 8))
        y = m.op("Add", y, m.normal(8, name=f"blocks.{i}.fc2.bias"))
        x = m.op("Add", x, y)
    m.op("ReduceMean", x, axes=[1], keepdims=0)
    m.finish(x)


def stages():
    """Blocks in runs, which differ in strides within a run and in channels between; then others."""
    m = Model("stages", [1, 4, 16, 16])
    x, c_in = m.conv("image", "stem", 4, 8, 3, pads=[1] * 4), 8
    for c in (8, 12, 16):
        for stride in (2, 1, 1):
            x = m.op("Conv", x, m.normal(c_in, 1, 3, 3), group=c_in, kernel_shape=[3, 3],
                     strides=[stride] * 2, pads=[1] * 4)
            x = m.op("HardSwish", x)
            x = m.op("Relu", m.op("Conv", x, m.normal(c, c_in, 1, 1), kernel_shape=[1, 1]))
            c_in = c
    for _ in range(5):
        y = m.op("Relu", m.op("Conv", x, m.normal(16, 16, 1, 1), kernel_shape=[1, 1]))
        x = m.op("Add", x, m.op("Conv", y, m.normal(16, 16, 1, 1), kernel_shape=[1, 1]))
    m.finish(x)


def flat(m, values):
    """All values in one result."""
    end = m.const(np.array([1, -1], np.int64))
    m.op("Concat", *(m.op("Reshape", x, end) for x in values), axis=1)
    m.finish("result")


def attention():
    """Attention, its heads taken apart in three ways, norms node by node; and products of all other forms."""
    m = Model("attention", [1, 12, 7])
    ints = lambda *values: m.const(np.array(values, np.int64))
    x = m.op("Transpose", "image", perm=[0, 2, 1])
    scale = m.const(np.float32(0.5))
    for parts in ("slice", "gather", "split"):
        mean = m.op("ReduceMean", x, axes=[-1])
        d = m.op("Sub", x, mean)
        square = m.op("Mul", d, d) if parts == "split" else m.op("Pow", d, m.const(np.float32(2)))
        root = m.op("Sqrt", m.op("Add", m.op("ReduceMean", square, axes=[-1]), m.const(np.float32(1e-5))))
        y = m.op("Mul", m.op("Div", d, root), m.normal(12))
        y = m.op("MatMul", m.op("Add", y, m.normal(12)), m.normal(12, 36))
        y = m.op("Reshape", m.op("Add", y, m.normal(36)), ints(1, 7, 3, 3, 4))
        y = m.op("Transpose", y, perm=[2, 0, 3, 1, 4])
        if parts == "split":
            q, k, v = (m.op("Squeeze", part, ints(0)) for part in m.op("Split", y, outputs=3, axis=0))
        elif parts == "gather":
            q, k, v = (m.op("Gather", y, m.const(np.array(i, np.int64)), axis=0) for i in range(3))
        else:
            q, k, v = (m.op("Squeeze", m.op("Slice", y, ints(i), ints(i + 1), ints(0)), ints(0)) for i in range(3))
        score = m.op("MatMul", m.op("Mul", q, scale), m.op("Transpose", k, perm=[0, 1, 3, 2]))
        y = m.op("MatMul", m.op("Softmax", score, axis=-1), v)
        y = m.op("Reshape", m.op("Transpose", y, perm=[0, 2, 1, 3]), ints(1, 7, 12))
        x = m.op("Add", x, m.op("MatMul", y, m.normal(12, 12)))
    row = m.op("Squeeze", m.op("Slice", x, ints(0), ints(1), ints(1)))
    column = m.op("ReduceMax", x, axes=[0, 2], keepdims=0)
    heads, deep = m.op("Reshape", x, ints(1, 7, 3, 4)), m.op("Reshape", x, ints(1, 7, 1, 3, 4))
    one = m.op("Slice", heads, ints(0), ints(1), ints(1))
    found = [m.op("MatMul", row, row), m.op("MatMul", x, row), m.op("MatMul", column, x),
             m.op("MatMul", x, "image"),
             m.op("MatMul", heads, m.op("Transpose", one, perm=[0, 1, 3, 2])),
             m.op("MatMul", one, m.op("Transpose", heads, perm=[0, 1, 3, 2])),
             m.op("MatMul", deep, m.op("Transpose", deep, perm=[0, 1, 2, 4, 3])),
             m.op("MatMul", heads, m.normal(7, 4, 2)), m.op("MatMul", m.normal(3, 2, 7), x)]
    flat(m, found)


def measures():
    """What is measured along axes: reductions, places of the largest, norms that are several layers."""
    m = Model("measures", [1, 6, 5, 4])
    x = m.op("Add", m.op("Mul", "image", m.normal(6, 1, 1, scale=3)), m.const(np.float32(0.5)))
    found = []
    for kind in ("ReduceL1", "ReduceL2", "ReduceLogSumExp", "ReduceMax", "ReduceMean", "ReduceMin", "ReduceSumSquare"):
        found += [m.op(kind, x, axes=[2, 3], keepdims=0), m.op(kind, x, axes=[1]), m.op(kind, x, axes=[0, 3])]
    found.append(m.op("ReduceLogSum", m.op("Abs", x), axes=[2], keepdims=0))
    found.append(m.op("ReduceSum", x, m.const(np.array([-1], np.int64)), keepdims=0))
    for axis, keep in ((1, 1), (2, 0), (-1, 1)):
        for kind in ("ArgMax", "ArgMin"):
            found.append(m.op("Cast", m.op(kind, x, axis=axis, keepdims=keep), to=TensorProto.FLOAT))
    found += [m.op("LRN", x, size=3, alpha=0.2, beta=0.75, bias=2.0), m.op("LRN", x, size=5, alpha=1.0),
              m.op("LpNormalization", x, axis=1), m.op("LpNormalization", x, axis=-1, p=1),
              m.op("MeanVarianceNormalization", x, axes=[0, 2, 3])]
    flat(m, found)


def dense():
    """Each layer takes all results before it side by side, as lists that grow."""
    m = Model("dense", [1, 3, 8, 8])
    found = [m.op("Relu", m.conv("image", "conv0", 3, 6, 3, pads=[1, 1, 1, 1]))]
    for i in range(4):
        x = m.op("Concat", *found, axis=1) if i else found[0]
        y = m.op("Relu", m.norm(x, f"layer{i}.norm1", 6 + 2 * i))
        y = m.op("Relu", m.norm(m.conv(y, f"layer{i}.conv1", 6 + 2 * i, 4, 1, bias=False), f"layer{i}.norm2", 4))
        found.append(m.conv(y, f"layer{i}.conv2", 4, 2, 3, bias=False, pads=[1, 1, 1, 1]))
    m.op("GlobalAveragePool", m.op("Concat", *found, axis=1))
    m.finish("result")


def parts():
    """Lists of places, constants beside tensors, matrices on either side, slopes of places."""
    m = Model("parts", [1, 6, 5, 4])
    whole = lambda *numbers: m.const(np.array(numbers, np.int64))
    x, plane = "image", m.op("Reshape", "image", whole(6, 20))
    found = [m.op("Gather", x, whole(4, 0, -1), axis=1), m.op("Gather", x, whole(*range(4)[::-1], 3, 3), axis=3),
             m.op("Gather", plane, whole(*range(0, 20, 2), *range(1, 20, 2)), axis=1),
             m.op("Gather", plane, m.const(np.array([[0, 2], [5, 1]], np.int64)), axis=0),
             m.op("Slice", x, whole(-1, 3), whole(-99, 0), whole(1, 2), whole(-1, -2)),
             m.op("Tile", x, whole(1, 2, 1, 3)),
             m.op("Concat", m.normal(1, 6, 1, 4), x, m.normal(1, 6, 2, 4), axis=2),
             m.op("Max", m.normal(4), x, m.normal(5, 1)), m.op("Min", x, m.const(np.float32(0.2)), m.op("Neg", x)),
             m.op("Mean", x, m.normal(5, 4), m.op("Abs", x)),
             m.op("Pow", m.const(np.float32(2)), x),
             m.op("PRelu", x, m.normal(4)), m.op("PRelu", x, m.normal(5, 1)), m.op("PRelu", x, m.normal(6, 5, 4)),
             m.op("Celu", x, alpha=0.7), m.op("Shrink", x, lambd=0.3, bias=0.3),
             m.op("Where", m.const(m.random.random((5, 4)) < 0.5), x, m.normal(6, 1, 1)),
             m.op("Where", m.const(m.random.random((6, 1, 1)) < 0.5), m.op("Neg", x), m.op("Abs", x)),
             m.op("Where", m.const(m.random.random((5, 4)) < 0.5), m.const(np.float32(-1e9)), x),
             m.op("Trilu", x), m.op("Trilu", x, m.const(np.array(-1, np.int64)), upper=0),
             m.op("CumSum", x, m.const(np.array(2, np.int64))),
             m.op("CumSum", x, m.const(np.array(-1, np.int64)), reverse=1, exclusive=1),
             m.op("MatMul", m.normal(3, 5), x), m.op("MatMul", m.normal(5), x), m.op("MatMul", x, m.normal(4)),
             m.op("MatMul", x, m.normal(1, 4, 7)),
             m.op("Gemm", plane, m.normal(20, 3), m.normal(6, 3), alpha=0.5, beta=2.0),
             m.op("Gemm", m.normal(6, 2), plane, m.normal(2, 1), transA=1, beta=0.5),
             m.op("Gemm", m.normal(4, 20), plane, transB=1),
             m.op("Gemm", plane, m.normal(3, 6), m.op("Gemm", plane, m.normal(3, 6), transA=1, transB=1),
                  transA=1, transB=1)]
    flat(m, found)


def sizes():
    """Resize in all its forms."""
    m = Model("sizes", [1, 2, 6, 5], opset=18)
    found = []
    for mode, more in (("linear", {}), ("cubic", {"cubic_coeff_a": -0.5}), ("cubic", {"exclude_outside": 1})):
        for coordinates in ("half_pixel", "pytorch_half_pixel", "align_corners", "asymmetric"):
            for size in ((9, 10), (4, 3)):
                found.append(m.op("Resize", "image", "", "", m.const(np.array([1, 2, *size], np.int64)), mode=mode,
                                  coordinate_transformation_mode=coordinates, **more))
    for rounding in ("floor", "ceil", "round_prefer_floor", "round_prefer_ceil"):
        for coordinates in ("half_pixel", "align_corners", "asymmetric"):
            found.append(m.op("Resize", "image", "", m.const(np.array([1, 1, 1.5, 2.4], np.float32)), mode="nearest",
                              coordinate_transformation_mode=coordinates, nearest_mode=rounding))
    found.append(m.op("Resize", "image", "", m.const(np.array([1.7, 0.6], np.float32)), mode="linear", axes=[2, 3]))
    found.append(m.op("Resize", "image", "", m.const(np.array([2, 3, 1, 1], np.float32)), mode="nearest"))
    flat(m, found)


def choices():
    """A quotient that is 0 where its divisor is, and a weight of two layers, the first of which ends last."""
    m = Model("choices", [1, 6, 5, 4])
    w = m.normal(6, 6, 3, 3, name="shared.weight")
    a, b = (m.op("Conv", "image", w, name=f"/{name}/Conv", kernel_shape=[3, 3], pads=[1] * 4) for name in "ab")
    x = m.op("Add", m.op("Sigmoid", m.op("Neg", a)), b)
    most = m.op("Mul", m.op("ReduceMax", x, axes=[2, 3]), m.const(np.float32([1, 0, 2, 1, 0, 1]).reshape(1, 6, 1, 1)))
    zero = m.const(np.float32(0))
    x = m.op("Where", m.op("Equal", most, zero), zero, m.op("Div", x, most))
    found = [x]
    for axis in (1, 3):  # softmax as its formula, with and without what keeps it from overflowing
        e = m.op("Exp", x)
        found.append(m.op("Div", e, m.op("ReduceSum", e, m.const(np.array([axis], np.int64)))))
        e = m.op("Exp", m.op("Sub", x, m.op("ReduceMax", x, axes=[axis])))
        found.append(m.op("Div", e, m.op("ReduceSum", e, m.const(np.array([axis - 4], np.int64)))))
    # sums of the second axis, for the first: no softmax
    e = m.op("Exp", m.op("Reshape", x, m.const(np.array([2, 2, 30], np.int64))))
    found.append(m.op("Div", e, m.op("ReduceSum", e, m.const(np.array([1], np.int64)), keepdims=0)))
    flat(m, found)


def picture():
    """A picture as it lies in memory, channels last: cut, made numbers of, normalized, turned."""
    m = Model("picture", [1, 22, 25, 3], bytes=True)
    whole = lambda *numbers: m.const(np.array(numbers, np.int64))
    x = m.op("Slice", "image", whole(1, 0), whole(21, 24), whole(1, 2))
    x = m.op("Cast", x, to=TensorProto.FLOAT)
    x = m.op("Sub", x, m.const(np.array([123.675, 116.28, 103.53], np.float32)))
    x = m.op("Div", x, m.const(np.array([58.395, 57.12, 57.375], np.float32)))
    x = m.op("Transpose", x, perm=[0, 3, 1, 2])
    x = m.op("Relu", m.conv(x, "conv1", 3, 8, 3, pads=[1, 1, 1, 1], strides=[2, 2]))
    m.finish(m.conv(x, "conv2", 8, 4, 3))


if __name__ == "__main__":
    for make in (residual, mobile, shapes, enlarge, tokens, stages, measures, dense, parts, sizes, choices, picture,
                 attention):
        make()
