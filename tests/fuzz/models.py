#!/usr/bin/env python3
"""models.py FOLDER: writes the models that the fuzzer of the importer begins with.

    /usr/bin/python3 tests/fuzz/models.py tests/fuzz/corpus/import

Small ones, which together use every operator of compiler/import/ops.def and every pattern that is
put together again; needs the package onnx. What they compute has no meaning.
"""
import pathlib
import sys

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

F, I = np.float32, np.int64


class Model:
    """A graph under construction; `op` gives the name of the result."""

    def __init__(self, shape=(1, 4, 4, 4), opset=17):
        self.shape, self.opset, self.nodes, self.weights = shape, opset, [], []

    def const(self, array, kind=None, name=None):
        name = name or f"c{len(self.weights)}"
        self.weights.append(numpy_helper.from_array(np.asarray(array, kind), name))
        return name

    def ramp(self, *shape, name=None):
        """Numbers that differ, few bytes of them different."""
        return self.const(np.arange(1, 1 + int(np.prod(shape)), dtype=F).reshape(shape), F, name)

    def op(self, kind, *inputs, outputs=1, name="", **attributes):
        out = [f"v{len(self.nodes)}{chr(97 + i)}" for i in range(outputs)]
        self.nodes.append(helper.make_node(kind, inputs, out, name=name, **attributes))
        return out[0] if outputs == 1 else out

    def bytes(self, *results):
        value = helper.make_tensor_value_info
        graph = helper.make_graph(
            self.nodes, "g", [value("x", TensorProto.FLOAT, self.shape)],
            [value(result, TensorProto.FLOAT, None) for result in results], self.weights)
        return helper.make_model(graph, ir_version=8, opset_imports=[
            helper.make_opsetid("", self.opset)]).SerializeToString()


def simple():
    """Operators of one input, with their attributes."""
    for kind in ("Abs Exp HardSwish Identity Log Mish Neg Reciprocal Relu Sigmoid Softplus "
                 "Softsign Sqrt Tanh").split():
        m = Model((1, 2))
        yield kind, m.bytes(m.op(kind, "x"))
    for kind, attributes in (
            ("Elu", {"alpha": 0.5}), ("Selu", {}), ("Selu", {"alpha": 2.0, "gamma": 1.5}),
            ("LeakyRelu", {"alpha": 0.25}), ("HardSigmoid", {"alpha": 1 / 6}),
            ("HardSigmoid", {"beta": 0.25}), ("Gelu", {"approximate": "tanh"}), ("Gelu", {}),
            ("Softmax", {"axis": 1}), ("LogSoftmax", {"axis": -1}), ("Cast", {"to": 1}),
            ("Flatten", {"axis": 2}), ("Transpose", {"perm": [0, 2, 3, 1]}),
            ("GlobalAveragePool", {}), ("GlobalMaxPool", {}), ("GlobalLpPool", {"p": 1}),
            ("DepthToSpace", {"blocksize": 2, "mode": "CRD"}), ("DepthToSpace", {"blocksize": 2}),
            ("SpaceToDepth", {"blocksize": 2}),
            ("ArgMax", {"axis": 1}), ("Shape", {}), ("TopK", {}), ("If", {}), ("Nothing", {}),
            ("MaxPool", {"kernel_shape": [3, 3], "strides": [2, 2], "ceil_mode": 1}),
            ("MaxPool", {"kernel_shape": [2, 2], "dilations": [2, 1], "auto_pad": "SAME_LOWER"}),
            ("AveragePool", {"kernel_shape": [2, 2], "pads": [1, 0, 0, 1],
                             "count_include_pad": 1}),
            ("AveragePool", {"kernel_shape": [3, 3], "auto_pad": "SAME_UPPER"}),
            ("LpPool", {"kernel_shape": [2, 2], "p": 3})):
        m = Model()
        yield kind, m.bytes(m.op(kind, "x", **attributes))
    for kind in "ReduceL2 ReduceMax ReduceMean ReduceMin ReduceSum".split():
        m = Model(opset=11)
        yield kind, m.bytes(m.op(kind, "x", axes=[2, 3], keepdims=0))
        m = Model(opset=18)
        yield kind, m.bytes(m.op(kind, "x", m.const([-1], I)))
    m = Model()
    yield "Softmax", m.bytes(m.op("Softmax", m.op("LogSoftmax", "x", axis=2), axis=0))
    m = Model(opset=11)
    yield "Softmax", m.bytes(m.op("Softmax", "x", axis=2))


