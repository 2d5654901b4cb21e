"""ONNX's own test vectors: models of one node each, with inputs and the outputs that belong to them.

The package `onnx` computes them when it is asked; nothing of them is part of this project."""
import contextlib
import importlib
import io
import typing
import warnings

import numpy as np
import onnx
from onnx import TensorProto, numpy_helper

REAL = (np.float32, np.float16, np.float64)


class Case(typing.NamedTuple):
    name: str
    model: onnx.ModelProto
    inputs: typing.Sequence[typing.Any]     # one for each input of the graph: arrays, or lists of them
    outputs: typing.Sequence[typing.Any]
    rtol: float
    atol: float


def _generator():
    """The module of `onnx` that makes the cases. That of Debian 12 uses names that its numpy has no longer."""
    for name, kind in {"float": float, "int": int, "bool": bool, "object": object}.items():
        if name not in np.__dict__:
            setattr(np, name, kind)
    return importlib.import_module("onnx.backend.test.case.node")


def collect():
    """All cases, in the order of their names."""
    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        found = {case.name: case for case in _generator().collect_testcases(None)}
    return [Case(name, _newer(case.model), *case.data_sets[0], case.rtol, case.atol)
            for name, case in sorted(found.items())]


def _newer(model):
    """The model in opset 7, the oldest that netc reads, if it is in an older one that means the same."""
    for opset in model.opset_import:
        if not opset.domain and opset.version < 7 and all(
                onnx.defs.get_schema(node.op_type, 7).since_version <= opset.version for node in model.graph.node):
            opset.version = 7
    return model


def has_foreign_type(case):
    """True if a tensor is of a type that numpy has not: bfloat16, those of 8 and of 4 bits."""
    declared = any(value.type.tensor_type.elem_type == TensorProto.BFLOAT16
                   for value in (*case.model.graph.input, *case.model.graph.output))
    return declared or any(isinstance(value, TensorProto) or
                           is_tensor(value) and np.asarray(value).dtype.type.__module__ != "numpy"
                           for value in (*case.inputs, *case.outputs))


def is_tensor(value):
    return isinstance(value, (np.ndarray, np.generic))


def is_real(value):
    return is_tensor(value) and np.asarray(value).dtype in REAL


def _with_constants(case, data):
    """The case's model, in which all inputs but those of the indices `data` are initializers."""
    model = onnx.ModelProto()
    model.CopyFrom(case.model)
    kept = [value for i, value in enumerate(model.graph.input) if i in data]
    for i, value in enumerate(model.graph.input):
        if i not in data:
            model.graph.initializer.append(numpy_helper.from_array(np.asarray(case.inputs[i]), value.name))
    del model.graph.input[:]
    model.graph.input.extend(kept)
    return model


def forms(case):
    """The case as models: yields (model, indices of the inputs that stay inputs).

    In a case everything is an input of the graph, the weights of a convolution, too. Whole numbers (shapes,
    axes) become constants, as exporters write them; then, of several inputs of real numbers, all but the first,
    and all but the last."""
    tensors = [i for i, value in enumerate(case.inputs) if is_real(value)]
    if not all(map(is_tensor, case.inputs)) or not tensors:
        yield case.model, list(range(len(case.inputs)))
        return
    yield _with_constants(case, tensors), tensors
    if len(tensors) > 1:
        yield _with_constants(case, tensors[:1]), tensors[:1]
        yield _with_constants(case, tensors[-1:]), tensors[-1:]
