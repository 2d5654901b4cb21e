"""Every fix that netc shows of a golden program is made and the result checked: its fault is gone, and
no error is new but those that the fault had hidden. What `check --fix` makes, it makes once."""
import collections
import json
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

SOURCE = pathlib.Path(os.environ["SOURCE"])
NETC = os.environ["NETC"]
FOLDERS = ["error", "golden/relations", "golden/ten"]
LEAST_FIXES = 180


def netc(*words, cwd):
    done = subprocess.run([NETC, *words], cwd=cwd, capture_output=True, timeout=120, check=False)
    return done.returncode, done.stdout, done.stderr


def check(name, words, cwd):
    """The diagnostics of a program as JSON."""
    status, out, err = netc("check", *words, "--diagnostics=json", name, cwd=cwd)
    if status not in (0, 1):
        raise AssertionError(f"{name}: status {status}: {err.decode('utf-8', 'replace')}")
    return [json.loads(line) for line in out.decode("utf-8").splitlines()]


def key(line):
    return line["code"], re.sub(r"\b(line|byte) \d+", r"\1", line["message"])


def errors(lines):
    return collections.Counter(key(line) for line in lines if line["level"] == "error")


def mend(cwd, line, fix):
    """Makes the edits of a fix in the files of `cwd`."""
    files = collections.defaultdict(list)
    for edit in fix["edits"]:
        files[edit.get("file", line["file"])].append(edit)
    for name, edits in files.items():
        text = (cwd / name).read_bytes()
        for edit in sorted(edits, key=lambda edit: edit["begin"], reverse=True):
            text = text[:edit["begin"]] + edit["text"].encode() + text[edit["end"]:]
        (cwd / name).write_bytes(text)


def options_of(program):
    """What `# run: check -Wall` in a program says; None for another command."""
    found = re.search(rb"^# run: (.*)$", program.read_bytes(), re.M)
    words = found.group(1).decode().split() if found else ["check"]
    return words[1:] if words[0] == "check" else None


class Fixes(unittest.TestCase):
    count = collections.Counter()

    def copy_of(self, folder):
        self.addCleanup(shutil.rmtree, root := pathlib.Path(tempfile.mkdtemp()))
        shutil.copytree(SOURCE / "tests" / folder, root / "x")
        return root / "x"

    def try_fix(self, cwd, program, words, line, fix, before):
        touched = {edit.get("file", line["file"]) for edit in fix["edits"]}
        kept = {name: (cwd / name).read_bytes() for name in touched}
        mend(cwd, line, fix)
        after = check(program, words, cwd)
        for name, text in kept.items():
            (cwd / name).write_bytes(text)
        of = collections.Counter(map(key, after))
        self.assertLess(of[key(line)], before[key(line)], "the fault is still there")
        if errors(after) - errors(self.lines):
            # What the fault had hidden: few fixes have this excuse, as the end of the test demands.
            self.assertEqual(line["level"], "error")
            self.count["revealing"] += 1
        self.count[fix["grade"]] += 1
        shown = {line["code"] for line in after if line["level"] != "error"}
        for warning in fix["brings"]:
            self.assertIn(warning["code"], shown, "a warning that is named does not come")

    def try_program(self, cwd, program, words):
        self.lines = check(program, words, cwd)
        before = collections.Counter(map(key, self.lines))
        for line in self.lines:
            for fix in line["fixes"]:
                if not fix["edits"]:
                    continue
                with self.subTest(program=program, code=line["code"], fix=fix["title"]):
                    self.try_fix(cwd, program, words, line, fix, before)

    def test_every_fix_holds(self):
        for folder in FOLDERS:
            cwd = self.copy_of(folder)
            for program in sorted(cwd.glob("*.net")):
                words = options_of(program)
                if words is not None:
                    self.try_program(cwd, program.name, words)
        made = sum(self.count[grade] for grade in ("auto", "maybe", "hole"))
        print(f"{made} fixes made: {dict(self.count)}")
        self.assertGreaterEqual(made, LEAST_FIXES)
        self.assertLessEqual(self.count["revealing"], made // 10)

    def test_check_fix_makes_the_safe_ones_once(self):
        mended = 0
        for folder in FOLDERS:
            cwd = self.copy_of(folder)
            for program in sorted(cwd.glob("*.net")):
                words = options_of(program)
                if words is None:
                    continue
                before = check(program.name, words, cwd)
                safe = [fix for line in before for fix in line["fixes"] if fix["grade"] == "auto"]
                netc("check", "--fix", *words, program.name, cwd=cwd)
                text, (_, _, said) = program.read_bytes(), netc("check", "--fix", *words,
                                                                program.name, cwd=cwd)
                with self.subTest(program=program.name):
                    self.assertEqual(program.read_bytes(), text)
                    self.assertNotIn(b"fixed ", said)
                    after = check(program.name, words, cwd)
                    left = [fix for line in after for fix in line["fixes"] if fix["grade"] == "auto"]
                    self.assertEqual(left, [], "a safe fix is left")
                    if safe:
                        mended += 1
                        self.assertLess(errors(after).total(), errors(before).total())
        print(f"{mended} programs mended by check --fix")
        self.assertGreaterEqual(mended, 8)


if __name__ == "__main__":
    unittest.main()