def weighted():
    """Layers with weights."""
    for kind, shape, attributes in (
            ("Conv", (2, 4, 3, 3), {"pads": [1, 1, 1, 1], "strides": [2, 1]}),
            ("Conv", (4, 1, 2, 2), {"group": 4, "dilations": [2, 1]}),
            ("Conv", (4, 2, 3, 3), {"group": 2, "auto_pad": "SAME_LOWER"}),
            ("ConvTranspose", (4, 2, 2, 2), {"strides": [2, 2], "output_padding": [1, 1]}),
            ("ConvTranspose", (4, 1, 3, 3), {"group": 2, "output_shape": [6, 6],
                                             "strides": [2, 2]}),
            ("ConvTranspose", (4, 2, 3, 3), {"auto_pad": "SAME_UPPER", "strides": [2, 2]})):
        m = Model()
        x = m.op(kind, "x", m.ramp(*shape, name="a.weight"), name="/a/" + kind, **attributes)
        yield kind, m.bytes(m.op("Add", x, m.ramp(shape[0] if kind == "Conv" else 1, 1, 1)))
    m = Model()
    x = m.op("Conv", "x", m.ramp(2, 4, 1, 1), m.ramp(2))
    yield "Conv", m.bytes(m.op("BatchNormalization", x, *[m.ramp(2) for _ in range(4)]))
    for opset, groups in ((17, 4), (18, 2), (21, 4)):
        m = Model(opset=opset)
        kind = "GroupNormalization" if opset > 17 else "InstanceNormalization"
        attributes = {"num_groups": 2} if opset > 17 else {}
        yield kind, m.bytes(m.op(kind, "x", m.ramp(groups), m.ramp(groups), **attributes))
    for axis in (-1, 2):
        m = Model()
        shape = (4,) if axis == -1 else (4, 4)
        yield "LayerNormalization", m.bytes(
            m.op("LayerNormalization", "x", m.ramp(*shape), m.ramp(*shape), axis=axis))
    m = Model((2, 3))
    yield "Gemm", m.bytes(m.op("Gemm", "x", m.ramp(2, 3), m.ramp(2), transB=1, alpha=2.0))
    m = Model((2, 3))
    yield "Gemm", m.bytes(m.op("Gemm", "x", m.ramp(2, 2), m.const(1, F), transA=1, beta=0.5))
    m = Model((1, 2, 3))
    yield "MatMul", m.bytes(m.op("MatMul", "x", m.ramp(3, 2)))
    m = Model((1, 2, 3))
    yield "MatMul", m.bytes(m.op("MatMul", "x", m.op("Transpose", "x", perm=[0, 2, 1])))
    m = Model()
    yield "PRelu", m.bytes(m.op("PRelu", m.op("PRelu", "x", m.ramp(4, 1, 1)), m.const([2], F)))


