"""The frameworks, each behind the same three words.

A class has `version`, and `run(expression, net, inputs, draw)`: it evaluates the expression, gives the
layer weights from `draw(shape, name)` and runs it. Result: the arrays it returned in the axes' order of the
program's outputs; the parameters by the names of the language, in its order of axes; and by those of the
framework, in the framework's own order.

Keras computes with the channels last: to a program whose input has C elsewhere, it is handed with C moved
to the end, and what Keras returns is moved back.
"""

import importlib
import os

import numpy as np

OPSET = 22  # of ONNX: the first in which all pools have dilations


def without(name):
    """A framework that is not there: the message of the failed import."""
    try:
        importlib.import_module(name)
    except ImportError as error:
        return str(error)
    return None


class PyTorch:
    """torch. The language has its names and orders of axes, so weights go in as they are."""

    def __init__(self):
        import torch

        self.torch, self.version = torch, torch.__version__
        self.scope = {"torch": torch}

    def run(self, expression, net, inputs, draw):
        torch = self.torch
        layer = eval(expression, dict(self.scope))
        native = {}
        if isinstance(layer, torch.nn.Module):
            layer.eval()
            state = layer.state_dict()
            for key, tensor in state.items():
                if not key.endswith("num_batches_tracked"):
                    native[key.rsplit(".", 1)[-1]] = draw(tuple(tensor.shape), key)
                    tensor.copy_(torch.from_numpy(native[key.rsplit(".", 1)[-1]]))
        with torch.no_grad():
            result = layer(*(torch.from_numpy(array) for array in inputs.values()))
        results = result if isinstance(result, (tuple, list)) else [result]
        return [r.numpy() for r in results], native, native


class Keras:
    """keras, on whichever backend is there."""

    NAMES = {"kernel": "weight", "gamma": "weight", "alpha": "weight", "beta": "bias", "bias": "bias",
             "moving_mean": "running_mean", "moving_variance": "running_var"}

    def __init__(self):
        if "KERAS_BACKEND" not in os.environ and without("tensorflow"):
            os.environ["KERAS_BACKEND"] = "jax" if not without("jax") else "torch"
        os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
        import keras

        self.keras = keras
        self.version = f"{keras.__version__} on {keras.backend.backend()}"
        self.scope = {"keras": keras}
        if keras.backend.backend() == "tensorflow":
            import tensorflow

            self.scope["tf"] = tensorflow
            self.version += f" {tensorflow.__version__}"

    @staticmethod
    def order(axes):
        """The places of a value's axes in Keras' order, C last."""
        names = list(axes)
        return sorted(range(len(names)), key=lambda i: names[i] == "C")

    def back(self, array, axes):
        """A result in the order of the program."""
        order = self.order(axes)
        return np.transpose(array, np.argsort(order)) if array.ndim == len(order) else array

    @staticmethod
    def ours(array, net):
        """A kernel in the language's order: Keras has the channels behind, and in reverse."""
        if array.ndim < 2:
            return array
        if array.squeeze().ndim == 1 and net.operators[0] == "prelu":
            return array.reshape(-1)
        return np.moveaxis(array, (-1, -2), (0, 1))

    def run(self, expression, net, inputs, draw):
        layer = eval(expression, dict(self.scope))
        tensors = [self.keras.ops.convert_to_tensor(np.transpose(array, self.order(axes)))
                   for array, axes in zip(inputs.values(), net.inputs.values())]
        result = layer(*tensors)
        native, ours = {}, {}
        if isinstance(layer, self.keras.layers.Layer) and layer.weights:
            for weight in layer.weights:
                name = weight.name
                native[name] = draw(tuple(weight.shape), name)
                weight.assign(native[name])
                ours[self.NAMES[name]] = self.ours(native[name], net)
            result = layer(*tensors)
        results = result if isinstance(result, (tuple, list)) else [result]
        arrays = [np.asarray(self.keras.ops.convert_to_numpy(r)) for r in results]
        if all(list(axes)[-1] == "C" for axes in net.inputs.values()):
            return arrays, ours, native
        return [self.back(a, axes) for a, axes in zip(arrays, net.outputs.values())], ours, native


class Onnx:
    """onnx's operators, computed by onnxruntime. What a node reads and nobody writes is a parameter, or,
    with a file of its own, the tensor of that key."""

    def __init__(self):
        import onnx
        import onnxruntime

        self.onnx, self.runtime = onnx, onnxruntime
        self.version = f"{onnx.__version__}, onnxruntime {onnxruntime.__version__}, opset {OPSET}"
        self.scope = {"onnx": onnx, "make_node": onnx.helper.make_node}

    def parameters(self, nodes, net, draw):
        """(ours, native) of the names that no node computes."""
        from network import file_sources

        named = {p.name: p for p in net.parameters}
        stored = {key: (kind, axes) for kind, (_, key, axes) in file_sources(net).items()}
        made = {name for node in nodes for name in node.output}
        ours, native = {}, {}
        for name in (n for node in nodes for n in node.input if n):
            if name in made or name in net.inputs or name in native:
                continue
            kind, order = stored.get(name, (name, None))
            parameter = named[kind]
            order = order or parameter.axes
            shape = parameter.shape
            if order:
                shape = tuple(parameter.shape[parameter.axes.index(axis)] for axis in order)
            native[name] = draw(shape, kind)
            ours[kind] = native[name]
            if order:
                ours[kind] = np.transpose(native[name], [order.index(a) for a in parameter.axes])
        return ours, native

    def run(self, expression, net, inputs, draw):
        helper, numpy_helper = self.onnx.helper, self.onnx.numpy_helper
        nodes = eval(expression, dict(self.scope))
        nodes = nodes if isinstance(nodes, list) else [nodes]
        ours, native = self.parameters(nodes, net, draw)
        real = self.onnx.TensorProto.FLOAT
        taken = {name for node in nodes for name in node.input}
        graph = helper.make_graph(
            nodes, "spelling",
            [helper.make_tensor_value_info(n, helper.np_dtype_to_tensor_dtype(a.dtype), a.shape)
             for n, a in inputs.items()],
            [helper.make_tensor_value_info(n, real, None)
             for node in nodes for n in node.output if n not in taken],
            [numpy_helper.from_array(array, name) for name, array in native.items()])
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)])
        model.ir_version = 10
        session = self.runtime.InferenceSession(model.SerializeToString(),
                                                providers=["CPUExecutionProvider"])
        return session.run(None, inputs), ours, native


KINDS = {"PyTorch": PyTorch, "Keras": Keras, "ONNX": Onnx}
