#!/usr/bin/python3
"""Exports networks and lets the onnx package check the models: operators and attributes against their
schemas, and every shape inferred anew.

    check_models.py NETC NETWORKS FILE.net...

Checked are the files that are correct programs, and 40 random networks that the program NETWORKS
writes. Every value must get a shape, and the outputs those that the model states.
"""

import glob
import subprocess
import sys
import tempfile

import onnx
import programs
from onnx import checker, shape_inference


def sizes(value):
    """The extents of a value; None for an unknown one."""
    return [d.dim_value if d.HasField("dim_value") else None for d in value.type.tensor_type.shape.dim]


def check(path):
    """What is wrong with a model; None: nothing."""
    model = onnx.load(path)
    try:
        checker.check_model(model, full_check=True)
        inferred = shape_inference.infer_shapes(model, strict_mode=True, data_prop=True).graph
    except (checker.ValidationError, shape_inference.InferenceError) as error:
        return str(error)
    known = {v.name for v in [*inferred.value_info, *inferred.output] if None not in sizes(v)}
    missing = [name for node in model.graph.node for name in node.output if name not in known]
    stated = [sizes(v) for v in model.graph.output]
    if missing:
        return f"no shape of {missing}"
    if stated != [sizes(v) for v in inferred.output]:
        return f"outputs {stated} are {[sizes(v) for v in inferred.output]}"
    names = [node.name for node in model.graph.node]
    return "two nodes share a name" if len(names) != len(set(names)) else None


def main():
    netc, networks, paths = sys.argv[1], sys.argv[2], sys.argv[3:]
    failures = checked = 0
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([networks, folder, "1", "40"], check=True)
        for path in [*paths, *sorted(glob.glob(f"{folder}/*.net"))]:
            try:
                exported = programs.export(netc, path, folder)
                wrong = check(exported[1]) if exported else None
            except subprocess.CalledProcessError as error:
                wrong = error.stderr
            checked += bool(exported)
            if wrong:
                print(f"FAIL: {path}: {wrong}", file=sys.stderr)
                failures += 1
    print(f"{checked} models checked, {failures} wrong")
    return 1 if failures or checked < 60 else 0


if __name__ == "__main__":
    sys.exit(main())
