"""One model through netc and through ONNX Runtime: import, build, both answers, both times."""
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time
import typing

import numpy as np
import onnxruntime

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "runtime" / "python"))
import netc  # noqa: E402

NETC = os.environ["NETC"]
WORST, MARGIN = 1e-4, 2e-4  # of the range of ONNX Runtime's output


class Failure(Exception):
    """What is wrong with a model, in words."""


class Result(typing.NamedTuple):
    layers: int
    parameters: int
    lines: int           # of the .net file
    weights: int         # bytes
    import_cpu: float    # seconds of CPU time
    import_memory: int   # bytes, at its most
    build_cpu: float
    build_memory: int
    difference: float    # the largest, of the range
    netc_us: float       # time of an inference, the best of many
    ort_us: float


# A process begins with the memory of the one that starts it, so a small one does.
STARTER = """import os, sys
_, status, usage = os.wait4(os.posix_spawn(sys.argv[2], sys.argv[2:], os.environ), 0)
with open(sys.argv[1], "w") as file:
    print(os.waitstatus_to_exitcode(status), usage.ru_utime + usage.ru_stime, usage.ru_maxrss, file=file)
"""


def run(words, folder):
    """(exit status, output, CPU seconds, most bytes) of a command with all its children."""
    with tempfile.NamedTemporaryFile() as usage:
        done = subprocess.run([sys.executable, "-S", "-c", STARTER, usage.name, NETC, *map(str, words)], cwd=folder,
                              check=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        status, seconds, kib = usage.read().split()
    return int(status), done.stdout.decode("utf-8", "replace"), float(seconds), int(kib) * 1024


def import_words(path, shapes, to):
    words = ["import", path, "-o", to]
    for name, shape in shapes.items():
        words += ["--input-shape", f"{name}={shape}"]
    return words


def refused(path, shapes, folder):
    """What the importer says of a model that it cannot say."""
    status, text, _, _ = run(import_words(path, shapes, "refused.net"), folder)
    if status != 1:
        raise Failure(f"exit status {status} instead of 1: {text}")
    if list(pathlib.Path(folder).glob("refused*")):
        raise Failure("a model that was refused left a file")
    return text


def session_of(model, threads=1):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = threads
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])


def inputs_of(session, shapes, random):
    """Numbers as pictures and sound have them: of a normal distribution."""
    given = {}
    for value in session.get_inputs():
        shape = [int(n) for n in shapes[value.name].split("x")] if value.name in shapes else value.shape
        given[value.name] = random.standard_normal(shape).astype(np.float32)
    return given


def compare(ours, theirs):
    """The largest difference of one output, of its range, or of its size where all elements are
    equal; raises where the largest elements differ."""
    if ours.size != theirs.size:
        raise Failure(f"an output has {ours.size} elements instead of {theirs.size}")
    ours, theirs = ours.reshape(theirs.shape).astype(float), theirs.astype(float)
    extent = np.ptp(theirs) or np.abs(theirs).max()
    if not np.isfinite(ours).all() or extent == 0:
        raise Failure(f"the output is not finite, or nothing but 0 ({theirs.flat[0]})")
    if theirs.ndim == 2 and theirs.shape[1] > 1:
        for mine, other in zip(ours, theirs):
            first, second = np.sort(other)[:-3:-1]
            if first - second > MARGIN * extent and mine.argmax() != other.argmax():
                raise Failure(f"the largest element is {mine.argmax()} instead of {other.argmax()}")
    return np.abs(ours - theirs).max() / extent


def first_difference(folder, path, inputs):
    """The first layer whose value no tensor of ONNX Runtime has, for the report."""
    import onnx
    model = onnx.load(path)
    known = {output.name for output in model.graph.output}
    model.graph.output.extend(onnx.ValueInfoProto(name=name) for node in model.graph.node
                              for name in node.output if name and name not in known)
    theirs = [value for value in session_of(model.SerializeToString()).run(None, inputs)
              if isinstance(value, np.ndarray) and value.dtype == np.float32]
    words = ["run", "model.net", "--dump", "dump"]
    for place in pathlib.Path(folder).glob("input*.npy"):
        words += ["-i", place.name if len(inputs) == 1 else f"{place.stem[6:]}={place.name}"]
    status, text, _, _ = run(words, folder)
    if status != 0:
        return text
    for place in sorted((pathlib.Path(folder) / "dump").glob("*.npy"), key=os.path.getmtime):
        ours = np.load(place)
        same = [value for value in theirs if value.size == ours.size and np.ptp(value) > 0]
        if same and min(np.abs(ours.ravel() - value.ravel()).max() / np.ptp(value) for value in same) > WORST:
            return f"the first value that differs is `{place.stem}`, {list(ours.shape)}"
    return "every named value agrees with one of ONNX Runtime's"


def best_times(calls, seconds):
    """The best time of each call, in microseconds, in turns."""
    best = [np.inf] * len(calls)
    end = time.perf_counter() + seconds
    rounds = 0
    while time.perf_counter() < end or rounds < 3:
        for i, call in enumerate(calls):
            start = time.perf_counter()
            call()
            best[i] = min(best[i], time.perf_counter() - start)
        rounds += 1
    return [1e6 * value for value in best]


def measure(path, shapes, folder, seconds):
    """Imports, builds, compares and times a model.

    Raises:
        Failure: it cannot be said or built, or its answers differ."""
    folder = pathlib.Path(folder)
    status, text, import_cpu, import_memory = run(import_words(path, shapes, "model.net"), folder)
    if status != 0:
        raise Failure(f"import: {text}")
    if run(["fmt", "--check", "model.net"], folder)[0] != 0:
        raise Failure("the text is not formatted")
    status, text, build_cpu, build_memory = run(
        ["build", "model.net", "--emit=shared", "--cpu=native", "-o", "model.so"], folder)
    if status != 0:
        raise Failure(f"build: {text}")
    summary = json.loads(subprocess.run([NETC, "summary", "--json", "model.net"], cwd=folder, check=True,
                                        capture_output=True).stdout)
    model, session = netc.load(folder / "model.so"), session_of(str(path))
    inputs = inputs_of(session, shapes, np.random.default_rng(1))
    theirs = session.run(None, inputs)
    given = [array.reshape(tensor.shape) for array, tensor in zip(inputs.values(), model.inputs)]
    ours = model(*given)
    ours = ours if isinstance(ours, tuple) else (ours,)
    try:
        difference = max(compare(mine, other) for mine, other in zip(ours, theirs, strict=True))
        if difference > WORST:
            raise Failure(f"the largest difference is {difference:.2e} of the range")
    except Failure as failure:
        for tensor, array in zip(model.inputs, given):
            np.save(folder / f"input-{tensor.name}.npy", array)
        raise Failure(f"{failure}; {first_difference(folder, path, inputs)}") from None
    netc_us, ort_us = best_times([lambda: model(*given), lambda: session.run(None, inputs)], seconds)
    return Result(len(summary["layers"]), sum(layer["params"] for layer in summary["layers"]), (folder / "model.net").read_text().count("\n"),
                  os.path.getsize(folder / "model.safetensors"), import_cpu, import_memory, build_cpu,
                  build_memory, difference, netc_us, ort_us)