def binary():
    for kind in "Add Sub Mul Div".split():
        for shape in ((), (4, 1, 1), (4,), (4, 1, 4), (1, 4, 4, 4)):
            m = Model()
            yield kind, m.bytes(m.op(kind, "x", m.ramp(*shape)))
        m = Model()
        yield kind, m.bytes(m.op(kind, m.ramp(4, 4), m.op(kind, "x", m.op("Relu", "x"))))
        m = Model()
        yield kind, m.bytes(m.op(kind, m.op("GlobalAveragePool", "x"), "x"))
    m = Model()
    x = m.op("Sum", "x", m.op("Max", "x", m.op("Relu", "x")), m.op("Min", "x", m.const(6, F)))
    yield "Sum", m.bytes(m.op("Max", x, m.const(0, F)))
    for n in (2, 1, 0.5, -1, 3):
        m = Model((1, 2))
        yield "Pow", m.bytes(m.op("Pow", "x", m.const(n, F)))
    m = Model()
    x = m.op("Clip", "x", m.const(0, F), m.const(6, F))
    yield "Clip", m.bytes(m.op("Dropout", m.op("Clip", x, "", m.const(3, F)), outputs=2)[0])
    m = Model(opset=7)
    yield "Clip", m.bytes(m.op("Clip", "x", min=-1.0, max=1.0))


def moves():
    m = Model()
    a, b = m.op("Split", "x", m.const([1, 3], I), outputs=2, axis=1)
    yield "Split", m.bytes(m.op("Concat", b, a, b, axis=1))
    m = Model()
    a, b, c = m.op("Split", "x", outputs=3, axis=-1)
    yield "Split", m.bytes(a, b, c)
    for lists in (([1, 0], [3, 99], [2, 1], [1, 2]), ([-1], [-9], [3], [-1])):
        m = Model()
        yield "Slice", m.bytes(m.op("Slice", "x", *[m.const(part, I) for part in lists]))
    m = Model(opset=9)
    yield "Slice", m.bytes(m.op("Slice", "x", starts=[1], ends=[-1], axes=[0 + 2]))
    for places in (1, [1, 2], [0, 2]):
        m = Model()
        yield "Gather", m.bytes(m.op("Gather", "x", m.const(places, I), axis=1))
    for mode in ("constant", "reflect", "edge", "wrap"):
        m = Model()
        pads = m.const([0, 1, 1, 0, 0, 0, 2, 1], I)
        yield "Pad", m.bytes(m.op("Pad", "x", pads, m.const(2, F), mode=mode))
    m = Model(opset=10)
    yield "Pad", m.bytes(m.op("Pad", "x", pads=[0, 0, 1, -1, 0, 0, 0, -1], value=1.0))
    m = Model(opset=18)
    yield "Pad", m.bytes(m.op("Pad", "x", m.const([1, 1], I), "", m.const([3], I)))
    for shape in ([0, -1], [1, 2, 2, 4, 4], [64], [4, 4, 4]):
        m = Model()
        yield "Reshape", m.bytes(m.op("Reshape", "x", m.const(shape, I)))
    m = Model((1, 4, 1))
    x = m.op("Unsqueeze", m.op("Squeeze", "x", m.const([2], I)), m.const([0, 3], I))
    yield "Unsqueeze", m.bytes(m.op("Expand", x, m.const([1, 2, 4, 3], I)))
    m = Model((1, 4, 1), opset=11)
    yield "Squeeze", m.bytes(m.op("Squeeze", m.op("Unsqueeze", "x", axes=[3])))
    for mode, words in (("nearest", {}), ("linear", {}), ("cubic", {}),
                        ("nearest", {"coordinate_transformation_mode": "asymmetric",
                                     "nearest_mode": "floor"}),
                        ("linear", {"coordinate_transformation_mode": "align_corners"})):
        m = Model()
        yield "Resize", m.bytes(m.op("Resize", "x", "", m.const([1, 1, 2, 3], F), mode=mode,
                                     **words))
    m = Model()
    yield "Resize", m.bytes(m.op("Resize", "x", "", "", m.const([1, 4, 2, 8], I), mode="nearest"))
    m = Model(opset=9)
    yield "Upsample", m.bytes(m.op("Upsample", "x", m.const([1, 1, 2, 2], F), mode="linear"))


