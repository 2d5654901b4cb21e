"""Published architectures as ONNX models with random weights, at the sizes of their papers.

Each function takes a Net and builds one; ARCHITECTURES lists them. Weights are He-normal, the numbers
of batch norms such that they neither vanish nor explode; they follow from the name alone.
"""
import zlib

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper


class Net:
    """Appends nodes to a graph; every method gives the name of its result."""

    def __init__(self, name, shape):
        self.name, self.nodes, self.weights = name, [], []
        self.random = np.random.default_rng(zlib.crc32(name.encode()))
        self.input, self.shape = "input", shape
        self.channels = {"input": shape[1]}

    def node(self, op, inputs, channels, **attributes):
        out = f"{op.lower()}_{len(self.nodes)}"
        self.nodes.append(helper.make_node(op, inputs, [out], name=out, **attributes))
        self.channels[out] = channels
        return out

    def weight(self, name, value):
        self.weights.append(numpy_helper.from_array(np.asarray(value, np.float32), name))
        return name

    def ints(self, name, value):
        self.weights.append(numpy_helper.from_array(np.asarray(value, np.int64), name))
        return name

    def conv(self, x, c, k=1, s=1, p=None, d=1, g=1, bias=False, axes=2):
        """Convolution; half padding unless `p` says another one."""
        k, s, d = (v if isinstance(v, tuple) else (v,) * axes for v in (k, s, d))
        pads = tuple((e - 1) * f // 2 for e, f in zip(k, d)) if p is None else \
            (p if isinstance(p, tuple) else (p,) * axes)
        pads = pads * 2 if len(pads) == axes else pads
        fan_in = self.channels[x] // g * int(np.prod(k))
        out = f"conv_{len(self.nodes)}"
        inputs = [x, self.weight(f"{out}.weight", self.random.standard_normal(
            (c, self.channels[x] // g, *k)) * np.sqrt(2 / fan_in))]
        if bias:
            inputs.append(self.weight(f"{out}.bias", self.random.uniform(-0.1, 0.1, c)))
        return self.node("Conv", inputs, c, kernel_shape=k, strides=s, dilations=d, group=g, pads=pads)

    def tconv(self, x, c, k, s, p, axes=2, bias=True):
        out = f"convtranspose_{len(self.nodes)}"
        scale = np.sqrt(2 / (self.channels[x] * k ** axes / s ** axes))
        inputs = [x, self.weight(f"{out}.weight", self.random.standard_normal(
            (self.channels[x], c, *(k,) * axes)) * scale)]
        if bias:
            inputs.append(self.weight(f"{out}.bias", self.random.uniform(-0.1, 0.1, c)))
        return self.node("ConvTranspose", inputs, c, kernel_shape=(k,) * axes, strides=(s,) * axes,
                         pads=(p,) * 2 * axes)

    def norm(self, x):
        c, out = self.channels[x], f"batchnormalization_{len(self.nodes)}"
        numbers = {"weight": self.random.uniform(0.8, 1.2, c), "bias": self.random.uniform(-0.1, 0.1, c),
                   "running_mean": self.random.uniform(-0.1, 0.1, c),
                   "running_var": self.random.uniform(0.8, 1.2, c)}
        return self.node("BatchNormalization",
                         [x, *(self.weight(f"{out}.{key}", value) for key, value in numbers.items())], c)

    def relu(self, x):
        return self.node("Relu", [x], self.channels[x])

    def relu6(self, x):
        zero, six = (self.weight(f"clip_{len(self.nodes)}.{v}", v) for v in (0, 6))
        return self.node("Clip", [x, zero, six], self.channels[x])

    def unary(self, op, x, **attributes):
        return self.node(op, [x], self.channels[x], **attributes)

    def silu(self, x):
        return self.mul(x, self.unary("Sigmoid", x))

    def conv_norm(self, x, c, k=1, s=1, act="relu", **more):
        y = self.norm(self.conv(x, c, k, s, **more))
        return getattr(self, act)(y) if act else y

    def hardswish(self, x):
        return self.unary("HardSwish", x)

    def add(self, x, y):
        return self.node("Add", [x, y], self.channels[x])

    def mul(self, x, y):
        return self.node("Mul", [x, y], self.channels[x])

    def concat(self, *xs):
        return self.node("Concat", list(xs), sum(self.channels[x] for x in xs), axis=1)

    def maxpool(self, x, k, s, p=0, ceil=0, axes=2):
        return self.node("MaxPool", [x], self.channels[x], kernel_shape=(k,) * axes, strides=(s,) * axes,
                         pads=(p,) * 2 * axes, ceil_mode=ceil)

    def avgpool(self, x, k, s, p=0):
        return self.node("AveragePool", [x], self.channels[x], kernel_shape=(k, k), strides=(s, s),
                         pads=(p,) * 4, count_include_pad=1)

    def mean(self, x):
        return self.node("GlobalAveragePool", [x], self.channels[x])

    def dense(self, x, n, inputs=None):
        inputs = inputs or self.channels[x]
        out = f"gemm_{len(self.nodes)}"
        weight = self.weight(f"{out}.weight", self.random.standard_normal((n, inputs)) / np.sqrt(inputs))
        bias = self.weight(f"{out}.bias", self.random.uniform(-0.1, 0.1, n))
        return self.node("Gemm", [x, weight, bias], n, transB=1)

    def classifier(self, x, n=1000):
        return self.dense(self.unary("Flatten", self.mean(x), axis=1), n)

    def squeeze(self, x, mid, act="relu", gate="Sigmoid", **gate_attributes):
        """Squeeze and excitation."""
        y = getattr(self, act)(self.conv(self.mean(x), mid, bias=True))
        return self.mul(x, self.unary(gate, self.conv(y, self.channels[x], bias=True), **gate_attributes))

    def model(self, *outputs):
        graph = helper.make_graph(
            self.nodes, self.name, [helper.make_tensor_value_info(self.input, TensorProto.FLOAT, self.shape)],
            [helper.make_tensor_value_info(out, TensorProto.FLOAT, None) for out in outputs], self.weights)
        made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
        made = onnx.shape_inference.infer_shapes(made)
        onnx.checker.check_model(made)
        return made


def resnet18(n):
    x = n.maxpool(n.conv_norm("input", 64, 7, 2), 3, 2, 1)
    for c, s in ((64, 1), (64, 1), (128, 2), (128, 1), (256, 2), (256, 1), (512, 2), (512, 1)):
        y = n.conv_norm(n.conv_norm(x, c, 3, s), c, 3, act=None)
        x = n.relu(n.add(y, x if s == 1 and n.channels[x] == c else n.conv_norm(x, c, 1, s, act=None)))
    return n.classifier(x)


def resnet50(n):
    x = n.maxpool(n.conv_norm("input", 64, 7, 2), 3, 2, 1)
    for c, count, first in ((64, 3, 1), (128, 4, 2), (256, 6, 2), (512, 3, 2)):
        for i in range(count):
            s = first if i == 0 else 1
            y = n.conv_norm(n.conv_norm(n.conv_norm(x, c), c, 3, s), 4 * c, act=None)
            x = n.relu(n.add(y, x if i else n.conv_norm(x, 4 * c, 1, s, act=None)))
    return n.classifier(x)


def vgg16(n):
    x = "input"
    for c, count in ((64, 2), (128, 2), (256, 3), (512, 3), (512, 3)):
        for _ in range(count):
            x = n.relu(n.conv(x, c, 3, bias=True))
        x = n.maxpool(x, 2, 2)
    x = n.relu(n.dense(n.unary("Flatten", x, axis=1), 4096, 512 * 49))
    return n.dense(n.relu(n.dense(x, 4096)), 1000)


def mobilenet_v2(n):
    x = n.conv_norm("input", 32, 3, 2, "relu6")
    for t, c, count, first in ((1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1),
                               (6, 160, 3, 2), (6, 320, 1, 1)):
        for i in range(count):
            s, mid = first if i == 0 else 1, t * n.channels[x]
            y = n.conv_norm(x, mid, 1, 1, "relu6") if t > 1 else x
            y = n.conv_norm(n.conv_norm(y, mid, 3, s, "relu6", g=mid), c, act=None)
            x = n.add(y, x) if s == 1 and n.channels[x] == c else y
    return n.classifier(n.conv_norm(x, 1280, 1, 1, "relu6"))


def mobilenet_v3(n):
    x = n.conv_norm("input", 16, 3, 2, "hardswish")
    for k, mid, c, se, act, s in (
            (3, 16, 16, 0, "relu", 1), (3, 64, 24, 0, "relu", 2), (3, 72, 24, 0, "relu", 1), (5, 72, 40, 24, "relu", 2),
            (5, 120, 40, 32, "relu", 1), (5, 120, 40, 32, "relu", 1), (3, 240, 80, 0, "hardswish", 2),
            (3, 200, 80, 0, "hardswish", 1), (3, 184, 80, 0, "hardswish", 1), (3, 184, 80, 0, "hardswish", 1),
            (3, 480, 112, 120, "hardswish", 1), (3, 672, 112, 168, "hardswish", 1),
            (5, 672, 160, 168, "hardswish", 2), (5, 960, 160, 240, "hardswish", 1), (5, 960, 160, 240, "hardswish", 1)):
        y = n.conv_norm(x, mid, 1, 1, act) if mid != n.channels[x] else x
        y = n.conv_norm(y, mid, k, s, act, g=mid)
        if se:
            y = n.squeeze(y, se, gate="HardSigmoid", alpha=1 / 6)
        y = n.conv_norm(y, c, act=None)
        x = n.add(y, x) if s == 1 and n.channels[x] == c else y
    x = n.unary("Flatten", n.mean(n.conv_norm(x, 960, 1, 1, "hardswish")), axis=1)
    return n.dense(n.hardswish(n.dense(x, 1280)), 1000)


def squeezenet(n):
    def fire(x, mid, c):
        x = n.relu(n.conv(x, mid, bias=True))
        return n.concat(n.relu(n.conv(x, c, bias=True)), n.relu(n.conv(x, c, 3, bias=True)))
    x = n.maxpool(n.relu(n.conv("input", 64, 3, 2, p=0, bias=True)), 3, 2, ceil=1)
    x = n.maxpool(fire(fire(x, 16, 64), 16, 64), 3, 2, ceil=1)
    x = n.maxpool(fire(fire(x, 32, 128), 32, 128), 3, 2, ceil=1)
    x = fire(fire(fire(fire(x, 48, 192), 48, 192), 64, 256), 64, 256)
    return n.unary("Flatten", n.mean(n.relu(n.conv(x, 1000, bias=True))), axis=1)


def densenet121(n):
    x = n.maxpool(n.conv_norm("input", 64, 7, 2), 3, 2, 1)
    for block, count in enumerate((6, 12, 24, 16)):
        for _ in range(count):
            y = n.conv(n.relu(n.norm(x)), 128)
            x = n.concat(x, n.conv(n.relu(n.norm(y)), 32, 3))
        if block < 3:
            x = n.avgpool(n.conv(n.relu(n.norm(x)), n.channels[x] // 2), 2, 2)
    return n.classifier(n.relu(n.norm(x)))


def shufflenet_v2(n):
    def shuffle(x, side):
        c = n.channels[x]
        shapes = []
        for i, shape in enumerate(([1, 2, c // 2, side, side], [1, c, side, side])):
            name = f"shape_{len(n.nodes)}_{i}"
            n.weights.append(numpy_helper.from_array(np.array(shape, np.int64), name))
            shapes.append(name)
        y = n.node("Reshape", [x, shapes[0]], c)
        y = n.node("Transpose", [y], c, perm=[0, 2, 1, 3, 4])
        return n.node("Reshape", [y, shapes[1]], c)
    x, side = n.maxpool(n.conv_norm("input", 24, 3, 2), 3, 2, 1), 56
    for c, count in ((116, 4), (232, 8), (464, 4)):
        half, side = c // 2, side // 2
        for i in range(count):
            if i == 0:
                a = n.conv_norm(n.conv_norm(x, n.channels[x], 3, 2, None, g=n.channels[x]), half)
                b = x
            else:
                split = f"split_{len(n.nodes)}"
                n.nodes.append(helper.make_node("Split", [x], [f"{split}_a", f"{split}_b"], name=split, axis=1))
                a, b = f"{split}_a", f"{split}_b"
                n.channels[a] = n.channels[b] = half
            b = n.conv_norm(n.conv_norm(n.conv_norm(b, half), half, 3, 2 if i == 0 else 1, None, g=half), half)
            x = shuffle(n.concat(a, b), side)
    return n.classifier(n.conv_norm(x, 1024))


def efficientnet_b0(n):
    x = n.conv_norm("input", 32, 3, 2, "silu")
    for t, k, c, count, first in ((1, 3, 16, 1, 1), (6, 3, 24, 2, 2), (6, 5, 40, 2, 2), (6, 3, 80, 3, 2),
                                  (6, 5, 112, 3, 1), (6, 5, 192, 4, 2), (6, 3, 320, 1, 1)):
        for i in range(count):
            s, before = first if i == 0 else 1, n.channels[x]
            mid = t * before
            y = n.conv_norm(x, mid, 1, 1, "silu") if t > 1 else x
            y = n.squeeze(n.conv_norm(y, mid, k, s, "silu", g=mid), max(1, before // 4), "silu")
            y = n.conv_norm(y, c, act=None)
            x = n.add(y, x) if s == 1 and before == c else y
    return n.classifier(n.conv_norm(x, 1280, 1, 1, "silu"))


def googlenet(n):
    def inception(x, c1, r3, c3, r5, c5, cp):
        return n.concat(n.conv_norm(x, c1), n.conv_norm(n.conv_norm(x, r3), c3, 3),
                        n.conv_norm(n.conv_norm(x, r5), c5, 3), n.conv_norm(n.maxpool(x, 3, 1, 1), cp))
    x = n.maxpool(n.conv_norm("input", 64, 7, 2), 3, 2, ceil=1)
    x = n.maxpool(n.conv_norm(n.conv_norm(x, 64), 192, 3), 3, 2, ceil=1)
    x = inception(inception(x, 64, 96, 128, 16, 32, 32), 128, 128, 192, 32, 96, 64)
    x = inception(n.maxpool(x, 3, 2, ceil=1), 192, 96, 208, 16, 48, 64)
    for sizes in ((160, 112, 224, 24, 64, 64), (128, 128, 256, 24, 64, 64), (112, 144, 288, 32, 64, 64),
                  (256, 160, 320, 32, 128, 128)):
        x = inception(x, *sizes)
    x = inception(n.maxpool(x, 2, 2, ceil=1), 256, 160, 320, 32, 128, 128)
    return n.classifier(inception(x, 384, 192, 384, 48, 128, 128))


def _unet(n, widths, axes):
    def double(x, c):
        for _ in range(2):
            x = n.conv_norm(x, c, 3, axes=axes)
        return x
    x, skips = "input", []
    for c in widths[:-1]:
        skips.append(double(x, c))
        x = n.maxpool(skips[-1], 2, 2, axes=axes)
    x = double(x, widths[-1])
    for c, skip in zip(widths[-2::-1], skips[::-1]):
        x = double(n.concat(skip, n.tconv(x, c, 2, 2, 0, axes=axes)), c)
    return n.conv(x, 2, bias=True, axes=axes)


def unet(n):
    return _unet(n, (64, 128, 256, 512, 1024), 2)


def unet3d(n):
    return _unet(n, (16, 32, 64, 128), 3)


def dcgan(n):
    x = n.relu(n.norm(n.tconv("input", 512, 4, 1, 0, bias=False)))
    for c in (256, 128, 64):
        x = n.relu(n.norm(n.tconv(x, c, 4, 2, 1, bias=False)))
    return n.unary("Tanh", n.tconv(x, 3, 4, 2, 1, bias=False))


def fsrcnn(n):
    def prelu(x):
        slope = n.weight(f"prelu_{len(n.nodes)}.weight", n.random.uniform(0, 0.3, (n.channels[x], 1, 1)))
        return n.node("PRelu", [x, slope], n.channels[x])
    x = prelu(n.conv(prelu(n.conv("input", 56, 5, bias=True)), 12, bias=True))
    for _ in range(4):
        x = prelu(n.conv(x, 12, 3, bias=True))
    return n.tconv(prelu(n.conv(x, 56, bias=True)), 1, 8, 2, 3)


def _tokens(n, x, c_in, c, name):
    """x [N, T, C] times a matrix, as exporters write linear layers of tokens."""
    weight = n.weight(f"{name}.weight", n.random.standard_normal((c_in, c)) / np.sqrt(c_in))
    bias = n.weight(f"{name}.bias", n.random.uniform(-0.1, 0.1, c))
    return n.node("Add", [n.node("MatMul", [x, weight], c), bias], c)


def _attention(n, x, tokens, heads, name):
    """Self-attention: queries, keys and values in one matrix, heads taken out of it and put together."""
    c = n.channels[x]
    shape = n.ints(f"{name}.apart", (1, tokens, 3, heads, c // heads))
    qkv = n.node("Reshape", [_tokens(n, x, c, 3 * c, f"{name}.qkv"), shape], c)
    qkv = n.unary("Transpose", qkv, perm=[2, 0, 3, 1, 4])
    q, k, v = (n.node("Gather", [qkv, n.ints(f"{name}.{i}", i)], c, axis=0) for i in range(3))
    q = n.mul(q, n.weight(f"{name}.scale", (c // heads) ** -0.5))
    score = n.node("MatMul", [q, n.unary("Transpose", k, perm=[0, 1, 3, 2])], c)
    mixed = n.node("MatMul", [n.unary("Softmax", score, axis=-1), v], c)
    mixed = n.unary("Transpose", mixed, perm=[0, 2, 1, 3])
    mixed = n.node("Reshape", [mixed, n.ints(f"{name}.together", (1, tokens, c))], c)
    return _tokens(n, mixed, c, c, f"{name}.proj")


def _token_norm(n, x, name):
    c = n.channels[x]
    return n.node("LayerNormalization", [x, n.weight(f"{name}.weight", n.random.uniform(0.8, 1.2, c)),
                                         n.weight(f"{name}.bias", n.random.uniform(-0.1, 0.1, c))], c,
                  axis=-1, epsilon=1e-6)


def _gelu(n, x):
    y = n.node("Div", [x, n.weight(f"{x}.root", np.sqrt(2))], n.channels[x])
    y = n.node("Add", [n.unary("Erf", y), n.weight(f"{x}.one", 1)], n.channels[x])
    return n.mul(n.mul(x, y), n.weight(f"{x}.half", 0.5))


def deit_tiny(n):
    """Patches of 16 pixels and a token for the class, 12 blocks of 3 heads and 192 channels."""
    c, tokens = 192, 14 * 14 + 1
    x = n.conv("input", c, 16, 16, p=0, bias=True)
    x = n.node("Reshape", [x, n.ints("patches", (1, c, tokens - 1))], c)
    x = n.unary("Transpose", x, perm=[0, 2, 1])
    token = n.weight("cls_token", n.random.standard_normal((1, 1, c)))
    x = n.node("Concat", [token, x], c, axis=1)
    x = n.add(x, n.weight("pos_embed", n.random.standard_normal((1, tokens, c)) * 0.5))
    for i in range(12):
        x = n.add(x, _attention(n, _token_norm(n, x, f"blocks.{i}.norm1"), tokens, 3, f"blocks.{i}.attn"))
        y = _tokens(n, _token_norm(n, x, f"blocks.{i}.norm2"), c, 4 * c, f"blocks.{i}.mlp.fc1")
        x = n.add(x, _tokens(n, _gelu(n, y), 4 * c, c, f"blocks.{i}.mlp.fc2"))
    x = n.node("Gather", [_token_norm(n, x, "norm"), n.ints("first", 0)], c, axis=1)
    return n.dense(x, 1000)


def wavenet(n):
    x, skips = n.conv("input", 32, bias=True, axes=1), []
    for d in [1, 2, 4, 8, 16, 32, 64, 128, 256, 512] * 2:
        pads = (d, 0)
        a, b = (n.conv(x, 32, 2, p=pads, d=d, bias=True, axes=1) for _ in range(2))
        y = n.mul(n.unary("Tanh", a), n.unary("Sigmoid", b))
        skips.append(n.conv(y, 64, bias=True, axes=1))
        x = n.add(n.conv(y, 32, bias=True, axes=1), x)
    total = skips[0]
    for skip in skips[1:]:
        total = n.add(total, skip)
    y = n.conv(n.relu(total), 64, bias=True, axes=1)
    return n.unary("Softmax", n.conv(n.relu(y), 256, bias=True, axes=1), axis=1)


ARCHITECTURES = {
    "ResNet-18": (resnet18, [1, 3, 224, 224]),
    "ResNet-50": (resnet50, [1, 3, 224, 224]),
    "VGG-16": (vgg16, [1, 3, 224, 224]),
    "MobileNetV2": (mobilenet_v2, [1, 3, 224, 224]),
    "MobileNetV3": (mobilenet_v3, [1, 3, 224, 224]),
    "SqueezeNet": (squeezenet, [1, 3, 224, 224]),
    "DenseNet-121": (densenet121, [1, 3, 224, 224]),
    "ShuffleNetV2": (shufflenet_v2, [1, 3, 224, 224]),
    "EfficientNet-B0": (efficientnet_b0, [1, 3, 224, 224]),
    "GoogLeNet": (googlenet, [1, 3, 224, 224]),
    "U-Net": (unet, [1, 1, 256, 256]),
    "DCGAN": (dcgan, [1, 100, 1, 1]),
    "FSRCNN": (fsrcnn, [1, 1, 128, 128]),
    "DeiT-Tiny": (deit_tiny, [1, 3, 224, 224]),
    "WaveNet": (wavenet, [1, 1, 4096]),
    "U-Net 3-D": (unet3d, [1, 1, 32, 64, 64]),
}


def build(name):
    """The model called `name` in ARCHITECTURES."""
    function, shape = ARCHITECTURES[name]
    net = Net(name, shape)
    return net.model(function(net))
