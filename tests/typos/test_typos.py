"""One-letter slips in the words of real programs: how many does `netc check` lead back?

Of every word of the language that a program has, keyword, attribute, layer, axis or word of an attribute, one
place is spelled wrong in four ways: a letter dropped, doubled, replaced, or swapped with the next. A slip is led back
if one edit that is offered gives the program again, byte for byte. Names that the program makes itself and words of one letter are left alone."""
import json
import os
import pathlib
import re
import subprocess
import tempfile
import unittest
import zlib

NETC = os.environ["NETC"]
SOURCE = pathlib.Path(os.environ["SOURCE"])
PROGRAMS = ["examples/lenet5/lenet5.net", "examples/unet/unet.net", "examples/kws/kws.net",
            "examples/dcgan/dcgan.net", "tests/typos/words.net"]
LEAST_SLIPS, LEAST_PERCENT = 500, 97

WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
APART = re.compile(r'#[^\n]*|"[^"\n]*"')
MADE = re.compile(r"^ *(?:input|output|let|model|def)? *([a-z_]\w*)(?= *[:=,(]|$)|, (\w+) =|"
                  r"[(,] *([a-z_]\w*) *: *(?:int|float|pad|layer)|\brepeat +(\w+) +in|@(\w+)|"
                  r"\bas (\w+)", re.M)
BESIDE = {row[i]: row[i + 1] for row in ("qwertyuiop", "asdfghjkl", "zxcvbnm", "QWERTYUIOP",
                                         "ASDFGHJKL", "ZXCVBNM") for i in range(len(row) - 1)}


def slips(word):
    """The word with one letter dropped, doubled, swapped, replaced, at a place that it decides."""
    at = zlib.crc32(word.encode()) % len(word)
    yield word[:at] + word[at + 1:]
    yield word[:at] + word[at] + word[at:]
    if at + 1 < len(word) and word[at] != word[at + 1]:
        yield word[:at] + word[at + 1] + word[at] + word[at + 2:]
    yield word[:at] + BESIDE.get(word[at], "o") + word[at + 1:]


def misspelt(text):
    """(the slip, the place, the program with it) for each word of the language in a program."""
    made = {name for match in MADE.findall(text) for name in match if name}
    bare = APART.sub(lambda match: " " * len(match[0]), text)
    places = {}
    for match in WORD.finditer(bare):
        places.setdefault(match[0], []).append(match)
    for word, matches in places.items():
        # an axis is what its input calls it
        matches = [match for match in matches if not (
            word[0].isupper() and bare.startswith("input", bare.rfind("\n", 0, match.start()) + 1))]
        if len(word) < 2 or word in made or not matches:
            continue
        match = matches[zlib.crc32(word[::-1].encode()) % len(matches)]
        for slip in slips(word):
            yield f"{word} -> {slip}", text[:match.start()] + slip + text[match.end():]


def mended(text, edits):
    data = text.encode()
    for edit in sorted(edits, key=lambda edit: edit["begin"], reverse=True):
        data = data[:edit["begin"]] + edit["text"].encode() + data[edit["end"]:]
    return data.decode()


class Typos(unittest.TestCase):
    def test_slips_are_led_back(self):
        wrong = []
        with tempfile.TemporaryDirectory() as folder:
            for name in PROGRAMS:
                text = (SOURCE / name).read_text(encoding="utf-8")
                text = re.sub(r'^weights .*$', "weights random(seed=1)", text, flags=re.M)
                for what, program in misspelt(text):
                    path = pathlib.Path(folder) / f"{len(wrong)}.net"
                    path.write_text(program, encoding="utf-8")
                    wrong.append((f"{name}: {what}", text, program, path))
            done = subprocess.run([NETC, "check", "--diagnostics=json", *[w[3] for w in wrong]],
                                  capture_output=True, timeout=120, check=False)
        self.assertEqual(done.returncode, 1, done.stderr.decode())
        offered, faults = {}, {}
        for line in map(json.loads, done.stdout.decode().splitlines()):
            if line["level"] == "error":
                faults.setdefault(line["file"], []).append(line)
                offered.setdefault(line["file"], []).extend(line["fixes"])
        led = total = 0
        for what, text, program, path in wrong:
            if str(path) not in faults:
                continue  # another word of the language, and a program
            total += 1
            if any(mended(program, fix["edits"]) == text for fix in offered[str(path)]):
                led += 1
            elif os.environ.get("SHOW"):
                print(what, "|", *[f"{fault['code']} {fault['message']}" for fault in faults[str(path)]][:2])
        print(f"{led} of {total} slips are led back")
        self.assertGreaterEqual(total, LEAST_SLIPS)
        self.assertGreaterEqual(led * 100, total * LEAST_PERCENT)


if __name__ == "__main__":
    unittest.main()
