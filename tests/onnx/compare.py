#!/usr/bin/env python3
"""Exports networks and compares what ONNX Runtime makes of them with what netc computes.

    compare.py NETC FILE.net|FOLDER...

For each file: `netc export`, the same random inputs to both, without ONNX Runtime's optimisations.
Every output must differ by at most 1e-5 of the range of ONNX Runtime's numbers. Sums that nearly
cancel round differently in any two programs, so a network fails only if it differs for each of
three inputs. Files that are no
correct programs are passed over. Needs the packages
numpy, onnx and onnxruntime. Ends with 1 if a network differs, cannot be exported, or cannot be read.
"""

import glob
import os
import subprocess
import sys
import tempfile

import numpy as np
import onnxruntime
import programs

MOST = 1e-5
INPUTS = 3


def run_netc(netc, path, session, inputs, folder):
    """The outputs of `netc run`, by name."""
    command = [netc, "run", path, "--weights=embed"]
    for name, array in inputs.items():
        np.save(f"{folder}/in-{name}.npy", array)
        command += ["-i", f"{name}={folder}/in-{name}.npy"]
    for output in session.get_outputs():
        command += ["-o", f"{output.name}={folder}/out-{output.name}.npy"]
    subprocess.run(command, check=True, capture_output=True, text=True)
    return {o.name: np.load(f"{folder}/out-{o.name}.npy") for o in session.get_outputs()}


def difference(ours, theirs):
    """The largest difference, as a share of the range of `theirs` (of its size, if that is less)."""
    if ours.shape != theirs.shape:
        return float("inf")
    finite = np.isfinite(theirs)
    if not np.array_equal(ours[~finite], theirs[~finite], equal_nan=True):
        return float("inf")
    if not finite.any():
        return 0.0
    scale = max(np.ptp(theirs[finite]), np.abs(theirs[finite]).max(), 1e-30)
    return float(np.abs(ours[finite].astype(np.float64) - theirs[finite]).max() / scale)


def compare(netc, path, model, folder):
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    options.intra_op_num_threads = 1
    options.log_severity_level = 4
    session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    least = float("inf")
    for seed in range(INPUTS):
        random = np.random.default_rng(seed)
        inputs = {i.name: programs.draw(random, i.shape, i.type == "tensor(uint8)")
                  for i in session.get_inputs()}
        theirs = dict(zip([o.name for o in session.get_outputs()], session.run(None, inputs)))
        ours = run_netc(netc, path, session, inputs, folder)
        least = min(least, max(difference(ours[name], theirs[name]) for name in theirs))
        if least <= MOST:
            break
    return least


def main():
    netc, paths = sys.argv[1], []
    for path in sys.argv[2:]:
        paths += sorted(glob.glob(f"{path}/*.net")) if os.path.isdir(path) else [path]
    worst, failures, wrong = 0.0, 0, 0
    with tempfile.TemporaryDirectory() as folder:
        for path in paths:
            try:
                exported = programs.export(netc, path, folder)
                if not exported:
                    wrong += 1
                    continue
                found = compare(netc, *exported, folder)
            except subprocess.CalledProcessError as error:
                print(f"{path}: {error.stderr}")
                failures += 1
                continue
            except Exception as error:  # whatever ONNX Runtime raises
                print(f"{path}: {str(error)[:300]}")
                failures += 1
                continue
            worst = max(worst, found)
            if not found <= MOST:
                print(f"{path}: differs by {found:.2g} of the range")
                failures += 1
    count = len(paths) - wrong
    print(f"{count} networks ({wrong} files hold none), {failures} failures, "
          f"largest difference {worst:.2g} of the range")
    return 1 if failures or not count else 0


if __name__ == "__main__":
    os.environ["LC_ALL"] = "C.UTF-8"
    sys.exit(main())
