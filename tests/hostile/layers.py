#!/usr/bin/env python3
"""How long `netc check` takes for a program of many layers, beside one of a single layer.

    tests/hostile/layers.py NETC [RUNS]

prints the least user and system time of RUNS runs (20), the programs in turns, so that what slows
the machine down for a while slows all of them. Started by hand: a time is no test.
"""
import os
import subprocess
import sys
import tempfile

HEAD = "net 1\ninput x : f32[N: 1, C: 8, H: 32, W: 32]\n"


def chain(n):
    """n convolutions, each with its line, its path and its parameters."""
    lines = [f"v{i} = v{i - 1} |> conv(c=8, k=3, p=1)\n" for i in range(1, n)]
    return ("net 1\nweights random(seed=1)\ninput v0 : f32[N: 1, C: 8, H: 32, W: 32]\n" +
            "".join(lines) + f"output y = v{n - 1} |> conv(c=8, k=3, p=1)\n")


def repeated(n):
    return HEAD + f"weights random(seed=1)\noutput y = x |> repeat {n} conv(c=8, k=3, p=1)\n"


def nested(depth, width):
    """Defs inside each other, each of which uses the one before `width` times."""
    text = HEAD + "def w0(x) { return x |> relu }\n"
    for i in range(1, depth + 1):
        text += f"def w{i}(x) {{ return x |> repeat {width} w{i - 1}() }}\n"
    return text + f"output y = x |> w{depth}\n"


PROGRAMS = {
    "one layer": HEAD + "output y = x |> relu\n",
    "2,000 layers": chain(2000),
    "65,536 layers": chain(65536),
    "65,536 layers by `repeat`": repeated(65536),
    "65,536 layers by defs, 16 inside each other": nested(16, 2),
}


def seconds(netc, path):
    child = subprocess.Popen([netc, "check", path])
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode != 0:
        sys.exit(f"{netc} check: exit {child.returncode}")
    return usage.ru_utime + usage.ru_stime


def main():
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    runs = int(sys.argv[2]) if len(sys.argv) == 3 else 20
    best = dict.fromkeys(PROGRAMS, float("inf"))
    with tempfile.TemporaryDirectory() as folder:
        for number, (name, text) in enumerate(PROGRAMS.items()):
            with open(os.path.join(folder, f"{number}.net"), "w", encoding="utf-8") as file:
                file.write(text)
        for _ in range(runs):
            for number, name in enumerate(PROGRAMS):
                path = os.path.join(folder, f"{number}.net")
                best[name] = min(best[name], seconds(sys.argv[1], path))
    for name, least in best.items():
        print(f"{1000 * least:8.1f} ms  {name}")


if __name__ == "__main__":
    main()
