"""Runs the program of a page in netc, with weights of ours.

Takes a program's text; gives the types of its values and parameters as `netc build --emit=graph` prints
them, and its results on given inputs. Whatever source of weights the program names, the numbers are those
handed in: parameters that it reads by `file("F", "K", axes=[...])` are written to that file under that key
and in that order of axes, all others to the file that takes the place of its `weights` line.
"""

import json
import os
import re
import struct
import subprocess
from dataclasses import dataclass, field

import numpy as np

VALUE = re.compile(r"%\d+ (\S+) : (f32|u8)\[([^\]]*)\] = (\w+)(.*)")
PARAMETER = re.compile(r"(\w+) (\S+) \[([\d, ]*)\]")
OUTPUT = re.compile(r"output (\w+) = %(\d+)")
FILE = re.compile(r'(\w+)=file\("([^"]+)", "([^"]+)"(?:, axes=\[([^\]]*)\])?\)')
WEIGHTS = re.compile(r"^weights .*$", re.MULTILINE)


class NetcError(Exception):
    """netc refused a program; its own words."""


@dataclass
class Parameter:
    """A tensor of weights."""

    key: str  # as in weight files: `y.conv.weight`
    axes: list  # names, in the language's own order; empty for all but weights of windows and dense
    shape: tuple

    @property
    def name(self):
        return self.key.rsplit(".", 1)[-1]


@dataclass
class Network:
    """A checked program."""

    text: str
    inputs: dict = field(default_factory=dict)  # name -> {axis: size}
    bytes: set = field(default_factory=set)  # names of the inputs of u8
    outputs: dict = field(default_factory=dict)  # as inputs
    parameters: list = field(default_factory=list)
    operators: list = field(default_factory=list)  # of its layers, in order


def run_netc(netc, folder, *arguments):
    """What netc prints. Raises NetcError if it fails."""
    done = subprocess.run([netc, *arguments], cwd=folder, capture_output=True, text=True)
    if done.returncode:
        raise NetcError(done.stderr.strip() or f"netc {arguments[0]}: status {done.returncode}")
    return done.stdout


def weight_axes(operator, spatial):
    """The names of a weight's axes, in the language's order."""
    order = {"conv": ["F", "C"], "tconv": ["C", "F"]}
    if operator == "dense":
        return ["F", "C"]
    return order[operator] + spatial if operator in order else []


def check(netc, text, folder):
    """The Network of a program, whose files need not be there. Raises NetcError."""
    path = os.path.join(folder, "program.net")
    with open(path, "w", encoding="utf-8") as program:
        program.write(WEIGHTS.sub("weights random(seed=1)", FILE.sub(r"\1=random(seed=1)", text)))
    net, values = Network(text), []
    for line in run_netc(netc, folder, "build", "--emit=graph", "-o", "-", path).splitlines():
        value, output = VALUE.match(line), OUTPUT.match(line)
        if output:
            net.outputs[output.group(1)] = values[int(output.group(2))]
        if not value:
            continue
        name, dtype, axes, operator, rest = value.groups()
        extents = {a: int(n) for a, n in (axis.split(": ") for axis in axes.split(", "))}
        values.append(extents)
        if operator == "input":
            net.inputs[name] = extents
            if dtype == "u8":
                net.bytes.add(name)
            continue
        net.operators.append(operator)
        spatial = [axis for axis in extents if axis not in "NC"]
        for kind, key, shape in PARAMETER.findall(rest):
            named = weight_axes(operator, spatial) if kind == "weight" else []
            net.parameters.append(Parameter(key, named, tuple(map(int, shape.split(", ")))))
    return net


def file_sources(net):
    """{parameter's name: (file, key, order of axes)} of the parameters that have a file of their own."""
    return {kind: (file, key, axes.split(", ") if axes else None)
            for kind, file, key, axes in FILE.findall(net.text)}


def write_safetensors(path, tensors):
    """tensors: {key: float32 array}."""
    header, blobs, at = {}, [], 0
    for key, array in tensors.items():
        blob = np.ascontiguousarray(array, dtype="<f4").tobytes()
        header[key] = {"dtype": "F32", "shape": list(array.shape), "data_offsets": [at, at + len(blob)]}
        blobs.append(blob)
        at += len(blob)
    text = json.dumps(header).encode()
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + b"".join(blobs))


def run(netc, net, folder, inputs, parameters, files):
    """{output: array}. inputs: {name: array}; parameters: {key: array} in the language's order; files:
    {file: {key: array}} as the framework has them."""
    text = WEIGHTS.sub('weights "rest.safetensors"', net.text)
    with open(os.path.join(folder, "program.net"), "w", encoding="utf-8") as program:
        program.write(text)
    write_safetensors(os.path.join(folder, "rest.safetensors"), parameters)
    for file, tensors in files.items():
        if file.endswith(".npz"):
            np.savez(os.path.join(folder, file), **tensors)
        else:
            write_safetensors(os.path.join(folder, file), tensors)
    arguments = []
    for name, array in inputs.items():
        np.save(os.path.join(folder, f"in-{name}.npy"), array)
        arguments += ["-i", f"{name}=in-{name}.npy"]
    for name in net.outputs:
        arguments += ["-o", f"{name}=out-{name}.npy"]
    run_netc(netc, folder, "run", *arguments, "program.net")
    return {name: np.load(os.path.join(folder, f"out-{name}.npy")) for name in net.outputs}
