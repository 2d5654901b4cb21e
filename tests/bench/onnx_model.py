#!/usr/bin/env python3
"""Writes what the benchmark of one suite runs: for each case its `.net` text, the same network as an
ONNX model with the very same weights, and a line of `suite.tsv` with its work counts.

    onnx_model.py CASES OUT [NAME...]

ONNX Runtime rewrites convolutions to a blocked layout and converts at both ends. Where its optimised
model is exactly one such island, `NAME.bare.onnx` is the island without its conversions: the layer
alone. The names of the operators that ONNX Runtime ended up with are part of the suite's line.
"""

import fnmatch
import json
import math
import os
import sys

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

import net_text

OPSET = 17
REORDER = ("ReorderInput", "ReorderOutput")
LARGEST_BLOCK = 16  # channels, of ONNX Runtime's blocked layouts


def read_cases(path):
    """(name, input, floor, network) of each line of the list of cases."""
    for line in open(path, encoding="utf-8"):
        line = line.split("#")[0].strip()
        if line:
            yield tuple(line.split(None, 3))


def case_text(name, extents, network):
    """The `.net` text of a case: one value for each layer with parameters or a window."""
    sizes = extents.split("x")
    names = {1: "NC", 2: "NCT", 3: "NCHW", 4: "NCDHW"}[len(sizes)]
    axes = ", ".join(f"{axis}: {n}" for axis, n in zip(names, ["1", *sizes]))
    values, starts = [], net_text.WINDOW + ("dense",)
    for stage in network.split("|>"):
        stage = stage.strip()
        if not values or stage.split("(")[0] in starts:
            values.append([])
        values[-1].append(stage)
    lines, source = [], "x"
    for i, stages in enumerate(values):
        last = i == len(values) - 1
        target = "y" if last else f"v{i + 1}"
        chain = " |> ".join([source, *stages])
        lines.append(f"{'output ' if last else ''}{target} = {chain}")
        source = target
    head = ["net 1", f"model {name}", "weights random(seed=1)", f"input x : f32[{axes}]", ""]
    return "\n".join(head + lines) + "\n"


def read_safetensors(path):
    """name -> f32 array of a .safetensors file."""
    data = open(path, "rb").read()
    size = int.from_bytes(data[:8], "little")
    tensors = {}
    for name, entry in json.loads(data[8 : 8 + size]).items():
        if name == "__metadata__":
            continue
        if entry["dtype"] != "F32":
            raise net_text.NetError(f"{path}: {name} is {entry['dtype']}")
        begin, end = entry["data_offsets"]
        values = np.frombuffer(data[8 + size + begin : 8 + size + end], "<f4")
        tensors[name] = values.reshape(entry["shape"])
    return tensors


def parameter(net, tensors, key, shape, fan_in):
    """The numbers of one parameter, from the network's own source."""
    if net.weights[0] == "file":
        if tensors[key].shape != tuple(shape):
            raise net_text.NetError(f"{key} has shape {tensors[key].shape}, not {shape}")
        return tensors[key]
    constants = {"bias": 0, "running_mean": 0, "running_var": 1}
    if ".batchnorm." in key:
        constants["weight"] = 1
    if key.rsplit(".", 1)[1] in constants:
        return np.full(shape, constants[key.rsplit(".", 1)[1]], np.float32)
    return net_text.random_weights(key, net.weights[1], fan_in, shape)


def node(layer, inputs, output):
    """The ONNX operator of one layer."""
    op, attrs = layer.op, {}
    if op in net_text.WINDOW:
        begins, ends = zip(*layer.pad)
        attrs = {"kernel_shape": layer.k, "strides": layer.s, "pads": begins + ends}
    if op in ("conv", "tconv"):
        attrs["dilations"] = layer.d
        attrs["group"] = layer.attrs.get("g", 1)
    if op == "tconv":
        attrs["output_padding"] = layer.a
    if op in ("maxpool", "avgpool"):
        attrs["ceil_mode"] = int(layer.attrs.get("round") == "ceil")
    if op == "avgpool":
        attrs["count_include_pad"] = int(layer.attrs.get("count") == "all")
    if op == "dense":
        attrs = {"transB": 1}
    if op == "batchnorm":
        attrs = {"epsilon": layer.attrs["eps"]}
    if op in ("softmax", "concat"):
        attrs = {"axis": "NCHW".index(layer.attrs["axis"])}
    if op == "flatten":
        attrs = {"axis": 1}
    kinds = {"conv": "Conv", "tconv": "ConvTranspose", "maxpool": "MaxPool", "dense": "Gemm",
             "avgpool": "AveragePool", "softmax": "Softmax", "flatten": "Flatten", "relu": "Relu",
             "tanh": "Tanh", "sigmoid": "Sigmoid", "concat": "Concat", "add": "Add",
             "batchnorm": "BatchNormalization"}
    return helper.make_node(kinds[op], inputs, [output], **attrs)


