"""Six mistakes planted in each program of this folder: six diagnostics at their lines, nothing else.

A line with a mistake ends in `# fault: CODE`; before a line that can bear no comment stands
`# next: CODE`. What a program imports has marks of its own, and they count for the program. A line
`# options: ...` gives more options to netc."""
import collections
import json
import os
import pathlib
import re
import subprocess
import unittest

NETC = os.environ["NETC"]
FOLDER = pathlib.Path(os.environ["SOURCE"]) / "tests" / "planted"
FAULTS = 6
LEAST_PROGRAMS, LEAST_FAULTS, LEAST_CODES = 15, 90, 85

MARK = re.compile(r"# (fault|next): ([NW]\d{4})$")
OPTIONS = re.compile(r"^# options: (.*)$", re.M)
IMPORT = re.compile(r'^import "([^"]+)"', re.M)


def imported(name):
    """The files of the folder that a program reads, itself first, each once."""
    names = [name]
    for at in names:
        beside = pathlib.PurePosixPath(at).parent
        for found in IMPORT.findall((FOLDER / at).read_text(encoding="utf-8")):
            path = str(beside / found)
            if (FOLDER / path).exists() and path not in names:
                names.append(path)
    return names


def planted(name):
    """The marks of a program and of what it imports: (file, line, code), counted."""
    marks = collections.Counter()
    for file in imported(name):
        lines = (FOLDER / file).read_text(encoding="utf-8").splitlines()
        for number, line in enumerate(lines, 1):
            if mark := MARK.search(line):
                marks[file, number + (mark[1] == "next"), mark[2]] += 1
    return marks


def reported(name):
    """What netc says of a program, by the place of the primary span."""
    options = OPTIONS.search((FOLDER / name).read_text(encoding="utf-8"))
    done = subprocess.run([NETC, "check", "--diagnostics=json", *(options[1].split() if options else []),
                           name], cwd=FOLDER,
                          capture_output=True, timeout=60, check=False)
    if done.returncode not in (0, 1) or done.stderr:
        raise AssertionError(f"{name}: status {done.returncode}: {done.stderr!r}")
    said = collections.Counter()
    for line in map(json.loads, done.stdout.decode("utf-8").splitlines()):
        primary = next(span for span in line["spans"] if span["primary"])
        said[line["file"], primary["line"], line["code"]] += 1
    return said


class Planted(unittest.TestCase):
    def test_each_mistake_is_reported_once_and_nothing_else(self):
        programs = sorted(path.name for path in FOLDER.glob("*.net"))
        codes = collections.Counter()
        for name in programs:
            marks = planted(name)
            with self.subTest(program=name):
                self.assertEqual(marks.total(), FAULTS, "marks")
                said = reported(name)
                self.assertEqual((sorted(marks - said), sorted(said - marks)), ([], []),
                                 "(silent, not planted)")
            for (_, _, code), count in marks.items():
                codes[code] += count
        print(f"\n{len(programs)} programs, {codes.total()} faults, {len(codes)} codes")
        self.assertGreaterEqual(len(programs), LEAST_PROGRAMS)
        self.assertGreaterEqual(codes.total(), LEAST_FAULTS)
        self.assertGreaterEqual(len(codes), LEAST_CODES)

    def test_every_imported_file_belongs_to_a_program(self):
        read = {file for path in FOLDER.glob("*.net") for file in imported(path.name)}
        there = {str(path.relative_to(FOLDER)) for path in FOLDER.rglob("*.net")}
        self.assertEqual(read, there)


if __name__ == "__main__":
    unittest.main()