def folded():
    """Shapes computed from shapes, and constants from constants."""
    m = Model(opset=13)
    shape = m.op("Shape", "x")
    n = m.op("Gather", shape, m.const(0, I))
    c = m.op("Mod", m.op("Floor", m.op("Cast", m.op("Gather", shape, m.const([1], I)), to=1)),
             m.const(5, F))
    c = m.op("Cast", m.op("Ceil", c), to=7)
    size = m.op("Div", m.op("Size", "x"), m.op("ReduceProd", c, keepdims=0))
    parts = [m.op("Unsqueeze", v, m.const([0], I)) for v in (n, size)]
    yield "Shape", m.bytes(m.op("Reshape", "x", m.op("Concat", parts[0], c, parts[1], axis=0)))
    m = Model()
    ones = m.op("ConstantOfShape", m.const([2], I),
                value=helper.make_tensor("", TensorProto.INT64, [1], [1]))
    where = m.op("Where", m.op("Equal", ones, m.const(-1, I)), ones, m.const([16, 4], I))
    yield "Where", m.bytes(m.op("Reshape", "x", m.op("Mul", where, m.const([1, 1], I))))
    m = Model()
    span = m.op("Range", m.const(0, I), m.const(6, I), m.const(2, I))
    low = m.op("And", m.op("Less", span, m.const(3, I)),
               m.op("Not", m.op("Or", m.op("Greater", span, m.const(9, I)),
                                m.op("Equal", span, m.const(9, I)))))
    pick = m.op("Slice", m.op("Cast", low, to=1), m.const([0], I), m.const([1], I))
    yield "Range", m.bytes(m.op("Add", "x", m.op("Identity", pick)))
    m = Model()
    w = m.op("Constant", value=numpy_helper.from_array(np.arange(4, dtype=np.float16)))
    w = m.op("Sqrt", m.op("Exp", m.op("Abs", m.op("Neg", m.op("Reciprocal", m.op(
        "Add", w, m.op("Constant", value_float=1.0)))))))
    w = m.op("Reshape", m.op("Log", w), m.op("Constant", value_ints=[4, 1, 1]))
    yield "Constant", m.bytes(m.op("Mul", "x", m.op("Sum", w, w)))
    m = Model()
    w = m.op("Transpose", m.ramp(2, 4), perm=[1, 0])
    w = m.op("Gather", w, m.const([0, 1, 2, 3], I))
    w = m.op("Squeeze", m.op("Unsqueeze", w, m.const([0], I)), m.const([0], I))
    e = m.op("Expand", m.op("Pow", m.const([2], F), m.const([2], F)), m.const([4, 1, 1], I))
    e = m.op("Max", m.op("Min", e, m.const(3, F)), m.op("Sub", m.const(2, F), m.const(1, F)))
    x = m.op("Transpose", m.op("Mul", "x", e), perm=[0, 2, 3, 1])
    yield "Expand", m.bytes(m.op("MatMul", x, w))


