#!/usr/bin/env python3
"""ONNX's own test vectors through `netc import` and `netc run`.

    NETC=build/dev/bin/netc python3 conformance.py [--write] [--words] [CASE ...]

Each case passes, is refused for a reason, or fails; none may fail, and none may be refused that results/ lists
as passed. --write writes results/ and the table of README.md anew, --words prints what netc says of each case
that is refused. What is measured depends on the version of the package `onnx`: each has its own list.
"""
import argparse
import collections
import concurrent.futures
import os
import pathlib
import re
import subprocess
import sys
import tempfile

import numpy as np
import onnx

import cases
import page

HERE = pathlib.Path(__file__).parent
NETC = os.path.abspath(os.environ["NETC"])
PASSED, FAILED = "passed", "failed"
# What a sanitizer finds must not pass for a refusal.
ENVIRONMENT = os.environ | {"ASAN_OPTIONS": "exitcode=99", "UBSAN_OPTIONS": "exitcode=99"}

NOT_F32 = "numbers that are not f32"
# The first that is found in the words of a refusal is its reason.
REASONS = (
    ("an operator that netc has not", r"netc has no such layer|of constants only|recurrent|control flow|"
                                      r"not sort|the number of its results|to ONNX|as part of"),
    (NOT_F32, r"of type \d+, not of real numbers|computes in f32 alone|has no shape|"
              r"cannot read the initializer"),
    ("no axis, or more than 5", r"axes; netc (takes|wants)|result has \d+ axes|axes, netc has"),
    ("a result that no input changes", r"is a constant$"),
    ("the form for training", r"training|inference form"),
    ("sizes that the data decide", r"known before it runs|depends on the data|computed by the network"),
    ("an opset before 7", r"reads 7 and newer"),
)
FORM = "a form of the operator that netc has not"


def first_of(words):
    """The first problem of a refusal."""
    return words.split("\n  ")[1].split("\n")[0] if "\n  " in words else words


def reason_of(words):
    return next((reason for reason, pattern in REASONS if re.search(pattern, first_of(words))), FORM)


def operator_of(case, words):
    """The operator that the case is about: the one that is refused, or its first."""
    operators = [node.op_type for node in case.model.graph.node]
    named = first_of(words).split(" ")[0].rstrip(":")
    return named if named in operators else operators[0]


def run(folder, *words):
    done = subprocess.run([NETC, *words], cwd=folder, env=ENVIRONMENT, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, timeout=120, check=False)
    return done.returncode, done.stdout.decode("utf-8", "replace").strip()


def fault_of(folder, case, data):
    """Runs the network in `folder` on the case's inputs of the indices `data`: what is wrong with it, or None."""
    text = (pathlib.Path(folder) / "case.net").read_text(encoding="utf-8")
    inputs, outputs = (re.findall(rf"^{word} (\w+)", text, re.MULTILINE) for word in ("input", "output"))
    if len(inputs) != len(data) or len(outputs) != len(case.outputs):
        return f"{len(inputs)} inputs and {len(outputs)} outputs instead of {len(data)} and {len(case.outputs)}"
    words = []
    for name, i in zip(inputs, data):
        np.save(f"{folder}/{name}.in.npy", np.asarray(case.inputs[i]).astype(np.float32))
        words += ["-i", f"{name}={name}.in.npy"]
    for name in outputs:
        words += ["-o", f"{name}={name}.out.npy"]
    status, said = run(folder, "run", "case.net", *words)
    if status != 0:
        return f"netc run: exit status {status}: {said}"
    for name, wanted in zip(outputs, case.outputs):
        got, wanted = np.load(f"{folder}/{name}.out.npy"), np.asarray(wanted)
        try:
            if got.shape != (wanted.shape or (1,)):
                return f"the result is {got.shape} instead of {wanted.shape}"
            np.testing.assert_allclose(got.reshape(wanted.shape), wanted.astype(float), case.rtol, case.atol)
        except AssertionError as error:
            return str(error).strip()
    return None


def take(case):
    """(PASSED, FAILED or a reason, words) of a case."""
    if cases.has_foreign_type(case):
        return NOT_F32, "a type that numpy has not"
    refused = []
    for model, data in cases.forms(case):
        with tempfile.TemporaryDirectory(prefix="netc-case-") as folder:
            onnx.save(model, f"{folder}/case.onnx")
            status, said = run(folder, "import", "case.onnx", "-o", "case.net")
            if status == 0:
                fault = fault_of(folder, case, data)
                return (FAILED, fault) if fault else (PASSED, "")
            if status != 1 or "cannot be said in .net" not in said or os.listdir(folder) != ["case.onnx"]:
                return FAILED, f"netc import: exit status {status}: {said}"
            refused.append((reason_of(said), said))
    # what is said of a form whose constants are those that netc wants says more
    return next((one for one in refused if one[0] != "sizes that the data decide"), refused[-1])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--words", action="store_true")
    parser.add_argument("names", nargs="*")
    options = parser.parse_args()
    chosen = [case for case in cases.collect() if not options.names or case.name in options.names]
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        results = dict(zip((case.name for case in chosen), pool.map(take, chosen)))
    version = onnx.__version__
    known = page.read_results(HERE, version)
    failed = [f"{name}: FAILED: {words}" for name, (result, words) in results.items() if result == FAILED]
    failed += [f"{name}: passed before, is refused now: {words}" for name, (result, words) in results.items()
               if known.get(name) == PASSED and result not in (PASSED, FAILED)]
    if not options.names:
        failed += [f"{name}: passed before, is no case now" for name in sorted(known.keys() - results.keys())
                   if known[name] == PASSED]
        if not known and not options.write:
            failed.append(f"there is no list for onnx {version}: --write makes it")
        if not page.is_true(HERE):
            failed.append("README.md does not say what results/ says: --write mends it")
    if options.words:
        for name, (result, words) in results.items():
            if result not in (PASSED, FAILED):
                print(f"{name}: {result}: {words}")
    print("\n".join(failed))
    if options.write and not options.names and not any(result == FAILED for result, _ in results.values()):
        page.write(HERE, version, [(case.name, operator_of(case, results[case.name][1]), results[case.name][0])
                                   for case in chosen])
    news = [name for name, (result, _) in results.items() if result == PASSED and known.get(name) != PASSED]
    if news and known:
        print(f"{len(news)} cases pass that the list has not (--write): {', '.join(news[:5])} ...")
    count = collections.Counter(result for result, _ in results.values())
    print(f"onnx {version}: {count[PASSED]} passed, {len(results) - count[PASSED] - count[FAILED]} refused, "
          f"{count[FAILED]} failed of {len(results)}")
    return 1 if failed and not options.write or count[FAILED] or not results else 0


if __name__ == "__main__":
    sys.exit(main())
