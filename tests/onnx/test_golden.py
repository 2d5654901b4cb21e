#!/usr/bin/python3
"""Exports the programs of a folder and compares what stands in the models with FILE.expected.

    test_golden.py NETC FOLDER

A model is printed as its inputs, initializers, nodes and outputs, one a line; of initializers with
at most eight numbers, these too. With UPDATE_GOLDEN set, what is expected is written anew.
"""

import glob
import os
import subprocess
import sys
import tempfile

import onnx
from onnx import TensorProto, helper, numpy_helper


def type_of(value):
    sizes = [str(d.dim_value) for d in value.type.tensor_type.shape.dim]
    return f"{TensorProto.DataType.Name(value.type.tensor_type.elem_type).lower()}[{', '.join(sizes)}]"


def constant(tensor):
    kind = TensorProto.DataType.Name(tensor.data_type).lower()
    text = f"{tensor.name} : {kind}{list(tensor.dims)}"
    numbers = numpy_helper.to_array(tensor).flatten().tolist()
    if len(numbers) <= 8:
        text += " = " + ", ".join(f"{n:.6g}" for n in numbers)
    return text


def attribute(a):
    value = helper.get_attribute_value(a)
    if isinstance(value, bytes):
        value = value.decode()
    return f"{a.name}={value:.6g}" if isinstance(value, float) else f"{a.name}={value}"


def printed(model):
    graph = model.graph
    lines = [f"{graph.name}: IR {model.ir_version}, opset {model.opset_import[0].version}"]
    lines += [f"input {v.name} : {type_of(v)}" for v in graph.input]
    lines += [constant(t) for t in graph.initializer]
    for node in graph.node:
        attributes = "".join(f" {attribute(a)}" for a in node.attribute)
        lines.append(f"[{node.name}] {', '.join(node.output)} = "
                     f"{node.op_type}({', '.join(node.input)}){attributes}")
    lines += [f"output {v.name} : {type_of(v)}" for v in graph.output]
    return "\n".join(lines) + "\n"


def main():
    netc, folder = sys.argv[1:]
    failures = count = 0
    with tempfile.TemporaryDirectory() as scratch:
        for path in sorted(glob.glob(f"{folder}/*.net")):
            expected = path[: -len("net")] + "expected"
            subprocess.run([netc, "export", path, "-o", f"{scratch}/model.onnx"], check=True)
            found = printed(onnx.load(f"{scratch}/model.onnx"))
            if os.environ.get("UPDATE_GOLDEN"):
                with open(expected, "w", encoding="utf-8") as file:
                    file.write(found)
            count += 1
            wanted = open(expected, encoding="utf-8").read()
            if found != wanted:
                print(f"FAIL: {path}")
                subprocess.run(["diff", "-u", expected, "-"], input=found, text=True)
                failures += 1
    print(f"{count} programs, {failures} differ")
    return 1 if failures or not count else 0


if __name__ == "__main__":
    sys.exit(main())
