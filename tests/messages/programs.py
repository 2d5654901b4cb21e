"""What the tests of this folder share: running netc, the programs of tests/error, and a folder for
programs of their own.

Needs NETC, the program under test, and SOURCE, the top of the source tree, in the environment."""
import json
import os
import pathlib
import subprocess
import tempfile
import unittest

NETC = os.environ["NETC"]
SOURCE = pathlib.Path(os.environ["SOURCE"])
ERRORS = SOURCE / "tests" / "error"


def netc(*words, cwd=ERRORS, stdin=b""):
    """Runs netc: its status, standard output and standard error as bytes."""
    done = subprocess.run([NETC, *words], cwd=cwd, input=stdin, capture_output=True, check=False)
    return done.returncode, done.stdout, done.stderr


def diagnostics(*words, **how):
    """Runs netc with --diagnostics=json: its status, the lines, and standard error."""
    status, out, err = netc(*words, "--diagnostics=json", **how)
    return status, [json.loads(line) for line in out.decode("utf-8").splitlines()], err


def error_programs():
    """The programs of tests/error, each with the words that run it (tests/support/golden.sh)."""
    for path in sorted(ERRORS.glob("*.net")):
        words = [b"check"]
        for line in path.read_bytes().splitlines():
            if line.startswith(b"# run: "):
                words = line[len(b"# run: "):].split()
                break
        words = [word.decode() for word in words]
        # Diagnostics for programs have standard output for themselves.
        yield path.name, [os.devnull if word == "-" else word for word in words]


def place_of(source, offset):
    """Line and column of a byte, found anew: lines end in LF, CR LF or CR, a byte order mark is in
    no column, and neither UTF-8's continuation bytes nor bytes that are no UTF-8 count double."""
    start = 3 if source.startswith(b"\xef\xbb\xbf") else 0
    text = source[start:max(offset, start)]
    line = 1 + text.replace(b"\r\n", b"\n").count(b"\n") + text.replace(b"\r\n", b"").count(b"\r")
    last = max(text.rfind(b"\n"), text.rfind(b"\r")) + 1
    rest, column = text[last:], 1
    while rest:
        for n in (1, 2, 3, 4):
            try:
                rest[:n].decode("utf-8")
                break
            except UnicodeDecodeError:
                continue
        else:
            n = 1
        rest = rest[n:]
        column += 1
    return line, column


def apply(source, edits):
    """The source after edits, each a begin, an end and the text that comes there."""
    for begin, end, text in sorted(edits, reverse=True):
        source = source[:begin] + text.encode("utf-8") + source[end:]
    return source


class InFolder(unittest.TestCase):
    """Tests that write programs into a folder of their own."""

    HEAD = b"net 1\nmodel m\nweights random(seed=1)\ninput x : f32[N: 1, C: 1, H: 8, W: 8]\n"

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def write(self, name, *lines):
        """A program of these lines behind the head."""
        (self.folder / name).write_bytes(self.HEAD + b"".join(line + b"\n" for line in lines))
