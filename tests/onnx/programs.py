"""Exports programs of the test suite, most of which have no weights beside them."""

import re
import subprocess

import numpy as np


def draw(random, extents, is_bytes):
    """An input: bytes, or normally distributed floats."""
    if is_bytes:
        return random.integers(0, 256, extents, np.uint8)
    return random.standard_normal(extents, np.float32)


def export(netc, path, folder):
    """Exports a program to `folder`; one whose file of weights is missing with random weights.

    Gives the program that was exported and its model; None where `path` is no correct program.
    Raises CalledProcessError if a correct program cannot be exported."""
    model = f"{folder}/model.onnx"
    if subprocess.run([netc, "check", path], capture_output=True).returncode == 1:
        return None
    done = subprocess.run([netc, "export", path, "-o", model], capture_output=True, text=True)
    if done.returncode == 1 and "N0902" in done.stderr:
        text = open(path, encoding="utf-8").read()
        path = f"{folder}/program.net"
        with open(path, "w", encoding="utf-8") as file:
            file.write(re.sub(r'^weights ".*"', "weights random(seed=1)", text, flags=re.MULTILINE))
        done = subprocess.run([netc, "export", path, "-o", model], capture_output=True, text=True)
    done.check_returncode()
    return path, model