def tensor_info(name, shape):
    return helper.make_tensor_value_info(name, TensorProto.FLOAT, list(shape))


def onnx_model(net, folder):
    """The network as an ONNX model; weight files are looked up in `folder`."""
    tensors = {}
    if net.weights[0] == "file":
        tensors = read_safetensors(os.path.join(folder, net.weights[1]))
    names = {id(value): value.name for value in net.inputs}
    nodes, initializers = [], []
    for i, layer in enumerate(net.layers):
        inputs = [names[id(value)] for value in layer.inputs]
        for name, (shape, fan_in) in layer.params.items():
            key = f"{layer.key}.{name}"
            initializers.append(
                numpy_helper.from_array(parameter(net, tensors, key, shape, fan_in), key))
            inputs.append(key)
        names[id(layer.out)] = f"value{i}"
        nodes.append(node(layer, inputs, f"value{i}"))
    outputs = []
    for name, value in net.outputs:
        nodes.append(helper.make_node("Identity", [names[id(value)]], [f"out.{name}"]))
        outputs.append(tensor_info(f"out.{name}", value.shape))
    inputs = [tensor_info(value.name, value.shape) for value in net.inputs]
    graph = helper.make_graph(nodes, net.model, inputs, outputs, initializers)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)])
    model.ir_version = 8
    onnx.checker.check_model(model)
    return model


def optimised(path):
    """The model as ONNX Runtime executes it on this machine."""
    options = onnxruntime.SessionOptions()
    options.optimized_model_filepath = path + ".optimised"
    options.intra_op_num_threads = 1
    options.log_severity_level = 3
    onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    model = onnx.load(path + ".optimised")
    os.remove(path + ".optimised")
    return model


def bare_model(model, shape_out):
    """`model` without its layout conversions, or None if it is not one blocked layer.

    The blocked tensors have their channels rounded up to whole blocks; the rounded numbers are those
    of the reordered weights. A layer without weights must have whole blocks by itself."""
    nodes, graph = list(model.graph.node), model.graph
    layers = [n for n in nodes if n.op_type not in REORDER]
    if len(layers) != 1 or len(nodes) == 1:
        return None
    layer = layers[0]
    shape_in = [d.dim_value for d in graph.input[0].type.tensor_type.shape.dim]
    channels = [shape_in[1], shape_out[1]]
    if len(layer.input) > 1:
        weight = next(t for t in graph.initializer if t.name == layer.input[1])
        groups = next((a.i for a in layer.attribute if a.name == "group"), 1)
        channels = [weight.dims[1] * groups, weight.dims[0]]
    elif any(c % LARGEST_BLOCK for c in channels):
        return None
    if nodes[0].op_type == "ReorderInput":
        shape_in[1] = channels[0]
    shape_out = [shape_out[0], channels[1], *shape_out[2:]]
    layer.input[0], layer.output[0] = "x", "y"
    del graph.node[:], graph.input[:], graph.output[:], graph.value_info[:]
    graph.node.append(layer)
    graph.input.append(tensor_info("x", shape_in))
    graph.output.append(tensor_info("y", shape_out))
    return model


def write_case(name, extents, floor, network, out):
    """Writes the files of one case; gives its line of the suite."""
    if extents == "-":
        source = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../..", network)
        text, folder = open(source, encoding="utf-8").read(), os.path.dirname(source)
    else:
        source = os.path.join(out, f"{name}.net")
        text, folder = case_text(name, extents, network), out
        open(source, "w", encoding="utf-8").write(text)
    net = net_text.read(text)
    path = os.path.join(out, f"{name}.onnx")
    onnx.save(onnx_model(net, folder), path)
    model = optimised(path)
    operators = " ".join(n.op_type for n in model.graph.node)
    bare, bare_path = bare_model(model, net.outputs[0][1].shape), os.path.join(out, f"{name}.bare.onnx")
    if bare:
        onnx.save(bare, bare_path)
    elif os.path.exists(bare_path):
        os.remove(bare_path)
    ends = [value for value in net.inputs] + [value for _, value in net.outputs]
    touched = 4 * (net.parameter_count + sum(math.prod(value.shape) for value in ends))
    title = network if extents == "-" else f"{extents} |> {network}"
    columns = [name, os.path.normpath(source), floor, net.multiply_adds,
               net.multiply_adds_counted, touched, title, operators]
    return "\t".join(str(column) for column in columns)


def main(cases, out, *patterns):
    net_text.check_golden()
    os.makedirs(out, exist_ok=True)
    lines = []
    for name, *rest in read_cases(cases):
        if not patterns or any(fnmatch.fnmatch(name, p) for p in patterns):
            lines.append(write_case(name, *rest, out))
    if not lines:
        sys.exit(f"no case is called {' or '.join(patterns)}")
    open(os.path.join(out, "suite.tsv"), "w", encoding="utf-8").write("\n".join(lines) + "\n")


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    main(*sys.argv[1:])
