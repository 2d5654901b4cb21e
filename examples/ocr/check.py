#!/usr/bin/env python3
"""The figures of README.md. examples/ocr/run --check sets everything up and starts it.

    check.py OUT CACHE      OUT: the program `ocr`, its networks, pictures; CACHE: the package's files

Reads the pictures of pictures.py, counts the errors, holds each line to what numpy and ONNX Runtime make of
it (pipeline.py), and times the networks in turns with ONNX Runtime. Ends with 1 if a line differs."""
import pathlib
import sys
import time

import numpy as np

import pipeline
import score

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parents[1] / "tests" / "models"), str(HERE.parents[1] / "runtime" / "python")]
import netc  # noqa: E402
import packages  # noqa: E402

MODELS = "PP-OCRv4 detector", "PP-OCR classifier", "PP-OCRv4 recogniser"
NETWORKS = {"detector": 0, "direction": 1, "line320": 2, "line640": 2, "line1280": 2}
MOST_APART = 1.0  # pixels between corners; probabilities that differ in the last bits may move a border


def differences(ours, theirs):
    if len(ours) != len(theirs):
        yield f"{len(ours)} lines instead of {len(theirs)}"
    for mine, other in zip(ours, theirs):
        if mine["text"] != other.text:
            yield f"`{mine['text']}` instead of `{other.text}`"
        if np.abs(np.array(mine["box"]) - other.quad).max() > MOST_APART:
            yield f"`{mine['text']}` is at {mine['box']} instead of {other.quad.tolist()}"


def best_times(calls, seconds=3):
    """The least CPU time of each call, in milliseconds, in turns."""
    best, end = [np.inf] * len(calls), time.perf_counter() + seconds
    while time.perf_counter() < end:
        for i, call in enumerate(calls):
            start = time.thread_time()
            call()
            best[i] = min(best[i], 1e3 * (time.thread_time() - start))
    return best


def times(out, files):
    """A table of the networks, each on one thread."""
    print("\n| network | input | netc ms | ORT ms | ratio |\n|---|---|--:|--:|--:|")
    for name, index in NETWORKS.items():
        model, session = netc.compile(out / f"{name}.net"), pipeline.session(files[index])
        shape = model.inputs[0].shape
        picture = np.random.default_rng(1).standard_normal(shape).astype(np.float32)
        ours, theirs = best_times([lambda: model(picture), lambda: session.run(None, {"x": picture})])
        print(f"| {name} | {'x'.join(map(str, shape))} | {ours:.3g} | {theirs:.3g} | {theirs / ours:.2f} |")


def main():
    out, cache = map(pathlib.Path, sys.argv[1:])
    files = [packages.fetch(packages.MODELS[name], cache) for name in MODELS]
    reader = pipeline.Reader(*files)
    total, differ, count = np.zeros((2, 2), int), 0, 0
    for path in sorted((out / "pictures").glob("*.png")):
        ours, theirs = score.read(out / "ocr", path), reader.read(path)
        count += len(theirs)
        for words in differences(ours, theirs):
            differ += 1
            print(f"{path.name}: {words}")
        if path.with_suffix(".txt").exists():
            found = score.errors(ours, path)
            total += found
            print(f"{path.name}: {len(ours)} lines, {found[0][0]} errors in {found[0][1]} characters, "
                  f"{found[1][0]} in {found[1][1]} without spaces")
    for (wrong, characters), what in zip(total, ("with", "without")):
        print(f"{what} spaces: {wrong} errors in {characters} characters, {100 * wrong / characters:.2f} %")
    print(f"{count} lines, {differ} differences from numpy and ONNX Runtime")
    times(out, files)
    return 1 if differ or not count else 0


if __name__ == "__main__":
    sys.exit(main())