def ratios():
    """What the language writes as several layers."""
    for kind, attributes, weights in (
            ("RMSNormalization", {"axis": -1}, [(4,)]), ("MeanVarianceNormalization", {}, []),
            ("LRN", {"size": 3}, []), ("LpNormalization", {"p": 1}, []),
            ("LpNormalization", {"axis": 1}, []), ("Celu", {"alpha": 0.5}, []),
            ("ThresholdedRelu", {}, []), ("Shrink", {"bias": 0.5}, []), ("Swish", {"alpha": 2.0}, []),
            ("Tile", {}, None), ("Trilu", {}, []), ("Sign", {}, []), ("Where", {}, None),
            ("ReduceLogSumExp", {}, []), ("ReduceL1", {}, []), ("ReduceLogSum", {}, []),
            ("ReduceSumSquare", {}, []), ("ArgMin", {}, []), ("Mean", {}, [(1,)]),
            ("Hardmax", {}, []), ("GatherElements", {}, None), ("CenterCropPad", {}, None)):
        m = Model(opset=23 if kind == "RMSNormalization" else 18)
        if kind == "Tile":
            yield kind, m.bytes(m.op(kind, "x", m.const([1, 2, 1, 3], I)))
        elif kind == "Where":
            mask = m.const(np.array([True, False, True, True]), bool)
            yield kind, m.bytes(m.op(kind, mask, "x", m.const(F(2))))
        elif weights is None:
            yield kind, m.bytes(m.op(kind, "x", m.const([1, 2], I)))
        else:
            yield kind, m.bytes(m.op(kind, "x", *[m.ramp(*shape) for shape in weights], **attributes))
    m = Model()
    zero = m.op("Equal", m.op("Relu", "x"), m.const(F(0)))
    yield "Where", m.bytes(m.op("Where", zero, m.const(F(0)), m.op("Div", "x", m.op("Relu", "x"))))
    m = Model()
    less = m.op("Sub", "x", m.op("ReduceMax", "x", axes=[-1]))
    e = m.op("Exp", less)
    yield "Softmax", m.bytes(m.op("Div", e, m.op("ReduceSum", e, m.const([-1], I))))
    m = Model()
    mean = m.op("Sub", "x", m.op("ReduceMean", "x", axes=[-1]))
    power = m.op("ReduceMean", m.op("Pow", mean, m.const(F(2))), axes=[-1])
    root = m.op("Sqrt", m.op("Add", power, m.const(F(1e-5))))
    x = m.op("Mul", m.op("Div", mean, root), m.ramp(4))
    yield "LayerNormalization", m.bytes(m.op("Add", x, m.ramp(4)))
    m = Model()
    x = m.op("Transpose", m.op("Reshape", "x", m.const([1, 2, 2, 4, 4], I)), perm=[0, 2, 1, 3, 4])
    yield "shuffle", m.bytes(m.op("Reshape", x, m.const([1, 4, 4, 4], I)))
    m = Model()
    x = m.op("Reshape", "x", m.const([1, 1, 2, 2, 4, 4], I))
    x = m.op("Transpose", x, perm=[0, 1, 4, 2, 5, 3])
    yield "shuffle", m.bytes(m.op("Reshape", x, m.const([1, 1, 8, 8], I)))
    for opset, attributes in ((18, {"antialias": 1}), (19, {"keep_aspect_ratio_policy": "not_larger"}),
                              (18, {"coordinate_transformation_mode": "tf_crop_and_resize"})):
        m = Model(opset=opset)
        roi = m.const([0, 0, 0.25, 0.25, 1, 1, 0.75, 0.75], F)
        yield "Resize", m.bytes(m.op("Resize", "x", roi, "", m.const([1, 4, 3, 5], I), mode="cubic",
                                     **attributes))
    m = Model((1, 2, 3))
    yield "MatMul", m.bytes(m.op("MatMul", m.ramp(2, 2), "x"))
    m = Model((2, 3))
    yield "Gemm", m.bytes(m.op("Gemm", m.ramp(4, 2), "x", m.op("ReduceSum", "x", m.const([0], I)),
                               beta=2.0))
    m = Model()
    bytes_ = m.op("Cast", m.op("Transpose", "p", perm=[0, 3, 1, 2]), to=1)
    x = m.op("Div", bytes_, m.const(F(255)))
    graph = m.bytes(m.op("Conv", x, m.ramp(1, 3, 1, 1)))
    picture = onnx.load_from_string(graph)
    picture.graph.input[0].CopyFrom(helper.make_tensor_value_info("p", TensorProto.UINT8, (1, 2, 2, 3)))
    yield "picture", picture.SerializeToString()


