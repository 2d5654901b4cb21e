#!/usr/bin/python3
"""Exports programs, imports the models, and demands the same bits of both programs.

    round_trip.py NETC FILE.net|FOLDER...

Both get the same random inputs; each output must have the same shape and the same bytes. Needs numpy.
Ends with 1 if a program differs or its model cannot be imported.
"""

import glob
import json
import os
import subprocess
import sys
import tempfile

import numpy as np
import programs


def call(*command):
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def interface(netc, program):
    """The names, extents and types of inputs, the names of outputs."""
    summary = json.loads(call(netc, "summary", program, "--json"))
    return ([(v["name"], [axis["extent"] for axis in v["axes"]], v["type"])
             for v in summary["inputs"]],
            [v["name"] for v in summary["outputs"]])


def run(netc, program, folder):
    """The outputs of a program for inputs that are the same for all programs of its interface."""
    inputs, outputs = interface(netc, program)
    random = np.random.default_rng(1)
    command = [netc, "run", program]
    for i, (name, extents, dtype) in enumerate(inputs):
        np.save(f"{folder}/in{i}.npy", programs.draw(random, extents, dtype == "u8"))
        command += ["-i", f"{name}={folder}/in{i}.npy"]
    for i, name in enumerate(outputs):
        command += ["-o", f"{name}={folder}/out{i}.npy"]
    call(*command)
    return [np.load(f"{folder}/out{i}.npy") for i in range(len(outputs))]


def compare(netc, program, model, folder):
    """How much the outputs differ, as a share of the largest number; inf: in their shapes."""
    imported = f"{folder}/imported.net"
    call(netc, "import", model, "-o", imported)
    ours, theirs = run(netc, program, folder), run(netc, imported, folder)
    if [a.shape for a in ours] != [b.shape for b in theirs]:
        return float("inf")
    return max(0.0 if a.tobytes() == b.tobytes() else float(np.abs(a - b).max() / np.abs(a).max())
               for a, b in zip(ours, theirs))


def main():
    netc, paths = sys.argv[1], []
    for path in sys.argv[2:]:
        paths += sorted(glob.glob(f"{path}/*.net")) if os.path.isdir(path) else [path]
    failures = count = 0
    with tempfile.TemporaryDirectory() as folder:
        for path in paths:
            try:
                exported = programs.export(netc, path, folder)
                if not exported:
                    continue
                found = compare(netc, *exported, folder)
                wrong = f"the outputs differ by {found:.3g}" if found else None
            except subprocess.CalledProcessError as error:
                wrong = f"{' '.join(error.cmd[:2])} ends with {error.returncode}: {error.stderr}"
            count += 1
            if wrong:
                print(f"FAIL: {path}: {wrong}")
                failures += 1
    print(f"{count} programs, {failures} failures")
    return 1 if failures or not count else 0


if __name__ == "__main__":
    sys.exit(main())
