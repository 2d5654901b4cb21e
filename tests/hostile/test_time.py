"""Large sources of one thing over and over are handled or refused in time linear in their size,
and in memory of at most BYTES for each of theirs, however many messages they earn.

Each is checked at two sizes, one eight times the other. Quadratic time would grow by sixty-four; half
of that is allowed, since the smaller one lives in the caches. It counts as no less than FLOOR
seconds, so that a start-up time cannot make a quotient. The four that people think of first go up to
the largest source there is (`netc limits`), the others to a sixteenth of it. `netc fmt` is held to the
same with texts that it has to change.
"""
import os
import pathlib
import subprocess
import tempfile
import unittest

NETC = os.environ["NETC"]
MIB = 1 << 20
GROWTH = 8
MOST = 32
FLOOR = 0.02
BYTES = 256
HEAD = b"net 1\ninput x : f32[N: 1, C: 1, H: 8, W: 8]\n"
TAIL = b"\noutput y = x |> relu\n"


def filled(size, before, unit, after=b""):
    """A source of at most `size` bytes: head, before, units, after, tail."""
    fixed = len(HEAD) + len(before) + len(after) + len(TAIL)
    return HEAD + before + unit * ((size - fixed) // len(unit)) + after + TAIL


def numbered(size, line):
    """Lines that differ by a number, which stands for every `%d` in them."""
    n = size // (len(line) + 8 * line.count(b"%d"))
    return HEAD + b"".join(line.replace(b"%d", b"%d" % i) for i in range(n)) + TAIL


LARGEST = {
    "comment": lambda size: filled(size, b"#", b"x"),
    "list": lambda size: filled(size, b"let a = [", b"1, ", b"1]"),
    "brackets": lambda size: filled(size, b"let a = ", b"("),
    "spaces": lambda size: filled(size, b"", b" "),
}
LARGE = {
    "comments": lambda size: filled(size, b"", b"# x\n"),
    "newlines": lambda size: filled(size, b"", b"\n"),
    "string": lambda size: filled(size, b'weights "', b"x", b'"'),
    "strings": lambda size: filled(size, b"", b'"'),
    "name": lambda size: filled(size, b"", b"a"),
    "number": lambda size: filled(size, b"let a = ", b"1"),
    "sum": lambda size: filled(size, b"let a = ", b"1+", b"1"),
    "stages": lambda size: filled(size, b"a = x", b" |> relu"),
    "one attribute again": lambda size: filled(size, b"a = x |> conv(", b"c=1, ", b"k=1)"),
    "arguments": lambda size: filled(size, b"a = x |> conv(", b"q=1, ", b"k=1)"),
    "weights": lambda size: filled(size, b"a = x |> conv(c=1, k=1, weight=[", b"1.5, ", b"1])"),
    "bytes that are not UTF-8": lambda size: filled(size, b"", b"\xff"),
    "NUL": lambda size: filled(size, b"", b"\0"),
    "damaged lines": lambda size: filled(size, b"", b"a b\n"),
    "open brackets": lambda size: filled(size, b"", b"a = (\n"),
    "unknown names": lambda size: numbered(size, b"v%d = w%d\n"),
    "unknown names in a damaged file": lambda size: numbered(size, b"v%d = w%d\n") + b"a b\n",
    "unknown layers": lambda size: numbered(size, b"v%d = x |> nonsense\n"),
    "unknown names on one line": lambda size: filled(size, b"let a = [", b"q, ", b"1]"),
    "unknown layers on one line": lambda size: filled(size, b"a = x", b" |> relu6"),
    "windows that do not fit on one line":
        lambda size: filled(size, b"a = concat(", b"x |> conv(c=1, k=9), ", b"x, axis=C)"),
    "windows that do not fit": lambda size: numbered(size, b"v%d = x |> conv(c=1, k=9)\n"),
    "names of a framework":
        lambda size: numbered(size, b"v%d = x |> Conv2d(out_channels=1, kernel_size=3)\n"),
    "one name again": lambda size: filled(size, b"", b"let a = 1\n"),
    "values": lambda size: numbered(size, b"v%d = x |> relu\n"),
    "defs": lambda size: numbered(size, b"def w%d(x) { return x |> relu }\n"),
    "outputs": lambda size: numbered(size, b"output v%d = x |> relu\n"),
    "warnings": lambda size: numbered(size, b"v%d = x |> conv(c=1, k=2, s=3, weight=ones, bias=none)\n"),
}

ROUGH = {
    "values": lambda size: numbered(size, b"v%d=x|>relu\n"),
    "arguments": lambda size: numbered(size, b"v%d=x|>f(k=1,s=2)\n"),
    "comments": lambda size: numbered(size, b"v%d=x # %d\n"),
    "defs": lambda size: numbered(size, b"def w%d(x) {\nreturn x |> relu\n}\n"),
    "list": lambda size: filled(size, b"let a = [", b"1,23456789, ", b"1]"),
}


def run(path, command, statuses):
    """Seconds of user and system time, and bytes of memory, of one command."""
    child = subprocess.Popen([NETC, command, path], stdout=subprocess.DEVNULL,
                             stderr=subprocess.PIPE)
    said = child.stderr.read()
    child.stderr.close()
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode not in statuses:
        raise AssertionError(f"{path}: exit {child.returncode}: {said[:500]!r}")
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024


class LinearTime(unittest.TestCase):
    def hold(self, sources, large, command="check", statuses=(0, 1)):
        with tempfile.TemporaryDirectory() as folder:
            for name, make in sources.items():
                times = []
                for size in (large // GROWTH, large):
                    path = pathlib.Path(folder, "large.net")
                    path.write_bytes(make(size))
                    self.assertLessEqual(path.stat().st_size, 16 * MIB)
                    seconds, memory = run(path, command, statuses)
                    times.append(seconds)
                a_byte = memory / large
                print(f"{name}: {times[0]:.2f} s, {times[1]:.2f} s and {a_byte:.0f} bytes a byte "
                      f"at {large // MIB} MiB")
                with self.subTest(source=name):
                    self.assertLess(times[1], MOST * max(times[0], FLOOR))
                    self.assertLess(a_byte, BYTES)

    def test_sixteen_mebibytes(self):
        self.hold(LARGEST, 16 * MIB)

    def test_one_mebibyte(self):
        self.hold(LARGE, MIB)

    def test_formatter(self):
        self.hold(ROUGH, MIB, "fmt", (0,))


if __name__ == "__main__":
    unittest.main()