def patterns():
    """What exporters take apart, and blocks that repeat."""
    two, one, half = F(2 ** 0.5), F(1), F(0.5)
    m = Model((1, 2))
    e = m.op("Add", m.op("Erf", m.op("Div", "x", m.const(two))), m.const(one))
    yield "Gelu", m.bytes(m.op("Mul", m.op("Mul", "x", e), m.const(half)))
    m = Model((1, 2))
    x = m.op("Mul", "x", m.op("Sigmoid", "x"))
    yield "silu", m.bytes(m.op("Mul", x, m.op("Tanh", m.op("Softplus", x))))
    m = Model((1, 2))
    y = m.op("Clip", m.op("Add", "x", m.const(F(3))), m.const(F(0)), m.const(F(6)))
    x = m.op("Div", m.op("Mul", "x", y), m.const(F(6)))
    yield "HardSwish", m.bytes(m.op("Mul", x, m.op("HardSigmoid", x, alpha=1 / 6)))
    m = Model((1, 2))
    y = m.op("Clip", m.op("Add", "x", m.const(F(3))), m.const(F(0)), m.const(F(6)))
    yield "HardSigmoid", m.bytes(m.op("Div", y, m.const(F(6))))
    m = Model()
    x = m.op("MaxPool", m.op("Neg", "x"), kernel_shape=[2, 2])
    yield "minpool", m.bytes(m.op("Neg", x))
    m = Model()
    x = m.op("Conv", m.op("Pow", m.op("Abs", "x"), m.const(F(3))),
             m.const(np.ones((4, 1, 2, 2)), F), group=4)
    yield "lppool", m.bytes(m.op("Pow", x, m.const(F(1 / 3))))
    for value, kind in ((-np.inf, "MaxPool"), (0, "AveragePool"), (0, "Conv")):
        m = Model()
        x = m.op("Pad", "x", m.const([0, 0, 1, 1, 0, 0, 1, 2], I), m.const(value, F))
        x = (m.op(kind, x, m.ramp(1, 4, 2, 2)) if kind == "Conv" else
             m.op(kind, x, kernel_shape=[2, 2], strides=[2, 2]))
        yield "pad", m.bytes(x)
    m = Model()
    x = m.op("Reshape", "x", m.const([0, 2, -1], I))
    x = m.op("InstanceNormalization", x, m.const([1, 1], F), m.const([0, 0], F))
    x = m.op("Reshape", x, m.const([1, 4, 4, 4], I))
    yield "groups", m.bytes(m.op("Add", m.op("Mul", x, m.ramp(4, 1, 1)), m.ramp(4, 1, 1)))
    m = Model()
    yield "shift", m.bytes(m.op("Add", m.op("Mul", "x", m.const(F(3))), m.const(F(2))))
    m, x, c = Model((1, 2, 4, 4)), "x", 2
    for i, width in enumerate((2, 2, 2, 2, 3, 3, 3)):
        y = m.op("Relu", m.op("Conv", x, m.ramp(width, c, 1, 1, name=f"l.{i}.a.weight"), m.ramp(width)))
        y = m.op("Conv", y, m.ramp(width, width, 3, 3, name=f"l.{i}.b.weight"), m.ramp(width), pads=[1] * 4)
        x, c = m.op("Relu", m.op("Add", y, x) if width == c else y), width
    yield "blocks", m.bytes(x)
    m, x = Model((1, 2, 8)), "x"
    for stride in (1, 1, 2, 1, 1, 2, 1):
        x = m.op("Conv", x, m.ramp(2, 1, 3), group=2, strides=[stride], pads=[1, 1], dilations=[1])
        x = m.op("Relu", m.op("Conv", x, m.ramp(2, 2, 1)))
    yield "runs", m.bytes(x)


def main():
    folder = pathlib.Path(sys.argv[1])
    counts = {}
    for part in (simple, weighted, binary, moves, folded, ratios, patterns):
        for name, model in part():
            counts[name] = counts.get(name, 0) + 1
            (folder / f"{name}{counts[name]}.onnx").write_bytes(model)


if __name__ == "__main__":
    main()
